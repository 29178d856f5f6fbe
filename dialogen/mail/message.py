"""A letter as it travels: headers and both texts, built so that no value can bring a header of its own."""

from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime

from flask_mail import Message

#: Folding a long quoted name loses its quotes in some versions of Python, and what stood in it becomes an address.
_UNFOLDED = policy.SMTP.clone(max_line_length=998)  # RFC 5322 2.1.1


@dataclass(frozen=True)
class Envelope:
    """A letter as the post sees it: fixed, with its Message-ID."""

    to_address: str
    message_id: str
    subject: str
    text: str
    html: str
    from_name: str | None = None  # instead of the installation's
    reply_to: str | None = None
    #: By RFC 3834, so that out-of-office replies stay away; None: a person wrote it and awaits whatever comes back.
    auto_submitted: str | None = "auto-generated"


class LetterMessage(Message):
    """What Flask-Mail is given to send. Its own messages lose the quotes around a name with a comma or a colon."""

    def __init__(self, envelope: Envelope, sender: Address) -> None:
        """Build the message; raises ValueError or MessageError for an address or subject that cannot stand."""
        to = _ascii_domain(envelope.to_address)
        super().__init__(subject=envelope.subject, recipients=[to], sender=sender.addr_spec)
        self.msgId = envelope.message_id
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = sender if envelope.from_name is None else _named(envelope.from_name, sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = envelope.subject
        message["Date"] = localtime()
        message["Message-ID"] = envelope.message_id
        if envelope.reply_to is not None:
            message["Reply-To"] = Address(addr_spec=_ascii_domain(envelope.reply_to))
        if envelope.auto_submitted is not None:
            message["Auto-Submitted"] = envelope.auto_submitted
        # Not 8bit: a server on the way need not know that extension, and lines may be long.
        message.set_content(envelope.text, cte="quoted-printable")
        message.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
        self._bytes = message.as_bytes(policy=_UNFOLDED)

    def as_bytes(self) -> bytes:
        """Return the letter as it goes over the line."""
        return self._bytes


def is_addressable(address: str) -> bool:
    """Say whether a letter can be addressed so; whether somebody gets it is for the mail servers to say."""
    try:
        Address(addr_spec=_ascii_domain(address))
    except (ValueError, MessageError, IndexError):
        return False
    return bool(address)


def _named(name: str, sender: Address) -> Address:
    return Address(" ".join(name.split()), addr_spec=sender.addr_spec)


def _ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    local.encode("ascii")  # else the servers would have to speak SMTPUTF8, which few do
    return f"{local}{at}{domain.encode('idna').decode('ascii')}"
