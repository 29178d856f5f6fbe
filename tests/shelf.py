"""What the tests of retention have in common: cases with all kinds of personal data, and lists that are approved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from dialogen.database import history
from dialogen.database.engine import Database
from dialogen.database.models import Case, CaseEvent, CasePersonal, EventText, ImportRow
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.disposal_lists import Assessment
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.services import disposal, disposal_lists, retention
from dialogen.services.disposal import RunOrder, RunResult
from dialogen.services.retention import Inventory, PlannedList
from tests.factories import NOW, TODAY, make_account, make_case, standing

OSLO = ZoneInfo("Europe/Oslo")
COMMAND_LINE = Author(None, Door.COMMAND_LINE)
LONG_AGO = TODAY - timedelta(days=366 * 6)
SENDER = {"sender_name": "Ola Hansen", "sender_email": "Ola.Hansen@asker.example", "sender_phone": "+47 900 12 345"}
CONTENT = {"subject": "Gatelys ute", "text": "Det er mørkt i Strøket"}


@dataclass
class Ear:
    """Hears a run and remembers."""

    reached: list[int] = field(default_factory=list)
    left_alone: list[tuple[Keepsake, str, ItemOutcome]] = field(default_factory=list)

    def settled(self, list_id: int, number: int) -> None:
        """Remember how far it came."""
        self.reached.append(number)

    def skipped(self, list_id: int, keepsake: Keepsake, reference: str, outcome: ItemOutcome) -> None:
        """Remember what was left as it was."""
        self.left_alone.append((keepsake, reference, outcome))


def fill(
    db: Database,
    *,
    answered_on: date | None = LONG_AGO,
    exclusion: ExclusionReason | None = None,
    kind_id: int | None = None,
    unit_id: int | None = None,
    told_on: date | None = None,
    imported: bool = False,
) -> int:
    """Add a case, answered long ago unless said otherwise, with a sender, a text, a note and earlier values of all."""
    case_id = make_case(
        db,
        received_on=(answered_on or LONG_AGO) - timedelta(days=3),
        answered_on=answered_on,
        exclusion=exclusion,
        kind_id=kind_id,
        unit_id=unit_id,
    )
    day = told_on or answered_on or LONG_AGO
    at = datetime.combine(day, time(12), OSLO)
    with db.writing() as session:
        session.merge(CasePersonal(case_id=case_id, **SENDER, **CONTENT))
        history.add_event(
            session,
            case_id,
            at=at,
            action=Action.CORRECTED,
            author=Author(None, Door.WEB),
            changes=[Change("sender_email", None, None), Change("text", None, None)],
            texts={"sender_email": "gammel@asker.example", "text": "En tidligere tekst", "reason": "Skrev feil"},
        )
        history.add_event(
            session,
            case_id,
            at=at,
            action=Action.NOTED,
            author=Author(None, Door.WEB),
            texts={"note": "Ringte ola.hansen@asker.example"},
        )
        if imported:
            case = session.get_one(Case, case_id)
            case.source, case.external_reference = "import", f"X-{case_id}"
            row = {"source": "import", "external_reference": f"X-{case_id}", "case_id": case_id, "fields": {}}
            session.add(ImportRow(**row, subject_digest="ab" * 32, imported_at=at))
    return case_id


def fill_every_case(db: Database) -> int:
    """Give every case that is there a sender, a text, a note and an earlier sender at once; returns how many."""
    with db.writing() as session:
        numbers = session.scalars(select(Case.id).order_by(Case.id)).all()
        session.execute(insert(CasePersonal), [{"case_id": each, **SENDER, **CONTENT} for each in numbers])
        line = {"at": datetime(2000, 1, 1, tzinfo=OSLO), "action": "noted", "door": "web", "changes": []}
        events = session.scalars(insert(CaseEvent).returning(CaseEvent), [{"case_id": n, **line} for n in numbers])
        told = (("note", "Ringte"), ("sender_email", "gammel@asker.example"))
        texts = [
            {"event_id": event.id, "case_id": event.case_id, "field": name, "text": text}
            for event in events
            for name, text in told
        ]
        session.execute(insert(EventText), texts)
    return len(numbers)


def make_admin(db: Database, email: str = "") -> Standing:
    """Add an administrator."""
    return standing(make_account(db, email, roles=((Role.ADMIN, "*"),)), (Role.ADMIN, "*"))


def plan(db: Database, *, today: date = TODAY, batch: int = 1000) -> PlannedList | None:
    """Make the plan of a day."""
    return retention.plan_disposal(db, inventory=Inventory(today, NOW, OSLO, COMMAND_LINE, batch))


def planned(db: Database, *, today: date = TODAY, batch: int = 1000) -> PlannedList:
    """Make the plan of a day on which something is due."""
    made = plan(db, today=today, batch=batch)
    assert made is not None, "nothing is due"
    return made


def approve(db: Database, list_id: int, *admins: Standing) -> None:
    """Let administrators approve a list."""
    for admin in admins:
        disposal_lists.approve_list(
            db,
            by=admin,
            author=Author(admin.account_id, Door.WEB),
            list_id=list_id,
            assessment=Assessment.NOTHING_TO_PRESERVE,
            now=NOW,
        )


def run(
    db: Database, list_id: int | None = None, *, today: date = TODAY, ear: Ear | None = None, batch: int = 300
) -> RunResult:
    """Run one list, or the one that is approved."""
    order = RunOrder(today, NOW, OSLO, COMMAND_LINE, ear or Ear(), batch=batch, looks=batch)
    (result,) = disposal.run_disposal(db, list_id=list_id, order=order)
    return result


def dispose(db: Database, *, today: date = TODAY) -> RunResult:
    """Plan, approve by two new administrators, and run."""
    made = planned(db, today=today)
    approve(db, made.list_id, make_admin(db), make_admin(db))
    return run(db, made.list_id, today=today)


def personal_values(db: Database, case_ids: Sequence[int]) -> list[str]:
    """Return every personal value, text and digest that is left of cases."""
    with db.reading() as session:
        rows = session.execute(
            select(
                *(CasePersonal.subject, CasePersonal.text),
                *(CasePersonal.sender_name, CasePersonal.sender_email, CasePersonal.sender_phone),
            ).where(CasePersonal.case_id.in_(case_ids))
        )
        found = [value for row in rows for value in row if value is not None]
        found += session.scalars(select(EventText.text).where(EventText.case_id.in_(case_ids)))
        digests = select(ImportRow.subject_digest).where(ImportRow.case_id.in_(case_ids))
        return sorted(found + [each for each in session.scalars(digests) if each is not None])


def count(db: Database, table: type) -> int:
    """Return how many rows a table has."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
