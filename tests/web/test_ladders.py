"""The pages of the steps of alerts, as managers and administrators use them."""

from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.factories import TODAY, make_case, make_unit
from tests.web.conftest import SignIn, reference_of

STEPS = {"handler": "−7, -2, 0, +1", "manager": "0 1", "again_from": "5", "again_every": "5"}


def test_a_manager_looks_at_what_a_change_comes_to_and_then_saves_it(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Park og idrett")
    reader = signed_in((Role.MANAGER, unit), name="Lederen Ledersen")
    case = make_case(db, received_on=TODAY - timedelta(days=9), unit_id=unit)
    page = reader.get("/alert-steps")
    assert "Kommunens standard" in page.text
    assert "Kommunens standard" not in page.links()
    page = reader.get(page.links()["Park og idrett"])
    assert page.value("handler") == "-5, -2, 0, 1"
    seen = reader.press(page, "Forhåndsvis", status=200, follows_default="", **STEPS)
    assert "1 henvendelse ville blitt varslet" in seen.text
    assert f"{reference_of(db, case)}" in seen.links()
    assert "Lederen Ledersen (7 dager før fristen)" in seen.text
    assert "Trinnene er ikke endret." in seen.text
    saved = reader.press(seen, "Lagre")
    assert "Varslingstrinnene er lagret." in saved.text
    assert "7 dager før fristen, 2 dager før fristen, på fristdagen, 1 dag etter fristen" in saved.text
    assert "fra dag 5 etter fristen hver 5. dag" in saved.text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"handler": "-5, -5, 0, 1"}, "Dager saksbehandleren varsles: Dagen -5 står to ganger."),
        ({"handler": " "}, "Dager saksbehandleren varsles: Skriv minst én dag, regnet fra fristen."),
        ({"manager": "-2, 1"}, "Dager lederne varsles: Dagen 0 mangler."),
        ({"manager": "0, 1, 99"}, "Dager lederne varsles: Dagen 99 er for langt fra fristen."),
        ({"manager": "null"}, "Dager lederne varsles: Skriv hele tall med komma mellom"),
        ({"again_from": "1"}, "Lederne varsles igjen fra dag: Skriv et antall dager fra 2 til 60."),
        ({"version": "7"}, "Noen andre endret varslingstrinnene"),
    ],
    ids=str,
)
def test_an_unusable_ladder_is_refused_with_what_was_written_kept(
    db: Database, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    admin = signed_in((Role.ADMIN, "-"))
    page = admin.get("/alert-steps/default")
    status = 409 if "version" in wrong else 422
    page = admin.press(page, "Lagre", status=status, **(STEPS | wrong))
    assert told in page.text
    assert page.value("handler") == wrong.get("handler", STEPS["handler"])


def test_a_unit_without_a_manager_says_who_gets_the_managers_alerts(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Havn", email="havn@asker.example")
    admin = signed_in((Role.ADMIN, "-"))
    assert "Lederens varsler går til: virksomhetens egen e-postadresse." in admin.get(f"/alert-steps/{unit}").text
    assert "1 virksomhet har ingen leder" in admin.get("/alert-steps/default").text
