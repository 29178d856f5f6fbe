"""The journeys are ten a role, and every two values of how they are made meet in one of them."""

from types import ModuleType

import pytest

from tests.browser.journeys import test_administrator, test_handler, test_manager, test_statistician
from tests.browser.journeys.ways import EVERY_WAY, every_pair, journeys_of, spread

ROLES = [test_handler, test_manager, test_statistician, test_administrator]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.__name__.rpartition(".")[2])
def test_a_role_has_ten_journeys_or_more_and_in_them_every_two_values_meet(role: ModuleType) -> None:
    journeys = journeys_of(role)
    assert len(journeys) >= 10
    ways = spread(len(journeys), turn=role.TURN)
    assert len(ways) == len(journeys)
    assert every_pair(ways) == every_pair(EVERY_WAY)


def test_all_that_can_be_varied_makes_twenty_four_ways() -> None:
    assert len(set(EVERY_WAY)) == len(EVERY_WAY) == 3 * 2 * 2 * 2


def test_roles_do_not_make_their_journeys_alike() -> None:
    assert len({tuple(spread(10, turn=role.TURN)) for role in ROLES}) == len(ROLES)
