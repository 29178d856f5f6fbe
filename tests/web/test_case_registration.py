"""Registering a case by hand."""

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from dialogen.domain.answers import AnswerManner
from tests.factories import TODAY, make_account, make_unit
from tests.web.conftest import SignIn


def stored(db: Database) -> list[Case]:
    with db.reading() as session:
        cases = list(session.query(Case).order_by(Case.id))
        session.expunge_all()  # the end of a reading would let them forget their values
        return cases


def test_a_case_is_registered_and_shown(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    reader = signed_in((Role.HANDLER, unit), email="kari@asker.example", name="Kari Behandler")
    page = reader.get("/cases/new")
    assert page.value("received_on") == "11.02.2026"
    assert page.value("unit") == "Kommunalteknikk", "the only unit is chosen"
    page = reader.press(
        page,
        "Registrer",
        received_on="9.2.2026",
        channel="phone",
        subject="Hull i veien",
        text="Ved skolen.",
        kind="question",
        handler="kari@asker.example",
        sender_name="Ola Nordmann",
        external_reference="AD-7",
    )
    assert "Henvendelsen er registrert og har fått referansen 2026-000001." in page.text
    assert page.heading == "Hull i veien 2026-000001"
    assert "Frist mandag 23. februar 2026, om 12 dager." in page.text
    assert "Saksbehandler Kari Behandler Virksomhet Kommunalteknikk" in page.text
    assert "AD-7" in page.text


def test_one_button_registers_what_was_answered_at_once(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Kommunalteknikk")
    reader = signed_in((Role.HANDLER, unit))
    page = reader.press(reader.get("/cases/new"), "Registrer som besvart i dag", channel="phone", subject="Åpningstid")
    assert "Henvendelsen er besvart. Svarmåte: Telefon." in page.text
    assert "✓ Besvart i tide Besvart onsdag 11. februar 2026." in page.text
    other = make_account(db, "ola@asker.example", roles=((Role.HANDLER, unit),))
    assert other
    page = reader.press(
        reader.get("/cases/new"), "Registrer som besvart i dag", channel="phone", handler="ola@asker.example"
    )
    assert "Henvendelsen er registrert, men ikke besvart: en annen har den." in page.text
    assert [(case.answered_on, case.answer_manner) for case in stored(db)] == [
        (TODAY, AnswerManner.PHONE),
        (None, None),
    ]


def test_one_button_registers_and_asks_for_the_next_with_the_channel_of_the_last(
    db: Database, signed_in: SignIn
) -> None:
    make_unit(db)
    reader = signed_in((Role.HANDLER, make_unit(db, "Kommunalteknikk")))
    page = reader.get("/cases/new")
    assert page.value("channel") == ""
    page = reader.press(page, "Registrer og ny", channel="in_person", subject="Den første")
    assert (page.heading, page.value("subject")) == ("Registrer henvendelse", "")
    assert "fått referansen 2026-000001." in page.text
    assert page.value("channel") == "in_person"
    assert len(stored(db)) == 1


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("received_on", "", "Mottatt: Må fylles ut."),
        ("received_on", "12.02.2026", "Mottatt: 12.02.2026 har ikke vært ennå."),
        ("received_on", "i går", "Mottatt: i går er ikke en dato."),
        ("channel", "", "Kanal: Må fylles ut."),
        ("channel", "import", "Kanal: Velg et av alternativene."),
        ("sender_email", "ola", "E-post: ola er ikke en e-postadresse."),
        ("subject", "Fra 13097248022", "Emne: Det ser ut som teksten inneholder et fødselsnummer."),
        ("text", "a" * 50_001, "Tekst: Teksten er for lang. Den kan ha høyst 50000 tegn."),
        ("unit", "", "Virksomhet: Velg en av dine egne virksomheter."),
        ("unit", "Idrett og fritid", "Virksomhet: Velg et av alternativene."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_stored(
    db: Database, signed_in: SignIn, field: str, written: str, told: str
) -> None:
    unit, _ = make_unit(db, "Kommunalteknikk"), make_unit(db, "Idrett og fritid")
    reader = signed_in((Role.HANDLER, unit))
    values = {"channel": "web", "subject": "Beholdes", field: written}
    page = reader.press(reader.get("/cases/new"), "Registrer", status=422, **values)
    assert [place for text, place in page.links().items() if text.startswith(told)] == [f"#{field}"]
    assert field == "subject" or page.value("subject") == "Beholdes"
    assert stored(db) == []


def test_several_faults_are_told_at_once(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, make_unit(db)))
    page = reader.press(reader.get("/cases/new"), "Registrer", status=422, received_on="tull")
    assert "Rett opp dette" in page.text
    assert {"#received_on", "#channel"} <= set(page.links().values())


def test_a_service_centre_may_leave_the_unit_open_and_choose_among_all(db: Database, signed_in: SignIn) -> None:
    make_unit(db, "Kommunalteknikk")
    make_account(db, name="Irene Idrett", roles=((Role.HANDLER, make_unit(db, "Idrett og fritid")),))
    reader = signed_in((Role.HANDLER, "*"), name="Tim Service")
    page = reader.get("/cases/new")
    assert page.options("unit") == ["Ikke plassert", "Idrett og fritid", "Kommunalteknikk"]
    assert page.options("handler") == ["Ikke fordelt", "Irene Idrett", "Tim Service (deg)"]
    page = reader.press(page, "Registrer", channel="letter")
    assert "Virksomhet Ikke plassert" in page.text
    assert stored(db)[0].received_on == TODAY


def test_the_same_external_reference_is_not_registered_twice(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    reader.press(reader.get("/cases/new"), "Registrer", channel="web", external_reference="AD-7")
    page = reader.get("/cases/new")
    page = reader.press(page, "Registrer", status=409, channel="web", external_reference="AD-7")
    assert "Henvendelsen AD-7 er registrert fra før." in page.text
    assert len(stored(db)) == 1
