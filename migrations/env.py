"""Runs the migrations on the connection that dialogen.database.schema hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from dialogen.database.base import UtcDateTime
from dialogen.database.models import Base

MIGRATION_LOCK = 738_224_461  # any number of our own: two hosts must not migrate at once


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column type as the plain one it is stored as, so that migrations need nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the index of words, which is no table of the models: on SQLite it is several."""
    return not (kind == "table" and name is not None and name.startswith("case_words"))


def run() -> None:
    """Migrate in one transaction, while nobody else does: all the way or not at all."""
    connection: sa.Connection = context.config.attributes["connection"]
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(sa.select(sa.func.pg_advisory_lock(MIGRATION_LOCK)))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=is_sqlite,
        render_item=render_item,
        include_name=include_name,
        transactional_ddl=True,  # on SQLite too: we begin transactions ourselves
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if not is_sqlite:
        connection.execute(sa.select(sa.func.pg_advisory_unlock(MIGRATION_LOCK)))
        connection.commit()


run()
