"""The list as a file: what is shown and nothing more, in every kind, as text that no spreadsheet runs, and logged."""

import csv
import io
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.case_lists import COLUMNS, FILE_AT_ONCE_MOST, Column, Order
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errands import UNFINISHED_MOST
from dialogen.files.xlsx_in import open_xlsx
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.many_cases import add_cases
from tests.web.conftest import SignIn
from tests.web.pages import Reader


def lines_of(reader: Reader, address: str, *, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of a file."""
    answer = reader.client.get(address)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=delimiter))


@pytest.fixture
def unit(db: Database) -> int:
    """A unit with three cases, one of them with a formula for a subject, beside one in another unit."""
    unit = make_unit(db, "Vei")
    kari = make_account(db, name="=Kari", roles=((Role.HANDLER, unit),))
    make_case(db, unit_id=unit, subject="=1+1", handler_id=kari)
    make_case(db, unit_id=unit, subject="Hull", received_on=TODAY - timedelta(days=20))
    make_case(db, unit_id=unit, subject="Besvart", answered_on=TODAY)
    make_case(db, unit_id=make_unit(db), subject="En annens")
    return unit


def test_programs_get_what_is_shown_in_the_words_of_the_api(signed_in: SignIn, unit: int) -> None:
    rows = lines_of(signed_in((Role.HANDLER, unit)), "/cases/export/csv")
    assert rows[0][:5] == ["reference", "external_reference", "subject", "state", "marks"]
    assert [row[2] for row in rows[1:]] == ["Hull", "'=1+1"]
    assert rows[1][3:] == ["overdue", "", "2026-02-05", "-6", "Vei", "", "2026-01-22"]
    assert rows[2][8] == "'=Kari"


def test_people_get_their_own_words_and_their_own_columns(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    address = reader.get("/cases?state=all&sort=-number&column=answered&column=channel").links()["CSV for Excel"]
    rows = lines_of(reader, address, delimiter=";")
    assert rows[0] == ["Referanse", "Ekstern referanse", "Emne", "Besvart", "Kanal"]
    assert [row[2:] for row in rows[1:]] == [
        ["Besvart", "11.02.2026", "nett"],
        ["Hull", "", "nett"],
        ["'=1+1", "", "nett"],
    ]


def test_a_file_has_the_columns_that_its_reader_keeps(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    reader.press(reader.get("/cases?column=stream&column=received"), "Vis alltid disse kolonnene")
    page = reader.get("/cases?state=open")
    shown = ["".join(each.itertext()) for each in page.all("th", scope="col")]
    assert shown == ["Velg", "Henvendelse", "Mottatt", "Type"]
    rows = lines_of(reader, page.links()["CSV for Excel"], delimiter=";")
    assert rows[0] == ["Referanse", "Ekstern referanse", "Emne", "Mottatt", "Type"]


#: What an address can ask a list for, each with choices that find some and none.
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(["open", "all", "overdue", "answered_on_time", "excluded"]),
        "unit": st.lists(st.sampled_from(["Vei", "Havn", "none"]), min_size=1, max_size=2, unique=True),
        "handler": st.sampled_from(["me", "none"]),
        "stream": st.sampled_from(Stream),
        "channel": st.sampled_from(["web", "phone"]),
        "q": st.sampled_from(["hull", "lys", "2025"]),
        "received_from": st.integers(0, 30).map(lambda days: f"{TODAY - timedelta(days=days):%d.%m.%Y}"),
        "original_to": st.integers(-9, 9).map(lambda days: f"{TODAY + timedelta(days=days):%d.%m.%Y}"),
        "late": st.just("1"),
        "sort": st.sampled_from([f"{sign}{order}" for order in Order for sign in ("", "-")]),
        "column": st.lists(st.sampled_from(Column), min_size=1, unique=True),
    },
)


def test_whatever_is_asked_for_the_file_has_the_cases_the_order_and_the_columns_of_the_pages(
    db: Database, signed_in: SignIn
) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    for unit, number in product((make_unit(db, "Vei"), make_unit(db, "Havn"), None), range(9)):
        make_case(
            db,
            unit_id=unit,
            handler_id=(None, reader.account_id)[number % 2],
            received_on=TODAY - timedelta(days=7 * (number % 4)),
            registered_on=TODAY,
            answered_on=TODAY if number % 3 == 2 else None,
            exclusion=ExclusionReason.TEST if number == 8 else None,
            stream=Stream.INTERNAL if number == 4 else Stream.EXTERNAL,
            channel=Channel.PHONE if number > 5 else Channel.WEB,
            subject=("Hull i veien", "Mørkt lys")[number % 2],
        )
    sizes: set[int] = set()

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(asked=ASKED)
    def holds(asked: dict[str, Any]) -> None:
        address = urlencode({**asked, "size": "25"}, doseq=True)
        pages = [reader.get(f"/cases?{address}")]
        while following := pages[-1].all("a", rel="next"):
            pages.append(reader.get(following[0].get("href") or ""))
        shown = [
            "".join(head.itertext()).split()[0]
            for page in pages
            for head in page.all("th", scope="row", role="rowheader")
        ]
        head, *rows = lines_of(reader, f"/cases/export/csv?{address}")
        assert [row[0] for row in rows] == shown
        named = [column.value for column in Column if column in asked.get("column", COLUMNS)]
        assert [name for name in head[3:] if name in set(Column)] == named
        sizes.add(len(rows))

    holds()
    assert {0} < sizes
    assert max(sizes) > 9, "the filters try too little"


def test_a_workbook_holds_texts_and_days_and_no_formula(signed_in: SignIn, unit: int, tmp_path: Path) -> None:
    answer = signed_in((Role.HANDLER, unit)).client.get("/cases/export/xlsx?state=all")
    path = tmp_path / "liste.xlsx"
    path.write_bytes(answer.data)
    with open_xlsx(path) as table:
        assert table.header[:3] == ["Referanse", "Ekstern referanse", "Emne"]
        subjects = {line.cells[2] for line in table.lines()}
    assert subjects == {"=1+1", "Hull", "Besvart"}
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_holds_no_subject_for_who_may_not_see_one_and_is_logged(signed_in: SignIn, unit: int) -> None:
    rows = lines_of(signed_in((Role.STATISTICIAN, "*")), "/cases/export/csv?q=hull")
    assert rows[1:] == []
    rows = lines_of(signed_in((Role.ADMIN, "*")), "/cases/export/csv?state=all&column=channel&column=kind")
    assert len(rows) == 5
    assert {tuple(row[2:]) for row in rows[1:]} == {("", "", "")}
    log = signed_in((Role.ADMIN, "*")).get("/admin/access?action=exported").text
    assert "Hentet ut" in log


def test_a_filter_that_cannot_be_gives_no_file(signed_in: SignIn, unit: int) -> None:
    assert signed_in((Role.HANDLER, unit)).client.get("/cases/export/csv?due_from=tull").status_code == 400
    assert signed_in((Role.HANDLER, unit)).client.get("/cases/export/pdf").status_code == 404


def test_a_large_file_is_ordered_and_followed_and_a_get_orders_nothing(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    add_cases(db, ({"received_on": TODAY, "unit_id": unit} for _ in range(FILE_AT_ONCE_MOST - 1)))
    reader = signed_in((Role.HANDLER, unit))
    address = reader.get("/cases?sort=-number&column=unit&column=kind").links()["Excel"]
    page = reader.get(address)
    assert "Filen får 2 001 henvendelser." in page.text
    assert "Du har ikke bestilt noe" in reader.get("/errands").text
    followed = reader.press(page, "Bestill filen")
    assert "Venter på tur" in followed.text
    assert "Eksport av henvendelser" in reader.get("/errands").text
    log = signed_in((Role.ADMIN, "*")).get("/admin/access?action=exported").text
    assert "Ingen linjer" in log


def test_who_has_ordered_enough_is_told_on_the_page(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    page = reader.get("/cases/export/csv/order?q=hull")
    assert "Filen får 1 henvendelse." in page.text
    for _ in range(UNFINISHED_MOST):
        reader.press(page, "Bestill filen")
    again = reader.press(page, "Bestill filen", status=409)
    assert again.links()["Jobbene dine"] == "/errands"
