"""The list and My day among 1 000 000 cases against 10 000 with as many open ones, and against bare Flask pages.

Run with `python -m tests.benchmarks.pages [--few N] [--many N] [--only NAME]`; takes some minutes and prints ratios of CPU time within
one run. On PostgreSQL the work of the server is not in it, so that the wall-clock time of the pages is told beside. The
floor is a bare Flask application whose view renders the same page: rows and choices in loops over plain tuples, all that
stands between their tags and in their values escaped, every link made by url_for as Flask's own guide makes them, and the
rest as it is. `--only` names one database.
"""

import argparse
import gc
import html
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import DictLoader
from sqlalchemy import text

from config import Config
from dialogen.app import create_app
from dialogen.database import sessions
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import running_counts
from dialogen.services.secrets import new_secret, secret_hash
from tests.benchmarks.measure import end, postgresql_database, settle, show_ratio, sqlite_database
from tests.factories import make_account, make_case, make_unit

ROUNDS = 40
MOST_AMONG_MANY = 1.3
UNITS, OPEN = 10, 400
MOST_OVER_BARE = 4
#: Each page as those see it who look at it most.
PAGES = (("/cases", Role.MANAGER), ("/", Role.MANAGER), ("/", Role.HANDLER), ("/", Role.STATISTICIAN))
YEARS = 10  # over which the answered cases were received
COLUMNS = (
    "reference, stream, channel, unit_id, handler_id, received_on, rule_version, due_on, deadline, answered_on,"
    " registered_on, created_at, version"
)
FACTS = "'A-' || n, 'external', 'web', {unit}, {handler}, {day}, 1, {due}, {due}, {answered}, {day}, {now}, 1"
SQLITE = """INSERT INTO cases ({columns}) WITH RECURSIVE numbers(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) SELECT {facts} FROM numbers"""
POSTGRESQL = "INSERT INTO cases ({columns}) SELECT {facts} FROM generate_series(1, {count}) AS numbers(n)"
#: What is filled in by a template: values of attributes, and what stands between tags.
VALUE = re.compile(r'((?:href|value|aria-label|data-color)=")([^"]*)"|>([^<>]*[^\s<>][^<>]*)<')
LOOPS = {"<tbody": re.compile(r"<tr.*?</tr>", re.DOTALL), "<select": re.compile(r"<option.*?</option>", re.DOTALL)}
LINK = re.compile(r'href="(/[^"#{]*)"')
LOOPED = re.compile(r"<tbody.*?</tbody>|<select.*?</select>", re.DOTALL)


def fill(db: Database, count: int, today: date) -> dict[Role, int]:
    """Add so many answered cases, and the open ones; returns an account of each role, the first of which handles them."""
    units = [make_unit(db, f"Virksomhet {number}") for number in range(UNITS)]
    accounts = {
        role: make_account(db, f"{role}@asker.example", roles=tuple((role, unit) for unit in units))
        for role in (Role.HANDLER, Role.MANAGER, Role.STATISTICIAN)
    }
    _add_answered(db, count, today, first_unit=units[0], handler=accounts[Role.HANDLER])
    for number in range(OPEN):
        make_case(
            db,
            unit_id=units[number % UNITS],
            handler_id=accounts[Role.HANDLER] if number % 4 else None,
            subject=f"Hull i veien ved nummer {number}",
            received_on=today - timedelta(days=number % 20),
        )
    running_counts.bring_together(db, today=today)
    settle(db)
    return accounts


def _add_answered(db: Database, count: int, today: date, *, first_unit: int, handler: int) -> None:
    days = f"n % {365 * YEARS} + 1"
    if db.is_sqlite:
        day = f"date('{today}', '-' || ({days}) || ' days')"
        due = f"date({day}, '+14 days')"
        answered, now, template = day, "'2026-01-01 00:00:00'", SQLITE
    else:
        day = f"(date '{today}' - ({days}))"
        due, answered, now, template = f"({day} + 14)", day, "timestamptz '2026-01-01 00:00:00Z'", POSTGRESQL
    facts = FACTS.format(
        unit=f"{first_unit} + n % {UNITS}", handler=handler, day=day, due=due, answered=answered, now=now
    )
    with db.writing() as session:
        session.execute(text(template.format(columns=COLUMNS, facts=facts, count=count)))
        session.execute(text("DELETE FROM words_due"))  # nobody searches here


