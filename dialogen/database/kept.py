"""Queries about what is still kept of cases that can be disposed of: which cases have any, how much, and since when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, union
from sqlalchemy.orm import Session

from dialogen.database.models import (
    IS_PENDING,
    Attachment,
    Case,
    CaseEvent,
    CaseLetter,
    CasePersonal,
    EventText,
    ImportRow,
    PendingChange,
)
from dialogen.domain.history import Action
from dialogen.domain.retention import CONTENT_FIELDS, OF_A_CASE, SENDER_FIELDS, Keepsake, KeptCase, keepsake_of

#: Lines of history that are no work on a case: how it came in, which others belong to it, and what of it was erased.
_NO_STEPS = (Action.REGISTERED.value, Action.LINKED.value, Action.UNLINKED.value, Action.DISPOSED.value)


def _columns(fields: Iterable[str]) -> list[Any]:
    return [getattr(CasePersonal, name) for name in sorted(fields)]


SENDER_COLUMNS = _columns(SENDER_FIELDS)
CONTENT_COLUMNS = _columns(CONTENT_FIELDS)
#: What of a letter to the sender goes with which type. A mail server's answer may repeat the address.
LETTER_COLUMNS: dict[Keepsake, list[Any]] = {
    Keepsake.SENDER: [CaseLetter.to_address, CaseLetter.last_answer],
    Keepsake.CONTENT: [CaseLetter.subject, CaseLetter.text],
    Keepsake.NOTES: [CaseLetter.reason],
}


@dataclass(frozen=True)
class Keeping:
    """A case as retention sees it, and how many values of each type are left of it."""

    id: int
    reference: str
    facts: KeptCase
    left: Counter[Keepsake] = field(default_factory=Counter)


def cases_with_anything(session: Session, *, after: int, limit: int) -> list[int]:
    """Return the numbers of the next cases of which something is left, in order, whatever their condition.

    Cases that were erased are not looked at one by one: the search goes through what is left.
    """
    personal = [column.is_not(None) for column in (*SENDER_COLUMNS, *CONTENT_COLUMNS)]
    letters = [column.is_not(None) for columns in LETTER_COLUMNS.values() for column in columns]
    parts = (
        (CaseLetter.case_id, or_(*letters)),
        (CasePersonal.case_id, or_(*personal)),
        (EventText.case_id, None),
        (Attachment.case_id, None),
        (ImportRow.case_id, ImportRow.subject_digest.is_not(None)),
    )
    pages = []
    for column, condition in parts:
        page = select(column.label("case_id")).distinct().where(column > after)
        page = page if condition is None else page.where(condition)
        pages.append(select(page.order_by(column).limit(limit).subquery().c.case_id))
    found = union(*pages).subquery()
    return list(session.scalars(select(found.c.case_id).order_by(found.c.case_id).limit(limit)))


def lock_free_cases(session: Session, case_ids: Sequence[int]) -> dict[int, Case]:
    """Return those of some cases that nobody is changing, by number, locked until the transaction ends.

    Waiting for the others would hold these meanwhile, and could end in a deadlock with a long import.
    """
    query = select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)
    locked = session.scalars(query.with_for_update(key_share=True, skip_locked=True))
    return {each.id: each for each in locked}


def closed_cases(session: Session, case_ids: Sequence[int], *, zone: tzinfo) -> list[Keeping]:
    """Return those of some cases that are answered or excluded, with what is left of them, by number."""
    query = select(Case).where(Case.id.in_(case_ids), Case.answered_on.is_not(None) | Case.exclusion.is_not(None))
    return keepings(session, session.scalars(query.order_by(Case.id)).all(), zone=zone)


def keepings(session: Session, cases: Sequence[Case], *, zone: tzinfo) -> list[Keeping]:
    """Return cases as retention sees them, in the order given, in a few queries for all of them."""
    numbers = [each.id for each in cases]
    steps, waiting, left = _last_steps(session, numbers), _pending(session, numbers), _left(session, numbers)
    return [
        Keeping(
            each.id,
            each.reference,
            KeptCase(
                answered_on=each.answered_on,
                is_excluded=each.exclusion is not None,
                registered_on=each.registered_on,
                last_step_on=_local_day(steps.get(each.id), zone),
                has_pending=each.id in waiting,
                kind_id=each.kind_id,
            ),
            left.get(each.id, Counter()),
        )
        for each in cases
    ]


def _local_day(instant: datetime | None, zone: tzinfo) -> date | None:
    return None if instant is None else instant.astimezone(zone).date()


def _last_steps(session: Session, case_ids: Sequence[int]) -> dict[int, datetime]:
    query = (
        select(CaseEvent.case_id, func.max(CaseEvent.at))
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.action.not_in(_NO_STEPS))
        .group_by(CaseEvent.case_id)
    )
    return dict(session.execute(query).all())


def _pending(session: Session, case_ids: Sequence[int]) -> set[int]:
    return set(session.scalars(select(PendingChange.case_id).where(PendingChange.case_id.in_(case_ids), IS_PENDING)))


def _left(session: Session, case_ids: Sequence[int]) -> dict[int, Counter[Keepsake]]:
    """Count the values, texts, digests and files that are left of cases, by type."""
    left: dict[int, Counter[Keepsake]] = {case_id: Counter() for case_id in case_ids}
    personal = select(CasePersonal.case_id, _filled(SENDER_COLUMNS), _filled(CONTENT_COLUMNS))
    for case_id, sender, content in session.execute(personal.where(CasePersonal.case_id.in_(case_ids))):
        left[case_id][Keepsake.SENDER] += sender
        left[case_id][Keepsake.CONTENT] += content
    texts = (
        select(EventText.case_id, EventText.field, func.count())
        .where(EventText.case_id.in_(case_ids))
        .group_by(EventText.case_id, EventText.field)
    )
    for case_id, name, count in session.execute(texts):
        left[case_id][keepsake_of(name)] += count
    letters = select(CaseLetter.case_id, *(_filled(LETTER_COLUMNS[each]) for each in OF_A_CASE))
    for case_id, *counts in session.execute(letters.where(CaseLetter.case_id.in_(case_ids))):
        left[case_id].update(dict(zip(OF_A_CASE, counts, strict=True)))
    digests = select(ImportRow.case_id).where(ImportRow.case_id.in_(case_ids), ImportRow.subject_digest.is_not(None))
    for case_id in session.scalars(digests):
        left[case_id][Keepsake.CONTENT] += 1
    files = select(Attachment.case_id, func.count()).where(Attachment.case_id.in_(case_ids))
    for case_id, count in session.execute(files.group_by(Attachment.case_id)):
        left[case_id][Keepsake.CONTENT] += count
    return left


def _filled(columns: Sequence[Any]) -> ColumnElement[int]:
    numbers: list[ColumnElement[int]] = [case((column.is_not(None), 1), else_=0) for column in columns]
    return reduce(add, numbers)
