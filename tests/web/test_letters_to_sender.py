"""Writing to the sender of a case from its page: begun from a template, shown, sent, on its way, stopped."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.database.models import CasePersonal
from dialogen.domain.accounts import Role
from dialogen.extensions import Office
from dialogen.mail.post import Post
from tests.factories import TODAY, make_case, make_unit
from tests.letter_desk import SENDER, case_letters, deliver, states
from tests.mailbox import Mailbox, free_port, post_to
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader


@pytest.fixture
def unit(db: Database) -> int:
    return make_unit(db, "Vei og park", email="vei@asker.example")


@pytest.fixture
def reference(db: Database, unit: int) -> str:
    return reference_of(db, make_case(db, unit_id=unit, subject="Gjerdet {ved} skolen"))


@pytest.fixture
def manager(signed_in: SignIn, unit: int) -> Reader:
    return signed_in((Role.MANAGER, unit), name="Kari Lunde")


def sending_by(app: Flask, post: Post) -> None:
    """Let an application send its letters this way."""
    office: Office = app.extensions["dialogen"]
    app.extensions["dialogen"] = replace(office, post=post)


@pytest.fixture
def by_mail(app: Flask, mailbox: Mailbox) -> Mailbox:
    sending_by(app, mailbox.post())
    return mailbox


def send(
    manager: Reader,
    reference: str,
    button: str = "Send svaret",
    *,
    deed: str = "write-answer",
    status: int = 200,
    **values: str,
) -> Page:
    """Write a letter on its page, and press a button."""
    page = manager.get(f"/cases/{reference}/{deed}")
    return manager.press(page, button, status=status, **{"subject": "Svar", "body": "Hei", **values})


def test_an_answer_begins_with_the_standard_letter_and_what_the_case_knows(manager: Reader, reference: str) -> None:
    form = manager.get(f"/cases/{reference}/write-answer").form_with("Send svaret")
    body = next(each.text for each in form.iter("textarea"))
    assert body is not None
    assert "som vi mottok 8. februar 2026." in body
    assert "Kari Lunde\nVei og park\nAsker kommune" in body.replace("\r\n", "\n")
    assert body.count("{") == 1


def test_the_standard_letter_cannot_be_sent_without_an_answer_in_it(
    db: Database, manager: Reader, reference: str
) -> None:
    page = manager.get(f"/cases/{reference}/write-answer")
    assert "{skriv svaret her} er ikke et felt" in manager.press(page, "Send svaret", status=422).text
    assert states(db) == []


def test_another_template_is_chosen_without_javascript(manager: Reader, reference: str) -> None:
    page = manager.get(f"/cases/{reference}/write-answer?template=standard-en")
    body = next(each.text for each in page.form_with("Send svaret").iter("textarea"))
    assert body is not None
    assert "8 February 2026" in body


def test_the_letter_is_shown_before_it_is_sent(db: Database, by_mail: Mailbox, manager: Reader, reference: str) -> None:
    page = manager.get(f"/cases/{reference}/write-answer")
    page = manager.press(page, "Forhåndsvis", subject="Svar {referanse}", body="Hei, {saksbehandler} her.")
    assert f"Vei og park, Asker kommune <dialogen@localhost> Til {SENDER} Svar går til vei@asker.example" in page.text
    assert f"Svar {reference}" in page.text
    assert "Hei, Kari Lunde her." in page.text
    assert (by_mail.letters, states(db)) == ([], [])


def test_a_sent_answer_is_told_and_stands_in_the_story(
    db: Database, by_mail: Mailbox, manager: Reader, reference: str
) -> None:
    page = send(manager, reference, body="Gjerdet settes opp i mai.")
    assert "Svaret er sendt, og henvendelsen er besvart." in page.text
    assert "Besvart i tide" in page.text
    assert "Svar til innsenderen" in page.text
    assert "Tatt imot av e-posttjeneren" in page.text
    assert "Gjerdet settes opp i mai." in page.text
    assert by_mail.letters[0].message["Reply-To"] == "vei@asker.example"


def test_an_answer_on_its_way_leaves_the_case_open_and_can_be_withdrawn(
    app: Flask, db: Database, manager: Reader, reference: str
) -> None:
    sending_by(app, post_to(free_port()))
    page = send(manager, reference)
    assert "Brevet er på vei." in page.text
    assert "Svaret er på vei" in page.text
    assert "I rute" in page.text
    assert "allerede på vei" in send(manager, reference, status=409).text
    page = manager.get(f"/cases/{reference}")
    page = manager.press(page, "Trekk brevet tilbake")
    assert "Brevet er trukket tilbake." in page.text
    assert states(db) == ["dropped"]


def test_a_refused_answer_says_what_to_do_and_goes_to_the_corrected_address(
    db: Database, by_mail: Mailbox, manager: Reader, reference: str
) -> None:
    by_mail.refuse = lambda address: "550 5.1.1 no such user" if address == SENDER else None
    page = send(manager, reference)
    assert "Svaret ble ikke levert" in page.text
    assert "550 5.1.1 no such user" in page.text
    with db.writing() as session:
        session.get_one(CasePersonal, case_letters(db)[0].case_id).sender_email = "rettet@asker.example"
    page = manager.press(manager.get(f"/cases/{reference}"), "Prøv å sende igjen")
    assert "Brevet er sendt." in page.text
    assert "Besvart i tide" in page.text
    assert by_mail.addresses() == ["rettet@asker.example"]


def test_a_refused_receipt_is_sent_again_by_whoever_may_work_with_the_case(
    db: Database, by_mail: Mailbox, signed_in: SignIn, unit: int
) -> None:
    by_mail.refuse = lambda address: "550 5.1.1 no such user" if address == SENDER else None
    handler = signed_in((Role.HANDLER, unit), email="kari@asker.example")
    page = handler.press(
        handler.get("/cases/new"), "Registrer", channel="email", sender_email=SENDER, handler="kari@asker.example"
    )
    deliver(db, by_mail.post())
    page = handler.get(page.path)
    assert "Kvittering til innsenderen" in page.text
    assert "550 5.1.1 no such user" in page.text
    other = signed_in((Role.HANDLER, unit)).get(page.path)
    assert "550 5.1.1 no such user" in other.text
    assert not [each for each in other.all("button") if each.text == "Prøv å sende igjen"]
    corrected = handler.get(page.links()["Rett opplysninger"].partition("#")[0])
    handler.press(corrected, "Lagre rettelsen", sender_email="rettet@asker.example")
    assert "Ikke levert til innsenderen" not in handler.get("/").text
    assert "Brev til innsendere" not in signed_in((Role.HANDLER, unit)).get("/letters").text
    page = handler.press(handler.get("/letters"), "Prøv å sende igjen")
    assert "Brevet er sendt." in page.text
    assert "Brev til innsendere" not in handler.get("/letters").text
    assert (by_mail.addresses(), states(db)) == (["rettet@asker.example"], ["sent"])


def test_a_receipt_that_goes_again_tells_of_itself_and_not_of_a_later_letter(
    app: Flask, db: Database, by_mail: Mailbox, manager: Reader
) -> None:
    by_mail.refuse = lambda address: "550 5.1.1 no such user"
    page = manager.press(manager.get("/cases/new"), "Registrer", channel="email", sender_email=SENDER)
    deliver(db, by_mail.post())
    by_mail.refuse = lambda address: None
    reference = page.path.rpartition("/")[2]
    send(manager, reference, "Send foreløpig svar", deed="write-interim-reply", expected_on="06.03.2026")
    sending_by(app, post_to(free_port()))
    page = manager.press(manager.get(page.path), "Prøv å sende igjen")
    assert "Kvitteringen er på vei." in page.text
    assert states(db) == ["waiting", "sent"]


def test_without_an_address_the_page_leads_to_another_way(db: Database, manager: Reader, reference: str) -> None:
    with db.writing() as session:
        session.query(CasePersonal).update({"sender_email": None})
    page = manager.get(f"/cases/{reference}/write-answer")
    assert "Ingen e-postadresse å sende til" in page.text
    assert page.links()["Svart på annen måte"].endswith("/answer")
    assert not [each for each in page.all("button") if each.text == "Send svaret"]


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("body", "Svar innen {forventet svar}", "{forventet svar} er ikke et felt"),
        ("subject", "", "Emne i brevet: Må fylles ut."),
        ("body", "Fødselsnummer 01017000027", "fødselsnummer"),
    ],
)
def test_what_is_wrong_with_a_letter_is_told_at_its_field_and_nothing_is_sent(
    db: Database, manager: Reader, reference: str, field: str, text: str, told: str
) -> None:
    page = send(manager, reference, status=422, **{field: text})
    assert told in page.text
    assert states(db) == []


def test_an_interim_reply_tells_of_its_day_and_may_move_the_deadline(
    by_mail: Mailbox, manager: Reader, reference: str
) -> None:
    day = TODAY + timedelta(days=30)
    written: dict[str, Any] = {
        "deed": "write-interim-reply",
        "button": "Send foreløpig svar",
        "body": "Svar kommer {forventet svar}.",
        "expected_on": f"{day:%d.%m.%Y}",
        "extends": "y",
    }
    refused = send(manager, reference, status=422, **written)
    assert "Begrunnelse for utsettelsen: Skriv en begrunnelse for endringen." in refused.text
    page = send(manager, reference, **written, reason="Befaring")
    assert "Det foreløpige svaret er sendt." in page.text
    assert "Utsatt frist 13.03.2026" in page.text
    assert by_mail.letters[0].text.strip() == "Svar kommer 13. mars 2026."


def test_answered_elsewhere_tells_how(manager: Reader, reference: str) -> None:
    page = manager.get(f"/cases/{reference}/answer")
    page = manager.press(page, "Lagre svardato", answered_on="10.02.2026", manner="phone")
    assert "Besvart 10.02.2026, telefon" in page.text
    assert "Besvart ved: Telefon" in page.text


def test_how_it_was_answered_is_corrected_and_stands_with_its_code(manager: Reader, reference: str) -> None:
    manager.press(manager.get(f"/cases/{reference}/answer"), "Lagre svardato", answered_on="10.02.2026", manner="phone")
    page = manager.press(manager.get(f"/cases/{reference}/correct"), "Lagre rettelsen", manner="letter")
    assert "Besvart 10.02.2026, brev Avskrivningsmåte BU (Noark 5)" in page.text
    assert "Besvart ved: Telefon → Brev" in page.text.replace("  ", " ")
    page = manager.get("/cases?state=all&column=manner")
    assert "Brev BU" in page.text
    rows = manager.client.get("/cases/export/csv?state=all&column=manner").text.splitlines()
    assert rows[0].endswith("manner,noark_code")
    assert rows[1].endswith(",letter,BU")


def test_a_reason_for_what_is_not_done_is_never_thrown_away(db: Database, manager: Reader, reference: str) -> None:
    written = {"expected_on": "20.03.2026", "reason": "Befaring", "body": "Svar kommer."}
    page = send(manager, reference, "Send foreløpig svar", deed="write-interim-reply", status=422, **written)
    assert "Begrunnelse for utsettelsen: Begrunnelsen hører til en utsettelse." in page.text
    assert page.value("reason").strip() == "Befaring"
    assert states(db) == []


def test_a_letter_says_in_which_language_it_is(manager: Reader, reference: str) -> None:
    page = manager.get(f"/cases/{reference}/write-answer?template=standard-nn")
    (box,) = page.all("textarea", name="body")
    assert box.get("lang") == "nn"
    assert "Venleg helsing" in page.value("body")


def test_a_stopped_answer_stands_on_the_day_of_whoever_can_mend_it(
    db: Database, by_mail: Mailbox, manager: Reader, signed_in: SignIn, reference: str
) -> None:
    assert "Ikke levert til innsenderen" not in manager.get("/").text
    by_mail.refuse = lambda address: "550 5.1.1 no such user" if address == SENDER else None
    send(manager, reference)
    page = manager.get("/")
    assert "Ikke levert til innsenderen (1)" in page.text
    assert any(link.get("aria-label") == f"Se hva du kan gjøre {reference}" for link in page.root.iter("a"))
    others = signed_in((Role.HANDLER, make_unit(db)), (Role.MANAGER, make_unit(db, "Kultur"))).get("/")
    assert "Ikke levert til innsenderen" not in others.text


def test_a_template_is_shown_with_made_up_values_before_it_is_saved(manager: Reader) -> None:
    page = manager.get("/letter-templates/new")
    written: dict[str, Any] = {
        "name": "Svar",
        "purpose": "answer",
        "unit": page.all("select", name="unit")[0][-1].get("value", ""),
    }
    body = "Hei {innsender}!\nVi svarer om {emne}, {referanse}.\n{virksomhet}"
    page = manager.press(page, "Forhåndsvis", **written, subject="Om {referanse}", body=body)
    assert "Verdiene er oppdiktet, og malen er ikke lagret ennå." in page.text
    assert "Hei Ola Prøvesen! Vi svarer om Gatelys ute i Prøveveien, 2026-000123. Vei og park" in page.text
    assert page.value("body").strip().replace("\r\n", "\n") == body
    refused = manager.press(page, "Forhåndsvis", status=422, body="Hei {navn}!")
    assert "{navn} er ikke et felt som kan stå i dette brevet. Disse kan: {referanse}, {emne}" in refused.text
    assert "Ingen maler ennå." in manager.get("/letter-templates").text
    manager.press(page, "Lagre")
    page = manager.press(manager.get("/letter-templates/1"), "Forhåndsvis", subject="Ny: {referanse}")
    assert "Ny: 2026-000123" in page.text
    assert "Om {referanse}" in manager.get("/letter-templates/1").value("subject")
