"""The triggers that note which cases must be read anew for the search; the migrations make them.

What changes or goes takes its case out of the index in the same statement, whichever program does it: what was erased
is never found. `case_words` puts the rest in again. On SQLite a batch migration loses them, as those of `triggers`.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

#: The column that names the case, by the tables whose values are searched.
TABLES = {"cases": "id", "case_personal": "case_id", "event_texts": "case_id"}
STATEMENTS = ("INSERT", "UPDATE", "DELETE")
#: A case's own row is updated at every step, its references at most by hand.
_UPDATES = {"cases": "UPDATE OF reference, external_reference"}


def trigger_names() -> list[str]:
    """Return the names of the triggers that must stand."""
    return [f"{table}_words_{statement.lower()}" for table in TABLES for statement in STATEMENTS]


def sqlite_statements() -> list[str]:
    """Return the statements that make the triggers in SQLite."""
    return [_sqlite_statement(table, statement) for table in TABLES for statement in STATEMENTS]


def postgresql_statements() -> list[str]:
    """Return the statements that make the triggers in PostgreSQL, with the functions that they call."""
    functions = [_postgresql_function(column, statement) for column in ("id", "case_id") for statement in STATEMENTS]
    return functions + [_postgresql_trigger(table, statement) for table in TABLES for statement in STATEMENTS]


def missing_word_triggers(session: Session) -> list[str]:
    """Return the names of the triggers that are gone or switched off."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if session.get_bind().dialect.name != "sqlite":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY tgname"
    standing = set(session.scalars(text(query)))
    return [name for name in trigger_names() if name not in standing]


def _sqlite_statement(table: str, statement: str) -> str:
    column = TABLES[table]
    what = _UPDATES.get(table, statement) if statement == "UPDATE" else statement
    gone = "" if statement == "INSERT" else f"DELETE FROM case_words WHERE rowid = OLD.{column}; "
    row = "OLD" if statement == "DELETE" else "NEW"
    return (
        f"CREATE TRIGGER {table}_words_{statement.lower()} AFTER {what} ON {table} BEGIN {gone}"
        f"INSERT INTO words_due (case_id) VALUES ({row}.{column}); END"
    )


def _postgresql_function(column: str, statement: str) -> str:
    gone = f"DELETE FROM case_words WHERE case_words.case_id = OLD.{column};\n    "
    noted = f"INSERT INTO words_due (case_id) VALUES ({'OLD' if statement == 'DELETE' else 'NEW'}.{column});"
    if statement == "INSERT":  # once for all rows of a COPY
        gone, noted = "", f"INSERT INTO words_due (case_id) SELECT {column} FROM added ORDER BY {column};"
    return (
        f"CREATE FUNCTION dialogen_words_{statement.lower()}_{column}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    {gone}{noted}\n    RETURN NULL;\nEND\n$$"
    )


def _postgresql_trigger(table: str, statement: str) -> str:
    what = _UPDATES.get(table, statement) if statement == "UPDATE" else statement
    each = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT" if statement == "INSERT" else "FOR EACH ROW"
    return (
        f"CREATE TRIGGER {table}_words_{statement.lower()} AFTER {what} ON {table} {each} "
        f"EXECUTE FUNCTION dialogen_words_{statement.lower()}_{TABLES[table]}()"
    )
