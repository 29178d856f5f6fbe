"""Who may see and do what: the table of domain.md 7, row by row, and passwords."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.accounts import (
    PASSWORD_LEAST,
    PASSWORD_MOST,
    Act,
    Membership,
    Reach,
    Role,
    Standing,
    can_handle,
    check_may_administer,
    check_password,
    may_administer,
    reach,
)
from dialogen.domain.errors import InvalidInput, NotAllowed, Problem

ME, COLLEAGUE = 1, 2
UNIT, OTHER_UNIT = 10, 20

#: Nine cases, by where they lie and whose they are.
CASES = {
    "mine": (UNIT, ME),
    "free": (UNIT, None),
    "theirs": (UNIT, COLLEAGUE),
    "mine elsewhere": (OTHER_UNIT, ME),
    "free elsewhere": (OTHER_UNIT, None),
    "theirs elsewhere": (OTHER_UNIT, COLLEAGUE),
    "mine without a unit": (None, ME),
    "free without a unit": (None, None),
    "theirs without a unit": (None, COLLEAGUE),
}
ALL = frozenset(CASES)
NONE: frozenset[str] = frozenset()
OF_THE_UNIT = frozenset({"mine", "free", "theirs"})
MINE = frozenset(name for name in CASES if name.startswith("mine"))
FREE = frozenset(name for name in CASES if name.startswith("free"))

#: domain.md 7: (act, role) -> the cases reached by who has the role in UNIT, and by who has it for all units (`*`).
#: A case that one is the handler of stays within one's reach wherever it was moved.
TABLE = {
    (Act.SEE, Role.HANDLER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE, Role.STATISTICIAN): (OF_THE_UNIT, ALL),
    (Act.SEE, Role.ADMIN): (OF_THE_UNIT, ALL),
    (Act.SEE_DETAILS, Role.HANDLER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE_DETAILS, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE_DETAILS, Role.STATISTICIAN): (OF_THE_UNIT, ALL),
    (Act.SEE_DETAILS, Role.ADMIN): (NONE, NONE),
    (Act.SEE_PERSONAL, Role.HANDLER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE_PERSONAL, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE_PERSONAL, Role.STATISTICIAN): (NONE, NONE),
    (Act.SEE_PERSONAL, Role.ADMIN): (NONE, NONE),
    (Act.REGISTER, Role.HANDLER): (OF_THE_UNIT, ALL),
    (Act.REGISTER, Role.MANAGER): (OF_THE_UNIT, ALL),
    (Act.REGISTER, Role.STATISTICIAN): (NONE, NONE),
    (Act.REGISTER, Role.ADMIN): (NONE, NONE),
    (Act.ASSIGN, Role.HANDLER): (MINE | {"free"}, MINE | FREE),
    (Act.ASSIGN, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.ASSIGN, Role.STATISTICIAN): (NONE, NONE),
    (Act.ASSIGN, Role.ADMIN): (OF_THE_UNIT, ALL),
    (Act.WORK, Role.HANDLER): (MINE | {"free"}, MINE | FREE),
    (Act.WORK, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.WORK, Role.STATISTICIAN): (NONE, NONE),
    (Act.WORK, Role.ADMIN): (NONE, NONE),
    (Act.APPROVE, Role.HANDLER): (NONE, NONE),
    (Act.APPROVE, Role.MANAGER): (OF_THE_UNIT, ALL),
    (Act.APPROVE, Role.STATISTICIAN): (ALL, ALL),
    (Act.APPROVE, Role.ADMIN): (NONE, NONE),
    (Act.BREAK_DOWN, Role.HANDLER): (OF_THE_UNIT, ALL),
    (Act.BREAK_DOWN, Role.MANAGER): (OF_THE_UNIT, ALL),
    (Act.BREAK_DOWN, Role.STATISTICIAN): (ALL, ALL),
    (Act.BREAK_DOWN, Role.ADMIN): (ALL, ALL),
    (Act.SEE_BEHIND, Role.HANDLER): (MINE, MINE),
    (Act.SEE_BEHIND, Role.MANAGER): (OF_THE_UNIT | MINE, ALL),
    (Act.SEE_BEHIND, Role.STATISTICIAN): (ALL, ALL),
    (Act.SEE_BEHIND, Role.ADMIN): (NONE, NONE),
    (Act.SET_UP_LETTERS, Role.HANDLER): (NONE, NONE),
    (Act.SET_UP_LETTERS, Role.MANAGER): (OF_THE_UNIT, ALL),
    (Act.SET_UP_LETTERS, Role.STATISTICIAN): (NONE, NONE),
    (Act.SET_UP_LETTERS, Role.ADMIN): (ALL, ALL),
    (Act.SET_UP_ALERTS, Role.HANDLER): (NONE, NONE),
    (Act.SET_UP_ALERTS, Role.MANAGER): (OF_THE_UNIT, ALL),
    (Act.SET_UP_ALERTS, Role.STATISTICIAN): (NONE, NONE),
    (Act.SET_UP_ALERTS, Role.ADMIN): (ALL, ALL),
}


def standing(*memberships: Membership) -> Standing:
    """Return my account with these memberships."""
    return Standing(ME, frozenset(memberships))


def in_unit(role: Role, unit_id: int = UNIT) -> Membership:
    """Return a role in one unit."""
    return Membership(role, unit_id=unit_id)


def everywhere(role: Role) -> Membership:
    """Return a role for all units."""
    return Membership(role, everywhere=True)


def covered(within: Reach) -> frozenset[str]:
    """Return which of the nine cases are within reach."""
    return frozenset(name for name, (unit, handler) in CASES.items() if within.covers(unit_id=unit, handler_id=handler))


def test_the_table_speaks_of_every_act_and_role() -> None:
    assert set(TABLE) == set(product(Act, Role))


@pytest.mark.parametrize(("act", "role"), TABLE)
def test_a_role_in_a_unit_reaches_what_the_table_says(act: Act, role: Role) -> None:
    assert covered(reach(standing(in_unit(role)), act)) == TABLE[act, role][0]


@pytest.mark.parametrize(("act", "role"), TABLE)
def test_a_role_for_all_units_reaches_what_the_table_says(act: Act, role: Role) -> None:
    assert covered(reach(standing(everywhere(role)), act)) == TABLE[act, role][1]


@pytest.mark.parametrize("act", Act)
def test_an_account_without_a_membership_reaches_nothing(act: Act) -> None:
    nothing = reach(standing(), act)
    assert nothing.is_empty
    assert covered(nothing) == NONE


@pytest.mark.parametrize(("act", "role"), TABLE)
def test_a_role_in_no_unit_reaches_own_cases_and_what_does_not_depend_on_units(act: Act, role: Role) -> None:
    in_a_unit = TABLE[act, role][0]
    follows_its_handler = in_a_unit >= MINE
    expected = ALL if in_a_unit == ALL else MINE if follows_its_handler else NONE
    assert covered(reach(standing(Membership(role)), act)) == expected


def test_roles_in_several_units_add_up_and_do_not_mix() -> None:
    both = standing(in_unit(Role.HANDLER), in_unit(Role.STATISTICIAN, OTHER_UNIT))
    assert covered(reach(both, Act.SEE)) == ALL - {"free without a unit", "theirs without a unit"}
    assert covered(reach(both, Act.SEE_PERSONAL)) == OF_THE_UNIT | MINE
    assert covered(reach(both, Act.WORK)) == MINE | {"free"}
    assert covered(reach(both, Act.SEE_BEHIND)) == ALL


def test_a_service_centre_sees_all_and_works_on_its_own_and_the_unassigned() -> None:
    centre = standing(everywhere(Role.HANDLER))
    assert covered(reach(centre, Act.SEE_PERSONAL)) == ALL
    assert covered(reach(centre, Act.WORK)) == MINE | FREE


all_memberships = st.builds(
    Membership, role=st.sampled_from(Role), unit_id=st.none() | st.sampled_from([UNIT, OTHER_UNIT])
) | st.builds(everywhere, role=st.sampled_from(Role))
accounts = st.frozensets(all_memberships, max_size=4)


@given(some=accounts, more=accounts, act=st.sampled_from(Act))
def test_another_membership_never_takes_reach_away(
    some: frozenset[Membership], more: frozenset[Membership], act: Act
) -> None:
    assert covered(reach(standing(*some), act)) <= covered(reach(standing(*some, *more), act))


@given(memberships=accounts)
def test_who_may_work_on_a_case_may_see_it_with_its_personal_fields(memberships: frozenset[Membership]) -> None:
    mine = standing(*memberships)
    personal = covered(reach(mine, Act.SEE_PERSONAL))
    assert covered(reach(mine, Act.WORK)) <= personal <= covered(reach(mine, Act.SEE))
    assert covered(reach(mine, Act.ASSIGN)) <= covered(reach(mine, Act.SEE))


@given(memberships=accounts, act=st.sampled_from(Act))
def test_the_short_answers_agree_with_the_cases(memberships: frozenset[Membership], act: Act) -> None:
    within = reach(standing(*memberships), act)
    if within.is_empty:
        assert covered(within) == NONE
    for unit_id, suffix in ((UNIT, ""), (OTHER_UNIT, " elsewhere"), (None, " without a unit")):
        whole = {f"{whose}{suffix}" for whose in ("mine", "free", "theirs")} <= covered(within)
        assert within.all_of_unit(unit_id) == whole


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("membership", [in_unit, everywhere, Membership])
def test_a_role_counts_wherever_it_is_held(role: Role, membership: type[Membership]) -> None:
    account = standing(membership(role))
    assert account.has_role(role)
    assert account.has_role(*Role)
    assert not account.has_role(*(set(Role) - {role}))
    assert can_handle(account) is (role in (Role.HANDLER, Role.MANAGER))
    assert may_administer(account) is (role is Role.ADMIN)


@pytest.mark.parametrize("role", [None, Role.HANDLER, Role.MANAGER, Role.STATISTICIAN])
def test_only_an_administrator_sets_up_accounts_units_and_rules(role: Role | None) -> None:
    with pytest.raises(NotAllowed):
        check_may_administer(standing(*([everywhere(role)] if role else [])))
    check_may_administer(standing(in_unit(Role.ADMIN)))


@pytest.mark.parametrize("password", ["tolv tegn ja", "æøå" * 4, "x" * PASSWORD_MOST])
def test_a_password_of_twelve_characters_or_more_is_accepted(password: str) -> None:
    check_password(password)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", Problem.PASSWORD_TOO_SHORT),
        ("x" * (PASSWORD_LEAST - 1), Problem.PASSWORD_TOO_SHORT),
        ("x" * (PASSWORD_MOST + 1), Problem.TOO_LONG),
    ],
)
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str, problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_password(password)
    assert refusal.value.problem is problem
