"""Break-glass accounts: those that still sign in with a password when people sign in elsewhere, for when that is away."""

from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import office_log
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.accounts import get_by_address

if TYPE_CHECKING:
    from dialogen.database.engine import Database


def set_break_glass(db: "Database", *, email: str, on: bool, author: Author, now: datetime) -> AccountView:
    """Let an account be one of these, or no longer; raises NotFound. For the command line, whose user owns the
    installation: nobody gives themselves a way past the sign-in elsewhere."""
    with db.writing() as session:
        account = accounts.lock_account(session, get_by_address(session, email).id)
        if account.break_glass != on:
            account.break_glass = on
            office_log.tell(
                session,
                at=now,
                action=OfficeAction.BREAK_GLASS_CHANGED,
                author=author,
                subject=Subject.ACCOUNT,
                subject_id=account.id,
                changes=[Change("break_glass", "off" if on else "on", "on" if on else "off")],
            )
        return view_of(session, account)
