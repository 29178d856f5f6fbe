"""One cell: dates in their formats, texts, words, and what a profile translates."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.files import cells
from dialogen.files.cells import BadCell
from dialogen.files.columns import words_of
from dialogen.files.tables import Cell, CellError

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2014-03-27", date(2014, 3, 27)),
        ("27.03.2014", date(2014, 3, 27)),
        (" 7.3.2014 ", date(2014, 3, 7)),
        ("2014-03-27 23:59", date(2014, 3, 27)),
        ("2014-03-27T23:59:59.999", date(2014, 3, 27)),
        ("10.01.2014 09:37", date(2014, 1, 10)),
        ("10.01.2014 09.37", date(2014, 1, 10)),
        ("2024-02-29", date(2024, 2, 29)),
        # domain.md 3: the same instant lies in different years by Oslo's clock
        ("2025-12-31 22:30Z", date(2025, 12, 31)),
        ("2025-12-31T23:30:00Z", date(2026, 1, 1)),
        ("2026-03-20T23:30:00+01:00", date(2026, 3, 20)),
        ("2026-06-30T23:30:00-0500", date(2026, 7, 1)),
        ("31.12.2025 23:30 +00", date(2026, 1, 1)),
    ],
)
def test_a_date_is_read_in_either_order_and_by_the_offices_clock(text: str, day: date) -> None:
    assert cells.day(OSLO)(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "2014-02-30",
        "31.02.2013",
        "29.02.2023",
        "27.03.14",
        "14-03-27",
        "03/27/2014",
        "2014-3-27",
        "20140327",
        "40909",
        "2014-03-27 25:00",
        "2014-03-27 12:60",
        "2014-03-27T10:00+99:00",
        "9999-12-31T23:30:00Z",
        "i går",
        "2014-03-27 og mer",
        "２０１４-03-27",
        "0000-01-01",
    ],
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(BadCell, match=r"is not a date$"):
        cells.day(OSLO)(text)


def test_an_empty_cell_is_no_date() -> None:
    assert cells.day(OSLO)("  ") is None


def test_a_spreadsheets_date_is_a_date_and_its_number_is_not() -> None:
    assert cells.day(OSLO)(date(2012, 1, 1)) == date(2012, 1, 1)
    with pytest.raises(BadCell, match=r"^40909 is a number, not a date; format the cell as a date$"):
        cells.day(OSLO)(40909.0)
    with pytest.raises(BadCell, match="holds the error #N/A"):
        cells.day(OSLO)(CellError("#N/A"))


def test_a_profiles_date_format_is_the_only_one() -> None:
    american = cells.day(OSLO, date_format="%m/%d/%Y %I:%M:%S %p")
    assert american("01/02/2015 10:30:05 PM") == date(2015, 1, 2)
    with pytest.raises(BadCell):
        american("2015-01-02")


def test_a_date_format_with_an_offset_gives_the_date_in_oslo() -> None:
    assert cells.day(OSLO, date_format="%Y-%m-%dT%H:%M%z")("2025-12-31T23:30+0000") == date(2026, 1, 1)


def test_a_bad_cell_is_shown_short_and_without_control_characters() -> None:
    with pytest.raises(BadCell) as raised:
        cells.day(OSLO)("\x1b[31m" + "x" * 1000)
    assert len(str(raised.value)) < 100
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "text"),
    [("  A-1 ", "A-1"), (12345.0, "12345"), (12.5, "12.5"), (True, "TRUE"), (date(2012, 1, 2), "2012-01-02")],
)
def test_a_number_in_a_text_column_is_text(cell: Cell, text: str) -> None:
    assert cells.checked_text(most=100)(cell) == text


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_refused() -> None:
    with pytest.raises(BadCell, match="more digits"):
        cells.checked_text(most=100)(1.2345678901234567e16)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\x00b", "cannot be stored"),
        ("\ud800", "cannot be stored"),
        ("x" * 11, "is too long: at most 10 characters"),
        ("26028012347", "too long"),
    ],
)
def test_a_text_that_must_not_be_stored_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        cells.checked_text(most=10)(text)


def test_a_text_with_a_national_identity_number_is_refused() -> None:
    with pytest.raises(BadCell, match="national identity number"):
        cells.checked_text(most=500)("Gjelder 01010750160, takk")


def test_a_name_is_written_as_names_are_stored() -> None:
    assert cells.name(most=200)("  Plan  og\tbygning ") == "Plan og bygning"
    with pytest.raises(BadCell, match="too long"):
        cells.name(most=10)("ß" * 10)


@pytest.mark.parametrize(
    ("closed_list", "text", "member"),
    [
        (Stream, "Ekstern", Stream.EXTERNAL),
        (Stream, "INTERNAL", Stream.INTERNAL),
        (Channel, "E-post", Channel.EMAIL),
        (Channel, "OPPMØTE", Channel.IN_PERSON),
        (Channel, "in_person", Channel.IN_PERSON),
        (Channel, "Sosiale medier", Channel.SOCIAL),
        (ExclusionReason, "Søppelpost", ExclusionReason.SPAM),
        (ExclusionReason, "TEST", ExclusionReason.TEST),
        (ExclusionReason, "registered_in_error", ExclusionReason.REGISTERED_IN_ERROR),
        (ExclusionReason, "annen myndighet", ExclusionReason.OTHER_AUTHORITY),
    ],
)
def test_a_word_of_a_closed_list_is_known_in_both_languages(
    closed_list: type[Stream] | type[Channel] | type[ExclusionReason], text: str, member: object
) -> None:
    assert cells.word(words_of(closed_list), empty=None)(text) is member


def test_an_unknown_word_is_answered_with_those_there_are() -> None:
    with pytest.raises(BadCell, match=r"^sideveis is not one of external, internal, ekstern, intern$"):
        cells.word(words_of(Stream), empty=Stream.EXTERNAL)("sideveis")


def test_every_member_of_every_closed_list_has_a_word() -> None:
    for closed_list in (Stream, Channel, ExclusionReason):
        assert set(words_of(closed_list).values()) == set(closed_list)


def test_a_profile_translates_words_the_empty_cell_and_all_others() -> None:
    plain = cells.checked_text(most=100)
    translated = cells.translated(plain, {"city worker app": "internal", "*": "external", "": "nobody"})
    assert [translated(cell) for cell in ("CITY worker app", "Constituent Call", " ")] == [
        "internal",
        "external",
        "nobody",
    ]


def test_without_a_value_for_it_an_empty_cell_stays_empty() -> None:
    assert cells.translated(cells.checked_text(most=100), {"*": "external"})("") is None


def test_a_text_can_be_translated_to_an_empty_cell() -> None:
    assert cells.translated(cells.day(OSLO), {"n/a": ""})("N/A") is None
    assert cells.translated(cells.day(OSLO), {"n/a": ""})(date(2014, 1, 1)) == date(2014, 1, 1)
