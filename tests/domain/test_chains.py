"""The chain of a log: its form is fixed for good, and nothing in a line can change without its digest."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from dialogen.domain.chains import BEGINNING, canonical, case_digest, office_digest, stamp, stored
from dialogen.domain.history import Change

AT = datetime(2026, 2, 11, 5, 30, 0, 120, tzinfo=UTC)
LINE: dict[str, Any] = {
    "reference": "2026-000143",
    "at": stamp(AT),
    "action": "registered",
    "door": "web",
    "actor_id": 7,
    "changes": canonical(stored([Change("unit", None, 'Måking "\\')])),
}
OFFICE_LINE: dict[str, Any] = {
    "at": AT,
    "action": "role_given",
    "door": "web",
    "actor_id": None,
    "subject": "account",
    "subject_id": "12",
    "changes": stored([Change("role", None, "manager")]),
}
CASE_VECTOR = "83e58b4042a07113ab21b6cdb7ca3b547c555a692960b91a65e9621ad9ce3392"
OFFICE_VECTOR = "a639dbd219c7faffbcd43ad0916db49f6fec45dd5efc7c38ca5dbe33a43f5248"


def test_the_form_is_fixed_for_good() -> None:
    """Digests that were written once must come out the same: where one of these differs, every audit will fail."""
    assert case_digest(BEGINNING, **LINE).hex() == CASE_VECTOR
    assert office_digest(BEGINNING, **OFFICE_LINE).hex() == OFFICE_VECTOR


def test_changes_are_spelt_in_one_way() -> None:
    assert LINE["changes"] == '[{"after":"Måking \\"\\\\","before":null,"field":"unit"}]'


def test_an_instant_is_spelt_in_utc_with_microseconds_whatever_its_zone() -> None:
    oslo = timezone(timedelta(hours=1))
    assert stamp(AT) == stamp(AT.astimezone(oslo)) == "2026-02-11T05:30:00.000120Z"
    assert stamp(AT.replace(microsecond=0)) == "2026-02-11T05:30:00.000000Z"


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("reference", "2026-000144"),
        ("at", stamp(AT + timedelta(microseconds=1))),
        ("action", "noted"),
        ("door", "api"),
        ("actor_id", 8),
        ("actor_id", None),
        ("changes", "[]"),
    ],
)
def test_whatever_changes_in_a_line_of_a_case_changes_its_digest(field: str, other: object) -> None:
    assert case_digest(BEGINNING, **LINE | {field: other}) != case_digest(BEGINNING, **LINE)


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("at", AT + timedelta(microseconds=1)),
        ("action", "role_taken"),
        ("door", "command_line"),
        ("actor_id", 0),
        ("subject", "unit"),
        ("subject_id", None),
        ("changes", []),
    ],
)
def test_whatever_changes_in_a_line_of_the_office_changes_its_digest(field: str, other: object) -> None:
    assert office_digest(BEGINNING, **OFFICE_LINE | {field: other}) != office_digest(BEGINNING, **OFFICE_LINE)


def test_a_digest_covers_the_one_before_it() -> None:
    other = bytes([1]) * 32
    assert case_digest(other, **LINE) != case_digest(BEGINNING, **LINE)
    assert office_digest(other, **OFFICE_LINE) != office_digest(BEGINNING, **OFFICE_LINE)


def test_two_lines_cannot_be_written_as_one_another() -> None:
    split = case_digest(BEGINNING, **LINE | {"action": 'registered","web', "door": "x"})
    assert split != case_digest(BEGINNING, **LINE | {"action": "registered", "door": 'web","x'})
