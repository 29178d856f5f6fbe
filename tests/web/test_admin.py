"""Setting up: units, kinds, the deadline rule and closed days."""

from datetime import date

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.deadlines import DeadlineRule, Roll
from dialogen.domain.other_laws import Law
from dialogen.services import setup
from tests.factories import NOW
from tests.web.conftest import SignIn
from tests.web.pages import Reader


@pytest.fixture
def admin(signed_in: SignIn) -> Reader:
    """An administrator."""
    return signed_in((Role.ADMIN, "*"))


def test_the_setup_begins_with_the_first_steps_until_they_are_put_away(admin: Reader) -> None:
    page = admin.get("/admin")
    assert page.heading == "Kom i gang"
    assert {"Personer", "Sakstyper", "Fristregel", "Stengte dager"} <= set(page.links())
    assert admin.press(page, "Legg bort «Kom i gang»").heading == "Virksomheter"
    assert admin.get("/admin").heading == "Virksomheter"


def test_a_unit_is_added_and_changed(db: Database, admin: Reader) -> None:
    page = admin.press(admin.get("/admin/units"), "Legg til", name="Kommunalteknikk", email="post@asker.example")
    assert "Virksomheten Kommunalteknikk er lagt til." in page.text
    page = admin.get(page.links()["Endre"])
    assert page.value("email") == "post@asker.example"
    assert "1 virksomhet " in admin.get("/admin/units").text
    page = admin.press(page, "Lagre", name="Teknikk og miljø", email="")
    assert "Virksomheten er endret." in page.text
    assert [(unit.name, unit.email) for unit in setup.list_units(db)] == [("Teknikk og miljø", None)]


@pytest.mark.parametrize(
    ("values", "status", "told"),
    [
        ({"name": " "}, 422, "Navn: Må fylles ut."),
        ({"name": "IDRETT"}, 409, "IDRETT er i bruk fra før."),
        ({"name": "Kultur", "email": "post"}, 422, "E-post: post er ikke en e-postadresse."),
    ],
)
def test_a_unit_that_cannot_be_is_refused(
    db: Database, admin: Reader, values: dict[str, str], status: int, told: str
) -> None:
    unit = setup.add_unit(db, by=None, now=NOW, name="Idrett", email=None)
    other = setup.add_unit(db, by=None, now=NOW, name="Kino", email=None)
    assert told in admin.press(admin.get("/admin/units"), "Legg til", status=status, **values).text
    assert told in admin.press(admin.get(f"/admin/units/{other.id}"), "Lagre", status=status, **values).text
    assert setup.list_units(db) == [unit, other]


@pytest.mark.parametrize("page", ["units", "kinds", "people"])
def test_what_does_not_exist_has_no_page(admin: Reader, page: str) -> None:
    admin.get(f"/admin/{page}/999", status=404)
    admin.get(f"/admin/{page}/99999999999999999999", status=404)


def test_a_kind_is_added_and_put_out_of_use(db: Database, admin: Reader) -> None:
    page = admin.press(admin.get("/admin/kinds"), "Legg til", name="Skryt")
    assert "Sakstypen Skryt er lagt til." in page.text
    kind = next(kind for kind in setup.list_kinds(db, in_use_only=True) if kind.name == "Skryt")
    page = admin.get(f"/admin/kinds/{kind.id}")
    token = page.value("csrf_token")
    answer = admin.client.post(f"/admin/kinds/{kind.id}", data={"name": "Skryt og ros", "csrf_token": token})
    assert answer.status_code == 303
    assert "Skryt og ros" in admin.get("/admin/kinds").text
    assert kind.id not in [each.id for each in setup.list_kinds(db, in_use_only=True)]
    page = admin.press(admin.get(f"/admin/kinds/{kind.id}"), "Lagre", in_use="y")
    assert kind.id in [each.id for each in setup.list_kinds(db, in_use_only=True)]


