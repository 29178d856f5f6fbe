"""Writes one letter to everybody who is owed something: gathered in small batches, then fixed. Sends nothing."""

from typing import TYPE_CHECKING

from dialogen.database import letters as letter_rows
from dialogen.database import owed as owed_rows
from dialogen.database import staff as staff_rows
from dialogen.database.letters import LetterCase
from dialogen.domain.alerts import CASES_IN_A_LETTER, day_of
from dialogen.domain.letters import CLAIM_LASTS, LetterState
from dialogen.mail.letters import LetterLine, deadlines_letter
from dialogen.services.alerts import ROWS, Morning, look_again
from dialogen.services.glances import glance_for
from dialogen.services.letters import Stationery, workers_gone
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from dialogen.database.engine import Database


def write_letters(db: "Database", morning: Morning, stationery: Stationery, worker: Worker) -> int:
    """Write one letter to everybody who is owed something; returns how many alerts were dropped on the way.

    Whoever another worker is writing to just now is left to that worker.
    """
    _tear_up_abandoned_drafts(db, worker)
    with db.reading() as session:
        recipients = owed_rows.recipients_owed(session)
    dropped = 0
    for recipient in recipients:
        dropped += look_again(db, morning, recipient)
        _write_letter(db, recipient, morning, stationery, worker)
    return dropped


def _tear_up_abandoned_drafts(db: "Database", worker: Worker) -> None:
    """Let what half-written letters hold wait again: it must be looked at again before it is fixed."""
    gone = [*workers_gone(db, worker), *worker.deposed]
    while True:
        now = worker.clock()
        with db.writing() as session:
            letter_id = letter_rows.take_abandoned_draft(
                session, now=now, until=now + CLAIM_LASTS, worker=worker.name, gone=gone
            )
        if letter_id is None:
            return
        while _take_out_some(db, letter_id, worker):
            pass


def _take_out_some(db: "Database", letter_id: int, worker: Worker) -> bool:
    """Take a batch out of a draft, and throw the draft away when it is empty; says whether something is left."""
    with db.writing() as session:
        draft = letter_rows.find_in_hand(session, letter_id, worker.name)
        if draft is None:
            return False
        if owed_rows.take_out_of_letter(session, letter_id, limit=ROWS) == ROWS:
            return True
        session.delete(draft)
        return False


def _write_letter(db: "Database", recipient: str, morning: Morning, stationery: Stationery, worker: Worker) -> None:
    letter_id = _begin(db, recipient, morning, stationery, worker)
    if letter_id is None:
        return
    while _gather_some(db, letter_id, recipient, morning, worker) == ROWS:
        pass
    _fix(db, letter_id, recipient, morning, stationery, worker)


def _begin(db: "Database", recipient: str, morning: Morning, stationery: Stationery, worker: Worker) -> int | None:
    now = worker.clock()
    with db.writing() as session:
        worker.check_leads(session)
        address = staff_rows.find_address(session, recipient)
        if address is None or letter_rows.find_draft_to(session, recipient) is not None:
            return None
        return letter_rows.begin_draft(
            session,
            recipient=recipient,
            address=address,
            domain=stationery.domain,
            morning=morning.today,
            worker=worker.name,
            now=now,
            until=now + CLAIM_LASTS,
        )


def _gather_some(db: "Database", letter_id: int, recipient: str, morning: Morning, worker: Worker) -> int:
    now = worker.clock()
    with db.writing() as session:
        draft = letter_rows.find_in_hand(session, letter_id, worker.name)
        if draft is None:
            return 0
        draft.claim_ends_at = now + CLAIM_LASTS
        return owed_rows.put_in_letter(session, letter_id, recipient, received_until=morning.today, limit=ROWS)


def _fix(
    db: "Database", letter_id: int, recipient: str, morning: Morning, stationery: Stationery, worker: Worker
) -> None:
    with db.reading() as session:
        counts = letter_rows.count_by_deadline(session, letter_id)
        worst = letter_rows.worst_cases(session, letter_id, CASES_IN_A_LETTER)
        language = staff_rows.find_language(session, recipient) or stationery.language
        glance = glance_for(session, recipient, morning)
    today = morning.today
    written = deadlines_letter(
        lines=[_line(each, morning, stationery.base_url) for each in worst],
        overdue=sum(count for deadline, count in counts.items() if deadline < today),
        due_today=counts.get(today, 0),
        nearing=sum(count for deadline, count in counts.items() if deadline > today),
        today=today,
        list_link=f"{stationery.base_url}/cases",
        silence=morning.silence if morning.staff.answers_for_others(recipient) else None,
        municipality=stationery.municipality,
        language=language,
        glance=glance,
    )
    with db.writing() as session:
        worker.check_leads(session)
        draft = letter_rows.find_in_hand(session, letter_id, worker.name)
        if draft is None:
            return
        if not worst:
            session.delete(draft)
            return
        draft.subject, draft.text, draft.html = written.subject, written.text, written.html
        draft.state, draft.claimed_by = LetterState.WAITING, None


def _line(each: LetterCase, morning: Morning, base_url: str) -> LetterLine:
    return LetterLine(
        reference=each.reference,
        external_reference=each.external_reference,
        unit=each.unit,
        deadline=each.deadline,
        original=each.due_on if each.due_on != each.deadline else None,
        should_have_come_on=day_of(each.step, each.deadline, morning.calendar) if each.comes_late else None,
        link=f"{base_url}/cases/{each.reference}",
    )
