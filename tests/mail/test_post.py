"""Letters on their way to a mail server: what one holds, and what is made of each thing a server can do."""

import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from dialogen.domain.letters import CLAIM_LASTS, LetterState
from dialogen.mail.connection import Patience
from dialogen.mail.message import Envelope
from dialogen.mail.post import Delivery, ShowingPost, SmtpPost
from tests.mailbox import HOST, IMPATIENT, SENDER, Mailbox, free_port, post_to

LETTER = Envelope(
    to_address="kari@asker.example",
    message_id="<0123456789abcdef@asker.example>",
    subject="1 henvendelse nærmer seg fristen",
    text="Hei!\n\nDenne henvendelsen må følges opp.\n.\nMed én linje som bare er et punktum.\n",
    html='<!doctype html>\n<html lang="nb"><p>Denne henvendelsen må følges opp.</p></html>\n',
)
ANOTHER = Envelope("ola@asker.example", "<fedcba9876543210@asker.example>", "Nummer to", "To\n", "<p>To</p>\n")


def carried(post: SmtpPost, *envelopes: Envelope) -> list[Delivery]:
    """Send letters in one round."""
    with post.round() as carrier:
        return [carrier.carry(each) for each in envelopes]


def test_a_letter_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    (delivery,) = carried(mailbox.post(), LETTER)
    assert delivery == Delivery(LetterState.SENT, "taken by the mail server")
    (received,) = mailbox.letters
    assert (received.sender, received.recipients) == (SENDER, ["kari@asker.example"])
    message = received.message
    assert message["Subject"] == "1 henvendelse nærmer seg fristen"
    assert message["Message-ID"] == LETTER.message_id
    assert message["From"] == f"Dialogen i Asker kommune <{SENDER}>"
    assert message["To"] == "kari@asker.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None
    assert received.text.replace("\r\n", "\n") == LETTER.text
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().replace("\r\n", "\n") == LETTER.html


def test_a_letter_sent_again_bears_the_same_message_id(mailbox: Mailbox) -> None:
    carried(mailbox.post(), LETTER)
    carried(mailbox.post(), LETTER)
    assert [each.id for each in mailbox.letters] == [LETTER.message_id] * 2


@pytest.mark.parametrize(
    "name", ['Bærum, avdeling "Øst" <x@y>', "Ås kommune", "Nesodden\r\nBcc: all@asker.example", ""]
)
def test_the_senders_name_may_be_any_name(mailbox: Mailbox, name: str) -> None:
    carried(mailbox.post(name=name), LETTER)
    message = mailbox.letters[0].message
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (" ".join(name.split()), SENDER)
    assert message["Bcc"] is None


def test_one_connection_serves_a_whole_round(mailbox: Mailbox) -> None:
    carried(mailbox.post(), LETTER, ANOTHER, LETTER)
    assert mailbox.connections == 1
    assert mailbox.addresses() == ["kari@asker.example", "kari@asker.example", "ola@asker.example"]


def test_a_round_without_letters_disturbs_nobody(mailbox: Mailbox) -> None:
    carried(mailbox.post())
    assert mailbox.connections == 0


@pytest.mark.parametrize(
    ("answer", "is_refusal"), [("451 try later", False), ("450 mailbox busy", False), ("550 no such user", True)]
)
def test_a_refused_recipient_is_given_up_only_for_good(mailbox: Mailbox, answer: str, is_refusal: bool) -> None:
    mailbox.refuse = lambda recipient: answer if recipient.startswith("kari") else None
    deliveries = carried(mailbox.post(), LETTER, ANOTHER)
    assert deliveries[0] == Delivery(None, answer, is_refusal=is_refusal)
    assert deliveries[1].state is LetterState.SENT
    assert mailbox.addresses() == ["ola@asker.example"]


@pytest.mark.parametrize(("answer", "is_refusal"), [("451 try later", False), ("554 looks like spam", True)])
def test_a_refused_text_is_given_up_only_for_good(mailbox: Mailbox, answer: str, is_refusal: bool) -> None:
    mailbox.refuse_text = answer
    assert carried(mailbox.post(), LETTER) == [Delivery(None, answer, is_refusal=is_refusal)]


