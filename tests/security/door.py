"""One route of a door: where it is asked, with what, and by which rule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from tests.factories import TODAY
from tests.security.law import Rule
from tests.security.world import World

DAY = TODAY.isoformat()
RECEIVED = (TODAY - timedelta(days=3)).isoformat()
Path = Callable[[World], str]


class Again(BytesIO):
    """A file that can be sent more than once."""

    def close(self) -> None:
        """Begin anew."""
        self.seek(0)


@dataclass(frozen=True)
class Door:
    """One route and method: where it is asked, what is sent, and what of the case must be so for it to succeed."""

    rule: Rule
    path: str | Path
    send: dict[str, Any] | Callable[[World], dict[str, Any]] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    ends: bool = False  # whether it may end the session that it is asked with

    def address(self, world: World) -> str:
        """Return the path, filled in."""
        return self.path(world) if callable(self.path) else self.path.format(reference=world.reference)

    def sent(self, world: World) -> dict[str, Any]:
        """Return what is sent along."""
        return self.send(world) if callable(self.send) else self.send


def deed(path: str, rule: Rule, sent: dict[str, Any], **case: Any) -> dict[tuple[str, str], Door]:
    """Return the two routes of a page for one deed on a case."""
    address = f"/cases/{{reference}}/{path}"
    endpoint = f"cases.{path.replace('-', '_')}"
    return {
        (endpoint, "GET"): Door(rule, address, case=case),
        (endpoint, "POST"): Door(rule, address, {"version": "1", **sent}, case),
    }
