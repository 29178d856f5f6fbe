"""Add running counts of what each year comes to, kept by triggers, so that a page need not count a year's cases.

What is there is counted once. From here on `batch_alter_table` of cases loses three triggers more on SQLite
(database/count_triggers.py): make them again in the same migration. And find what was refused by who proposed it, and
letters that were given up.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: What cases have in common, by the column of the counts: the facts of a row of cases, in words that both databases know.
FACTS = {
    "stream": "{row}.stream",
    "unit_id": "coalesce({row}.unit_id, 0)",
    "due_on": "{row}.due_on",
    "answered": "{row}.answered_on IS NOT NULL",
    "by_due": "coalesce({row}.answered_on <= {row}.due_on, {no})",
    "by_extension": "coalesce({row}.answered_on <= {row}.deadline, {no})",
    "exclusion": "coalesce({row}.exclusion, '')",
    "rule_version": "{row}.rule_version",
    "registered_late": "{row}.registered_on > {row}.due_on",
}
COLUMNS = ", ".join(("year", *FACTS))
#: The columns of cases that the facts are made of.
CHANGED = "stream, unit_id, received_on, due_on, deadline, answered_on, exclusion, rule_version, registered_on"
STATEMENTS = ("INSERT", f"UPDATE OF {CHANGED}", "DELETE")
FUNCTIONS = ("added", "changed")


def upgrade() -> None:
    op.create_table(
        "outcome_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(length=30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("by_due", sa.Boolean(), nullable=False),
        sa.Column("by_extension", sa.Boolean(), nullable=False),
        sa.Column("exclusion", sa.String(length=30), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("registered_late", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_counts")),
    )
    op.create_index("ix_outcome_counts_facts", "outcome_counts", ["year", *FACTS, "cases"])
    op.create_index(
        "ix_pending_changes_refused",
        "pending_changes",
        ["proposed_by", "decided_at"],
        sqlite_where=sa.text("outcome = 'refused'"),
        postgresql_where=sa.text("outcome = 'refused'"),
    )
    op.create_index(
        "ix_letters_dead",
        "letters",
        ["id"],
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite_statements() if is_sqlite else postgresql_statements():
        op.execute(statement)
    op.execute(filling(is_sqlite=is_sqlite))


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in trigger_names():
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON cases")
    if not is_sqlite:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION dialogen_counts_{name}()")
    op.drop_index("ix_letters_dead", table_name="letters")
    op.drop_index("ix_pending_changes_refused", table_name="pending_changes")
    op.drop_table("outcome_counts")


def trigger_names() -> list[str]:
    return [f"cases_counts_{each.split()[0].lower()}" for each in STATEMENTS]


def sqlite_statements() -> list[str]:
    """Return the statements that make the triggers in SQLite."""
    return [
        f"CREATE TRIGGER {name} AFTER {statement} ON cases BEGIN {_both_in_sqlite(statement)}END"
        for name, statement in zip(trigger_names(), STATEMENTS, strict=True)
    ]


def postgresql_statements() -> list[str]:
    """Return the statements that make the triggers in PostgreSQL, with the functions that they call."""
    add = f"INSERT INTO outcome_counts ({COLUMNS}, cases) SELECT"
    inserted = f"{add} {_postgresql_facts('added')}, count(*) FROM added GROUP BY {_places()}"
    less, more = (f"{add} {_postgresql_facts(row)}, {change}" for row, change in (("OLD", -1), ("NEW", 1)))
    return [
        _function("added", inserted),
        _function("changed", f"{less}; IF TG_OP = 'UPDATE' THEN {more}; END IF"),
        (
            "CREATE TRIGGER cases_counts_insert AFTER INSERT ON cases REFERENCING NEW TABLE AS added"
            " FOR EACH STATEMENT EXECUTE FUNCTION dialogen_counts_added()"
        ),
        *(
            f"CREATE TRIGGER cases_counts_{each.split()[0].lower()} AFTER {each} ON cases"
            " FOR EACH ROW EXECUTE FUNCTION dialogen_counts_changed()"
            for each in STATEMENTS[1:]
        ),
    ]


def filling(*, is_sqlite: bool) -> str:
    """Return the statement that counts all cases that are there."""
    facts = _sqlite_facts("cases") if is_sqlite else _postgresql_facts("cases")
    return (
        f"INSERT INTO outcome_counts ({COLUMNS}, cases) SELECT {facts}, count(*) FROM cases"
        f" GROUP BY {_places()} ORDER BY {_places()}"
    )


def _places() -> str:
    return ", ".join(str(place + 1) for place in range(len(FACTS) + 1))


def _sqlite_facts(row: str) -> str:
    facts = [each.format(row=row, no=0) for each in FACTS.values()]
    return ", ".join((f"CAST(substr({row}.received_on, 1, 4) AS INTEGER)", *facts))


def _postgresql_facts(row: str) -> str:
    facts = [each.format(row=row, no="false") for each in FACTS.values()]
    return ", ".join((f"extract(year FROM {row}.received_on)::int", *facts))


def _both_in_sqlite(statement: str) -> str:
    less = "" if statement == "INSERT" else _in_sqlite("OLD", -1)
    return less + ("" if statement == "DELETE" else _in_sqlite("NEW", 1))


def _in_sqlite(row: str, change: int) -> str:
    facts = _sqlite_facts(row)
    same = f"({COLUMNS}) = ({facts})"
    return (
        f"UPDATE outcome_counts SET cases = cases + {change} WHERE {same}; "
        f"INSERT INTO outcome_counts ({COLUMNS}, cases) SELECT {facts}, {change}"
        f" WHERE NOT EXISTS (SELECT 1 FROM outcome_counts WHERE {same}); "
    )


def _function(name: str, deed: str) -> str:
    return (
        f"CREATE FUNCTION dialogen_counts_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    {deed};\n    RETURN NULL;\nEND\n$$"
    )
