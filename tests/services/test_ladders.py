"""The ladders of alerts as managers and administrators set them, and what a pass makes of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.alerts import Ladder
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from dialogen.services import ladders, office_changes
from dialogen.services.alerts import look_again, morning_of
from dialogen.services.ladder_previews import SHOWN, Preview, preview_ladder
from dialogen.services.ladders import Draft
from dialogen.services.office_changes import Wanted
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.passes import alerts, raise_on
from tests.statements import counted

EARLY = Draft(False, handler=[-7, -2, 0, 1], manager=[0, 1], again_from=5, again_every=5)
DEFAULT = Draft(True)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def administrator(db: Database) -> Standing:
    """Somebody who sets everybody's ladder."""
    return standing(make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),)), (Role.ADMIN, "-"))


@pytest.fixture
def manager(leder: int, unit: int) -> Standing:
    """The unit's manager."""
    return standing(leder, (Role.MANAGER, unit))


def save(db: Database, by: Standing, unit_id: int | None, draft: Draft = EARLY, version: int = 0) -> None:
    """Save a ladder as a version after the one that was seen."""
    ladders.save_ladder(db, by=by, unit_id=unit_id, draft=draft, version=version, today=TODAY, now=NOW)


def ahead(db: Database, by: Standing, unit_id: int | None, draft: Draft = EARLY) -> Preview:
    """Return what a ladder would come to."""
    return preview_ladder(db, by=by, unit_id=unit_id, draft=draft, today=TODAY)


def test_each_unit_is_alerted_by_its_own_ladder_and_the_others_by_the_default(
    db: Database, unit: int, kari: int, manager: Standing
) -> None:
    other = make_unit(db)
    save(db, manager, unit)
    received = TODAY - 7 * ONE_DAY  # a week to go
    mine, theirs = (make_case(db, received_on=received, unit_id=each, handler_id=kari) for each in (unit, other))
    assert raise_on(db).raised == 1
    assert [each.step for each in alerts(db, mine)] == [-7]
    assert alerts(db, theirs) == []


def test_the_default_changes_for_units_without_a_ladder_of_their_own(
    db: Database, unit: int, kari: int, manager: Standing, administrator: Standing
) -> None:
    save(db, manager, unit)
    save(db, manager, unit, DEFAULT, version=1)
    save(db, administrator, None, replace(EARLY, handler=[-9, 0, 1]))
    case = make_case(db, received_on=TODAY - 5 * ONE_DAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    assert [each.step for each in alerts(db, case)] == [-9]
    page = ladders.show_ladder(db, by=manager, unit_id=unit, today=TODAY)
    assert [(each.version, each.ladder is None) for each in page.versions] == [(2, True), (1, False)]
    assert not page.now.is_own


def test_a_pass_asks_once_for_all_ladders_whatever_their_number(
    db: Database, kari: int, administrator: Standing
) -> None:
    def asked(units: int) -> int:
        for _ in range(units):
            place = make_unit(db)
            save(db, administrator, place)
            make_case(db, received_on=TODAY - 14 * ONE_DAY, unit_id=place, handler_id=kari)
        with counted(db) as said:
            morning_of(db, TODAY)
        return len(said)

    assert asked(1) == asked(4)


def test_an_alert_that_a_changed_ladder_no_longer_knows_is_told_all_the_same(
    db: Database, unit: int, kari: int, manager: Standing
) -> None:
    case = make_case(db, received_on=TODAY - 9 * ONE_DAY, unit_id=unit, handler_id=kari)
    raise_on(db)
    save(db, manager, unit)
    assert look_again(db, morning_of(db, TODAY), f"account:{kari}") == 0
    assert [(each.step, each.state) for each in alerts(db, case)] == [(-5, "owed")]


def test_the_preview_says_what_the_coming_mornings_raise(db: Database, unit: int, kari: int, manager: Standing) -> None:
    received = [TODAY - timedelta(days=days) for days in (5, 9, 14, 20)]
    mine = [make_case(db, received_on=day, unit_id=unit, handler_id=kari) for day in received]
    make_case(db, received_on=received[0], unit_id=make_unit(db), handler_id=kari)  # not the unit's
    make_case(db, received_on=received[0], unit_id=unit, answered_on=TODAY)

    def owed() -> int:
        return sum(each.state == "owed" for case in mine for each in alerts(db, case))

    raise_on(db)
    before, preview = owed(), ahead(db, manager, unit)
    assert (preview.cases, preview.people, preview.left_out) == (4, 2, 0)
    save(db, manager, unit)
    for day in range(1, 29):
        raise_on(db, TODAY + timedelta(days=day))
    assert owed() - before == preview.alerts


def test_the_preview_shows_some_cases_and_counts_them_all(db: Database, unit: int, administrator: Standing) -> None:
    for _ in range(SHOWN + 3):
        make_case(db, received_on=TODAY - 8 * ONE_DAY, unit_id=unit)
    preview = ahead(db, administrator, None, replace(EARLY, follows_default=False))
    assert (len(preview.shown), preview.cases) == (SHOWN, SHOWN + 3)
    assert ahead(db, administrator, unit, DEFAULT).ladder == Ladder()


def test_a_ladder_that_somebody_else_changed_meanwhile_is_not_overwritten(
    db: Database, unit: int, manager: Standing, administrator: Standing
) -> None:
    save(db, manager, unit)
    with pytest.raises(Conflict):
        save(db, administrator, unit, replace(EARLY, again_every=9))
    save(db, administrator, unit, EARLY, version=1)  # the same again is no version
    assert ladders.show_ladder(db, by=manager, unit_id=unit, today=TODAY).version == 1


def test_a_change_is_told_in_the_offices_log(
    db: Database, unit: int, manager: Standing, administrator: Standing
) -> None:
    save(db, manager, unit)
    line = office_changes.list_changes(db, by=administrator, wanted=Wanted())[0]
    assert (line.action.value, line.subject.value, line.subject_id) == ("ladder_changed", "ladder", str(unit))
    assert {each.field: (each.before, each.after) for each in line.changes} == {
        "follows_default": ("yes", "no"),
        "handler_steps": (None, "-7 -2 0 1"),
        "manager_steps": (None, "0 1"),
        "again_from": (None, "5"),
        "again_every": (None, "5"),
    }


@pytest.mark.parametrize(
    ("unit_id", "refusal"), [(None, NotAllowed), (99, NotAllowed)], ids=["everybody's", "another unit's"]
)
def test_a_manager_sets_no_ladder_but_those_of_own_units(
    db: Database, manager: Standing, unit_id: int | None, refusal: type[Exception]
) -> None:
    for deed in (save, ahead):
        with pytest.raises(refusal):
            deed(db, manager, unit_id)


def test_a_ladder_of_no_unit_or_with_wrong_steps_is_not_saved(db: Database, administrator: Standing) -> None:
    with pytest.raises(NotFound):
        save(db, administrator, 99)
    wrong: dict[str, Any] = {"handler": [-5, -5, 0, 1]}
    with pytest.raises(InvalidInput):
        save(db, administrator, None, replace(EARLY, **wrong))
    assert ladders.show_ladder(db, by=administrator, unit_id=None, today=TODAY).versions == []
