"""Chain the logs by digests, and let the database itself refuse to change or delete what was told.

The histories that are there are chained as they stand. From here on `batch_alter_table` of one of these tables loses
its triggers on SQLite: make them again in the same migration.

Revision: 0005, after 0004
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REFUSED = {
    "case_events": ("UPDATE", "DELETE"),
    "office_events": ("UPDATE", "DELETE"),
    "disposals": ("UPDATE", "DELETE"),
    "disposal_approvals": ("UPDATE", "DELETE"),
    "access_entries": ("UPDATE",),
    "cases": ("DELETE",),
}
FUNCTION = """CREATE FUNCTION dialogen_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was told stays as it is', TG_OP, TG_TABLE_NAME;
END
$$"""
BATCH = 1000

cases = sa.table(
    "cases",
    sa.column("id", sa.Integer),
    sa.column("reference", sa.String),
    sa.column("history_digest", sa.LargeBinary),
)
events = sa.table(
    "case_events",
    sa.column("id", sa.Integer),
    sa.column("case_id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("action", sa.String),
    sa.column("door", sa.String),
    sa.column("actor_id", sa.Integer),
    sa.column("changes", sa.JSON),
    sa.column("digest", sa.LargeBinary),
)


def upgrade() -> None:
    op.create_table(
        "chain_heads",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain_heads")),
    )
    # An office log is there only after a downgrade from here: it goes on where it was.
    newest = "(SELECT digest FROM office_events ORDER BY id DESC LIMIT 1)"
    op.execute(f"INSERT INTO chain_heads SELECT 'office', count(*), {newest} FROM office_events HAVING count(*) > 0")
    op.add_column("cases", sa.Column("history_digest", sa.LargeBinary(length=32), nullable=True))
    op.add_column("case_events", sa.Column("digest", sa.LargeBinary(length=32), nullable=True))
    chain_histories(op.get_bind())
    make_triggers()


def downgrade() -> None:
    drop_triggers()
    op.drop_column("case_events", "digest")
    op.drop_column("cases", "history_digest")
    op.drop_table("chain_heads")


def chain_histories(connection: sa.Connection) -> None:
    """Give each line of each case's history its digest, and each case its newest, a batch of cases at a time."""
    last = 0
    while True:
        query = sa.select(cases.c.id, cases.c.reference).where(cases.c.id > last).order_by(cases.c.id).limit(BATCH)
        batch = connection.execute(query).all()
        if not batch:
            return
        last = batch[-1].id
        chain_batch(connection, batch)


def chain_batch(connection: sa.Connection, batch: Sequence[Any]) -> None:
    """Chain the histories of some cases, which follow each other by number."""
    references = {row.id: row.reference for row in batch}
    query = sa.select(events).where(events.c.case_id.between(batch[0].id, batch[-1].id))
    heads: dict[int, bytes] = {}
    links: dict[int, bytes] = {}
    for line in connection.execute(query.order_by(events.c.case_id, events.c.id)):
        links[line.id] = link(heads.get(line.case_id, bytes(32)), references[line.case_id], line)
        heads[line.case_id] = links[line.id]
    if links:
        keep(connection, "case_events", "digest", links)
        keep(connection, "cases", "history_digest", heads)


def keep(connection: sa.Connection, table: str, column: str, digests: dict[int, bytes]) -> None:
    """Write digests by the numbers of their rows: in one statement where the database takes arrays."""
    if connection.dialect.name == "postgresql":
        rows = "unnest(CAST(:numbers AS integer[]), CAST(:digests AS bytea[])) AS kept (number, digest)"
        statement = f"UPDATE {table} SET {column} = kept.digest FROM {rows} WHERE {table}.id = kept.number"
        connection.execute(sa.text(statement), {"numbers": list(digests), "digests": list(digests.values())})
        return
    statement = f"UPDATE {table} SET {column} = :digest WHERE id = :number"
    connection.execute(sa.text(statement), [{"number": number, "digest": digest} for number, digest in digests.items()])


def link(previous: bytes, reference: str, line: Any) -> bytes:
    """Return a line's digest as the product reckons it; a test holds it against domain/chains.py."""
    at = line.at.replace(tzinfo=UTC) if line.at.tzinfo is None else line.at.astimezone(UTC)
    content = [
        reference,
        at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        line.action,
        line.door,
        line.actor_id,
        line.changes,
    ]
    spelt = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + spelt.encode()).digest()


def make_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(FUNCTION)
    for table, statements in REFUSED.items():
        for statement in statements:
            make_trigger(table, statement, is_sqlite=is_sqlite)
        if not is_sqlite and "DELETE" in statements:
            make_trigger(table, "TRUNCATE", is_sqlite=is_sqlite)


def make_trigger(table: str, statement: str, *, is_sqlite: bool) -> None:
    head = f"CREATE TRIGGER {table}_refuse_{statement.lower()} BEFORE {statement} ON {table}"
    if is_sqlite:
        words = f"{statement} on {table} is refused: what was told stays as it is"
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        each = "STATEMENT" if statement == "TRUNCATE" else "ROW"
        op.execute(f"{head} FOR EACH {each} EXECUTE FUNCTION dialogen_refuse()")


def drop_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, statements in REFUSED.items():
        for statement in (*statements, *(() if is_sqlite or "DELETE" not in statements else ("TRUNCATE",))):
            name = f"{table}_refuse_{statement.lower()}"
            op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION dialogen_refuse()")
