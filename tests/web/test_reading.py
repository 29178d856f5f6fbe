"""Looking at pages changes nothing but the access log."""

from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Base
from tests.every_page import EVERYBODY, STATES
from tests.security.world import World


def _everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name != AccessEntry.__tablename__
        }


def test_looking_at_every_page_changes_nothing(municipality: World) -> None:
    looked_at = [state for state in STATES if not state.handed_in]
    for person in EVERYBODY:
        municipality.ask_page(person, "GET", "/account", {})
    for state in looked_at:
        path, _ = state.asked(municipality)
        before = _everything(municipality.db)
        answer = municipality.ask_page(state.person, "GET", path, {})
        assert answer.status_code in (state.status, 303), path
        assert _everything(municipality.db) == before, path
        if state.door.ends:
            municipality.forget_session(state.person)
    assert len(looked_at) > 60
