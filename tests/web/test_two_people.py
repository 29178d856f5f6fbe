"""Two people with one case on their screens: the later is told what changed, and nothing typed or saved is lost."""

from dialogen.domain.accounts import Role
from dialogen.domain.cases import Channel
from tests.web.pages import Reader
from tests.web.test_case_deeds import Desk, desk

__all__ = ["desk"]
SINCE = "Dette er endret etter at du åpnet siden"


def colleague(desk: Desk) -> Reader:
    """Return another manager of the unit."""
    return desk.signed_in((Role.MANAGER, desk.unit), name="Siv Sen")


def test_the_later_of_two_savers_is_told_and_keeps_what_was_written(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/correct")
    early = desk.reader.get(f"{desk.path}/correct")
    desk.reader.press(early, "Lagre rettelsen", subject="Mørk vei", channel="phone")
    page = late.press(page, "Lagre rettelsen", status=409, subject="Mørk gangvei ved skolen")
    assert "Noen andre endret henvendelsen mens du hadde siden åpen. Ingenting er lagret ennå." in page.text
    assert f"{SINCE} Rettet 11.02.2026 kl. 06.30, Lise Leder, i nettleseren" in page.text
    assert "Kanal: e-post → telefon Emne er endret. Før: «Mørk gangvei»" in page.text
    assert "Lagrer du, blir dette skrevet over: Emne: Mørk vei" in page.text
    assert page.value("subject") == "Mørk gangvei ved skolen"
    assert page.value("channel") == "phone", "what the later one left alone shows what it has become"
    page = late.press(page, "Lagre likevel")
    assert "Mørk gangvei ved skolen" in page.heading
    assert desk.case().channel is Channel.PHONE


def test_what_was_written_can_be_dropped(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/correct")
    desk.reader.press(desk.reader.get(f"{desk.path}/correct"), "Lagre rettelsen", subject="Mørk vei")
    page = late.press(page, "Lagre rettelsen", status=409, subject="Mørk sti")
    assert page.links()["Forkast det du skrev"] == desk.path
    assert "Mørk vei" in late.get(desk.path).heading


def test_corrections_that_do_not_touch_each_other_are_both_kept(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/correct")
    other = desk.reader.get(f"{desk.path}/correct")
    desk.reader.press(other, "Lagre rettelsen", received_on="03.02.2026", reason="Feil dato")
    page = late.press(page, "Lagre rettelsen", sender_name="Ola")
    assert "Rettelsen er lagret." in page.text
    assert "Noen andre endret også henvendelsen imens. Se historikken." in page.text
    assert "Mottatt 03.02.2026" in page.text, "the older page says another day, which is none of its writer's"
    assert "Navn Ola" in page.text


def test_a_note_is_never_in_the_way_and_never_held_up(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/note")
    answer = late.get(f"{desk.path}/answer")
    desk.reader.press(desk.reader.get(f"{desk.path}/note"), "Lagre notat", note="Den første")
    page = late.press(page, "Lagre notat", note="Den andre")
    assert "Den andre" in page.text
    assert "Den første" in page.text
    assert "Henvendelsen er besvart." in late.press(answer, "Lagre svardato").text


def test_what_can_no_longer_be_saved_is_shown_to_be_copied(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/extend")
    desk.reader.press(desk.reader.get(f"{desk.path}/answer"), "Lagre svardato")
    page = late.press(page, "Utsett fristen", status=409, extended_to="01.03.2026", reason="Venter på deler")
    assert f"{SINCE} Besvart 11.02.2026 kl. 06.30, Lise Leder, i nettleseren Besvart: 11.02.2026" in page.text
    assert "kan ikke lagres slik henvendelsen er nå" in page.text
    assert page.value("reason") == "Venter på deler"
    assert not [button for button in page.all("button") if "Lagre likevel" in "".join(button.itertext())]


def test_a_correction_from_before_the_answer_leaves_the_answer_as_it_is(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/correct")
    desk.reader.press(desk.reader.get(f"{desk.path}/answer"), "Lagre svardato")
    page = late.press(page, "Lagre rettelsen", sender_name="Ola")
    assert "Besvart 11.02.2026" in page.text
    assert "Navn Ola" in page.text


def test_two_who_give_the_case_away_meet(desk: Desk) -> None:
    late = colleague(desk)
    page = late.get(f"{desk.path}/assign")
    (mine,) = (option for option in page.options("handler") if option.startswith("Siv Sen"))
    assert mine == "Siv Sen (deg)"
    early = desk.reader.get(f"{desk.path}/assign")
    addresses = [each.get("value", "") for each in early.all("option")]
    lise = next(each for each, text in zip(addresses, early.options("handler"), strict=True) if "Lise" in text)
    siv = next(each for each, text in zip(addresses, early.options("handler"), strict=True) if "Siv" in text)
    desk.reader.press(early, "Lagre fordeling", handler=lise)
    page = late.press(page, "Lagre fordeling", status=409, handler=siv)
    assert f"Saksbehandler: {lise}" in page.text
    assert page.value("handler") == siv
    page = late.press(page, "Lagre likevel")
    assert "Saksbehandler Siv Sen" in page.text
