"""How long what is kept (norway.md 3.3): types of data, their rules, and the day from which a case's are due.

The case itself, for the statistic, is kept; docs/decisions/0012-retention.md has the reasons.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialogen.domain.attachments import FIELD
from dialogen.domain.errors import InvalidInput, Problem

MONTHS = range(1, 1201)


class Keepsake(StrEnum):
    """A type of data with a retention time of its own."""

    SENDER = "sender"  # name, e-mail address and phone of who wrote, and earlier values of them
    CONTENT = "content"  # subject and text, earlier values of them, and attached files with their names
    NOTES = "notes"  # notes and free-text reasons
    ACCESS_LOG = "access_log"


#: The types that lie with a case, in the order in which a list names them.
OF_A_CASE = (Keepsake.SENDER, Keepsake.CONTENT, Keepsake.NOTES)
SENDER_FIELDS = frozenset({"sender_name", "sender_email", "sender_phone"})
CONTENT_FIELDS = frozenset({"subject", "text"})
CONTENT_TEXTS = CONTENT_FIELDS | {FIELD}  # what of the history's texts goes with them


def keepsake_of(field: str) -> Keepsake:
    """Return the type that a personal field, or a free text of the history, falls under."""
    if field in SENDER_FIELDS:
        return Keepsake.SENDER
    return Keepsake.CONTENT if field in CONTENT_TEXTS else Keepsake.NOTES


class ItemOutcome(StrEnum):
    """What became of one thing on a list when it was run. All but the first mean that nothing was erased."""

    DISPOSED = "disposed"
    GONE = "gone"  # nothing was left of it
    NOT_CLOSED = "not_closed"  # the case is open again
    PENDING = "pending"  # a change waits for a second person
    NOT_DUE = "not_due"  # a longer rule, another kind or a later step


@dataclass(frozen=True)
class KeptCase:
    """What the rules need to know of a case.

    `last_step_on` is the local day of the latest line of its history after registration, disposal left out.
    """

    answered_on: date | None
    is_excluded: bool
    registered_on: date
    last_step_on: date | None
    has_pending: bool
    kind_id: int | None

    @property
    def closed_on(self) -> date | None:
        """The day from which its retention times run: the latest of answer and last step; None while it is open.

        A case that came in excluded was excluded when it was registered. One that came in answered was closed on the
        day of the answer, however late it was imported.
        """
        if self.answered_on is None and not self.is_excluded:
            return None
        days = (self.answered_on, self.last_step_on, self.registered_on if self.is_excluded else None)
        return max(day for day in days if day is not None)


@dataclass(frozen=True)
class RetentionRules:
    """How many months each type is kept: for one kind (its number), and for all others (None)."""

    months: Mapping[tuple[Keepsake, int | None], int]

    def months_for(self, keepsake: Keepsake, kind_id: int | None) -> int | None:
        """Return the months that hold for a type in a kind of case; None: there is no rule, it is kept."""
        general = self.months.get((keepsake, None))
        return general if kind_id is None else self.months.get((keepsake, kind_id), general)

    def due_on(self, keepsake: Keepsake, case: KeptCase) -> date | None:
        """Return the first day on which a case's data of a type are to be disposed of; None while it is open."""
        months, closed_on = self.months_for(keepsake, case.kind_id), case.closed_on
        return None if months is None or closed_on is None else months_after(closed_on, months)

    def judge(self, keepsake: Keepsake, case: KeptCase, *, left: int, today: date) -> ItemOutcome:
        """Say what becomes today of a case's data of a type, of which so many values are left."""
        if not left:
            return ItemOutcome.GONE
        if case.closed_on is None:
            return ItemOutcome.NOT_CLOSED
        if case.has_pending:
            return ItemOutcome.PENDING
        due_on = self.due_on(keepsake, case)
        return ItemOutcome.NOT_DUE if due_on is None or due_on > today else ItemOutcome.DISPOSED

    def access_log_until(self, today: date) -> date | None:
        """Return the last day whose entries in the access log are due today; None when there is no rule.

        The log goes by whole months: a list that waits for its approvals is not another one every morning.
        """
        months = self.months_for(Keepsake.ACCESS_LOG, None)
        if months is None:
            return None
        last = last_day_due(months, today)
        return last if last.day == monthrange(last.year, last.month)[1] else last.replace(day=1) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the month's last day where it is shorter (domstolloven § 148)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day_due(months: int, today: date) -> date:
    """Return the latest day from which so many months have passed today."""
    years, month = divmod(today.month - 1 - months, 12)
    year, month = today.year + years, month + 1
    # A day of a longer month may reach the same day as the last of this one: 31 January and 28 February.
    last = monthrange(year, month)[1]
    is_months_end = today.day == monthrange(today.year, today.month)[1]
    return date(year, month, last if is_months_end else min(today.day, last))


def check_rule(keepsake: Keepsake, *, kind_id: int | None, months: int) -> None:
    """Refuse a number of months that is none, and a rule by kind for what no case has."""
    if months not in MONTHS:
        raise InvalidInput.of("months", Problem.RETENTION_MONTHS, value=months, least=MONTHS[0], most=MONTHS[-1])
    if keepsake is Keepsake.ACCESS_LOG and kind_id is not None:
        raise InvalidInput.of("kind", Problem.RETENTION_NOT_BY_KIND)
