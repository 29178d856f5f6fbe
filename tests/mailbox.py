"""A real mail server on loopback that keeps every letter, and can refuse, be slow, hang or die; and the guard that
lets no letter of the tests go anywhere else."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from flask import Flask
from flask_mail import Mail

from dialogen.mail.connection import Patience
from dialogen.mail.post import SmtpPost

HOST = "127.0.0.1"
SENDER = "dialogen@asker.example"
USUAL = Patience()
IMPATIENT = Patience(for_an_answer=0.5, for_a_letter=2)  # seconds, for servers that never answer
_own_ports: set[int] = set()


@contextmanager
def no_smtp_but_our_own() -> Iterator[None]:
    """Make every SMTP connection of this process fail that does not go to a mailbox of the tests."""
    connect = smtplib.SMTP._get_socket  # type: ignore[attr-defined]

    def guarded(smtp: smtplib.SMTP, host: str, port: int, timeout: float) -> Any:
        if host != HOST or port not in _own_ports:
            pytest.fail(f"a test tried to reach a mail server that is not its own: {host}, port {port}")
        return connect(smtp, host, port, timeout)

    smtplib.SMTP._get_socket = guarded  # type: ignore[attr-defined]
    try:
        yield
    finally:
        smtplib.SMTP._get_socket = connect  # type: ignore[attr-defined]


def free_port() -> int:
    """Return a port on which nobody listens: a mail server that is away."""
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
    _own_ports.add(port)
    return port


@dataclass
class Received:
    """One letter as the server got it."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        message: EmailMessage = message_from_bytes(self.data, policy=policy.default)
        return message

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its plain text."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@dataclass
class Mailbox:
    """A mail server; what it answers can be changed at any time. `with` starts and stops it."""

    port: int = field(default_factory=free_port)
    letters: list[Received] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda recipient: None  # what RCPT TO is answered; None takes it
    refuse_sender: str | None = None
    refuse_text: str | None = None  # what the text is answered instead of being kept
    seconds_to_think: float = 0  # before each recipient is taken
    lose_after_text: bool = False  # keep the letter, and close the connection instead of answering
    close_after_letter: bool = False  # answer, and close the connection a little later
    hang_at: str | None = None  # MAIL, RCPT or DATA: never answer it
    connections: int = 0
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    tls: ssl.SSLContext | None = None  # by STARTTLS, or from the first byte
    tls_at_once: bool = False
    on_text: Callable[[], None] = lambda: None

    def __enter__(self) -> "Mailbox":
        self._controller = _Controller(self)
        self._controller.start()
        self.connections = 0  # the controller has knocked at its own door
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[Received]:
        """Return the letters to an address, in the order of their coming."""
        return [each for each in self.letters if address in each.recipients]

    def addresses(self) -> list[str]:
        """Return whom the letters went to, sorted, each as often as there were letters."""
        return sorted(recipient for each in self.letters for recipient in each.recipients)

    def post(self, *, patience: Patience = USUAL, **settings: Any) -> SmtpPost:
        """Return a post that sends here."""
        return post_to(self.port, patience=patience, **settings)


def post_to(
    port: int,
    *,
    name: str = "Dialogen i Asker kommune",
    sender: str = SENDER,
    patience: Patience = USUAL,
    **settings: Any,
) -> SmtpPost:
    """Return the product's own post for a mail server on loopback; `settings` are Flask-Mail's, without MAIL_."""
    app = Flask(__name__)
    named = {f"MAIL_{key.upper()}": value for key, value in settings.items()}
    app.config.update({"MAIL_SERVER": HOST, "MAIL_PORT": port, "MAIL_DEFAULT_SENDER": sender, **named})
    return SmtpPost(Mail(app), sender, name=name, patience=patience)


class _Controller(Controller):
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        tls_at_once = mailbox.tls if mailbox.tls_at_once else None
        super().__init__(_Handler(mailbox), hostname=HOST, port=mailbox.port, ssl_context=tls_at_once)

    def factory(self) -> SMTP:
        self._mailbox.connections += 1
        return SMTP(
            self.handler,
            hostname="mailbox.asker.example",
            tls_context=None if self._mailbox.tls_at_once else self._mailbox.tls,
            auth_require_tls=False,
            authenticator=self._sign_in,
        )

    def _sign_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> Any:
        name, password = data.login.decode(), data.password.decode()
        self._mailbox.signed_in.append((name, password))
        return AuthResult(success=password == "riktig hest", handled=False)


class _Handler:
    """What aiosmtpd asks at each step."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._perhaps_hang("MAIL")
        if self._mailbox.refuse_sender is not None:
            return self._mailbox.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self._mailbox.seconds_to_think)
        await self._perhaps_hang("RCPT")
        refusal = self._mailbox.refuse(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        await self._perhaps_hang("DATA")
        box = self._mailbox
        if box.refuse_text is not None:
            return box.refuse_text
        assert isinstance(envelope.content, bytes)
        box.letters.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        box.on_text()
        if box.lose_after_text:
            _transport_of(server).abort()
        if box.close_after_letter:
            asyncio.get_running_loop().call_later(0.05, _transport_of(server).close)
        return "250 taken"

    async def _perhaps_hang(self, verb: str) -> None:
        if self._mailbox.hang_at == verb:
            await asyncio.Event().wait()


def _transport_of(server: SMTP) -> asyncio.WriteTransport:
    assert isinstance(server.transport, asyncio.WriteTransport)
    return server.transport
