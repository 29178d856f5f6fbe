"""Disposes of what two administrators have approved, and of nothing else: in small batches, each whole or not at all."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from dialogen.database import access_entries, disposal_log, disposals, erasure, history, kept
from dialogen.database import retention as rule_rows
from dialogen.domain.disposal_lists import APPROVALS_NEEDED, ListDigest, ListState, check_may_run
from dialogen.domain.errors import Conflict, Problem, WrongState
from dialogen.domain.history import Action, Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.retention import OF_A_CASE, ItemOutcome, Keepsake
from dialogen.services import office_log
from dialogen.services.retention import end_of_day, state_of_list

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case, DisposalItem

BATCH = 200  # things settled in one transaction: a tenth of a second's work
LOOKS = 5000  # lines of the access log deleted in one transaction
READ_AT_ONCE = 2000  # things read at once to check the digest


class Listener(Protocol):
    """Who follows a run: the command line, or a test."""

    def settled(self, list_id: int, number: int) -> None:
        """Hear how many things on a list this run has settled so far."""

    def skipped(self, list_id: int, keepsake: Keepsake, reference: str, outcome: ItemOutcome) -> None:
        """Hear of a thing that was approved but must stay, and why."""


@dataclass(frozen=True)
class RunOrder:
    """What a run must know: the day and the instant, where a day begins, who runs it, and who follows it."""

    today: date
    now: datetime
    zone: tzinfo
    author: Author
    listener: Listener
    batch: int = BATCH
    looks: int = LOOKS


@dataclass
class RunResult:
    """What a run came to for one list. `waiting` things are being changed by others at this moment; run again."""

    list_id: int
    outcomes: Counter[ItemOutcome] = field(default_factory=Counter)
    waiting: int = 0

    @property
    def disposed(self) -> int:
        """How many things were disposed of."""
        return self.outcomes[ItemOutcome.DISPOSED]

    @property
    def skipped(self) -> int:
        """How many things were left as they were."""
        return self.outcomes.total() - self.disposed


def run_disposal(db: "Database", *, list_id: int | None, order: RunOrder) -> list[RunResult]:
    """Dispose of what stands on one approved list, or on all of them, and return what it came to, list by list.

    May be killed anywhere and run again: what is settled stays settled. Raises NotFound for an unknown list,
    WrongState when it is not approved by enough or nothing is, Conflict when it is not the list that was approved.
    """
    with db.reading() as session:
        chosen = disposals.unsettled_lists(session) if list_id is None else [disposals.get_list(session, list_id)]
        states = {row.id: state_of_list(session, row) for row in chosen}
    if list_id is not None:
        check_may_run(list_id, states[list_id])
    approved = [number for number, state in states.items() if state is ListState.APPROVED]
    if not approved:
        raise WrongState(Problem.NO_LIST_APPROVED, needed=APPROVALS_NEEDED)
    results = [_run(db, number, order) for number in approved]
    erasure.empty_journal(db)
    return results


def _run(db: "Database", list_id: int, order: RunOrder) -> RunResult:
    _check_digest(db, list_id)
    result = RunResult(list_id)
    _forget_looks(db, result, order)
    settled_before = -1
    # What somebody was changing is tried once more when all else is done, as long as that helps.
    while settled_before < result.outcomes.total():
        settled_before, after = result.outcomes.total(), 0
        result.waiting = 0
        while (last := _run_batch(db, result, order, after=after)) is not None:
            after = last
            order.listener.settled(list_id, result.outcomes.total())
        if not result.waiting:
            break
    with db.writing() as session:
        _end(session, result, order)
    return result


def _check_digest(db: "Database", list_id: int) -> None:
    """Refuse a list whose things are not those that were approved."""
    digest = ListDigest()
    with db.reading() as session:
        approved = disposals.get_list(session, list_id).digest
        for item in disposals.all_items(session, list_id, batch=READ_AT_ONCE):
            digest.add(item.keepsake, item.reference, item.due_on)
    if str(digest) != approved:
        raise Conflict(Problem.LIST_CHANGED, value=list_id)


def _check_still_approved(session: "Session", list_id: int) -> None:
    """Refuse to go on with a list that was refused meanwhile, or whose approvals no longer hold."""
    check_may_run(list_id, state_of_list(session, disposals.get_list(session, list_id)))


def _forget_looks(db: "Database", result: RunResult, order: RunOrder) -> None:
    """Delete the lines of the access log that are on the list, in batches that each leave a line in the log."""
    deleted = order.looks
    while deleted == order.looks:
        with db.writing() as session:
            _check_still_approved(session, result.list_id)
            erasure.overwrite_what_is_erased(session)
            items = disposals.lock_waiting_items(session, result.list_id, of_cases=False, after=0, limit=1)
            if not items:
                return
            until = end_of_day(items[0].due_on, order.zone)
            deleted = access_entries.forget_before(session, until, most=order.looks)
            if deleted:
                erased = [(Keepsake.ACCESS_LOG, None, deleted)]
                disposal_log.add_disposals(session, result.list_id, erased, at=order.now)
            if deleted < order.looks:
                disposals.settle_items(session, ItemOutcome.DISPOSED, [items[0].id])
                result.outcomes[ItemOutcome.DISPOSED] += 1


def _run_batch(db: "Database", result: RunResult, order: RunOrder, *, after: int) -> int | None:
    """Settle the next things on the list; returns the number of the last one looked at, None when there was none."""
    with db.writing() as session:
        _check_still_approved(session, result.list_id)
        erasure.overwrite_what_is_erased(session)
        items = disposals.lock_waiting_items(session, result.list_id, of_cases=True, after=after, limit=order.batch)
        if not items:
            return None
        cases = kept.lock_free_cases(session, sorted({item.case_id for item in items if item.case_id is not None}))
        settled = _settle(session, items, cases, order)
        _erase(session, result.list_id, settled, cases, order)
        last = items[-1].id
    # Only now is it done; nothing may be told of what was rolled back.
    result.waiting += len(items) - len(settled)
    for each in settled:
        result.outcomes[each.outcome] += 1
        if each.outcome not in (ItemOutcome.DISPOSED, ItemOutcome.GONE):
            order.listener.skipped(result.list_id, each.keepsake, each.reference, each.outcome)
    return last


@dataclass(frozen=True)
class _Settled:
    item_id: int
    keepsake: Keepsake
    case_id: int
    reference: str
    left: int
    outcome: ItemOutcome


def _settle(
    session: "Session", items: Sequence["DisposalItem"], cases: Mapping[int, "Case"], order: RunOrder
) -> list[_Settled]:
    """Judge each thing again, as its case and the rules are now."""
    rules = rule_rows.retention_rules(session)
    found = {each.id: each for each in kept.keepings(session, list(cases.values()), zone=order.zone)}
    settled = []
    for item in items:
        case = found.get(item.case_id or 0)
        if case is None:
            continue
        left = case.left[item.keepsake]
        outcome = rules.judge(item.keepsake, case.facts, left=left, today=order.today)
        settled.append(_Settled(item.id, item.keepsake, case.id, case.reference, left, outcome))
    return settled


def _erase(
    session: "Session", list_id: int, settled: Sequence[_Settled], cases: Mapping[int, "Case"], order: RunOrder
) -> None:
    """Erase what was judged, tell the log and the histories, and settle the things on the list."""
    erased = [each for each in settled if each.outcome is ItemOutcome.DISPOSED]
    for keepsake in OF_A_CASE:
        numbers = [each.case_id for each in erased if each.keepsake is keepsake]
        if numbers:
            erasure.erase(session, keepsake, numbers, at=order.now)
    lines = [(each.keepsake, each.case_id, each.left) for each in erased]
    disposal_log.add_disposals(session, list_id, lines, at=order.now)
    _tell_histories(session, erased, cases, order)
    for outcome in ItemOutcome:
        disposals.settle_items(session, outcome, [each.item_id for each in settled if each.outcome is outcome])


def _tell_histories(
    session: "Session", erased: Sequence[_Settled], cases: Mapping[int, "Case"], order: RunOrder
) -> None:
    """Leave a line in the history of each case: what type was erased, never a value."""
    changes: dict[int, list[Change]] = defaultdict(list)
    for each in erased:
        changes[each.case_id].append(Change("keepsake", None, each.keepsake.value))
    for case_id in changes:
        cases[case_id].version += 1  # whoever has the case before them must look again
    told = [(cases[case_id], lines) for case_id, lines in changes.items()]
    history.add_events(session, told, at=order.now, action=Action.DISPOSED, author=order.author)


def _end(session: "Session", result: RunResult, order: RunOrder) -> None:
    """Close the list when nothing on it waits, and tell the office's log what this run did."""
    row = disposals.get_list(session, result.list_id)
    if disposals.is_settled(session, result.list_id):
        row.run_at = order.now
        session.flush()
    office_log.tell(
        session,
        at=order.now,
        action=OfficeAction.RETENTION_RUN,
        author=order.author,
        subject=Subject.DISPOSAL_LIST,
        subject_id=result.list_id,
        changes=[
            Change("disposed", None, str(result.disposed)),
            Change("skipped", None, str(result.skipped)),
        ],
    )
