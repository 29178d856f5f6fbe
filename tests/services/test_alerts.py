"""What a day raises, whom for, and what is looked at again before it is told: on stored cases."""

from datetime import date, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Account, Alert, MembershipRow, Unit
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from dialogen.services import alerts as alert_service
from dialogen.services import case_views
from dialogen.services.alerts import BATCH, ROWS, OpenCounts, Raised, look_again, morning_of
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.many_cases import add_cases
from tests.passes import AlertSeen, alerts, change, raise_on, reference, rows_in_each_transaction

DUE_TODAY = TODAY - timedelta(days=14)  # received then, a case is due today
ONE_DAY = timedelta(days=1)


def disable(db: Database, account_id: int) -> None:
    """Disable an account, as an administrator does."""
    with db.writing() as session:
        session.get_one(Account, account_id).disabled_at = NOW


def look_again_for(db: Database, account_id: int, today: date = TODAY) -> int:
    """Look again at what an account is owed."""
    return look_again(db, morning_of(db, today), f"account:{account_id}")


def test_a_case_due_today_is_owed_to_its_handler_and_to_the_units_managers(
    db: Database, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    assert raise_on(db) == Raised(seen=1, raised=2)
    assert alerts(db) == [
        AlertSeen("kari", -2, "superseded"),
        AlertSeen("kari", 0, "owed"),
        AlertSeen("leder", -2, "superseded"),
        AlertSeen("leder", 0, "owed"),
    ]


def test_of_what_is_passed_over_only_the_newest_is_kept_with_the_number_of_the_others(
    db: Database, unit: int, kari: int
) -> None:
    make_case(db, received_on=DUE_TODAY - 3 * ONE_DAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    with db.reading() as session:
        rows = {each.step: each.others for each in session.query(Alert)}
    assert rows == {1: 0, 0: 2}


def test_a_second_and_a_third_pass_raise_nothing_more(db: Database, unit: int, kari: int, leder: int) -> None:
    for days in (9, 12, 14, 15, 22, 40):
        make_case(db, received_on=TODAY - timedelta(days=days), unit_id=unit, handler_id=kari)
    assert raise_on(db).raised == 11
    before = alerts(db)
    assert [raise_on(db), raise_on(db)] == [Raised(seen=6, raised=0)] * 2
    assert alerts(db) == before


def test_a_case_that_is_far_from_its_deadline_answered_or_excluded_owes_nothing(db: Database, kari: int) -> None:
    make_case(db, received_on=TODAY - 3 * ONE_DAY, handler_id=kari)
    make_case(db, received_on=DUE_TODAY, handler_id=kari, answered_on=TODAY)
    make_case(db, received_on=DUE_TODAY, handler_id=kari, exclusion=ExclusionReason.SPAM)
    assert raise_on(db) == Raised(seen=0, raised=0)
    assert alerts(db) == []


def test_an_extended_case_is_alerted_by_its_present_deadline(db: Database, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY - 9 * ONE_DAY, extended_to=TODAY + 2 * ONE_DAY, handler_id=kari)
    raise_on(db)
    assert [(each.to, each.step) for each in alerts(db, case) if each.state == "owed"] == [("kari", -2)]


def test_a_moved_deadline_arms_the_steps_again(db: Database, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    change(db, case, extended_to=TODAY + 20 * ONE_DAY)
    assert raise_on(db, TODAY + ONE_DAY).raised == 0
    assert raise_on(db, TODAY + 16 * ONE_DAY).raised == 1
    assert raise_on(db, TODAY + 20 * ONE_DAY).raised == 1
    assert [each.step for each in alerts(db, case)] == [-2, 0, -5, -2, 0]


def test_steps_that_fall_on_days_off_are_owed_on_the_working_day_before_and_overdue_ones_after(
    db: Database, kari: int
) -> None:
    saturday = date(2026, 2, 14)
    make_case(db, received_on=saturday - timedelta(days=14), handler_id=kari)
    raised = {}
    for day in range(9, 18):
        raised[day] = raise_on(db, date(2026, 2, day)).raised
    assert {day: count for day, count in raised.items() if count} == {9: 1, 12: 1, 13: 1, 16: 1}


def test_after_three_weeks_of_downtime_there_is_one_alert_for_each_case_and_person(
    db: Database, unit: int, kari: int, leder: int
) -> None:
    case = make_case(db, received_on=DUE_TODAY - timedelta(days=21), unit_id=unit, handler_id=kari)
    assert raise_on(db).raised == 2
    assert alerts(db, case) == [
        AlertSeen("kari", 0, "superseded"),
        AlertSeen("kari", 1, "owed", late=True),
        AlertSeen("leder", 8, "superseded"),
        AlertSeen("leder", 15, "owed", late=True),
    ]


def test_a_case_that_was_registered_late_is_not_called_late(db: Database, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY - timedelta(days=21), registered_on=TODAY - ONE_DAY, handler_id=kari)
    raise_on(db)
    assert AlertSeen("kari", 1, "owed", late=False) in alerts(db)


def test_an_earlier_day_leaves_out_cases_received_after_it(db: Database, kari: int) -> None:
    early = make_case(db, received_on=TODAY - timedelta(days=30), handler_id=kari)
    late = make_case(db, received_on=TODAY - timedelta(days=20), due_on=TODAY - timedelta(days=19), handler_id=kari)
    assert raise_on(db, TODAY - timedelta(days=21)) == Raised(seen=1, raised=1)
    assert alerts(db, early)
    assert alerts(db, late) == []


def test_a_pass_over_many_cases_looks_at_each_once(db: Database, unit: int, leder: int) -> None:
    add_cases(db, ({"received_on": DUE_TODAY - n % 3 * ONE_DAY, "unit_id": unit} for n in range(2 * BATCH + 1)))
    assert raise_on(db) == Raised(seen=2 * BATCH + 1, raised=2 * BATCH + 1)
    assert raise_on(db) == Raised(seen=2 * BATCH + 1, raised=0)


def test_however_many_people_are_told_a_transaction_stays_small(db: Database, unit: int) -> None:
    for _ in range(9):
        make_account(db, roles=((Role.MANAGER, unit),))
    add_cases(db, ({"received_on": DUE_TODAY, "unit_id": unit} for _ in range(BATCH)))
    with rows_in_each_transaction(db) as rows:
        assert raise_on(db).raised == 9 * BATCH
    assert sum(rows) >= 9 * BATCH
    assert max(rows) <= 2 * ROWS


def test_the_open_cases_are_counted_by_how_they_stand_on_the_day(db: Database) -> None:
    for days in (0, 8, 9, 13, 14, 15, 40):
        make_case(db, received_on=TODAY - timedelta(days=days))
    make_case(db, received_on=DUE_TODAY, answered_on=TODAY)
    make_case(db, received_on=TODAY - timedelta(days=40), exclusion=ExclusionReason.TEST)
    assert alert_service.count_open(db, TODAY) == OpenCounts(open=7, nearing=2, due_today=1, overdue=2)
    assert alert_service.count_open(db, DUE_TODAY) == OpenCounts(open=3, nearing=0, due_today=0, overdue=1)


def test_no_cases_are_none(db: Database) -> None:
    assert alert_service.count_open(db, TODAY) == OpenCounts(open=0, nearing=0, due_today=0, overdue=0)
    assert raise_on(db) == Raised(seen=0, raised=0)


def owed_to(db: Database) -> list[str]:
    """Return whom something is owed to, or that it is owed to nobody."""
    return sorted({each.to for each in alerts(db) if each.state in ("owed", "unaddressed")})


def test_who_is_told_goes_up_the_chain_as_people_leave(db: Database, unit: int, kari: int, leder: int) -> None:
    chief = make_account(db, "sjef@asker.example", roles=((Role.MANAGER, "*"),))
    with db.writing() as session:
        session.get_one(Unit, unit).email = "kultur@asker.example"
    admin = make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),))
    told = []
    for leaves in (None, kari, leder, chief):
        if leaves is not None:
            disable(db, leaves)
        told.append(_told_of_a_new_case(db, unit, kari))
    with db.writing() as session:
        session.get_one(Unit, unit).email = None
    told.append(_told_of_a_new_case(db, unit, kari))
    disable(db, admin)
    told.append(_told_of_a_new_case(db, unit, kari))
    assert told == [["kari", "leder"], ["leder"], ["sjef"], ["Kultur"], ["admin"], ["nobody"]]


