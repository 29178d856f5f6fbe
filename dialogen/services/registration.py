"""Registers a case: checks what was handed in, gives it its deadline and its number, and tells the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dialogen.database import cases as case_rows
from dialogen.database import history, idempotency
from dialogen.database.models import Case, CasePersonal, IdempotencyKey
from dialogen.domain import deadlines, texts
from dialogen.domain.accounts import Act, Reach, Standing, reach
from dialogen.domain.case_changes import NewCase
from dialogen.domain.cases import format_reference
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem
from dialogen.domain.history import Action, Author, Change
from dialogen.services import attachments, case_parts, likeness, receipts
from dialogen.services.attachments import Cabinet, Checked
from dialogen.services.case_views import CaseView, view_of
from dialogen.services.letters_to_sender import Paper

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database


@dataclass(frozen=True)
class OnceOnly:
    """What makes a program's request repeatable: its token, the key it chose, and a digest of the body."""

    token_id: int
    key: str
    body_digest: str


@dataclass(frozen=True)
class Filing:
    """Files that came with an inquiry, taken in already, and where they are kept."""

    cabinet: Cabinet
    files: Sequence[Checked]


def register_case(
    db: "Database",
    *,
    new: NewCase,
    by: Standing | None,
    author: Author,
    today: date,
    now: datetime,
    paper: Paper | None = None,
    filing: Filing | None = None,
) -> CaseView:
    """Register an inquiry with its deadline, its reference and its files; `by` None is the office's own command line.

    With `paper` the sender gets a receipt, as far as the unit sends them.

    Raises InvalidInput for wrong fields, NotAllowed when the reader may register nowhere, Conflict when the
    source's reference is registered already.
    """
    with db.writing() as session:
        view = _register(session, new=new, by=by, author=author, today=today, now=now, paper=paper)
        if filing is None or not filing.files:
            return view
        case = session.get_one(Case, view.id)
        attachments.add_to_case(session, case, filing.cabinet, files=filing.files, author=author, now=now)
        session.flush()
        return view_of(case_rows.get_case_row_by_id(session, view.id), by=by, today=today)


def register_case_once(
    db: "Database",
    *,
    new: NewCase,
    by: Standing,
    author: Author,
    today: date,
    now: datetime,
    once: OnceOnly,
    paper: Paper | None = None,
) -> CaseView:
    """Register an inquiry that a program may hand in again after a lost answer (Idempotency-Key).

    The same key with the same body gives the same case; with another body it raises Conflict, and so when the case has
    left the program's reach since.
    """
    with db.writing() as session:
        # Taking the year's counter first makes a second request with the same key wait for the first one's end.
        case_rows.reserve_numbers(session, registered_on=today, count=0)
        known = idempotency.find_idempotency_key(session, token_id=once.token_id, key=once.key)
        if known is None:
            view = _register(session, new=new, by=by, author=author, today=today, now=now, paper=paper)
            session.add(IdempotencyKey(**once.__dict__, case_id=view.id, created_at=now))
            return view
        if known.body_digest != once.body_digest:
            raise Conflict(Problem.IDEMPOTENCY_CONFLICT, value=once.key)
        view = view_of(case_rows.get_case_row_by_id(session, known.case_id), by=by, today=today)
        if not reach(by, Act.SEE).covers(unit_id=view.unit_id, handler_id=_handler_of(view)):
            raise Conflict(Problem.REGISTERED_OUT_OF_REACH, value=once.key)
        return view


def _handler_of(view: CaseView) -> int | None:
    return view.handler.account_id if view.handler else None


def _register(
    session: "Session",
    *,
    new: NewCase,
    by: Standing | None,
    author: Author,
    today: date,
    now: datetime,
    paper: Paper | None,
) -> CaseView:
    within = None if by is None else _reach_to_register(by)
    deadlines.check_received_on(new.received_on, today)
    personal = case_parts.checked_personal(new.subject, new.text, new.sender)
    unit_id = case_parts.unit_number(session, new.unit)
    if within is not None and not within.all_of_unit(unit_id):
        raise InvalidInput.of("unit", Problem.UNIT_NEEDED)
    rule, due_on = case_parts.deadline_for(session, new.received_on)
    source, external_reference = _checked_origin(new)
    case = Case(
        source=source,
        external_reference=external_reference,
        stream=new.stream,
        channel=new.channel,
        kind_id=case_parts.kind_number(session, new.kind),
        unit_id=unit_id,
        handler_id=case_parts.handler_number(session, new.handler),
        received_on=new.received_on,
        rule_version=rule.version,
        due_on=due_on,
        deadline=due_on,
        registered_on=today,
        created_at=now,
    )
    # The number first: whoever registers at the same moment waits here, and then finds this case.
    number = case_rows.reserve_numbers(session, registered_on=today, count=1)
    _check_not_registered(session, case)
    case.reference = format_reference(today.year, number)
    session.add(case)
    session.flush()
    if any(personal.values()):
        session.add(CasePersonal(case_id=case.id, **personal))
        likeness.keep_marks(session, case)
    row = case_rows.get_case_row_by_id(session, case.id)
    changes = _told_at_registration(row)
    history.add_event(session, case.id, at=now, action=Action.REGISTERED, author=author, changes=changes)
    if paper is not None:
        receipts.write_receipt(session, row, paper=paper, now=now)
    return view_of(row, by=by, today=today)


def _told_at_registration(row: Any) -> list[Change]:
    """Return every field of a new case but the personal ones, so that its history alone says what it was."""
    case, _, unit, kind, handler, *_ = row
    told = {
        "received_on": case.received_on.isoformat(),
        "due_on": case.due_on.isoformat(),
        "rule_version": str(case.rule_version),
        "stream": case.stream.value,
        "channel": case.channel.value,
        "kind": kind.word if kind else None,
        "unit": unit,
        "handler": handler,
        "source": case.source,
        "external_reference": case.external_reference,
    }
    return [Change(field, None, value) for field, value in told.items() if value is not None]


def _reach_to_register(by: Standing) -> Reach:
    within = reach(by, Act.REGISTER)
    if within.is_empty:
        raise NotAllowed(Problem.NOT_ALLOWED)
    return within


def _checked_origin(new: NewCase) -> tuple[str | None, str | None]:
    source = texts.checked_text("source", new.source, most=texts.REFERENCE_MOST)
    number = texts.checked_text("external_reference", new.external_reference, most=texts.REFERENCE_MOST)
    if number is not None and source is None:
        raise InvalidInput.of("source", Problem.REQUIRED)
    return source, number


def _check_not_registered(session: "Session", case: Case) -> None:
    if case.external_reference is None or case.source is None:
        return
    known = case_rows.find_case_by_external_reference(
        session, source=case.source, external_reference=case.external_reference
    )
    if known is not None:
        raise Conflict(Problem.EXTERNAL_REFERENCE_TAKEN, value=case.external_reference, source=case.source)
