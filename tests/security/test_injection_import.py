"""Whatever stands in a cell, a header, a profile or the name of a file stays a text through the import and its files."""

import csv
import os
import sqlite3
from pathlib import Path

import pytest
import xlsxwriter

from tests.cli.program import Program
from tests.security.attacks import ALL_AT_ONCE, ATTACKS, BEGINS_FORMULA, FORMULAS, as_stored

COLUMNS = ("reference", "received", "answered", "stream", "unit", "handler", "channel", "kind", "subject", "excluded")
NAMES = ("unit", "kind")
GOOD = {"reference": "A-1", "received": "2026-02-01"}
#: What would clear a terminal, and what ends a line in some programs.
CONTROLS = "inj\x1b[2J\x1b]0;inj\x07\u2028\x85 \u202egpj"


@pytest.fixture
def dialogen(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """The console script on a migrated database."""
    (tmp_path / "dialogen.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.chdir(tmp_path)
    return Program({"DATA_DIR": str(tmp_path)}, monkeypatch, capsys)


def written(path: Path, header: tuple[str, ...], *rows: dict[str, str]) -> Path:
    """Write rows as CSV, or as a workbook."""
    cells = [list(header), *[[row.get(name, "") for name in header] for row in rows]]
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
            sheet = workbook.add_worksheet()
            for number, line in enumerate(cells):
                sheet.write_row(number, 0, line)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cells)
    return path


def stored(folder: Path, query: str) -> list[str]:
    """Return the texts that a query finds."""
    with sqlite3.connect(folder / "dialogen.sqlite3") as connection:
        return [text for (text,) in connection.execute(query)]


def is_quiet(err: str) -> bool:
    """Say whether nothing that was printed controls a terminal or begins a line that is not the product's."""
    begins = ("line ", "made ", "warning: ", "columns that are not imported: ", "dialogen: ")
    return all(line.startswith(begins) and line.isprintable() for line in err.splitlines())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_cell_that_is_taken_is_stored_as_it_was_written(dialogen: Program, tmp_path: Path, kind: str) -> None:
    attacks = [*(each[:90] for each in ATTACKS), *FORMULAS]
    rows = [
        {"reference": f"{text} {number}", "received": "2026-02-01", "subject": text, "unit": text, "kind": text}
        for number, text in enumerate(attacks)
    ]
    done = dialogen("import", str(written(tmp_path / f"rows.{kind}", COLUMNS, *rows)))
    assert done.out == f"imported {len(rows)}, updated 0, unchanged 0, rejected 0\n", done.err
    assert is_quiet(done.err)
    for row, subject in zip(rows, stored(tmp_path, "SELECT subject FROM case_personal ORDER BY case_id"), strict=True):
        assert as_stored(subject) == as_stored(row["subject"])
    units = stored(tmp_path, "SELECT name FROM units")
    assert {as_stored(row["unit"]) for row in rows} == set(units)
    assert {as_stored(row["kind"]) for row in rows} <= set(stored(tmp_path, "SELECT name FROM kinds"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_that_is_refused_says_so_in_one_line_and_does_nothing(
    dialogen: Program, tmp_path: Path, column: str, kind: str
) -> None:
    rows = [{**GOOD, column: text} for text in (*ATTACKS, CONTROLS, *FORMULAS)]
    path = written(tmp_path / f"rows.{kind}", COLUMNS, *rows, {"reference": "B-1", "received": "no date"})
    done = dialogen("import", str(path), "--rejects", "rejects.csv", "--dry-run")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert is_quiet(done.err)
    assert not stored(tmp_path, "SELECT reference FROM cases")


def test_no_cell_of_the_rejected_rows_begins_a_formula_and_they_can_be_mended(
    dialogen: Program, tmp_path: Path
) -> None:
    texts = [*FORMULAS, ALL_AT_ONCE, "'=1", "''", "'n"]
    rows = [{"reference": f"A-{number}", "received": "x", "subject": text} for number, text in enumerate(texts)]
    path = written(tmp_path / "rows.csv", COLUMNS, *rows)
    assert dialogen("import", str(path), "--rejects", "rejects.csv").code == 1
    assert dialogen("import", "rejects.csv", "--rejects", "again.csv").code == 1
    assert Path("again.csv").read_text(encoding="utf-8") == Path("rejects.csv").read_text(encoding="utf-8")
    with open("again.csv", encoding="utf-8-sig", newline="") as file:
        again = list(csv.reader(file))
    assert not [cell for row in again for cell in row if cell.startswith(BEGINS_FORMULA)]
    with open("mended.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["2026-02-01" if cell == "x" else cell for cell in row] for row in again])
    assert dialogen("import", "mended.csv").code == 0
    found = stored(tmp_path, "SELECT subject FROM case_personal ORDER BY case_id")
    assert found == [text.strip() for text in texts]


def test_signs_that_control_a_terminal_are_in_no_name(dialogen: Program, tmp_path: Path) -> None:
    for column in NAMES:
        done = dialogen("import", str(written(tmp_path / "rows.csv", COLUMNS, {**GOOD, column: CONTROLS})))
        assert (
            done.err
            == f"line 2: {column} holds a character that cannot be stored (a control character or half of a surrogate pair)\n"
        )
    assert dialogen("units", "add", CONTROLS).code == 1
    assert not stored(tmp_path, "SELECT name FROM units")


@pytest.mark.parametrize("header", [*ATTACKS, CONTROLS, *FORMULAS])
def test_a_header_that_is_not_known_is_told_in_one_line(dialogen: Program, tmp_path: Path, header: str) -> None:
    # A text file whose header controls a terminal is none.
    kind = "xlsx" if header == CONTROLS else "csv"
    path = written(tmp_path / f"rows.{kind}", ("reference", "received", header), GOOD)
    done = dialogen("import", str(path), "--rejects", "rejects.csv", "--keep-going")
    assert done.out.splitlines()[-1] == "imported 1, updated 0, unchanged 0, rejected 0", done.err
    assert is_quiet(done.err)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "boston311/../../x", "boston311\n", "{0}", "%s"]
)
def test_a_name_of_a_profile_leads_to_no_other_file(dialogen: Program, tmp_path: Path, name: str) -> None:
    done = dialogen("import", str(written(tmp_path / "rows.csv", COLUMNS, GOOD)), "--profile", name)
    assert done.code == 1
    assert "root:" not in done.err + done.out
    assert is_quiet(done.err)
    assert not stored(tmp_path, "SELECT reference FROM cases")


@pytest.mark.parametrize(
    "name", ["no\nline 9: forged.csv", "no\x1b[2J.csv", "{0.__class__}.csv", "%s%n.csv", "=1+1.csv", "-x.csv"]
)
def test_the_name_of_a_file_is_told_in_one_line(dialogen: Program, tmp_path: Path, name: str) -> None:
    done = dialogen("import", "--", os.path.join(tmp_path, name))
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert is_quiet(done.err)


def test_a_profile_may_say_anything_and_only_names_columns(dialogen: Program, tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", ("a", "b", "{{7*7}}"), {"a": "A-1", "b": "2026-02-01", "{{7*7}}": "x"})
    profile = tmp_path / "profile.toml"
    profile.write_text(
        'source = "\'); DROP TABLE cases; --{0.__class__}"\n[columns]\nreference = "a"\nreceived = "b"\n'
        'unit = "{{7*7}}"\n[values.unit]\n"*" = "=1+1 %s {value}"\n'
    )
    assert dialogen("import", str(path), "--profile", str(profile)).code == 0
    assert stored(tmp_path, "SELECT source FROM cases") == ["'); DROP TABLE cases; --{0.__class__}"]
    assert stored(tmp_path, "SELECT name FROM units") == ["=1+1 %s {value}"]
