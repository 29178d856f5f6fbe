"""Opens the demo: an empty database is filled with a made-up office, and its visitors are told how to sign in."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import accounts as account_rows
from dialogen.database import demo as demo_rows
from dialogen.database import job_runs, rules, setup
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import accounts, office_log, proposals
from dialogen.services.demo_cases import KARI, Rules, made_up_cases
from dialogen.services.demo_office import EXCLUSION_NOTE, PEOPLE, UNITS, VISITORS, Person
from dialogen.services.passwords import STANDARD, Hasher

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

CONSONANTS, VOWELS = "bdfghjklmnprstv", "aeiouy"  # on every keyboard
SYLLABLES, SYLLABLES_A_WORD = 10, 2  # 65 random bits, and still something that can be typed


@dataclass(frozen=True)
class Visitor:
    """An account to visit the demo with, and the password it has until the next start."""

    email: str
    password: str
    what: str


def open_demo(db: "Database", *, today: date, now: datetime, hasher: Hasher = STANDARD) -> list[Visitor]:
    """Fill an empty database with a year of made-up cases, and give an account of each role a fresh password.

    A database that is a demo already gets no more cases. Raises Conflict for one that holds anything of its own.
    """
    visitors = [Visitor(email, _passphrase(), what) for email, what in VISITORS.items()]
    hashes = {visitor.email: hasher.hash(visitor.password) for visitor in visitors}
    with db.writing() as session:
        if not job_runs.is_demo(session):
            _fill(session, today, now)
        for visitor in visitors:
            account = accounts.get_by_address(session, visitor.email)
            accounts.replace_password(session, account, hashes[visitor.email], now=now)
            _tell(session, OfficeAction.PASSWORD_SET, Subject.ACCOUNT, account.id, (), now)
    return visitors


def _passphrase() -> str:
    syllables = [secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(SYLLABLES)]
    return "-".join("".join(syllables[n : n + SYLLABLES_A_WORD]) for n in range(0, SYLLABLES, SYLLABLES_A_WORD))


def _fill(session: "Session", today: date, now: datetime) -> None:
    if demo_rows.holds_anything(session):
        raise Conflict(Problem.NOT_EMPTY)
    job_runs.note_first_start(session, now)
    job_runs.mark_demo(session)
    units = {name: _added_unit(session, name, email, now) for name, email in UNITS.items()}
    for person in PEOPLE:
        _add_person(session, person, units, now)
    office = calendar.office_calendar(rules.closed_days(session))
    made_up = made_up_cases(Rules(rules.deadline_rules(session), office), today=today, now=now)
    demo_rows.add_cases(session, made_up)
    _let_one_wait(session, today, now)


def _let_one_wait(session: "Session", today: date, now: datetime) -> None:
    """Let the visiting handler have proposed something that the visiting manager or statistician can decide on."""
    case = demo_rows.overdue_case_of(session, KARI, today=today)
    assert case.handler_id is not None, "it was looked for by its handler"
    proposals.propose(
        session,
        case,
        action=Action.EXCLUDED,
        changes=[Change("exclusion", None, ExclusionReason.DUPLICATE.value)],
        reason=EXCLUSION_NOTE,
        author=Author(case.handler_id, Door.DEMO),
        proposed_by=case.handler_id,
        now=now,
    )


def _added_unit(session: "Session", name: str, email: str | None, now: datetime) -> int:
    unit = setup.add_unit(session, name=name, email=email)
    assert unit is not None, "an empty database has room for every unit"
    added = [Change("name", None, name)] + ([Change("email", None, None)] if email else [])
    _tell(session, OfficeAction.UNIT_ADDED, Subject.UNIT, unit.id, added, now)
    return unit.id


def _add_person(session: "Session", person: Person, units: dict[str, int], now: datetime) -> None:
    account = account_rows.add_account(session, email=person.email, name=person.name, now=now)
    assert account is not None, "an empty database has room for every address"
    added = [Change("email", None, None), Change("name", None, None)]
    _tell(session, OfficeAction.ACCOUNT_ADDED, Subject.ACCOUNT, account.id, added, now)
    for where in person.where:
        unit_id = units.get(where)
        scope = where if unit_id is None else str(unit_id)
        account_rows.add_membership(session, account.id, role=person.role, scope=scope, unit_id=unit_id)
        given = [Change("role", None, person.role.value), Change("where", None, scope)]
        _tell(session, OfficeAction.ROLE_GIVEN, Subject.ACCOUNT, account.id, given, now)


def _tell(
    session: "Session", action: OfficeAction, subject: Subject, number: int, changes: Iterable[Change], now: datetime
) -> None:
    author = Author(None, Door.DEMO)
    office_log.tell(session, at=now, action=action, author=author, subject=subject, subject_id=number, changes=changes)
