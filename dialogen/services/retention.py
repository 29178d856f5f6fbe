"""Retention times, which administrators set, and the plan: what is due today, frozen as a list that waits for two."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from dialogen.database import access_entries, disposals, kept, setup
from dialogen.database import retention as rule_rows
from dialogen.domain import disposal_lists
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.disposal_lists import ListDigest, ListState
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.retention import OF_A_CASE, ItemOutcome, Keepsake, RetentionRules, check_rule
from dialogen.services import office_log

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import DisposalList

BATCH = 1000  # cases looked at, or things written down, at once
ABANDONED_AFTER = timedelta(hours=6)  # a list that is still being made then was left by a process that died


@dataclass(frozen=True)
class RuleView:
    """A retention time. `kind` is None for all kinds that have none of their own."""

    id: int
    keepsake: Keepsake
    kind: str | None
    months: int


@dataclass(frozen=True)
class PlannedList:
    """What is due, as a list that waits: newly made, or the one that waited already and is the same."""

    list_id: int
    for_day: date
    digest: str
    is_new: bool
    counts: Counter[Keepsake] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many things are on the list."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Inventory:
    """What a plan must know: the day and the instant it is made, where a day begins, and who makes it."""

    today: date
    now: datetime
    zone: tzinfo
    author: Author
    batch: int = BATCH


def list_rules(db: "Database") -> list[RuleView]:
    """Return the retention times: of each type the one for all kinds first, then those for one kind, by name."""
    with db.reading() as session:
        views = [RuleView(rule.id, rule.keepsake, kind, rule.months) for rule, kind in rule_rows.rule_rows(session)]
    order = list(Keepsake)
    return sorted(views, key=lambda view: (order.index(view.keepsake), view.kind is not None, view.kind or ""))


def set_rule(
    db: "Database",
    *,
    by: Standing,
    author: Author,
    keepsake: Keepsake,
    kind_id: int | None,
    months: int,
    now: datetime,
) -> None:
    """Set how many months a type is kept, for all kinds of case (None) or for one; the same again changes nothing.

    Raises InvalidInput for a wrong number, NotFound for an unknown kind, Conflict when somebody else adds the rule.
    """
    check_may_administer(by)
    check_rule(keepsake, kind_id=kind_id, months=months)
    with db.writing() as session:
        kind = None if kind_id is None else setup.get_kind(session, kind_id).word
        rule = rule_rows.find_rule(session, keepsake, kind_id)
        before = None if rule is None else rule.months
        if before == months:
            return
        if rule is None:
            rule = rule_rows.add_rule(session, keepsake, kind_id, months=months)
        else:
            rule_rows.change_rule(session, rule.id, months=months)
        if rule is None:
            raise Conflict(Problem.RETENTION_RULE_TAKEN)
        _tell_rule(session, rule.id, keepsake, kind, (before, months), author=author, now=now)


def remove_exception(db: "Database", *, by: Standing, author: Author, rule_id: int, now: datetime) -> None:
    """Take the retention time of one kind away: that for all kinds holds. Raises NotFound; those for all stay."""
    check_may_administer(by)
    with db.writing() as session:
        rule = rule_rows.take_exception(session, rule_id)
        kind = None if rule.kind_id is None else setup.get_kind(session, rule.kind_id).word
        _tell_rule(session, rule.id, rule.keepsake, kind, (rule.months, None), author=author, now=now)


def _tell_rule(
    session: "Session",
    rule_id: int,
    keepsake: Keepsake,
    kind: str | None,
    months: tuple[int | None, int | None],
    *,
    author: Author,
    now: datetime,
) -> None:
    before, after = (None if each is None else str(each) for each in months)
    changes = [Change("keepsake", None, keepsake.value), Change("kind", None, kind), Change("months", before, after)]
    office_log.tell(
        session,
        at=now,
        action=OfficeAction.RETENTION_CHANGED,
        author=author,
        subject=Subject.RETENTION_RULE,
        subject_id=rule_id,
        changes=changes,
    )


def plan_disposal(db: "Database", *, inventory: Inventory) -> PlannedList | None:
    """Freeze what is due today as a list that waits for approval; None when nothing is due.

    When an equal list waits already it stays the one. A different one takes the place of those that wait, but not of
    one that enough have approved. Goes through the cases in batches, each written down in a transaction of its own.
    """
    _clear_abandoned(db, inventory.now)
    with db.writing() as session:
        list_id = disposals.begin_list(session, for_day=inventory.today, now=inventory.now)
    digest, counts = ListDigest(), Counter[Keepsake]()
    with db.reading() as snapshot:
        for batch in _due(snapshot, inventory):
            with db.writing() as session:
                disposals.add_items(session, list_id, [item for _, item in batch])
            for reference, item in batch:
                digest.add(item["keepsake"], reference, item["due_on"])
                counts[item["keepsake"]] += 1
    planned = PlannedList(list_id, inventory.today, str(digest), is_new=True, counts=counts)
    if not counts:
        _drop(db, list_id)
        return None
    with db.writing() as session:
        same = _finish(session, planned, inventory)
    if same is None:
        return planned
    _drop(db, list_id)
    return same


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


_Due = list[tuple[str | None, dict[str, Any]]]


def _due(session: "Session", inventory: Inventory) -> Iterator[_Due]:
    """Yield what is due in batches, each thing with the reference of its case: the access log, then case by case."""
    rules = rule_rows.retention_rules(session)
    until = rules.access_log_until(inventory.today)
    if until is not None and access_entries.count_before(session, end_of_day(until, inventory.zone), most=1):
        yield [(None, {"keepsake": Keepsake.ACCESS_LOG, "case_id": None, "due_on": until})]
    after = 0
    while numbers := kept.cases_with_anything(session, after=after, limit=inventory.batch):
        after = numbers[-1]
        yield [
            (case.reference, {"keepsake": keepsake, "case_id": case.id, "due_on": due_on})
            for case in kept.closed_cases(session, numbers, zone=inventory.zone)
            for keepsake, due_on in _due_of(case, rules, inventory.today)
        ]
        session.expunge_all()  # a million cases must not be remembered


def _due_of(case: kept.Keeping, rules: RetentionRules, today: date) -> Iterator[tuple[Keepsake, date]]:
    for keepsake in OF_A_CASE:
        outcome = rules.judge(keepsake, case.facts, left=case.left[keepsake], today=today)
        due_on = rules.due_on(keepsake, case.facts)
        if outcome is ItemOutcome.DISPOSED and due_on is not None:
            yield keepsake, due_on


def _finish(session: "Session", planned: PlannedList, inventory: Inventory) -> PlannedList | None:
    """Freeze a list, unless an equal one waits: that one is returned."""
    disposals.lock_lists(session)
    waiting = disposals.unsettled_lists(session)
    for each in waiting:
        if each.digest == planned.digest:
            return PlannedList(each.id, each.for_day, planned.digest, is_new=False, counts=planned.counts)
    row = disposals.get_unfinished_list(session, planned.list_id)
    row.digest = planned.digest
    for each in waiting:
        if state_of_list(session, each) is ListState.WAITING:
            each.replaced_by = row.id
    session.flush()
    office_log.tell(
        session,
        at=inventory.now,
        action=OfficeAction.RETENTION_LISTED,
        author=inventory.author,
        subject=Subject.DISPOSAL_LIST,
        subject_id=row.id,
        changes=[Change("items", None, str(planned.total)), Change("digest", None, planned.digest)],
    )
    return None


def state_of_list(session: "Session", row: "DisposalList") -> ListState:
    """Return how a list stands; only approvals that still hold count."""
    return disposal_lists.state_of(
        refused=row.refused_at is not None,
        replaced=row.replaced_by is not None,
        run=row.run_at is not None,
        approvals=sum(each.holds for each in disposals.approvals(session, [row.id])[row.id]),
    )


def _clear_abandoned(db: "Database", now: datetime) -> None:
    with db.reading() as session:
        abandoned = disposals.abandoned_lists(session, made_before=now - ABANDONED_AFTER)
    for list_id in abandoned:
        _drop(db, list_id)


def _drop(db: "Database", list_id: int) -> None:
    dropped = BATCH
    while dropped == BATCH:
        with db.writing() as session:
            dropped = disposals.drop_items(session, list_id, most=BATCH)
