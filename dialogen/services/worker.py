"""A process that works through what waits: its name, its clock, and how it knows that another has died."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import leases

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Deposed(Exception):
    """Another scheduler leads now: what was begun is left to it."""


def _never() -> bool:
    return False


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Worker:
    """Handed down by a door to work that outlasts a moment, so that one reading of the clock is not enough."""

    name: str
    clock: Callable[[], datetime]  # aware, UTC
    is_gone: Callable[[str], bool]  # whether the worker of that name is known to have ended
    is_stopping: Callable[[], bool] = _never  # whether to stop at the next good place
    #: Whether it may take the next thing in hand, by its own clock alone; a scheduler that was frozen may not.
    leads: Callable[[], bool] = _always
    epoch: int | None = None  # of its leadership; None when a person asked for the work
    deposed: frozenset[str] = frozenset()  # workers whose work it has taken over, living or not

    @property
    def may_begin(self) -> bool:
        """Whether to take the next thing in hand."""
        return self.leads() and not self.is_stopping()

    def check_leads(self, session: "Session") -> None:
        """Raise Deposed within a transaction when another leads: a scheduler that was frozen changes nothing more."""
        if self.epoch is not None and not leases.is_held(session, worker=self.name, epoch=self.epoch):
            raise Deposed