@pytest.mark.parametrize("answer", ["451 try later", "550 you may not send from here"])
def test_a_refused_sender_is_the_installations_fault_and_the_letter_is_kept(mailbox: Mailbox, answer: str) -> None:
    mailbox.refuse_sender = answer
    assert carried(mailbox.post(), LETTER) == [Delivery(None, answer)]


def test_a_server_that_is_away_fails_each_letter_without_an_error() -> None:
    deliveries = carried(post_to(free_port()), LETTER, ANOTHER)
    assert [(each.state, each.is_refusal) for each in deliveries] == [(None, False)] * 2
    assert "ConnectionRefusedError" in deliveries[0].answer


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left_after_a_while(mailbox: Mailbox, verb: str) -> None:
    mailbox.hang_at = verb
    start = time.monotonic()
    (delivery,) = carried(mailbox.post(patience=IMPATIENT), LETTER)
    assert time.monotonic() - start < 2 * IMPATIENT.for_a_letter
    assert (delivery.state, delivery.is_refusal) == (None, False)
    assert "timed out" in delivery.answer
    assert mailbox.letters == []


def test_all_answers_to_one_letter_together_have_a_limit(mailbox: Mailbox) -> None:
    mailbox.seconds_to_think = 0.3
    (delivery,) = carried(mailbox.post(patience=Patience(for_an_answer=10, for_a_letter=0.2)), LETTER)
    assert delivery.state is None
    assert mailbox.letters == []


def test_the_limits_are_well_under_the_time_that_a_claim_lasts() -> None:
    usual = Patience()
    reused, connecting, handing_over = usual.for_a_letter, 2 * usual.for_an_answer, usual.for_a_letter
    assert reused + connecting + handing_over + usual.for_an_answer < CLAIM_LASTS.total_seconds()


def test_a_letter_in_doubt_is_not_sent_and_not_given_up(mailbox: Mailbox) -> None:
    mailbox.lose_after_text = True
    (delivery,) = carried(mailbox.post(), LETTER)
    assert (delivery.state, delivery.is_refusal, delivery.was_cut_off) == (None, False, False)
    assert len(mailbox.letters) == 1


def test_after_a_letter_in_doubt_the_next_one_gets_a_new_connection(mailbox: Mailbox) -> None:
    mailbox.lose_after_text = True
    with mailbox.post().round() as carrier:
        carrier.carry(LETTER)
        mailbox.lose_after_text = False
        assert carrier.carry(ANOTHER).state is LetterState.SENT
    assert mailbox.connections == 2


def test_a_connection_closed_between_two_letters_is_opened_again(mailbox: Mailbox) -> None:
    mailbox.close_after_letter = True
    with mailbox.post().round() as carrier:
        assert carrier.carry(LETTER).state is LetterState.SENT
        time.sleep(0.2)
        assert carrier.carry(ANOTHER).state is LetterState.SENT
    assert mailbox.addresses() == ["kari@asker.example", "ola@asker.example"]


def test_a_server_that_takes_leave_in_the_middle_is_asked_once_more_in_a_new_connection(mailbox: Mailbox) -> None:
    with mailbox.post().round() as carrier:
        carrier.carry(LETTER)
        mailbox.refuse = lambda recipient: "421 enough for one connection" if mailbox.connections == 1 else None
        assert carrier.carry(ANOTHER).state is LetterState.SENT
    assert mailbox.connections == 2


def test_a_server_that_always_takes_leave_is_not_asked_for_ever(mailbox: Mailbox) -> None:
    mailbox.refuse = lambda recipient: "421 not today"
    deliveries = carried(mailbox.post(), LETTER, ANOTHER)
    assert [(each.state, each.answer, each.is_refusal) for each in deliveries] == [(None, "421 not today", False)] * 2


@pytest.mark.parametrize(
    "address", ["kari@asker.example\r\nBcc: all@asker.example", "kåre@asker.example", "kari@" + "æ" * 70 + ".example"]
)
def test_an_address_that_no_server_could_take_spoils_only_its_own_letter(mailbox: Mailbox, address: str) -> None:
    spoilt = Envelope(address, LETTER.message_id, LETTER.subject, LETTER.text, LETTER.html)
    deliveries = carried(mailbox.post(), spoilt, ANOTHER)
    assert (deliveries[0].state, deliveries[0].is_refusal) == (None, True)
    assert deliveries[1].state is LetterState.SENT
    assert mailbox.addresses() == ["ola@asker.example"]


