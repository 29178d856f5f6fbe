"""Gets letters out: through the municipality's mail server, or, in the demo, onto a page. The only user of Flask-Mail."""

import smtplib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from typing import Protocol

from flask_mail import Mail

from dialogen.domain.letters import LetterState
from dialogen.mail.connection import HardenedConnection, Patience, shorter
from dialogen.mail.message import Envelope, LetterMessage

SERVICE_CLOSES = 421  # RFC 5321 3.8: the server ends the conversation; the letter can go in another
WHILE_SOMEBODY_WAITS = Patience(for_an_answer=5, for_a_letter=10)
PERMANENT = 500  # SMTP answers from 500 on: trying again will not help (RFC 5321 4.2.1)


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended: sent or shown; or not, and whether trying again makes sense."""

    state: LetterState | None  # SENT, SHOWN, or None when it was not handed over
    answer: str
    is_refusal: bool = False
    was_cut_off: bool = False  # the connection was lost before the text was begun: nothing is in doubt


class Carrier(Protocol):
    """One open way to the mail server, for as many letters as there are."""

    def carry(self, envelope: Envelope) -> Delivery:
        """Try to hand over one letter. Never raises for what a mail server or an address can do."""


class Post(Protocol):
    """A way of getting letters out."""

    def round(self, *, in_a_hurry: bool = False) -> AbstractContextManager[Carrier]:
        """Open the way for some letters, and close it afterwards; in a hurry when somebody waits for it."""

    def check_server(self) -> str | None:
        """Open and close the way without a letter; returns what is wrong with it, None when nothing is."""


class SmtpPost:
    """Sends letters through the municipality's mail server."""

    def __init__(self, mail: Mail, sender: str, *, name: str = "Dialogen", patience: Patience | None = None) -> None:
        """Take Flask-Mail bound to its application, the sender's address, and the name that readers see."""
        if mail.app is None:
            raise ValueError("Flask-Mail must be bound to an application")
        self._app = mail.app
        self._mail = mail
        self._sender = Address(" ".join(name.split()), addr_spec=sender)
        self._patience = patience or Patience()

    @contextmanager
    def round(self, *, in_a_hurry: bool = False) -> Iterator[Carrier]:
        """Open the connection with the first letter: a server that is away is each letter's own failure.

        When it cannot be opened, the other letters of the round fail at once, without waiting for the server again.
        """
        # The scheduler's jobs run in threads of their own, where no application is present.
        with self._app.app_context():
            patience = shorter(self._patience, WHILE_SOMEBODY_WAITS) if in_a_hurry else self._patience
            carrier = _SmtpCarrier(self._mail, self._sender, patience)
            try:
                yield carrier
            finally:
                carrier.close()

    def check_server(self) -> str | None:
        """Greet the mail server as for a letter, certificate and sign-in included, and take leave again."""
        try:
            with HardenedConnection(self._mail, WHILE_SOMEBODY_WAITS) as connection:
                code, answer = connection.smtp.noop()
        except (smtplib.SMTPException, OSError) as error:
            return _words(error)
        return None if code < PERMANENT else f"{code} {_decoded(answer)}"


class _SmtpCarrier:
    def __init__(self, mail: Mail, sender: Address, patience: Patience) -> None:
        self._mail = mail
        self._sender = sender
        self._patience = patience
        self._connection: HardenedConnection | None = None
        self._unreachable: Delivery | None = None

    def carry(self, envelope: Envelope) -> Delivery:
        try:
            message = LetterMessage(envelope, self._sender)
        except (ValueError, MessageError, IndexError) as error:
            return Delivery(None, f"the letter cannot be addressed: {type(error).__name__}", is_refusal=True)
        was_open = self._connection is not None
        delivery = self._try(message)
        if was_open and delivery.was_cut_off:
            # The server had closed the connection since the last letter, and has nothing of this one.
            delivery = self._try(message)
        return delivery

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None

    def _try(self, message: LetterMessage) -> Delivery:
        connection = self._open()
        if connection is None:
            return self._unreachable or Delivery(None, "the mail server was not reached")
        try:
            connection.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            return self._refused(connection, *next(iter(error.recipients.values())))
        except smtplib.SMTPDataError as error:
            return self._refused(connection, error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            # Who we are, or that we may send at all, was refused: the installation's fault, so the letter waits.
            return self._refused(connection, error.smtp_code, error.smtp_error, may_be_letters_fault=False)
        except (smtplib.SMTPException, OSError) as error:
            self._lose(connection)
            return Delivery(None, _words(error), was_cut_off=not connection.smtp.text_was_begun)
        return Delivery(LetterState.SENT, "taken by the mail server")

    def _open(self) -> HardenedConnection | None:
        if self._connection is not None:
            self._connection.smtp.begin_letter()
        elif self._unreachable is None:
            connection = HardenedConnection(self._mail, self._patience)
            try:
                connection.__enter__()
            except (smtplib.SMTPException, OSError) as error:
                self._unreachable = Delivery(None, _words(error))
            else:
                self._connection = connection
        return self._connection

    def _refused(
        self, connection: HardenedConnection, code: int, answer: bytes | str, *, may_be_letters_fault: bool = True
    ) -> Delivery:
        if code == SERVICE_CLOSES:
            self._lose(connection)
        return Delivery(
            None,
            f"{code} {_decoded(answer)}",
            is_refusal=may_be_letters_fault and code >= PERMANENT,
            was_cut_off=code == SERVICE_CLOSES and not connection.smtp.text_was_begun,
        )

    def _lose(self, connection: HardenedConnection) -> None:
        connection.smtp.close()
        self._connection = None


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


class ShowingPost:
    """Shows letters instead of sending them: for the demo, when no mail server was named."""

    @contextmanager
    def round(self, *, in_a_hurry: bool = False) -> Iterator[Carrier]:
        """Return itself: there is nothing to open."""
        yield self

    def carry(self, envelope: Envelope) -> Delivery:
        """Call the letter shown; the letters' page shows it."""
        return Delivery(LetterState.SHOWN, "shown on the letters' page; no mail server is set")

    def check_server(self) -> str | None:
        """There is no server, and so nothing wrong with it."""
        return None
