"""Brings the schema up to date, and says whether it is: a thin wrap around Alembic."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from dialogen.database.engine import Database
from dialogen.resources import resource_root


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's settings for the product's migrations, working on the given connection."""
    folder = resource_root() / "migrations"
    config = Config(folder / "alembic.ini")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(db: Database, revision: str = "head") -> None:
    """Migrate the database up to a revision."""
    with db.migrating() as connection:
        command.upgrade(alembic_config(connection), revision)


def downgrade(db: Database, revision: str) -> None:
    """Migrate the database down to a revision."""
    with db.migrating() as connection:
        command.downgrade(alembic_config(connection), revision)


def is_current(db: Database) -> bool:
    """Say whether the database stands at the newest revision."""
    return present_revision(db) == newest_revision()


def present_revision(db: Database) -> str | None:
    """Return the revision that the database stands at, None before the first."""
    with db.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def newest_revision() -> str:
    """Return the revision that this version of the product needs."""
    return _revisions()[0]


def is_known(revision: str) -> bool:
    """Say whether this version of the product knows a revision; a newer version's it does not."""
    return revision in _revisions()


@cache
def _revisions() -> list[str]:
    """Return the revisions of this version, newest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return [script.revision for script in scripts.walk_revisions()]
