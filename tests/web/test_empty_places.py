"""A place where there is nothing yet says what to do next, and leads there."""

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import CasePersonal
from dialogen.domain.accounts import Role
from tests.factories import make_account, make_case, make_disposal_list, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page


def empty_places(page: Page) -> list[tuple[str, list[str]]]:
    """Return what stands in the empty places of a page, and where their links lead."""
    return [
        (" ".join(each.itertext()), [str(link.get("href")) for link in each.iter("a")])
        for each in page.all("p", class_="empty")
    ]


@pytest.mark.parametrize("by", ["unit", "month"])
def test_a_year_without_inquiries_leads_to_the_choice_of_another(signed_in: SignIn, by: str) -> None:
    page = signed_in((Role.MANAGER, "*")).get(f"/reports/mv-1.1/2013?by={by}")
    [(_, leads_to)] = empty_places(page)
    assert leads_to == ["#other"]
    assert page.all("h2", id="other")


def test_a_person_without_roles_leads_to_giving_one(db: Database, signed_in: SignIn) -> None:
    page = signed_in((Role.ADMIN, "*")).get(f"/admin/people/{make_account(db)}")
    [(_, leads_to)] = empty_places(page)
    assert leads_to == ["#give"]
    assert page.all("h2", id="give")


def test_a_list_that_nobody_approved_says_who_must(db: Database, signed_in: SignIn) -> None:
    page = signed_in((Role.ADMIN, "*")).get(f"/admin/retention/lists/{make_disposal_list(db)}")
    [(text, _)] = empty_places(page)
    assert "2 administratorer må godkjenne" in text


def test_a_case_without_text_leads_whoever_may_correct_it_to_where_it_is_written(
    db: Database, signed_in: SignIn
) -> None:
    case = make_case(db, unit_id=make_unit(db, "Vei"))
    with db.writing() as session:
        session.get_one(CasePersonal, case).text = None
    reference = reference_of(db, case)
    found = empty_places(signed_in((Role.MANAGER, "*")).get(f"/cases/{reference}"))
    assert [f"/cases/{reference}/correct"] in [leads_to for _, leads_to in found]
