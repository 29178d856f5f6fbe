"""The list: worst first, found by state, unit, handler and text, a page at a time."""

from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import alerts
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page


def subjects(page: Page) -> list[str]:
    """Return the subjects of the listed cases, in order."""
    return [_subject(row) for table in page.all("table") for row in table.iter("tr") if _subject(row)]


def _subject(row: Element) -> str:
    return next(("".join(each.itertext()) for each in row.iter("span") if each.get("class") == "subject"), "")


@pytest.fixture
def unit(db: Database) -> int:
    """A unit with a case in every state."""
    unit = make_unit(db, "Kommunalteknikk")
    for subject, due, answered in (
        ("god tid", TODAY + timedelta(days=6), None),
        ("nær", TODAY + timedelta(days=5), None),
        ("i dag", TODAY, None),
        ("over", TODAY - timedelta(days=1), None),
        ("i tide", TODAY - timedelta(days=1), TODAY - timedelta(days=1)),
        ("for sent", TODAY - timedelta(days=1), TODAY),
    ):
        received = due - timedelta(days=14)
        make_case(db, unit_id=unit, received_on=received, answered_on=answered, subject=subject)
    return unit


def test_the_open_cases_come_first_and_the_worst_before_all(signed_in: SignIn, unit: int) -> None:
    page = signed_in((Role.HANDLER, unit)).get("/cases")
    assert subjects(page) == ["over", "i dag", "nær", "god tid"]
    assert "Åpne: 4 henvendelser, nærmeste frist først" in page.text


def test_the_counts_of_open_cases_lead_to_them(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    links = reader.get("/cases").links()
    assert {"4 åpne", "1 ▲ over fristen", "1 ● frist i dag", "1 ◐ nær frist", "1 ○ i rute"} <= set(links)
    assert subjects(reader.get(links["1 ▲ over fristen"])) == ["over"]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("on_track", ["god tid"]),
        ("nearing", ["nær"]),
        ("due_today", ["i dag"]),
        ("overdue", ["over"]),
        ("answered_on_time", ["i tide"]),
        ("answered_late", ["for sent"]),
        ("excluded", []),
        ("open", ["over", "i dag", "nær", "god tid"]),
        ("all", ["over", "i tide", "for sent", "i dag", "nær", "god tid"]),
        ("oppdiktet", ["over", "i dag", "nær", "god tid"]),
    ],
)
def test_a_state_finds_its_cases(signed_in: SignIn, unit: int, state: str, found: list[str]) -> None:
    assert subjects(signed_in((Role.HANDLER, unit)).get(f"/cases?state={state}")) == found


def test_a_unit_a_handler_and_a_text_narrow_the_list(db: Database, signed_in: SignIn, unit: int) -> None:
    kari = make_account(db, "kari@asker.example", name="Kari Behandler", roles=((Role.HANDLER, unit),))
    pool = make_unit(db, "Idrett og fritid")
    make_case(db, unit_id=pool, subject="svømmehall")
    make_case(db, unit_id=unit, handler_id=kari, subject="Ærlig gatelys")
    make_case(db, subject="uten virksomhet")
    reader = signed_in((Role.MANAGER, "*"))
    page = reader.get("/cases")
    assert page.options("unit") == ["Alle", "Idrett og fritid", "Kommunalteknikk", "Ikke plassert"]
    assert subjects(reader.get("/cases?unit=idrett+og+FRITID")) == ["svømmehall"]
    assert subjects(reader.press(page, "Vis", unit=str(pool))) == ["svømmehall"]
    assert subjects(reader.get(f"/cases?unit={pool}&unit=none")) == ["svømmehall", "uten virksomhet"]
    assert subjects(reader.press(page, "Vis", unit="none")) == ["uten virksomhet"]
    assert subjects(reader.press(page, "Vis", handler=str(kari))) == ["Ærlig gatelys"]
    named = reader.get("/cases?handler=KARI@asker.example")
    assert (subjects(named), named.value("handler")) == (["Ærlig gatelys"], str(kari))
    assert subjects(reader.get("/cases?handler=me")) == []
    assert "Ærlig gatelys" not in subjects(reader.press(page, "Vis", handler="none"))
    found = reader.press(page, "Vis", q="ærlig")
    assert subjects(found) == ["Ærlig gatelys"]
    assert found.value("q") == "ærlig"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        *(("%00", 200), ("hull%00", 200), ("%FF%FE", 200), ("%F0%9F%98%80", 200), ("%22NEAR(", 200), ("%20*%20", 200)),
        *(("a" * 10_000, 200), ("%28" * 3_000, 200), ("13097248022", 422)),
    ],
    ids=lambda value: str(value)[:12],
)
def test_whatever_is_typed_gives_a_page(signed_in: SignIn, unit: int, typed: str, status: int) -> None:
    signed_in((Role.HANDLER, unit)).get(f"/cases?q={typed}", status=status)


