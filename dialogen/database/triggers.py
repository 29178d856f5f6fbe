"""The triggers that refuse to change or delete what was told, as they must stand; the migrations make them.

A migration that recreates one of these tables on SQLite (batch_alter_table) loses its triggers and must make them
again: a test compares what stands after all migrations with this list.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

#: What is refused, by table.
REFUSED = {
    "case_events": ("UPDATE", "DELETE"),
    "office_events": ("UPDATE", "DELETE"),
    "disposals": ("UPDATE", "DELETE"),
    "disposal_approvals": ("UPDATE", "DELETE"),
    "access_entries": ("UPDATE",),  # deleting belongs to retention
    "cases": ("DELETE",),
}
EMPTYING = ("TRUNCATE",)  # PostgreSQL's way to delete all without asking about each
#: What PostgreSQL's function does, as the database keeps it.
FUNCTION = "dialogen_refuse"
FUNCTION_BODY = """
BEGIN
    RAISE EXCEPTION '% on % is refused: what was told stays as it is', TG_OP, TG_TABLE_NAME;
END
"""
_ROW, _BEFORE, _BITS = 1, 2, {"DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}  # of pg_trigger.tgtype


@dataclass(frozen=True)
class Trigger:
    """One trigger: its name, its table, and which statement it refuses."""

    name: str
    table: str
    statement: str


def triggers(*, is_sqlite: bool) -> list[Trigger]:
    """Return every trigger that must stand in a database of this kind."""
    return [
        Trigger(f"{table}_refuse_{statement.lower()}", table, statement)
        for table, statements in REFUSED.items()
        for statement in (*statements, *(() if is_sqlite or "DELETE" not in statements else EMPTYING))
    ]


def sqlite_statement(trigger: Trigger) -> str:
    """Return the statement that makes a trigger in SQLite, which keeps it as it was written."""
    return (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.statement} ON {trigger.table} BEGIN "
        f"SELECT RAISE(ABORT, '{trigger.statement} on {trigger.table} is refused: what was told stays as it is'); END"
    )


def broken_triggers(session: Session) -> list[Trigger]:
    """Return the triggers that are missing, switched off, or do something else than they should."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    standing = _standing_in_sqlite(session) if is_sqlite else _standing_in_postgresql(session)
    return [trigger for trigger in triggers(is_sqlite=is_sqlite) if trigger not in standing]


def _standing_in_sqlite(session: Session) -> list[Trigger]:
    rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"))
    kept = {row.name: row.sql for row in rows}
    return [each for each in triggers(is_sqlite=True) if kept.get(each.name) == sqlite_statement(each)]


def _standing_in_postgresql(session: Session) -> list[Trigger]:
    query = text(
        "SELECT trigger.tgname, tgrelid::regclass::text, tgtype FROM pg_trigger trigger"
        " JOIN pg_proc function ON function.oid = trigger.tgfoid"
        " WHERE tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr = ''"
        " AND function.proname = :function AND function.prosrc = :body ORDER BY trigger.tgname"
    )
    rows = session.execute(query, {"function": FUNCTION, "body": FUNCTION_BODY})
    kept = {(name, table): kind for name, table, kind in rows}
    return [each for each in triggers(is_sqlite=False) if kept.get((each.name, each.table)) == _kind(each)]


def _kind(trigger: Trigger) -> int:
    each_row = 0 if trigger.statement in EMPTYING else _ROW  # TRUNCATE knows no rows
    return _BITS[trigger.statement] | _BEFORE | each_row
