"""Lists of what is due: their fixed form and digest, how they stand, and who must have approved them."""

import hashlib
from datetime import date
from enum import StrEnum

from dialogen.domain.errors import Problem, WrongState
from dialogen.domain.retention import Keepsake

#: How many administrators must approve a list before anything on it is disposed of.
APPROVALS_NEEDED = 2
#: The first line of a list in its fixed form, which is a CSV file (RFC 4180).
HEADER = "keepsake,reference,due_on\r\n"


class Assessment(StrEnum):
    """What an approval states about the archive: nothing that must be preserved is lost (arkivlova § 13)."""

    ARCHIVED = "archived"  # what must be preserved lies in the archive, the rest is assessed
    NOTHING_TO_PRESERVE = "nothing_to_preserve"  # all of it is assessed, none must be preserved


class ListState(StrEnum):
    """How a list stands."""

    WAITING = "waiting"  # for approvals
    APPROVED = "approved"  # by enough; may be run, and run on after an interruption
    REFUSED = "refused"
    REPLACED = "replaced"  # by a later list, before enough had approved it
    DONE = "done"


def state_of(*, refused: bool, replaced: bool, run: bool, approvals: int) -> ListState:
    """Return how a list stands; `approvals` counts those that still hold."""
    if refused:
        return ListState.REFUSED
    if run:
        return ListState.DONE
    if replaced:
        return ListState.REPLACED
    return ListState.APPROVED if approvals >= APPROVALS_NEEDED else ListState.WAITING


def check_may_run(list_id: int, state: ListState) -> None:
    """Refuse to run a list that is not approved by enough, or is settled already."""
    if state is not ListState.APPROVED:
        raise WrongState(Problem.LIST_NOT_APPROVED, value=list_id, state=state.value, needed=APPROVALS_NEEDED)


def check_may_refuse(list_id: int, state: ListState) -> None:
    """Refuse to refuse a list that is settled already. One that was approved can be stopped, even halfway."""
    if state not in (ListState.WAITING, ListState.APPROVED):
        raise WrongState(Problem.LIST_NOT_WAITING, value=list_id, state=state.value)


def check_may_approve(list_id: int, state: ListState) -> None:
    """Refuse to approve a list that does not wait for it."""
    if state is not ListState.WAITING:
        raise WrongState(Problem.LIST_NOT_WAITING, value=list_id, state=state.value)


def line_of(keepsake: Keepsake, reference: str | None, due_on: date) -> str:
    """Return the line of one thing on a list in its fixed form; the access log has no reference."""
    return f"{keepsake.value},{reference or ''},{due_on.isoformat()}\r\n"


class ListDigest:
    """The SHA-256 of a list in its fixed form, taken line by line: the same as of the file that can be downloaded."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256(HEADER.encode())

    def add(self, keepsake: Keepsake, reference: str | None, due_on: date) -> None:
        """Take one thing in, in the list's order."""
        self._sum.update(line_of(keepsake, reference, due_on).encode())

    def __str__(self) -> str:
        return self._sum.hexdigest()
