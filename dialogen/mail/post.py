"""Sends one letter. The only caller of Flask-Mail, through a connection with a time limit and checked certificates."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from flask_mail import Connection, Mail, Message

from dialogen.domain.letters import LetterState

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT = 20  # for each answer of the mail server; well under the time a claim lasts
SECONDS_TO_CHECK = 5  # for each answer while somebody waits at a terminal
SERVICE_UNAVAILABLE = 421  # the server closes the connection: try again later
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
        """Try to hand over one letter. Never raises for what a mail server can do."""


class Post(Protocol):
    """A way of getting letters out."""

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Open the way for some letters, and close it afterwards."""

    def check_server(self) -> str | None:
        """Open and close the way without a letter; returns what is wrong with it, None when nothing is."""


class _HardenedConnection(Connection):
    """Flask-Mail's connection with what it lacks: a time limit, checked certificates, and a quiet goodbye."""

    def __init__(self, mail: Mail, *, seconds: int = SECONDS_TO_WAIT) -> None:
        super().__init__(mail)
        self._seconds = seconds

    def configure_host(self) -> smtplib.SMTP:
        mail = self.mail
        host: smtplib.SMTP
        if mail.use_ssl:
            context = ssl.create_default_context()
            host = smtplib.SMTP_SSL(mail.server, mail.port, timeout=self._seconds, context=context)
        else:
            host = smtplib.SMTP(mail.server, mail.port, timeout=self._seconds)
        try:
            if mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *_: object) -> None:
        # A letter that was taken must not look lost because the goodbye failed.
        if self.host is not None:
            try:
                self.host.quit()
            except (smtplib.SMTPException, OSError):
                logger.debug("the mail server did not say goodbye")


class SmtpPost:
    """Sends letters through the municipality's mail server."""

    def __init__(self, mail: Mail, sender: str) -> None:
        self._mail = mail
        self._sender = sender

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Open a connection lazily, so that a server that is away is each letter's own failure."""
        carrier = _SmtpCarrier(self._mail, self._sender)
        try:
            yield carrier
        finally:
            carrier.close()

    def check_server(self) -> str | None:
        """Greet the mail server as for a letter, certificate and sign-in included, and take leave again."""
        try:
            with _HardenedConnection(self._mail, seconds=SECONDS_TO_CHECK) as connection:
                assert connection.host is not None, "sending is never suppressed"
                connection.host.ehlo_or_helo_if_needed()
                code, answer = connection.host.noop()
        except (smtplib.SMTPException, OSError) as error:
            return f"{type(error).__name__}: {error}"
        return None if code < PERMANENT else _refused(code, answer).answer


class _SmtpCarrier:
    def __init__(self, mail: Mail, sender: str) -> None:
        self._mail = mail
        self._sender = sender
        self._connection: _HardenedConnection | None = None

    def carry(self, envelope: Envelope) -> Delivery:
        try:
            self._open().send(self._message(envelope))
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._reset()
            return _refused(code, answer)
        except smtplib.SMTPResponseException as error:
            self._lose()
            # A refused sign-in is the installation's fault, not the letter's: keep the letter.
            is_letters_fault = not isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError)
            return _refused(error.smtp_code, error.smtp_error, final=is_letters_fault)
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return Delivery(None, f"{type(error).__name__}: {error}")
        return Delivery(LetterState.SENT, "taken by the mail server")

    def close(self) -> None:
        """Say goodbye, if there was a connection."""
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None

    def _open(self) -> "_HardenedConnection":
        if self._connection is None:
            connection = _HardenedConnection(self._mail)
            connection.__enter__()
            self._connection = connection
        return self._connection

    def _reset(self) -> None:
        host = self._connection.host if self._connection else None
        try:
            if host is not None:
                host.rset()
        except (smtplib.SMTPException, OSError):
            self._lose()

    def _lose(self) -> None:
        if self._connection is not None and self._connection.host is not None:
            self._connection.host.close()
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


def _refused(code: int, answer: bytes | str, *, final: bool = True) -> Delivery:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return Delivery(None, f"{code} {text}", give_up=final and code >= PERMANENT)


class ShowingPost:
    """Shows letters instead of sending them: for the demo, when no mail server was named."""

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Return itself: there is nothing to open."""
        yield self

    def carry(self, envelope: Envelope) -> Delivery:
        """Call the letter shown; the letters' page shows it."""
        return Delivery(LetterState.SHOWN, "shown on the letters' page; no mail server is set")

    def check_server(self) -> str | None:
        """There is no server, and so nothing wrong with it."""
        return None
