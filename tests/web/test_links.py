"""Linked cases on their pages, and the warning when the same sender or subject came within 30 days."""

from datetime import date

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader
from tests.web.test_case_registration import stored

TYPED = {"channel": "phone", "subject": "Mørk gangvei", "text": "Ved skolen.", "sender_email": "ola@asker.example"}


def registering(reader: Reader, *, status: int = 200, **values: str) -> Page:
    """Register a case by hand."""
    return reader.press(reader.get("/cases/new"), "Registrer", status=status, **(TYPED | values))


def test_the_same_again_is_asked_about_and_registered_anyway(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.MANAGER, make_unit(db)))
    registering(reader)
    page = registering(reader, status=409, subject="SV: mørk gangvei")
    assert "Disse kom innen 30 dager" in page.text
    assert "2026-000001 Mørk gangvei 11.02.2026: samme e-postadresse, samme emne" in page.text
    assert page.links()["2026-000001 Mørk gangvei"] == "/cases/2026-000001"
    assert (page.value("subject"), page.value("text")) == ("SV: mørk gangvei", "Ved skolen.")
    assert len(stored(db)) == 1
    assert page.path == "/cases/new", "nothing personal stands in the address"
    page = reader.press(page, "Registrer likevel")
    assert "har fått referansen 2026-000002" in page.text
    assert "Kan gjelde det samme" in page.text


def test_what_is_typed_anew_is_asked_about_anew(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.MANAGER, make_unit(db)))
    registering(reader)
    registering(reader, subject="Hull i veien", sender_email="kari@asker.example")
    page = registering(reader, status=409, sender_email="")
    page = reader.press(page, "Registrer likevel", status=409, subject="Hull i veien")
    assert "2026-000002 Hull i veien" in page.text
    reader.press(page, "Registrer likevel")
    assert len(stored(db)) == 3


def test_cases_are_linked_from_the_warning_and_taken_apart(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.MANAGER, make_unit(db)))
    registering(reader)
    page = reader.press(registering(reader, status=409), "Registrer likevel")
    page = reader.get(page.links()["Koble til 2026-000001"])
    assert page.value("other") == "2026-000001"
    page = reader.press(page, "Koble til")
    assert "Henvendelsene er koblet sammen." in page.text
    assert "Koblet henvendelse: 2026-000001" in page.text
    assert "Kan gjelde det samme" not in page.text, "that is known by now"
    page = reader.get("/cases/2026-000001")
    assert "Koblede henvendelser 2026-000002 Mørk gangvei" in page.text
    page = reader.press(reader.get(page.links()["Koble fra 2026-000002"]), "Koble fra")
    assert "Koblingen er tatt bort." in page.text
    assert "Koblet henvendelse: 2026-000002 → ingen" in page.text


def test_a_link_that_cannot_be_is_told_at_its_field(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.MANAGER, unit))
    path = f"/cases/{reference_of(db, make_case(db, unit_id=unit))}/link"
    hidden = reference_of(db, make_case(db, unit_id=make_unit(db)))
    for other in (hidden, "2026-999999", "tull"):
        page = reader.press(reader.get(path), "Koble til", status=422, other=other)
        assert f"Vi finner ingen henvendelse med referansen {other} blant dem du har tilgang til." in page.text
        assert page.value("other") == other
    assert reader.get(f"{path}?other=%3Cb%3E").value("other") == ""


def test_nobody_is_told_of_what_they_may_not_see(db: Database, signed_in: SignIn) -> None:
    unit, other = make_unit(db), make_unit(db)
    received_on = date(2026, 2, 2)
    registering(signed_in((Role.MANAGER, other)))
    page = registering(signed_in((Role.MANAGER, unit)))
    assert "Kan gjelde det samme" not in page.text
    counting = signed_in((Role.STATISTICIAN, "*"))
    assert "Kan gjelde det samme" not in counting.get("/cases/2026-000001").text
    assert make_case(db, unit_id=unit, received_on=received_on)
