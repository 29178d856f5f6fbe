"""Flask-Mail's connection with what it lacks: a limit to every wait, checked certificates, and a quiet goodbye."""

import logging
import smtplib
import ssl
import time
from dataclasses import dataclass
from typing import Any

from flask_mail import Connection, Mail

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait for a mail server, in seconds. Even twice over it is less than the time that a claim lasts."""

    for_an_answer: float = 30
    for_a_letter: float = 60  # for all answers from the greeting, or the last letter, until the letter is taken


def shorter(one: Patience, other: Patience) -> Patience:
    """Return the lesser patience of two."""
    return Patience(
        for_an_answer=min(one.for_an_answer, other.for_an_answer),
        for_a_letter=min(one.for_a_letter, other.for_a_letter),
    )


class BoundedSmtp(smtplib.SMTP):
    """An SMTP conversation in which no wait is endless, and which remembers whether the text was begun."""

    def __init__(self, server: str, port: int, *, patience: Patience, **more: Any) -> None:
        self._patience = patience
        self.begin_letter()
        super().__init__(server, port, timeout=patience.for_an_answer, **more)

    def begin_letter(self) -> None:
        """Start the time that one letter may take."""
        self.text_was_begun = False
        self._ends = time.monotonic() + self._patience.for_a_letter

    def getreply(self) -> tuple[int, bytes]:
        """Wait for an answer, as long as there is time left."""
        if self.sock is not None:
            # Never 0, which would mean not to wait but to fail in another way.
            self.sock.settimeout(max(0.001, min(self._patience.for_an_answer, self._ends - time.monotonic())))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the text; from here on a lost connection leaves the letter in doubt."""
        self.text_was_begun = True
        return super().data(msg)


class BoundedSmtpOverTls(BoundedSmtp, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class HardenedConnection(Connection):
    """A connection to the installation's mail server."""

    def __init__(self, mail: Mail, patience: Patience) -> None:
        super().__init__(mail)
        self._patience = patience

    @property
    def smtp(self) -> BoundedSmtp:
        """The conversation; the connection must be open."""
        if not isinstance(self.host, BoundedSmtp):
            raise smtplib.SMTPServerDisconnected("the connection is not open")
        return self.host

    def configure_host(self) -> smtplib.SMTP:
        """Connect, change to TLS and sign in as the settings say; closes the connection when one of them fails."""
        mail, patience = self.mail, self._patience
        if mail.use_ssl:
            host: BoundedSmtp = BoundedSmtpOverTls(
                mail.server, mail.port, patience=patience, context=ssl.create_default_context()
            )
        else:
            host = BoundedSmtp(mail.server, mail.port, patience=patience)
        try:
            if mail.use_tls:
                # Without a context of its own smtplib would take any certificate.
                host.starttls(context=ssl.create_default_context())
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *_: object) -> None:
        """Say goodbye; a letter that was taken must not look lost because the goodbye failed."""
        if self.host is not None:
            try:
                self.host.quit()
            except (smtplib.SMTPException, OSError):
                logger.debug("the mail server did not say goodbye")
                self.host.close()
