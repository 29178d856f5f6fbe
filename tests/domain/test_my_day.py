"""What a person's day holds, by role: each panel once, none about units that are nobody's of theirs."""

import itertools

import pytest

from dialogen.domain.accounts import Role, Standing
from dialogen.domain.cases import Step
from dialogen.domain.deadlines import OPEN_STATES, State
from dialogen.domain.my_day import Panel, if_time_is_short, managed_cases, managed_units, panels_of, unassigned_reach
from tests.factories import standing

UNIT, OTHER = 1, 2


def test_a_handler_sees_own_cases_and_what_nobody_has() -> None:
    assert panels_of(standing(9, (Role.HANDLER, UNIT))) == {Panel.STOPPED, Panel.OWN, Panel.PROPOSED, Panel.UNASSIGNED}


def test_a_manager_sees_the_units_the_people_and_the_year_besides() -> None:
    panels = panels_of(standing(9, (Role.MANAGER, UNIT)))
    assert panels == set(Panel) - {Panel.QUALITY, Panel.SETUP}


def test_a_statistician_sees_the_year_its_quality_and_what_to_decide() -> None:
    assert panels_of(standing(9, (Role.STATISTICIAN, "*"))) == {Panel.YEAR, Panel.QUALITY, Panel.TO_DECIDE}


def test_an_administrator_sees_the_set_up_and_whoever_has_no_role_the_figure() -> None:
    assert panels_of(standing(9, (Role.ADMIN, "*"))) == {Panel.SETUP}
    assert panels_of(standing(9)) == {Panel.YEAR}


@pytest.mark.parametrize("roles", list(itertools.combinations(Role, 2)))
def test_who_has_several_roles_sees_what_each_of_them_sees(roles: tuple[Role, Role]) -> None:
    both = panels_of(standing(9, *((role, UNIT) for role in roles)))
    assert both == frozenset.union(*(panels_of(standing(9, (role, UNIT))) for role in roles))


def test_a_role_in_no_unit_shows_no_panel_about_units() -> None:
    assert panels_of(standing(9, (Role.HANDLER, "-"))) == {Panel.STOPPED, Panel.OWN, Panel.PROPOSED}
    assert panels_of(standing(9, (Role.MANAGER, "-"))) == {Panel.STOPPED, Panel.OWN, Panel.PROPOSED, Panel.YEAR}


def test_other_roles_widen_neither_what_is_to_be_given_away_nor_what_is_managed() -> None:
    both: Standing = standing(9, (Role.HANDLER, UNIT), (Role.ADMIN, "*"), (Role.STATISTICIAN, "*"))
    assert unassigned_reach(both).covers(unit_id=UNIT, handler_id=None)
    assert not unassigned_reach(both).covers(unit_id=OTHER, handler_id=None)
    assert managed_units(both).is_empty
    leads: Standing = standing(9, (Role.MANAGER, UNIT), (Role.HANDLER, OTHER))
    assert managed_units(leads).all_of_unit(UNIT)
    assert not managed_units(leads).all_of_unit(OTHER)
    assert managed_cases(leads).covers(unit_id=OTHER, handler_id=9)
    assert not managed_cases(leads).covers(unit_id=OTHER, handler_id=None)


def test_while_there_is_time_nothing_but_the_answer_is_asked_for() -> None:
    for extended, told in itertools.product((False, True), repeat=2):
        assert if_time_is_short(State.ON_TRACK, is_extended=extended, has_interim_reply=told) is None


@pytest.mark.parametrize(
    ("state", "extended", "told", "step"),
    [
        (State.NEARING, False, False, Step.EXTEND),
        (State.DUE_TODAY, False, True, Step.EXTEND),
        (State.NEARING, True, False, Step.INTERIM_REPLY),
        (State.OVERDUE, False, False, Step.INTERIM_REPLY),
        (State.OVERDUE, False, True, Step.EXTEND),
        (State.OVERDUE, True, False, Step.INTERIM_REPLY),
    ],
)
def test_a_later_date_is_promised_ahead_of_the_deadline_and_the_sender_told_after_it(
    state: State, extended: bool, told: bool, step: Step
) -> None:
    assert if_time_is_short(state, is_extended=extended, has_interim_reply=told) is step


def test_who_was_told_and_promised_a_later_date_is_owed_the_answer_alone() -> None:
    for state in OPEN_STATES:
        assert if_time_is_short(state, is_extended=True, has_interim_reply=True) is None
