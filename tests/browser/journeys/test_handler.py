"""The commonest journeys of a case handler."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from dialogen.database.models import AccountSession
from dialogen.domain.accounts import Role
from dialogen.domain.case_lists import FILE_AT_ONCE_MOST
from tests.browser.journeys.conftest import Town
from tests.browser.journeys.walker import Walker
from tests.factories import NOW, TODAY, make_account, make_unit
from tests.many_cases import add_cases

TURN = 0
LATE = TODAY - timedelta(days=20)


def test_signs_in_and_opens_the_case_that_is_due_first(town: Town) -> None:
    kari = town.comes((Role.HANDLER, town.unit), signed_in=False)
    due_first = town.case(received_on=TODAY - timedelta(days=12), subject="Hull i veien", handler_id=kari.account_id)
    town.case(received_on=TODAY, subject="Gatelys", handler_id=kari.account_id)
    kari.sign_in(town.give_password(kari))
    kari.page.get_by_role("link", name=due_first).first.click()
    kari.heading_is("Hull i veien")
    kari.reads("Nær frist")


def test_finds_a_case_by_a_word_and_opens_it(town: Town, handler: Walker) -> None:
    reference = town.case(subject="Sandkassen ved biblioteket")
    town.case(subject="Gatelys ute")
    handler.go("/cases")
    handler.write("Referanse eller ord", "biblioteket")
    handler.press("Vis")
    handler.page.get_by_role("link", name=reference).click()
    handler.heading_is("Sandkassen ved biblioteket")


def test_registers_a_case_that_came_by_telephone(town: Town, handler: Walker) -> None:
    handler.go("/cases")
    handler.follow("Registrer henvendelse")
    handler.heading("Registrer henvendelse")
    handler.choose("Kanal", "phone")
    handler.choose("Virksomhet", town.unit_name)
    handler.write("Emne", "Mørk gangvei ved skolen")
    handler.write("Tekst", "Lyset har vært borte i to uker.")
    handler.write("Navn", "Innsender Prøve")
    handler.press("Registrer")
    handler.heading_is("Mørk gangvei ved skolen")
    handler.reads("I rute")


def test_takes_a_case_that_nobody_has(town: Town, handler: Walker) -> None:
    reference = town.case(subject="Glatt bussholdeplass")
    handler.open_case(reference)
    handler.begin("Fordel")
    handler.choose("Saksbehandler", handler.email)
    handler.press("Lagre fordeling")
    handler.told("Fordelingen er lagret.")
    assert town.kept(reference).handler_id == handler.account_id


def test_writes_a_note(town: Town, handler: Walker) -> None:
    handler.open_case(town.case(handler_id=handler.account_id))
    handler.begin("Skriv notat")
    handler.write("Notat", "Ringte driften om strøsanden.")
    handler.press("Lagre notat")
    handler.told("Notatet er lagret.")
    handler.sees("Ringte driften om strøsanden.")


def test_tells_the_sender_when_an_answer_can_be_expected(town: Town, handler: Walker) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Foreløpig svar på annen måte")
    handler.press("Lagre foreløpig svar")
    handler.told("Det foreløpige svaret er notert. Fristen er den samme.")
    handler.reads("Foreløpig svar sendt")


def test_promises_a_later_date(town: Town, handler: Walker) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Utsett fristen")
    handler.write("Ny frist", "02.03.2026")
    handler.write("Begrunnelse", "Vi trenger en befaring.")
    handler.press("Utsett fristen")
    handler.told("Fristen er utsatt.")
    assert town.kept(reference).deadline.isoformat() == "2026-03-02"


def test_answers_a_case_in_time(town: Town, handler: Walker) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.press("Lagre svardato")
    handler.told("Henvendelsen er besvart.")
    handler.reads("Besvart i tide")
    assert town.kept(reference).answered_on == TODAY


def test_sends_a_case_on_to_the_unit_that_it_is_for(town: Town, handler: Walker) -> None:
    other = make_unit(town.db, f"Havn etter {town.unit_name}")
    make_account(town.db, roles=((Role.HANDLER, other),))
    reference = town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Send til annen virksomhet")
    handler.choose("Virksomhet", f"Havn etter {town.unit_name}")
    handler.write("Beskjed til virksomheten", "Gjelder brygga.")
    handler.press("Send")
    handler.page.get_by_role("status").first.wait_for()
    assert town.kept(reference).unit_id == other


def test_proposes_to_leave_a_late_duplicate_out_and_takes_the_proposal_back(town: Town, handler: Walker) -> None:
    reference = town.case(received_on=LATE, handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Hold utenfor statistikken")
    handler.choose("Årsak", "duplicate")
    handler.write("Utdyping", "Kom inn to ganger.")
    handler.press("Hold utenfor statistikken")
    handler.reads("Venter på godkjenning")
    assert town.kept(reference).exclusion is None
    handler.press("Trekk forslaget")
    handler.told("Forslaget er trukket. Henvendelsen er som før.")


def test_writes_an_answer_and_sends_it_from_here(town: Town, handler: Walker) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.go("/")
    handler.page.get_by_role("link", name=reference).first.click()
    handler.begin("Skriv svar")
    handler.write("Emne i brevet", "Svar om gjerdet")
    handler.write("Brevet", "Hei! Gjerdet er satt opp igjen. Hilsen kommunen")
    handler.press("Send svaret")
    handler.page.get_by_role("status").first.wait_for()
    handler.heading_is(reference)
    assert "Gjerdet er satt opp igjen." in handler.page.content()


def test_keeps_the_list_as_it_is_arranged_under_a_name(town: Town, handler: Walker) -> None:
    town.case(received_on=LATE, handler_id=handler.account_id)
    handler.go("/")
    handler.follow("Henvendelser")
    handler.choose("Status", "overdue")
    handler.press("Vis")
    handler.page.wait_for_url("**state=overdue*")
    handler.follow("Lagre som visning")
    handler.heading("Lagre visning")
    handler.write("Navn", "Det som haster")
    handler.press("Lagre visning")
    handler.page.get_by_role("link", name="Det som haster").or_(
        handler.page.get_by_text("Det som haster")
    ).first.wait_for()


def test_encloses_a_file(town: Town, handler: Walker) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Legg ved filer")
    file = {"name": "befaring.txt", "mimeType": "text/plain", "buffer": b"Befaring 10. februar.\n"}
    handler.page.locator("input[type=file]").set_input_files([file])  # type: ignore[arg-type]
    handler.press("Legg ved")
    handler.told("Filene er lagt ved.")
    handler.page.get_by_role("link", name="befaring.txt").first.wait_for()


def test_loses_the_session_while_a_note_is_written_and_finds_it_again(town: Town, handler: Walker) -> None:
    password, reference = town.give_password(handler), town.case(handler_id=handler.account_id)
    handler.open_case(reference)
    handler.begin("Skriv notat")
    handler.write("Notat", "Ringte driften om strøsanden.")
    with town.db.writing() as session:
        mine = update(AccountSession).where(AccountSession.account_id == handler.account_id)
        session.execute(mine.values(expires_at=NOW - timedelta(minutes=1)))
    handler.press("Lagre notat")
    handler.heading("Logg inn")
    handler.write("E-post", handler.email)
    handler.write("Passord", password)
    handler.press("Logg inn")
    handler.told("Vi tok vare på det du skrev. Ingenting er lagret ennå: se over, og lagre på nytt.")
    assert handler.field("Notat").input_value() == "Ringte driften om strøsanden."
    handler.press("Lagre notat")
    handler.told("Notatet er lagret.")
    handler.sees("Ringte driften om strøsanden.")


def test_takes_the_list_along_as_a_file(town: Town, handler: Walker, tmp_path: Path) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.go("/cases")
    with handler.page.expect_download() as handed_over:
        handler.follow("CSV for Excel")
    handed_over.value.save_as(tmp_path / "list.csv")
    assert reference in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")


def test_orders_a_large_file_and_fetches_it_when_it_is_made(town: Town, handler: Walker, tmp_path: Path) -> None:
    reference = town.case(handler_id=handler.account_id)
    add_cases(town.db, ({"received_on": TODAY, "unit_id": town.unit} for _ in range(FILE_AT_ONCE_MOST)))
    handler.go("/")
    handler.follow("Henvendelser")
    handler.follow("CSV for programmer")
    handler.heading("Bestill en fil")
    handler.press("Bestill filen")
    handler.button("Stopp jobben").wait_for()
    town.works_off()
    handler.follow("Hjelp")
    handler.heading("Hjelp")
    handler.page.get_by_role("link", name=handler.name).first.click()
    handler.follow("Jobbene dine")
    handler.heading("Jobbene dine")
    handler.page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    with handler.page.expect_download() as handed_over:
        handler.follow("Last ned %(name)s", name=f"henvendelser-{TODAY}.csv")
    handed_over.value.save_as(tmp_path / "list.csv")
    assert reference in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
