"""A process that works through what waits: its name, its clock, and how it knows that another has died."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Worker:
    """Handed down by a door to work that outlasts a moment, so that one reading of the clock is not enough."""

    name: str
    clock: Callable[[], datetime]  # aware, UTC
    is_gone: Callable[[str], bool]  # whether the worker of that name is known to have ended
    is_stopping: Callable[[], bool] = _never  # whether to stop at the next good place
