"""When a sender gets a receipt: by the unit's rule, for what came electronically, and never so that two machines write
to each other."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from dialogen.domain.cases import Channel, Stream
from dialogen.domain.persons import email_key

#: Whoever writes in social media is answered there, and whoever phones or comes has met somebody.
ELECTRONIC = frozenset({Channel.WEB, Channel.EMAIL, Channel.API})
#: More receipts to one address than this within a day are no person's inquiries.
MOST_TO_ONE_ADDRESS = 5
WITHIN = timedelta(days=1)

#: The left sides of addresses that no person reads, or that answer by themselves (RFC 2142, RFC 3834).
_NO_PERSON = re.compile(
    r"(no|do[-_.]?not|donot|ikke|ikkje)[-_.]?(reply|respond|svar|svare)|(ikke|ikkje)besvar"
    r"|postmaster|mailer[-_.]?daemon|hostmaster|webmaster|abuse|root|daemon|nobody"
    r"|bounces?|owner-.*|.*-(request|bounces?|owner)|auto[-_.]?(reply|svar|mailer).*"
)


@dataclass(frozen=True)
class ReceiptRule:
    """What a unit has chosen. Without a choice receipts are on."""

    on: bool = True
    internal: bool = False  # whether employees get one too


def owes_receipt(rule: ReceiptRule, *, stream: Stream, channel: Channel) -> bool:
    """Say whether the sender of a case that is registered now is to have a receipt."""
    return rule.on and channel in ELECTRONIC and (stream is Stream.EXTERNAL or rule.internal)


def is_a_persons(address: str, own: Collection[str]) -> bool:
    """Say whether a person may read what is sent to an address: it is none of ours (`own`), and does not say otherwise."""
    key = email_key(address)
    local = key.rpartition("@")[0].partition("+")[0]
    return key not in {email_key(each) for each in own} and not _NO_PERSON.fullmatch(local)
