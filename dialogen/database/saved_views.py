"""Queries about saved views of the list, and how an account's list begins."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, false, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.base import on_sqlite
from dialogen.database.models import ListDefault, SavedView, Unit
from dialogen.database.plain_rows import PlainRows
from dialogen.domain.texts import name_key


def own_scope(account_id: int) -> str:
    """Return the scope of an account's own views."""
    return f"a{account_id}"


def unit_scope(unit_id: int) -> str:
    """Return the scope of a unit's views."""
    return f"u{unit_id}"


def views(session: Session, account_id: int, *, units: Collection[int], all_units: bool) -> list[Any]:
    """Return the views that somebody sees: their own, and those of these units or of all, each with its unit's name."""
    return views_and_default(session, account_id, units=units, all_units=all_units)[0]


def views_and_default(
    session: Session, account_id: int, *, units: Collection[int], all_units: bool
) -> tuple[list[Any], Any | None]:
    """Return the views as `views` does, and how the account's list begins (None when it never said): one query."""
    asked: dict[str, Any] = {"scope": own_scope(account_id), "account_id": account_id}
    if units and not all_units:
        asked["units"] = sorted(units)
    rows = _ROWS.read(session, _home_query(all_units, bool(units)), asked)
    return [(view, unit) for view, unit, _ in rows if view is not None], rows[0][2]


_ROWS = PlainRows(SavedView, None, ListDefault)


@lru_cache
def _home_query(all_units: bool, some_units: bool) -> Any:
    """Build the query of every list, once for each kind of reach."""
    own = SavedView.scope == bindparam("scope")
    of_units = SavedView.unit_id.in_(bindparam("units", expanding=True)) if some_units else false()
    always = select(literal(1)).subquery()
    return (
        select(SavedView, Unit.name, ListDefault)
        .select_from(always)
        .outerjoin(SavedView, or_(own, SavedView.unit_id.is_not(None) if all_units else of_units))
        .outerjoin(Unit, Unit.id == SavedView.unit_id)
        .outerjoin(ListDefault, ListDefault.account_id == bindparam("account_id"))
        .order_by(SavedView.unit_id.is_not(None), SavedView.name_key, SavedView.id)
    )


def get_view(session: Session, view_id: int) -> SavedView:
    """Return a view that is there."""
    return session.get_one(SavedView, view_id)


def rename(row: SavedView, name: str) -> None:
    """Give a view another name."""
    row.name, row.name_key = name, name_key(name)


def count_in(session: Session, scope: str) -> int:
    """Return how many views a scope has."""
    return session.execute(select(func.count()).select_from(SavedView).where(SavedView.scope == scope)).scalar_one()


def is_taken(session: Session, scope: str, name: str, *, but: int | None = None) -> bool:
    """Say whether another view of a scope has a name, whatever its case."""
    query = select(SavedView.id).where(SavedView.scope == scope, SavedView.name_key == name_key(name))
    return any(number != but for number in session.scalars(query.order_by(SavedView.id)))


def add_view(
    session: Session,
    *,
    scope: str,
    account_id: int,
    unit_id: int | None,
    name: str,
    address: Mapping[str, Any],
    saved_at: datetime,
) -> SavedView:
    """Add a view."""
    row = SavedView(
        scope=scope,
        account_id=account_id,
        unit_id=unit_id,
        name=name,
        name_key=name_key(name),
        address=dict(address),
        saved_at=saved_at,
    )
    session.add(row)
    session.flush()
    return row


def remove_view(session: Session, view_id: int) -> None:
    """Remove a view; lists that began with it begin as they do for everybody."""
    session.execute(update(ListDefault).where(ListDefault.view_id == view_id).values(view_id=None))
    session.execute(delete(SavedView).where(SavedView.id == view_id))


def put_default(session: Session, account_id: int, values: Mapping[str, Any]) -> None:
    """Say how an account's list begins; what is not mentioned stays."""
    dialect = sqlite if on_sqlite(session) else postgresql
    row = dialect.insert(ListDefault).values(account_id=account_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=[ListDefault.account_id], set_=dict(values)))