def test_what_was_found_is_marked_and_stays_text(db: Database, signed_in: SignIn, unit: int) -> None:
    make_case(db, unit_id=unit, subject="<mark>Hull</mark> & <script>gatelys</script>")
    page = signed_in((Role.HANDLER, unit)).get("/cases?q=lys+hemmelig")
    assert subjects(page) == ["<mark>Hull</mark> & <script>gatelys</script>"]
    assert [each.text for each in page.all("mark")] == ["gatelys", "Hemmelig"]
    assert "Tekst: Hemmelig tekst om gjerdet" in page.text


def test_a_handler_can_choose_among_own_units_alone(db: Database, signed_in: SignIn, unit: int) -> None:
    other = make_unit(db, "Idrett og fritid")
    make_account(db, name="Irene Idrett", roles=((Role.HANDLER, other),))
    page = signed_in((Role.HANDLER, unit), name="Kari Behandler").get("/cases")
    assert page.options("unit") == ["Alle", "Kommunalteknikk"]
    assert page.options("handler") == ["Alle", "Meg", "Ikke fordelt"]


def test_the_list_goes_a_page_at_a_time(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    for number in range(55):
        make_case(db, unit_id=unit, received_on=TODAY - timedelta(days=number % 10), subject=f"nummer {number}")
    reader = signed_in((Role.HANDLER, unit))
    first = reader.get("/cases?q=nummer")
    assert "55 henvendelser" in first.text
    second = reader.get(first.links()["Neste side"])
    assert len(subjects(first)) == 50
    assert len(set(subjects(first) + subjects(second))) == 55
    assert "Neste side" not in second.links()
    assert subjects(reader.get(second.links()["Første side"])) == subjects(first)
    assert subjects(reader.get(second.links()["Forrige side"])) == subjects(first)
    assert "Forrige side" not in first.links()


def test_heads_sort_and_turn_the_list_and_tell_how_it_goes(db: Database, signed_in: SignIn, unit: int) -> None:
    make_case(db, unit_id=make_unit(db, "Ånund og co"), subject="sist i alfabetet")
    make_case(db, unit_id=make_unit(db, "Ærlig talt"), subject="før den")
    reader = signed_in((Role.MANAGER, "*"))
    page = reader.get("/cases?q=&size=25")
    by_unit = reader.get(page.links()["Virksomhet"])
    assert subjects(by_unit)[-2:] == ["før den", "sist i alfabetet"]
    assert subjects(by_unit)[:4] == ["over", "i dag", "nær", "god tid"]
    assert "etter virksomhet fra A til Å" in by_unit.text
    turned = reader.get(by_unit.links()["Virksomhet ▲"])
    assert subjects(turned) == ["sist i alfabetet", "før den", "over", "i dag", "nær", "god tid"]
    assert [each.get("aria-sort") for each in turned.all("th", aria_sort="descending")] == ["descending"]
    assert "size=25" in page.links()["Mottatt"]


def test_columns_are_chosen_by_the_address_and_stay_with_the_list(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    page = reader.get("/cases?state=answered_late&column=channel&column=answered&column=tull")
    assert [each.text or "" for each in page.all("th", scope="col")][2:] == ["Besvart", "Kanal"]
    assert "11.02.2026" in page.text
    assert "column=answered&column=channel" in page.links()["Henvendelse"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("received_from=28.01.2026&received_to=2026-01-28", ["i dag"]),
        ("due_from=11.02.2026&due_to=16.02.2026", ["i dag", "nær"]),
        ("state=all&stream=internal", []),
        ("state=open&channel=web&stream=external&kind=none", ["over", "i dag", "nær", "god tid"]),
        ("kind=1", []),
        ("extended=1", []),
        ("waits=1", []),
        ("nobody=1", []),
        ("unit=999999", []),
        ("handler=999999", []),
    ],
)
def test_filters_narrow_the_list(signed_in: SignIn, unit: int, address: str, expected: list[str]) -> None:
    assert subjects(signed_in((Role.HANDLER, unit)).get(f"/cases?{address}")) == expected


def test_an_extended_case_is_found_by_its_present_deadline_and_by_its_mark(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    extended = TODAY + timedelta(days=30)
    make_case(db, unit_id=unit, received_on=TODAY - timedelta(days=20), extended_to=extended, subject="utsatt")
    reader = signed_in((Role.HANDLER, unit))
    assert subjects(reader.get("/cases?extended=1")) == ["utsatt"]
    assert subjects(reader.get(f"/cases?due_from={extended.isoformat()}")) == ["utsatt"]


def test_who_sees_no_details_finds_nothing_by_them(db: Database, signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.ADMIN, "*"))
    assert len(reader.get("/cases").all("a", rel="next")) == 0
    for asked in ("channel=web", "stream=external", "kind=none", "waits=1"):
        assert "Ingen henvendelser her." in reader.get(f"/cases?{asked}").text
    assert "Kanal" not in [each.text for each in reader.get("/cases").all("label", **{"for": "channel"})]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("cursor=tull", "Begynn på første side."),
        ("unit=Finnes+ikke", "Det finnes ingen virksomhet som heter Finnes ikke."),
        ("handler=ukjent@asker.example", "ukjent@asker.example kan ikke behandle henvendelser."),
        ("received_from=31.02.2026&due_to=i+morgen", "Mottatt fra og med: 31.02.2026 er ikke en dato."),
        ("received_from=31.02.2026&due_to=i+morgen", "Frist til og med: i morgen er ikke en dato."),
    ],
)
def test_a_filter_that_cannot_be_is_told_and_finds_nothing(
    signed_in: SignIn, unit: int, address: str, told: str
) -> None:
    page = signed_in((Role.MANAGER, "*")).get(f"/cases?{address}", status=422)
    assert told in page.text
    assert subjects(page) == []


