"""Four eyes and the figure: whatever is tried, a miss stays a miss until a second person has approved otherwise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogen.database.engine import Database
from dialogen.domain.accounts import Standing
from dialogen.domain.cases import Stream
from dialogen.domain.deadlines import State
from dialogen.domain.errors import DialogenError
from dialogen.services import cases
from dialogen.services.case_views import CaseView, show_case
from dialogen.services.reports import yearly_report
from tests.factories import TODAY
from tests.passes import AlertSeen, alerts, raise_on
from tests.services.deciding import LONG_AGO, approve, correct, exclude, missed, refuse, withdraw
from tests.services.desk import Desk, deed, furnish

PEOPLE = ("handler", "manager", "chief", "statistician", "admin")
MAY_APPROVE = {"manager", "chief", "statistician"}

Try = Callable[[Database, str, Standing], CaseView]


def _answer(db: Database, reference: str, by: Standing) -> CaseView:
    return cases.answer_case(db, reference=reference, answered_on=TODAY, deed=deed(by))


def _note(db: Database, reference: str, by: Standing) -> CaseView:
    return cases.note_case(db, reference=reference, note="Ringte.", deed=deed(by))


def _extend(db: Database, reference: str, by: Standing) -> CaseView:
    later = TODAY + timedelta(days=5)
    return cases.extend_case(db, reference=reference, extended_to=later, reason="befaring", deed=deed(by))


def _corrected(changes: dict[str, Any]) -> Try:
    return lambda db, reference, by: correct(db, reference, by, **changes)


days_around = st.integers(-60, 60).map(lambda days: LONG_AGO + timedelta(days=days))
corrections = st.fixed_dictionaries(
    {},
    optional={
        "received_on": days_around,
        "answered_on": days_around,
        "stream": st.sampled_from(Stream),
        "subject": st.sampled_from(["Lys", "Hull"]),
    },
).map(lambda changes: ("correct", _corrected(changes)))
deeds: st.SearchStrategy[tuple[str, Try]] = (
    st.sampled_from(
        [
            ("exclude", exclude),
            ("refuse", refuse),
            ("withdraw", withdraw),
            ("answer", _answer),
            ("note", _note),
            ("extend", _extend),
        ]
    )
    | st.just(("approve", approve))
    | corrections
)
#: Something is proposed first, so that there is something to decide.
beginnings = st.tuples(st.just(("exclude", exclude)) | corrections, st.sampled_from(("handler", "manager", "chief")))
sequences = st.builds(
    lambda first, rest: [first, *rest],
    beginnings,
    st.lists(st.tuples(deeds, st.sampled_from(PEOPLE)), min_size=1, max_size=7),
)
PATIENTLY = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def figures(db: Database) -> list[tuple[int, int]]:
    """Return k and n of this year and the one before."""
    reports = [yearly_report(db, year=year, as_of=None, today=TODAY).tally for year in (2025, 2026)]
    return [(each.on_time, each.matured) for each in reports]


def test_the_figure_changes_only_when_a_second_person_approves(db: Database, desk: Desk) -> None:
    approved: list[str] = []

    @PATIENTLY
    @given(tried=sequences, answered_late=st.booleans())
    def holds(tried: list[tuple[tuple[str, Try], str]], answered_late: bool) -> None:
        answered_on = LONG_AGO + timedelta(days=20) if answered_late else None
        _, reference = missed(db, desk, answered_on=answered_on, handler_id=desk.handler.account_id)
        before, proposer = figures(db), ""
        for (name, act), who in tried:
            try:
                view = act(db, reference, getattr(desk, who))
            except DialogenError:
                assert figures(db) == before
                continue
            if figures(db) != before:
                assert (name, who in MAY_APPROVE, who != proposer) == ("approve", True, True)
                approved.append(who)
                return  # from here on it is no miss
            proposer = who if view.proposed else proposer

    holds()
    assert len(approved) > 2, "the sequences try too little"


def test_a_case_with_a_proposal_is_still_a_miss_and_still_alerted(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk, received_on=TODAY - timedelta(days=15))
    before = figures(db)
    exclude(db, reference, desk.handler)
    assert figures(db) == before == [(0, 0), (0, 1)]
    raise_on(db)
    assert AlertSeen("leder", 1, "owed") in alerts(db, case_id)
    assert show_case(db, reference=reference, by=desk.handler, today=TODAY).state is State.OVERDUE
    approve(db, reference, desk.statistician)
    assert figures(db) == [(0, 0), (0, 0)]
