"""What calendars are answered, read by the libraries that other people's programs use."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import vobject
from icalendar import Calendar
from sqlalchemy import update

from dialogen.database.engine import Database
from dialogen.database.models import Account, CalendarFeed, Case, ClosedDay, MembershipRow
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.feeds import EVENTS_MOST
from dialogen.domain.history import Author, Door
from dialogen.domain.languages import Language
from dialogen.services import calendar_feeds, calendar_fetches, cases
from dialogen.services.calendar_fetches import Answer, Fetch, Moment, Place
from dialogen.services.cases import Deed
from dialogen.services.token_meter import Meter
from tests.factories import NOW, PERSONAL, TODAY, make_account, make_case, make_unit, standing
from tests.statements import counted

OSLO = ZoneInfo("Europe/Oslo")
PLACE = Place("https://dialogen.asker.example", Language.BOKMAL)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
Fetcher = Callable[..., Fetch]


@pytest.fixture
def unit_id(db: Database) -> int:
    """A unit whose name has the signs that a calendar must write otherwise."""
    return make_unit(db, "Vei, park; og\\idrett")


@pytest.fixture
def handler(db: Database, unit_id: int) -> Standing:
    """Who fetches."""
    return standing(make_account(db, "kari@asker.example", roles=((Role.HANDLER, unit_id),)), (Role.HANDLER, unit_id))


def issue(db: Database, by: Standing, unit_id: int | None = None) -> str:
    """Make a feed; returns its secret."""
    made = {"name": "Outlook", "now": NOW, "author": Author(by.account_id, Door.WEB)}
    return calendar_feeds.issue_feed(db, by=by, unit_id=unit_id, **made)[1]  # type: ignore[arg-type]


def fetch(db: Database, secret: str, *, now: datetime = NOW, meter: Meter | None = None) -> Fetch:
    """Fetch as a calendar does."""
    return calendar_fetches.fetch(db, secret=secret, at=Moment(now, OSLO), place=PLACE, meter=meter or Meter(0))


def events(fetched: Fetch) -> list[Any]:
    """Return the events, as a calendar that knows recurrence shows them over the years."""
    assert fetched.answer is Answer.SHOWN
    shown = recurring_ical_events.of(Calendar.from_ical(fetched.text))
    return sorted(shown.between((2020, 1, 1), (2030, 1, 1)), key=lambda event: event.start)


def reference_of(db: Database, case_id: int) -> str:
    with db.reading() as session:
        return session.get_one(Case, case_id).reference


def test_a_feed_shows_the_deadline_of_each_own_open_case_as_a_whole_day(
    db: Database, handler: Standing, unit_id: int
) -> None:
    other = make_account(db, roles=((Role.HANDLER, unit_id),))
    kept = make_case(db, unit_id=unit_id, handler_id=handler.account_id, due_on=date(2026, 2, 25), subject="Hull")
    abroad = make_case(db, handler_id=handler.account_id, due_on=date(2026, 3, 2), extended_to=date(2026, 3, 16))
    make_case(db, unit_id=unit_id, handler_id=other)
    make_case(db, unit_id=unit_id)
    make_case(db, unit_id=unit_id, handler_id=handler.account_id, answered_on=TODAY)
    make_case(db, unit_id=unit_id, handler_id=handler.account_id, exclusion=ExclusionReason.SPAM)
    fetched = fetch(db, issue(db, handler))
    first, second = events(fetched)
    references = [reference_of(db, each) for each in (kept, abroad)]
    assert [(event.start, event.end) for event in (first, second)] == [
        (date(2026, 2, 25), date(2026, 2, 26)),
        (date(2026, 3, 16), date(2026, 3, 17)),
    ]
    assert first["SUMMARY"] == f"Frist: {references[0]}, Vei, park; og\\idrett"
    assert second["SUMMARY"] == f"Frist: {references[1]}, ikke plassert"
    assert [event["URL"] for event in (first, second)] == [
        f"https://dialogen.asker.example/cases/{each}" for each in references
    ]
    assert {event["TRANSP"] for event in (first, second)} == {"TRANSPARENT"}
    assert fetched.shown == 2


def test_a_feed_of_a_unit_shows_all_of_its_open_cases_and_no_other(
    db: Database, handler: Standing, unit_id: int
) -> None:
    colleague = make_account(db, roles=((Role.HANDLER, unit_id),))
    inside = [make_case(db, unit_id=unit_id, handler_id=each) for each in (handler.account_id, colleague, None)]
    make_case(db, unit_id=make_unit(db, "Kultur"), handler_id=handler.account_id)
    make_case(db)
    found = events(fetch(db, issue(db, handler, unit_id)))
    assert {event["SUMMARY"][7:18] for event in found} == {reference_of(db, each) for each in inside}


def test_nothing_personal_is_in_a_feed(db: Database, handler: Standing, unit_id: int) -> None:
    make_case(db, unit_id=unit_id, handler_id=handler.account_id, subject="Hemmelig emne", external_reference="P-77")
    text = fetch(db, issue(db, handler)).text.decode().replace("\r\n ", "")
    with db.reading() as session:
        owner = session.get_one(Account, handler.account_id)
    for secret in ("Hemmelig emne", "P-77", owner.name, owner.email, *PERSONAL.values()):
        assert secret not in text


def test_another_library_reads_the_calendar_its_name_and_its_alarms(
    db: Database, handler: Standing, unit_id: int
) -> None:
    with db.writing() as session:
        session.add(ClosedDay(day=date(2026, 2, 23), name="Planleggingsdag"))
    make_case(db, unit_id=unit_id, handler_id=handler.account_id, due_on=date(2026, 2, 25))
    read: Any = vobject.readOne(fetch(db, issue(db, handler, unit_id)).text.decode())
    assert read.contents["x-wr-calname"][0].value.startswith("Frister: Vei")
    assert read.contents["refresh-interval"][0].value == "PT1H"
    assert read.contents["refresh-interval"][0].params == {"VALUE": ["DURATION"]}
    assert read.contents["x-published-ttl"][0].value == "PT1H"
    assert "method" not in read.contents
    alarms = read.vevent.contents["valarm"]
    # Two days before is closed, and Monday's working day before it a Friday.
    assert [alarm.trigger.value for alarm in alarms] == [-5 * DAY + timedelta(hours=8), timedelta(hours=8)]
    assert {alarm.action.value for alarm in alarms} == {"DISPLAY"}
    assert all(alarm.description.value == read.vevent.summary.value for alarm in alarms)


def test_a_deadline_that_moves_moves_its_event_and_an_answered_case_leaves(
    db: Database, handler: Standing, unit_id: int
) -> None:
    case_id = make_case(db, unit_id=unit_id, handler_id=handler.account_id)
    secret, reference = issue(db, handler), reference_of(db, case_id)
    (before,) = events(fetch(db, secret))
    later = NOW + timedelta(hours=2)
    deed = Deed(by=handler, author=Author(handler.account_id, Door.WEB), today=TODAY, now=later)
    cases.extend_case(db, reference=reference, extended_to=date(2026, 4, 1), reason="Befaring", deed=deed)
    (after,) = events(fetch(db, secret))
    assert after["UID"] == before["UID"]
    assert after.start == date(2026, 4, 1)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert (before.last_modified, after.last_modified) == (NOW, later)
    assert after.stamp == later
    cases.answer_case(db, reference=reference, answered_on=TODAY, deed=replace(deed, now=later + SECOND))
    assert events(fetch(db, secret)) == []


def test_events_are_known_again_in_every_feed_and_by_no_number_of_the_database(
    db: Database, handler: Standing, unit_id: int
) -> None:
    case_id = make_case(db, unit_id=unit_id, handler_id=handler.account_id)
    (own,), (units,) = events(fetch(db, issue(db, handler))), events(fetch(db, issue(db, handler, unit_id)))
    assert own["UID"] == units["UID"]
    assert len(own["UID"]) == 36
    assert str(case_id) != own["UID"]


def test_the_same_deadlines_are_the_same_bytes(db: Database, handler: Standing, unit_id: int) -> None:
    make_case(db, unit_id=unit_id, handler_id=handler.account_id, due_on=date(2026, 3, 20))
    secret = issue(db, handler)
    assert fetch(db, secret).text == fetch(db, secret, now=NOW + 3 * DAY).text


def test_a_feed_is_in_its_owners_language(db: Database, handler: Standing, unit_id: int) -> None:
    make_case(db, handler_id=handler.account_id)
    with db.writing() as session:
        session.execute(update(Account).values(language=Language.ENGLISH))
    text = fetch(db, issue(db, handler)).text.decode()
    assert "My deadlines" in text
    assert "Deadline: " in text
    assert "not placed" in text.lower() or "no unit" in text.lower()


@pytest.mark.parametrize("loss", ["disabled", "role", "moved"])
def test_a_feed_dies_with_its_account_and_its_role(db: Database, handler: Standing, unit_id: int, loss: str) -> None:
    make_case(db, unit_id=unit_id, handler_id=handler.account_id)
    own, units = issue(db, handler), issue(db, handler, unit_id)
    elsewhere = make_unit(db, "Kultur")
    with db.writing() as session:
        account = session.get_one(Account, handler.account_id)
        if loss == "disabled":
            account.disabled_at = NOW
        elif loss == "role":
            account.memberships = [MembershipRow(role=Role.STATISTICIAN, scope="*")]
        else:
            account.memberships = [MembershipRow(role=Role.HANDLER, scope=str(elsewhere), unit_id=elsewhere)]
    assert fetch(db, units) == Fetch(Answer.UNKNOWN)
    # Whoever handles anywhere keeps what was given to them.
    assert fetch(db, own).answer is (Answer.SHOWN if loss == "moved" else Answer.UNKNOWN)


@pytest.mark.parametrize("secret", ["", "ukjent", "æ" * 5000, "\x00", "\ud800", "' OR 1=1 --"])
def test_an_unknown_secret_is_told_nothing(db: Database, handler: Standing, secret: str) -> None:
    issue(db, handler)
    assert fetch(db, secret) == Fetch(Answer.UNKNOWN)


def test_a_fetch_takes_the_same_three_queries_whatever_it_shows(db: Database, handler: Standing, unit_id: int) -> None:
    secret, told = issue(db, handler, unit_id), []
    fetch(db, secret)  # notes the use, which the next ones need not
    for _ in range(2):
        with counted(db) as statements:
            fetch(db, secret, now=NOW + SECOND)
        told.append(len(statements))
        for _ in range(5):
            make_case(db, unit_id=unit_id)
    assert told == [3, 3]


def test_a_feed_is_bounded_and_says_so(db: Database, handler: Standing, unit_id: int) -> None:
    make_case(db, unit_id=unit_id, due_on=TODAY + 14 * DAY)
    with db.writing() as session:
        case = session.query(Case).one()
        same = {column.key: getattr(case, column.key) for column in Case.__mapper__.columns}
        session.add_all(
            Case(**{**same, "id": None, "reference": f"2024-{number:06d}", "due_on": TODAY, "deadline": TODAY})
            for number in range(EVENTS_MOST)
        )
    fetched = fetch(db, issue(db, handler, unit_id))
    assert fetched.shown == EVENTS_MOST
    text = fetched.text.decode().replace("\r\n ", "")
    assert text.count(f"DTSTART;VALUE=DATE:{TODAY:%Y%m%d}") == text.count("BEGIN:VEVENT") == EVENTS_MOST
    assert f"Viser de {EVENTS_MOST} åpne henvendelsene med tidligst frist." in text


def test_the_first_fetch_of_a_day_is_a_look_and_no_other(db: Database, handler: Standing) -> None:
    secret, meters = issue(db, handler), (Meter(0), Meter(0))  # of two processes
    late = datetime(2026, 2, 11, 22, 30, tzinfo=UTC)  # half past eleven in Oslo

    def looks(now: datetime) -> list[bool]:
        return [fetch(db, secret, now=now, meter=each).is_new_look for each in meters]

    assert looks(NOW) == [True, False]
    assert looks(NOW + 60 * SECOND) == [False, False]
    assert looks(late) == [False, False]
    assert looks(late + timedelta(hours=1)) == [True, False]


def test_a_feed_is_fetched_so_many_times_a_minute_and_no_more(db: Database, handler: Standing) -> None:
    secret, meter = issue(db, handler), Meter(3)
    answers = [fetch(db, secret, now=NOW + number * SECOND, meter=meter) for number in range(5)]
    assert [each.answer for each in answers] == [*[Answer.SHOWN] * 3, *[Answer.TOO_OFTEN] * 2]
    assert answers[-1].text == b""
    assert 0 < answers[-1].wait <= 60
    assert fetch(db, secret, now=NOW + 70 * SECOND, meter=meter).answer is Answer.SHOWN


def test_a_fetch_is_answered_while_somebody_else_is_writing(db: Database, handler: Standing) -> None:
    secret, meter = issue(db, handler), Meter(5)
    with db.writing() as session:
        session.execute(update(CalendarFeed).values(name="holds the row"))
        fetched = fetch(db, secret, meter=meter)
        assert (fetched.answer, fetched.is_new_look) == (Answer.SHOWN, True)
    assert fetch(db, secret, now=NOW + 11 * SECOND, meter=meter).answer is Answer.SHOWN
    with db.reading() as session:
        assert session.query(CalendarFeed).one().last_used_at == NOW + 11 * SECOND
