"""A small office that several tests of services share."""

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.factories import make_account, make_unit


@pytest.fixture
def unit(db: Database) -> int:
    """A unit without anybody."""
    return make_unit(db, "Kultur")


@pytest.fixture
def kari(db: Database, unit: int) -> int:
    """A handler in the unit."""
    return make_account(db, "kari@asker.example", roles=((Role.HANDLER, unit),))


@pytest.fixture
def leder(db: Database, unit: int) -> int:
    """The unit's manager."""
    return make_account(db, "leder@asker.example", roles=((Role.MANAGER, unit),))
