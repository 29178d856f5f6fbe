"""Whatever is written into any field of any page or of the API stays a text: stored as it is, shown as it is, and inert."""

import csv
import io
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from werkzeug.test import TestResponse

from dialogen.domain.accounts import Role
from tests.security.attacks import ATTACKS, BEGINS_FORMULA, FORMULAS, as_stored, effects
from tests.security.doors import DOORS
from tests.security.fields import Field, ask, every_field, page_of
from tests.security.law import ANONYMOUS, Person, Placed, Rule, Where
from tests.security.world import World

MANAGER = Person(Role.MANAGER, Where.EVERYWHERE)
ADMIN = Person(Role.ADMIN, Where.EVERYWHERE)
STATISTICIAN = Person(Role.STATISTICIAN, Where.EVERYWHERE)
#: Where a row more tells nothing of what was written.
COUNTS = {"access_entries", "throttles", "account_sessions", "chain_heads", "sqlite_sequence"}
#: What is written into one field of a profile is stored within a text.
PROFILES = "SELECT toml FROM import_uploads WHERE toml IS NOT NULL"
RENAMED = "admin.kind"  # every question about it gives the same kind another name


def rows(world: World) -> Counter[str]:
    """Return how many rows each table has."""
    with sqlite3.connect(str(world.db.engine.url.database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return Counter(
            {
                name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in tables
                if name not in COUNTS
            }
        )


def texts(world: World) -> set[str]:
    """Return every text that the database holds."""
    with sqlite3.connect(str(world.db.engine.url.database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = {
            value
            for name in tables
            for row in connection.execute(f"SELECT * FROM {name}")
            for value in row
            if isinstance(value, str)
        }
        sources = {tomllib.loads(toml).get("source", "") for (toml,) in connection.execute(PROFILES)}
    return {as_stored(value) for value in values | sources}


@pytest.fixture(scope="module")
def fields(municipality: World) -> list[Field]:
    """Every field there is."""
    return [each for each in every_field(municipality) if each.name not in ("present", "csrf_token")]


@dataclass(frozen=True)
class Tried:
    """What every field answered to the attacks, and how many rows there were before and after."""

    answers: list[tuple[Field, str, TestResponse]]
    before: Counter[str]
    after: Counter[str]


@pytest.fixture(scope="module")
def tried(municipality: World, fields: list[Field]) -> Tried:
    """Try everything at every field, and new lines where people write; each attack ends with a number of its own."""
    before, answers = rows(municipality), []
    for number, field in enumerate(fields):
        for attack in ATTACKS if field.is_text else ATTACKS[:1]:
            written = f"{attack} nr{number}"
            answers.append((field, written, ask(municipality, field, written)))
    return Tried(answers, before, rows(municipality))


def test_no_answer_shows_an_effect(tried: Tried, subtests: pytest.Subtests) -> None:
    for field, written, answer in tried.answers:
        with subtests.test(f"{field} {written[:20]}"):
            assert not list(effects(answer))


def test_what_was_taken_is_stored_as_it_was_written(
    municipality: World, tried: Tried, subtests: pytest.Subtests
) -> None:
    stored = texts(municipality)
    taken = 0
    kept = (each for each in tried.answers if each[0].door.rule is not Rule.OPEN and each[0].endpoint != RENAMED)
    for field, written, answer in kept:
        if field.is_text and field.method != "GET" and answer.status_code < 400:
            taken += 1
            with subtests.test(f"{field} {written[:20]}"):
                assert as_stored(written) in stored
    assert taken > 30


def test_no_table_is_gone_and_no_row_that_was_there(tried: Tried) -> None:
    assert set(tried.after) == set(tried.before)
    fewer = {name: (count, tried.after[name]) for name, count in tried.before.items() if tried.after[name] < count}
    assert not fewer


def test_a_sign_that_cannot_be_stored_is_refused_and_nothing_of_it_kept(
    municipality: World, fields: list[Field], subtests: pytest.Subtests
) -> None:
    for field in (each for each in fields if each.is_text and each.method != "GET"):
        with subtests.test(str(field)):
            answer = ask(municipality, field, "inj-nul\x00")
            assert 400 <= answer.status_code < 500 or field.door.rule is Rule.OPEN
            assert not list(effects(answer))
    assert not [text for text in texts(municipality) if "inj-nul" in text]


def pages(world: World) -> Iterator[tuple[str, TestResponse]]:
    """Fetch every page there is, as those who see most."""
    for endpoint, method, door in DOORS:
        if method != "GET" or endpoint == "static":
            continue
        for person in (MANAGER, ADMIN, STATISTICIAN):
            world.place(Placed.FREE, person, **door.case)
            asks = world.ask_api if endpoint.startswith("api_") else world.ask_page
            yield f"{endpoint} {person.role}", asks(person, "GET", door.address(world), door.sent(world))
            if door.ends:
                world.forget_session(person)


def test_every_page_shows_it_as_text(municipality: World, tried: Tried, subtests: pytest.Subtests) -> None:
    for name, answer in pages(municipality):
        with subtests.test(name):
            assert not list(effects(answer))


def test_a_case_shows_what_was_written_about_it_letter_by_letter(municipality: World) -> None:
    for number, attack in enumerate(ATTACKS):
        written = {name: f"{attack} {name}{number}" for name in ("subject", "text", "external_reference")}
        body = {"received_on": "2026-02-01", **written, "sender": {"name": attack, "phone": f"{attack[:40]}"}}
        answer = municipality.ask_api(MANAGER, "POST", "/api/v1/cases", {"json": body})
        assert answer.status_code == (422 if len(written["external_reference"]) > 100 else 201)
        body.pop("external_reference")
        shown = municipality.ask_api(MANAGER, "POST", "/api/v1/cases", {"json": body}).get_json()
        assert (shown["subject"], shown["text"], shown["sender"]["name"]) == (
            written["subject"].strip(),
            written["text"].strip(),
            attack.strip(),
        )
        page = page_of(municipality.ask_page(MANAGER, "GET", f"/cases/{shown['reference']}", {}))
        said = as_stored("".join(page.itertext()))
        assert as_stored(written["text"]) in said
        assert as_stored(written["subject"]) in said


@pytest.fixture(scope="module")
def formulas(municipality: World) -> None:
    """Units, kinds, people and cases that are called like formulas of a spreadsheet."""
    for number, formula in enumerate((*FORMULAS, *ATTACKS)):
        name = f"{formula} {number}"
        for path, sent in (
            ("/admin/units", {"name": name, "email": ""}),
            ("/admin/kinds", {"name": name[:100]}),
            ("/admin/people/new", {"email": f"f{number}@asker.example", "name": name, "role": "admin", "unit": "*"}),
        ):
            assert municipality.ask_page(ADMIN, "POST", path, sent).status_code in (200, 303)
        body = {"received_on": "2026-01-02", "unit": as_stored(name), "kind": as_stored(name[:100]), "subject": name}
        answer = municipality.ask_api(MANAGER, "POST", "/api/v1/cases", {"json": body})
        assert answer.status_code == 201, answer.text


def files(world: World) -> Iterator[tuple[str, TestResponse]]:
    """Fetch every export for a spreadsheet."""
    for by, form in product(("unit", "kind", "channel", "month"), ("csv", "csv-excel")):
        path = f"/reports/mv-1.1/2026/{form}"
        yield f"{path} by {by}", world.ask_page(STATISTICIAN, "GET", path, {"by": by})
    for endpoint, method, door in DOORS:
        if method == "GET" and endpoint != "static" and not endpoint.startswith("api_"):
            world.place(Placed.FREE, ADMIN, **door.case)
            answer = world.ask_page(ADMIN, "GET", door.address(world), door.sent(world))
            if answer.mimetype == "text/csv":
                yield endpoint, answer
    sent = {"query_string": {"by": "unit"}, "headers": {"Accept": "text/csv"}}
    yield "the API", world.ask_api(STATISTICIAN, "GET", "/api/v1/reports/mv-1.1/2026", sent)


@pytest.mark.usefixtures("formulas")
def test_no_cell_of_an_export_begins_a_formula(municipality: World, subtests: pytest.Subtests) -> None:
    found = 0
    for name, answer in files(municipality):
        with subtests.test(name):
            assert (answer.status_code, answer.mimetype) == (200, "text/csv")
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            text = answer.get_data(as_text=True).removeprefix("\ufeff")
            found += text.count("SUM(1)")
            for cell in _cells(text):
                assert not cell.startswith(BEGINS_FORMULA) or _is_number(cell), cell
    assert found


def _cells(text: str) -> Iterator[str]:
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield from row


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(",", "").replace(".", "").isdigit()


@pytest.mark.usefixtures("formulas")
def test_every_page_shows_such_names_as_text(municipality: World, subtests: pytest.Subtests) -> None:
    for name, answer in pages(municipality):
        with subtests.test(name):
            assert not list(effects(answer))


NOT_PATHS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//etc/passwd",
    "a%00b",
    "%ff",
)


@pytest.mark.parametrize("written", NOT_PATHS)
@pytest.mark.parametrize(
    "path",
    [
        "/static/{}",
        "/reports/mv-1.1/2026/{}",
        "/reports/mv-1.1/{}",
        "/cases/{}",
        "/admin/units/{}",
        "/api/v1/reports/mv-1.1/{}",
        "/api/v1/cases/{}",
        "/{}",
    ],
)
def test_no_address_leads_out_of_its_folder(municipality: World, path: str, written: str) -> None:
    for person in (ADMIN, ANONYMOUS):
        answer = municipality.ask_page(person, "GET", path.format(written), {})
        assert answer.status_code in (303, 308, 400, 401, 404, 422)
        assert "root:" not in answer.text
        assert not list(effects(answer))
