"""What all tables share: names of constraints, instants in UTC, closed lists as checked text, and which database it is."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC. A naive one is refused: SQLite would keep it silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC; without its zone for SQLite, which keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what was stored as an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


class _Members(dict[str | None, StrEnum | None]):
    """The members of a closed list by their words."""

    def __missing__(self, word: str | None) -> StrEnum:
        raise LookupError(
            f"{word!r} stands in no closed list here; its words are {', '.join(map(str, filter(None, self)))}"
        )


class _ClosedList(Enum):
    """Words of a closed list, read by one look into a table: a page reads hundreds of them."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what makes a member of a word that was stored."""
        members: Any = self.enum_class
        return _Members({None: None, **{member.value: member for member in members}}).__getitem__


def closed_list(words: type[StrEnum], name: str) -> Enum:
    """Return the column type of a closed list: its words as text, with a named check in the schema."""

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return _ClosedList(words, native_enum=False, values_callable=values, create_constraint=True, name=name, length=30)


def on_sqlite(session: Session) -> bool:
    """Whether this is SQLite, where a query has to be put in another way to be as quick."""
    return session.get_bind().dialect.name == "sqlite"
