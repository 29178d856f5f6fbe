"""Rules of API tokens: how long one works, what it is worth having scopes for, and how many requests it may make."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dialogen.domain.accounts import Act, Scope, Standing, reach

NAME_MOST = 100
WINDOW = timedelta(minutes=1)  # requests are counted by the minute, which begins with the first of them
NOTED_AGAIN_AFTER = timedelta(seconds=10)  # reading through the API must not always write

_WRITING = (Act.REGISTER, Act.ASSIGN, Act.WORK)


class TokenState(StrEnum):
    """Whether a token works on a day, and if not, why."""

    WORKING = "working"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ACCOUNT_DISABLED = "account_disabled"


def last_day_unless_given(today: date) -> date:
    """Return the last day of a token made today when nobody says which: a year from now."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return today.replace(year=today.year + 1, day=28)  # made on a leap day


def scopes_worth_having(standing: Standing) -> tuple[Scope, ...]:
    """Return the scopes that an account has any use for: a token never does more than its account may."""
    worth = {
        Scope.CASES_READ: not reach(standing, Act.SEE).is_empty,
        Scope.CASES_WRITE: any(not reach(standing, act).is_empty for act in _WRITING),
        Scope.STATS_READ: True,  # the municipality's figure is for everybody
    }
    return tuple(scope for scope in Scope if worth[scope])


@dataclass(frozen=True)
class Allowance:
    """How a token stands in the present minute; `seconds` until it may ask again, or until a new minute begins.

    `limit` 0 stands for no limit.
    """

    limit: int
    used: int
    seconds: int

    @property
    def remaining(self) -> int:
        """How many requests are left."""
        return max(0, self.limit - self.used)


def seconds_to_wait(*, used: int, limit: int, began: datetime, now: datetime) -> int:
    """Return the whole seconds until the minute is over; when more was used than it holds, that many minutes more."""
    over = max(0, used // limit - 1)
    left = began + WINDOW * (1 + over) - now
    return max(1, -(-left // timedelta(seconds=1)))


def brought_over(*, used: int, limit: int, began: datetime, now: datetime) -> int:
    """Return what a later minute begins with: what was used beyond the limit, less a limit a minute since."""
    minutes = (now - began) // WINDOW
    return max(0, used - limit * minutes) if minutes > 0 else 0  # or the clock was put back
