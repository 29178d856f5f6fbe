"""The privacy statement: open to all, linked from every page, and true of the retention times that hold."""

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Kind, RetentionRule
from dialogen.domain.accounts import Role
from dialogen.domain.retention import Keepsake
from tests.web.conftest import SignIn
from tests.web.pages import Reader


@pytest.mark.parametrize("path", ["/sign-in", "/finnes-ikke", "/sign-in/link/oppdiktet"])
def test_whoever_is_not_signed_in_finds_it_at_the_foot_of_every_page(nobody: Reader, path: str) -> None:
    page = nobody.get(path, status={"/sign-in": 200, "/finnes-ikke": 404}.get(path, 403))
    assert nobody.get(page.links()["Personvern"]).heading == "Personvernerklæring"


def test_whoever_is_signed_in_finds_it_too(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    assert reader.get(reader.get("/cases").links()["Personvern"]).heading == "Personvernerklæring"


def test_it_names_who_answers_for_it_why_and_whom_to_ask(nobody: Reader) -> None:
    text = nobody.get("/privacy").text
    for said in (
        "Asker kommune er behandlingsansvarlig",
        "artikkel 6 nummer 1 bokstav e",
        "personvernombud",
        "Datatilsynet",
        "få en kopi",
        "Informasjonskapsler",
    ):
        assert said in text


def test_it_tells_the_retention_times_that_hold_today(db: Database, nobody: Reader) -> None:
    assert "Navn, e-postadresse og telefonnummer: 24 måneder" in nobody.get("/privacy").text
    with db.writing() as session:
        session.query(RetentionRule).filter_by(keepsake=Keepsake.SENDER, kind_id=None).update({"months": 1})
    text = nobody.get("/privacy").text
    assert "Navn, e-postadresse og telefonnummer: 1 måned " in text
    assert "Noen sakstyper har egne tider." not in text


def test_it_says_so_when_some_kinds_have_times_of_their_own(db: Database, nobody: Reader) -> None:
    with db.writing() as session:
        kind = session.query(Kind).order_by(Kind.id).first()
        assert kind is not None
        session.add(RetentionRule(keepsake=Keepsake.SENDER, scope=str(kind.id), kind_id=kind.id, months=6))
    assert "Noen sakstyper har egne tider." in nobody.get("/privacy").text
