"""A step on many cases in the browser, without JavaScript: chosen in the list, looked over, done, undone."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from dialogen.database.engine import Database
from dialogen.database.models import AccountSession, Case
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader


@pytest.fixture
def unit(db: Database) -> int:
    """A unit with three cases, one of them answered."""
    unit = make_unit(db, "Vei")
    for subject in ("Hull", "Grus"):
        make_case(db, unit_id=unit, subject=subject)
    make_case(db, unit_id=unit, subject="Besvart", answered_on=TODAY)
    return unit


def choose(reader: Reader, address: str, which: str, step: str) -> Page:
    """Choose cases in the list for a step."""
    return reader.press(reader.get(address), "Gå videre", which=which, step=step)


def test_all_that_are_found_are_assigned_and_it_is_undone(db: Database, signed_in: SignIn, unit: int) -> None:
    make_account(db, "kari@asker.example", name="Kari", roles=((Role.HANDLER, unit),))
    reader = signed_in((Role.MANAGER, unit))
    asked = choose(reader, "/cases?state=all", "found", "assign")
    assert "3 henvendelser er valgt." in asked.text
    seen = submit(reader, asked, "Se hva som skjer", handler="kari@asker.example")
    assert "Saksbehandler Kari" in seen.text
    assert "Blir gjort (2)" in seen.text
    assert "Kan ikke gjøres (1)" in seen.text
    assert "Henvendelsen er besvart." in seen.text
    done = submit(reader, seen, "Gjør dette med 2 henvendelser")
    assert "2 henvendelser er endret. 1 henvendelse ble utelatt." in done.text
    assert "Gjort (2)" in done.text
    assert "Kunne ikke gjøres (1)" in done.text
    assert reader.get("/cases").text.count("Kari") >= 2
    undone = submit(reader, done, "Angre")
    assert "2 henvendelser er som før igjen." in undone.text
    assert not [each for each in undone.all("button") if each.text == "Angre"]
    assert reader.get("/cases?state=open&handler=none").text.count("Ikke fordelt") >= 2


def test_after_undoing_the_page_tells_what_is_and_not_what_waited(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kultur")
    late, touched = (make_case(db, unit_id=unit, received_on=TODAY - timedelta(days=30)) for _ in range(2))
    make_case(db, unit_id=unit, exclusion=ExclusionReason.SPAM)
    reader = signed_in((Role.MANAGER, unit))
    asked = choose(reader, "/cases?state=all", "found", "exclude")
    done = submit(reader, submit(reader, asked, "Se hva som skjer", exclusion="spam"), "Gjør dette med 2 henvendelser")
    assert "Venter på godkjenning (2)" in done.text
    with db.writing() as session:
        session.get_one(Case, touched).version += 1
    undone = submit(reader, done, "Angre").text
    assert "Venter på godkjenning" not in undone
    assert undone.index("Som før igjen (1)") < undone.index(reference_of(db, late)) < undone.index("Ble stående (1)")
    assert undone.index("Ble stående (1)") < undone.index(reference_of(db, touched))
    assert "Kunne ikke gjøres (1)" in undone


def submit(reader: Reader, page: Page, button: str, **values: str) -> Page:
    """Press a button of a form that hands on many chosen cases."""
    form = page.form_with(button)
    named = [(each.get("name"), each.get("value", "")) for each in form.iter("input")]
    data: dict[str, list[str]] = {}
    for name, value in named:
        data.setdefault(name or "", []).append(value)
    data |= {name: [value] for name, value in values.items()}
    answer = reader.client.post(form.get("action") or page.path, data=data, follow_redirects=True)
    return reader._read(answer, answer.status_code)


def test_what_is_missing_is_told_and_what_was_written_stays(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.MANAGER, unit))
    asked = choose(reader, "/cases", "page", "extend")
    refused = submit(reader, asked, "Se hva som skjer", extended_to="01.06.2026", reason="")
    assert (refused.status, refused.value("extended_to")) == (422, "01.06.2026")
    assert "Feil:" in refused.title
    assert (
        "Blir gjort (2)"
        in submit(reader, refused, "Se hva som skjer", extended_to="01.06.2026", reason="Befaring").text
    )


def test_a_step_that_changes_nothing_says_so_and_has_no_button(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.MANAGER, unit))
    seen = submit(reader, choose(reader, "/cases", "page", "assign"), "Se hva som skjer", handler="")
    assert "Ingen av de valgte blir endret." in seen.text
    assert "når du trykker på knappen" not in seen.text


def test_nothing_chosen_leads_back_and_says_so(signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.MANAGER, unit))
    assert "Ingen henvendelser er valgt." in choose(reader, "/cases", "", "assign").text


def test_who_may_do_nothing_is_offered_nothing(db: Database, signed_in: SignIn, unit: int) -> None:
    reader = signed_in((Role.STATISTICIAN, "*"))
    assert "Gå videre" not in reader.get("/cases").text
    admin = signed_in((Role.ADMIN, "*")).get("/cases")
    assert admin.options("step") == ["Fordel", "Send til annen virksomhet"]


def test_cases_of_others_are_as_good_as_not_there(db: Database, signed_in: SignIn, unit: int) -> None:
    reference = reference_of(db, make_case(db, unit_id=make_unit(db)))
    reader = signed_in((Role.MANAGER, unit))
    token = reader.get("/cases").value("csrf_token")
    sent = {"csrf_token": token, "step": "assign", "handler": "", "which": ""}
    texts = []
    for each in (reference, "2099-999999"):
        answer = reader.client.post("/cases/bulk/preview", data={**sent, "case": f"{each}.1"})
        texts.append((answer.status_code, answer.text.replace(each, "")))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("button", ["Gå videre", "Se hva som skjer", "Gjør dette med 2 henvendelser"])
def test_a_lost_session_comes_back_to_the_same_step_with_cases_and_text(
    db: Database, signed_in: SignIn, unit: int, button: str
) -> None:
    reader = signed_in((Role.MANAGER, unit))
    page = reader.get("/cases?state=open")
    values = {"which": "page", "step": "exclude"}
    for press, more in (
        ("Gå videre", {"exclusion": "test", "reason": "Prøver fra kurset"}),
        ("Se hva som skjer", {}),
        ("Gjør dette med 2 henvendelser", {}),
    ):
        if press == button:
            break
        page, values = submit(reader, page, press, **values), more
    with db.writing() as session:
        session.execute(update(AccountSession).values(expires_at=NOW - timedelta(seconds=1)))
    page = submit(reader, page, button, **values)
    assert page.heading == "Logg inn"
    page = reader.sign_in(reader.account_id).get("/cases/bulk?state=open")
    assert "2 henvendelser er valgt." in page.text
    assert page.value("reason").strip() == ("" if button == "Gå videre" else "Prøver fra kurset")
    assert "Ingenting er lagret ennå" in page.text


def test_where_nothing_was_chosen_the_list_is_led_to(signed_in: SignIn, unit: int) -> None:
    answer = signed_in((Role.MANAGER, unit)).client.get("/cases/bulk?state=overdue")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases?state=overdue")
