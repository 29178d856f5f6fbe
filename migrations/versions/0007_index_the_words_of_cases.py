"""Index the words of cases for the search, and note by triggers which cases must be read anew.

All cases that are there are noted; `dialogen db upgrade` reads them in small batches when the schema stands
(database/case_words.py). From here on `batch_alter_table` of cases, case_personal or event_texts loses three triggers
more on SQLite (database/word_triggers.py): make them again in the same migration.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = {"cases": "id", "case_personal": "case_id", "event_texts": "case_id"}
STATEMENTS = ("INSERT", "UPDATE", "DELETE")
UPDATES = {"cases": "UPDATE OF reference, external_reference"}

# PostgreSQL thinks that a search of many forms of a word finds half of all cases, and would read them all.
FUNCTION = """CREATE FUNCTION dialogen_found(sought tsquery) RETURNS SETOF integer
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT case_words.case_id FROM case_words WHERE words @@ sought;
END
$$"""


def upgrade() -> None:
    op.create_table(
        "words_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_due")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # The tokens are made by the product and taken as they are; where in a text a word stands is never asked.
        op.execute(
            "CREATE VIRTUAL TABLE case_words USING fts5"
            "(words, detail=none, columnsize=0, tokenize=\"ascii tokenchars '_.#'\")"
        )
        for statement in sqlite_statements():
            op.execute(statement)
    else:
        op.execute(
            "CREATE TABLE case_words (case_id INTEGER NOT NULL, words TSVECTOR NOT NULL,"
            " CONSTRAINT pk_case_words PRIMARY KEY (case_id))"
        )
        op.execute("CREATE INDEX ix_case_words_words ON case_words USING gin (words)")
        op.execute(FUNCTION)
        for statement in postgresql_statements():
            op.execute(statement)
    op.execute("INSERT INTO words_due (case_id) SELECT id FROM cases ORDER BY id")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for statement in STATEMENTS:
            name = f"{table}_words_{statement.lower()}"
            op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION dialogen_found(tsquery)")
        for column in ("id", "case_id"):
            for statement in STATEMENTS:
                op.execute(f"DROP FUNCTION dialogen_words_{statement.lower()}_{column}()")
    op.execute("DROP TABLE case_words")
    op.drop_table("words_due")


def sqlite_statements() -> list[str]:
    """Return the statements that make the triggers in SQLite."""
    return [sqlite_statement(table, statement) for table in TABLES for statement in STATEMENTS]


def postgresql_statements() -> list[str]:
    """Return the statements that make the triggers in PostgreSQL, with the functions that they call."""
    functions = [postgresql_function(column, statement) for column in ("id", "case_id") for statement in STATEMENTS]
    return functions + [postgresql_trigger(table, statement) for table in TABLES for statement in STATEMENTS]


def sqlite_statement(table: str, statement: str) -> str:
    column = TABLES[table]
    what = UPDATES.get(table, statement) if statement == "UPDATE" else statement
    gone = "" if statement == "INSERT" else f"DELETE FROM case_words WHERE rowid = OLD.{column}; "
    row = "OLD" if statement == "DELETE" else "NEW"
    return (
        f"CREATE TRIGGER {table}_words_{statement.lower()} AFTER {what} ON {table} BEGIN {gone}"
        f"INSERT INTO words_due (case_id) VALUES ({row}.{column}); END"
    )


def postgresql_function(column: str, statement: str) -> str:
    gone = f"DELETE FROM case_words WHERE case_words.case_id = OLD.{column};\n    "
    noted = f"INSERT INTO words_due (case_id) VALUES ({'OLD' if statement == 'DELETE' else 'NEW'}.{column});"
    if statement == "INSERT":  # once for all rows of a COPY
        gone, noted = "", f"INSERT INTO words_due (case_id) SELECT {column} FROM added ORDER BY {column};"
    return (
        f"CREATE FUNCTION dialogen_words_{statement.lower()}_{column}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    {gone}{noted}\n    RETURN NULL;\nEND\n$$"
    )


def postgresql_trigger(table: str, statement: str) -> str:
    what = UPDATES.get(table, statement) if statement == "UPDATE" else statement
    each = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT" if statement == "INSERT" else "FOR EACH ROW"
    return (
        f"CREATE TRIGGER {table}_words_{statement.lower()} AFTER {what} ON {table} {each} "
        f"EXECUTE FUNCTION dialogen_words_{statement.lower()}_{TABLES[table]}()"
    )
