"""Closed lists as they are read back."""

import pytest
from sqlalchemy import create_engine, select, text

from dialogen.database.base import closed_list
from dialogen.domain.cases import Stream


def test_a_stored_word_is_read_as_its_member_and_one_of_no_list_is_told_by_name() -> None:
    stored = text("SELECT 'external' AS stream UNION ALL SELECT NULL UNION ALL SELECT 'sideways'")
    query = select(stored.columns(stream=closed_list(Stream, "stream")).subquery().c.stream)
    with create_engine("sqlite://").connect() as connection:
        rows = connection.execute(query)
        assert [rows.fetchone(), rows.fetchone()] == [(Stream.EXTERNAL,), (None,)]
        with pytest.raises(LookupError, match=r"'sideways' .* external, internal"):
            rows.fetchone()