def _told_of_a_new_case(db: Database, unit: int, handler: int) -> list[str]:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=handler)
    raise_on(db)
    return sorted({each.to for each in alerts(db, case) if each.state in ("owed", "unaddressed")})


def test_a_managers_copy_without_a_manager_stops_at_the_units_address(db: Database, kari: int) -> None:
    unit = make_unit(db, "Plan", email="plan@asker.example")
    make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),))
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    make_case(db, received_on=DUE_TODAY, unit_id=make_unit(db, "Vei"), handler_id=kari)
    raise_on(db)
    assert [(each.to, each.step) for each in alerts(db) if each.state == "owed"] == [
        ("kari", 0),
        ("Plan", 0),
        ("kari", 0),
    ]


def nobody_to_tell(db: Database, case_id: int, today: date = TODAY) -> bool:
    """Say whether the case is marked as one of which nobody is told."""
    reader = standing(0, (Role.MANAGER, "*"))
    return case_views.show_case(db, reference=reference(db, case_id), by=reader, today=today).nobody_to_tell


def test_a_case_of_which_nobody_is_told_is_marked_and_the_alert_filled_in_when_somebody_appears(
    db: Database, unit: int
) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    assert raise_on(db).raised == 1
    assert nobody_to_tell(db, case)
    assert AlertSeen("nobody", 0, "unaddressed") in alerts(db, case)
    make_account(db, "leder@asker.example", roles=((Role.MANAGER, unit),))
    assert raise_on(db).raised == 1
    assert not nobody_to_tell(db, case)
    assert AlertSeen("leder", 0, "owed") in alerts(db, case)
    assert AlertSeen("nobody", 0, "filled_in") in alerts(db, case)


