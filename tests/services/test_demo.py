"""The demo: a made-up office that shows everything there can be, once, and never among real cases."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from dialogen.calendar import office_calendar
from dialogen.database import job_runs
from dialogen.database.engine import Database
from dialogen.database.models import (
    Account,
    Alert,
    Case,
    CaseEvent,
    CasePersonal,
    EventText,
    Installation,
    Letter,
    OfficeEvent,
    Unit,
)
from dialogen.domain.accounts import PASSWORD_LEAST, Role
from dialogen.domain.alerts import AlertState
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.deadlines import FIRST_RULE, State
from dialogen.domain.errors import Conflict, NotSignedIn, Problem
from dialogen.domain.history import Action, Door
from dialogen.domain.letters import LetterState
from dialogen.domain.texts import text_problem
from dialogen.services import accounts, case_lists, demo, four_eyes, letters, reports, sessions
from dialogen.services.account_views import AccountView
from dialogen.services.demo import Visitor
from dialogen.services.demo_cases import Rules, made_up_cases
from dialogen.services.passwords import Hasher
from tests.factories import CALLER, NOW, TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox
from tests.passes import make_pass

CHEAP = Hasher(memory_kib=8, passes=1)


@pytest.fixture
def visitors(db: Database) -> list[Visitor]:
    """The visitors of a new demo."""
    return demo.open_demo(db, today=TODAY, now=NOW, hasher=CHEAP)


@dataclass(frozen=True)
class Shown:
    """A demo that is only looked at."""

    db: Database
    visitors: list[Visitor]


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """One demo for all tests of what is made up, which is the same on each database."""
    path = tmp_path_factory.mktemp("demo") / "dialogen.sqlite3"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    yield Shown(db, demo.open_demo(db, today=TODAY, now=NOW, hasher=CHEAP))
    db.dispose()


def account_of(db: Database, visitor: Visitor) -> AccountView:
    """Sign a visitor in."""
    secret = sessions.sign_in(db, email=visitor.email, password=visitor.password, now=NOW, caller=CALLER, hasher=CHEAP)
    account = sessions.account_of_session(db, secret=secret, now=NOW)
    assert account is not None
    return account


def count(db: Database, table: type[Case] | type[Account]) -> int:
    """Count the rows of a table."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_visitor_of_each_role_can_sign_in(db: Database, visitors: list[Visitor]) -> None:
    roles = [[role.role for role in account_of(db, visitor).roles] for visitor in visitors]
    assert roles == [[Role.HANDLER], [Role.MANAGER], [Role.STATISTICIAN], [Role.ADMIN]]
    assert all(len(visitor.password) >= PASSWORD_LEAST for visitor in visitors)
    assert len({visitor.password for visitor in visitors}) == len(visitors)


def test_the_year_gives_a_figure_that_can_be(db: Database, visitors: list[Visitor]) -> None:
    figure = reports.yearly_report(db, year=2025, as_of=None, today=TODAY)
    assert 500 < figure.tally.matured < 800
    assert 0.95 < figure.tally.on_time / figure.tally.matured < 0.99
    assert figure.tally.late > 0
    assert reports.yearly_report(db, year=2026, as_of=None, today=TODAY).tally.open_overdue > 0


def test_every_state_can_be_seen_today(shown: Shown) -> None:
    reader = account_of(shown.db, shown.visitors[-1]).standing
    for state in State:
        wanted = CaseFilter(states=frozenset({state}))
        assert case_lists.list_cases(shown.db, wanted=wanted, by=reader, today=TODAY).cases, state


@pytest.mark.parametrize(
    "wanted",
    [
        CaseFilter(without_unit=True),
        CaseFilter(without_handler=True, unit="Vei og vann"),
        CaseFilter(stream=Stream.INTERNAL),
        CaseFilter(handler="saksbehandler@asker.example", states=frozenset({State.OVERDUE})),
        CaseFilter(handler="saksbehandler@asker.example", states=frozenset({State.DUE_TODAY})),
    ],
    ids=str,
)
def test_what_a_list_can_be_filtered_by_is_there(shown: Shown, wanted: CaseFilter) -> None:
    reader = account_of(shown.db, shown.visitors[2]).standing  # the statistician, who sees all units
    assert case_lists.list_cases(shown.db, wanted=wanted, by=reader, today=TODAY).cases


