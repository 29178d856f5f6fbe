"""What an administrator sets up: units, kinds, rules and closed days."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from dialogen.database import setup as rows
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.deadlines import FIRST_RULE, DeadlineRule, Roll
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Problem
from dialogen.domain.other_laws import Law
from dialogen.services import setup
from tests.factories import NOW, make_account, standing
from tests.meanwhile import meanwhile


def test_a_unit_is_added_and_found_whatever_the_case(db: Database) -> None:
    unit = setup.add_unit(db, by=None, now=NOW, name="  Natur  og \n idrett ", email=" Natur@Asker.Example ")
    assert (unit.name, unit.email) == ("Natur og idrett", "natur@asker.example")
    assert setup.find_unit_by_name(db, "NATUR OG  IDRETT") == unit
    assert setup.find_unit_by_name(db, "Natur") is None
    assert setup.list_units(db) == [unit]


@pytest.mark.parametrize("name", ["Ærø", "ÆRØ", " ærø ", "A\u030as", "ås"])
def test_a_name_that_differs_in_case_or_composition_alone_is_taken(db: Database, name: str) -> None:
    setup.add_unit(db, by=None, now=NOW, name="Ærø", email=None)
    setup.add_unit(db, by=None, now=NOW, name="Ås", email=None)
    with pytest.raises(Conflict) as refusal:
        setup.add_unit(db, by=None, now=NOW, name=name, email=None)
    assert refusal.value.problem is Problem.TAKEN


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b", "\ud800"])
def test_a_unit_needs_a_name_that_can_be_stored(db: Database, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        setup.add_unit(db, by=None, now=NOW, name=name, email=None)
    assert refusal.value.problems[0].field == "name"
    assert setup.find_unit_by_name(db, name) is None


@pytest.mark.parametrize("name", ["*", "none", "NONE"])
def test_no_unit_is_called_what_means_all_units_or_none(db: Database, name: str) -> None:
    with pytest.raises(Conflict):
        setup.add_unit(db, by=None, now=NOW, name=name, email=None)


def test_a_units_address_must_be_one(db: Database) -> None:
    with pytest.raises(InvalidInput, match="email: natur is not an e-mail address"):
        setup.add_unit(db, by=None, now=NOW, name="Natur", email="natur")


def test_units_are_listed_as_norwegians_sort_names(db: Database) -> None:
    for name in ("Ås", "Øst", "Zoo", "Ær", "barn", "Arkiv"):
        setup.add_unit(db, by=None, now=NOW, name=name, email=None)
    assert [unit.name for unit in setup.list_units(db)] == ["Arkiv", "barn", "Zoo", "Ær", "Øst", "Ås"]


def test_a_unit_is_renamed_and_can_change_the_case_of_its_own_name(db: Database) -> None:
    unit = setup.add_unit(db, by=None, now=NOW, name="natur", email="natur@asker.example")
    assert setup.change_unit(db, by=None, now=NOW, unit_id=unit.id, name="Natur", email="") == setup.UnitView(
        unit.id, "Natur", None
    )
    assert setup.list_units(db) == [setup.UnitView(unit.id, "Natur", None)]


def test_a_unit_cannot_take_the_name_of_another(db: Database) -> None:
    setup.add_unit(db, by=None, now=NOW, name="Kultur", email=None)
    unit = setup.add_unit(db, by=None, now=NOW, name="Natur", email=None)
    with pytest.raises(Conflict):
        setup.change_unit(db, by=None, now=NOW, unit_id=unit.id, name="KULTUR", email=None)
    with pytest.raises(NotFound):
        setup.change_unit(db, by=None, now=NOW, unit_id=unit.id + 2**70, name="Nytt", email=None)
    assert [each.name for each in setup.list_units(db)] == ["Kultur", "Natur"]


def test_of_many_who_add_one_unit_at_once_one_makes_it_and_the_others_are_told(db: Database) -> None:
    def add(_: int) -> bool:
        try:
            setup.add_unit(db, by=None, now=NOW, name="Kultur", email=None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(8))).count(True) == 1
    assert len(setup.list_units(db)) == 1


def test_a_new_installation_has_the_usual_kinds(db: Database) -> None:
    kinds = setup.list_kinds(db, in_use_only=True)
    assert [(kind.word, kind.name, kind.law) for kind in kinds] == [
        ("fault_report", "feilmelding", None),
        ("suggestion", "forslag", None),
        ("personal_data_request", "innsyn i egne personopplysninger", Law.GDPR),
        ("access_request", "innsynskrav", Law.OFFENTLEGLOVA),
        ("complaint", "klage", None),
        ("praise", "ros", None),
        ("question", "spørsmål", None),
    ]


def test_a_kind_is_added_renamed_and_taken_out_of_use(db: Database) -> None:
    kind = setup.add_kind(db, by=None, now=NOW, name="Tips")
    assert (kind.word, kind.name, kind.in_use) == ("Tips", "Tips", True)
    changed = setup.change_kind(db, by=None, now=NOW, kind_id=kind.id, name="Tips og råd", in_use=False, law=Law.GDPR)
    assert changed == setup.KindView(kind.id, "Tips", "Tips og råd", in_use=False, law=Law.GDPR)
    assert changed in setup.list_kinds(db, in_use_only=False)
    assert changed not in setup.list_kinds(db, in_use_only=True)


def test_a_kind_can_have_a_word_of_its_own_for_programs(db: Database) -> None:
    assert setup.add_kind(db, by=None, now=NOW, name="Tips", word="tip").word == "tip"


@pytest.mark.parametrize("name", ["KLAGE", "complaint", "Fault Report", "fault_report", "spørsma\u030al", "SPØRSMÅL"])
def test_a_kind_cannot_go_by_the_word_or_the_name_of_another(db: Database, name: str) -> None:
    with pytest.raises(Conflict):
        setup.add_kind(db, by=None, now=NOW, name=name)
    own = setup.add_kind(db, by=None, now=NOW, name="Tips")
    with pytest.raises(Conflict):
        setup.change_kind(db, by=None, now=NOW, kind_id=own.id, name=name, in_use=True, law=None)


def test_a_kind_that_is_not_there_cannot_be_changed(db: Database) -> None:
    with pytest.raises(NotFound):
        setup.change_kind(db, by=None, now=NOW, kind_id=2**70, name="Nytt", in_use=True, law=None)


def test_the_first_rule_is_fourteen_days_without_a_beginning(db: Database) -> None:
    assert setup.list_rules(db) == [FIRST_RULE]


def test_a_new_rule_is_the_next_version(db: Database) -> None:
    author = standing(make_account(db), (Role.ADMIN, "-"))
    rule = setup.add_rule(db, by=author, valid_from=date(2027, 1, 1), days=10, roll=Roll.NEXT_WORKING_DAY, now=NOW)
    assert rule == DeadlineRule(2, date(2027, 1, 1), 10, Roll.NEXT_WORKING_DAY)
    assert setup.list_rules(db) == [FIRST_RULE, rule]


@pytest.mark.parametrize("valid_from", [date(2027, 1, 1), date(2026, 12, 31)])
def test_a_rule_must_begin_after_the_newest_one(db: Database, valid_from: date) -> None:
    setup.add_rule(db, by=None, valid_from=date(2027, 1, 1), days=10, roll=Roll.NONE, now=NOW)
    with pytest.raises(InvalidInput) as refusal:
        setup.add_rule(db, by=None, valid_from=valid_from, days=12, roll=Roll.NONE, now=NOW)
    assert [(each.field, each.problem) for each in refusal.value.problems] == [("valid_from", Problem.RULE_NOT_AFTER)]


@pytest.mark.parametrize("days", [-1, 0, 366, 10**30])
def test_a_rule_has_from_one_to_365_days(db: Database, days: int) -> None:
    with pytest.raises(InvalidInput, match=r"days: .* must be 1 to 365"):
        setup.add_rule(db, by=None, valid_from=date(2027, 1, 1), days=days, roll=Roll.NONE, now=NOW)
    assert setup.list_rules(db) == [FIRST_RULE]


@pytest.mark.parametrize("day", [date(1500, 1, 1), date(1900, 12, 31), date(2101, 1, 1)])
def test_a_rule_begins_and_a_day_is_closed_in_a_year_that_the_calendar_knows(db: Database, day: date) -> None:
    with pytest.raises(InvalidInput) as rule:
        setup.add_rule(db, by=None, valid_from=day, days=14, roll=Roll.NONE, now=NOW)
    with pytest.raises(InvalidInput) as closed:
        setup.add_closed_day(db, by=None, now=NOW, day=day, name="Stengt")
    found = [(each.field, each.problem) for refusal in (rule, closed) for each in refusal.value.problems]
    assert found == [("valid_from", Problem.BEYOND_CALENDAR), ("day", Problem.BEYOND_CALENDAR)]
    assert (setup.list_rules(db), setup.list_closed_days(db)) == ([FIRST_RULE], {})


@pytest.mark.parametrize("day", [date(1901, 1, 1), date(2100, 12, 31)])
def test_the_calendars_first_and_last_days_can_be_set_up(db: Database, day: date) -> None:
    setup.add_closed_day(db, by=None, now=NOW, day=day, name="Stengt")
    assert setup.add_rule(db, by=None, valid_from=day, days=14, roll=Roll.NONE, now=NOW).valid_from == day


def test_of_many_who_add_a_rule_at_once_one_does(db: Database) -> None:
    def add(days: int) -> bool:
        try:
            setup.add_rule(db, by=None, valid_from=date(2027, 1, 1), days=days, roll=Roll.NONE, now=NOW)
        except (Conflict, InvalidInput):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(10, 18))).count(True) == 1
    assert len(setup.list_rules(db)) == 2


def test_a_rule_that_somebody_else_is_just_adding_is_not_overtaken(db: Database) -> None:
    first, second = date(2027, 1, 1), date(2026, 6, 1)
    with pytest.raises((Conflict, InvalidInput)):
        meanwhile(
            db,
            lambda session: rows.add_rule(session, valid_from=first, days=10, roll=Roll.NONE, created_by=None, now=NOW),
            lambda: setup.add_rule(db, by=None, valid_from=second, days=12, roll=Roll.NONE, now=NOW),
        )
    assert [rule.valid_from for rule in setup.list_rules(db)] == [None, first]


def test_a_name_that_somebody_else_is_just_taking_is_taken(db: Database) -> None:
    unit = setup.add_unit(db, by=None, now=NOW, name="Natur", email=None)
    kind = setup.add_kind(db, by=None, now=NOW, name="Tips")
    with pytest.raises(Conflict):
        meanwhile(
            db,
            lambda session: rows.add_unit(session, name="Kultur", email=None),
            lambda: setup.change_unit(db, by=None, now=NOW, unit_id=unit.id, name="Kultur", email=None),
        )
    with pytest.raises(Conflict):
        meanwhile(
            db,
            lambda session: rows.add_kind(session, word="Råd", name="Råd"),
            lambda: setup.change_kind(db, by=None, now=NOW, kind_id=kind.id, name="råd", in_use=True, law=None),
        )
    assert unit in setup.list_units(db)
    assert kind in setup.list_kinds(db, in_use_only=True)


def test_closed_days_are_added_and_taken_away(db: Database) -> None:
    setup.add_closed_day(db, by=None, now=NOW, day=date(2026, 12, 24), name=" Julaften ")
    setup.add_closed_day(db, by=None, now=NOW, day=date(2026, 4, 1), name="Onsdag før påske")
    assert setup.list_closed_days(db) == {
        date(2026, 4, 1): "Onsdag før påske",
        date(2026, 12, 24): "Julaften",
    }
    setup.remove_closed_day(db, by=None, now=NOW, day=date(2026, 4, 1))
    assert list(setup.list_closed_days(db)) == [date(2026, 12, 24)]


def test_a_day_is_closed_once_and_must_be_there_to_be_taken_away(db: Database) -> None:
    setup.add_closed_day(db, by=None, now=NOW, day=date(2026, 12, 24), name="Julaften")
    with pytest.raises(Conflict):
        setup.add_closed_day(db, by=None, now=NOW, day=date(2026, 12, 24), name="Igjen")
    with pytest.raises(InvalidInput):
        setup.add_closed_day(db, by=None, now=NOW, day=date(2026, 12, 23), name=" ")
    with pytest.raises(NotFound):
        setup.remove_closed_day(db, by=None, now=NOW, day=date(2026, 12, 25))


CHANGES: list[Callable[[Database, Standing], object]] = [
    lambda db, by: setup.add_unit(db, by=by, now=NOW, name="Ny", email=None),
    lambda db, by: setup.change_unit(db, by=by, now=NOW, unit_id=1, name="Ny", email=None),
    lambda db, by: setup.add_kind(db, by=by, now=NOW, name="Ny"),
    lambda db, by: setup.change_kind(db, by=by, now=NOW, kind_id=1, name="Ny", in_use=False, law=None),
    lambda db, by: setup.add_rule(db, by=by, valid_from=date(2027, 1, 1), days=9, roll=Roll.NONE, now=NOW),
    lambda db, by: setup.add_closed_day(db, by=by, now=NOW, day=date(2026, 12, 24), name="Ny"),
    lambda db, by: setup.remove_closed_day(db, by=by, now=NOW, day=date(2026, 12, 24)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_only_administrators_set_anything_up(db: Database, change: Callable[[Database, Standing], object]) -> None:
    for by in (standing(1), standing(1, (Role.MANAGER, "*"), (Role.STATISTICIAN, "*"), (Role.HANDLER, "*"))):
        with pytest.raises(NotAllowed):
            change(db, by)
