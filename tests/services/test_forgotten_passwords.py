"""A link to a new password: asked for without a word on who has an account, made at each attempt, and kept nowhere."""

import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Base, Letter, OfficeEvent, SignInLink
from dialogen.domain.accounts import Role
from dialogen.domain.errors import NotSignedIn, TooManyAttempts
from dialogen.domain.languages import Language
from dialogen.domain.letters import CLAIM_LASTS, PAUSES, LetterState
from dialogen.domain.throttling import LIMITS, Kind
from dialogen.mail.post import Post, ShowingPost
from dialogen.services import accounts, letters, sessions
from dialogen.services.forgotten_passwords import LINK_GOOD_FOR, SECRET_SIGN, ask_for_link, send_links
from dialogen.services.letters import SendTally, send_letters
from dialogen.services.passwords import Hasher
from dialogen.services.second_steps import LENIENT, EntryRules
from tests.factories import CALLER, NOW, TODAY, make_account, standing
from tests.mailbox import Mailbox, free_port, post_to
from tests.passes import STATIONERY, Clock, worker
from tests.statements import statements

CHEAP = Hasher(memory_kib=8, passes=1)
EMAIL = "kari@asker.example"
OTHER = "gul traktor over fjorden"


@pytest.fixture
def kari(db: Database) -> int:
    """An account with a password."""
    return make_account(db, EMAIL, roles=((Role.HANDLER, "*"),))


def ask(db: Database, email: str = EMAIL, *, entry: EntryRules = LENIENT, address: str = "192.0.2.7") -> None:
    """Ask for a link at the tests' moment."""
    ask_for_link(
        db,
        email=email,
        now=NOW,
        today=TODAY,
        caller=replace(CALLER, address=address),
        entry=entry,
        stationery=STATIONERY,
    )


def send(db: Database, post: Post, at: datetime = NOW) -> SendTally:
    """Make a round of sending."""
    return send_links(db, post, worker(clock=Clock(at)))


def stored(db: Database) -> list[Letter]:
    """Return all letters."""
    with db.reading() as session:
        found = list(session.scalars(select(Letter).order_by(Letter.id)))
        session.expunge_all()
    return found


def links_in(mailbox: Mailbox) -> list[str]:
    """Return the secret that each letter of a mailbox brings, the same in both its texts."""
    found = []
    for each in mailbox.letters:
        texts = [str(part.get_content()) for part in each.message.walk() if not part.is_multipart()]
        address = re.compile(r"https://dialogen\.asker\.example/sign-in/link/([\w-]+)")
        secrets = {secret for text in texts for secret in address.findall(text)}
        assert len(texts) == 2
        assert len(secrets) == 1
        found.append(secrets.pop())
    return found


def everything(db: Database) -> str:
    """Return all that stands in the database as one text."""
    with db.reading() as session:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


def test_the_link_that_was_sent_sets_a_new_password(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db, " Kari@ASKER.example ")
    assert send(db, mailbox.post()) == SendTally(sent=1)
    assert mailbox.addresses() == [EMAIL]
    (secret,) = links_in(mailbox)
    opened = sessions.set_first_password(
        db, secret=secret, password=OTHER, now=NOW + timedelta(minutes=59), caller=CALLER, hasher=CHEAP
    )
    assert sessions.account_of_session(db, secret=opened, now=NOW + timedelta(minutes=59)) is not None
    assert sessions.sign_in(db, email=EMAIL, password=OTHER, now=NOW, caller=CALLER, hasher=CHEAP)
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=secret, now=NOW)


def test_the_link_is_good_for_an_hour(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    send(db, mailbox.post())
    (secret,) = links_in(mailbox)
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=secret, now=NOW + LINK_GOOD_FOR)


