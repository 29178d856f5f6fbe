"""Four eyes in the pages: told when a change waits, shown to who can decide, decided with both names told."""

from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.services import cases
from tests.factories import TODAY, make_account, make_case, make_unit, standing
from tests.services.desk import deed
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader

LONG_AGO = TODAY - timedelta(days=20)  # 2026-01-22, due 2026-02-05


class Desk:
    """A handler and a manager of one unit, and a case that has missed its deadline."""

    def __init__(self, db: Database, signed_in: SignIn) -> None:
        self.db = db
        self.unit = make_unit(db, "Kommunalteknikk")
        self.handler: Reader = signed_in((Role.HANDLER, self.unit), name="Kari Saksen")
        self.manager: Reader = signed_in((Role.MANAGER, self.unit), name="Lise Leder")
        self.case_id = make_case(db, unit_id=self.unit, received_on=LONG_AGO, subject="Mørk gangvei")
        self.path = f"/cases/{reference_of(db, self.case_id)}"

    def case(self) -> Case:
        """The case as it is stored now."""
        with self.db.reading() as session:
            case = session.get_one(Case, self.case_id)
            session.expunge(case)
            return case

    def propose(self, reader: Reader | None = None) -> Page:
        """Propose to hold the case outside."""
        reader = reader or self.handler
        page = reader.get(f"{self.path}/exclude")
        return reader.press(page, "Hold utenfor statistikken", reason="spam", note="Reklame for tak")


@pytest.fixture
def desk(db: Database, signed_in: SignIn) -> Desk:
    """People at work."""
    return Desk(db, signed_in)


def test_an_exclusion_after_the_deadline_says_that_it_waits_and_for_whom(desk: Desk) -> None:
    page = desk.propose()
    told = "Endringen venter på at en annen person godkjenner den: en leder i Kommunalteknikk eller en statistiker."
    assert told in page.text
    assert "Resten er lagret" not in page.text
    assert desk.case().exclusion is None
    assert "Venter på godkjenning Kari Saksen foreslo 11.02.2026 kl. 06.30 å holde henvendelsen utenfor" in page.text
    assert "Holdes utenfor: søppelpost" in page.text
    assert "Begrunnelse: Reklame for tak" in page.text
    assert "▲ Over fristen" in page.text
    assert "Foreslått endring 11.02.2026" in page.text


def test_a_correction_is_partly_saved_and_partly_waits(desk: Desk) -> None:
    page = desk.manager.get(f"{desk.path}/correct")
    page = desk.manager.press(
        page, "Lagre rettelsen", received_on="05.02.2026", channel="phone", reason="Feil dato på brevet"
    )
    assert "Til da teller henvendelsen som før. Resten er lagret." in page.text
    assert "Mottatt: 22.01.2026 → 05.02.2026" in page.text
    assert "Fristen blir da: 05.02.2026 → 19.02.2026" in page.text
    assert "Lise Leder foreslo 11.02.2026 kl. 06.30 å rette opplysninger" in page.text
    assert (desk.case().received_on, desk.case().channel.value) == (LONG_AGO, "phone")


def test_the_manager_is_shown_what_waits_and_approves_it(desk: Desk) -> None:
    desk.propose()
    page = desk.manager.get("/cases")
    assert "… En endring venter på godkjenning" in page.text
    page = desk.manager.get(page.links()["Til godkjenning (1)"])
    assert "Kari Saksen 11.02.2026 kl. 06.30" in page.text
    page = desk.manager.get(page.links()[reference_of(desk.db, desk.case_id)])
    assert page.heading.startswith("Endring som venter på godkjenning")
    page = desk.manager.press(page, "Godkjenn")
    assert "Endringen er godkjent og gjelder fra nå." in page.text
    assert "– Holdes utenfor Årsak: søppelpost." in page.text
    assert "Godkjent 11.02.2026 kl. 06.30, Lise Leder" in page.text
    assert "Til godkjenning (0)" in page.links()
    assert desk.case().exclusion is ExclusionReason.SPAM


