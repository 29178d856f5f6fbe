"""Many made-up cases at once, and those of a file in tests/data, put into a database without the import."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from dialogen.database.engine import Database
from dialogen.database.models import Case, Unit
from tests.factories import NOW

DATA = Path(__file__).with_name("data")
ASKER_2014 = DATA / "asker-dialogen-2014.csv"
BOSTON_2015 = DATA / "boston311-2015-comments.csv"
_CHANNELS = {"nett": "web", "e-post": "email", "telefon": "phone", "brev": "letter", "oppmøte": "in_person"}
_BOSTON_INTERNAL = {"Employee Generated", "City Worker App", "Maximo Integration"}
_numbers = count(1)


def add_cases(db: Database, cases: Iterable[Mapping[str, Any]]) -> None:
    """Add cases that say at least when they were received; all else has a default."""
    with db.writing() as session:
        session.execute(insert(Case), [_row(**case) for case in cases])


def _row(
    *,
    received_on: date,
    due_on: date | None = None,
    extended_to: date | None = None,
    answered_on: date | None = None,
    stream: str = "external",
    channel: str = "web",
    exclusion: str | None = None,
    unit_id: int | None = None,
    kind_id: int | None = None,
    rule_version: int = 1,
) -> dict[str, Any]:
    due = due_on or received_on + timedelta(days=14)
    return {
        "reference": f"{received_on.year}-X{next(_numbers):06d}",
        "stream": stream,
        "channel": channel,
        "kind_id": kind_id,
        "unit_id": unit_id,
        "received_on": received_on,
        "rule_version": rule_version,
        "due_on": due,
        "extended_to": extended_to,
        "deadline": extended_to or due,
        "answered_on": answered_on,
        "exclusion": exclusion,
        "registered_on": received_on,
        "created_at": NOW,
    }


def add_asker_2014(db: Database) -> None:
    """Add the 212 cases of the made portal export."""
    with ASKER_2014.open(encoding="cp1252", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    units = _units(db, {row["Virksomhet"] for row in rows})
    add_cases(
        db,
        (
            {
                "received_on": _norwegian(row["Mottatt"]),
                "answered_on": _norwegian(row["Besvart"]) if row["Besvart"] else None,
                "stream": "external" if row["Type"] == "Ekstern" else "internal",
                "channel": _CHANNELS[row["Kanal"]],
                "exclusion": row["Holdt utenfor"] or None,
                "unit_id": units[row["Virksomhet"]],
            }
            for row in rows
        ),
    )


def add_boston_2015(db: Database) -> None:
    """Add the 5 798 real requests, their departments as units."""
    with BOSTON_2015.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    units = _units(db, {row["Department"] or "Unknown" for row in rows})
    add_cases(
        db,
        (
            {
                "received_on": _american(row["OPEN_DT"]),
                "answered_on": _american(row["CLOSED_DT"]) if row["CLOSED_DT"] else None,
                "stream": "internal" if row["Source"] in _BOSTON_INTERNAL else "external",
                "unit_id": units[row["Department"] or "Unknown"],
            }
            for row in rows
        ),
    )


def _units(db: Database, names: set[str]) -> dict[str, int]:
    units = [Unit(name=name, name_key=name.casefold()) for name in sorted(names)]
    with db.writing() as session:
        session.add_all(units)
        session.flush()
        return {unit.name: unit.id for unit in units}


def _norwegian(text: str) -> date:
    return datetime.strptime(text[:10], "%d.%m.%Y").date()


def _american(text: str) -> date:
    return datetime.strptime(text[:10], "%m/%d/%Y").date()
