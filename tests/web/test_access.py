"""Who gets to see which page, and what an answer tells a browser it may not do."""

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role
from tests.factories import NOW, make_account, make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Reader

ADMIN_PAGES = ["units", "people", "people/new", "kinds", "rules", "closed-days"]


@pytest.mark.parametrize("path", ["/cases", "/cases/new", "/reports/mv-1.1", "/letters", "/account", "/admin/units"])
def test_without_a_session_every_page_asks_for_a_sign_in(nobody: Reader, path: str) -> None:
    assert nobody.get(path).heading == "Logg inn"


def test_a_handler_sees_the_cases_of_their_own_unit_and_none_of_others(db: Database, signed_in: SignIn) -> None:
    own, other = make_unit(db, "Kommunalteknikk"), make_unit(db, "Idrett og fritid")
    mine, theirs = make_case(db, unit_id=own), make_case(db, unit_id=other)
    reader = signed_in((Role.HANDLER, own))
    listed = reader.get("/cases").links()
    assert reference_of(db, mine) in listed
    assert reference_of(db, theirs) not in listed
    reader.get(f"/cases/{reference_of(db, mine)}")


@pytest.mark.parametrize("below", ["", "/answer", "/note", "/correct"])
def test_a_case_out_of_reach_answers_as_one_that_does_not_exist(db: Database, signed_in: SignIn, below: str) -> None:
    unit, other = make_unit(db), make_unit(db)
    hidden = reference_of(db, make_case(db, unit_id=other))
    reader = signed_in((Role.MANAGER, unit))
    refused = reader.get(f"/cases/{hidden}{below}", status=404)
    assert refused.text == reader.get(f"/cases/2026-999999{below}", status=404).text.replace("2026-999999", hidden)


def test_a_statistician_sees_cases_without_what_is_personal_and_can_do_nothing(db: Database, signed_in: SignIn) -> None:
    reference = reference_of(db, make_case(db, unit_id=make_unit(db), subject="Ola Nordmann klager"))
    reader = signed_in((Role.STATISTICIAN, "*"))
    page = reader.get(f"/cases/{reference}")
    assert "Ola Nordmann" not in page.text
    assert "Vises ikke for din rolle" in page.text
    assert "Neste steg" not in page.text
    assert "Ola Nordmann" not in reader.get("/cases").text
    assert reader.get("/cases?q=Nordmann").all("td") == []
    reader.get(f"/cases/{reference}/answer", status=403)
    reader.get("/cases/new", status=403)


def test_an_administrator_may_assign_a_case_and_nothing_else(db: Database, signed_in: SignIn) -> None:
    reference = reference_of(db, make_case(db, unit_id=make_unit(db), subject="Ola Nordmann klager"))
    reader = signed_in((Role.ADMIN, "*"))
    page = reader.get(f"/cases/{reference}")
    assert "Ola Nordmann" not in page.text
    assert {"Fordel", "Send til annen virksomhet"} <= set(page.links())
    assert not {"Skriv svar", "Skriv notat", "Utsett fristen", "Hold utenfor statistikken"} & set(page.links())
    reader.get(f"/cases/{reference}/assign")
    reader.get(f"/cases/{reference}/answer", status=403)


def test_a_handler_may_not_work_on_a_colleagues_case(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    colleague = make_account(db, roles=((Role.HANDLER, unit),))
    reference = reference_of(db, make_case(db, unit_id=unit, handler_id=colleague))
    reader = signed_in((Role.HANDLER, unit))
    assert "Neste steg" not in reader.get(f"/cases/{reference}").text
    page = reader.get(f"/cases/{reference}/answer", status=403)
    assert "Rollen din gir ikke adgang til dette." in page.text


@pytest.mark.parametrize("role", [Role.HANDLER, Role.MANAGER, Role.STATISTICIAN])
def test_only_an_administrator_sets_up(signed_in: SignIn, role: Role) -> None:
    reader = signed_in((role, "*"))
    for page in ADMIN_PAGES:
        reader.get(f"/admin/{page}", status=403)
    assert "Oppsett" not in reader.get("/account").links()


def test_an_account_without_a_role_sees_the_figure_of_the_municipality_alone(db: Database, signed_in: SignIn) -> None:
    make_case(db, unit_id=make_unit(db))
    reader = signed_in()
    page = reader.get("/")
    assert page.heading == "Min dag"
    assert [each.get("id") for each in page.all("h2")] == ["year"]
    assert set(page.links()) >= {"Årsrapport", "Brev"}
    assert not {"Henvendelser", "Registrer", "Oppsett"} & set(page.links())
    assert "Ingen henvendelser her." in reader.get("/cases").text


def test_an_account_that_was_disabled_is_out_at_once(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    with db.writing() as session:
        session.query(Account).update({"disabled_at": NOW})
    assert reader.get("/cases").heading == "Logg inn"


def test_a_route_that_forgot_its_guard_answers_nobody(fresh_app: Flask, db: Database) -> None:
    fresh_app.add_url_rule("/glemt", "glemt", lambda: "hemmelig")
    reader = Reader(fresh_app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    assert "hemmelig" not in reader.get("/glemt", status=403).text
