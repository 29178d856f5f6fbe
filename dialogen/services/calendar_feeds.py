"""Calendar feeds: addresses at which somebody's calendar fetches deadlines. Issuing, listing and revoking them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import calendar_feeds, setup
from dialogen.database.models import CalendarFeed
from dialogen.domain.accounts import Standing, may_administer
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, Problem
from dialogen.domain.feeds import NAME_MOST, FeedState, may_follow
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.texts import required_name
from dialogen.services import office_log
from dialogen.services.secrets import new_secret, secret_hash

if TYPE_CHECKING:
    from dialogen.database.engine import Database


@dataclass(frozen=True)
class FeedView:
    """A feed as its owner sees it; its secret is not kept anywhere."""

    id: int
    name: str  # which calendar it is for
    unit: str | None  # None: the owner's own cases
    state: FeedState
    created_at: datetime
    last_used_at: datetime | None  # up to ten seconds before the last fetch
    revoked_at: datetime | None


def issue_feed(
    db: "Database", *, by: Standing, name: str, unit_id: int | None, now: datetime, author: Author
) -> tuple[FeedView, str]:
    """Make a feed of the own cases, or of a unit's; returns it and its secret, which cannot be shown again.

    Raises InvalidInput for a name that will not do, and for a unit that is none of those the account handles or manages;
    NotAllowed for the own cases of somebody who can have none.
    """
    named = required_name("name", name, most=NAME_MOST)
    if unit_id is None and not may_follow(by, None):
        raise NotAllowed(Problem.NOT_ALLOWED)
    secret = new_secret()
    with db.writing() as session:
        if unit_id is not None and (not may_follow(by, unit_id) or setup.find_unit(session, unit_id) is None):
            raise InvalidInput.of("unit", Problem.UNKNOWN_UNIT, value=unit_id)
        row = calendar_feeds.add_feed(
            session, by.account_id, unit_id=unit_id, name=named, secret_hash=secret_hash(secret), now=now
        )
        view = _view(*calendar_feeds.get_feed(session, row.id), by)
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.FEED_MADE,
            author=author,
            subject=Subject.FEED,
            subject_id=row.id,
            changes=[Change("account", None, str(by.account_id)), Change("where", None, _where(unit_id))],
        )
        return view, secret


def list_feeds(db: "Database", *, by: Standing) -> list[FeedView]:
    """Return the account's own feeds, the oldest first, also those that no longer work."""
    with db.reading() as session:
        return [_view(feed, unit, by) for feed, unit in calendar_feeds.feeds(session, by.account_id)]


def revoke_feed(db: "Database", *, by: Standing, feed_id: int, now: datetime, author: Author) -> None:
    """Take a feed's force away at once; again is harmless.

    Raises NotFound when there is none, also for another account's unless `by` administers.
    """
    with db.writing() as session:
        row, _ = calendar_feeds.get_feed(session, feed_id)
        if by.account_id != row.account_id and not may_administer(by):
            raise NotFound(Problem.NO_SUCH, what="calendar feed", value=feed_id)
        if row.revoked_at is None:
            row.revoked_at = now
            office_log.tell(
                session,
                at=now,
                action=OfficeAction.FEED_REVOKED,
                author=author,
                subject=Subject.FEED,
                subject_id=row.id,
                changes=[Change("account", str(row.account_id), str(row.account_id))],
            )


def _where(unit_id: int | None) -> str:
    return "-" if unit_id is None else str(unit_id)


def _view(row: CalendarFeed, unit: str | None, owner: Standing) -> FeedView:
    return FeedView(
        id=row.id,
        name=row.name,
        unit=unit,
        state=_state(row, owner),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _state(row: CalendarFeed, owner: Standing) -> FeedState:
    if row.revoked_at is not None:
        return FeedState.REVOKED
    return FeedState.WORKING if may_follow(owner, row.unit_id) else FeedState.ROLE_LOST
