"""People: adding, their roles, shutting out and letting in, and links to a first password."""

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import accounts
from tests.factories import make_account, make_unit
from tests.web.conftest import SignIn
from tests.web.pages import Reader


@pytest.fixture
def admin(signed_in: SignIn) -> Reader:
    """An administrator."""
    return signed_in((Role.ADMIN, "*"), email="admin@asker.example", name="Arne Administrator")


def roles_of(db: Database, email: str) -> set[tuple[Role, str | None, bool]]:
    return {(each.role, each.unit_name, each.everywhere) for each in accounts.get_account_by_email(db, email).roles}


def test_a_new_person_gets_a_role_and_a_link_that_is_shown_once(db: Database, admin: Reader, nobody: Reader) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    page = admin.get(admin.get("/admin/people").links()["Ny person"])
    page = admin.press(
        page, "Legg til", name="Kari Behandler", email="Kari@asker.example", role="handler", unit=str(unit)
    )
    assert page.heading == "Lenke til Kari Behandler"
    link = next("".join(each.itertext()) for each in page.all("code"))
    assert link.startswith("http://127.0.0.1:8000/sign-in/link/")
    page = nobody.get(link.removeprefix("http://127.0.0.1:8000"))
    page = nobody.press(page, "Lagre og logg inn", password="riktig hest batteri stift")
    assert "Kari Behandler" in page.text
    assert roles_of(db, "kari@asker.example") == {(Role.HANDLER, "Kommunalteknikk", False)}
    assert "kari@asker.example Saksbehandler, Kommunalteknikk Åpen" in admin.get("/admin/people").text


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("name", "", "Navn: Må fylles ut."),
        ("email", "kari", "E-post: kari er ikke en e-postadresse."),
        ("role", "", "Rolle: Må fylles ut."),
        ("role", "keiser", "Rolle: Velg et av alternativene."),
        ("unit", "", "Virksomhet: Må fylles ut."),
        ("unit", "999", "Virksomhet: Velg et av alternativene."),
    ],
)
def test_a_person_that_cannot_be_is_refused(db: Database, admin: Reader, field: str, written: str, told: str) -> None:
    values: dict[str, str] = {"name": "Kari", "email": "kari@asker.example", "role": "handler", "unit": "*"}
    values[field] = written
    page = admin.press(admin.get("/admin/people/new"), "Legg til", status=422, **values)
    assert page.links()[next(text for text in page.links() if text.startswith(told))] == f"#{field}"
    assert len(accounts.list_accounts(db)) == 1


def test_adding_somebody_who_is_there_already_adds_the_role(db: Database, admin: Reader) -> None:
    make_account(db, "kari@asker.example", name="Kari", roles=((Role.HANDLER, "*"),))
    page = admin.get("/admin/people/new")
    page = admin.press(
        page, "Legg til", name="Kari Behandler", email="kari@asker.example", role="statistician", unit="none"
    )
    assert "kari@asker.example hadde en konto fra før." in page.text
    assert roles_of(db, "kari@asker.example") == {(Role.HANDLER, None, True), (Role.STATISTICIAN, None, False)}


def test_roles_are_given_and_taken_away(db: Database, admin: Reader) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    person = make_account(db, "kari@asker.example", name="Kari Behandler", roles=((Role.HANDLER, unit),))
    page = admin.press(admin.get(f"/admin/people/{person}"), "Gi rollen", status=422)
    assert "Rolle: Må fylles ut." in page.text
    page = admin.press(page, "Gi rollen", role="manager", unit="*")
    assert "Rollen er gitt." in page.text
    page = admin.press(page, "Ta bort Saksbehandler, Kommunalteknikk")
    assert "Rollen er tatt bort." in page.text
    assert roles_of(db, "kari@asker.example") == {(Role.MANAGER, None, True)}
    page = admin.press(page, "Ta bort Leder, alle virksomheter")
    assert "Personen ser bare kommunens samlede tall." in page.text


def test_a_role_that_is_not_there_cannot_be_taken_away(db: Database, admin: Reader) -> None:
    person = make_account(db, roles=((Role.HANDLER, "*"),))
    token = admin.get(f"/admin/people/{person}").value("csrf_token")
    wrong = [
        ("manager", "*"),
        ("keiser", "*"),
        *(("handler", unit) for unit in ("", "999", "tull", "²", "٣", "9" * 30)),
    ]
    for role, unit in wrong:
        answer = admin.client.post(
            f"/admin/people/{person}/roles/remove", data={"role": role, "unit": unit, "csrf_token": token}
        )
        assert answer.status_code in (400, 404)


def test_an_account_is_shut_and_opened(db: Database, admin: Reader) -> None:
    person = make_account(db, "kari@asker.example", name="Kari Behandler")
    page = admin.press(admin.get(f"/admin/people/{person}"), "Steng kontoen")
    assert "Kontoen er stengt." in page.text
    assert "Lag ny lenke til passord" not in page.text
    assert accounts.get_account_by_email(db, "kari@asker.example").disabled
    page = admin.press(page, "Åpne kontoen")
    assert not accounts.get_account_by_email(db, "kari@asker.example").disabled


def test_a_disabled_account_gets_no_link(db: Database, admin: Reader) -> None:
    person = make_account(db, "kari@asker.example", disabled=True)
    token = admin.get(f"/admin/people/{person}").value("csrf_token")
    answer = admin.client.post(f"/admin/people/{person}/link", data={"csrf_token": token})
    assert answer.status_code == 409
    assert "Kontoen kari@asker.example er stengt." in answer.text


def test_the_last_administrator_stays(db: Database, admin: Reader) -> None:
    own = accounts.get_account_by_email(db, "admin@asker.example").id
    page = admin.get(f"/admin/people/{own}")
    assert "Dette er den siste administratoren." in admin.press(page, "Steng kontoen", status=409).text
    button = "Ta bort Administrator, alle virksomheter"
    assert "Dette er den siste administratoren." in admin.press(page, button, status=409).text


def test_a_new_link_is_made_for_whoever_forgot(db: Database, admin: Reader) -> None:
    person = make_account(db, "kari@asker.example", name="Kari Behandler")
    page = admin.press(admin.get(f"/admin/people/{person}"), "Lag ny lenke til passord")
    assert "Den virker én gang, i 7 dager, og vises bare nå." in page.text
