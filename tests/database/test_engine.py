"""The database handle: work is kept as a whole or not at all, readers see one moment, writers wait for each other."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from dialogen.database.engine import Database
from dialogen.database.models import Account, ReferenceCounter, Unit
from tests.factories import make_account, make_unit


def count_units(db: Database) -> int:
    with db.reading() as session:
        return session.execute(select(func.count()).select_from(Unit)).scalar_one()


def test_what_a_block_writes_is_kept_when_it_ends(db: Database) -> None:
    make_unit(db)
    assert count_units(db) == 1


def test_nothing_of_a_block_that_raises_is_kept(db: Database) -> None:
    def break_off() -> None:
        with db.writing() as session:
            session.add(Unit(name="A", name_key="a"))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert count_units(db) == 0


def test_a_reader_sees_one_moment(db: Database) -> None:
    with db.reading() as session:
        before = session.execute(select(func.count()).select_from(Unit)).scalar_one()
        make_unit(db)
        assert session.execute(select(func.count()).select_from(Unit)).scalar_one() == before
    assert count_units(db) == before + 1


def test_writers_that_read_first_wait_for_each_other(db: Database) -> None:
    with db.writing() as session:
        session.add(ReferenceCounter(year=2026, last=0))

    def count_up() -> None:
        for _ in range(20):
            with db.writing() as session:
                counter = session.scalars(select(ReferenceCounter).with_for_update()).one()
                counter.last += 1

    threads = [Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        assert session.scalars(select(ReferenceCounter.last)).one() == 80


def test_a_note_is_left_out_when_somebody_else_is_writing(db: Database) -> None:
    unit_id, other = make_unit(db), Database(db.url)

    def rename(connection: Connection) -> None:
        connection.execute(update(Unit).where(Unit.id == unit_id).values(name="Ny"))

    with db.writing() as session:
        session.scalars(select(Unit).with_for_update()).one()
        assert not other.note(rename)
    assert other.note(rename)
    other.dispose()
    with db.reading() as session:
        assert session.scalars(select(Unit.name)).one() == "Ny"


def test_an_error_of_the_database_tells_no_values(db: Database) -> None:
    make_account(db, "kari@asker.example")
    with pytest.raises(IntegrityError) as refused, db.writing() as session:
        session.execute(update(Account).values(name=None, email="hemmelig@asker.example"))
    assert "[SQL parameters hidden" in str(refused.value)


def test_an_instant_comes_back_aware_and_in_utc(db: Database) -> None:
    make_account(db, "kari@asker.example")
    with db.writing() as session:
        account = session.scalars(select(Account)).one()
        account.disabled_at = datetime(2026, 2, 11, 8, 0, tzinfo=timezone(timedelta(hours=2)))
    with db.reading() as session:
        read = session.scalars(select(Account.disabled_at)).one()
    assert read == datetime(2026, 2, 11, 6, 0, tzinfo=UTC)
    assert read is not None
    assert read.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(db: Database) -> None:
    make_account(db, "kari@asker.example")
    with pytest.raises(StatementError, match="aware"), db.writing() as session:
        session.scalars(select(Account)).one().disabled_at = datetime(2026, 2, 11, 8, 0)  # noqa: DTZ001


def test_norwegian_capitals_are_found_whatever_their_case(db: Database) -> None:
    make_unit(db, "ÆRLIG ØKONOMI PÅ ÅSEN")
    with db.reading() as session:
        found = session.scalars(select(Unit.name).where(func.lower(Unit.name).like("%økonomi på å%"))).all()
    assert found == ["ÆRLIG ØKONOMI PÅ ÅSEN"]


def test_the_embedded_database_keeps_foreign_keys_and_a_log_ahead(db: Database) -> None:
    if not db.is_sqlite:
        with db.reading() as session:
            assert session.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"
            assert session.execute(text("SHOW transaction_read_only")).scalar_one() == "on"
        return
    with db.reading() as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"


def test_the_embedded_database_is_for_its_owner_alone_whatever_its_folder_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path}/dialogen.sqlite3")
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE things (id INTEGER)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    database.dispose()
    assert modes
    assert set(modes.values()) == {0o600}
