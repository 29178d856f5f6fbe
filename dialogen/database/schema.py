"""Brings the schema up to date, and says whether it is: a thin wrap around Alembic."""

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
    with db.reading() as session:
        present = MigrationContext.configure(session.connection()).get_current_revision()
    return present == ScriptDirectory.from_config(alembic_config()).get_current_head()
