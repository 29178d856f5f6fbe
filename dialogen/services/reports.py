"""The yearly figure for its readers: what the municipality's comes to, and the groups within a reader's reach."""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import reports, rules
from dialogen.domain.accounts import Act, Reach, Standing, reach
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.errors import NotAllowed, Problem
from dialogen.domain.reports import (
    MV_1_1,
    Breakdown,
    GroupTally,
    OutcomeGroup,
    Tally,
    YearlyReport,
    check_period,
    status,
    tally,
)
from dialogen.domain.texts import norwegian_key
from dialogen.files import report_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

NO_GROUP = "none"  # the key of cases without a unit or a kind


def yearly_report(
    db: "Database",
    *,
    year: int,
    as_of: date | None,
    today: date,
    by: Breakdown | None = None,
    reader: Standing | None = None,
) -> YearlyReport:
    """Return MV.1.1 of a year as of a day (today when None), broken down when asked; changes nothing.

    The whole is the municipality's for every reader; the groups count the cases within the reader's reach alone.
    Without a reader (the command line) nothing is left out. Raises InvalidInput for a year or a day that cannot be,
    and NotAllowed for a breakdown to a reader who may see no group at all.
    """
    day = as_of or today
    check_period(year, day, today)
    within = _reach_of(reader) if by else None
    with db.reading() as session:
        whole = tally(reports.outcome_groups(session, year=year, as_of=day))
        versions = rules.deadline_rules(session)
        settled = status(
            year=year,
            as_of=day,
            all_matured=whole.received == whole.matured,
            rules=versions,
            calendar=calendar.office_calendar(rules.closed_days(session)),
        )
        groups = _breakdown(session, year, day, by, within) if by else ()
    return YearlyReport(
        indicator=MV_1_1.code,
        year=year,
        as_of=day,
        status=settled,
        stream=Stream.EXTERNAL,
        tally=whole,
        rules=tuple(rule for rule in versions if rule.version in whole.rules),
        breakdown=groups,
        by=by,
    )


def _reach_of(reader: Standing | None) -> Reach | None:
    if reader is None:
        return None
    within = reach(reader, Act.BREAK_DOWN)
    if within.is_empty:
        raise NotAllowed(Problem.NOT_ALLOWED)
    return within


def _breakdown(
    session: "Session", year: int, as_of: date, by: Breakdown, within: Reach | None
) -> tuple[GroupTally, ...]:
    by_key: dict[str | None, list[OutcomeGroup]] = defaultdict(list)
    for group in reports.outcome_groups(session, year=year, as_of=as_of, by=by, reach=within):
        by_key[group.key].append(group)
    named = _named(session, by, {key: tally(groups) for key, groups in by_key.items()})
    return tuple(sorted(named, key=lambda group: _place(by, group)))


def _named(session: "Session", by: Breakdown, tallies: dict[str | None, Tally]) -> list[GroupTally]:
    names: dict[str, tuple[str, str]] = {}
    if by is Breakdown.UNIT:
        names = {number: (name, name) for number, name in reports.unit_names(session).items()}
    elif by is Breakdown.KIND:
        names = reports.kind_names(session)
    named = []
    for key, counted in tallies.items():
        if key is None:
            named.append(GroupTally(NO_GROUP, report_words.WITHOUT[by], counted))
        elif key in names:
            named.append(GroupTally(*names[key], counted))
        else:
            named.append(GroupTally(key, report_words.group_label(by, key), counted))
    return named


def _place(by: Breakdown, group: GroupTally) -> tuple[bool, object]:
    """Months by date, channels as listed, units and kinds as a Norwegian alphabet has them, those without one last."""
    if by is Breakdown.CHANNEL:
        return False, list(Channel).index(Channel(group.key))
    if by is Breakdown.MONTH:
        return False, group.key
    return group.key == NO_GROUP, norwegian_key(group.label)
