"""The routes of calendar addresses: one's own list, and what a calendar is answered."""

from dialogen.database.models import CalendarFeed
from dialogen.services.secrets import new_secret, secret_hash
from tests.factories import NOW
from tests.security.door import Door
from tests.security.law import ANONYMOUS, Rule
from tests.security.world import HERE, World

_OWN = "/account/calendars"


def own_feed(world: World, *, unit: str | None = None, **changes: object) -> int:
    """Return the number of a new calendar address of whoever asks."""
    if world.asking is ANONYMOUS:
        return 999999
    values = {"name": world.fresh("Kalender"), "secret_hash": secret_hash(new_secret()), "created_at": NOW, **changes}
    with world.db.writing() as session:
        unit_id = world.units[unit] if unit else None
        feed = CalendarFeed(account_id=world.accounts[world.asking], unit_id=unit_id, **values)
        session.add(feed)
        session.flush()
        return feed.id


def _new_feed(world: World, whose: str) -> dict[str, str]:
    return {"name": "Outlook", "unit": whose, "present": world.everybodys_password()}


def _with_feeds(world: World) -> str:
    """Give whoever asks an address of each kind, one of them withdrawn."""
    own_feed(world)
    own_feed(world, unit=HERE, last_used_at=NOW)
    own_feed(world, revoked_at=NOW)
    return _OWN


FEEDS = [
    ("calendar_feeds.own", "GET", Door(Rule.SIGNED_IN, _with_feeds)),
    ("calendar_feeds.own", "POST", Door(Rule.FOLLOW, _OWN, lambda world: _new_feed(world, "own"))),
    (
        "calendar_feeds.own",
        "POST",
        Door(Rule.FOLLOW_UNIT, _OWN, lambda world: _new_feed(world, str(world.units[HERE]))),
    ),
    ("calendar_feeds.revoke", "POST", Door(Rule.SIGNED_IN, lambda world: f"{_OWN}/{own_feed(world)}/revoke")),
    ("calendar_feeds.fetch", "GET", Door(Rule.OPEN, "/calendar/ukjent.ics")),
]