def test_the_page_of_the_case_has_the_same_buttons_by_right(desk: Desk, signed_in: SignIn) -> None:
    desk.propose()
    colleague = signed_in((Role.HANDLER, desk.unit)).get(desk.path)
    assert "Venter på godkjenning" in colleague.text
    for page, buttons in (
        (desk.handler.get(desk.path), {"Trekk forslaget"}),
        (desk.manager.get(desk.path), {"Godkjenn"}),
        (colleague, set()),
    ):
        shown = {"".join(each.itertext()) for each in page.all("button")}
        assert shown & {"Godkjenn", "Trekk forslaget"} == buttons
        assert ("Avslå med begrunnelse" in page.links()) is ("Godkjenn" in buttons)
        assert "Hold utenfor statistikken" not in page.links(), "one proposal at a time"
    page = desk.manager.press(desk.manager.get(desk.path), "Godkjenn")
    assert "– Holdes utenfor" in page.text


def test_a_refusal_is_given_with_a_reason(desk: Desk) -> None:
    desk.propose()
    page = desk.manager.get(f"{desk.path}/pending")
    page = desk.manager.press(page, "Avslå", status=422)
    assert "Begrunnelse for avslaget: Må fylles ut." in page.text
    page = desk.manager.press(page, "Avslå", reason="Det er et ekte spørsmål")
    assert "Endringen er avslått. Henvendelsen er som før." in page.text
    assert "Avslått 11.02.2026 kl. 06.30, Lise Leder" in page.text
    assert "Begrunnelse: Det er et ekte spørsmål" in page.text
    assert desk.case().exclusion is None


def test_who_proposed_finds_it_and_takes_it_back(desk: Desk) -> None:
    desk.propose()
    page = desk.handler.get("/cases")
    assert "Til godkjenning (0)" not in page.text, "a handler approves nothing"
    page = desk.handler.get(page.links()["Dine forslag som venter på godkjenning"])
    assert "Venter på deg" not in page.text
    page = desk.handler.get(page.links()[reference_of(desk.db, desk.case_id)])
    page = desk.handler.press(page, "Trekk forslaget")
    assert "Forslaget er trukket. Henvendelsen er som før." in page.text
    assert "Ingen av dine forslag venter" in desk.handler.get("/cases/pending").text


def test_who_proposed_is_not_asked_to_approve(desk: Desk) -> None:
    page = desk.propose(desk.manager)
    assert "Til godkjenning (0)" in page.links()
    page = desk.manager.get("/cases/pending")
    assert "Ingenting venter på deg." in page.text
    page = desk.manager.get(f"{desk.path}/pending")
    answer = desk.manager.client.post(
        f"{desk.path}/pending/approve",
        data={"csrf_token": page.value("csrf_token"), "pending": page.value("pending")},
    )
    assert answer.status_code == 403
    assert "Du foreslo denne endringen selv." in answer.text
    assert desk.case().exclusion is None


def test_a_statistician_without_a_unit_approves_without_seeing_anything_personal(desk: Desk, signed_in: SignIn) -> None:
    page = desk.manager.get(f"{desk.path}/correct")
    desk.manager.press(page, "Lagre rettelsen", stream="internal", reason="Ola Nordmann er ansatt")
    counter = signed_in((Role.STATISTICIAN, "-"), name="Tore Tall")
    page = counter.get("/cases/pending")
    assert "Mørk gangvei" not in page.text
    page = counter.get(page.links()[reference_of(desk.db, desk.case_id)])
    assert "Type: Ekstern → Intern" in page.text
    assert "Ola Nordmann" not in page.text
    assert "Begrunnelsen vises ikke for din rolle." in page.text
    page = counter.press(page, "Godkjenn")
    assert page.heading == "Til godkjenning"
    assert desk.case().stream is Stream.INTERNAL


