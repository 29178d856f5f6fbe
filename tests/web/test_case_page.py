"""The page of a case: what it shows, to whom, and what can be done from it."""

from datetime import date

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn


def reference_of(db: Database, case_id: int) -> str:
    with db.reading() as session:
        return session.get_one(Case, case_id).reference


def test_a_case_shows_its_state_its_deadline_and_what_was_said(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    reference = reference_of(db, make_case(db, unit_id=unit, received_on=date(2026, 1, 30), subject="Mørk gangvei"))
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference}")
    assert page.heading == f"Mørk gangvei {reference}"
    assert "◐ Nær frist Frist fredag 13. februar 2026, om 2 dager." in page.text
    assert list(page.links())[8:13]
