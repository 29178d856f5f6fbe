"""Gets letters out: through the municipality's mail server, or, in the demo, onto a page. The only user of Flask-Mail."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr
from typing import Protocol

from flask_mail import BadHeaderError, Mail, Message

from dialogen.domain.letters import LetterState
from dialogen.mail.connection import HardenedConnection, Patience

SERVICE_CLOSES = 421  # RFC 5321 3.8: the server ends the conversation; the letter can go in another
PERMANENT = 500  # SMTP answers from 500 on: trying again will not help (RFC 5321 4.2.1)


@dataclass(frozen=True)
class Envelope:
    """A letter as the post sees it: fixed, with its Message-ID."""

    to_address: str
    message_id: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended: sent or shown; or not, and whether trying again makes sense."""

    state: LetterState | None  # SENT, SHOWN, or None when it was not handed over
    answer: str
    give_up: bool = False


class Carrier(Protocol):
    """One open way to the mail server, for as many letters as there are."""

    def carry(self, envelope: Envelope) -> Delivery:
        """Try to hand over one letter. Never raises for what a mail server or an address can do."""


class Post(Protocol):
    """A way of getting letters out."""

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Open the way for some letters, and close it afterwards."""


class SmtpPost:
    """Sends letters through the municipality's mail server."""

    def __init__(self, mail: Mail, sender: str, *, name: str = "Dialogen", patience: Patience | None = None) -> None:
        """Take Flask-Mail bound to its application, the sender's address, and the name that readers see."""
        self._mail = mail
        self._sender = formataddr((" ".join(name.split()), sender))
        self._patience = patience or Patience()

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Open the connection with the first letter: a server that is away is each letter's own failure.

        When it cannot be opened, the other letters of the round fail at once, without waiting for the server again.
        """
        # The scheduler's jobs run in threads of their own, where no application is present.
        with self._mail.app.app_context():
            carrier = _SmtpCarrier(self._mail, self._sender, self._patience)
            try:
                yield carrier
            finally:
                carrier.close()


class _SmtpCarrier:
    def __init__(self, mail: Mail, sender: str, patience: Patience) -> None:
        self._mail = mail
        self._sender = sender
        self._patience = patience
        self._connection: HardenedConnection | None = None
        self._unreachable: Delivery | None = None

    def carry(self, envelope: Envelope) -> Delivery:
        message = self._message(envelope)
        was_open = self._connection is not None
        delivery = self._try(message)
        if delivery is None and was_open:
            delivery = self._try(message)  # the server had closed the connection since the last letter
        return delivery or Delivery(None, "the mail server closed the connection")

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None

    def _try(self, message: Message) -> Delivery | None:
        """Return how it went; None when the connection was lost before the text was begun, so nothing is in doubt."""
        connection = self._open()
        if connection is None:
            return self._unreachable
        smtp = connection.smtp
        smtp.begin_letter()
        try:
            connection.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            return self._refused(code, answer)
        except smtplib.SMTPDataError as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            # Who we are, or that we may send at all, was refused: the installation's fault, so the letter waits.
            return self._refused(error.smtp_code, error.smtp_error, may_give_up=False)
        except (BadHeaderError, UnicodeError) as error:
            self._lose()
            return Delivery(None, f"the address cannot be used: {type(error).__name__}", give_up=True)
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return Delivery(None, _words(error)) if smtp.text_was_begun else None
        return Delivery(LetterState.SENT, "taken by the mail server")

    def _open(self) -> HardenedConnection | None:
        if self._connection is None and self._unreachable is None:
            connection = HardenedConnection(self._mail, self._patience)
            try:
                connection.__enter__()
            except smtplib.SMTPResponseException as error:
                self._unreachable = Delivery(None, f"{error.smtp_code} {_decoded(error.smtp_error)}")
            except (smtplib.SMTPException, OSError) as error:
                self._unreachable = Delivery(None, _words(error))
            else:
                self._connection = connection
        return self._connection

    def _refused(self, code: int, answer: bytes | str, *, may_give_up: bool = True) -> Delivery | None:
        smtp = self._connection.smtp if self._connection else None
        if code == SERVICE_CLOSES or smtp is None:
            self._lose()
            if smtp is not None and not smtp.text_was_begun:
                return None
        return Delivery(None, f"{code} {_decoded(answer)}", give_up=may_give_up and code >= PERMANENT)

    def _lose(self) -> None:
        if self._connection is not None:
            self._connection.smtp.close()
        self._connection = None

    def _message(self, envelope: Envelope) -> Message:
        message = Message(
            subject=envelope.subject,
            recipients=[envelope.to_address],
            body=envelope.text,
            html=envelope.html,
            sender=self._sender,
            extra_headers={"Auto-Submitted": "auto-generated"},  # RFC 3834: out-of-office replies stay away
        )
        message.msgId = envelope.message_id
        return message


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


class ShowingPost:
    """Shows letters instead of sending them: for the demo, when no mail server was named."""

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Return itself: there is nothing to open."""
        yield self

    def carry(self, envelope: Envelope) -> Delivery:
        """Call the letter shown; the letters' page shows it."""
        return Delivery(LetterState.SHOWN, "shown on the letters' page; no mail server is set")