def test_a_subject_cannot_bring_headers_of_its_own(mailbox: Mailbox) -> None:
    spoilt = Envelope(LETTER.to_address, LETTER.message_id, "Frist\r\nBcc: all@asker.example", "x\n", "<p>x</p>\n")
    assert carried(mailbox.post(), spoilt)[0].is_refusal
    assert mailbox.letters == []


def test_a_letter_is_sent_from_a_thread_of_its_own(mailbox: Mailbox) -> None:
    with ThreadPoolExecutor(1) as pool:
        (delivery,) = pool.submit(carried, mailbox.post(), LETTER).result()
    assert delivery.state is LetterState.SENT


def test_the_right_name_and_password_sign_in(mailbox: Mailbox) -> None:
    (delivery,) = carried(mailbox.post(username="dialogen", password="riktig hest"), LETTER)
    assert delivery.state is LetterState.SENT
    assert mailbox.signed_in == [("dialogen", "riktig hest")]


def test_a_refused_sign_in_keeps_the_letters(mailbox: Mailbox) -> None:
    deliveries = carried(mailbox.post(username="dialogen", password="feil hest"), LETTER, ANOTHER)
    assert [(each.state, each.is_refusal, each.answer[:3]) for each in deliveries] == [(None, False, "535")] * 2
    assert "hest" not in deliveries[0].answer


@pytest.fixture(params=["STARTTLS", "SSL"])
def guarded_mailbox(request: pytest.FixtureRequest) -> Iterator[tuple[Mailbox, dict[str, Any], trustme.CA]]:
    """A mail server that speaks TLS, the settings for it, and the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    at_once = request.param == "SSL"
    settings = {"use_ssl": True} if at_once else {"use_tls": True}
    with Mailbox(tls=context, tls_at_once=at_once) as box:
        yield box, settings, authority


def _trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "authorities.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))  # as an installation would for an authority of its own


def test_a_letter_goes_over_tls_to_a_server_whose_certificate_is_trusted(
    guarded_mailbox: tuple[Mailbox, dict[str, Any], trustme.CA], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, settings, authority = guarded_mailbox
    _trust(authority, tmp_path, monkeypatch)
    assert carried(box.post(**settings), LETTER, ANOTHER)[1].state is LetterState.SENT
    assert box.addresses() == ["kari@asker.example", "ola@asker.example"]
    assert box.post(**settings).check_server() is None


def test_no_letter_goes_to_a_server_whose_certificate_nobody_vouches_for(
    guarded_mailbox: tuple[Mailbox, dict[str, Any], trustme.CA],
) -> None:
    box, settings, _ = guarded_mailbox
    (delivery,) = carried(box.post(**settings), LETTER)
    assert (delivery.state, delivery.is_refusal) == (None, False)
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.answer
    assert box.letters == []
    assert "CERTIFICATE_VERIFY_FAILED" in (box.post(**settings).check_server() or "")


def test_no_letter_goes_in_the_clear_when_tls_was_asked_for(mailbox: Mailbox) -> None:
    (delivery,) = carried(mailbox.post(use_tls=True), LETTER)
    assert (delivery.state, delivery.is_refusal) == (None, False)
    assert "STARTTLS" in delivery.answer
    assert mailbox.letters == []


def test_the_server_can_be_checked_without_a_letter(mailbox: Mailbox) -> None:
    assert mailbox.post().check_server() is None
    assert mailbox.letters == []
    assert "ConnectionRefusedError" in (post_to(free_port()).check_server() or "")


def test_a_mail_server_that_is_not_the_tests_own_cannot_be_reached() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"not its own: 127\.0\.0\.1, port 25"):
        carried(post_to(25), LETTER)


def test_the_demo_shows_its_letters() -> None:
    post = ShowingPost()
    with post.round() as carrier:
        assert carrier.carry(LETTER).state is LetterState.SHOWN
    assert post.check_server() is None
