"""My day: each role's panels, each once, with the same counts as the list, and nothing out of reach."""

from datetime import timedelta
from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import PendingChange
from dialogen.domain.accounts import Role
from dialogen.domain.case_changes import CaseChanges
from dialogen.domain.cases import ExclusionReason, Outcome, Stream
from dialogen.domain.other_laws import Law
from dialogen.services import setup
from dialogen.services.case_changes import change_case
from dialogen.services.my_day import SHOWN, SHOWN_PEOPLE, SHOWN_UNITS
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.services.desk import deed
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page

DAY = timedelta(days=1)


def panels(page: Page) -> list[str]:
    """Return the panels of a page in their order, by the id of their heading."""
    return [each.get("id") or "" for each in page.all("h2")]


def rows(page: Page, panel: str) -> list[str]:
    """Return what the rows of a panel say."""
    section = next(each for each in page.all("section") if each.get("aria-labelledby") == panel)
    names = (
        each for table in section.iter("table") if "numbers" in table.get("class", "") for each in table.iter("span")
    )
    for name in names:
        if name.get("class") == "name":  # what a column is called, where the table stacks on a narrow screen
            name.text = ""
    return [" ".join(" ".join(row.itertext()).split()) for body in section.iter("tbody") for row in body.iter("tr")]


def due_in(days: int) -> dict[str, object]:
    """Return the dates of a case whose deadline is so many days ahead."""
    return {"received_on": TODAY + (days - 14) * DAY}


@pytest.fixture
def unit(db: Database) -> int:
    """A unit at work."""
    return make_unit(db, "Vei og park")


