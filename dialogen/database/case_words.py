"""The index that a search looks in: the words of each case, read anew before a transaction ends that changed them.

Triggers note in `words_due` which cases must be read (`word_triggers`). On SQLite the index is an FTS5 table, on
PostgreSQL a tsvector under GIN, each of the same tokens (domain/words.py). It speaks with the driver: it is asked at
the end of every transaction, and mostly has nothing to do.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, column, literal, select, table, text
from sqlalchemy.orm import Session

from dialogen.database.base import on_sqlite
from dialogen.domain.searching import Groups, Term, Token
from dialogen.domain.words import tokens_of_case

AT_ONCE = 500  # cases read at once
_MOST_AT_END = 20  # times as many at the end of a transaction; its own are the newest
_READ_UP_TO = "words_due read up to"  # in the session's info
_ALL = 2**31 - 1
_WORDS = table("case_words", column("rowid", Integer))

_DUE = "SELECT id, case_id FROM words_due WHERE id > {} ORDER BY id {} LIMIT {}"
_TEXTS = (
    "SELECT c.id, c.reference, c.external_reference, p.subject, p.sender_name, p.sender_email, p.sender_phone, p.text"
    " FROM cases c LEFT JOIN case_personal p ON p.case_id = c.id WHERE c.id {} ORDER BY c.id"
)
_NOTES = "SELECT case_id, text FROM event_texts WHERE field = 'note' AND case_id {} ORDER BY id DESC"


def refresh(session: Session) -> None:
    """Read anew the cases that are due, those that this transaction changed before others."""
    session.flush()
    if not session.in_transaction():
        return
    index = _index_of(session)
    held: set[int] = set()
    for _ in range(_MOST_AT_END):
        due = index.due(session.info.get(_READ_UP_TO, 0), newest_first=True)
        held |= index.read(due)
        if len(due) < AT_ONCE:
            break
    index.put_off(held)


def read_new_cases(session: Session, case_ids: Collection[int]) -> None:
    """Read cases that this transaction has added, with all that is to be added: a long import does so in passing."""
    index = _index_of(session)
    new, after = set(case_ids), session.info.get(_READ_UP_TO, 0)
    while due := index.due(after):
        after = due[-1][0]
        index.forget([number for number, case_id in due if case_id in new])
    numbers = sorted(new)
    for begin in range(0, len(numbers), AT_ONCE):
        index.write(set(numbers[begin : begin + AT_ONCE]), is_new=True)
    if index.numbers_grow:
        session.info[_READ_UP_TO] = after


def catch_up(session: Session) -> bool:
    """Read anew some of the cases that have been due the longest; says whether there are more."""
    index = _index_of(session)
    due = index.due(0)
    held = index.read(due)
    index.put_off(held)
    session.info[_READ_UP_TO] = _ALL  # the end of the transaction need not go on with it
    return len(due) == AT_ONCE and len(held) < AT_ONCE


def any_due(session: Session) -> bool:
    """Say whether a case waits to be read."""
    return session.execute(text("SELECT id FROM words_due ORDER BY id LIMIT 1")).first() is not None


def forget_erased(session: Session) -> bool:
    """Let FTS5 drop some of what it only marked as erased; says whether there is more. PostgreSQL's VACUUM does it."""
    index = _index_of(session)
    return isinstance(index, _SqliteIndex) and index.merge()


def found(session: Session, terms: Sequence[Term], *, references_alone: bool = False) -> Select[int]:
    """Return the query of the numbers of the cases that hold all terms, or whose references alone do."""
    if on_sqlite(session):
        matched = _spelt(terms, _in_fts5, " AND ", " OR ", references_alone=references_alone)
        is_match: ColumnElement[bool] = column("case_words").op("MATCH", is_comparison=True)(literal(matched))
        return select(_WORDS.c.rowid).where(is_match)
    matched = _spelt(terms, _in_tsquery, " & ", " | ", references_alone=references_alone)
    name = "matched_by_reference" if references_alone else "matched"
    hits = text(f"dialogen_found(CAST(:{name} AS tsquery)) AS {name} (case_id)").bindparams(**{name: matched})
    return select(column("case_id", Integer)).select_from(hits)


def _in_fts5(token: Token) -> str:
    return f'"{token.text}"{"*" if token.is_start else ""}'


def _in_tsquery(token: Token) -> str:
    return f"'{token.text}'{':*' if token.is_start else ''}"


def _spelt(terms: Sequence[Term], spell: Any, both: str, either: str, *, references_alone: bool) -> str:
    """Spell a search in the language of a database. A token holds letters, digits and three signs, never a quote."""

    def any_of(tokens: Iterable[Token]) -> str:
        return f"({either.join(map(spell, tokens))})"

    def all_of(groups: Groups) -> str:
        return f"({both.join(map(any_of, groups))})"

    def of_term(term: Term) -> str:
        ways = [any_of(term.in_references)] if term.in_references else []
        ways += [] if references_alone else map(all_of, term.in_text)
        return f"({either.join(ways)})"

    return both.join(map(of_term, terms))


