"""Saved views: a list under a name, for oneself or for all of a unit, with everything but the words searched for."""

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader
from tests.web.test_case_list import subjects


@pytest.fixture
def unit(db: Database) -> int:
    """A unit with two cases, one of which nobody has."""
    unit = make_unit(db, "Vei")
    make_case(db, unit_id=unit, subject="ingen har den")
    return unit


def save(reader: Reader, address: str, name: str, audience: str = "") -> Page:
    """Save a list under a name."""
    form = reader.get(reader.get(address).links()["Lagre som visning"])
    return reader.press(form, "Lagre visning", name=name, audience=audience)


def test_a_view_keeps_filters_order_and_columns_but_no_words(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    address = f"/cases?state=open&handler=none&unit={unit}&sort=-received&column=kind&column=received&q=Nordmann"
    shown = save(reader, address, "Uten eier")
    assert "Visningen «Uten eier» er lagret." in shown.text
    assert subjects(shown) == ["ingen har den"]
    for part in ("handler=none", f"unit={unit}", "sort=-received", "column=received"):
        assert part in shown.path
    assert "Nordmann" not in shown.path
    assert "Uten eier" in reader.get("/cases").links()


def test_a_view_of_a_unit_has_the_columns_of_whoever_saved_it(signed_in: SignIn, unit: int) -> None:
    manager, handler = signed_in((Role.MANAGER, unit)), signed_in((Role.HANDLER, unit))
    manager.press(manager.get("/cases?column=received"), "Vis alltid disse kolonnene")
    save(manager, "/cases?state=open", "Vår liste", audience=str(unit))
    shown = handler.get(handler.get("/cases").links()["Vår liste"])
    assert ["".join(each.itertext()) for each in shown.all("th", scope="col")] == ["Velg", "Henvendelse", "Mottatt"]


def test_nobody_else_sees_ones_own_view(signed_in: SignIn, unit: int) -> None:
    reader, other = signed_in((Role.HANDLER, unit)), signed_in((Role.MANAGER, unit))
    path = save(reader, "/cases?state=overdue", "Min").path
    number = path.split("view=")[1].split("&")[0]
    assert "Min" not in other.get("/cases").links()
    assert other.get(f"/cases/views/{number}", status=404).status == 404
    token = other.get("/cases/views").value("csrf_token")
    for deed in ("", "/delete", "/list"):
        answer = other.client.post(f"/cases/views/{number}{deed}", data={"csrf_token": token, "name": "Tatt"})
        assert answer.status_code == 404


def test_a_manager_saves_for_all_of_the_unit_and_they_cannot_change_it(
    db: Database, signed_in: SignIn, unit: int
) -> None:
    manager, handler = signed_in((Role.MANAGER, unit)), signed_in((Role.HANDLER, unit))
    assert manager.get("/cases/views").options("audience") == ["Bare meg", "Alle i Vei"]
    assert handler.get("/cases/views").options("audience") == ["Bare meg"]
    save(manager, "/cases?state=overdue&handler=me", "Mine over", audience=str(unit))
    shown = handler.get(handler.get("/cases").links()["Mine over"])
    page = handler.get(shown.links()["Endre «Mine over»"])
    assert "Slett" not in [each.text for each in page.all("button")]
    answer = handler.client.post(f"{page.path}/delete", data={"csrf_token": page.value("csrf_token")})
    assert answer.status_code == 403
    assert "Mine over" not in signed_in((Role.HANDLER, make_unit(db))).get("/cases").links()


def test_a_view_is_renamed_shows_another_list_and_goes(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    shown = save(reader, "/cases?state=overdue", "Min")
    changed = reader.press(reader.get(shown.path.replace("state=overdue", "state=all")), "La «Min» vise denne listen")
    assert "state=all" in changed.links()["Min"]
    renamed = reader.press(reader.get(changed.links()["Endre «Min»"]), "Endre navn", name="Alle sammen")
    gone = reader.press(reader.get(renamed.links()["Endre «Alle sammen»"]), "Slett")
    assert "Alle sammen" not in gone.links()


def test_a_list_begins_as_its_reader_wants(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.HANDLER, unit))
    shown = save(reader, "/cases?state=answered_late", "Sent")
    reader.press(reader.get(shown.links()["Endre «Sent»"]), "Begynn listen med denne visningen")
    assert "state=answered_late" in reader.get("/cases").path
    assert subjects(reader.get("/cases?state=open")) == ["ingen har den"]
    reader.press(reader.get(shown.links()["Endre «Sent»"]), "Begynn med alle åpne igjen")
    assert reader.get("/cases").path == "/cases"
    reader.press(reader.get("/cases?column=kind"), "Vis alltid disse kolonnene")
    assert [each.text for each in reader.get("/cases").all("th", scope="col")][2:] == ["Sakstype"]


@pytest.mark.parametrize(("name", "told"), [("", "Må fylles ut"), ("min", "i bruk fra før"), ("x" * 101, "100 tegn")])
def test_a_name_that_cannot_be_is_told_and_kept(signed_in: SignIn, unit: int, name: str, told: str) -> None:
    reader = signed_in((Role.HANDLER, unit))
    save(reader, "/cases?state=overdue", "Min")
    form = reader.get("/cases/views?state=overdue")
    page = reader.press(form, "Lagre visning", status=422, name=name)
    assert told in page.text
    assert page.value("name") == name
