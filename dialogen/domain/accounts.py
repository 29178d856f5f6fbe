"""Who may see and do what (domain.md 7). One function decides, for every door and every query: `reach`."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dialogen.domain.errors import InvalidInput, NotAllowed, Problem

PASSWORD_LEAST = 12  # length over composition rules (NIST SP 800-63B; OWASP ASVS)
PASSWORD_MOST = 1000


class Role(StrEnum):
    """What an account does in a unit, or in all of them."""

    HANDLER = "handler"
    MANAGER = "manager"
    STATISTICIAN = "statistician"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API token may do at most; it may never do more than its account."""

    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    STATS_READ = "stats:read"


class Origin(StrEnum):
    """Who gave an account a role: an administrator here, or the sign-in elsewhere (OIDC)."""

    LOCAL = "local"
    OIDC = "oidc"


class Stage(StrEnum):
    """How far a sign-in has come. Only a full one opens the pages."""

    SECOND_STEP = "second_step"  # the password was right; the code of the second step is awaited
    ENROLMENT = "enrolment"  # a second step is demanded of the account, which has none yet
    FULL = "full"


class Act(StrEnum):
    """What can be asked of a case, or of the statistic, as a question of reach."""

    SEE = "see"
    SEE_DETAILS = "see_details"  # more than reference, unit, dates and handler
    SEE_PERSONAL = "see_personal"
    REGISTER = "register"
    ASSIGN = "assign"
    WORK = "work"  # answer, note, extend, exclude, correct
    APPROVE = "approve"
    BREAK_DOWN = "break_down"
    SEE_BEHIND = "see_behind"  # the cases behind a number
    SET_UP_LETTERS = "set_up_letters"  # templates of letters to senders, and receipts
    SET_UP_ALERTS = "set_up_alerts"  # ladders of alerts, and absences


@dataclass(frozen=True)
class Membership:
    """A role in one unit, in all units (`everywhere`), or in none."""

    role: Role
    unit_id: int | None = None
    everywhere: bool = False


@dataclass(frozen=True)
class Standing:
    """An account as rights see it."""

    account_id: int
    memberships: frozenset[Membership] = frozenset()

    def has_role(self, *roles: Role) -> bool:
        """Say whether the account has one of the roles, wherever."""
        return any(each.role in roles for each in self.memberships)


@lru_cache(maxsize=1024)
def standing_of(account_id: int, memberships: frozenset[Membership]) -> Standing:
    """Return the standing of an account: of equal ones the same, so that asking what it reaches compares nothing."""
    return Standing(account_id, memberships)


@dataclass(frozen=True)
class Reach:
    """The cases within an account's reach for one act. A case is within reach when any of the parts covers it.

    `everything`: all units, and cases without one. `units`: every case of these. `free_everywhere` and
    `free_in_units`: there, the account's own cases and those nobody has. `own`: the cases it is the handler of,
    wherever they are.
    """

    account_id: int
    everything: bool = False
    units: frozenset[int] = frozenset()
    free_everywhere: bool = False
    free_in_units: frozenset[int] = frozenset()
    own: bool = False

    def covers(self, *, unit_id: int | None, handler_id: int | None) -> bool:
        """Say whether a case of this unit and handler is within reach."""
        if self.everything or unit_id in self.units or (self.own and handler_id == self.account_id):
            return True
        return handler_id is None and (self.free_everywhere or unit_id in self.free_in_units)

    @property
    def is_empty(self) -> bool:
        """Whether no case at all can be within reach."""
        return not (self.everything or self.units or self.free_everywhere or self.free_in_units or self.own)

    def all_of_unit(self, unit_id: int | None) -> bool:
        """Say whether every case of the unit (None: without a unit) is within reach."""
        return self.everything or unit_id in self.units


#: Roles to whose holders cases can be given.
HANDLING_ROLES = frozenset({Role.HANDLER, Role.MANAGER})

#: Roles by what they reach: every case of their units, or there only their own and the unassigned ones.
_WHOLE_UNITS: dict[Act, frozenset[Role]] = {
    Act.SEE: frozenset(Role),
    Act.SEE_DETAILS: frozenset({Role.HANDLER, Role.MANAGER, Role.STATISTICIAN}),
    Act.SEE_PERSONAL: frozenset({Role.HANDLER, Role.MANAGER}),
    Act.REGISTER: frozenset({Role.HANDLER, Role.MANAGER}),
    Act.ASSIGN: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.WORK: frozenset({Role.MANAGER}),
    Act.APPROVE: frozenset({Role.MANAGER}),
    Act.BREAK_DOWN: frozenset({Role.HANDLER, Role.MANAGER}),
    Act.SEE_BEHIND: frozenset({Role.MANAGER}),
    Act.SET_UP_LETTERS: frozenset({Role.MANAGER}),
    Act.SET_UP_ALERTS: frozenset({Role.MANAGER}),
}
_OWN_AND_UNASSIGNED = frozenset({Act.ASSIGN, Act.WORK})  # for handlers
_OWN_WHEREVER = frozenset({Act.SEE, Act.SEE_DETAILS, Act.SEE_PERSONAL, Act.ASSIGN, Act.WORK, Act.SEE_BEHIND})
#: Roles whose reach for an act does not depend on units (the table's plain "all").
_EVERYTHING: dict[Act, frozenset[Role]] = {
    Act.APPROVE: frozenset({Role.STATISTICIAN}),
    Act.BREAK_DOWN: frozenset({Role.STATISTICIAN, Role.ADMIN}),
    Act.SEE_BEHIND: frozenset({Role.STATISTICIAN}),
    Act.SET_UP_LETTERS: frozenset({Role.ADMIN}),
    Act.SET_UP_ALERTS: frozenset({Role.ADMIN}),
}


@lru_cache(maxsize=4096)  # asked for every row of a list, of the same few people
def reach(standing: Standing, act: Act) -> Reach:
    """Return the cases that an account reaches for an act: the table of domain.md 7, row by row."""
    whole = [each for each in standing.memberships if each.role in _WHOLE_UNITS[act]]
    free = [each for each in standing.memberships if each.role is Role.HANDLER and act in _OWN_AND_UNASSIGNED]
    handles = can_handle(standing)
    return Reach(
        account_id=standing.account_id,
        everything=any(each.everywhere for each in whole) or standing.has_role(*_EVERYTHING.get(act, frozenset())),
        units=_units(whole),
        free_everywhere=any(each.everywhere for each in free),
        free_in_units=_units(free),
        own=handles and act in _OWN_WHEREVER,
    )


def _units(memberships: Iterable[Membership]) -> frozenset[int]:
    return frozenset(each.unit_id for each in memberships if each.unit_id is not None)


def may_administer(standing: Standing) -> bool:
    """Say whether the account may set up accounts, units, rules and settings."""
    return standing.has_role(Role.ADMIN)


def check_may_administer(standing: Standing) -> None:
    """Refuse everybody but administrators."""
    if not may_administer(standing):
        raise NotAllowed(Problem.NOT_ALLOWED)


def can_handle(standing: Standing) -> bool:
    """Say whether cases can be given to the account: it handles cases somewhere."""
    return standing.has_role(*HANDLING_ROLES)


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long to be one."""
    if len(password) < PASSWORD_LEAST:
        raise InvalidInput.of("password", Problem.PASSWORD_TOO_SHORT, least=PASSWORD_LEAST)
    if len(password) > PASSWORD_MOST:
        raise InvalidInput.of("password", Problem.TOO_LONG, most=PASSWORD_MOST)