def test_a_handler_sees_the_own_cases_by_how_they_stand_and_what_nobody_has(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    reader = signed_in((Role.HANDLER, unit))
    subjects = {-2: "Hull i veien", 0: "Mørk lykt", 3: "Løs hund", 9: "Nytt gjerde"}
    for days, subject in subjects.items():
        make_case(db, unit_id=unit, handler_id=reader.account_id, subject=subject, **due_in(days))  # type: ignore[arg-type]
    make_case(db, unit_id=unit, subject="Ingens", **due_in(1))  # type: ignore[arg-type]
    page = reader.get("/")
    assert panels(page) == ["overdue", "due-today", "nearing", "on-track", "unassigned"]
    assert "Hull i veien ▲ 2 dager over Frist 09.02.2026 Virksomhet Vei og park Besvar" in rows(page, "overdue")[0]
    assert "Mørk lykt ● I dag" in rows(page, "due-today")[0]
    assert "Løs hund ◐ Om 3 dager" in rows(page, "nearing")[0]
    assert rows(page, "nearing")[0].endswith("Besvar Utsett fristen")
    assert rows(page, "on-track")[0].endswith("Besvar")
    assert "Ingens ◐ I morgen" in rows(page, "unassigned")[0]
    assert rows(page, "unassigned")[0].endswith("Fordel")


def test_each_next_step_leads_to_the_page_where_it_is_done(db: Database, signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    make_case(db, unit_id=unit, handler_id=reader.account_id, received_on=TODAY - 20 * DAY)
    make_case(db, unit_id=unit)
    for link in [link for link in reader.get("/").all("a") if "/cases/" in (link.get("href") or "")]:
        reader.get(link.get("href") or "")


def test_a_day_on_which_nothing_is_urgent_says_so_and_what_else_there_is_to_do(signed_in: SignIn, unit: int) -> None:
    page = signed_in((Role.HANDLER, unit)).get("/")
    assert panels(page) == ["urgent", "on-track", "unassigned"]
    assert "Ingenting haster" in page.text
    assert "Alle åpne henvendelser har en saksbehandler. Nye kommer hit til noen tar dem." in page.text


def test_a_manager_sees_the_units_the_people_and_how_much_the_year_can_bear(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    ola = make_account(db, name="Ola Åsen", roles=((Role.HANDLER, unit),))
    kari = make_account(db, name="Kari Berg", roles=((Role.HANDLER, unit),))
    for handler in (ola, ola, kari, None):
        make_case(db, unit_id=unit, handler_id=handler, received_on=TODAY - 16 * DAY)
    for _ in range(60):
        make_case(db, unit_id=unit, received_on=TODAY - 30 * DAY, answered_on=TODAY - 20 * DAY)
    page = signed_in((Role.MANAGER, unit)).get("/")
    assert panels(page) == ["to-decide", "unassigned", "units", "people", "year"]
    assert rows(page, "units") == ["Vei og park 4 0 0 ▲ 4 1 4 av 64"]
    assert rows(page, "people") == ["Kari Berg 1 0 0 ▲ 1", "Ola Åsen 2 0 0 ▲ 2"]
    assert "93,75 %" in page.text
    assert "Det ender under 95 %. Det trengs 16 nye henvendelser med svar i tide" in page.text
    assert "Det tåler 6 sene svar til før det kommer under 85 %." in page.text


def test_every_count_leads_to_a_list_of_as_many(db: Database, signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.MANAGER, unit))
    other = make_account(db, name="Ola Åsen", roles=((Role.HANDLER, unit),))
    for days, handler in ((-3, other), (-1, None), (0, reader.account_id), (2, other), (8, None)):
        make_case(db, unit_id=unit, handler_id=handler, **due_in(days))  # type: ignore[arg-type]
    counts = [
        (link.get("href") or "", int("".join(filter(str.isdigit, "".join(link.itertext())))))
        for table in reader.get("/").all("table", class_="ds-table cases numbers of-day")
        for link in table.iter("a")
    ]
    assert len(counts) > 8
    for address, count in counts:
        assert len(reader.get(address).all("th", scope="row")) == count, address


def test_of_many_the_first_are_shown_and_the_list_has_the_rest(db: Database, signed_in: SignIn, unit: int) -> None:
    for _ in range(SHOWN + 3):
        make_case(db, unit_id=unit)
    reader = signed_in((Role.HANDLER, unit))
    page = reader.get("/")
    assert len(rows(page, "unassigned")) == SHOWN
    link = page.links()[f"Alle {SHOWN + 3} i listen"]
    assert len(reader.get(link).all("th", scope="row")) == SHOWN + 3


def test_of_many_units_and_people_it_is_said_how_many_there_are(db: Database, signed_in: SignIn) -> None:
    for number in range(SHOWN_PEOPLE + 2):
        unit = make_unit(db, f"Virksomhet {number}")
        handler = make_account(db, name=f"Kari {number}", roles=((Role.HANDLER, unit),))
        make_case(db, unit_id=unit, handler_id=handler)
    page = signed_in((Role.MANAGER, "*")).get("/")
    assert len(rows(page, "units")) == len(rows(page, "people")) == SHOWN_PEOPLE
    assert f"Her står {SHOWN_UNITS} av {SHOWN_UNITS + 2} virksomheter." in page.text
    assert f"Her står {SHOWN_PEOPLE} av {SHOWN_PEOPLE + 2} saksbehandlere." in page.text
    assert page.links()["Se alle åpne etter saksbehandler"] == "/cases?sort=handler"


def test_a_case_for_which_another_law_has_a_deadline_is_marked(db: Database, signed_in: SignIn, unit: int) -> None:
    kind = setup.add_kind(db, by=None, now=NOW, name="Krav om innsyn", law=Law.OFFENTLEGLOVA).id
    reader = signed_in((Role.HANDLER, unit))
    make_case(db, unit_id=unit, handler_id=reader.account_id, kind_id=kind)
    for path in ("/", "/cases"):
        assert "§ Innsynskrav: svar innen fem virkedager" in reader.get(path).text
    overseer = signed_in((Role.ADMIN, unit))
    assert "fem virkedager" not in overseer.get("/cases").text


def test_a_statistician_sees_the_figure_and_its_quality_and_nothing_personal(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    make_case(db, unit_id=unit, received_on=TODAY - 20 * DAY, registered_on=TODAY, subject="Hull i veien")
    make_case(db, unit_id=unit)
    page = signed_in((Role.STATISTICIAN, "*")).get("/")
    assert panels(page) == ["to-decide", "year", "quality"]
    assert "Registrert etter at fristen var ute 1" in rows(page, "quality")
    assert "Ikke besvart, fristen er ikke ute 1" in rows(page, "quality")
    assert "Hull i veien" not in page.text


def test_each_count_of_the_quality_leads_to_the_very_cases_behind_it(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    long_ago, extended = TODAY - 20 * DAY, TODAY + 9 * DAY
    made: dict[str, list[dict[str, Any]]] = {
        "Ikke besvart, fristen er ikke ute": [{}, {"received_on": TODAY - 14 * DAY}],
        "Besvart, fristen er ikke ute": [{"answered_on": TODAY}],
        "Ikke besvart og over fristen": [{"received_on": long_ago}, {"received_on": long_ago, "extended_to": extended}],
        "Registrert etter at fristen var ute": [
            {"received_on": long_ago, "registered_on": TODAY, "answered_on": TODAY, "unit_id": None}
        ],
        "Registrert etter at de var besvart": [
            {"received_on": long_ago, "registered_on": long_ago + 9 * DAY, "answered_on": long_ago + 8 * DAY}
        ],
        "Holdes utenfor": [{"exclusion": reason} for reason in (ExclusionReason.SPAM, ExclusionReason.TEST)],
    }
    found = {what: [make_case(db, **{"unit_id": unit, **more}) for more in each] for what, each in made.items()}
    make_case(db, unit_id=unit, received_on=TODAY - 60 * DAY, registered_on=TODAY, answered_on=TODAY - DAY)  # last year
    moved = make_case(db, unit_id=unit)
    chief = standing(make_account(db), (Role.MANAGER, "*"))
    internal = CaseChanges(stream=Stream.INTERNAL)
    change_case(db, reference=reference_of(db, moved), changes=internal, reason="En ansatt spurte", deed=deed(chief))
    reader = signed_in((Role.STATISTICIAN, "*"))
    named = {each.get("aria-label") or "": each.get("href") or "" for each in reader.get("/").all("a")}
    counts = {label.split(":")[0]: address for label, address in named.items()}
    for what, cases in {**found, "Flyttet fra ekstern til intern": [moved]}.items():
        listed = reader.get(counts[what]).all("th", scope="row")
        assert f"{what}: {len(cases)}" in named
        assert {"".join(each.itertext()).split()[0] for each in listed} == {reference_of(db, each) for each in cases}, (
            what
        )


def test_an_administrator_sees_what_is_missing_and_what_has_stopped(db: Database, signed_in: SignIn, unit: int) -> None:
    page = signed_in((Role.ADMIN, "*")).get("/")
    assert panels(page) == ["setup"]
    assert "1 virksomhet har verken leder eller egen e-postadresse." in page.text
    assert "1 virksomhet har ingen som kan svare." in page.text
    assert "Se om planleggeren kjører." in page.text
    make_account(db, roles=((Role.MANAGER, unit),))
    assert "Ingenting mangler i oppsettet." in signed_in((Role.ADMIN, "*")).get("/").text


def test_whoever_has_several_roles_sees_each_panel_once(db: Database, signed_in: SignIn, unit: int) -> None:
    roles = ((Role.HANDLER, unit), (Role.MANAGER, unit), (Role.STATISTICIAN, "*"), (Role.ADMIN, "*"))
    page = signed_in(*roles).get("/")
    assert panels(page) == [
        "urgent",
        "on-track",
        "to-decide",
        "unassigned",
        "units",
        "people",
        "year",
        "quality",
        "setup",
    ]


def test_what_is_proposed_comes_to_who_decides_and_the_refusal_back(db: Database, signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit), name="Kari Saksen")
    case = make_case(db, unit_id=unit, handler_id=reader.account_id, received_on=TODAY - 20 * DAY)
    reader.press(reader.get(f"/cases/{reference_of(db, case)}/exclude"), "Hold utenfor statistikken", reason="spam")
    assert "Venter på godkjenning siden" in rows(reader.get("/"), "proposed")[0]
    manager = signed_in((Role.MANAGER, unit), name="Lise Leder")
    page = manager.get("/")
    assert "Foreslått av Kari Saksen" in rows(page, "to-decide")[0]
    assert "Til godkjenning (1)" in page.links()
    with db.writing() as session:
        change = session.query(PendingChange).one()
        change.outcome, change.decided_by, change.decided_at = Outcome.REFUSED, manager.account_id, NOW
    assert "✗ Avslått av Lise Leder" in rows(reader.get("/"), "proposed")[0]
    with db.writing() as session:
        session.query(PendingChange).one().decided_at = NOW - 15 * DAY
    assert "proposed" not in panels(reader.get("/"))


def test_nothing_of_another_unit_stands_on_a_day(db: Database, signed_in: SignIn, unit: int) -> None:
    elsewhere = make_unit(db, "Havn")
    make_case(db, unit_id=elsewhere, subject="Båt på grunn", received_on=TODAY - 20 * DAY)
    for role in (Role.HANDLER, Role.MANAGER):
        page = signed_in((role, unit)).get("/")
        assert "Båt på grunn" not in page.text
        assert "Havn" not in page.text
