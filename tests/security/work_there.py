"""Steps on many cases that somebody did, and long jobs that somebody ordered, for their pages to be asked about."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from dialogen.database.engine import Database
from dialogen.database.models import Case, Errand
from dialogen.domain.accounts import Role
from dialogen.domain.bulk import BulkStep, Fate
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errands import ErrandKind, ErrandState
from dialogen.domain.history import Author, Door
from dialogen.services import bulk
from dialogen.services.bulk import Ask
from dialogen.services.cases import Deed
from dialogen.services.errands import new_result
from tests.factories import NOW, TODAY, make_case, standing

LONG_AGO = TODAY - timedelta(days=60)
STEPS = {
    BulkStep.ASSIGN: Ask(BulkStep.ASSIGN),
    BulkStep.EXCLUDE: Ask(BulkStep.EXCLUDE, exclusion=ExclusionReason.SPAM, reason="Reklame"),
}


def put_chosen(db: Database, *, unit_id: int, handler_id: int) -> dict[str, int | None]:
    """Register a few cases that steps come to different things for; returns them with the version that was seen."""
    cases = [
        make_case(db, unit_id=unit_id, handler_id=handler_id, subject="Hull i veien"),
        make_case(db, unit_id=unit_id, handler_id=handler_id),
        make_case(db, unit_id=unit_id, received_on=LONG_AGO),
        make_case(db, unit_id=unit_id, handler_id=handler_id, answered_on=TODAY),
        make_case(db, unit_id=unit_id, handler_id=handler_id, exclusion=ExclusionReason.SPAM),
        make_case(db, unit_id=unit_id, handler_id=handler_id, received_on=LONG_AGO),
        make_case(db, unit_id=unit_id, handler_id=handler_id),
    ]
    with db.reading() as session:
        chosen: dict[str, int | None] = {session.get_one(Case, each).reference: 1 for each in cases}
    chosen[list(chosen)[-1]] = 99  # somebody changed it since it was chosen
    return chosen


def put_step(db: Database, *, account_id: int, step: BulkStep, chosen: dict[str, int | None]) -> int:
    """Do a step on cases, one of which somebody changes afterwards; returns its number.

    Whoever did it reached all of them then, whatever they may see now.
    """
    by = standing(account_id, (Role.MANAGER, "*"))
    deed = Deed(by, Author(account_id, Door.WEB), TODAY, NOW)
    run_id = bulk.run(db, references=chosen, ask=STEPS[step], deed=deed)
    view = bulk.show_run(db, run_id=run_id, by=by, today=TODAY, now=NOW)
    with db.writing() as session:
        last = [each.case.id for each in view.items if each.verdict.fate is Fate.DONE][-1]
        session.get_one(Case, last).version += 1
    return run_id


def put_errand(db: Database, *, account_id: int, state: ErrandState, **values: Any) -> int:
    """Add a long job that somebody ordered; returns its number."""
    given = {"kind": ErrandKind.CASE_LIST, "ordered_at": NOW, "asked": {}, "told": {}, **values}
    with db.writing() as session:
        errand = Errand(account_id=account_id, state=state, **given)
        session.add(errand)
        session.flush()
        return errand.id


def made_by_errand(folder: Path) -> dict[str, Any]:
    """Put a file there as a long job makes it; returns what is said of it."""
    result = new_result(folder, ".csv")
    result.write_text("referanse", encoding="utf-8")
    return {"file": result.name, "file_as": "henvendelser.csv", "file_until": NOW + timedelta(days=1)}
