"""After hours, a weekend and three weeks in which no pass was made: what is told, to whom, and once."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import Alert, Letter
from dialogen.domain.accounts import Role
from dialogen.services import deadline_pass
from dialogen.services.deadline_pass import PassResult
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox
from tests.passes import STATIONERY, Clock, make_pass, worker
from tests.test_scheduler import OSLO

KARI, LEDER = "kari@asker.example", "leder@asker.example"
NO_ALERTS = "Det ble ikke sendt varsler"


@pytest.fixture(autouse=True)
def office(db: Database) -> None:
    """A handler and a manager, with cases received every second day for two months."""
    unit = make_unit(db)
    kari = make_account(db, KARI, roles=((Role.HANDLER, unit),))
    make_account(db, LEDER, roles=((Role.MANAGER, unit),))
    for days in range(0, 60, 2):
        make_case(db, received_on=TODAY - timedelta(days=days), unit_id=unit, handler_id=kari)


def morning(db: Database, mailbox: Mailbox, day: date, *, hour: time = time(6, 30)) -> PassResult:
    """Make the pass of a day, and return what it came to."""
    by = worker(clock=Clock(datetime.combine(day, hour, OSLO)))
    made = deadline_pass.pass_of_slot(
        db, mailbox.post(), slot=f"{day} 06:30", today=day, stationery=STATIONERY, worker=by
    )
    assert made is not None
    return made


def silences(mailbox: Mailbox, address: str) -> list[str]:
    """Return what the letters to somebody say of mornings without alerts."""
    texts = (" ".join(each.text.split()) for each in mailbox.to(address))
    return [text[text.index(NO_ALERTS) :].partition(". Varslene")[0] for text in texts if NO_ALERTS in text]


@pytest.mark.parametrize(
    ("last", "back", "hour", "told"),
    [
        (date(2026, 2, 10), date(2026, 2, 11), time(15, 45), []),
        (date(2026, 2, 6), date(2026, 2, 9), time(6, 30), []),
        (date(2026, 2, 6), date(2026, 2, 10), time(9), ["mandag 9. februar 2026"]),
        (
            date(2026, 1, 21),
            date(2026, 2, 11),
            time(11),
            ["fra og med torsdag 22. januar 2026 til og med tirsdag 10. februar 2026"],
        ),
    ],
    ids=["hours", "a weekend", "a weekend and a day", "three weeks"],
)
def test_after_a_downtime_everybody_gets_one_letter_and_managers_are_told_of_the_gap(
    db: Database, mailbox: Mailbox, last: date, back: date, hour: time, told: list[str]
) -> None:
    morning(db, mailbox, last)
    mailbox.letters.clear()
    result = morning(db, mailbox, back, hour=hour)
    assert mailbox.addresses() == [KARI, LEDER]
    assert result.sent == 2
    assert silences(mailbox, KARI) == []
    assert silences(mailbox, LEDER) == [f"{NO_ALERTS} {words}" for words in told]
    mailbox.letters.clear()
    morning(db, mailbox, back + timedelta(days=1))
    assert silences(mailbox, LEDER) == []


def test_three_weeks_are_at_most_one_alert_for_each_case_and_person(db: Database, mailbox: Mailbox) -> None:
    morning(db, mailbox, TODAY - timedelta(days=21))
    with db.reading() as session:
        first = session.scalar(select(func.max(Letter.id)))
    morning(db, mailbox, TODAY)
    with db.reading() as session:
        told = select(Alert.case_id, Alert.recipient, Alert.comes_late).where(Alert.letter_id > first)
        rows = [tuple(row) for row in session.execute(told)]
    assert len({row[:2] for row in rows}) == len(rows)
    assert {late for *_, late in rows} == {True, False}  # what fell due this morning is in time


def test_a_pass_for_an_earlier_day_tells_of_no_gap(db: Database, mailbox: Mailbox) -> None:
    morning(db, mailbox, TODAY - timedelta(days=21))
    mailbox.letters.clear()
    make_pass(db, mailbox.post(), today=TODAY - timedelta(days=7), present_day=False)
    assert silences(mailbox, LEDER) == []
