"""Disposal: two approve, a run erases that and nothing else, judged again at the last moment."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from dialogen.database.engine import Database
from dialogen.database.models import (
    AccessEntry,
    Account,
    Case,
    CaseEvent,
    CasePersonal,
    Disposal,
    DisposalApproval,
    DisposalItem,
    MembershipRow,
    OfficeEvent,
    PendingChange,
)
from dialogen.domain.accounts import Role
from dialogen.domain.chains import BEGINNING, canonical, case_digest, stamp
from dialogen.domain.disposal_lists import Assessment, ListState
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from dialogen.domain.history import Author, Door
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.services import disposal_lists, retention
from dialogen.services.disposal_lists import ListView
from tests.factories import NOW, TODAY, make_account, standing
from tests.meanwhile import meanwhile
from tests.shelf import (
    Ear,
    approve,
    count,
    dispose,
    fill,
    make_admin,
    personal_values,
    planned,
    run,
)

OSLO = ZoneInfo("Europe/Oslo")


def view(db: Database, list_id: int) -> ListView:
    by = make_admin(db)
    contents = disposal_lists.show_list(db, by=by, list_id=list_id, after=0, limit=10, zone=OSLO)
    return contents.view


def approved_list(db: Database) -> int:
    made = planned(db)
    approve(db, made.list_id, make_admin(db), make_admin(db))
    return made.list_id


def outcomes(db: Database, list_id: int) -> list[str]:
    with db.reading() as session:
        rows = session.scalars(select(DisposalItem).where(DisposalItem.list_id == list_id).order_by(DisposalItem.id))
        return [row.outcome.value if row.outcome else "waits" for row in rows]


def test_a_list_takes_two_different_administrators(db: Database) -> None:
    fill(db)
    made, one = planned(db), make_admin(db)
    approve(db, made.list_id, one)
    assert view(db, made.list_id).state is ListState.WAITING
    with pytest.raises(Conflict):
        approve(db, made.list_id, one)
    approve(db, made.list_id, make_admin(db))
    there = view(db, made.list_id)
    assert there.state is ListState.APPROVED
    assert [each.assessment for each in there.approvals] == [Assessment.NOTHING_TO_PRESERVE] * 2
    with pytest.raises(WrongState):
        approve(db, made.list_id, make_admin(db))


def test_nobody_else_approves_refuses_or_looks(db: Database) -> None:
    fill(db)
    made = planned(db)
    other = standing(make_account(db, roles=((Role.STATISTICIAN, "*"),)), (Role.STATISTICIAN, "*"))
    author = Author(other.account_id, Door.WEB)
    with pytest.raises(NotAllowed):
        approve(db, made.list_id, other)
    with pytest.raises(NotAllowed):
        disposal_lists.refuse_list(db, by=other, author=author, list_id=made.list_id, reason="Nei", now=NOW)
    with pytest.raises(NotAllowed):
        disposal_lists.show_list(db, by=other, list_id=made.list_id, after=0, limit=10, zone=OSLO)
    with pytest.raises(NotAllowed):
        disposal_lists.list_as_csv(db, by=other, list_id=made.list_id)


@pytest.mark.parametrize("gone", ["disabled", "no administrator"])
def test_an_approval_holds_as_long_as_its_administrator_is_one(db: Database, gone: str) -> None:
    case_id = fill(db)
    made, one, two = planned(db), make_admin(db), make_admin(db)
    approve(db, made.list_id, one, two)
    with db.writing() as session:
        if gone == "disabled":
            session.get_one(Account, one.account_id).disabled_at = NOW
        else:
            session.execute(
                update(MembershipRow).where(MembershipRow.account_id == one.account_id).values(role=Role.HANDLER)
            )
    with pytest.raises(WrongState, match="it is waiting"):
        run(db, made.list_id)
    assert personal_values(db, [case_id])
    approve(db, made.list_id, make_admin(db))
    assert run(db, made.list_id).disposed == 3


@pytest.mark.parametrize("approvals", [0, 1])
def test_nothing_is_disposed_of_without_two(db: Database, approvals: int) -> None:
    case_id = fill(db)
    before = personal_values(db, [case_id])
    made = planned(db)
    approve(db, made.list_id, *(make_admin(db) for _ in range(approvals)))
    with pytest.raises(WrongState, match="list 1 cannot be run: it is waiting" if made.list_id == 1 else "waiting"):
        run(db, made.list_id)
    with pytest.raises(WrongState, match="no list is approved"):
        run(db)
    with pytest.raises(NotFound):
        run(db, 99999)
    assert personal_values(db, [case_id]) == before
    assert count(db, Disposal) == 0


def test_a_refused_list_never_runs(db: Database) -> None:
    case_id = fill(db)
    list_id, admin = approved_list(db), make_admin(db)
    author = Author(admin.account_id, Door.WEB)
    with pytest.raises(InvalidInput):
        disposal_lists.refuse_list(db, by=admin, author=author, list_id=list_id, reason=" ", now=NOW)
    disposal_lists.refuse_list(db, by=admin, author=author, list_id=list_id, reason="Arkivet er ikke klart", now=NOW)
    for refused in (lambda: run(db, list_id), lambda: run(db), lambda: approve(db, list_id, make_admin(db))):
        with pytest.raises(WrongState):
            refused()
    there = view(db, list_id)
    assert (there.state, there.refusal) == (ListState.REFUSED, "Arkivet er ikke klart")
    assert personal_values(db, [case_id])
    assert planned(db).list_id != list_id, "what was refused is due all the same, on a new list"


def test_everything_personal_is_gone_and_nothing_else(db: Database) -> None:
    case_id = fill(db, imported=True)
    other = fill(db, answered_on=TODAY)
    there = personal_values(db, [other])
    with db.reading() as session:
        before = session.execute(select(Case.__table__).where(Case.id == case_id)).mappings().one()
    result = dispose(db)
    assert (result.disposed, result.skipped, result.waiting) == (3, 0, 0)
    assert personal_values(db, [case_id]) == []
    assert personal_values(db, [other]) == there
    with db.reading() as session:
        after = session.execute(select(Case.__table__).where(Case.id == case_id)).mappings().one()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"version", "history_digest"}
        personal = session.get_one(CasePersonal, case_id)
        assert (personal.sender_erased_at, personal.content_erased_at) == (NOW, NOW)


def test_each_type_goes_at_its_own_time(db: Database) -> None:
    case_id = fill(db, answered_on=TODAY - timedelta(days=3 * 366))
    dispose(db)
    assert personal_values(db, [case_id]) == [
        "Det er mørkt i Strøket",
        "En tidligere tekst",
        "Gatelys ute",
        "Ringte ola.hansen@asker.example",
        "Skrev feil",
    ]
    dispose(db, today=TODAY + timedelta(days=3 * 366))
    assert personal_values(db, [case_id]) == []


def test_the_log_and_the_history_tell_what_was_disposed_of_and_no_value(db: Database) -> None:
    case_id = fill(db, imported=True)
    result = dispose(db)
    log = list(disposal_lists.disposals_told(db, list_id=result.list_id))
    assert [(each.keepsake.value, each.erased, each.at) for each in log] == [
        ("sender", 4, NOW),
        ("content", 4, NOW),
        ("notes", 2, NOW),
    ]
    assert [(each.keepsake.value, each.lines, each.erased) for each in disposal_lists.disposal_sums(db)] == [
        ("content", 1, 4),
        ("notes", 1, 2),
        ("sender", 1, 4),
    ]
    with db.reading() as session:
        events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)).all()
        assert (events[-1].action, events[-1].door, events[-1].actor_id) == ("disposed", "command_line", None)
        assert events[-1].changes == [
            {"field": "keepsake", "before": None, "after": each} for each in ("sender", "content", "notes")
        ]
        told = session.scalars(select(OfficeEvent).order_by(OfficeEvent.id)).all()
        assert [each.action for each in told] == [
            "retention_listed",
            "retention_approved",
            "retention_approved",
            "retention_run",
        ]
    assert view(db, result.list_id).state is ListState.DONE


def test_the_history_stays_chained(db: Database) -> None:
    case_id = fill(db)
    dispose(db)
    with db.reading() as session:
        case = session.get_one(Case, case_id)
        digest = BEGINNING
        for each in session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)):
            digest = case_digest(
                digest,
                reference=case.reference,
                at=stamp(each.at),
                action=each.action,
                door=each.door,
                actor_id=each.actor_id,
                changes=canonical(each.changes),
            )
            assert each.digest == digest
        assert case.history_digest == digest


def _reopen(db: Database, case_id: int) -> None:
    with db.writing() as session:
        session.get_one(Case, case_id).answered_on = None


def _wait_for_a_second(db: Database, case_id: int) -> None:
    by = make_account(db)
    with db.writing() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id)).first()
        assert event is not None
        change = {"case_id": case_id, "action": "excluded", "changes": [], "event_id": event.id}
        session.add(PendingChange(**change, proposed_by=by, proposed_at=NOW))


def _lengthen(db: Database, _case_id: int) -> None:
    admin = make_admin(db)
    for keepsake in (Keepsake.SENDER, Keepsake.CONTENT, Keepsake.NOTES):
        author = Author(admin.account_id, Door.WEB)
        retention.set_rule(db, by=admin, author=author, keepsake=keepsake, kind_id=None, months=1200, now=NOW)


def _work_on(db: Database, case_id: int) -> None:
    with db.writing() as session:
        session.add(CaseEvent(case_id=case_id, at=NOW, action="noted", door="web", changes=[]))


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (_reopen, ItemOutcome.NOT_CLOSED),
        (_wait_for_a_second, ItemOutcome.PENDING),
        (_lengthen, ItemOutcome.NOT_DUE),
        (_work_on, ItemOutcome.NOT_DUE),
    ],
)
def test_what_changed_after_the_approval_is_left_alone_and_said(
    db: Database, change: Callable[[Database, int], None], outcome: ItemOutcome
) -> None:
    case_id = fill(db)
    before = personal_values(db, [case_id])
    list_id, ear = approved_list(db), Ear()
    change(db, case_id)
    result = run(db, list_id, ear=ear)
    assert (result.disposed, result.skipped) == (0, 3)
    assert {each for _, _, each in ear.left_alone} == {outcome}
    assert personal_values(db, [case_id]) == before
    assert outcomes(db, list_id) == [outcome.value] * 3
    assert view(db, list_id).state is ListState.DONE


def test_what_two_lists_hold_is_disposed_of_once(db: Database) -> None:
    fill(db)
    first = approved_list(db)
    fill(db)
    second = approved_list(db)
    assert run(db, first).disposed == 3
    result = run(db, second)
    assert (result.disposed, result.outcomes[ItemOutcome.GONE]) == (3, 3)
    assert count(db, Disposal) == 6
    with pytest.raises(WrongState):
        run(db, first)


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_run_goes_through_all_in_batches(db: Database, batch: int) -> None:
    numbers = [fill(db) for _ in range(3)]
    list_id, ear = approved_list(db), Ear()
    assert run(db, list_id, ear=ear, batch=batch).disposed == 9
    assert personal_values(db, numbers) == []
    assert ear.reached[-1] == 9
    assert count(db, Disposal) == 9


def test_a_run_that_is_refused_halfway_stops_there(db: Database) -> None:
    numbers = [fill(db) for _ in range(2)]
    list_id, admin = approved_list(db), make_admin(db)

    class Refusing(Ear):
        def settled(self, list_id: int, number: int) -> None:
            author = Author(admin.account_id, Door.WEB)
            disposal_lists.refuse_list(db, by=admin, author=author, list_id=list_id, reason="Stopp", now=NOW)

    with pytest.raises(WrongState, match="refused"):
        run(db, list_id, ear=Refusing(), batch=3)
    assert personal_values(db, numbers[:1]) == []
    assert personal_values(db, numbers[1:])


def test_what_somebody_is_changing_is_left_for_later(db: Database) -> None:
    if db.is_sqlite:
        return  # one writer at a time: there is nobody to wait for
    busy, free = fill(db), fill(db)
    list_id = approved_list(db)
    result = meanwhile(
        db,
        lambda session: session.scalars(select(Case).where(Case.id == busy).with_for_update()).one(),
        lambda: run(db, list_id),
    )
    assert (result.disposed, result.waiting) == (3, 3)
    assert personal_values(db, [free]) == []
    assert view(db, list_id).state is ListState.APPROVED
    result = run(db, list_id)
    assert (result.disposed, result.waiting) == (3, 0)
    assert view(db, list_id).state is ListState.DONE


def test_a_list_that_was_tampered_with_is_not_run(db: Database) -> None:
    fill(db)
    list_id = approved_list(db)
    young = fill(db, answered_on=TODAY)
    with db.writing() as session:
        session.add(DisposalItem(list_id=list_id, keepsake=Keepsake.SENDER, case_id=young, due_on=TODAY))
    with pytest.raises(Conflict, match="not what was approved"):
        run(db, list_id)
    assert count(db, Disposal) == 0


def test_the_access_log_is_deleted_up_to_the_approved_day_in_batches(db: Database) -> None:
    with db.writing() as session:
        session.add_all(
            AccessEntry(at=NOW - timedelta(days=days), action="opened", door="web", subject="case")
            for days in (1, 200, 370, 400, 401, 402, 403)
        )
    list_id = approved_list(db)
    with db.writing() as session:
        assert session.scalar(select(DisposalItem.due_on)) == TODAY.replace(year=2025, month=1, day=31)
    result = run(db, list_id, batch=2)
    assert (result.disposed, result.skipped) == (1, 0)
    assert count(db, AccessEntry) == 3
    assert [each.erased for each in disposal_lists.disposals_told(db, list_id=list_id)] == [2, 2]
    assert view(db, list_id).state is ListState.DONE


def test_approvals_and_the_log_can_be_added_to_only(db: Database) -> None:
    fill(db)
    dispose(db)
    for table in (DisposalApproval, Disposal):
        for words in (f"DELETE FROM {table.__tablename__}", f"UPDATE {table.__tablename__} SET list_id = list_id"):
            with pytest.raises(DBAPIError), db.writing() as session:
                session.execute(text(words))


def test_sqlite_keeps_nothing_of_it_in_its_files(db: Database) -> None:
    if not db.is_sqlite:
        return  # what PostgreSQL leaves is vacuumed away; docs/retention.md says so
    case_id = fill(db)
    secret = "En setning som ingen annen tekst i basen har " * 200
    with db.writing() as session:
        session.get_one(CasePersonal, case_id).text = secret
    dispose(db)
    path = Path(str(db.engine.url.database))
    for file in (path, path.with_name(f"{path.name}-wal")):
        assert b"ingen annen tekst" not in file.read_bytes()
        assert b"Hansen" not in file.read_bytes()
