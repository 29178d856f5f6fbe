"""The table from app roles elsewhere to roles here: what can be written, and that nothing gives more than it says."""

import pytest

from dialogen.domain.accounts import Role
from dialogen.domain.outside import Grant, granted, read_table, table_of

TABLE = "Dialogen.Admin=admin; Dialogen.Leder.Skole = manager:Skole;Dialogen.Servicesenter=handler:*;"


def test_a_table_gives_roles_in_a_unit_in_all_or_in_none() -> None:
    assert read_table(TABLE) == (
        Grant("Dialogen.Admin", Role.ADMIN, None),
        Grant("Dialogen.Leder.Skole", Role.MANAGER, "Skole"),
        Grant("Dialogen.Servicesenter", Role.HANDLER, "*"),
    )


def test_entries_may_stand_on_lines_of_their_own() -> None:
    assert read_table(TABLE.replace(";", "\n")) == read_table(TABLE)


def test_a_unit_may_hold_a_colon_and_an_equals_sign() -> None:
    assert read_table("A=handler:Vei: drift = vedlikehold") == (Grant("A", Role.HANDLER, "Vei: drift = vedlikehold"),)


def test_an_app_role_may_give_several_roles_and_the_same_one_counts_once() -> None:
    table = read_table("A=handler:Skole; A=manager:Skole; A=handler:Skole")
    assert [grant.role for grant in granted(table, frozenset({"A"}))] == [Role.HANDLER, Role.MANAGER]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" ; ", "is empty"),
        ("Dialogen.Admin", "write APP-ROLE=role"),
        ("=admin", "without an app role"),
        ("A=boss", "one of: handler, manager, statistician, admin"),
        ("A=Admin", "one of: handler"),
        ("A=manager:", "write a unit or *"),
    ],
)
def test_a_table_that_says_nothing_clear_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"is empty|write|without|one of") as refused:
        read_table(text)
    assert says in str(refused.value)


def test_pairs_from_a_file_are_read_by_the_same_rules() -> None:
    assert table_of([("A", "handler:Kultur; idrett")]) == (Grant("A", Role.HANDLER, "Kultur; idrett"),)


@pytest.mark.parametrize("claimed", ["dialogen.admin", "Dialogen.Admin ", "Dialogen", "*", "admin", ""])
def test_an_app_role_that_is_not_in_the_table_letter_by_letter_gives_nothing(claimed: str) -> None:
    assert granted(read_table(TABLE), frozenset({claimed})) == []