def test_once_an_alert_is_filled_in_later_passes_write_nothing(db: Database, unit: int) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit)
    raise_on(db)
    make_account(db, roles=((Role.MANAGER, unit),))
    raise_on(db)
    with rows_in_each_transaction(db) as rows:
        raise_on(db)
    assert rows == []


def test_when_whoever_appeared_is_gone_again_the_case_is_marked_again(db: Database, unit: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    raise_on(db)
    leder = make_account(db, roles=((Role.MANAGER, unit),))
    raise_on(db)
    disable(db, leder)
    assert raise_on(db).raised == 1
    assert nobody_to_tell(db, case)


def test_the_mark_goes_with_the_answer(db: Database, unit: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    raise_on(db)
    change(db, case, answered_on=TODAY)
    assert not nobody_to_tell(db, case)


def test_nobody_is_reminded_step_by_step_and_all_is_filled_in_at_once(db: Database, unit: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    for day in range(3):
        raise_on(db, TODAY + day * ONE_DAY)
    assert [(each.step, each.state) for each in alerts(db, case)] == [
        (-2, "superseded"),
        (0, "unaddressed"),
        (1, "unaddressed"),
    ]
    make_account(db, "leder@asker.example", roles=((Role.MANAGER, unit),))
    raise_on(db, TODAY + 3 * ONE_DAY)
    assert [(each.to, each.step, each.late) for each in alerts(db, case) if each.state == "owed"] == [
        ("leder", 1, True)
    ]
    assert not any(each.state == "unaddressed" for each in alerts(db, case))


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        pytest.param({"answered_on": TODAY}, "answered", id="answered"),
        pytest.param({"exclusion": ExclusionReason.DUPLICATE}, "excluded", id="excluded"),
        pytest.param({"extended_to": TODAY + timedelta(days=30)}, "deadline_moved", id="moved"),
        pytest.param({"handler_id": None}, "not_theirs", id="taken away"),
    ],
)
def test_what_happened_since_an_alert_was_raised_drops_it_and_it_says_why(
    db: Database, unit: int, kari: int, leder: int, deed: dict[str, object], why: str
) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    change(db, case, **deed)
    assert look_again_for(db, kari) == 1
    assert AlertSeen("kari", 0, "dropped", why=why) in alerts(db, case)
    assert look_again_for(db, kari) == 0


def test_an_alert_of_somebody_who_was_disabled_goes_to_the_next_in_the_chain(
    db: Database, unit: int, kari: int, leder: int
) -> None:
    case = make_case(db, received_on=DUE_TODAY + 3 * ONE_DAY + 2 * ONE_DAY, unit_id=unit, handler_id=kari)
    assert raise_on(db).raised == 1
    disable(db, kari)
    assert look_again_for(db, kari) == 1
    assert raise_on(db).raised == 1
    assert alerts(db, case) == [AlertSeen("kari", -5, "dropped", why="not_theirs"), AlertSeen("leder", -5, "owed")]


def test_an_alert_to_a_units_address_that_is_gone_goes_to_the_next_in_the_chain(db: Database) -> None:
    unit = make_unit(db, "Plan", email="plan@asker.example")
    make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),))
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    raise_on(db)
    with db.writing() as session:
        session.get_one(Unit, unit).email = None
    assert look_again(db, morning_of(db, TODAY), f"unit:{unit}") == 1
    assert raise_on(db).raised == 1
    assert owed_to(db) == ["admin"]
    assert AlertSeen("Plan", 0, "dropped", why="not_theirs") in alerts(db, case)


