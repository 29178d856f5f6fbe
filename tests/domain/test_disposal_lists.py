"""Lists of what is due: their fixed form, and how they stand."""

import hashlib
from datetime import date

import pytest

from dialogen.domain.disposal_lists import (
    HEADER,
    ListDigest,
    ListState,
    check_may_approve,
    check_may_refuse,
    check_may_run,
    line_of,
    state_of,
)
from dialogen.domain.errors import WrongState
from dialogen.domain.retention import Keepsake


@pytest.mark.parametrize(
    ("refused", "replaced", "run", "approvals", "state"),
    [
        (False, False, False, 0, ListState.WAITING),
        (False, False, False, 1, ListState.WAITING),
        (False, False, False, 2, ListState.APPROVED),
        (True, False, False, 2, ListState.REFUSED),
        (False, True, False, 1, ListState.REPLACED),
        (False, False, True, 0, ListState.DONE),
    ],
)
def test_a_list_takes_two(refused: bool, replaced: bool, run: bool, approvals: int, state: ListState) -> None:
    assert state_of(refused=refused, replaced=replaced, run=run, approvals=approvals) is state


def test_only_an_approved_list_may_be_run_and_only_a_waiting_one_approved() -> None:
    allowed = {check_may_run: {"approved"}, check_may_approve: {"waiting"}, check_may_refuse: {"waiting", "approved"}}
    for check, states in allowed.items():
        for state in ListState:
            if state.value in states:
                check(7, state)
            else:
                with pytest.raises(WrongState, match=f"list 7 .*{state.value}"):
                    check(7, state)


def test_the_digest_is_that_of_the_file() -> None:
    digest = ListDigest()
    digest.add(Keepsake.ACCESS_LOG, None, date(2025, 1, 31))
    digest.add(Keepsake.SENDER, "2024-000001", date(2026, 2, 1))
    file = "keepsake,reference,due_on\r\naccess_log,,2025-01-31\r\nsender,2024-000001,2026-02-01\r\n"
    assert HEADER + line_of(Keepsake.ACCESS_LOG, None, date(2025, 1, 31)) in file
    assert str(digest) == hashlib.sha256(file.encode()).hexdigest()
