"""Who may come in: accounts, their roles in units, and taking both away again. Accounts are never deleted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, sessions, setup
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role, Standing, check_may_administer
from dialogen.domain.errors import InvalidInput, NotFound, Problem, WrongState
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.texts import required_name
from dialogen.services import office_log
from dialogen.services.account_views import EVERYWHERE, view_of, views_by_name
from dialogen.services.account_views import AccountView as AccountView  # doors know these by this module
from dialogen.services.account_views import RoleView as RoleView
from dialogen.services.addresses import checked_email
from dialogen.services.passwords import STANDARD, Hasher, check_new_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOWHERE = "-"


def add_account(
    db: Database,
    *,
    by: Standing | None,
    email: str,
    name: str | None,
    roles: Iterable[tuple[Role, str | int | None]],
    password: str | None,
    now: datetime,
    place: str = "",
    hasher: Hasher = STANDARD,
) -> tuple[AccountView, bool]:
    """Give a person an account, or add to the one of this address; says also whether it is new.

    A role is given in a unit by name or number, in all (`*`), or in none (None). A new account needs a name; on an
    old one a name or a password that is given replaces the one it had, and a new password ends its sessions and
    one-time links; becoming administrator ends its sessions too. A disabled account stays disabled. `by` is None for
    the command line, whose user owns the installation. `place` is the municipality, which is as easily guessed in a
    password as the person's name.
    """
    _check(by)
    address = checked_email("email", email)
    named = None if name is None else required_name("name", name)
    kept = None
    if password is not None:
        check_new_password(password, about=(named or _present_name(db, address), address, place), year=now.year)
        kept = hasher.hash(password)
    with db.writing() as session:
        account, created, changed = _made_or_found(session, address, named, now)
        given = [(role, where) for role, where in roles if _give(session, account.id, role, where)]
        if any(role is Role.ADMIN for role, _ in given):
            # More may be asked of administrators at sign-in than was when these were opened.
            sessions.end_sessions(session, account.id, now=now)
        if kept is not None:
            replace_password(session, account, kept, now=now)
        view = view_of(session, account)
        teller = _Teller(session, account.id, office_log.administrator(by), now)
        if changed:
            action = OfficeAction.ACCOUNT_ADDED if created else OfficeAction.ACCOUNT_CHANGED
            teller.tell(action, *(Change(field, None, None) for field in changed))
        for role, where in given:
            scope, _ = _scope(session, where)
            teller.tell(OfficeAction.ROLE_GIVEN, Change("role", None, role.value), Change("where", None, scope))
        if kept is not None:
            teller.tell(OfficeAction.PASSWORD_SET)
        return view, created


def disable_account(
    db: Database, *, by: Standing | None, id: int | None = None, email: str | None = None, now: datetime
) -> AccountView:
    """Shut an account out at once: its sessions end, its links and tokens no longer work; its cases stay with it.

    Found by number or address (NotFound). The last administrator stays (WrongState); again is harmless.
    """
    _check(by)
    with db.writing() as session:
        administrators = accounts.lock_administrators(session)
        account = _named(session, id, email)
        # Roles from a sign-in elsewhere may be gone tomorrow: the last administrator made here is the last one.
        if [account.id] in (administrators, accounts.local_administrators(session)):
            raise WrongState(Problem.LAST_ADMINISTRATOR)
        was_enabled = account.disabled_at is None
        account.disabled_at = account.disabled_at or now
        sessions.end_sessions(session, account.id, now=now)
        sessions.spend_links(session, account.id, now=now)
        view = view_of(session, account)
        if was_enabled:
            teller = _Teller(session, account.id, office_log.administrator(by), now)
            teller.tell(OfficeAction.ACCOUNT_DISABLED, Change("disabled", "no", "yes"))
        return view


def enable_account(
    db: Database, *, by: Standing | None, id: int | None = None, email: str | None = None, now: datetime
) -> AccountView:
    """Let a disabled account in again, with the roles and the password it had."""
    _check(by)
    with db.writing() as session:
        account = _named(session, id, email)
        was_disabled = account.disabled_at is not None
        account.disabled_at = None
        view = view_of(session, account)
        if was_disabled:
            teller = _Teller(session, account.id, office_log.administrator(by), now)
            teller.tell(OfficeAction.ACCOUNT_ENABLED, Change("disabled", "yes", "no"))
        return view


def remove_role(
    db: Database, *, by: Standing | None, account_id: int, role: Role, unit: str | int | None, now: datetime
) -> AccountView:
    """Take a role away, named as it was given; raises NotFound, or WrongState for the last administrator's."""
    _check(by)
    with db.writing() as session:
        administrators = accounts.lock_administrators(session)
        made_here = accounts.local_administrators(session)
        account = accounts.lock_account(session, account_id)
        scope, _ = _scope(session, unit)
        row = accounts.find_membership(session, account_id, role=role, scope=scope)
        if row is None:
            raise NotFound(Problem.NO_SUCH, what="role", value=role)
        session.delete(row)
        session.flush()  # whether an administrator is left is asked of the database
        is_last = administrators and not accounts.lock_administrators(session)
        if is_last or (made_here and not accounts.local_administrators(session)):
            raise WrongState(Problem.LAST_ADMINISTRATOR)
        view = view_of(session, account)
        teller = _Teller(session, account.id, office_log.administrator(by), now)
        teller.tell(OfficeAction.ROLE_TAKEN, Change("role", role.value, None), Change("where", scope, None))
        return view


