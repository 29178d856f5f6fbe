"""People known elsewhere (OpenID Connect): who they are, and the table by which their app roles give roles here."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogen.domain.accounts import Role

EVERYWHERE = "*"
SUBJECT_MOST = 255  # OpenID Connect Core 1.0, section 2
ISSUER_MOST = 500


@dataclass(frozen=True)
class Identity:
    """Who somebody is elsewhere. Neither part alone says it, and an e-mail address never does."""

    issuer: str
    subject: str


@dataclass(frozen=True)
class Asked:
    """The secrets of one attempt to sign in elsewhere: what the answer must bring back (state, and nonce in the token),
    and what proves to the service that the answer is ours to take (the verifier of PKCE, RFC 7636)."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class OutsidePerson:
    """Somebody who has just signed in elsewhere, and what was said of them there."""

    identity: Identity
    name: str | None
    email: str | None
    app_roles: frozenset[str]


@dataclass(frozen=True)
class Grant:
    """One line of the table: who has the app role gets the role in a unit by name, in all (`*`), or in none (None)."""

    app_role: str
    role: Role
    where: str | None

    @property
    def unit_name(self) -> str | None:
        """The name of the one unit it holds in, if it does."""
        return None if self.where == EVERYWHERE else self.where


def read_table(text: str) -> tuple[Grant, ...]:
    """Read a table such as `Dialogen.Admin=admin; Dialogen.Leder.Skole=manager:Skole`; raises ValueError.

    Entries stand between semicolons or on lines of their own; an app role that gives several roles stands several times.
    """
    entries = [entry.strip() for line in text.splitlines() for entry in line.split(";")]
    pairs = []
    for entry in filter(None, entries):
        app_role, sign, given = entry.partition("=")
        if not sign:
            raise ValueError(f"has the entry {entry!r}; write APP-ROLE=role, APP-ROLE=role:Unit or APP-ROLE=role:*")
        pairs.append((app_role, given))
    return table_of(pairs)


def table_of(pairs: Iterable[tuple[str, str]]) -> tuple[Grant, ...]:
    """Return the table of app roles and what each gives, as `role`, `role:Unit` or `role:*`; raises ValueError."""
    grants = tuple(dict.fromkeys(_grant(app_role.strip(), given.strip()) for app_role, given in pairs))
    if not grants:
        raise ValueError("is empty; nobody could sign in")
    return grants


def _grant(app_role: str, given: str) -> Grant:
    word, sign, where = (part.strip() for part in given.partition(":"))
    if not app_role:
        raise ValueError(f"has an entry without an app role, for {given!r}")
    if word not in set(Role):
        raise ValueError(f"gives {app_role} the role {word!r}; it must be one of: {', '.join(Role)}")
    if sign and not where:
        raise ValueError(
            f"gives {app_role} the role {word} in no unit that is named; write a unit or * after the colon"
        )
    return Grant(app_role, Role(word), where or None)


def granted(table: Iterable[Grant], app_roles: frozenset[str]) -> list[Grant]:
    """Return what a person's app roles give. They are compared letter by letter: what is not in the table gives nothing."""
    return [grant for grant in table if grant.app_role in app_roles]
