"""Made-up national identity numbers for tests, by a reckoning of their own; nobody's, since their months are beyond 12."""

WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def control(digits: str, weights: tuple[int, ...], *, remainder: int = 0) -> str | None:
    """Return the control digit that leaves this remainder (MOD 11), or None when it would be 10."""
    digit = (remainder - sum(int(each) * weight for each, weight in zip(digits, weights, strict=True))) % 11
    return None if digit == 10 else str(digit)


def check_digits(nine: str, *, remainder: int = 0) -> str | None:
    """Return both control digits that follow nine digits; the first one leaves `remainder`, as from 2032 on it may."""
    first = control(nine, WEIGHTS_1, remainder=remainder)
    second = control(nine + first, WEIGHTS_2) if first else None
    return f"{first}{second}" if first and second else None


def a_number(six: str, *, individual: int = 0, remainder: int = 0) -> str:
    """Return the first number with valid control digits that begins with these six digits."""
    while True:
        nine = f"{six}{individual:03d}"
        check = check_digits(nine, remainder=remainder)
        if check is not None:
            return nine + check
        individual += 1


#: A made-up person of Skatteetaten's test data (80 added to the month), and one who would be numbered from 2032 on.
MADE_UP = a_number("018190", individual=100)
DOUBTFUL = a_number("018190", individual=200, remainder=2)
