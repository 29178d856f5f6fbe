"""The page of a case: how it stands, what can be done next, why it has its date, and what was done with it."""

from dataclasses import replace
from datetime import date, timedelta

from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseChanges, NewCase, Sender
from dialogen.domain.cases import Channel, ExclusionReason
from dialogen.domain.deadlines import Roll
from dialogen.domain.history import Author, Door
from dialogen.domain.timeline import SHOWN_AT_FIRST
from dialogen.services import case_changes, cases, registration, setup
from dialogen.services.cases import Deed
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.national_ids import MADE_UP
from tests.web.conftest import SignIn, reference_of


def deed_of(standing: Standing) -> Deed:
    return Deed(by=standing, author=Author(standing.account_id, Door.WEB), today=TODAY, now=NOW)


def registered(db: Database, deed: Deed, unit: str) -> str:
    new = NewCase(
        received_on=date(2026, 1, 30),
        channel=Channel.IN_PERSON,
        subject="Mørk gangvei",
        text="Lyset er ute.\nHilsen Ola",
        unit=unit,
        sender=Sender("Ola Nordmann", "ola@asker.example"),
        external_reference="AD-1001",
        source="portal",
    )
    view = registration.register_case(db, new=new, by=deed.by, author=deed.author, today=deed.today, now=deed.now)
    return view.reference


def test_a_case_shows_how_it_stands_and_what_was_said(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    manager = make_account(db, name="Lise Leder", roles=((Role.MANAGER, unit),))
    reference = registered(db, deed_of(standing(manager, (Role.MANAGER, unit))), "Kommunalteknikk")
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference}")
    assert page.heading == f"Mørk gangvei {reference}"
    assert page.title == f"Henvendelse {reference} – Dialogen"
    assert "◐ Nær frist Frist fredag 13. februar 2026, om 2 dager." in page.text
    for shown in ("Lyset er ute. Hilsen Ola", "Ola Nordmann", "ola@asker.example", "AD-1001 (portal)", "Oppmøte"):
        assert shown in page.text


def test_the_next_step_stands_before_everything_else(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference_of(db, make_case(db, unit_id=unit))}")
    headings = ["".join(each.itertext()) for each in page.root.iter("h2")]
    assert headings == ["Neste steg", "Henvendelsen", "Om henvendelsen", "Vedlegg", "Historikk"]
    assert page.form_with("Ta henvendelsen selv") is not None
    links = list(page.links())
    assert links[links.index("Fordel") : links.index("Vis eldste øverst")] == [
        "Fordel",
        "Skriv svar",
        "Besvart på annen måte",
        "Skriv foreløpig svar",
        "Foreløpig svar på annen måte",
        "Skriv notat",
        "Koble til en annen",
        "Legg ved filer",
        "Utsett fristen",
        "Send til annen virksomhet",
        "Rett opplysninger",
        "Hold utenfor statistikken",
        "Les mer om fristen",
    ]


def test_one_button_takes_a_case_and_the_next_marks_it_answered_today(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.HANDLER, unit), name="Kari Saksbehandler")
    page = reader.get(f"/cases/{reference_of(db, make_case(db, unit_id=unit))}")
    page = reader.press(page, "Ta henvendelsen selv")
    assert "Saksbehandler Kari Saksbehandler" in page.text
    assert page.value("answered_on") == "11.02.2026"
    page = reader.press(page, "Lagre svardato")
    assert "✓ Besvart i tide Besvart onsdag 11. februar 2026." in page.text
    assert not [form for form in page.root.iter("form") if form.get("action", "").endswith("/answer")]


def test_how_a_case_was_answered_is_chosen_beside_the_day_and_begins_with_the_likely(
    db: Database, signed_in: SignIn
) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.HANDLER, unit))
    case_id = make_case(db, unit_id=unit, handler_id=reader.account_id, channel=Channel.PHONE)
    page = reader.get(f"/cases/{reference_of(db, case_id)}")
    assert page.value("manner") == "phone"
    assert page.options("manner") == ["E-post", "Brev", "Telefon", "Møte", "Annen måte"]
    page = reader.press(page, "Lagre svardato", manner="meeting")
    assert "møte Avskrivningsmåte BN (Noark 5)" in page.text


