"""The query behind the yearly figure: it groups and counts a year's cases; the verdicts are the domain's."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from dialogen.database.cases import within
from dialogen.database.models import Case, Kind, Unit
from dialogen.domain.accounts import Reach
from dialogen.domain.cases import Stream
from dialogen.domain.reports import Breakdown, OutcomeGroup, day_before_maturity, year_bounds

#: The columns of ix_cases_report after the stream, in its order: a grouping by the first of them needs no sorting.
_FACTS: tuple[InstrumentedAttribute[Any], ...] = (
    Case.received_on,
    Case.due_on,
    Case.answered_on,
    Case.exclusion,
    Case.deadline,
    Case.rule_version,
)
_FACTS_FOR: dict[Breakdown | None, tuple[InstrumentedAttribute[Any], ...]] = {
    None: _FACTS,
    Breakdown.MONTH: _FACTS,
    Breakdown.UNIT: (*_FACTS, Case.unit_id),
    Breakdown.CHANNEL: (*_FACTS, Case.unit_id, Case.channel),
    Breakdown.KIND: (*_FACTS, Case.unit_id, Case.channel, Case.kind_id),
}


def outcome_groups(
    session: Session,
    *,
    year: int,
    as_of: date,
    stream: Stream = Stream.EXTERNAL,
    by: Breakdown | None = None,
    reach: Reach | None = None,
) -> list[OutcomeGroup]:
    """Return a year's cases of a stream as of a day, counted by what they have in common; reads one index alone.

    With `by`, the key of a group is its month (`YYYY-MM`), the word of its channel, or the number of its unit or
    kind as text, None for none. `reach` leaves out the cases beyond it.
    """
    rows = session.execute(_by_outcome(_by_facts(year, as_of, stream, by, reach), as_of, by))
    return [
        OutcomeGroup(
            count=int(row.cases),
            matured=row.matured,
            answered=bool(row.answered),  # unknown, and so false, for a case that is not answered at all
            by_due=bool(row.by_due),
            by_extension=bool(row.by_extension),
            exclusion=row.exclusion,
            rule_version=row.rule_version,
            key=_key(by, year, row.key),
        )
        for row in rows
    ]


def _by_facts(year: int, as_of: date, stream: Stream, by: Breakdown | None, reach: Reach | None) -> Select[Any]:
    # Cases are first counted by their plain columns, in the order of the index: that merges those of one day, and
    # is twice as fast as working out the flags of every case and sorting by them.
    first, last = year_bounds(year, as_of)
    facts = _FACTS_FOR[by]
    query = select(*facts, func.count().label("cases")).group_by(*facts)
    query = query.where(Case.stream == stream, Case.received_on.between(first, last))
    return query if reach is None else query.where(within(reach))


def _by_outcome(by_facts: Select[Any], as_of: date, by: Breakdown | None) -> Select[Any]:
    case = by_facts.subquery().c
    key: ColumnElement[Any] = null()
    if by is Breakdown.MONTH:
        key = extract("month", case.received_on)
    elif by is not None:
        key = case[_FACTS_FOR[by][-1].key]
    groups = (
        (case.due_on <= day_before_maturity(as_of)).label("matured"),
        (case.answered_on <= as_of).label("answered"),
        (case.answered_on <= case.due_on).label("by_due"),
        (case.answered_on <= case.deadline).label("by_extension"),
        case.exclusion.label("exclusion"),
        case.rule_version.label("rule_version"),
        key.label("key"),
    )
    # By name: a value bound a second time, in GROUP BY, would make it another expression to PostgreSQL.
    names = [group.name for group in groups]
    return select(*groups, func.sum(case.cases).label("cases")).group_by(*names).order_by(*names)


def _key(by: Breakdown | None, year: int, value: Any) -> str | None:
    if by is Breakdown.MONTH:
        return f"{year:04}-{int(value):02}"
    return None if value is None else str(value)


def unit_names(session: Session) -> dict[str, str]:
    """Return the names of all units by their numbers as text."""
    return {str(number): name for number, name in session.execute(select(Unit.id, Unit.name).order_by(Unit.id))}


def kind_names(session: Session) -> dict[str, tuple[str, str]]:
    """Return the words and names of all kinds by their numbers as text."""
    query = select(Kind.id, Kind.word, Kind.name).order_by(Kind.id)
    return {str(number): (word, name) for number, word, name in session.execute(query)}
