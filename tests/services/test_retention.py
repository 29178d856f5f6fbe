"""Retention times, and the plan: what is due is frozen as a list that waits for two administrators."""

import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, DisposalItem, DisposalList, Kind, OfficeEvent
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.disposal_lists import ListState
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound
from dialogen.domain.history import Author, Door
from dialogen.domain.retention import Keepsake
from dialogen.services import disposal_lists, retention
from tests.factories import NOW, TODAY, make_account, standing
from tests.many_cases import add_cases
from tests.shelf import LONG_AGO, approve, count, fill, make_admin, plan, planned

Item = tuple[str, int | None, date]


@pytest.fixture
def admin(db: Database) -> Standing:
    return make_admin(db)


def set_months(db: Database, by: Standing, keepsake: Keepsake, months: int, kind_id: int | None = None) -> None:
    author = Author(by.account_id, Door.WEB)
    retention.set_rule(db, by=by, author=author, keepsake=keepsake, kind_id=kind_id, months=months, now=NOW)


def items(db: Database, list_id: int) -> list[Item]:
    with db.reading() as session:
        rows = session.scalars(select(DisposalItem).where(DisposalItem.list_id == list_id).order_by(DisposalItem.id))
        return [(row.keepsake.value, row.case_id, row.due_on) for row in rows]


def a_kind(db: Database) -> int:
    with db.reading() as session:
        return session.scalars(select(Kind.id).order_by(Kind.id)).first() or 0


def look(db: Database, *days_ago: int) -> None:
    with db.writing() as session:
        session.add_all(
            AccessEntry(at=NOW - timedelta(days=each), action="opened", door="web", subject="case") for each in days_ago
        )


def test_an_installation_starts_with_times_that_can_be_defended(db: Database) -> None:
    assert [(rule.keepsake.value, rule.kind, rule.months) for rule in retention.list_rules(db)] == [
        ("sender", None, 24),
        ("content", None, 60),
        ("notes", None, 60),
        ("access_log", None, 12),
    ]


def test_a_time_is_changed_for_all_kinds_and_for_one(db: Database, admin: Standing) -> None:
    set_months(db, admin, Keepsake.SENDER, 36)
    set_months(db, admin, Keepsake.SENDER, 120, a_kind(db))
    set_months(db, admin, Keepsake.SENDER, 121, a_kind(db))
    rules = [rule for rule in retention.list_rules(db) if rule.keepsake is Keepsake.SENDER]
    assert [(rule.kind is None, rule.months) for rule in rules] == [(True, 36), (False, 121)]
    author = Author(admin.account_id, Door.WEB)
    retention.remove_exception(db, by=admin, author=author, rule_id=rules[1].id, now=NOW)
    assert len(retention.list_rules(db)) == 4
    with pytest.raises(NotFound):
        retention.remove_exception(db, by=admin, author=author, rule_id=rules[0].id, now=NOW)


def test_the_offices_log_tells_of_a_new_time_and_not_of_the_same_again(db: Database, admin: Standing) -> None:
    set_months(db, admin, Keepsake.NOTES, 48)
    set_months(db, admin, Keepsake.NOTES, 48)
    with db.reading() as session:
        (told,) = session.scalars(select(OfficeEvent).where(OfficeEvent.action == "retention_changed"))
        assert (told.actor_id, told.changes[-1]) == (
            admin.account_id,
            {"field": "months", "before": "60", "after": "48"},
        )


def test_times_are_set_by_administrators_and_within_reason(db: Database, admin: Standing) -> None:
    handler = standing(make_account(db, roles=((Role.MANAGER, "*"),)), (Role.MANAGER, "*"))
    with pytest.raises(NotAllowed):
        set_months(db, handler, Keepsake.SENDER, 12)
    with pytest.raises(InvalidInput):
        set_months(db, admin, Keepsake.SENDER, 0)
    with pytest.raises(InvalidInput):
        set_months(db, admin, Keepsake.ACCESS_LOG, 6, a_kind(db))
    with pytest.raises(NotFound):
        set_months(db, admin, Keepsake.SENDER, 12, 99999)


def test_what_is_due_is_listed_by_case_and_type(db: Database) -> None:
    first, second = fill(db), fill(db, answered_on=TODAY - timedelta(days=3 * 366))
    made = planned(db)
    due = [(keepsake, case_id) for keepsake, case_id, _ in items(db, made.list_id)]
    assert due == [("sender", first), ("content", first), ("notes", first), ("sender", second)]
    assert made.counts == {Keepsake.SENDER: 2, Keepsake.CONTENT: 1, Keepsake.NOTES: 1}
    assert (made.total, made.for_day, made.is_new) == (4, TODAY, True)


def test_open_cases_young_ones_and_empty_ones_are_not_listed(db: Database) -> None:
    fill(db, answered_on=None)
    fill(db, answered_on=TODAY - timedelta(days=700))
    add_cases(db, [{"received_on": LONG_AGO, "answered_on": LONG_AGO}])
    assert plan(db) is None
    assert count(db, DisposalList) == 0
    assert count(db, DisposalItem) == 0


