"""Links two cases that belong together, and takes the link away; told in the histories of both.

Whoever may work on the one and sees the other may link them. A reader is shown the links to cases that they see.
"""

from typing import TYPE_CHECKING

from dialogen.database import ties
from dialogen.domain import cases as rules_of_cases
from dialogen.domain.accounts import Act, reach
from dialogen.domain.cases import Step
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Action, Change
from dialogen.domain.meanwhile import about
from dialogen.services.case_views import REFERENCE, CaseView, dates_of
from dialogen.services.cases import WORK, Deed, OpenCase, deed_on_case, seen, tell

if TYPE_CHECKING:
    from dialogen.database.engine import Database
    from dialogen.database.models import Case

LINK = about(Step.LINK)


def link_case(db: "Database", *, reference: str, other: str, deed: Deed) -> CaseView:
    """Link a case to another one by its reference; linked already, nothing changes.

    Raises InvalidInput for a case out of the author's sight as for one that there is not.
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=LINK, together_with=other) as opened:
        rules_of_cases.check_step(Step.LINK, dates_of(opened.case))
        linked = _other(opened, other, deed)
        if linked.id == opened.case.id:
            raise InvalidInput.of("other", Problem.LINK_TO_ITSELF)
        if ties.find_link(opened.session, opened.case.id, linked.id) is None:
            ties.add_link(opened.session, opened.case.id, linked.id, at=deed.now, by=deed.author.account_id)
            _tell_both(opened, linked, deed, Action.LINKED)
    return seen(opened)


def unlink_case(db: "Database", *, reference: str, other: str, deed: Deed) -> CaseView:
    """Take the link between two cases away; raises InvalidInput when there is none that the author sees."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=LINK, together_with=other) as opened:
        linked = _other(opened, other, deed)
        if ties.find_link(opened.session, opened.case.id, linked.id) is None:
            raise InvalidInput.of("other", Problem.NOT_LINKED, value=other)
        ties.remove_link(opened.session, opened.case.id, linked.id)
        _tell_both(opened, linked, deed, Action.UNLINKED)
    return seen(opened)


def _other(opened: OpenCase, reference: str, deed: Deed) -> "Case":
    within = reach(deed.by, Act.SEE_DETAILS)
    found = ties.find_case_within(opened.session, reference, within) if REFERENCE.fullmatch(reference) else None
    if found is None:
        raise InvalidInput.of("other", Problem.NO_SUCH_CASE, value=reference)
    return found


def _tell_both(opened: OpenCase, other: "Case", deed: Deed, action: Action) -> None:
    for case, named in ((opened.case, other.reference), (other, opened.case.reference)):
        is_new = action is Action.LINKED
        change = Change("linked_case", None if is_new else named, named if is_new else None)
        tell(OpenCase(opened.session, case), deed, action, [change])