def test_a_kind_is_told_to_fall_under_another_law(db: Database, admin: Reader) -> None:
    admin.press(admin.get("/admin/kinds"), "Legg til", name="Partsinnsyn", law="offentleglova")
    kind = next(kind for kind in setup.list_kinds(db, in_use_only=True) if kind.name == "Partsinnsyn")
    assert kind.law is Law.OFFENTLEGLOVA
    page = admin.get(f"/admin/kinds/{kind.id}")
    assert page.value("law") == "offentleglova"
    admin.press(page, "Lagre", law="")
    changed = next(each for each in setup.list_kinds(db, in_use_only=True) if each.id == kind.id)
    assert changed.law is None
    assert "Annen lov med egen frist: Offentleglova (innsynskrav) → ingen" in admin.get("/admin/changes").text


def test_a_kind_that_is_there_already_is_refused(db: Database, admin: Reader) -> None:
    setup.add_kind(db, by=None, now=NOW, name="Skryt")
    page = admin.press(admin.get("/admin/kinds"), "Legg til", status=409, name="skryt")
    assert "skryt er i bruk fra før." in page.text
    other = setup.add_kind(db, by=None, now=NOW, name="Annet enn skryt")
    page = admin.press(admin.get(f"/admin/kinds/{other.id}"), "Lagre", status=409, name="SKRYT")
    assert "SKRYT er i bruk fra før." in page.text


def test_the_rule_gets_a_new_version(db: Database, admin: Reader) -> None:
    page = admin.get("/admin/rules")
    assert "1 Alltid 14" in page.text
    page = admin.press(page, "Legg til", valid_from="01.03.2026", days="10", roll="next_working_day")
    assert "Regelen har fått versjon 2." in page.text
    assert "2 01.03.2026 10" in page.text
    assert setup.list_rules(db)[-1] == DeadlineRule(2, date(2026, 3, 1), 10, Roll.NEXT_WORKING_DAY)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"valid_from": "01.03.2026", "days": "0"}, "Kalenderdager: Antall dager må være fra 1 til 365."),
        ({"valid_from": "01.03.2026", "days": "366"}, "Kalenderdager: Antall dager må være fra 1 til 365."),
        ({"valid_from": "01.03.2026", "days": "ti"}, "Kalenderdager: Skriv et helt tall."),
        ({"valid_from": "01.03.2026", "days": ""}, "Kalenderdager: Må fylles ut."),
        ({"valid_from": "", "days": "10"}, "Gjelder fra: Må fylles ut."),
        ({"valid_from": "01.01.2026", "days": "10"}, "Gjelder fra: Regelen må gjelde fra en dag etter 01.01.2026"),
        ({"valid_from": "01.03.2026", "days": "10", "roll": "bakover"}, "Velg et av alternativene."),
    ],
)
def test_a_rule_that_cannot_be_is_refused(db: Database, admin: Reader, values: dict[str, str], told: str) -> None:
    setup.add_rule(db, by=None, valid_from=date(2026, 1, 1), days=14, roll=Roll.NONE, now=NOW)
    page = admin.press(admin.get("/admin/rules"), "Legg til", status=422, **values)
    assert told in page.text
    assert len(setup.list_rules(db)) == 2


def test_a_closed_day_is_added_and_taken_away(db: Database, admin: Reader) -> None:
    page = admin.press(admin.get("/admin/closed-days"), "Legg til", day="24.12.2026", name="Julaften")
    assert "torsdag 24. desember 2026 Julaften" in page.text
    refused = admin.press(page, "Legg til", status=409, day="24.12.2026", name="Julaften")
    assert "24.12.2026 er i bruk fra før." in refused.text
    page = admin.press(page, "Slett torsdag 24. desember 2026")
    assert "Dagen er slettet." in page.text
    assert setup.list_closed_days(db) == {}


def test_a_closed_day_that_is_none_is_refused(db: Database, admin: Reader) -> None:
    page = admin.press(admin.get("/admin/closed-days"), "Legg til", status=422, day="tull", name="")
    assert "Dato: tull er ikke en dato." in page.text
    old = admin.press(page, "Legg til", status=422, day="24.12.1800", name="Julaften")
    assert "Dato: 24.12.1800 ligger utenfor årene som kalenderen kjenner: 1901–2100." in old.text
    assert "Navn på dagen: Må fylles ut." in page.text
    token = page.value("csrf_token")
    for day in ("tull", "24.12.2026"):
        answer = admin.client.post("/admin/closed-days/remove", data={"day": day, "csrf_token": token})
        assert answer.status_code == 404
