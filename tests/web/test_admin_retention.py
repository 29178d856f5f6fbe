"""Retention in the web application: setting times, and the yes or no of administrators to a list."""

import hashlib
from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry
from dialogen.domain.accounts import Role
from dialogen.services import retention, setup
from tests.factories import NOW, TODAY
from tests.shelf import CONTENT, SENDER, dispose, fill, personal_values, planned, run
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Reader


@pytest.fixture
def admin(signed_in: SignIn) -> Reader:
    """An administrator."""
    return signed_in((Role.ADMIN, "*"), name="Anne Admin")


@pytest.fixture
def other(signed_in: SignIn) -> Reader:
    """Another one."""
    return signed_in((Role.ADMIN, "*"), name="Ali Admin")


def test_times_are_set_for_all_kinds_and_for_one(db: Database, admin: Reader) -> None:
    kind = setup.list_kinds(db, in_use_only=True)[0]
    page = admin.get("/admin/retention")
    assert page.heading == "Lagringstider"
    assert admin.get("/admin").links()["Lagringstider"] == "/admin/retention"
    page = admin.press(page, "Lagre", keepsake="sender", months="36")
    assert "Lagringstiden er satt." in page.text
    page = admin.press(page, "Lagre", keepsake="sender", kind=str(kind.id), months="120")
    assert f"Innsender {kind.name} 120 måneder Fjern unntaket" in page.text
    page = admin.press(page, f"Fjern unntaket for {kind.name}, innsender")
    assert "Unntaket er fjernet." in page.text
    assert [(rule.months, rule.kind) for rule in retention.list_rules(db)][:1] == [(36, None)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "Opplysninger: Må fylles ut."),
        ({"keepsake": "sender", "months": "0"}, "Måneder: Antall måneder må være fra 1 til 1 200."),
        ({"keepsake": "sender", "months": "2,5"}, "Måneder: Skriv et helt tall."),
        ({"keepsake": "access_log", "kind": "1", "months": "6"}, "Sakstype: Tilgangsloggen har ingen sakstype."),
    ],
)
def test_a_time_that_cannot_be_is_refused(db: Database, admin: Reader, values: dict[str, str], told: str) -> None:
    before = retention.list_rules(db)
    page = admin.press(admin.get("/admin/retention"), "Lagre", status=422, **values)
    assert told.replace("1 200", "1200") in page.text
    assert retention.list_rules(db) == before


def test_a_list_is_approved_by_two_and_can_then_be_run(db: Database, admin: Reader, other: Reader) -> None:
    case_id = fill(db)
    made = planned(db)
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    assert page.heading == f"Liste {made.list_id}"
    assert "Venter på godkjenning" in page.text
    page = admin.press(page, "Godkjenn listen", status=422)
    assert "Vurdering for arkivet: Må fylles ut." in page.text
    page = admin.press(page, "Godkjenn listen", assessment="archived")
    assert "Du har godkjent listen. Én til må godkjenne den." in page.text
    assert not [form for form in page.all("form") if "approve" in (form.get("action") or "")]
    page = other.press(other.get(f"/admin/retention/lists/{made.list_id}"), "Godkjenn listen", assessment="archived")
    assert "Listen er godkjent og kan kjøres." in page.text
    assert "Anne Admin" in page.text
    run(db, made.list_id)
    assert personal_values(db, [case_id]) == []
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    assert "Kjørt" in page.text
    assert "Slettet 3" in page.text
    page = admin.get(page.links()["Til lagringstidene"])
    assert f"Liste {made.list_id} Kjørt" in page.text
    page = admin.get(page.links()["Se hva som er slettet"])
    assert f"Liste {made.list_id} Emne, tekst og vedlegg 1 3" in page.text


def test_the_same_person_twice_does_not_count(db: Database, admin: Reader) -> None:
    fill(db)
    made = planned(db)
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    admin.press(page, "Godkjenn listen", assessment="archived")
    page = admin.press(page, "Godkjenn listen", status=409, assessment="archived")
    assert "Du har godkjent listen. En annen administrator må også godkjenne den." in page.text


