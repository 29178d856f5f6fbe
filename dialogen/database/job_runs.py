"""The trace of jobs: which run is done, which was cut short, and when the last good pass ended."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.models import Installation, JobRun

DEADLINE_PASS = "deadline_pass"
LONGEST_PASS = timedelta(hours=1)  # a pass that has not ended by then is taken for dead


def find_run(session: Session, *, job: str, slot: str) -> JobRun | None:
    """Return the run of a slot, locked, or None."""
    return session.scalars(select(JobRun).where(JobRun.job == job, JobRun.slot == slot).with_for_update()).one_or_none()


def start_run(
    session: Session,
    *,
    job: str,
    slot: str,
    worker: str,
    for_day: date,
    present_day: bool,
    now: datetime,
    epoch: int | None = None,
) -> int | None:
    """Begin a run; returns its number, or None when another began the same slot first."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {
        "job": job,
        "slot": slot,
        "worker": worker,
        "epoch": epoch,
        "for_day": for_day,
        "present_day": present_day,
        "started_at": now,
        **dict.fromkeys(("seen", "raised", "sent", "dropped", "failed"), 0),
    }
    insert = dialect.insert(JobRun).values(values).on_conflict_do_nothing().returning(JobRun.id)
    return session.execute(insert).scalar_one_or_none()


def get_run(session: Session, run_id: int) -> JobRun:
    """Return a run by its number, locked."""
    return session.get_one(JobRun, run_id, with_for_update=True)


def is_made(slot: str) -> ColumnElement[bool]:
    """Return the condition that the deadline pass of a slot is made."""
    return (
        select(JobRun.id)
        .where(JobRun.job == DEADLINE_PASS, JobRun.slot == slot)
        .where(JobRun.finished_at.is_not(None), JobRun.failure.is_(None))
        .exists()
    )


def last_good_pass(session: Session) -> datetime | None:
    """Return when the last deadline pass of a present day was completed, or None."""
    return session.scalars(newest_good_pass()).one_or_none()


def newest_good_pass() -> "Select[datetime | None]":
    """Return the query of when the last deadline pass of a present day was completed."""
    return (
        select(JobRun.finished_at)
        .where(
            JobRun.job == DEADLINE_PASS,
            JobRun.present_day,
            JobRun.finished_at.is_not(None),
            JobRun.failure.is_(None),
        )
        .order_by(JobRun.finished_at.desc())
        .limit(1)
    )


def last_day_passed(session: Session) -> date | None:
    """Return the last day for which a pass was completed while it was the present one, or None."""
    return session.scalar(
        select(func.max(JobRun.for_day)).where(
            JobRun.job == DEADLINE_PASS,
            JobRun.present_day,
            JobRun.finished_at.is_not(None),
            JobRun.failure.is_(None),
        )
    )


def first_started_at(session: Session) -> datetime | None:
    """Return when this installation was first started, or None before that."""
    return session.scalars(select(Installation.first_started_at)).one_or_none()


def pass_times(session: Session) -> tuple[datetime | None, datetime | None]:
    """Return when the last deadline pass was completed and when this installation was first started: one query."""
    started = select(Installation.first_started_at).scalar_subquery()
    last, first = session.execute(select(newest_good_pass().scalar_subquery(), started)).one()
    return last, first


def note_first_start(session: Session, now: datetime) -> None:
    """Remember the first start of this installation; later ones change nothing."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {"id": 1, "first_started_at": now, "is_demo": False}
    session.execute(dialect.insert(Installation).values(values).on_conflict_do_nothing())


def is_demo(session: Session) -> bool:
    """Say whether the installation was filled with made-up cases."""
    return bool(session.scalars(select(Installation.is_demo)).one_or_none())


def mark_demo(session: Session) -> None:
    """Remember that the cases are made up."""
    session.get_one(Installation, 1).is_demo = True