def test_a_password_set_by_the_link_lets_in_whoever_was_slowed_down(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    send(db, mailbox.post())
    for _ in range(LIMITS[Kind.ACCOUNT].attempts):
        with pytest.raises(NotSignedIn):
            sessions.sign_in(db, email=EMAIL, password="feil", now=NOW, caller=CALLER, hasher=CHEAP)
    (secret,) = links_in(mailbox)
    sessions.set_first_password(db, secret=secret, password=OTHER, now=NOW, caller=CALLER, hasher=CHEAP)
    assert sessions.sign_in(db, email=EMAIL, password=OTHER, now=NOW, caller=CALLER, hasher=CHEAP)


@pytest.mark.parametrize("email", ["ukjent@asker.example", "ingen adresse", "\ud800@asker.example", ""])
def test_whoever_has_no_account_is_answered_alike_and_gets_nothing(db: Database, mailbox: Mailbox, email: str) -> None:
    ask(db, email)
    assert stored(db) == []
    assert send(db, mailbox.post()) == SendTally()


def test_a_disabled_account_gets_no_link_then_or_later(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    accounts.disable_account(db, by=None, id=kari, now=NOW)
    ask(db)
    assert send(db, mailbox.post()) == SendTally(dropped=1)
    assert [letter.state for letter in stored(db)] == [LetterState.DROPPED]
    assert mailbox.letters == []


def test_where_people_sign_in_elsewhere_only_a_break_glass_account_gets_a_link(db: Database, kari: int) -> None:
    elsewhere = EntryRules(second_step_of_administrators=False, only_break_glass=True)
    ask(db, entry=elsewhere)
    assert stored(db) == []
    with db.writing() as session:
        session.get_one(Account, kari).break_glass = True
    ask(db, entry=elsewhere)
    assert len(stored(db)) == 1


def test_an_unknown_address_costs_the_same_transactions_as_a_known_one(db: Database, kari: int) -> None:
    ask(db, "foer@asker.example")
    unknown = statements(db, lambda: ask(db, "ukjent@asker.example"))
    known = statements(db, lambda: ask(db))
    assert [each for each in known if not each.startswith("INSERT INTO letters")] == unknown
    assert len(known) == len(unknown) + 1
    assert unknown.count("commit") == 2


def test_asking_is_slowed_down_alike_for_known_and_unknown_addresses(db: Database, kari: int) -> None:
    for email in (EMAIL, "ukjent@asker.example"):
        for _ in range(LIMITS[Kind.RESET].attempts):
            ask(db, email)
        with pytest.raises(TooManyAttempts):
            ask(db, email)
    assert len(stored(db)) == LIMITS[Kind.RESET].attempts


def test_asking_is_slowed_down_for_a_client_address(db: Database) -> None:
    for number in range(LIMITS[Kind.RESET_ADDRESS].attempts):
        ask(db, f"person{number}@asker.example")
    with pytest.raises(TooManyAttempts):
        ask(db, "enda@asker.example")
    ask(db, "enda@asker.example", address="192.0.2.8")


def test_the_secret_lies_nowhere_at_any_time_and_is_logged_by_nobody(
    db: Database, mailbox: Mailbox, kari: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(db)
        before = everything(db)
        send(db, mailbox.post())
    (secret,) = links_in(mailbox)
    assert SECRET_SIGN in before
    assert secret not in before + everything(db)
    assert secret not in caplog.text
    assert EMAIL not in "".join(each.getMessage() for each in caplog.records if each.name.startswith("dialogen"))


def test_the_letters_page_shows_a_sign_in_place_of_the_secret(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    send(db, mailbox.post())
    (shown,) = letters.letters_for(db, by=standing(kari, (Role.HANDLER, "*")))
    assert f"/sign-in/link/{SECRET_SIGN}\n" in shown.text
    assert shown.state is LetterState.SENT


def test_a_mail_server_that_quotes_the_letter_does_not_bring_the_secret_back(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    class Quoting(ShowingPost):
        """Refuses each letter with its own text."""

        def carry(self, envelope):  # type: ignore[no-untyped-def]
            return replace(super().carry(envelope), state=None, answer=f"550 {envelope.text}")

    ask(db)
    send(db, Quoting())
    (letter,) = stored(db)
    assert letter.last_answer is not None
    assert f"/sign-in/link/{SECRET_SIGN}" in letter.last_answer
    assert not re.search(r"link/[\w-]{20}", letter.last_answer)


def test_a_letter_that_fails_is_tried_again_with_another_link_and_dropped_after_the_hour(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    ask(db)
    away, now = post_to(free_port()), NOW
    assert send(db, away) == SendTally(failed=1)
    assert send(db, away) == SendTally()  # not before its pause is over
    now += PAUSES[0]
    assert send(db, mailbox.post(), now) == SendTally(sent=1)
    (secret,) = links_in(mailbox)
    assert sessions.account_of_link(db, secret=secret, now=now).id == kari
    ask(db)
    for pause in (timedelta(), *PAUSES[:2]):
        now += pause
        assert send(db, away, now) == SendTally(failed=1)
    assert [letter.state for letter in stored(db)] == [LetterState.SENT, LetterState.DROPPED]


def test_a_letter_that_is_refused_for_good_is_not_left_for_an_administrator(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    mailbox.refuse = lambda recipient: "550 no such user"
    ask(db)
    assert send(db, mailbox.post()) == SendTally(failed=1)
    assert [letter.state for letter in stored(db)] == [LetterState.DROPPED]


def test_a_letter_that_nobody_sent_in_time_is_dropped(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    assert send(db, mailbox.post(), NOW + LINK_GOOD_FOR) == SendTally(dropped=1)
    assert mailbox.letters == []
    with db.reading() as session:
        assert session.scalars(select(SignInLink)).all() == []


def test_the_rounds_of_other_letters_leave_links_alone_and_the_other_way_round(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    ask(db)
    assert send_letters(db, mailbox.post(), worker(), only_due=False) == SendTally()
    with db.writing() as session:
        session.get_one(Letter, 1).link_until = None
    assert send(db, mailbox.post()) == SendTally()


def test_a_letter_of_a_worker_that_died_is_sent_by_another(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    assert letters.claim(db, worker("desk/1/1"), after=0, only_due=True, with_link=True) is not None
    other = worker("desk/2/2", clock=Clock(NOW))
    assert send_links(db, mailbox.post(), other) == SendTally()
    late = worker("desk/2/2", clock=Clock(NOW + CLAIM_LASTS + timedelta(seconds=1)))
    assert send_links(db, mailbox.post(), late) == SendTally(sent=1)


def test_where_nothing_waits_nothing_is_written(db: Database, mailbox: Mailbox) -> None:
    assert statements(db, lambda: send(db, mailbox.post())).count("commit") == 0


def test_the_office_is_told_that_a_link_was_made_by_nobody_known(db: Database, mailbox: Mailbox, kari: int) -> None:
    ask(db)
    send(db, mailbox.post())
    with db.reading() as session:
        row = session.scalars(select(OfficeEvent)).one()
        assert (row.action, row.door, row.actor_id, row.subject_id) == ("link_made", "web", None, str(kari))


@pytest.mark.parametrize(
    ("chosen", "subject"),
    [
        (None, "Nytt passord i Dialogen"),
        (Language.BOKMAL, "Nytt passord i Dialogen"),
        (Language.ENGLISH, "New password for Dialogen"),
    ],
)
def test_the_letter_is_in_the_language_of_the_account(
    db: Database, kari: int, chosen: Language | None, subject: str
) -> None:
    with db.writing() as session:
        session.get_one(Account, kari).language = chosen
    ask(db)
    assert [letter.subject for letter in stored(db)] == [subject]
