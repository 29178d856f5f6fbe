"""Each deed on a case: done from its page, refused with a sentence, and never lost when two write at once."""

from datetime import date, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.services import setup
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Reader


class Desk:
    """A manager at work in one unit, and a case received nine days ago."""

    def __init__(self, db: Database, signed_in: SignIn) -> None:
        self.db = db
        self.signed_in = signed_in
        self.unit = make_unit(db, "Kommunalteknikk")
        self.reader: Reader = signed_in((Role.MANAGER, self.unit), name="Lise Leder")
        self.case_id = make_case(
            db, unit_id=self.unit, received_on=TODAY - timedelta(days=9), subject="Mørk gangvei", channel=Channel.EMAIL
        )
        self.path = f"/cases/{reference_of(db, self.case_id)}"

    def case(self) -> Case:
        """The case as it is stored now."""
        with self.db.reading() as session:
            case = session.get_one(Case, self.case_id)
            session.expunge(case)  # the end of a reading would let it forget its values
            return case


@pytest.fixture
def desk(db: Database, signed_in: SignIn) -> Desk:
    """A manager at work."""
    return Desk(db, signed_in)


def test_a_case_is_answered_today_unless_another_day_is_written(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/answer")
    assert page.value("answered_on") == "11.02.2026"
    page = desk.reader.press(page, "Lagre svardato")
    assert "Henvendelsen er besvart." in page.text
    assert "Besvart i tide" in page.text
    assert desk.case().answered_on == TODAY


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12.02.2026", "Besvart: 12.02.2026 har ikke vært ennå. Besvart må være i dag eller tidligere."),
        ("01.02.2026", "Besvart: 01.02.2026 er før henvendelsen ble mottatt (02.02.2026)."),
        ("31.02.2026", "Besvart: 31.02.2026 er ikke en dato. Skriv den slik: 11.02.2026."),
        ("", "Besvart: Må fylles ut."),
    ],
)
def test_an_answer_that_cannot_be_is_told_at_its_field_and_changes_nothing(desk: Desk, written: str, told: str) -> None:
    page = desk.reader.get(f"{desk.path}/answer")
    page = desk.reader.press(page, "Lagre svardato", status=422, answered_on=written)
    assert page.links()[told] == "#answered_on"
    assert page.value("answered_on") == written
    field = page.all("input", id="answered_on")[0]
    assert field.get("aria-invalid") == "true"
    assert "answered_on-error" in (field.get("aria-describedby") or "")
    assert desk.case().answered_on is None


