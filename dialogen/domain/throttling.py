"""How often somebody may try to get in: the limits, as data, and what a client's address counts as."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address


class Kind(StrEnum):
    """What attempts are counted for."""

    ACCOUNT = "account"  # a password tried for one e-mail address, whether or not it has an account
    ADDRESS = "address"  # passwords tried from one client address
    SECOND_STEP = "second_step"  # a code tried for one account
    LINK = "link"  # a one-time link tried from one client address
    RESET = "reset"  # a new password asked for by e-mail, for one e-mail address
    RESET_ADDRESS = "reset_address"  # the same, from one client address


@dataclass(frozen=True)
class Limit:
    """So many attempts within so long, counted from the first one."""

    attempts: int
    within: timedelta


#: OWASP ASVS 5, 6.3.1: guessing is slowed down without an account being shut for good. A whole town hall may share one
#: client address, whose count therefore takes only what failed.
LIMITS = {
    Kind.ACCOUNT: Limit(10, timedelta(minutes=15)),
    Kind.ADDRESS: Limit(100, timedelta(minutes=15)),
    Kind.SECOND_STEP: Limit(5, timedelta(minutes=15)),
    Kind.LINK: Limit(30, timedelta(minutes=15)),
    Kind.RESET: Limit(3, timedelta(hours=1)),
    Kind.RESET_ADDRESS: Limit(30, timedelta(hours=1)),
}
LONGEST = max(limit.within for limit in LIMITS.values())
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
_NETWORK_BITS = 64  # one line's share of IPv6: whoever has one address of it has them all


def wait_after(kind: Kind, *, attempts: int, began_at: datetime, now: datetime) -> timedelta | None:
    """Return how long to wait when so many attempts, the present one with them, are too many; else None."""
    limit = LIMITS[kind]
    ends_at = began_at + limit.within
    return ends_at - now if attempts > limit.attempts and ends_at > now else None


def client_name(address: str | None) -> str:
    """Return what a client address counts as: itself, or of IPv6 the network that belongs to one line.

    Some proxies add the port, which is another for each connection.
    """
    with_port = WITH_PORT.fullmatch(address or "")
    try:
        found = ip_address((with_port[1] or with_port[2] if with_port else address or "").partition("%")[0])
    except ValueError:
        return address or "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> _NETWORK_BITS << _NETWORK_BITS))
