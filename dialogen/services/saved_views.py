"""Saved views of the list of cases: everybody's own, and those that a unit's managers save for all of its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialogen.database import saved_views as rows
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.case_lists import COLUMNS, Column, columns_of
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Problem
from dialogen.domain.texts import required_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

NAME_MOST = 100
VIEWS_MOST = 50  # of one person, or of one unit

Address = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True)
class ViewOfList:
    """A saved view: its name, the address that shows it, and whether the reader may change or delete it."""

    id: int
    name: str
    unit: str | None
    address: dict[str, Any]
    may_change: bool


@dataclass(frozen=True)
class ListHome:
    """The views that somebody sees, and how their list begins."""

    views: tuple[ViewOfList, ...]
    default: ViewOfList | None
    columns: tuple[Column, ...]


def list_home(db: "Database", *, by: Standing) -> ListHome:
    """Return the views within reach and how the reader's list begins."""
    with db.reading() as session:
        within = reach(by, Act.SEE)
        found, own = rows.views_and_default(session, by.account_id, units=within.units, all_units=within.everything)
        views = _views(found, by)
        named = columns_of((own.columns or "").split()) if own else ()
        chosen = own.view_id if own else None
    return ListHome(views, next((each for each in views if each.id == chosen), None), named or COLUMNS)


def save_view(
    db: "Database", *, by: Standing, name: str, unit_id: int | None, address: Address, now: datetime
) -> ViewOfList:
    """Save a list under a name, for oneself, or for a unit of which one is the manager.

    Raises NotAllowed for another unit, InvalidInput for a bad name, Conflict for one that is taken, and when there are too
    many.
    """
    name = required_name("name", name, most=NAME_MOST)
    if unit_id is not None and not may_save_for(by, unit_id):
        raise NotAllowed(Problem.NOT_ALLOWED)
    scope = rows.own_scope(by.account_id) if unit_id is None else rows.unit_scope(unit_id)
    with db.writing() as session:
        if rows.count_in(session, scope) >= VIEWS_MOST:
            raise Conflict(Problem.TOO_MANY_VIEWS, most=VIEWS_MOST)
        _check_free(session, scope, name)
        row = rows.add_view(
            session,
            scope=scope,
            account_id=by.account_id,
            unit_id=unit_id,
            name=name,
            address=address,
            saved_at=now,
        )
        return _one(_seen(session, by), row.id)


def show_view(db: "Database", *, by: Standing, view_id: int) -> ViewOfList:
    """Return a view within reach; raises NotFound."""
    with db.reading() as session:
        return _one(_seen(session, by), view_id)


def rename_view(db: "Database", *, by: Standing, view_id: int, name: str) -> None:
    """Give a view another name; raises NotFound, NotAllowed, InvalidInput, and Conflict for one that is taken."""
    with db.writing() as session:
        row = _to_change(session, by, view_id)
        name = required_name("name", name, most=NAME_MOST)
        _check_free(session, row.scope, name, but=view_id)
        rows.rename(row, name)


def change_view(db: "Database", *, by: Standing, view_id: int, address: Address) -> None:
    """Let a view show another list; raises NotFound and NotAllowed."""
    with db.writing() as session:
        _to_change(session, by, view_id).address = dict(address)


def delete_view(db: "Database", *, by: Standing, view_id: int) -> None:
    """Delete a view; raises NotFound and NotAllowed."""
    with db.writing() as session:
        _to_change(session, by, view_id)
        rows.remove_view(session, view_id)


def begin_with(db: "Database", *, by: Standing, view_id: int | None) -> None:
    """Let the reader's list begin with a view, or as it does for everybody (None); raises NotFound."""
    with db.writing() as session:
        if view_id is not None:
            _one(_seen(session, by), view_id)
        rows.put_default(session, by.account_id, {"view_id": view_id})


def keep_columns(db: "Database", *, by: Standing, columns: Sequence[Column]) -> None:
    """Let the reader's list show these columns when its address names none."""
    with db.writing() as session:
        rows.put_default(session, by.account_id, {"columns": " ".join(columns) or None})


def may_save_for(by: Standing, unit_id: int) -> bool:
    """Say whether the account may save views for a unit: its managers may."""
    return reach(by, Act.WORK).all_of_unit(unit_id)


def _seen(session: "Session", by: Standing) -> tuple[ViewOfList, ...]:
    within = reach(by, Act.SEE)
    return _views(rows.views(session, by.account_id, units=within.units, all_units=within.everything), by)


def _views(found: Sequence[Any], by: Standing) -> tuple[ViewOfList, ...]:
    return tuple(
        ViewOfList(
            id=row.id,
            name=row.name,
            unit=unit,
            address=row.address,
            may_change=row.unit_id is None or may_save_for(by, row.unit_id),
        )
        for row, unit in found
    )


def _one(views: Sequence[ViewOfList], view_id: int) -> ViewOfList:
    found = next((each for each in views if each.id == view_id), None)
    if found is None:
        raise NotFound(Problem.NO_SUCH, what="view", value=view_id)
    return found


def _to_change(session: "Session", by: Standing, view_id: int) -> Any:
    if not _one(_seen(session, by), view_id).may_change:
        raise NotAllowed(Problem.NOT_ALLOWED)
    return rows.get_view(session, view_id)


def _check_free(session: "Session", scope: str, name: str, *, but: int | None = None) -> None:
    if rows.is_taken(session, scope, name, but=but):
        raise InvalidInput.of("name", Problem.TAKEN, value=name)