def test_a_second_answer_is_refused_where_it_is_written(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/answer")
    desk.reader.press(page, "Lagre svardato")
    assert "Henvendelsen ble besvart 11.02.2026." in desk.reader.get(f"{desk.path}/answer", status=409).text


def test_a_case_is_given_to_a_handler_and_taken_back(db: Database, desk: Desk) -> None:
    make_account(db, "kari@asker.example", name="Kari Behandler", roles=((Role.HANDLER, desk.unit),))
    make_account(db, name="Irene Idrett", roles=((Role.HANDLER, make_unit(db)),))
    page = desk.reader.get(f"{desk.path}/assign")
    assert page.options("handler") == ["Ikke fordelt", "Kari Behandler", "Lise Leder (deg)"]
    page = desk.reader.press(page, "Lagre fordeling", handler="kari@asker.example")
    assert "Fordelingen er lagret." in page.text
    assert "Saksbehandler Kari Behandler" in page.text
    page = desk.reader.press(desk.reader.get(f"{desk.path}/assign"), "Lagre fordeling", handler="")
    assert "Saksbehandler Ikke fordelt" in page.text


def test_saving_what_is_there_already_changes_nothing_and_says_so(desk: Desk) -> None:
    page = desk.reader.press(desk.reader.get(f"{desk.path}/assign"), "Lagre fordeling")
    assert "Ingenting ble endret." in page.text
    assert desk.case().version == 1


def test_somebody_not_on_the_list_cannot_be_given_a_case(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/assign")
    page = desk.reader.press(page, "Lagre fordeling", status=422, handler="ukjent@asker.example")
    assert "Velg et av alternativene." in page.text


def test_a_case_handed_over_leaves_the_list_of_its_old_unit(db: Database, desk: Desk) -> None:
    other = make_unit(db, "Idrett og fritid")
    page = desk.reader.get(f"{desk.path}/hand-over")
    page = desk.reader.press(page, "Send", unit="Idrett og fritid", reason="Gjelder idrettsbanen")
    assert page.heading == "Henvendelser"
    assert "Henvendelsen er sendt til den andre virksomheten." in page.text
    desk.reader.get(desk.path, status=404)
    page = desk.signed_in((Role.HANDLER, other)).get(desk.path)
    assert "Virksomhet: Kommunalteknikk → Idrett og fritid Begrunnelse: Gjelder idrettsbanen" in page.text


def test_a_note_is_kept_in_the_history(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/note")
    page = desk.reader.press(page, "Lagre notat", note="Ringte entreprenøren.\r\nDe kommer torsdag.")
    assert "Ringte entreprenøren. De kommer torsdag." in page.text


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("  ", "Notat: Må fylles ut."),
        ("Ola, 13097248022", "Det ser ut som teksten inneholder et fødselsnummer. Ta det bort før du lagrer."),
        ("\x00", "Teksten har et tegn som ikke kan lagres."),
        ("a" * 50_001, "Teksten er for lang."),
    ],
)
def test_a_note_that_cannot_be_stored_is_refused(desk: Desk, note: str, told: str) -> None:
    page = desk.reader.get(f"{desk.path}/note")
    answer = desk.reader.client.post(
        page.path, data={"note": note, "csrf_token": page.value("csrf_token"), "version": page.value("version")}
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert desk.case().version == 1


def test_an_interim_reply_is_noted_and_moves_no_deadline(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/interim-reply")
    page = desk.reader.press(page, "Lagre foreløpig svar", replied_on="10.02.2026", note="Svar ventes i uke 8")
    assert "Foreløpig svar: 10.02.2026" in page.text
    assert "Svar ventes i uke 8" in page.text
    assert desk.case().deadline == date(2026, 2, 16)
    page = desk.reader.get(f"{desk.path}/interim-reply")
    page = desk.reader.press(page, "Lagre foreløpig svar", status=422, replied_on="12.02.2026")
    assert "12.02.2026 har ikke vært ennå." in page.text


def test_an_interim_reply_tells_when_the_answer_is_expected_and_moves_no_deadline(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/interim-reply")
    for written, told in (
        ("09.02.2026", "09.02.2026 er før det foreløpige svaret ble sendt (10.02.2026)."),
        ("01.01.2200", "01.01.2200 ligger utenfor årene som kalenderen kjenner: 1900–2100."),
        ("til uken", "til uken er ikke en dato. Skriv den slik: 11.02.2026."),
    ):
        page = desk.reader.press(
            page, "Lagre foreløpig svar", status=422, replied_on="10.02.2026", expected_on=written, note="Ringte"
        )
        assert page.links()[f"Svar kan ventes: {told}"] == "#expected_on"
        assert (page.value("expected_on"), page.value("note").strip()) == (written, "Ringte")
    page = desk.reader.press(page, "Lagre foreløpig svar", expected_on="06.03.2026")
    assert "Foreløpig svar: 10.02.2026 Svar kan ventes: 06.03.2026 Ringte" in page.text
    assert (desk.case().deadline, desk.case().extended_to) == (date(2026, 2, 16), None)


def test_a_deadline_is_extended_with_a_reason(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/extend")
    page = desk.reader.press(page, "Utsett fristen", status=422, extended_to="16.02.2026", reason="")
    assert "Begrunnelse: Må fylles ut." in page.text
    page = desk.reader.press(page, "Utsett fristen", status=422, extended_to="16.02.2026", reason="Venter på deler")
    assert "etter fristen som gjelder nå (16.02.2026)" in page.text
    page = desk.reader.press(page, "Utsett fristen", extended_to="26.02.2026")
    assert "Fristen er utsatt." in page.text
    assert "Begrunnelse: Venter på deler" in page.text
    assert (desk.case().due_on, desk.case().deadline) == (date(2026, 2, 16), date(2026, 2, 26))


def test_a_case_is_held_outside_and_taken_in_again(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/exclude")
    page = desk.reader.press(page, "Hold utenfor statistikken", reason="duplicate", note="Samme som i går")
    assert "– Holdes utenfor Årsak: duplikat." in page.text
    assert desk.case().exclusion is ExclusionReason.DUPLICATE
    page = desk.reader.get(f"{desk.path}/include")
    page = desk.reader.press(page, "Ta med i statistikken igjen", reason="Var likevel en ny sak")
    assert "Henvendelsen er med i statistikken igjen." in page.text
    assert desk.case().exclusion is None


def test_only_what_differs_is_corrected(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/correct")
    assert page.value("subject") == "Mørk gangvei"
    page = desk.reader.press(page, "Lagre rettelsen", subject="Mørk gangvei ved skolen", channel="phone")
    assert "Rettelsen er lagret." in page.text
    assert "Kanal: e-post → telefon" in page.text
    assert "Emne er endret. Før: «Mørk gangvei»" in page.text
    assert "Mottatt: 02.02.2026 →" not in page.text
    assert desk.case().channel is Channel.PHONE


def test_correcting_a_date_demands_a_reason_and_moves_the_deadline(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/correct")
    page = desk.reader.press(page, "Lagre rettelsen", status=422, received_on="03.02.2026")
    assert page.links()["Begrunnelse: Skriv en begrunnelse for endringen."] == "#reason"
    page = desk.reader.press(page, "Lagre rettelsen", reason="Feil dato på brevet")
    assert "Mottatt: 02.02.2026 → 03.02.2026 Frist: 16.02.2026 → 17.02.2026" in page.text
    assert desk.case().due_on == date(2026, 2, 17)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12.02.2026", "Mottatt: 12.02.2026 har ikke vært ennå."),
        ("31.12.1899", "Mottatt: 31.12.1899 kan ikke være riktig: datoen er før 1900."),
    ],
)
def test_a_correction_that_cannot_be_is_refused(desk: Desk, written: str, told: str) -> None:
    page = desk.reader.get(f"{desk.path}/correct")
    page = desk.reader.press(page, "Lagre rettelsen", status=422, received_on=written, reason="Feil")
    assert told in page.text
    assert desk.case().received_on == date(2026, 2, 2)


def test_an_answered_case_has_its_answer_date_and_its_unit_corrected(db: Database, desk: Desk) -> None:
    make_unit(db, "Idrett og fritid")
    desk.reader.press(desk.reader.get(f"{desk.path}/answer"), "Lagre svardato")
    page = desk.reader.get(f"{desk.path}/correct")
    page = desk.reader.press(page, "Lagre rettelsen", status=422, answered_on="01.02.2026", reason="Feil dag")
    assert "01.02.2026 er før henvendelsen ble mottatt (02.02.2026)" in page.text
    page = desk.reader.press(page, "Lagre rettelsen", answered_on="09.02.2026")
    assert "Besvart: 11.02.2026 → 09.02.2026" in page.text
    page = desk.reader.get(f"{desk.path}/correct")
    page = desk.reader.press(page, "Lagre rettelsen", unit="Idrett og fritid")
    assert page.heading == "Henvendelser", "it went out of reach"


def test_a_stream_is_corrected(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/correct")
    desk.reader.press(page, "Lagre rettelsen", stream="internal", reason="Fra en ansatt")
    assert desk.case().stream is Stream.INTERNAL


def test_whoever_and_whatever_a_case_has_stays_on_its_lists(db: Database, desk: Desk) -> None:
    gone = make_account(db, "gro@asker.example", name="Gro Gått", roles=((Role.HANDLER, desk.unit),), disabled=True)
    kind = setup.add_kind(db, by=None, now=NOW, name="Skryt")
    path = f"/cases/{reference_of(db, make_case(db, unit_id=desk.unit, handler_id=gone, kind_id=kind.id))}"
    setup.change_kind(db, by=None, now=NOW, kind_id=kind.id, name="Skryt", in_use=False, law=None)
    assert "Gro Gått" in desk.reader.get(f"{path}/assign").options("handler")
    page = desk.reader.get(f"{path}/correct")
    assert "Skryt" in page.options("kind")
    assert "Ingenting ble endret." in desk.reader.press(page, "Lagre rettelsen").text


def test_a_version_that_is_no_number_is_refused(desk: Desk) -> None:
    page = desk.reader.get(f"{desk.path}/note")
    desk.reader.press(page, "Lagre notat", status=422, note="Et notat", version="tull")
    assert desk.case().version == 1


def test_looking_at_the_pages_of_deeds_changes_nothing(desk: Desk) -> None:
    for deed in ("answer", "assign", "interim-reply", "note", "extend", "hand-over", "correct", "exclude"):
        desk.reader.get(f"{desk.path}/{deed}")
    assert desk.case().version == 1
