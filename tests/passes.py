"""Deadline passes as the tests make them: a worker with a clock to set, and the numbers a pass comes to."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Alert, Case, JobRun, Letter, Unit
from dialogen.domain.languages import Language
from dialogen.mail.post import Post
from dialogen.services import deadline_pass
from dialogen.services.alerts import Raised, morning_of, raise_alerts
from dialogen.services.deadline_pass import PassOrder, PassResult
from dialogen.services.letter_writing import write_letters
from dialogen.services.letters import Stationery
from dialogen.services.worker import Worker
from tests.factories import NOW, TODAY

STATIONERY = Stationery("https://dialogen.asker.example", "Asker kommune", "dialogen@asker.example", Language.BOKMAL)


@dataclass
class Clock:
    """Tells the time it was set to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, pause: timedelta) -> None:
        """Let time go by."""
        self.now += pause


def worker(
    name: str = "desk/1/1",
    *,
    clock: Callable[[], datetime] | None = None,
    gone: Collection[str] = (),
    is_stopping: Callable[[], bool] = lambda: False,
) -> Worker:
    """Return a worker, which knows some others to have ended."""
    return Worker(name, clock or Clock(), lambda other: other in gone, is_stopping)


def make_pass(
    db: Database,
    post: Post,
    *,
    today: date = TODAY,
    by: Worker | None = None,
    send: bool = True,
    present_day: bool = True,
    stationery: Stationery = STATIONERY,
) -> PassResult:
    """Make a pass by hand."""
    order = PassOrder(today, present_day=present_day, send=send)
    return deadline_pass.pass_by_hand(db, post, order=order, stationery=stationery, worker=by or worker())


def raise_on(db: Database, today: date = TODAY) -> Raised:
    """Raise what a day owes, and write nothing."""
    morning = morning_of(db, today)
    return raise_alerts(db, morning, now=NOW)


@dataclass(frozen=True)
class AlertSeen:
    """An alert as stored, in comparable words."""

    to: str
    step: int
    state: str
    late: bool = field(default=False)
    why: str | None = field(default=None)


def alerts(db: Database, case_id: int | None = None) -> list[AlertSeen]:
    """Return the stored alerts, of one case or all, by recipient's name, deadline and step."""
    query = select(Alert).order_by(Alert.case_id, Alert.recipient, Alert.deadline, Alert.step)
    if case_id is not None:
        query = query.where(Alert.case_id == case_id)
    with db.reading() as session:
        emails = {f"account:{each.id}": each.email for each in session.scalars(select(Account))}
        emails |= {f"unit:{each.id}": each.name for each in session.scalars(select(Unit))}
        return [
            AlertSeen(
                emails.get(each.recipient, each.recipient).split("@")[0],
                each.step,
                each.state.value,
                each.comes_late,
                each.drop_reason.value if each.drop_reason else None,
            )
            for each in session.scalars(query)
        ]


def letters(db: Database) -> list[Letter]:
    """Return the stored letters, oldest first."""
    with db.reading() as session:
        found = list(session.scalars(select(Letter).order_by(Letter.id)))
        session.expunge_all()
    return found


def write(db: Database) -> int:
    """Write the letters of the tests' day, and send none."""
    return write_letters(db, morning_of(db, TODAY), STATIONERY, worker())


def states(db: Database) -> list[str]:
    """Return the states of the stored letters, oldest first."""
    return [each.state.value for each in letters(db)]


def runs(db: Database) -> list[JobRun]:
    """Return the traces of passes, oldest first."""
    with db.reading() as session:
        found = list(session.scalars(select(JobRun).order_by(JobRun.id)))
        session.expunge_all()
    return found


def change(db: Database, case_id: int, **fields: object) -> None:
    """Change a case as a deed would, its present deadline with it."""
    with db.writing() as session:
        case = session.get_one(Case, case_id)
        for name, value in fields.items():
            setattr(case, name, value)
        case.deadline = case.extended_to or case.due_on


def reference(db: Database, case_id: int) -> str:
    """Return a case's reference."""
    with db.reading() as session:
        return session.get_one(Case, case_id).reference


@contextmanager
def rows_in_each_transaction(db: Database) -> Iterator[list[int]]:
    """Give a list that fills with the number of rows each transaction changed, of those that changed any."""
    rows, counts = [0], []

    def count(_connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            rows[0] += max(cursor.rowcount, 0)

    def close(_connection: Connection) -> None:
        if rows[0]:
            counts.append(rows[0])
        rows[0] = 0

    event.listen(db.engine, "after_cursor_execute", count)
    event.listen(db.engine, "commit", close)
    try:
        yield counts
    finally:
        event.remove(db.engine, "after_cursor_execute", count)
        event.remove(db.engine, "commit", close)