def test_a_case_is_due_from_its_last_step_on_and_an_excluded_one_too(db: Database) -> None:
    recent = fill(db, told_on=TODAY - timedelta(days=30))
    fill(db, answered_on=None, exclusion=ExclusionReason.SPAM, told_on=TODAY - timedelta(days=30))
    assert plan(db) is None
    excluded = fill(db, answered_on=None, exclusion=ExclusionReason.SPAM)
    assert {case_id for _, case_id, _ in items(db, planned(db).list_id)} == {excluded}
    later = items(db, planned(db, today=TODAY + timedelta(days=24 * 31)).list_id)
    assert recent in {case_id for keepsake, case_id, _ in later if keepsake == "sender"}


def test_a_kind_with_a_longer_time_is_kept_longer(db: Database, admin: Standing) -> None:
    fill(db, kind_id=a_kind(db))
    for keepsake in (Keepsake.SENDER, Keepsake.CONTENT, Keepsake.NOTES):
        set_months(db, admin, keepsake, 120, a_kind(db))
    assert plan(db) is None


def test_the_access_log_is_listed_as_a_whole_up_to_the_end_of_a_month(db: Database) -> None:
    look(db, 1, 366)
    assert plan(db) is None
    look(db, 400)
    assert items(db, planned(db).list_id) == [("access_log", None, date(2025, 1, 31))]


def test_the_same_plan_again_is_the_list_that_waits_and_a_day_later_too(db: Database) -> None:
    fill(db)
    look(db, 500)
    first = planned(db)
    again, later = planned(db), planned(db, today=TODAY + timedelta(days=1))
    assert (again.list_id, again.digest, again.is_new, again.counts) == (
        first.list_id,
        first.digest,
        False,
        first.counts,
    )
    assert later.list_id == first.list_id
    assert (count(db, DisposalList), count(db, DisposalItem)) == (1, 4)


def test_a_new_plan_takes_the_place_of_one_that_waits_but_not_of_an_approved_one(db: Database) -> None:
    one, two = make_admin(db), make_admin(db)
    fill(db)
    first = planned(db)
    approve(db, first.list_id, one)
    fill(db)
    second = planned(db)
    approve(db, second.list_id, one, two)
    fill(db)
    third = planned(db)
    views = disposal_lists.show_lists(db, by=one, before=None, limit=10)
    assert [(view.id, view.state) for view in views] == [
        (third.list_id, ListState.WAITING),
        (second.list_id, ListState.APPROVED),
        (first.list_id, ListState.REPLACED),
    ]
    assert views[2].replaced_by == second.list_id


def test_the_digest_is_that_of_the_csv_file_and_no_personal_value_is_in_it(db: Database, admin: Standing) -> None:
    fill(db)
    look(db, 500)
    made = planned(db)
    text = "".join(disposal_lists.list_as_csv(db, by=admin, list_id=made.list_id))
    assert hashlib.sha256(text.encode()).hexdigest() == made.digest
    assert text.splitlines()[:2] == ["keepsake,reference,due_on", "access_log,,2025-01-31"]
    assert "Hansen" not in text


def test_the_offices_log_tells_of_a_list_without_what_is_on_it(db: Database) -> None:
    fill(db)
    made = planned(db)
    planned(db)
    with db.reading() as session:
        (told,) = session.scalars(select(OfficeEvent).where(OfficeEvent.action == "retention_listed"))
        assert (told.subject_id, told.changes[0]["after"]) == (str(made.list_id), "3")


def test_a_list_that_nobody_finished_is_cleared_away_and_never_shown(db: Database, admin: Standing) -> None:
    case_id = fill(db)
    with db.writing() as session:
        half = DisposalList(for_day=TODAY, made_at=NOW - timedelta(days=1))
        young = DisposalList(for_day=TODAY, made_at=NOW - timedelta(minutes=1))
        session.add_all([half, young])
        session.flush()
        session.add(DisposalItem(list_id=half.id, keepsake=Keepsake.SENDER, case_id=case_id, due_on=TODAY))
        half_id, young_id = half.id, young.id
    with pytest.raises(NotFound):
        disposal_lists.list_as_csv(db, by=admin, list_id=half_id)
    made = planned(db)
    assert [view.id for view in disposal_lists.show_lists(db, by=admin, before=None, limit=10)] == [made.list_id]
    with db.reading() as session:
        assert session.get(DisposalList, half_id) is None
        assert session.get(DisposalList, young_id) is not None
        assert session.scalar(select(func.count()).where(DisposalItem.list_id == half_id)) == 0


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_many_cases_are_gone_through_in_batches(db: Database, batch: int) -> None:
    numbers = [fill(db) for _ in range(5)]
    made = planned(db, batch=batch)
    assert [case_id for _, case_id, _ in items(db, made.list_id)] == [each for each in numbers for _ in range(3)]
    assert planned(db).list_id == made.list_id
    assert count(db, DisposalItem) == 15
