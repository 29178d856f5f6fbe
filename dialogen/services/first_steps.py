"""The guide through the first steps: what is done, read from the data itself, and the two that are done on its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, setup_state
from dialogen.database.letters import new_message_id
from dialogen.database.setup_state import SetupState
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.first_steps import FirstStep, SetupPart, steps_done, steps_left
from dialogen.domain.letters import LetterState
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.mail.letters import mail_test_letter
from dialogen.mail.message import Envelope
from dialogen.mail.post import Post
from dialogen.services import office_log
from dialogen.services.letters import Stationery, carry

if TYPE_CHECKING:
    from dialogen.database.engine import Database


MOST_OF_ANSWER = 200  # characters of what a mail server says


@dataclass(frozen=True)
class MailTrial:
    """What became of a letter by which the mail was tried: sent, shown, or neither with what the server said."""

    state: LetterState | None
    answer: str


@dataclass(frozen=True)
class Guide:
    """The first steps as they stand."""

    state: SetupState
    done: frozenset[FirstStep]

    @property
    def left(self) -> tuple[FirstStep, ...]:
        """The steps that are not done."""
        return steps_left(self.done)

    @property
    def is_wanted(self) -> bool:
        """Say whether the guide should be offered: something is left, and nobody has put it away."""
        return bool(self.left) and not self.state.is_guide_put_away

    @property
    def mail_failed(self) -> bool:
        """Say whether the newest trial of the mail server did not succeed."""
        return self.state.last_mail_test == OfficeAction.MAIL_TEST_FAILED


def guide_of(state: SetupState) -> Guide:
    """Return the guide to a set-up as it was found."""
    done = steps_done(
        units=state.units,
        units_lacking_people=state.units_without_handler + state.units_without_manager,
        people_without_role=state.people_without_role,
        mail_works=state.last_mail_test == OfficeAction.MAIL_TESTED,
        rule_was_looked_at=state.rule_was_looked_at,
        has_cases=state.has_cases,
    )
    return Guide(state, done)


def show_guide(db: "Database", *, by: Standing) -> Guide:
    """Show an administrator the first steps."""
    check_may_administer(by)
    with db.reading() as session:
        return guide_of(setup_state.setup_state(session))


def try_mail(db: "Database", post: Post, *, by: Standing, stationery: Stationery, now: datetime) -> MailTrial:
    """Send a letter to the reader's own address while they wait, and tell how that went; a letter shown is no trial."""
    check_may_administer(by)
    with db.reading() as session:
        account = accounts.find_account(session, by.account_id)
        assert account is not None, "accounts are never deleted"
        address, language = account.email, account.language or stationery.language
    written = mail_test_letter(municipality=stationery.municipality, language=language)
    envelope = Envelope(address, new_message_id(stationery.domain), written.subject, written.text, written.html)
    with post.round(in_a_hurry=True) as carrier:
        delivery = carry(carrier, 0, envelope)
    if delivery.state is not LetterState.SHOWN:
        action = OfficeAction.MAIL_TESTED if delivery.state is LetterState.SENT else OfficeAction.MAIL_TEST_FAILED
        _tell(db, action, SetupPart.MAIL, by=by, now=now)
    return MailTrial(delivery.state, delivery.answer[:MOST_OF_ANSWER])


def confirm_rule(db: "Database", *, by: Standing, now: datetime) -> None:
    """Note that an administrator has looked at the deadline rule and lets it stand."""
    check_may_administer(by)
    _tell(db, OfficeAction.RULE_LOOKED_AT, SetupPart.RULE, by=by, now=now)


def put_guide_away(db: "Database", *, by: Standing, now: datetime) -> None:
    """Offer the guide no more; its page stays where it is."""
    check_may_administer(by)
    _tell(db, OfficeAction.GUIDE_PUT_AWAY, SetupPart.GUIDE, by=by, now=now)


def _tell(db: "Database", action: OfficeAction, part: SetupPart, *, by: Standing, now: datetime) -> None:
    with db.writing() as session:
        office_log.tell(
            session,
            at=now,
            action=action,
            author=office_log.administrator(by),
            subject=Subject.SETUP,
            subject_id=part.value,
        )
