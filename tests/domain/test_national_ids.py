"""National identity numbers in texts: refused when sure, warned about when possible, and never told again."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.errors import FieldProblem, InvalidInput, NotFound, Problem
from dialogen.domain.national_ids import (
    WITHHELD,
    Likeness,
    holds_national_id,
    is_national_id,
    likeness,
    may_hold_national_id,
    without_national_ids,
)
from tests.national_ids import DOUBTFUL, MADE_UP, WEIGHTS_2, a_number, check_digits, control

OTHER = a_number("317299", individual=500)
#: What is added to the day or the month of the six digits, and who has such a number.
VARIANTS = {
    "ordinary": (0, 0),
    "D number": (40, 0),
    "helping number": (0, 40),
    "NAV's tests": (0, 65),
    "Skatteetaten's tests": (0, 80),
    "D number in Skatteetaten's tests": (40, 80),
}
variants = st.sampled_from(sorted(VARIANTS.values()))
born = st.dates(date(1900, 3, 1), date(2039, 12, 31))


def six_digits(born: date, variant: tuple[int, int]) -> str:
    """Return the date part of a number."""
    day, month = variant
    return f"{born.day + day:02d}{born.month + month:02d}{born:%y}"


@given(born=born, individual=st.integers(0, 999), variant=variants)
def test_a_date_and_both_checksums_are_a_national_identity_number(
    born: date, individual: int, variant: tuple[int, int]
) -> None:
    nine = f"{six_digits(born, variant)}{individual:03d}"
    check = check_digits(nine)
    if check is not None:
        assert holds_national_id(f"Fødselsnummer: {nine}{check}.")
        assert not may_hold_national_id(nine + check)


@given(born=born, individual=st.integers(0, 999), variant=variants, remainder=st.integers(1, 10))
def test_the_rule_of_2032_takes_three_more_remainders_of_the_first_control_digit(
    born: date, individual: int, variant: tuple[int, int], remainder: int
) -> None:
    nine = f"{six_digits(born, variant)}{individual:03d}"
    check = check_digits(nine, remainder=remainder)
    if check is not None:
        assert may_hold_national_id(f"Nummer: {nine}{check}.") is (remainder <= 3)
        assert not holds_national_id(nine + check)


@given(born=born, individual=st.integers(0, 999), remainder=st.integers(0, 3), slip=st.integers(1, 9))
def test_the_second_control_digit_must_hold_by_both_rules(
    born: date, individual: int, remainder: int, slip: int
) -> None:
    nine = f"{born:%d%m%y}{individual:03d}"
    check = check_digits(nine, remainder=remainder)
    if check is not None:
        assert likeness(f"{nine}{check[0]}{(int(check[1]) + slip) % 10}") is Likeness.NONE


def test_both_checksums_must_hold() -> None:
    for wrong in set("0123456789") - {MADE_UP[9]}:
        second = control(MADE_UP[:9] + wrong, WEIGHTS_2)
        if second is not None:
            assert not is_national_id(MADE_UP[:9] + wrong + second)


@pytest.mark.parametrize(
    "six",
    [
        pytest.param("000190", id="day 0"),
        pytest.param("320190", id="day 32"),
        pytest.param("400190", id="day 40"),
        pytest.param("720190", id="day 72"),
        pytest.param("310490", id="31 April"),
        pytest.param("300296", id="30 February"),
        pytest.param("290201", id="29 February of no leap year"),
        pytest.param("690201", id="the same, as a D number"),
        pytest.param("010090", id="month 0"),
        pytest.param("011390", id="month 13"),
        pytest.param("014090", id="month 40"),
        pytest.param("015390", id="month 53"),
        pytest.param("016590", id="month 65"),
        pytest.param("017890", id="month 78"),
        pytest.param("018090", id="month 80"),
        pytest.param("019390", id="month 93"),
        pytest.param("810190", id="a number of a hospital's own, without a date"),
    ],
)
def test_eleven_digits_without_a_date_are_none(six: str) -> None:
    for individual in (0, 499, 500, 900):
        for remainder in range(4):
            assert likeness(a_number(six, individual=individual, remainder=remainder)) is Likeness.NONE


@pytest.mark.parametrize("digits", ["", "1", MADE_UP[:10], MADE_UP + "0"])
def test_another_length_is_none(digits: str) -> None:
    assert not is_national_id(digits)


@pytest.mark.parametrize("number", [MADE_UP, DOUBTFUL], ids=["sure", "possible"])
@pytest.mark.parametrize(
    "text",
    [
        "{0}{1}",
        "Jeg er født {0}{1}.",
        "fnr:{0}{1}, takk",
        "fnr{0}{1}fnr",
        "{0} {1}",
        "{0}\u00a0{1}",
        "{0}\u202f{1}",
        "{0}-{1}",
        "{0}\u2011{1}",
        "{0}–{1}",
        "{0}.{1}",
        "Tlf. 12345678, og nummeret er\n{0}{1}\n",
        "12345678901 og {0}{1}",
        "123456 {0}{1}",
        "2026-{0}-{1}",
        "<b>{0}{1}</b>",
        "{0}  {1}",
        "{0} - {1}",
        "{0}\t{1}",
        "{0}\n{1}",
        "{0}\r\n{1}",
        "{0}\u2212{1}",
        "{0}\u200b{1}",
        "{0[0]}\u00ad{0[1]}\u2060{0[2]}{0[3]}{0[4]}{0[5]}{1}",
        "{0} {1[0]}{1[1]}{1[2]} {1[3]}{1[4]}",
        "{0[0]}{0[1]}.{0[2]}{0[3]}.{0[4]}{0[5]} {1}",
        "{0[0]}{0[1]} {0[2]}{0[3]} {0[4]}{0[5]}-{1}",
    ],
)
def test_a_number_is_found_wherever_it_stands(text: str, number: str) -> None:
    written = text.format(number[:6], number[6:])
    assert likeness(written) is likeness(number) is not Likeness.NONE


@pytest.mark.parametrize("zero", "0٠०０𝟎", ids=ascii)
def test_digits_of_every_script_count(zero: str) -> None:
    assert holds_national_id("".join(chr(ord(zero) + int(digit)) for digit in MADE_UP))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hullet i Kirkeveien 12 er der fortsatt.",
        "Ring 12345678 etter kl. 12.00 den 01.02.2026.",
        "Sak 2026-000143",
        "12345678901",
        f"1{MADE_UP}",
        f"{MADE_UP}1",
        f"{MADE_UP[:6]}    {MADE_UP[6:]}",
        f"{MADE_UP[:5]} {MADE_UP[5:]}",
        f"{MADE_UP[:4]} {MADE_UP[4:6]} {MADE_UP[6:]}",
        f"{MADE_UP[:4]}.{MADE_UP[4:6]}.{MADE_UP[6:]}",
        MADE_UP[:10],
        "²" * 11,
    ],
)
def test_a_text_without_one_holds_none(text: str) -> None:
    assert likeness(text) is Likeness.NONE


@given(place=st.integers(0, 10), slip=st.integers(1, 9))
def test_a_slip_in_one_digit_makes_it_none(place: int, slip: int) -> None:
    wrong = (int(MADE_UP[place]) + slip) % 10
    assert not is_national_id(f"{MADE_UP[:place]}{wrong}{MADE_UP[place + 1 :]}")


def test_a_text_that_holds_a_sure_one_is_not_merely_doubtful() -> None:
    assert likeness(f"{DOUBTFUL} og {MADE_UP}") is Likeness.CERTAIN


def test_few_numbers_that_are_none_are_taken_for_one() -> None:
    """Of numbers without meaning 0,24 % are refused and 0,95 % at most warned about, as was reckoned before."""
    numbers = random.Random(2032)
    found = [likeness(f"{numbers.randrange(10**11):011d}") for _ in range(20_000)]
    assert 0.001 < found.count(Likeness.CERTAIN) / len(found) < 0.004
    assert 0.004 < found.count(Likeness.POSSIBLE) / len(found) < 0.011


@given(before=st.text(max_size=20), number=st.sampled_from([MADE_UP, DOUBTFUL, OTHER]), after=st.text(max_size=20))
def test_a_text_is_told_without_the_numbers_it_holds(before: str, number: str, after: str) -> None:
    text = f"{before} {number} {after}"
    told = without_national_ids(text)
    assert number not in told
    assert told.count(WITHHELD) >= 1
    assert likeness(told) is Likeness.NONE


def test_a_text_without_one_is_told_as_it_is() -> None:
    assert without_national_ids("Konto 1234.56.78901, sak 2026-000143") == "Konto 1234.56.78901, sak 2026-000143"


def test_no_refusal_repeats_one() -> None:
    for number in (MADE_UP, DOUBTFUL):
        for told in (
            str(FieldProblem("unit", Problem.UNKNOWN_UNIT, {"value": number})),
            str(InvalidInput.of("unit", Problem.UNKNOWN_UNIT, value=number)),
            str(NotFound(Problem.NO_SUCH_CASE, value=number)),
        ):
            assert number not in told
            assert WITHHELD in told
