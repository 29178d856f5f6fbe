"""The commonest journeys of a manager."""

from datetime import timedelta

from dialogen.domain.accounts import Role
from tests.browser.journeys.conftest import Town
from tests.browser.journeys.walker import Walker
from tests.factories import TODAY, make_account, make_unit

TURN = 6
LATE = TODAY - timedelta(days=20)


def test_signs_in_and_sees_what_is_late_in_the_unit(town: Town) -> None:
    lise = town.comes((Role.MANAGER, town.unit), name="Lise Prøve", signed_in=False)
    late = town.case(received_on=LATE, subject="Hull i veien")
    lise.sign_in(town.give_password(lise))
    lise.go("/cases?state=overdue")
    lise.page.get_by_role("link", name=late).first.click()
    lise.heading_is("Hull i veien")
    lise.reads("Over fristen")


def test_gives_a_new_case_to_a_handler(town: Town, manager: Walker) -> None:
    kari = make_account(town.db, name="Kari Prøve", roles=((Role.HANDLER, town.unit),))
    reference = town.case(subject="Vannlekkasje i fortauet")
    manager.open_case(reference)
    manager.begin("Fordel")
    manager.field("Saksbehandler").select_option(label="Kari Prøve")
    manager.press("Lagre fordeling")
    manager.told("Fordelingen er lagret.")
    assert town.kept(reference).handler_id == kari


def test_moves_a_case_from_one_handler_to_another(town: Town, manager: Walker) -> None:
    kari = make_account(town.db, name="Kari Prøve", roles=((Role.HANDLER, town.unit),))
    ola = make_account(town.db, name="Ola Eksempel", roles=((Role.HANDLER, town.unit),))
    reference = town.case(handler_id=kari)
    manager.go("/cases")
    manager.field("Saksbehandler").select_option(label="Kari Prøve")
    manager.press("Vis")
    manager.page.get_by_role("link", name=reference).click()
    manager.begin("Fordel")
    manager.field("Saksbehandler").select_option(label="Ola Eksempel")
    manager.press("Lagre fordeling")
    manager.told("Fordelingen er lagret.")
    assert town.kept(reference).handler_id == ola


def test_approves_what_a_handler_proposed(town: Town, manager: Walker) -> None:
    reference = town.propose_exclusion()
    manager.go("/cases/pending")
    manager.page.get_by_role("link", name=reference).click()
    manager.heading("Endring som venter på godkjenning")
    manager.press("Godkjenn")
    manager.told("Endringen er godkjent og gjelder fra nå.")
    assert town.kept(reference).exclusion is not None


def test_refuses_what_a_handler_proposed_and_says_why(town: Town, manager: Walker) -> None:
    reference = town.propose_exclusion()
    manager.go(f"/cases/{reference}/pending")
    manager.write("Begrunnelse for avslaget", "Den første gjaldt en annen vei.")
    manager.press("Avslå")
    manager.told("Endringen er avslått. Henvendelsen er som før.")
    assert town.kept(reference).exclusion is None


def test_looks_at_the_figure_of_the_unit(town: Town, manager: Walker) -> None:
    town.case(received_on=LATE - timedelta(days=5), answered_on=LATE)
    manager.go("/cases")
    manager.follow("Årsrapport")
    manager.heading("MV.1.1 for %(year)s", year=TODAY.year)
    manager.follow("Etter %(by)s", by=manager.say("virksomhet"))
    manager.sees(town.unit_name)


def test_sends_a_case_on_that_is_not_for_the_unit(town: Town, manager: Walker) -> None:
    other = make_unit(town.db, f"Skole etter {town.unit_name}")
    reference = town.case()
    manager.open_case(reference)
    manager.begin("Send til annen virksomhet")
    manager.choose("Virksomhet", f"Skole etter {town.unit_name}")
    manager.press("Send")
    manager.page.get_by_role("status").first.wait_for()
    assert town.kept(reference).unit_id == other


def test_corrects_the_day_on_which_a_case_was_received(town: Town, manager: Walker) -> None:
    reference = town.case()
    manager.open_case(reference)
    manager.begin("Rett opplysninger")
    manager.write("Mottatt", "05.02.2026")
    manager.write("Begrunnelse", "Stempelet på brevet.")
    manager.press("Lagre rettelsen")
    manager.told("Rettelsen er lagret.")
    assert town.kept(reference).due_on.isoformat() == "2026-02-19"


def test_answers_for_a_handler_who_is_away(town: Town, manager: Walker) -> None:
    kari = make_account(town.db, name="Kari Prøve", roles=((Role.HANDLER, town.unit),))
    reference = town.case(handler_id=kari)
    manager.open_case(reference)
    manager.write("Besvart", "10.02.2026")
    manager.press("Lagre svardato")
    manager.told("Henvendelsen er besvart.")
    assert town.kept(reference).answered_on == TODAY - timedelta(days=1)


def test_links_two_cases_that_are_about_one_matter(town: Town, manager: Walker) -> None:
    first, second = town.case(subject="Mørk vei"), town.case(subject="Gatelys ute")
    manager.open_case(first)
    manager.begin("Koble til en annen")
    manager.write("Referanse", second)
    manager.press("Koble til")
    manager.told("Henvendelsene er koblet sammen.")
    manager.page.get_by_role("link", name=second).first.wait_for()


def test_sees_the_units_at_a_glance(town: Town, manager: Walker) -> None:
    town.case(received_on=LATE)
    manager.go("/")
    manager.heading("Min dag")
    manager.sees(town.unit_name)


def test_gives_several_cases_to_one_handler_and_undoes_it(town: Town, manager: Walker) -> None:
    kari = make_account(
        town.db, f"kari{town.unit}@asker.example", name="Kari Prøve", roles=((Role.HANDLER, town.unit),)
    )
    first, second = town.case(), town.case()
    manager.go("/cases")
    for reference in (first, second):
        manager.page.get_by_label(manager.say("Velg %(reference)s", reference=reference), exact=True).check()
    manager.choose("Hva", "assign")
    manager.press("Gå videre")
    manager.choose("Saksbehandler", f"kari{town.unit}@asker.example")
    manager.press("Se hva som skjer")
    manager.page.get_by_role("main").get_by_role("button").first.click()
    manager.button("Angre").wait_for()
    assert {town.kept(first).handler_id, town.kept(second).handler_id} == {kari}
    manager.press("Angre")
    manager.page.get_by_role("status").first.wait_for()
    assert {town.kept(first).handler_id, town.kept(second).handler_id} == {None}


def test_words_the_letters_of_the_unit(town: Town, manager: Walker) -> None:
    name = f"Takk for tipset {town.unit}"
    manager.go("/letter-templates")
    manager.follow("Ny mal")
    manager.write("Navn", name)
    manager.choose("Brukes til", "answer")
    manager.choose("Virksomhet", str(town.unit))
    manager.write("Emne i brevet", "Svar på {referanse}")
    manager.write("Brevet", "Hei! Takk for at du skrev til oss. Hilsen {virksomhet}")
    manager.press("Lagre")
    manager.page.get_by_role("status").first.wait_for()
    manager.page.get_by_role("link", name=name).click()
    manager.heading("Endre %(name)s", name=name)