def test_every_reason_for_holding_a_case_outside_occurs(shown: Shown) -> None:
    with shown.db.reading() as session:
        reasons = set(session.scalars(select(Case.exclusion)))
    assert reasons == {None, *ExclusionReason}


def test_an_open_case_past_its_original_date_has_an_extension(shown: Shown) -> None:
    with shown.db.reading() as session:
        found = session.scalars(
            select(Case).where(Case.answered_on.is_(None), Case.due_on < TODAY, Case.extended_to > TODAY)
        ).all()
    assert found


def test_dates_follow_each_other(shown: Shown) -> None:
    with shown.db.reading() as session:
        cases = session.execute(select(*Case.__table__.c)).all()
    for case in cases:
        assert TODAY - timedelta(days=365) < case.received_on <= case.registered_on <= TODAY
        assert case.registered_on - case.received_on <= timedelta(days=1)
        assert case.due_on == case.received_on + timedelta(days=14)
        assert case.answered_on is None or case.registered_on <= case.answered_on <= TODAY
        assert case.created_at <= NOW
        assert case.reference.startswith(f"{case.registered_on.year}-")


def test_references_count_up_within_the_year_of_registration(shown: Shown) -> None:
    with shown.db.reading() as session:
        rows = session.execute(select(Case.reference, Case.created_at).order_by(Case.reference)).all()
        newest = max(reference for reference, _ in rows)
    assert [at for _, at in rows] == sorted(at for _, at in rows)
    assert newest == f"2026-{sum(1 for reference, _ in rows if reference.startswith('2026')):06d}"


def test_a_history_begins_with_registration_and_agrees_with_the_case(shown: Shown) -> None:
    with shown.db.reading() as session:
        cases = {case.id: case for case in session.execute(select(*Case.__table__.c))}
        lines: dict[int, list[Row[Any]]] = {number: [] for number in cases}
        for event in session.execute(select(*CaseEvent.__table__.c).order_by(CaseEvent.id)):
            lines[event.case_id].append(event)
        told = {Action(action) for action in session.scalars(select(CaseEvent.action).distinct())}
        fields = set(session.scalars(select(EventText.field).distinct()))
    for number, events in lines.items():
        case, actions = cases[number], [event.action for event in events]
        assert actions[0] == Action.REGISTERED
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].at == case.created_at
        assert events[-1].at <= NOW
        assert (Action.ANSWERED in actions) == (case.answered_on is not None)
        assert (Action.EXCLUDED in actions) == (case.exclusion is not None)
        assert (Action.EXTENDED in actions) == (case.extended_to is not None)
        assert (Action.ASSIGNED in actions) == (case.handler_id is not None)
        assert case.version == len(events)
        assert {event.door for event in events} == {Door.DEMO}
    assert told >= {Action.REGISTERED, Action.ASSIGNED, Action.ANSWERED, Action.NOTED, Action.INTERIM_REPLY}
    assert fields == {"note", "reason"}


def test_the_log_tells_of_the_units_the_people_and_their_roles(shown: Shown) -> None:
    with shown.db.reading() as session:
        told = Counter(session.scalars(select(OfficeEvent.action)))
        units, people = (session.scalar(select(func.count()).select_from(kind)) for kind in (Unit, Account))
    assert (told["unit_added"], told["account_added"], told["password_set"]) == (units, people, len(shown.visitors))
    assert told["role_given"] >= len(shown.visitors)


def test_nothing_personal_looks_real(shown: Shown) -> None:
    with shown.db.reading() as session:
        people = session.execute(select(*CasePersonal.__table__.c)).all()
    assert len(people) == count(shown.db, Case)
    for person in people:
        assert "(oppdiktet)" in (person.sender_name or "")
        assert person.sender_email is None or person.sender_email.endswith(".example")
        assert person.sender_phone is None
        assert text_problem("text", f"{person.subject} {person.text}", most=1000) is None