def find_account(db: Database, account_id: int) -> AccountView | None:
    """Return an account, or None."""
    with db.reading() as session:
        account = accounts.find_account(session, account_id)
        return None if account is None else view_of(session, account)


def get_account_by_email(db: Database, email: str) -> AccountView:
    """Return the account of an address, whatever its case; raises NotFound."""
    with db.reading() as session:
        return view_of(session, get_by_address(session, email))


def list_accounts(db: Database) -> list[AccountView]:
    """Return every account, also the disabled ones, by name."""
    with db.reading() as session:
        return views_by_name(*accounts.accounts_with_roles(session))


def handlers_for(db: Database, *, unit_id: int | None) -> list[AccountView]:
    """Return who can be given a case of a unit, by name: its enabled handlers and managers, and those of all units.

    A case without a unit (None) can be given to the latter alone.
    """
    with db.reading() as session:
        found = accounts.handling_accounts(session, unit_id)
        return views_by_name(found, accounts.roles_of(session, [each.id for each in found]))


def find_by_address(session: "Session", email: str) -> Account | None:
    """Return the account of an address as somebody typed it; what is no address is nobody's."""
    try:
        return accounts.find_account_by_email(session, checked_email("email", email))
    except InvalidInput:
        return None


def get_by_address(session: "Session", email: str) -> Account:
    """Return the account of an address as somebody typed it; raises NotFound."""
    account = find_by_address(session, email)
    if account is None:
        raise NotFound(Problem.NO_SUCH, what="account", value=email.strip())
    return account


def replace_password(session: "Session", account: Account, kept: str, *, now: datetime) -> None:
    """Give an account the hash of a new password: whoever came in by the old one, or holds a link, is out."""
    account.password_hash = kept
    sessions.end_sessions(session, account.id, now=now)
    sessions.spend_links(session, account.id, now=now)


def _check(by: Standing | None) -> None:
    if by is not None:
        check_may_administer(by)


def _present_name(db: Database, address: str) -> str:
    with db.reading() as session:
        account = accounts.find_account_by_email(session, address)
        return "" if account is None else account.name


@dataclass(frozen=True)
class _Teller:
    """Tells the office's log what an administrator does to an account."""

    session: "Session"
    account_id: int
    author: Author
    now: datetime

    def tell(self, action: OfficeAction, *changes: Change) -> None:
        """Tell one deed."""
        office_log.tell(
            self.session,
            at=self.now,
            action=action,
            author=self.author,
            subject=Subject.ACCOUNT,
            subject_id=self.account_id,
            changes=changes,
        )


def _made_or_found(
    session: "Session", address: str, name: str | None, now: datetime
) -> tuple[Account, bool, tuple[str, ...]]:
    """Return the account of an address, whether it is new, and which of its fields were changed."""
    account = accounts.find_account_by_email(session, address)
    if account is None:
        new = accounts.add_account(session, email=address, name=required_name("name", name), now=now)
        if new is not None:
            return new, True, ("email", "name")
        account = get_by_address(session, address)  # somebody was quicker
    if name is None or name == account.name:
        return account, False, ()
    account.name = name
    return account, False, ("name",)


def _give(session: "Session", account_id: int, role: Role, where: str | int | None) -> bool:
    scope, unit_id = _scope(session, where)
    return accounts.add_membership(session, account_id, role=role, scope=scope, unit_id=unit_id)


def _scope(session: "Session", where: str | int | None) -> tuple[str, int | None]:
    if where is None:
        return NOWHERE, None
    if where == EVERYWHERE:
        return EVERYWHERE, None
    if isinstance(where, int):
        unit = setup.find_unit(session, where)
    else:
        unit = setup.find_unit_by_name(session, required_name("unit", where))
    if unit is None:
        raise InvalidInput.of("unit", Problem.UNKNOWN_UNIT, value=where)
    return str(unit.id), unit.id


def _named(session: "Session", account_id: int | None, email: str | None) -> Account:
    number = get_by_address(session, email or "").id if account_id is None else account_id
    return accounts.lock_account(session, number)
