"""Does the errands that wait, one at a time: claims one, lets its performer do it, and notes how it ended.

An errand whose process was killed is taken up again from its beginning; whoever performs it leaves nothing half done.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from dialogen import log_lines
from dialogen.database import accounts
from dialogen.database import errands as rows
from dialogen.domain.errands import ATTEMPTS_MOST, CLAIM_LASTS, ErrandKind, ErrandState
from dialogen.domain.errors import DialogenError, NotAllowed, Problem
from dialogen.domain.national_ids import without_national_ids
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.errand_work import Hand, Interrupted, Outcome, Performer, Work
from dialogen.services.errands import end
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from dialogen.database.engine import Database
    from dialogen.database.models import Errand

logger = logging.getLogger(__name__)

BROKEN_OFF = {"trouble": "broken_off"}  # its process died, again and again
FAULT = {"trouble": "fault"}  # of ours


def run_errands(
    db: "Database", performers: Mapping[ErrandKind, Performer], *, worker: Worker, folders: Folders, zone: tzinfo
) -> int:
    """Do the errands that wait, oldest first, until none is left or the process stops; returns how many were begun."""
    begun = 0
    while worker.may_begin:
        errand = _claim(db, worker)
        if errand is None:
            break
        begun += 1
        hand = Hand(errand.id, errand.attempts, worker)
        if errand.attempts > ATTEMPTS_MOST:
            _finish(db, hand, Outcome(BROKEN_OFF, state=ErrandState.FAILED))
        else:
            _run(db, errand, hand, performers, folders=folders, zone=zone)
    return begun


def _claim(db: "Database", worker: Worker) -> "Errand | None":
    """Take the next errand; mostly there is none, and then no other writer is made to wait."""
    now = worker.clock()
    with db.reading() as session:
        gone = [name for name in rows.others_at_work(session) if worker.is_gone(name)]
        if not rows.is_any_to_do(session, now=now, gone=gone):
            return None
    with db.writing() as session:
        worker.check_leads(session)
        return rows.take_next(session, now=now, until=now + CLAIM_LASTS, worker=worker.name, gone=gone)


def _run(
    db: "Database",
    errand: "Errand",
    hand: Hand,
    performers: Mapping[ErrandKind, Performer],
    *,
    folders: Folders,
    zone: tzinfo,
) -> None:
    try:
        work = Work(db, hand, errand.asked, _orderer(db, errand), folders, zone)
        work.check()
        outcome = performers[ErrandKind(errand.kind)](work)
    except Interrupted:
        _give_back(db, hand)
    except DialogenError as refusal:
        _finish(db, hand, Outcome(_told_of(refusal), state=ErrandState.FAILED))
    except Exception as error:  # one errand that cannot be done must not keep the others waiting
        logger.error("errand %s (%s) failed\n%s", errand.id, errand.kind, log_lines.fault(error))
        _finish(db, hand, Outcome(FAULT, state=ErrandState.FAILED))
    else:
        if outcome is not None:
            _finish(db, hand, outcome)


def _orderer(db: "Database", errand: "Errand") -> AccountView:
    with db.reading() as session:
        account = accounts.find_account(session, errand.account_id)
        if account is None or account.disabled_at is not None:
            raise NotAllowed(Problem.NOT_ALLOWED)
        return view_of(session, account)


def _told_of(refusal: DialogenError) -> dict[str, Any]:
    values = {name: without_national_ids(str(value)) for name, value in refusal.values.items()}
    return {"problem": refusal.problem.name, "values": values}


def _finish(db: "Database", hand: Hand, outcome: Outcome) -> None:
    with suppress(Interrupted), db.writing() as session:  # another has it by now
        hand.end(session, outcome)


def _give_back(db: "Database", hand: Hand) -> None:
    """End an errand that was stopped; one whose process stops waits for another."""
    with db.writing() as session:
        row = rows.find_in_hand(session, hand.errand_id, worker=hand.worker.name, attempt=hand.attempt)
        if row is None:
            return
        if row.stop_asked_at is not None:
            end(row, ErrandState.STOPPED, told={}, now=hand.worker.clock())
        else:
            row.state, row.attempts = ErrandState.WAITING, row.attempts - 1
            row.claimed_by = row.claim_ends_at = row.doing = None