@pytest.mark.parametrize("q", ["%00", "%ED%A0%80", "%25", "_", "%27%3B--", "a" * 3000])
def test_any_text_can_be_looked_for(signed_in: SignIn, unit: int, q: str) -> None:
    signed_in((Role.HANDLER, unit)).get(f"/cases?q={q}")


def test_an_empty_list_says_what_to_do(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    handler, overseer = signed_in((Role.HANDLER, unit)), signed_in((Role.STATISTICIAN, "*"))
    assert handler.get("/cases?state=all").links()["Registrer den første"] == "/cases/new"
    assert "De kommer hit når en saksbehandler registrerer dem" in overseer.get("/cases?state=all").text
    assert handler.get("/cases").links()["alle henvendelser"] == "/cases?state=all"


def test_registering_is_offered_to_those_who_may(signed_in: SignIn, unit: int) -> None:
    assert "Registrer henvendelse" in signed_in((Role.HANDLER, unit)).get("/cases").links()
    assert "Registrer henvendelse" not in signed_in((Role.STATISTICIAN, "*")).get("/cases").links()


def test_a_case_nobody_can_be_told_of_is_marked(db: Database, signed_in: SignIn) -> None:
    reference = reference_of(db, make_case(db, received_on=TODAY - timedelta(days=14)))
    reader = signed_in((Role.HANDLER, "*"))
    assert "Ingen å varsle" not in reader.get("/cases").text
    alerts.raise_alerts(db, alerts.morning_of(db, TODAY), now=NOW)
    assert "Ingen å varsle" in reader.get("/cases").text
    assert "Ingen å varsle: verken en saksbehandler, en leder" in reader.get(f"/cases/{reference}").text
