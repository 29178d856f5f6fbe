"""A national identity number put into any field of any door is refused and told nobody; one that may be is warned about."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

import click
import pytest
from werkzeug.test import TestResponse

from dialogen.cli.commands import COMMANDS
from dialogen.domain.accounts import Role
from dialogen.domain.errors import Problem
from dialogen.domain.national_ids import DOUBT
from dialogen.services import sessions
from tests.cli.program import Program
from tests.factories import BY_HAND, NOW
from tests.national_ids import DOUBTFUL, MADE_UP
from tests.security.fields import Field, ask, asker, every_field, page_of
from tests.security.law import Person, Rule, Where
from tests.security.world import World

LAW = "Det ser ut som teksten inneholder et fødselsnummer. Ta det bort før du lagrer."
#: Of a password only a hash is kept; the token of a form is compared, and the version of a case is a number.
KEPT_BY_NOBODY = {"password", "csrf_token"}


def held_by(world: World) -> str:
    """Return everything that the database holds, as SQL."""
    with sqlite3.connect(str(world.db.engine.url.database)) as connection:
        return "\n".join(connection.iterdump())


def told_by(answer: TestResponse, field: Field) -> str:
    """Return all that an answer tells, but for what a form gives back to its writer in the very field."""
    headers = str(answer.headers)
    if answer.mimetype != "text/html":
        return headers + answer.text
    page = page_of(answer)
    for control in page.iter():
        if control.get("name") == field.name and control.tag in ("input", "textarea"):
            control.set("value", "")
            control.text = ""
    return headers + tostring(page, encoding="unicode")


@pytest.fixture(scope="module")
def fields(municipality: World) -> list[Field]:
    """Every field there is."""
    found = [each for each in every_field(municipality) if each.name.split("-")[-1] not in KEPT_BY_NOBODY]
    assert len(found) > 120
    return found


def test_no_field_of_any_door_takes_a_national_identity_number(
    municipality: World, fields: list[Field], subtests: pytest.Subtests, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    for field in fields:
        with subtests.test(str(field)):
            answer = ask(municipality, field, f"fnr {MADE_UP}")
            assert 400 <= answer.status_code < 500
            told = told_by(answer, field)
            assert MADE_UP not in told
            if field.endpoint.startswith("api_"):
                assert Problem.NATIONAL_ID.value in told
            elif field.is_text:
                assert LAW in told
    assert MADE_UP not in held_by(municipality)
    assert MADE_UP not in caplog.text


def test_a_possible_one_is_saved_and_told_of_by_its_field(
    municipality: World, fields: list[Field], subtests: pytest.Subtests
) -> None:
    warned = 0
    for field in (each for each in fields if each.is_text and each.method != "GET"):
        if field.door.rule is Rule.OPEN:
            continue  # before signing in nothing is kept but attempts, and those without a name
        with subtests.test(str(field)):
            if ask(municipality, field, "Noe annet 4711").status_code >= 400:
                continue  # not for any text: an address, a date, the name of something that there is
            answer = ask(municipality, field, f"nr. {DOUBTFUL}")
            assert answer.status_code < 400
            assert list(_warnings(municipality, field, answer)) == [field.name]
            warned += 1
    assert warned > 15
    assert DOUBTFUL in held_by(municipality)


def _warnings(world: World, field: Field, answer: TestResponse) -> Iterator[str]:
    if field.endpoint.startswith("api_"):
        yield from (each["field"] for each in answer.get_json()["warnings"] if each["message"] == DOUBT)
        return
    person, _ = asker(field.door)
    for page in (page_of(answer), page_of(world.ask_page(person, "GET", "/account", {}))):
        yield from (field.name for text in _texts(page) if "kan inneholde et fødselsnummer" in text)


def _texts(page: Element) -> Iterator[str]:
    return ("".join(each.itertext()) for each in page.iter() if each.get("data-color") == "warning")


def test_a_number_in_an_address_is_answered_without_it(municipality: World) -> None:
    person = next(iter(municipality.accounts))
    for path in (f"/cases/{MADE_UP}", f"/{MADE_UP}", f"/reports/mv-1.1/{MADE_UP}", f"/letters/{MADE_UP}"):
        answer = municipality.ask_page(person, "GET", path, {})
        assert 400 <= answer.status_code < 500
        assert MADE_UP not in answer.text + str(answer.headers)
    for path in (f"/api/v1/cases/{MADE_UP}", f"/api/v1/{MADE_UP}", f"/api/v1/reports/mv-1.1/{MADE_UP}"):
        answer = municipality.ask_api(person, "GET", path, {})
        assert 400 <= answer.status_code < 500
        assert MADE_UP not in answer.text + str(answer.headers)


def test_whoever_is_not_signed_in_is_not_led_on_with_a_number(municipality: World) -> None:
    answer = municipality.app.test_client().get("/cases", query_string={"q": MADE_UP})
    assert (answer.status_code, LAW in answer.text, MADE_UP in answer.text) == (400, True, False)


def test_what_a_browser_calls_itself_is_kept_without_one(municipality: World) -> None:
    person = Person(Role.MANAGER, Where.EVERYWHERE)
    secret = sessions.make_sign_in_link(
        municipality.db, by=None, account_id=municipality.accounts[person], now=NOW, author=BY_HAND
    )
    headers = {"User-Agent": f"Mozilla {MADE_UP}"}
    client = municipality.app.test_client()
    answer = client.post(f"/sign-in/link/{secret}", data={"password": "lang og unik setning 47"}, headers=headers)
    assert answer.status_code == 303
    held = held_by(municipality)
    assert ("Mozilla ***********" in held, MADE_UP in held) == (True, False)


def _commands(commands: tuple[click.Command, ...], *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for command in commands:
        words = (*above, command.name or "")
        if isinstance(command, click.Group):
            yield from _commands(tuple(command.commands.values()), *words)
        else:
            yield words, command


WORDS = [
    pytest.param(words, parameter, id=f"{' '.join(words)} {parameter.name}")
    for words, command in _commands(COMMANDS)
    for parameter in command.params
    if not getattr(parameter, "is_flag", False)
]


@pytest.fixture
def dialogen(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """The console script on a migrated database."""
    (tmp_path / "dialogen.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.chdir(tmp_path)  # where a command may write a file of the word that is tried
    return Program({"DATA_DIR": str(tmp_path)}, monkeypatch, capsys)


#: What each command needs besides the word that is tried, by option; arguments get a plain word.
NEEDED = {"--role": "handler", "--user": "kari@asker.example", "--scope": "stats:read", "--name": "Kari"}


@pytest.mark.parametrize(("words", "tried"), WORDS)
def test_no_word_of_any_command_is_told_back_with_a_number(
    dialogen: Program, words: tuple[str, ...], tried: click.Parameter, tmp_path: Path
) -> None:
    _, command = next(each for each in _commands(COMMANDS) if each[0] == words)
    given = list(words)
    for parameter in command.params:
        value = MADE_UP if parameter.name == tried.name else NEEDED.get(parameter.opts[0], "1")
        if isinstance(parameter, click.Argument):
            given.append(value)
        elif parameter.name == tried.name or parameter.required:
            given += [parameter.opts[0], value]
    done = dialogen(*given)
    assert done.code in (1, 2)
    assert MADE_UP.lstrip("0") not in done.out + done.err
    assert not list(tmp_path.glob(f"*{MADE_UP}*"))
    assert MADE_UP.encode() not in (tmp_path / "dialogen.sqlite3").read_bytes()


def test_no_file_is_read_or_made_that_is_called_by_a_number(dialogen: Program, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("reference,received\nA-1,2026-13-01\n")
    called = tmp_path / f"fnr {MADE_UP}.csv"
    for words in (
        ("report", "2014", "--output", str(called)),
        ("import", str(rows), "--keep-going", "--rejects", str(called)),
        ("subject", "export", "--name", "Ola Hansen", "--output", str(called)),
    ):
        done = dialogen(*words)
        assert (done.code, str(Problem.NATIONAL_ID.value) in done.err, called.exists()) == (1, True, False)
    rows.rename(called)
    done = dialogen("import", str(called))
    assert (done.code, str(Problem.NATIONAL_ID.value) in done.err, MADE_UP in done.err) == (1, True, False)


def test_a_command_warns_of_a_possible_one_when_it_is_done(dialogen: Program) -> None:
    done = dialogen("units", "add", f"Enhet {DOUBTFUL}")
    assert (done.code, done.err) == (0, f"warning: name {DOUBT}\n")


HEADER = "reference,received,answered,stream,unit,handler,channel,kind,subject,excluded"
COLUMNS = HEADER.split(",")
GOOD = {"reference": "A-1", "received": "2026-02-01"}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_cell_of_an_import_takes_one(dialogen: Program, tmp_path: Path, column: str) -> None:
    rejects = tmp_path / "rejects.csv"
    file = tmp_path / "rows.csv"
    file.write_text(f"{HEADER}\n{','.join(({**GOOD, column: f'fnr {MADE_UP}'}).get(each, '') for each in COLUMNS)}\n")
    done = dialogen("import", str(file), "--rejects", str(rejects))
    assert done.err == f"line 2: {column}: {Problem.NATIONAL_ID}\n"
    assert done.out == "imported 0, updated 0, unchanged 0, rejected 1\n"
    # The row is the user's own, to be mended; its reason repeats nothing.
    row = rejects.read_text(encoding="utf-8-sig").splitlines()[1]
    assert row.count(MADE_UP) == 1
    assert row.endswith((f'{column}: {Problem.NATIONAL_ID}"', f"{column}: {Problem.NATIONAL_ID}"))


def test_an_import_warns_of_a_possible_one_and_takes_the_row(dialogen: Program, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = [",".join({**GOOD, "reference": f"A-{line}"}.get(each, "") for each in COLUMNS) for line in range(15)]
    lines.append(f"{DOUBTFUL},2026-02-01,,,Enhet {DOUBTFUL},,,Type {DOUBTFUL},{DOUBTFUL},")
    file.write_text("\n".join((HEADER, *lines)))
    done = dialogen("import", str(file))
    assert done.out.splitlines()[-1] == "imported 16, updated 0, unchanged 0, rejected 0"
    told = [line for line in done.err.splitlines() if line.startswith("warning")]
    assert told == [f"warning: line 17: {field} {DOUBT}" for field in ("reference", "subject", "unit", "kind")]
    assert DOUBTFUL not in done.err.replace(f"Enhet {DOUBTFUL}", "").replace(f"Type {DOUBTFUL}", "")


@pytest.mark.parametrize(
    "profile",
    [
        f'source = "{MADE_UP}"\n[columns]\nreference = "a"\nreceived = "b"\n',
        f'delimiter = "{MADE_UP}"\n[columns]\nreference = "a"\nreceived = "b"\n',
        f'encoding = "{MADE_UP}"\n[columns]\nreference = "a"\nreceived = "b"\n',
        f'date_format = "{MADE_UP}"\n[columns]\nreference = "a"\nreceived = "b"\n',
        f'[columns]\nreference = "{MADE_UP}"\nreceived = "b"\n',
        f'[columns]\nreference = "a"\nreceived = "b"\nunit = "c"\n[values.unit]\n"x" = "{MADE_UP}"\n',
        f'[columns]\nreference = "a"\nreceived = "b"\n"{MADE_UP}" = "c"\n',
        f'"{MADE_UP}" = 1\n[columns]\nreference = "a"\nreceived = "b"\n',
    ],
)
def test_no_profile_of_an_import_holds_one(dialogen: Program, tmp_path: Path, profile: str) -> None:
    (tmp_path / "profile.toml").write_text(profile)
    (tmp_path / "rows.csv").write_text("a,b,c\nA-1,2026-02-01,x\n")
    done = dialogen("import", str(tmp_path / "rows.csv"), "--profile", str(tmp_path / "profile.toml"))
    assert done.code == 1
    assert MADE_UP not in done.out + done.err


def test_a_header_that_is_one_is_not_told(dialogen: Program, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"reference,received,{MADE_UP}\nA-1,2026-02-01,x\n")
    done = dialogen("import", str(tmp_path / "rows.csv"))
    assert (done.code, MADE_UP in done.err) == (0, False)


def test_an_import_warns_of_a_possible_one_by_its_line_and_does_not_tell_it(dialogen: Program, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(f"reference,received,unit\nA-1,2026-02-01,Enhet {DOUBTFUL}\n")
    done = dialogen("import", str(file))
    assert (done.code, f"line 2: unit {DOUBT}" in done.err, DOUBTFUL in done.out + done.err) == (0, True, False)
