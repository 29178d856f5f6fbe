"""Letters and templates that are put there for a route to be asked about."""

from datetime import timedelta

from dialogen.database.engine import Database
from dialogen.database.models import CaseLetter, Letter, LetterTemplate
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterState
from tests.factories import NOW, PERSONAL, TODAY


def put_template(db: Database, *, unit_id: int, name: str) -> int:
    """Add a template of a unit's letters; returns its number."""
    with db.writing() as session:
        template = LetterTemplate(
            scope=str(unit_id),
            unit_id=unit_id,
            purpose=Purpose.ANSWER,
            name=name,
            name_key=name,
            language=Language.BOKMAL,
            subject="Svar",
            body="Hei",
        )
        session.add(template)
        session.flush()
        return template.id


def put_letter_to_sender(db: Database, *, case_id: int, state: LetterState, name: str) -> int:
    """Add an interim reply to the sender of a case, of which several may be on their way; returns its number."""
    with db.writing() as session:
        letter = CaseLetter(
            case_id=case_id,
            purpose=Purpose.INTERIM_REPLY,
            expected_on=TODAY + timedelta(days=7),
            language=Language.BOKMAL,
            to_address=PERSONAL["sender_email"],
            subject="Svar",
            text="Hei",
            from_name="Asker kommune",
            message_id=f"<{name}@asker.example>",
            state=state,
            next_try_at=NOW,
            created_at=NOW,
        )
        session.add(letter)
        session.flush()
        return letter.id


def put_dead_letter(db: Database, *, account_id: int, name: str) -> int:
    """Add a letter about deadlines that was given up; returns its number."""
    with db.writing() as session:
        letter = Letter(
            recipient=f"account:{account_id}",
            to_address="kollega@asker.example",
            message_id=f"<{name}@asker.example>",
            morning=TODAY,
            subject="Frister",
            text="Frister",
            html="Frister",
            state=LetterState.DEAD,
            next_try_at=NOW,
            created_at=NOW,
            finished_at=NOW,
        )
        session.add(letter)
        session.flush()
        return letter.id
