"""Passes in processes of their own, as an office starts them: two at once, and one killed in the middle."""

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.forks import DIALOGEN, Fork, fork
from tests.mailbox import HOST, Mailbox
from tests.passes import alerts, letters

HANDLERS = [f"saksbehandler{number}@asker.example" for number in range(5)]
Start = Callable[[], Fork]


@pytest.fixture
def start(db: Database, mailbox: Mailbox, tmp_path: Path) -> Start:
    """Start a pass in a process of its own, for five handlers who are each owed a letter."""
    unit = make_unit(db)
    for address in HANDLERS:
        handler = make_account(db, address, roles=((Role.HANDLER, unit),))
        make_case(db, received_on=TODAY - timedelta(days=14), unit_id=unit, handler_id=handler)
    settings = {
        "DIALOGEN_DATABASE_URL": db.url,
        "DIALOGEN_DATA_DIR": str(tmp_path),
        "DIALOGEN_MAIL_SERVER": HOST,
        "DIALOGEN_MAIL_PORT": str(mailbox.port),
        "DIALOGEN_MAIL_SENDER": "dialogen@asker.example",
    }

    def begin() -> Fork:
        words = ("check-deadlines", "--today", TODAY.isoformat(), "--format", "json")
        return fork(DIALOGEN, *words, settings=settings)

    return begin


def ended(process: Fork) -> dict[str, int]:
    """Wait for a pass to end well and return its numbers."""
    code, out, err = process.ended()
    assert (code, err) == (0, "")
    numbers: dict[str, int] = json.loads(out)
    return numbers


def test_two_processes_at_once_send_each_letter_once(db: Database, mailbox: Mailbox, start: Start) -> None:
    mailbox.seconds_to_think = 0.5
    results = [ended(process) for process in [start(), start()]]
    assert mailbox.addresses() == HANDLERS
    assert sum(each["raised"] for each in results) == 5
    assert sum(each["sent"] for each in results) == 5
    assert [each["failed"] for each in results] == [0, 0]


def test_after_a_pass_was_killed_the_next_one_sends_the_rest_at_once(
    db: Database, mailbox: Mailbox, start: Start
) -> None:
    got_two, dead = threading.Event(), threading.Event()

    def at_the_second() -> None:
        # The server has the second letter, and the killed process never hears of it.
        if len(mailbox.letters) == 2:
            got_two.set()
            dead.wait(30)

    mailbox.on_text = at_the_second
    killed = start()
    assert got_two.wait(60)
    killed.process.kill()
    killed.ended()
    dead.set()
    in_doubt = mailbox.letters[1]
    assert sorted(each.state.value for each in letters(db)) == ["claimed", "sent", "waiting", "waiting", "waiting"]
    begun = time.monotonic()
    numbers = ended(start())
    assert time.monotonic() - begun < 60  # and not the minutes that a claim lasts
    assert (numbers["raised"], numbers["sent"], numbers["failed"]) == (0, 4, 0)
    assert sorted(set(mailbox.addresses())) == HANDLERS
    (again,) = [each for each in mailbox.letters[2:] if each.recipients == in_doubt.recipients]
    assert again.id == in_doubt.id
    assert len({each.id for each in mailbox.letters}) == 5
    assert {each.state.value for each in letters(db)} == {"sent"}
    assert {each.state for each in alerts(db)} == {"in_letter", "superseded"}