def test_every_demo_of_a_day_looks_alike(shown: Shown) -> None:
    rules = Rules([FIRST_RULE], office_calendar({}))
    first, second = (made_up_cases(rules, today=TODAY, now=NOW) for _ in range(2))
    assert first == second
    assert 600 <= len(first) <= 900
    assert count(shown.db, Case) == len(first)


def test_a_proposal_of_the_handler_waits_for_the_manager_and_the_statistician(
    db: Database, visitors: list[Visitor]
) -> None:
    standings = [account_of(db, visitor).standing for visitor in visitors]
    waiting = [four_eyes.list_waiting(db, by=by, today=TODAY, whose=four_eyes.Whose.TO_DECIDE) for by in standings]
    assert [len(page.cases) for page in waiting] == [0, 1, 1, 0]


def test_a_second_opening_adds_nothing_and_gives_fresh_passwords(db: Database, visitors: list[Visitor]) -> None:
    before = count(db, Case), count(db, Account)
    later = NOW + timedelta(days=3)
    again = demo.open_demo(db, today=TODAY + timedelta(days=3), now=later, hasher=CHEAP)
    assert (count(db, Case), count(db, Account)) == before
    assert [visitor.email for visitor in again] == [visitor.email for visitor in visitors]
    assert sessions.sign_in(
        db, email=again[0].email, password=again[0].password, now=later, caller=CALLER, hasher=CHEAP
    )
    with pytest.raises(NotSignedIn):
        sessions.sign_in(
            db, email=visitors[0].email, password=visitors[0].password, now=later, caller=CALLER, hasher=CHEAP
        )


@pytest.mark.parametrize("make", [make_case, make_account, make_unit])
def test_an_installation_that_holds_something_of_its_own_is_no_demo(db: Database, make: object) -> None:
    assert callable(make)
    make(db)
    before = count(db, Case), count(db, Account)
    with pytest.raises(Conflict) as refusal:
        demo.open_demo(db, today=TODAY, now=NOW, hasher=CHEAP)
    assert refusal.value.problem is Problem.NOT_EMPTY
    assert (count(db, Case), count(db, Account)) == before
    with db.reading() as session:
        assert not job_runs.is_demo(session)


def test_a_demo_opened_just_after_midnight_is_not_ahead_of_its_clock(db: Database) -> None:
    just_after = datetime(2026, 2, 10, 23, 5, tzinfo=UTC)  # 00:05 in Oslo
    demo.open_demo(db, today=TODAY, now=just_after, hasher=CHEAP)
    with db.reading() as session:
        assert session.scalar(select(func.max(CaseEvent.at))) == just_after
        assert session.scalars(select(Installation.first_started_at)).one() == just_after


def test_accounts_without_a_visitor_cannot_sign_in(db: Database, visitors: list[Visitor]) -> None:
    names = {visitor.email for visitor in visitors}
    others = [account for account in accounts.list_accounts(db) if account.email not in names]
    assert others
    assert not any(account.has_password for account in others)


def test_a_pass_shows_its_letters_and_sends_none(db: Database, visitors: list[Visitor]) -> None:
    with Mailbox() as mailbox:
        result = make_pass(db, letters.post_for(db, mailbox.post(), mail_server_named=False))
    assert result.raised > 10
    assert not mailbox.letters
    with db.reading() as session:
        assert set(session.scalars(select(Letter.state))) == {LetterState.SHOWN}
        assert session.scalars(select(Alert.id).where(Alert.state == AlertState.UNADDRESSED)).first() is None
    for visitor in visitors[:2]:
        assert letters.letters_for(db, by=account_of(db, visitor).standing)


def test_a_demo_with_a_mail_server_of_its_own_sends(db: Database, visitors: list[Visitor]) -> None:
    with Mailbox() as mailbox:
        post = letters.post_for(db, mailbox.post(), mail_server_named=True)
        assert make_pass(db, post).sent == len(mailbox.letters) > 0
