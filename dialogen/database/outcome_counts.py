"""What a year comes to by the running counts: as many rows as there are units and days ahead, however many cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from dialogen.database.models import OutcomeCount
from dialogen.database.plain_rows import flat
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.reports import OutcomeGroup, day_before_maturity

MATURED = date.min  # the deadline of rows that were brought together after it was past
AT_ONCE = 20_000  # rows that are brought together in one transaction
_FACTS = tuple(column for column in OutcomeCount.__table__.columns if column.name not in ("id", "cases"))
_DUE_ON = [column.name for column in _FACTS].index("due_on")


@dataclass(frozen=True)
class Counted:
    """A year's groups as of today, by unit (key: its number as text, None for none).

    `registered_late` is how many cases of the cohort were registered when their deadline was past already.
    """

    groups: tuple[OutcomeGroup, ...]
    registered_late: int

    def __hash__(self) -> int:
        """Hash what tells most of them apart: what is made of a year is looked for by it."""
        return hash((len(self.groups), self.registered_late))


class _Row(NamedTuple):
    """What is asked for of a year's counts, in this order."""

    unit_id: int | None
    matured: Any
    answered: bool
    by_due: bool
    by_extension: bool
    exclusion: str | None
    rule_version: int
    registered_late: bool
    cases: Any


def year_counts(session: Session, *, year: int, today: date, stream: Stream = Stream.EXTERNAL) -> Counted:
    """Return a year's cases of a stream as of today, counted by what they have in common: one query.

    The same groups as `reports.outcome_groups` by unit, as of today alone: what was known on an earlier day is not kept.
    """
    return _counted(tuple(flat(session, _year_query(year, today, stream))))


@lru_cache(maxsize=16)  # a year is the same for everybody who looks, until something changes in it
def _counted(found: tuple[tuple[Any, ...], ...]) -> Counted:
    rows = [_Row._make(row) for row in found]
    return Counted(
        groups=tuple(_group(row) for row in rows if row.cases),
        registered_late=sum(int(row.cases) for row in rows if row.registered_late and not row.exclusion),
    )


@lru_cache(maxsize=16)
def _year_query(year: int, today: date, stream: Stream) -> Any:
    matured = (OutcomeCount.due_on <= day_before_maturity(today)).label("matured")
    count = OutcomeCount
    facts = (count.unit_id, matured, count.answered, count.by_due, count.by_extension, count.exclusion)
    names = (*facts, count.rule_version, count.registered_late)
    return (
        select(*names, func.sum(count.cases))
        .where(count.year == year, count.stream == stream)
        .group_by("unit_id", "matured", *names[2:])
        .order_by("unit_id", "matured", *names[2:])
    )


def _group(row: _Row) -> OutcomeGroup:
    return OutcomeGroup(
        count=int(row.cases),
        matured=bool(row.matured),
        answered=row.answered,
        by_due=row.by_due,
        by_extension=row.by_extension,
        exclusion=ExclusionReason(row.exclusion) if row.exclusion else None,
        rule_version=row.rule_version,
        key=str(row.unit_id) if row.unit_id else None,
    )


def count_rows(session: Session) -> tuple[int, int]:
    """Return how many rows there are, and the number of the newest one."""
    count, newest = session.execute(select(func.count(), func.max(OutcomeCount.id))).one()
    return count, newest or 0


def bring_together(session: Session, *, until: int, today: date) -> bool:
    """Put one row in the place of those that have the same facts; what is past its deadline is one from now on.

    Takes the oldest up to a number; says whether some may be left. Whoever looks meanwhile sees the one or the others.
    Of two at once each brings together what the other has not.
    """
    chosen = select(OutcomeCount.id).where(OutcomeCount.id <= until).order_by(OutcomeCount.id).limit(AT_ONCE)
    gone = delete(OutcomeCount).where(OutcomeCount.id.in_(chosen)).returning(*_FACTS, OutcomeCount.cases)
    taken = session.execute(gone, execution_options={"synchronize_session": False}).all()
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in taken:
        sums[_settled(row[:-1], today)] += row.cases
    rows = [dict(zip((column.name for column in _FACTS), facts, strict=True)) for facts in sums]
    left = [row | {"cases": cases} for row, cases in zip(rows, sums.values(), strict=True) if cases]
    if left:
        session.execute(insert(OutcomeCount), left)
    return len(taken) == AT_ONCE


def _settled(facts: Sequence[Any], today: date) -> tuple[Any, ...]:
    due_on = MATURED if facts[_DUE_ON] < today else facts[_DUE_ON]
    return (*facts[:_DUE_ON], due_on, *facts[_DUE_ON + 1 :])
