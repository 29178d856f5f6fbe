"""The yearly figure as a page and as files."""

from datetime import date, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason, Stream
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn


@pytest.fixture
def units(db: Database) -> tuple[int, int]:
    """Two units with the cases of 2025: 19 of 20 in time, and one late, one held outside, one from an employee."""
    first, second = make_unit(db, "Kommunalteknikk"), make_unit(db, "Idrett og fritid")
    for number in range(19):
        received = date(2025, 3, 3) + timedelta(days=number)
        make_case(db, unit_id=first, received_on=received, answered_on=received + timedelta(days=14))
    make_case(db, unit_id=second, received_on=date(2025, 5, 5), answered_on=date(2025, 5, 20))
    make_case(db, unit_id=second, received_on=date(2025, 5, 5), exclusion=ExclusionReason.SPAM)
    make_case(db, unit_id=second, received_on=date(2025, 5, 5), stream=Stream.INTERNAL)
    return first, second


def test_a_years_figure_stands_with_every_number_beside_it(signed_in: SignIn, units: tuple[int, int]) -> None:
    page = signed_in((Role.STATISTICIAN, "*")).get("/reports/mv-1.1/2025")
    for shown in (
        "Endelig tall 95,00\N{NO-BREAK SPACE}% Ønsket resultat 19 av 20 henvendelser ble besvart innen fristen.",
        "Per onsdag 11. februar 2026.",
        "Mottatt uten dem som holdes utenfor 20",
        "Besvart innen fristen 19",
        "Besvart for sent 1",
        "Ikke besvart og over fristen 0",
        "Med utsatte frister 95,00\N{NO-BREAK SPACE}% (19 av 20)",
        "76,39–99,11\N{NO-BREAK SPACE}%. Alle henvendelser er telt",
        "Holdes utenfor 1 søppelpost",
        "Versjon 1: 14 kalenderdager",
        "Laveste aksepterte resultat: 85 % eller mer, men under 95 %",
    ):
        assert " ".join(shown.split()) in page.text


def test_a_year_without_cases_shows_words_and_no_percentage(signed_in: SignIn) -> None:
    page = signed_in((Role.HANDLER, "*")).get("/reports/mv-1.1/2024")
    assert "Ingen henvendelser" in page.text
    assert "0,00" not in page.text
    assert "100" not in page.text


def test_a_year_that_is_not_over_is_preliminary(db: Database, signed_in: SignIn) -> None:
    make_case(db, received_on=date(2026, 2, 10))
    page = signed_in((Role.HANDLER, "*")).get("/reports/mv-1.1")
    assert page.heading == "MV.1.1 for 2026"
    assert "Tallet er foreløpig" in page.text
    assert "Ikke besvart, fristen er ikke ute telles ikke ennå 1" in page.text


def test_a_manager_sees_the_groups_of_own_units_beside_the_municipalitys_figure(
    signed_in: SignIn, units: tuple[int, int]
) -> None:
    reader = signed_in((Role.MANAGER, units[1]))
    page = reader.get("/reports/mv-1.1/2025")
    page = reader.get(page.links()["Etter virksomhet"])
    assert "19 av 20" in page.text
    table = page.text[page.text.index("etter virksomhet, for dem du har tilgang til") :]
    assert "Idrett og fritid" in table
    assert "Kommunalteknikk" not in table


@pytest.mark.parametrize(
    ("by", "label"),
    [("unit", "Kommunalteknikk"), ("month", "Mars 2025"), ("channel", "Nett"), ("kind", "Uten sakstype")],
)
def test_the_figure_is_broken_down(signed_in: SignIn, units: tuple[int, int], by: str, label: str) -> None:
    page = signed_in((Role.STATISTICIAN, "*")).get(f"/reports/mv-1.1/2025?by={by}")
    assert label in page.text
    assert page.all("a", aria_current="page", href=f"/reports/mv-1.1/2025?by={by}#groups")


def test_the_figure_can_be_asked_for_as_of_an_earlier_day(signed_in: SignIn, units: tuple[int, int]) -> None:
    reader = signed_in((Role.HANDLER, units[0]))
    page = reader.press(reader.get("/reports/mv-1.1/2026"), "Vis", year="2025", as_of="20.03.2025")
    assert page.heading == "MV.1.1 for 2025"
    assert "Per torsdag 20. mars 2025." in page.text
    assert page.value("as_of") == "20.03.2025"


@pytest.mark.parametrize(
    ("day", "told"), [("12.02.2026", "12.02.2026 har ikke vært ennå."), ("tull", "tull er ikke en dato.")]
)
def test_a_day_that_cannot_be_is_told(signed_in: SignIn, day: str, told: str) -> None:
    page = signed_in((Role.HANDLER, "*")).get(f"/reports/mv-1.1/2025?as_of={day}", status=422)
    assert told in page.text


@pytest.mark.parametrize(
    ("day", "told"), [("12.02.2026", "12.02.2026 har ikke vært ennå."), ("31.2.2026", "31.2.2026 er ikke en dato.")]
)
def test_a_day_mistyped_in_the_form_is_told_beside_the_figure(signed_in: SignIn, day: str, told: str) -> None:
    reader = signed_in((Role.STATISTICIAN, "*"))
    page = reader.press(reader.get("/reports/mv-1.1/2025?by=month"), "Vis", status=422, as_of=day)
    assert page.heading == "MV.1.1 for 2025"
    assert f"Per dato: {told}" in page.text
    assert page.value("as_of") == day
    assert page.value("by") == "month"


@pytest.mark.parametrize("year", ["1899", "2101", "0", "99999"])
def test_a_year_that_cannot_be_has_no_page(signed_in: SignIn, year: str) -> None:
    signed_in((Role.HANDLER, "*")).get(f"/reports/mv-1.1/{year}", status=404)


@pytest.mark.parametrize("year", ["tull", "25", "²⁰²⁵", "-2025"])
def test_a_year_that_is_none_is_told(signed_in: SignIn, year: str) -> None:
    page = signed_in((Role.HANDLER, "*")).get(f"/reports/mv-1.1?year={year}", status=400)
    assert "Året må være fra 1900 til 2100." in page.text


def test_other_years_are_a_step_away(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    links = reader.get("/reports/mv-1.1/2025").links()
    assert {"2024", "2026"} <= set(links)
    assert "2027" not in reader.get("/reports/mv-1.1/2026").links()


def test_the_figure_is_downloaded_as_it_is_shown(signed_in: SignIn, units: tuple[int, int]) -> None:
    reader = signed_in((Role.STATISTICIAN, "*"))
    links = reader.get("/reports/mv-1.1/2025?by=month&as_of=2026-01-20").links()
    plain = reader.client.get(links["CSV for programmer (RFC 4180)"])
    assert plain.mimetype == "text/csv"
    assert plain.headers["Content-Disposition"] == 'attachment; filename="mv-1.1-2025-month.csv"'
    assert "2026-01-20" in plain.text
    assert "2025-03" in plain.text
    excel = reader.client.get(links["CSV for Excel"])
    assert excel.data.startswith(b"\xef\xbb\xbf")
    assert "excel" in excel.headers["Content-Disposition"]


def test_a_file_of_groups_holds_those_within_reach_alone(signed_in: SignIn, units: tuple[int, int]) -> None:
    answer = signed_in((Role.HANDLER, units[1])).client.get("/reports/mv-1.1/2025/csv?by=unit")
    assert "Idrett og fritid" in answer.text
    assert "Kommunalteknikk" not in answer.text
