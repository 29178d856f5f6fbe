"""What number a row can have: anything else that is asked for is nobody's, and is not put to the database."""

MOST = 2**31 - 1  # PostgreSQL's integer; SQLite's driver refuses what needs more than 64 bits


def is_storable(number: int) -> bool:
    """Say whether a row can have this number."""
    return 0 < number <= MOST
