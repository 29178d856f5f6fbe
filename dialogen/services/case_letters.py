"""Shows what became of letters to senders: those of one case, and those that stopped and wait for a person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import case_letters as rows
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterEnd, LetterState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import CaseLetter
    from dialogen.services.case_views import CaseView


@dataclass(frozen=True)
class CaseLetterView:
    """A letter to a sender as a page shows it; address, texts and the server's answer only by right, and until erased."""

    id: int
    purpose: Purpose
    language: Language
    state: LetterState
    by: str | None
    created_at: datetime
    finished_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    dropped_for: LetterEnd | None
    expected_on: date | None
    extends: bool
    to_address: str | None
    subject: str | None
    text: str | None
    last_answer: str | None

    @property
    def is_on_its_way(self) -> bool:
        """Whether it waits, or is being sent at this moment."""
        return self.state in (LetterState.WAITING, LetterState.CLAIMED)

    @property
    def is_stopped(self) -> bool:
        """Whether it was refused for good or given up: a person must do something about it."""
        return self.state is LetterState.DEAD


@dataclass(frozen=True)
class StoppedLetter:
    """A letter that was not delivered, as a list names it: nothing personal."""

    id: int
    reference: str
    unit: str | None
    purpose: Purpose
    created_at: datetime
    finished_at: datetime | None
    total: int = 1  # how many there are in all


def letters_of(session: "Session", view: "CaseView", *, limit: int) -> list[CaseLetterView]:
    """Return the newest letters of a case, oldest first, as far as the view's reader may see them."""
    if not view.may_see_details:
        return []
    found = rows.newest_letters(session, view.id, limit=limit)
    return [_view(letter, name, personal=view.personal is not None) for letter, name in found]


def newest_letter(db: "Database", *, view: "CaseView") -> CaseLetterView | None:
    """Return the letter that was sent off last, as far as the view's reader may see it."""
    with db.reading() as session:
        found = letters_of(session, view, limit=1)
    return found[0] if found else None


def find_letter(db: "Database", *, view: "CaseView", letter_id: int) -> CaseLetterView | None:
    """Return one letter of a case, as far as the view's reader may see it."""
    if not view.may_see_details:
        return None
    with db.reading() as session:
        found = rows.find_letter(session, view.id, letter_id)
        return _view(*found, personal=view.personal is not None) if found else None


def _view(letter: "CaseLetter", name: str | None, *, personal: bool) -> CaseLetterView:
    return CaseLetterView(
        id=letter.id,
        purpose=letter.purpose,
        language=letter.language,
        state=letter.state,
        by=name,
        created_at=letter.created_at,
        finished_at=letter.finished_at,
        next_try_at=letter.next_try_at if letter.state is LetterState.WAITING else None,
        attempts=letter.attempts,
        dropped_for=letter.dropped_for,
        expected_on=letter.expected_on,
        extends=letter.extends,
        to_address=letter.to_address if personal else None,
        subject=letter.subject if personal else None,
        text=letter.text if personal else None,
        last_answer=letter.last_answer if personal else None,
    )


def stopped_letters(db: "Database", *, by: Standing, limit: int = 50) -> list[StoppedLetter]:
    """Return the letters that were not delivered and that the reader can do something about."""
    with db.reading() as session:
        return stopped_within(session, by=by, limit=limit, receipts=True)


def stopped_within(session: "Session", *, by: Standing, limit: int, receipts: bool = False) -> list[StoppedLetter]:
    """Return the same, within a reading that has begun; without receipts unless they are asked for."""
    found = rows.stopped_letters(session, reach(by, Act.WORK), limit=limit, receipts=receipts)
    return [StoppedLetter(*row) for row in found]