def test_a_note_is_written_on_the_page_and_what_is_wrong_with_it_is_kept(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    reader = signed_in((Role.HANDLER, unit))
    page = reader.get(f"/cases/{reference_of(db, make_case(db, unit_id=unit))}")
    assert "Saksbehandlere og ledere i Kommunalteknikk kan lese det" in page.text
    refused = reader.press(page, "Lagre notat", note=f"Ringte {MADE_UP}", status=422)
    assert refused.value("note").startswith("Ringte ")
    assert "fødselsnummer" in refused.text
    page = reader.press(page, "Lagre notat", note="Ringte entreprenøren.")
    assert "Notat 11.02.2026 kl. 06.30, Prøve Prøvesen, i nettleseren Ringte entreprenøren." in page.text


def test_a_long_story_is_cut_and_can_be_turned_and_seen_whole(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    manager = make_account(db, roles=((Role.MANAGER, unit),))
    reference = reference_of(db, make_case(db, unit_id=unit))
    for number in range(SHOWN_AT_FIRST + 1):
        deed = replace(deed_of(standing(manager, (Role.MANAGER, unit))), now=NOW + timedelta(minutes=number))
        cases.note_case(db, reference=reference, note=f"Notat nr. {number};", deed=deed)
    reader = signed_in((Role.HANDLER, unit))
    page = reader.get(f"/cases/{reference}")
    assert "Viser de 50 nyeste linjene." in page.text
    assert "nr. 50;" in page.text
    assert "nr. 0;" not in page.text
    page = reader.get(page.links()["Vis alle"])
    assert page.text.index("nr. 50;") < page.text.index("nr. 0;")
    page = reader.get(page.links()["Vis eldste øverst"])
    assert page.text.index("nr. 0;") < page.text.index("nr. 50;")


def test_only_the_steps_that_the_condition_allows_are_offered(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in((Role.MANAGER, unit))
    answered = make_case(db, unit_id=unit, received_on=date(2026, 2, 2), answered_on=date(2026, 2, 9))
    page = reader.get(f"/cases/{reference_of(db, answered)}")
    offered = {"Skriv notat", "Rett opplysninger", "Hold utenfor statistikken"}
    assert offered <= set(page.links())
    assert not {"Skriv svar", "Fordel", "Utsett fristen", "Ta med igjen"} & set(page.links())
    assert "✓ Besvart i tide Besvart mandag 9. februar 2026. Fristen var mandag 16. februar 2026." in page.text
    excluded = make_case(db, unit_id=unit, exclusion=ExclusionReason.SPAM)
    page = reader.get(f"/cases/{reference_of(db, excluded)}")
    assert {"Skriv notat", "Ta med igjen"} <= set(page.links())
    assert not {"Skriv svar", "Rett opplysninger"} & set(page.links())
    assert "Årsak: søppelpost." in page.text


def test_a_case_under_another_law_tells_that_its_deadline_runs_too(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    kinds = {kind.word: kind.id for kind in setup.list_kinds(db, in_use_only=True)}
    reader = signed_in((Role.HANDLER, unit))
    case_id = make_case(db, unit_id=unit, received_on=date(2026, 2, 9), kind_id=kinds["access_request"])
    page = reader.get(f"/cases/{reference_of(db, case_id)}")
    assert "Innsynskrav: en annen frist gjelder" in page.text
    assert "innen fem virkedager, mandag 16. februar 2026, regnes det som et avslag" in page.text
    case_id = make_case(db, unit_id=unit, received_on=date(2026, 2, 9), kind_id=kinds["personal_data_request"])
    page = reader.get(f"/cases/{reference_of(db, case_id)}")
    assert "senest innen én måned: mandag 9. mars 2026 (personvernforordningen artikkel 12 nr. 3)" in page.text
    answered = make_case(db, unit_id=unit, answered_on=TODAY, kind_id=kinds["access_request"])
    assert "en annen frist" not in reader.get(f"/cases/{reference_of(db, answered)}").text


def test_words_that_point_to_another_law_give_a_hint_to_who_sees_them(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reference = reference_of(db, make_case(db, unit_id=unit, subject="Krav om innsyn i byggesaken"))
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference}")
    assert "Kan være et innsynskrav" in page.text
    assert page.links()["Sett riktig sakstype"] == f"/cases/{reference}/correct#kind"
    assert "innsynskrav" not in signed_in((Role.STATISTICIAN, "*")).get(f"/cases/{reference}").text


def test_why_this_date_is_told_step_by_step(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    manager = make_account(db, name="Lise Leder", roles=((Role.MANAGER, unit),))
    deed = deed_of(standing(manager, (Role.MANAGER, unit)))
    reference = registered(db, deed, "Kommunalteknikk")
    cases.extend_case(db, reference=reference, extended_to=date(2026, 2, 20), reason="Venter på deler", deed=deed)
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference}")
    assert "Henvendelsen ble mottatt fredag 30. januar 2026. Den dagen er dag 0." in page.text
    assert "Etter regelen, versjon 1, skal den besvares innen 14 kalenderdager: fredag 13. februar 2026." in page.text
    assert "Fristen ble ikke flyttet." in page.text
    assert "Lise Leder utsatte fristen til fredag 20. februar 2026: Venter på deler." in page.text


def test_a_deadline_that_was_rolled_names_the_days_it_passed_over(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    setup.add_rule(db, by=None, valid_from=date(2025, 1, 1), days=14, roll=Roll.NEXT_WORKING_DAY, now=NOW)
    manager = make_account(db, roles=((Role.MANAGER, unit),))
    deed = replace(deed_of(standing(manager, (Role.MANAGER, unit))), today=date(2026, 4, 17))
    new = NewCase(received_on=date(2025, 4, 3), channel=Channel.WEB, unit="Kommunalteknikk")
    view = registration.register_case(db, new=new, by=deed.by, author=deed.author, today=deed.today, now=NOW)
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{view.reference}")
    assert "torsdag 17. april 2025 (skjærtorsdag)" in page.text.lower()
    assert "lørdag 19. april 2025 (lørdag)" in page.text
    assert "Fristen er tirsdag 22. april 2025." in page.text


def test_the_history_tells_who_did_what_and_shows_earlier_words(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    manager = make_account(db, name="Lise Leder", roles=((Role.MANAGER, unit),))
    deed = deed_of(standing(manager, (Role.MANAGER, unit)))
    reference = registered(db, deed, "Kommunalteknikk")
    cases.note_case(db, reference=reference, note="Ringte entreprenøren.", deed=deed)
    changes = CaseChanges(subject="Mørk gangvei ved skolen", received_on=date(2026, 1, 29))
    case_changes.change_case(db, reference=reference, changes=changes, reason="Lå i feil kasse", deed=deed)
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{reference}")
    assert "Rettet 11.02.2026 kl. 06.30, Lise Leder, i nettleseren" in page.text
    assert "Mottatt: 30.01.2026 → 29.01.2026" in page.text
    assert "Emne er endret. Før: «Mørk gangvei»" in page.text
    assert "Begrunnelse: Lå i feil kasse" in page.text
    told = ("Lå i feil kasse", "Ringte entreprenøren.", "Registrert 11.02.2026 kl.")
    places = [page.text.index(each) for each in told]
    assert places == sorted(places), "the newest comes first"
    statistician = signed_in((Role.STATISTICIAN, "*")).get(f"/cases/{reference}")
    assert "Emne er endret" in statistician.text
    for hidden in ("Mørk gangvei", "Ringte", "feil kasse", "Nordmann", "Lyset"):
        assert hidden not in statistician.text


def test_the_history_tells_kinds_and_channels_in_bokmaal(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    deed = deed_of(standing(make_account(db, roles=((Role.MANAGER, unit),)), (Role.MANAGER, unit)))
    new = NewCase(received_on=date(2026, 1, 30), channel=Channel.IN_PERSON, kind="fault_report", unit="Kommunalteknikk")
    view = registration.register_case(db, new=new, by=deed.by, author=deed.author, today=deed.today, now=NOW)
    case_changes.change_case(
        db, reference=view.reference, changes=CaseChanges(kind="complaint"), reason=None, deed=deed
    )
    page = signed_in((Role.HANDLER, unit)).get(f"/cases/{view.reference}")
    assert "Kanal: oppmøte" in page.text
    assert "sakstype: feilmelding" in page.text.lower()
    assert "feilmelding → klage" in page.text.lower()


def test_a_case_past_its_original_deadline_carries_a_mark(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    case_id = make_case(db, unit_id=unit, received_on=date(2026, 1, 20), extended_to=date(2026, 2, 25))
    reader = signed_in((Role.HANDLER, unit))
    assert "Opprinnelig frist er ute" in reader.get("/cases").text
    page = reader.get(f"/cases/{reference_of(db, case_id)}")
    assert "Opprinnelig frist er ute. Den var tirsdag 3. februar 2026" in page.text


def test_a_case_without_a_unit_or_a_handler_says_so(db: Database, signed_in: SignIn) -> None:
    page = signed_in((Role.HANDLER, "*")).get(f"/cases/{reference_of(db, make_case(db))}")
    assert "Saksbehandler Ikke fordelt Virksomhet Ikke plassert" in page.text


def test_whoever_left_is_still_named(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    gone = make_account(db, name="Gro Gått", roles=((Role.HANDLER, unit),))
    case_id = make_case(db, unit_id=unit, handler_id=gone)
    with db.writing() as session:
        session.get_one(Account, gone).disabled_at = NOW
    assert "Gro Gått" in signed_in((Role.MANAGER, unit)).get(f"/cases/{reference_of(db, case_id)}").text