def test_a_step_that_is_the_handlers_alone_is_no_longer_the_managers_when_there_is_a_handler(
    db: Database, unit: int, kari: int, leder: int
) -> None:
    case = make_case(db, received_on=TODAY - 9 * ONE_DAY, unit_id=unit)
    raise_on(db)
    assert alerts(db, case) == [AlertSeen("leder", -5, "owed")]
    change(db, case, handler_id=kari)
    assert look_again_for(db, leder) == 1
    assert raise_on(db).raised == 1
    assert owed_to(db) == ["kari"]


def test_a_case_included_again_is_armed_again(db: Database, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    change(db, case, exclusion=ExclusionReason.TEST)
    look_again_for(db, kari)
    assert raise_on(db).raised == 0
    change(db, case, exclusion=None)
    assert raise_on(db, TODAY).raised == 1
    assert AlertSeen("kari", 0, "owed") in alerts(db, case)
    assert look_again_for(db, kari) == 0


def test_a_case_that_comes_back_to_its_old_handler_is_armed_again(db: Database, unit: int, kari: int) -> None:
    ola = make_account(db, "ola@asker.example", roles=((Role.HANDLER, unit),))
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    change(db, case, handler_id=ola)
    look_again_for(db, kari)
    assert raise_on(db).raised == 1
    change(db, case, handler_id=kari)
    look_again_for(db, ola)
    assert raise_on(db).raised == 1
    assert owed_to(db) == ["kari"]


def test_of_several_steps_that_wait_only_the_latest_goes_on_waiting(db: Database, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    for day in range(2):
        raise_on(db, TODAY + day * ONE_DAY)
    assert look_again_for(db, kari, TODAY + ONE_DAY) == 0
    assert alerts(db, case) == [
        AlertSeen("kari", -2, "superseded"),
        AlertSeen("kari", 0, "superseded"),
        AlertSeen("kari", 1, "owed"),
    ]


def test_an_alert_raised_in_time_but_told_only_later_comes_late(db: Database, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    look_again_for(db, kari)
    assert AlertSeen("kari", 0, "owed", late=False) in alerts(db, case)
    look_again_for(db, kari, TODAY + ONE_DAY)
    assert AlertSeen("kari", 0, "owed", late=True) in alerts(db, case)


def test_looking_again_on_an_earlier_day_drops_nothing_that_is_theirs_later(db: Database, unit: int) -> None:
    kari = make_account(db, "kari@asker.example", roles=((Role.HANDLER, unit),))
    admin = make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),))
    case = make_case(db, received_on=DUE_TODAY - 8 * ONE_DAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    assert AlertSeen("admin", 8, "owed") in alerts(db, case)
    assert look_again_for(db, admin, TODAY - 3 * ONE_DAY) == 0


def test_looking_again_at_very_many_alerts_takes_many_small_transactions(db: Database, unit: int, leder: int) -> None:
    add_cases(db, ({"received_on": DUE_TODAY, "unit_id": unit} for _ in range(3 * BATCH)))
    raise_on(db)
    with db.writing() as session:
        session.query(MembershipRow).delete()
    with rows_in_each_transaction(db) as rows:
        assert look_again_for(db, leder) == 3 * BATCH
    assert max(rows) <= ROWS