def test_who_decides_too_late_is_told(desk: Desk, signed_in: SignIn) -> None:
    desk.propose()
    late = signed_in((Role.MANAGER, desk.unit))
    page = late.get(f"{desk.path}/pending")
    desk.manager.press(desk.manager.get(f"{desk.path}/pending"), "Avslå", reason="Nei")
    assert "Noen kan ha rukket å avgjøre den." in late.press(page, "Godkjenn", status=409).text
    desk.propose()
    assert "Nå venter en annen endring enn den du så." in late.press(page, "Godkjenn", status=409).text
    assert desk.case().exclusion is None


def test_what_no_longer_fits_is_told_on_the_page_of_the_decision(desk: Desk) -> None:
    page = desk.handler.get(f"{desk.path}/correct")
    desk.handler.press(page, "Lagre rettelsen", received_on="10.02.2026", reason="Feil dato")
    by = standing(make_account(desk.db), (Role.MANAGER, desk.unit))
    cases.answer_case(
        desk.db,
        reference=reference_of(desk.db, desk.case_id),
        answered_on=TODAY - timedelta(days=3),
        deed=deed(by),
    )
    page = desk.manager.press(desk.manager.get(f"{desk.path}/pending"), "Godkjenn", status=409)
    assert "10.02.2026 er etter at henvendelsen ble besvart (08.02.2026)." in page.text
    assert "Avslå forslaget" in page.text


def test_another_change_of_what_waits_is_refused_and_keeps_what_was_written(desk: Desk) -> None:
    before = desk.manager.get(f"{desk.path}/exclude")
    desk.propose()
    page = desk.manager.get(f"{desk.path}/correct")
    page = desk.manager.press(page, "Lagre rettelsen", status=409, stream="internal", reason="Fra en ansatt")
    assert (
        "En endring av henvendelsen venter på godkjenning. Den må godkjennes, avslås eller trekkes først." in page.text
    )
    assert page.value("reason") == "Fra en ansatt"
    page = desk.manager.press(before, "Hold utenfor statistikken", status=409, reason="test", note="Prøve")
    assert page.value("note") == "Prøve"


def test_who_may_not_know_what_is_proposed_is_not_told(db: Database, desk: Desk, signed_in: SignIn) -> None:
    desk.propose()
    admin = signed_in((Role.ADMIN, "*"))
    assert "venter på godkjenning" not in admin.get("/cases").text
    assert "Venter på godkjenning" not in admin.get(desk.path).text
    admin.get(f"{desk.path}/pending", status=403)
    assert desk.path not in admin.get("/cases/pending").text
    stranger = signed_in((Role.MANAGER, make_unit(db)))
    assert "Til godkjenning (0)" in stranger.get("/cases").links()
    stranger.get(f"{desk.path}/pending", status=404)


def test_nothing_waits_where_nothing_was_proposed(desk: Desk) -> None:
    page = desk.manager.get(f"{desk.path}/pending", status=409)
    assert "Ingen endring av henvendelsen venter på godkjenning." in page.text
    assert "Lenken til denne siden av listen" in desk.manager.get("/cases/pending?cursor=x", status=400).text


def test_what_waits_is_listed_a_page_at_a_time(desk: Desk) -> None:
    by = standing(make_account(desk.db), (Role.MANAGER, desk.unit))
    for _ in range(51):
        reference = reference_of(desk.db, make_case(desk.db, unit_id=desk.unit, received_on=LONG_AGO))
        cases.exclude_case(desk.db, reference=reference, reason=ExclusionReason.TEST, note=None, deed=deed(by))
    page = desk.manager.get("/cases/pending")
    assert "Til godkjenning (51)" in page.links()
    page = desk.manager.get(page.links()["Neste side"])
    assert reference in page.links()
    assert "Neste side" not in page.links()
