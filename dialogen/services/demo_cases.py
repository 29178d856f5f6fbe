"""A year of made-up cases: most answered in time, some late, and today one of everything there can be.

The same chance each time, so that every demo looks alike. Dates follow the rules; nothing is written here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from dialogen.database.demo import MadeUpCase
from dialogen.domain import deadlines
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.deadlines import SATURDAY, Calendar, DeadlineRule
from dialogen.services import demo_office as office
from dialogen.services.demo_history import Course, history_of

SEED = 14
YEAR = 364  # days back from today
LATE = 0.014  # of the cases whose deadline has passed
EXCLUDED = 0.006
INTERNAL = 0.08
WORKDAY_CASES, WEEKEND_CASES = (1, 2, 2, 3, 3, 4), (0, 0, 1, 1)
CHANNELS = {Channel.WEB: 55, Channel.EMAIL: 22, Channel.PHONE: 12, Channel.LETTER: 5, Channel.IN_PERSON: 4}
REGISTERED_NEXT_DAY = 0.3  # of what does not come by the web form
UNIT_WEIGHTS = {
    office.ROADS: 38,
    office.PARKS: 18,
    office.SCHOOLS: 16,
    office.PLANNING: 12,
    office.HEALTH: 9,
    office.SERVICES: 7,
}
KARI, OLA = "saksbehandler@asker.example", "ola.eksempel@asker.example"


@dataclass(frozen=True)
class Rules:
    """What deadlines are reckoned by."""

    versions: list[DeadlineRule]
    calendar: Calendar


@dataclass(frozen=True)
class Plot:
    """What is to become of a case, in days; what is left open (None) is left to chance.

    `answered_after` counts from reception, `extended_by` from the original deadline.
    """

    received_ago: int
    answered_after: int | None = None
    extended_by: int | None = None
    exclusion: ExclusionReason | None = None
    stream: Stream | None = None
    unit: str | None = None
    handler: str | None = None
    is_placed: bool = True
    is_assigned: bool | None = None


#: Cases that every demo shows on its first day, whatever chance gives.
OPEN_TODAY = (
    Plot(33, unit=office.SCHOOLS, is_assigned=False),
    Plot(24, unit=office.PARKS, is_assigned=True),
    Plot(19, unit=office.ROADS, is_assigned=False),
    Plot(17, unit=office.ROADS, handler=OLA),
    Plot(16, unit=office.ROADS, handler=KARI, stream=Stream.INTERNAL),
    Plot(15, unit=office.ROADS, handler=KARI),
    Plot(20, unit=office.ROADS, handler=KARI, extended_by=12),  # past its original deadline, not its present one
    Plot(12, unit=office.PLANNING, is_assigned=True, extended_by=10),
    Plot(14, unit=office.ROADS, handler=KARI),
    Plot(14, unit=office.PLANNING, is_assigned=False),
    Plot(13, unit=office.ROADS, handler=KARI),
    Plot(12, unit=office.ROADS, handler=OLA),
    Plot(11, unit=office.ROADS, is_assigned=False),
    Plot(11, is_placed=False),
    Plot(10, unit=office.HEALTH, is_assigned=True),
    Plot(9, unit=office.ROADS, handler=KARI),
    Plot(6, unit=office.ROADS, handler=OLA, stream=Stream.INTERNAL),
    Plot(4, unit=office.ROADS, handler=KARI),
    Plot(3, is_placed=False),
    Plot(1, unit=office.ROADS, is_assigned=False),
    Plot(0, unit=office.SERVICES, is_assigned=False),
)


def made_up_cases(rules: Rules, *, today: date, now: datetime) -> list[MadeUpCase]:
    """Make up a year of cases received until today; the same for the same day and rules."""
    chance = Random(SEED)
    plots = [*_year(chance, today), *_excluded(), *OPEN_TODAY]
    return [_case(plot, chance, rules, today, now) for plot in plots]


def _year(chance: Random, today: date) -> Iterator[Plot]:
    for ago in range(YEAR, -1, -1):
        is_weekend = (today - timedelta(days=ago)).weekday() >= SATURDAY
        for _ in range(chance.choice(WEEKEND_CASES if is_weekend else WORKDAY_CASES)):
            yield _matured(chance, ago) if ago > _DAYS else _young(chance, ago)


_DAYS = deadlines.FIRST_RULE.days


def _matured(chance: Random, ago: int) -> Plot:
    fate = chance.random()
    if fate < EXCLUDED:
        return Plot(ago, exclusion=chance.choice(list(ExclusionReason)))
    if fate < EXCLUDED + LATE:
        after = min(_DAYS + chance.randint(1, 11), ago)
        return Plot(ago, answered_after=after, extended_by=14 if chance.random() < 0.4 else None)
    return Plot(ago, answered_after=int(chance.triangular(0, _DAYS + 1, 4)))


def _young(chance: Random, ago: int) -> Plot:
    # Whatever is due today or sooner is among the cases told one by one.
    is_answered = ago == _DAYS or chance.random() < 0.3 + ago / 20
    return Plot(ago, answered_after=int(chance.triangular(0, ago + 1, 2)) if is_answered else None)


def _excluded() -> Iterator[Plot]:
    for number, reason in enumerate(ExclusionReason):
        yield Plot(5 + 30 * number, exclusion=reason)


def _case(plot: Plot, chance: Random, rules: Rules, today: date, now: datetime) -> MadeUpCase:
    received_on = today - timedelta(days=plot.received_ago)
    rule = deadlines.rule_for(rules.versions, received_on)
    due_on = deadlines.due_on(received_on, rule, rules.calendar)
    stream = plot.stream or (Stream.INTERNAL if chance.random() < INTERNAL else Stream.EXTERNAL)
    channel = chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    is_next_day = channel is not Channel.WEB and chance.random() < REGISTERED_NEXT_DAY
    registered_on = min(received_on + timedelta(days=int(is_next_day)), today)
    unit = _unit(plot, chance)
    kind, subject = _subject(unit, stream, chance)
    course = Course(
        received_on=received_on,
        registered_on=registered_on,
        rule_version=rule.version,
        due_on=due_on,
        extended_to=None if plot.extended_by is None else due_on + timedelta(days=plot.extended_by),
        answered_on=_answered_on(plot, received_on, rules.calendar, registered_on, today),
        exclusion=plot.exclusion,
        stream=stream,
        channel=channel,
        kind=kind,
        unit=unit,
        handler=_handler(plot, unit, chance),
    )
    events = history_of(course, chance, today=today, now=now)
    sender_name, sender_email = _sender(stream, channel, chance)
    return MadeUpCase(
        **course.__dict__,
        created_at=events[0].at,
        subject=subject,
        text=office.TEXT,
        sender_name=sender_name,
        sender_email=sender_email,
        events=events,
    )


def _answered_on(plot: Plot, received_on: date, calendar: Calendar, registered_on: date, today: date) -> date | None:
    """Return the day of the answer: a working day where there is one to choose."""
    if plot.answered_after is None:
        return None
    day = received_on + timedelta(days=plot.answered_after)
    is_late = plot.answered_after > _DAYS
    working = calendar.working_day_from(day) if is_late else calendar.working_day_until(day)
    return working if registered_on <= working <= today else max(day, registered_on)


def _unit(plot: Plot, chance: Random) -> str | None:
    drawn = chance.choices(list(UNIT_WEIGHTS), list(UNIT_WEIGHTS.values()))[0]
    return (plot.unit or drawn) if plot.is_placed else None


def _handler(plot: Plot, unit: str | None, chance: Random) -> str | None:
    if plot.handler is not None or unit is None:
        return plot.handler
    here = [person.email for person in office.PEOPLE if person.is_handler_in(unit)]
    is_open = plot.answered_after is None and plot.exclusion is None
    is_assigned = plot.is_assigned
    if is_assigned is None:
        is_assigned = not is_open or chance.random() < 0.75
    return chance.choice(here) if is_assigned else None


def _subject(unit: str | None, stream: Stream, chance: Random) -> tuple[str, str]:
    if stream is Stream.INTERNAL:
        return chance.choice(office.INTERNAL_SUBJECTS)
    return chance.choice(office.SUBJECTS[unit or office.SERVICES])


def _sender(stream: Stream, channel: Channel, chance: Random) -> tuple[str, str | None]:
    if stream is Stream.INTERNAL:
        number = chance.randint(1, 40)
        return f"Ansatt {number} (oppdiktet)", f"ansatt{number}@asker.example"
    number = chance.randint(1, 400)
    has_email = channel in (Channel.WEB, Channel.EMAIL)
    return f"Innbygger {number} (oppdiktet)", f"innbygger{number}@innbygger.example" if has_email else None
