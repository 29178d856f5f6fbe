"""Imports texts as files for tests, and looks at what became of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import Case, CaseEvent
from dialogen.services.imports import ImportOrder, import_cases
from tests.factories import NOW, TODAY

OSLO = ZoneInfo("Europe/Oslo")


@dataclass
class Ear:
    """Hears an import and remembers."""

    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reached: list[tuple[str, int]] = field(default_factory=list)

    def progress(self, doing: str, rows: int) -> None:
        """Remember how far it came."""
        self.reached.append((doing, rows))

    def rejected(self, line: int, reason: str) -> None:
        """Remember a bad row."""
        self.bad.append((line, reason))

    def note(self, text: str) -> None:
        """Remember a note."""
        self.notes.append(text)


@dataclass
class Importer:
    """Imports texts as files into one database."""

    db: Database
    folder: Path
    ear: Ear = field(default_factory=Ear)

    def __call__(self, content: str | Path, *, today: date = TODAY, **order: object) -> tuple[int, int, int, int]:
        """Import, and return how many rows are new, updated, unchanged and rejected; `ear` has heard the rest."""
        path = content if isinstance(content, Path) else self.folder / "rows.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        self.ear = Ear()
        counts = import_cases(
            self.db,
            order=ImportOrder(path, **order),  # type: ignore[arg-type]
            today=today,
            now=NOW,
            zone=OSLO,
            listener=self.ear,
        )
        return counts.imported, counts.updated, counts.unchanged, counts.rejected

    def case(self, reference: str = "A-1") -> Case:
        """Return the case of an external reference."""
        with self.db.reading() as session:
            case = session.scalars(select(Case).where(Case.external_reference == reference)).one()
            session.expunge(case)  # so that it can be looked at afterwards
            return case

    def story(self, reference: str = "A-1") -> list[tuple[str, dict[str, tuple[str | None, str | None]]]]:
        """Return the history of a case: what was done, and which fields went from what to what."""
        of_case = select(CaseEvent).where(CaseEvent.case_id == self.case(reference).id).order_by(CaseEvent.id)
        with self.db.reading() as session:
            events = session.scalars(of_case).all()
            assert {event.door for event in events} == {"import"}
            return [
                (event.action, {each["field"]: (each["before"], each["after"]) for each in event.changes})
                for event in events
            ]

    def by_hand(self, change: Callable[[Case], object], reference: str = "A-1") -> None:
        """Change a case as another door would."""
        with self.db.writing() as session:
            change(session.scalars(select(Case).where(Case.external_reference == reference)).one())

    def rows(self, table: type) -> int:
        """Return how many rows a table has."""
        with self.db.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0