def _tokens(row: Sequence[Any], notes: Iterable[str]) -> list[str]:
    _, reference, external_reference, subject, name, email, phone, body = row
    return tokens_of_case(
        references=(reference, external_reference), texts=(subject, name, email, body, *notes), phone=phone
    )


class _Index(ABC):
    """What is the same in both databases: which cases are due, and what is read of them."""

    place = "?"
    numbers_grow = False  # whether a row of words_due never gets a number again that one before it had

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def due(self, after: int, *, newest_first: bool = False) -> list[tuple[int, int]]:
        """Return the next rows that are due."""
        statement = _DUE.format(self.place, "DESC" if newest_first else "ASC", self.place)
        return list(self.driver.execute(statement, (after, AT_ONCE)).fetchall())

    def forget(self, numbers: Collection[int]) -> None:
        """Take rows out of those that are due."""
        if numbers:
            self.among("DELETE FROM words_due WHERE id {}", numbers)

    def put_off(self, case_ids: Iterable[int]) -> None:
        """Note cases again, for whoever comes next."""
        rows = [(each,) for each in sorted(case_ids)]
        if rows:
            self.driver.cursor().executemany(f"INSERT INTO words_due (case_id) VALUES ({self.place})", rows)

    @abstractmethod
    def among(self, statement: str, numbers: Collection[int]) -> list[Any]:
        """Return what a statement finds for some numbers."""

    def read(self, due: Sequence[tuple[int, int]]) -> set[int]:
        """Read the cases of some rows anew, and return those that must wait since somebody else is changing them."""
        if not due:
            return set()
        self.forget([number for number, _ in due])
        case_ids = {case_id for _, case_id in due}
        held = self.held(case_ids)
        self.write(case_ids - held)
        return held

    def held(self, case_ids: set[int]) -> set[int]:
        """Return which of some cases somebody else is changing, and lock the others."""
        return set()

    def words(self, case_ids: set[int]) -> list[tuple[int, list[str]]]:
        """Return the tokens of some cases as they are now."""
        notes = defaultdict(list)
        for case_id, note in self.among(_NOTES, case_ids):
            notes[case_id].append(note)
        return [(row[0], _tokens(row, notes[row[0]])) for row in self.among(_TEXTS, case_ids)]

    @abstractmethod
    def write(self, case_ids: set[int], *, is_new: bool = False) -> None:
        """Put some cases into the index as they are now."""


class _SqliteIndex(_Index):
    """An FTS5 table. There is one writer at a time."""

    def among(self, statement: str, numbers: Collection[int]) -> list[Any]:
        places = f"IN ({', '.join('?' * len(numbers))})"
        return list(self.driver.execute(statement.format(places), tuple(numbers)).fetchall())

    def write(self, case_ids: set[int], *, is_new: bool = False) -> None:
        if not is_new:
            self.among("DELETE FROM case_words WHERE rowid {}", case_ids)
        rows = ((case_id, " ".join(tokens)) for case_id, tokens in self.words(case_ids))
        self.driver.executemany("INSERT INTO case_words (rowid, words) VALUES (?, ?)", rows)

    def merge(self) -> bool:
        """Merge some more of the index's parts into one, in which nothing of what was deleted is left."""
        before = self.driver.total_changes
        self.driver.execute("INSERT INTO case_words (case_words, rank) VALUES ('merge', -500)")
        return bool(self.driver.total_changes - before >= 2)  # one is the command itself


class _PostgresqlIndex(_Index):
    """A table of tsvectors."""

    place = "%s"
    numbers_grow = True

    def among(self, statement: str, numbers: Collection[int]) -> list[Any]:
        cursor = self.driver.execute(statement.format("= ANY(%s)"), (list(numbers),))
        return list(cursor.fetchall()) if cursor.description else []

    def held(self, case_ids: set[int]) -> set[int]:
        # Whoever changes a text holds its case: what is read here is not what somebody is just about to erase.
        # Waiting for them instead, with cases of one's own locked, could end in a deadlock.
        free = "SELECT id FROM cases WHERE id {} ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
        locked = {number for (number,) in self.among(free, case_ids)}
        if locked == case_ids:
            return set()
        there = {number for (number,) in self.among("SELECT id FROM cases WHERE id {}", case_ids)}
        return there - locked

    def write(self, case_ids: set[int], *, is_new: bool = False) -> None:
        read = self.words(case_ids)
        vectors = [" ".join(f"'{token}'" for token in tokens) for _, tokens in read]
        self.driver.execute(
            "INSERT INTO case_words (case_id, words) SELECT * FROM unnest(%s::integer[], %s::tsvector[])"
            " ON CONFLICT (case_id) DO UPDATE SET words = excluded.words",
            ([case_id for case_id, _ in read], vectors),
        )


def _index_of(session: Session) -> _Index:
    driver = session.connection().connection.driver_connection
    return _SqliteIndex(driver) if on_sqlite(session) else _PostgresqlIndex(driver)
