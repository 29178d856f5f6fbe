"""How the installation is: whether it can work, and the counts that a monitor follows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import job_runs, leases, letters, measures, schema
from dialogen.database.leases import LeaseSeen
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.alerts import AlertState
from dialogen.domain.deadlines import State, open_deadlines
from dialogen.domain.letters import LetterState
from dialogen.domain.staleness import is_stale

if TYPE_CHECKING:
    from dialogen.database.engine import Database

__all__ = ["Check", "LeaseSeen", "Measures", "measure", "pass_is_stale", "readiness"]


@dataclass(frozen=True)
class Check:
    """One thing that must be right. `detail` says what is, in words that help nobody to break in."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Measures:
    """Counts of a moment. Open cases by the unit's name (None: without one) and state; the rest of the whole office."""

    open_cases: dict[str | None, dict[State, int]]
    passes: dict[str, int]  # by how they ended
    alerts: dict[AlertState, int]
    letters: dict[LetterState, int]
    letters_to_senders: dict[LetterState, int]
    since_last_pass: timedelta | None
    oldest_waiting: dict[str, timedelta]  # of unfinished letters, to staff and to senders
    lease: LeaseSeen | None


def readiness(db: "Database", *, now: datetime) -> list[Check]:
    """Say whether the database answers, has this version's schema, and was passed over lately. Never raises."""
    try:
        is_current = schema.is_current(db)
    except Exception:  # of whichever kind the driver has: the answer is the same
        return [Check("database", False, "the database does not answer")]
    checks = [Check("database", True, "the database answers")]
    if not is_current:
        return [*checks, Check("schema", False, "the schema is not this version's; run: dialogen db upgrade")]
    return [*checks, Check("schema", True, "the schema is this version's"), _scheduler(db, now)]


def pass_is_stale(db: "Database", *, now: datetime) -> bool:
    """Say whether the deadline pass has been missed for so long that people must be told."""
    with db.reading() as session:
        last, first = job_runs.pass_times(session)
    return is_stale(last_good_pass=last, first_started_at=first, now=now)


def _scheduler(db: "Database", now: datetime) -> Check:
    try:
        stale = pass_is_stale(db, now=now)
    except Exception:
        return Check("scheduler", False, "the database does not answer")
    if stale:
        return Check("scheduler", False, "no deadline pass was completed for 26 hours; is a scheduler running?")
    return Check("scheduler", True, "the deadline pass is made every morning")


def measure(db: "Database", *, reader: Standing, today: date, now: datetime) -> Measures:
    """Count what a monitor follows; cases within the reader's reach for breakdowns alone."""
    with db.reading() as session:
        last = job_runs.last_good_pass(session)
        waiting = dict(zip(("staff", "senders"), measures.oldest_waiting(session), strict=True))
        return Measures(
            open_cases=measures.open_cases_by_unit(session, open_deadlines(today), reach=reach(reader, Act.BREAK_DOWN)),
            passes=measures.passes_by_end(session),
            alerts=measures.alerts_by_state(session),
            letters=letters.count_by_state(session),
            letters_to_senders=measures.letters_to_senders_by_state(session),
            since_last_pass=None if last is None else now - last,
            oldest_waiting={to: now - since for to, since in waiting.items() if since is not None},
            lease=leases.find_lease(session),
        )
