"""Reading CSV: encodings, delimiters, line numbers, quotes, and what is no table."""

import os
from pathlib import Path

import pytest

from dialogen.files.csv_in import LONGEST_LINE, open_csv
from dialogen.files.tables import FileRefused, Line


def read(path: Path, content: str | bytes, *, encoding: str = "utf-8", **options: str) -> tuple[list[str], list[Line]]:
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    with open_csv(path, **options) as table:
        return table.header, list(table.lines())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found_out(path: Path, encoding: str, line_end: str) -> None:
    text = line_end.join(["Referanse;Mottatt;Emne", "A-1;01.02.2014;Måking, brøyting", ""])
    header, lines = read(path, text, encoding=encoding)
    assert header == ["Referanse", "Mottatt", "Emne"]
    assert lines == [Line(2, ["A-1", "01.02.2014", "Måking, brøyting"])]


def test_windows_1252_is_found_out_from_a_sign_far_down(path: Path) -> None:
    rows = "".join(f"A-{n};01.02.2014\n" for n in range(200_000))
    _, lines = read(path, f"referanse;mottatt\n{rows}Ø-1;01.02.2014\n", encoding="cp1252")
    assert lines[-1].cells[0] == "Ø-1"


def test_a_byte_order_mark_goes_before_the_encoding_of_a_profile(path: Path) -> None:
    header, _ = read(path, "nøkkel;mottatt\n", encoding="utf-8-sig")
    assert header[0] == "nøkkel"
    with open_csv(path, encoding="cp1252") as table:
        assert table.header[0] == "nøkkel"


def test_a_named_encoding_must_be_true(path: Path) -> None:
    path.write_bytes("nøkkel;mottatt\n".encode("cp1252"))
    with pytest.raises(FileRefused, match="is not text in utf-8"), open_csv(path, encoding="utf-8"):
        pass


def test_delimiters_inside_quotes_of_the_header_do_not_count(path: Path) -> None:
    header, _ = read(path, '"reference, number, all, of it";received\n')
    assert header == ["reference, number, all, of it", "received"]


def test_a_line_number_is_that_of_the_row_s_first_line(path: Path) -> None:
    _, lines = read(path, 'reference,subject\nA-1,"two\nlines"\n\nA-2,one\n')
    assert [(line.number, line.cells[1]) for line in lines] == [(2, "two\nlines"), (5, "one")]


def test_empty_lines_and_rows_of_empty_cells_are_passed_over(path: Path) -> None:
    _, lines = read(path, "\n\nreference;received\n;\n  ; \n\nA-1;01.02.2014\n;\n")
    assert [line.number for line in lines] == [7]


def test_a_table_can_be_read_again_from_its_beginning(path: Path) -> None:
    path.write_text("reference;received\nA-1;1\nA-2;2\n", encoding="utf-8")
    with open_csv(path) as table:
        assert list(table.lines()) == list(table.lines())
        assert len(list(table.lines())) == 2


def test_a_quotation_mark_that_never_ends_is_a_bad_row_at_its_line(path: Path) -> None:
    _, lines = read(path, 'reference,received\nA-1,2014-01-01\nA-2,"2014-01-02\nA-3,2014-01-03\n')
    assert [line.number for line in lines] == [2, 3]
    assert lines[1].problem == "a quotation mark is opened here and never closed"
    assert "A-2" in str(lines[1].cells[0])


def test_text_after_a_closing_quotation_mark_is_a_bad_row_and_the_next_is_good(path: Path) -> None:
    _, lines = read(path, 'reference,subject\nA-1,"he said "hi" there"\nA-2,fine\n')
    assert lines[0].problem is not None
    assert "double the quotation marks" in lines[0].problem
    assert lines[1] == Line(3, ["A-2", "fine"])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n \n\r\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (bytes(range(256)) * 40, "not a text file|is not text"),
        (bytes(range(128)) * 40, "is not a text file"),
        (os.urandom(64) + b"\x81\x8d", "not a text file|is not text"),
        (b"a;b\n" + b"x" * LONGEST_LINE, "a line of more than"),
        (b'a;b\n"' + b"x\n" * 100_000, "line 2: a cell is too long, or its quotes never end"),
        (b'"a;b\n', "line 1: a quotation mark"),
    ],
    ids=["nothing", "blank", "mark", "all-bytes", "control", "noise", "long-line", "open-quote", "bad-header"],
)
def test_what_is_no_table_is_refused_as_a_whole(path: Path, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read(path, content)


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in ((tmp_path, "is a folder"), (tmp_path / "none.csv", "No such file"), (tmp_path / "pipe", "save")):
        with pytest.raises(FileRefused, match=why), open_csv(path):
            pass
