"""The history of cases is chained line by line, whichever way a line came in: by a deed, an import, or a migration."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from dialogen.database import history, schema
from dialogen.database.engine import Database
from dialogen.database.models import Case, CaseEvent, ChainHead, OfficeEvent
from dialogen.database.office_events import add_office_event
from dialogen.domain.chains import BEGINNING, canonical, case_digest, office_digest, stamp
from dialogen.domain.history import Action, Author, Change, Door
from tests.factories import NOW, make_account, make_case
from tests.importing import Importer

CHANGE = Change("unit", None, 'Måking "\\')


def check_chain(db: Database, case_id: int) -> int:
    """Reckon a case's chain anew from what is stored; returns how many lines it has."""
    with db.reading() as session:
        case = session.get_one(Case, case_id)
        lines = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)).all()
        digest = BEGINNING
        for line in lines:
            digest = case_digest(
                digest,
                reference=case.reference,
                at=stamp(line.at),
                action=line.action,
                door=line.door,
                actor_id=line.actor_id,
                changes=canonical(line.changes),
            )
            assert line.digest == digest
        assert case.history_digest == digest
        return len(lines)


def tell(db: Database, case_id: int, *, actor: int | None, minutes: int = 0) -> None:
    with db.writing() as session:
        history.add_event(
            session,
            case_id,
            at=NOW + timedelta(minutes=minutes, microseconds=7),
            action=Action.HANDED_OVER,
            author=Author(actor, Door.WEB),
            changes=[CHANGE],
        )


def test_each_line_is_chained_to_the_one_before_in_its_own_case(db: Database) -> None:
    first, second, actor = make_case(db), make_case(db), make_account(db)
    for minutes in range(3):
        tell(db, first, actor=actor, minutes=minutes)
        tell(db, second, actor=None)
    assert (check_chain(db, first), check_chain(db, second)) == (3, 3)


def test_an_imported_line_is_chained_as_any_other(db: Database, tmp_path: Path) -> None:
    bring = Importer(db, tmp_path)
    bring('referanse;mottatt;virksomhet;emne\nA-1;03.03.2014;"Måking ""\\";Lys\n')
    assert check_chain(db, bring.case().id) == 1
    bring("referanse;mottatt;virksomhet;emne;besvart\nA-1;03.03.2014;Skole;Lys;04.03.2014\n")
    assert check_chain(db, bring.case().id) == 3


@pytest.fixture(params=["sqlite", "postgresql"])
def former_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before the chains."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/former.sqlite3")
        schema.upgrade(database, "0004")
        yield database
        database.dispose()
        return
    server = Database(request.getfixturevalue("postgresql_server"))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS dialogen_former WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE dialogen_former"))
    database = Database(server.engine.url.set(database="dialogen_former").render_as_string(hide_password=False))
    schema.upgrade(database, "0004")
    yield database
    database.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE dialogen_former WITH (FORCE)"))
    server.dispose()


CASES = (
    "INSERT INTO cases (id, reference, stream, channel, received_on, rule_version, due_on, deadline, registered_on,"
    " created_at, version) VALUES (:id, :reference, 'external', 'web', :day, 1, :day, :day, :day, :now, 1)"
)
EVENTS = "INSERT INTO case_events (case_id, at, action, door, changes) VALUES (:case_id, :at, 'noted', 'web', :changes)"


def test_histories_that_are_there_are_chained_by_the_migration(former_db: Database) -> None:
    numbers = range(1, 2203, 2)  # more than one batch
    with former_db.engine.begin() as session:  # a session of ours would look for the index of words
        day = {"day": "2026-02-09", "now": NOW.isoformat()}
        session.execute(text(CASES), [{"id": n, "reference": f"2026-{n:06d}", **day} for n in numbers])
        session.execute(text(EVENTS), [_former_line(n, line) for line in range(2) for n in numbers])
    schema.upgrade(former_db)
    assert check_chain(former_db, 1) == check_chain(former_db, 2201) == 2
    with former_db.reading() as session:
        assert session.scalars(select(CaseEvent.id).where(CaseEvent.digest.is_(None))).first() is None
        assert session.scalars(select(Case.id).where(Case.history_digest.is_(None))).first() is None


def _former_line(case_id: int, line: int) -> dict[str, Any]:
    # As the former version wrote it: another order of the keys, and blanks.
    spelt = '[{"field": "unit", "before": null, "after": "M\\u00e5king \\"\\\\"}]'
    at = (NOW + timedelta(minutes=line)).replace(tzinfo=None)
    return {"case_id": case_id, "at": f"{at}.000120", "changes": spelt if line else "[]"}


def test_a_case_without_history_has_no_chain(former_db: Database) -> None:
    with former_db.engine.begin() as session:
        values = {"id": 1, "reference": "2026-000001", "day": "2026-02-09", "now": NOW.isoformat()}
        session.execute(text(CASES), values)
    schema.upgrade(former_db)
    with former_db.writing() as session:
        assert session.scalars(select(Case.history_digest)).one() is None
        session.execute(update(Case).values(version=2))  # what the triggers refuse of a case is its deletion alone


def test_the_offices_log_goes_on_after_a_downgrade(former_db: Database) -> None:
    schema.upgrade(former_db)
    tell_office(former_db)
    schema.downgrade(former_db, "0004")
    schema.upgrade(former_db)
    tell_office(former_db)
    with former_db.reading() as session:
        head = session.execute(select(ChainHead.count, ChainHead.digest)).one()
        lines = session.execute(select(*OfficeEvent.__table__.c).order_by(OfficeEvent.id)).all()
    assert (head[0], head[1]) == (2, lines[1].digest)
    told = {name: getattr(lines[1], name) for name in ("at", "action", "door", "actor_id", "subject", "subject_id")}
    assert lines[1].digest == office_digest(lines[0].digest, **told, changes=[])


def tell_office(db: Database) -> None:
    with db.writing() as session:
        add_office_event(
            session,
            at=NOW,
            action="unit_added",
            author=Author(None, Door.COMMAND_LINE),
            subject="unit",
            subject_id="1",
            changes=[],
        )
