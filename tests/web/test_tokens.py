"""Pages of API tokens: one's own, and for an administrator everybody's."""

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.services import accounts, tokens
from tests.factories import NOW, TODAY, make_account
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

EMAIL = "kari@asker.example"
PASSWORD = "riktig hest batteri stift"
MAKE = "Lag nøkkel"


def make(reader: Reader, *, status: int = 200, **values: str) -> Page:
    """Ask for a token that reads cases, unless the values say otherwise."""
    wanted = {"name": "Portalen", "scopes": "cases:read", **values}
    return reader.press(reader.get("/account/tokens"), MAKE, status=status, **wanted)


def secret_on(page: Page) -> str:
    """Return the secret that a page shows."""
    return next("".join(code.itertext()) for code in page.all("code"))


def opens(db: Database, secret: str) -> tokens.Bearer | None:
    return tokens.bearer(db, secret=secret, today=TODAY, now=NOW)


def issue(db: Database, email: str, **changes: object) -> tuple[tokens.TokenView, str]:
    values = {"email": email, "scopes": [Scope.CASES_READ], "expires_on": None, "today": TODAY, "now": NOW}
    return tokens.issue_token(db, **{**values, **changes})  # type: ignore[arg-type]


def test_a_token_is_made_its_secret_shown_once_and_nowhere_kept(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"), email=EMAIL)
    page = reader.get(reader.get("/account").links()["Programnøkler"])
    assert "Du har ingen programnøkler." in page.text
    assert page.value("expires_on") == "11.02.2027"
    page = make(reader, expires_on="31.12.2026")
    assert page.headers["Cache-Control"] == "no-store"
    secret = secret_on(page)
    assert "Nøkkelen virker til og med torsdag 31. desember 2026." in page.text
    bearer = opens(db, secret)
    assert bearer is not None
    assert bearer.scopes == {Scope.CASES_READ}
    page = reader.get("/account/tokens")
    assert secret not in page.text
    assert "Portalen Lese henvendelser Laget 11.02.2026 kl. 06.30 Siste dag 31.12.2026 Sist brukt" in page.text
    assert "Virker" in page.text
    with reader.client.session_transaction() as cookie:
        assert secret not in str(dict(cookie))


def test_ones_own_token_is_revoked_at_once_and_marked_in_words(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"), email=EMAIL)
    secret = secret_on(make(reader))
    page = reader.press(reader.get("/account/tokens"), "Trekk tilbake Portalen")
    assert "Nøkkelen er trukket tilbake." in page.text
    assert "Trukket tilbake 11.02.2026 kl. 06.30" in page.text
    assert opens(db, secret) is None


def test_expired_tokens_and_tokens_without_a_name_are_told_in_words(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"), email=EMAIL)
    issue(db, EMAIL, today=TODAY.replace(year=2025), expires_on=TODAY.replace(day=10))
    page = reader.get("/account/tokens")
    assert "Nøkkel 1" in page.text
    assert "Utløpt" in page.text


@pytest.mark.parametrize(
    ("roles", "offered"),
    [
        (((Role.HANDLER, "*"),), {"cases:read", "cases:write", "stats:read"}),
        (((Role.STATISTICIAN, "*"),), {"cases:read", "stats:read"}),
        ((), {"stats:read"}),
    ],
)
def test_scopes_are_offered_by_right(
    signed_in: SignIn, roles: tuple[tuple[Role, int | str], ...], offered: set[str]
) -> None:
    page = signed_in(*roles).get("/account/tokens")
    assert {box.get("value") for box in page.all("input", type="checkbox")} == offered


@pytest.mark.parametrize(
    ("values", "link", "place"),
    [
        ({"name": " "}, "Hva nøkkelen skal brukes til: Må fylles ut.", "#name"),
        ({"name": "x" * 101}, "Hva nøkkelen skal brukes til: Teksten er for lang. Den kan ha høyst 100 tegn.", "#name"),
        ({"scopes": ""}, "Hva programmet skal kunne gjøre: Velg et av alternativene.", "#scopes"),
        ({"scopes": "cases:write"}, "Hva programmet skal kunne gjøre: Velg et av alternativene.", "#scopes"),
        ({"expires_on": "31.02.2027"}, "Siste dag nøkkelen virker: 31.02.2027 er ikke en dato.", "#expires_on"),
        ({"expires_on": "10.02.2026"}, "Siste dag nøkkelen virker: 10.02.2026 har vært.", "#expires_on"),
        ({"expires_on": ""}, "Siste dag nøkkelen virker: Må fylles ut.", "#expires_on"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_made(
    db: Database, signed_in: SignIn, values: dict[str, str], link: str, place: str
) -> None:
    reader = signed_in((Role.STATISTICIAN, "*"))
    page = make(reader, status=422, **values)
    assert [where for text, where in page.links().items() if text.startswith(link)] == [place]
    assert page.value("name") == values.get("name", "Portalen")
    assert tokens.list_tokens(db) == []


def test_one_scope_at_least_must_be_ticked(db: Database, signed_in: SignIn) -> None:
    reader = signed_in()
    token = reader.get("/account/tokens").value("csrf_token")
    sent = {"csrf_token": token, "name": "Portalen", "expires_on": "01.03.2026"}
    answer = reader.client.post("/account/tokens", data=sent)
    assert answer.status_code == 422
    assert "Velg minst én." in answer.text
    answer = reader.client.post("/account/tokens", data={**sent, "scopes": ["stats:read", "cases:read"]})
    assert answer.status_code == 422, "nobody without a role is offered cases"
    assert tokens.list_tokens(db) == []


def test_whoever_has_a_password_shows_it_before_a_token_is_made(db: Database, nobody: Reader) -> None:
    view, _ = accounts.add_account(
        db, by=None, email=EMAIL, name="Kari", roles=[(Role.HANDLER, "*")], password=PASSWORD, now=NOW
    )
    reader = nobody.sign_in(view.id)
    page = make(reader, status=422, present="feil passord her")
    assert page.links()["Passordet ditt: Dette er ikke passordet du har nå."] == "#present"
    assert tokens.list_tokens(db) == []
    assert opens(db, secret_on(make(reader, present=PASSWORD)))


def test_anothers_token_is_not_there(db: Database, signed_in: SignIn) -> None:
    make_account(db, EMAIL, roles=((Role.HANDLER, "*"),))
    view, secret = issue(db, EMAIL, name="Karis portal")
    reader = signed_in((Role.MANAGER, "*"))
    page = reader.get("/account/tokens")
    assert "Karis portal" not in page.text
    sent = {"csrf_token": page.value("csrf_token")}
    answers = [reader.client.post(f"/account/tokens/{number}/revoke", data=sent) for number in (view.id, 999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert opens(db, secret)
    assert reader.client.post(f"/admin/tokens/{view.id}/revoke", data=sent).status_code == 403


def test_an_administrator_sees_all_and_revokes_any(db: Database, app: Flask, signed_in: SignIn) -> None:
    make_account(db, EMAIL, name="Kari Nordmann", roles=((Role.HANDLER, "*"),))
    _, secret = issue(db, EMAIL, name="<b>Portalen</b>")
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get("/admin/tokens")
    assert "<b>Portalen</b> Konto Kari Nordmann Lese henvendelser" in page.text
    assert secret not in page.text
    page = reader.press(page, "Trekk tilbake <b>Portalen</b>")
    assert "Trukket tilbake 11.02.2026 kl. 06.30" in page.text
    assert opens(db, secret) is None
    issue(db, EMAIL)
    accounts.disable_account(db, by=None, email=EMAIL, now=NOW)
    assert "Virker ikke, kontoen er stengt" in reader.get("/admin/tokens").text