def test_a_refused_list_says_why_and_can_no_longer_be_approved(db: Database, admin: Reader, other: Reader) -> None:
    fill(db)
    made = planned(db)
    waiting = other.get(f"/admin/retention/lists/{made.list_id}")
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    assert "Må fylles ut" in admin.press(page, "Avvis listen", status=422).text
    page = admin.press(page, "Avvis listen", reason="Arkivet er ikke klart")
    assert "Anne Admin: Arkivet er ikke klart" in page.text
    page = other.press(waiting, "Godkjenn listen", status=409, assessment="archived")
    assert "Listen venter ikke på godkjenning lenger." in page.text


def test_a_list_shows_references_and_never_a_personal_value(db: Database, admin: Reader) -> None:
    case_id = fill(db)
    with db.writing() as session:
        session.add(AccessEntry(at=NOW - timedelta(days=500), action="opened", door="web", subject="case"))
    made = planned(db)
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    assert reference_of(db, case_id) in page.links()
    assert "Tilgangslogg Linjer til og med 31.01.2025 1 nå" in page.text
    assert not [value for value in (*SENDER.values(), *CONTENT.values()) if value in page.text]
    assert made.digest in page.text
    answer = admin.client.get(f"/admin/retention/lists/{made.list_id}/csv")
    assert hashlib.sha256(answer.data).hexdigest() == made.digest
    assert answer.headers["Content-Disposition"] == f'attachment; filename="disposal-list-{made.list_id}.csv"'


def test_a_long_list_is_paged(db: Database, admin: Reader) -> None:
    for _ in range(35):
        fill(db)
    made = planned(db)
    page = admin.get(f"/admin/retention/lists/{made.list_id}")
    first = page.links()
    page = admin.get(first["Neste side"])
    assert "Neste side" not in page.links()
    assert len([link for link in page.links() if link.startswith("2025-")]) == 2
    assert admin.get(page.links()["Første side"]).heading == page.heading


@pytest.mark.parametrize("path", ["1", "99999999999999999999", "1/csv"])
def test_a_list_that_is_not_there_has_no_page(admin: Reader, path: str) -> None:
    admin.get(f"/admin/retention/lists/{path}", status=404)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.MANAGER, Role.STATISTICIAN])
def test_nobody_else_comes_in(db: Database, signed_in: SignIn, role: Role) -> None:
    fill(db)
    made = planned(db)
    reader = signed_in((role, "*"))
    for path in ("", "/disposals", f"/lists/{made.list_id}", f"/lists/{made.list_id}/csv"):
        reader.get(f"/admin/retention{path}", status=403)


def test_a_case_says_that_it_was_erased_and_is_not_found_by_what_was(db: Database, signed_in: SignIn) -> None:
    case_id = fill(db)
    manager = signed_in((Role.MANAGER, "*"))
    address = f"/cases/{reference_of(db, case_id)}"
    assert "Gatelys ute" in manager.get("/cases?state=all&q=gatelys").text
    dispose(db)
    page = manager.get(address)
    assert "Emne og tekst er slettet etter lagringstid." in page.text
    assert "Innsenderen er slettet etter lagringstid." in page.text
    assert "Notatet er slettet etter lagringstid." in page.text
    assert "Opplysninger: notater og begrunnelser" in page.text
    assert not [value for value in (*SENDER.values(), *CONTENT.values()) if value in page.text]
    for word in ("gatelys", "hansen", "mørkt"):
        assert reference_of(db, case_id) not in manager.get(f"/cases?state=all&q={word}").text
    page = manager.get(f"{address}/correct")
    assert "Emne og tekst er slettet etter lagringstid. De kan ikke legges inn igjen." in page.text
    page = manager.press(page, "Lagre rettelsen", channel="phone")
    assert "Rettelsen er lagret." in page.text


def test_what_was_open_in_a_browser_cannot_put_it_back(db: Database, signed_in: SignIn) -> None:
    case_id = fill(db, answered_on=TODAY - timedelta(days=3 * 366))
    manager = signed_in((Role.MANAGER, "*"))
    page = manager.get(f"/cases/{reference_of(db, case_id)}/correct")
    dispose(db)
    before = personal_values(db, [case_id])
    manager.press(page, "Lagre rettelsen", status=409, sender_name="Ola Hansen", text="Ny tekst")
    assert personal_values(db, [case_id]) == before