def browser(db: Database, account: int, folder: str) -> FlaskClient:
    """Return a browser in which the account is signed in."""
    app = create_app(Config.from_env({"DIALOGEN_DATA_DIR": folder, "DIALOGEN_DATABASE_URL": db.url}), db=db)
    secret, now = new_secret(), datetime.now(UTC)
    with db.writing() as session:
        expires = now + timedelta(days=1)
        sessions.add_session(session, account, secret_hash=secret_hash(secret), now=now, expires_at=expires)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    return client


def bare_page(like: str) -> FlaskClient:
    """Return a browser of a bare Flask application that renders as good as the same page."""
    loops: list[list[tuple[str, ...]]] = []
    template = LINK.sub(_link, LOOPED.sub(lambda found: _loop(found[0], loops), like))
    app = Flask("bare")
    app.jinja_loader = DictLoader({"bare.html": template + "<!-- {{ rest }} -->"})
    app.add_url_rule("/<path:path>", "page", lambda path: path)

    def page(rest: str) -> str:
        return render_template("bare.html", loops=loops, rest=rest)

    with app.test_request_context():
        rest = "a" * max(0, len(like) - len(page("")))
    app.add_url_rule("/", "front", partial(page, rest))
    return app.test_client()


def _link(found: re.Match[str]) -> str:
    path, mark, query = found[1].partition("?")
    return f"href=\"{{{{ url_for('page', path='{path[1:]}') }}}}{mark}{query}\""


def _loop(part: str, loops: list[list[tuple[str, ...]]]) -> str:
    """Return a part of a page as a loop over as many rows as it has, each like the first; notes their values."""
    rows = LOOPS[part[:7].rstrip(" >")].findall(part)
    if not rows:
        return part
    values: list[str] = []

    def fill_in(found: re.Match[str]) -> str:
        values.append(html.unescape(found[2] if found[1] else found[3]))
        slot = f"{{{{ row[{len(values) - 1}] }}}}"
        if found[1] == 'href="':
            path, mark, query = values[-1].partition("?")
            values[-1] = path[1:]
            slot = f"{{{{ url_for('page', path=row[{len(values) - 1}]) }}}}{mark}{html.escape(query)}"
        return f'{found[1]}{slot}"' if found[1] else f">{slot}<"

    row = VALUE.sub(fill_in, rows[0])
    loops.append([tuple(values)] * len(rows))
    begin, end = part.index(rows[0]), part.rindex(rows[-1]) + len(rows[-1])
    return f"{part[:begin]}{{% for row in loops[{len(loops) - 1}] %}}{row}{{% endfor %}}{part[end:]}"


def best_cpu(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the CPU and the wall-clock time of each work in its median round; they take turns."""
    times: list[list[tuple[float, float]]] = [[] for _ in works]
    for work in works:
        work()
    gc.disable()
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            start, began = time.process_time(), time.perf_counter()
            work()
            taken.append((time.process_time() - start, time.perf_counter() - began))
    gc.enable()
    return [
        (statistics.median(cpu for cpu, _ in taken), statistics.median(wall for _, wall in taken)) for taken in times
    ]


def measure(name: str, few: Database, many: Database, sizes: tuple[int, int]) -> None:
    """Print the ratios of both pages."""
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        filled = [(db, fill(db, size, today)) for db, size in zip((few, many), sizes, strict=True)]
        for path, role in PAGES:
            small, large = (browser(db, accounts[role], folder) for db, accounts in filled)
            answer = large.get(path)
            assert answer.status_code == 200, path
            bare = bare_page(answer.text)
            among_few, among_many, floor = best_cpu(
                partial(small.get, path), partial(large.get, path), partial(bare.get, "/")
            )
            what = f"{name}, {path} of a {role}, among {sizes[1]:,}"
            for kind, taken, least in zip(("CPU", "wall clock"), among_many, among_few, strict=True):
                show_ratio(f"{what} / {sizes[0]:,} cases, {kind}", taken, floor=least, most=MOST_AMONG_MANY)
            page = f"a bare Flask page of {len(answer.text):,} bytes"
            show_ratio(f"{what} / {page}, CPU, seen before", among_many[0], floor=floor[0], most=MOST_OVER_BARE)


def main() -> None:
    """Measure on both databases."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--few", type=int, default=10_000)
    reader.add_argument("--many", type=int, default=1_000_000)
    reader.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    asked = reader.parse_args()
    for name, database in (("SQLite", sqlite_database), ("PostgreSQL", postgresql_database)):
        if asked.only not in (None, name):
            continue
        with database() as few, database() as many:
            measure(name, few, many, (asked.few, asked.many))


if __name__ == "__main__":
    main()
    end()
