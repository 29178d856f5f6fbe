"""The triggers that keep the running counts of a year's outcomes in step with its cases; the migrations make them.

Whichever program changes a case, the counts change in the same statement. In PostgreSQL rows are only added, never
changed: no two transactions wait for one another there. SQLite has one writer at a time, and adds up at once. On SQLite
a batch migration of cases loses them, as those of `triggers`.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

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


def trigger_names() -> list[str]:
    """Return the names of the triggers that must stand."""
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


def missing_count_triggers(session: Session) -> list[str]:
    """Return the names of the triggers that are gone or switched off."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if session.get_bind().dialect.name != "sqlite":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY tgname"
    standing = set(session.scalars(text(query)))
    return [name for name in trigger_names() if name not in standing]


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
