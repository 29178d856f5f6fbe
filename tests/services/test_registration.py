"""Registering a case: what is stored and told, what is refused, and a request that comes twice."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import Case, CaseEvent, CasePersonal, DeadlineRuleRow, EventText
from dialogen.domain.accounts import Scope, Standing
from dialogen.domain.case_changes import NewCase, Sender
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.deadlines import Roll, State
from dialogen.domain.errors import Conflict, DialogenError, InvalidInput, NotAllowed, Problem
from dialogen.domain.history import Author, Door
from dialogen.services import registration, tokens
from dialogen.services.case_views import CaseView
from dialogen.services.registration import OnceOnly
from tests.factories import NOW, TODAY, make_account, standing
from tests.services.desk import Desk, case_of, events_of, furnish, personal_of, texts_of

RECEIVED = TODAY - timedelta(days=3)
NEW = NewCase(received_on=RECEIVED, channel=Channel.PHONE, unit="Vei og park", source="api")
FULL = replace(
    NEW,
    stream=Stream.INTERNAL,
    subject="  Mørkt gatelys  ",
    text="Ved Strøket 12.",
    kind="question",
    handler="Kari@Asker.example",
    sender=Sender("Prøve Prøvesen", "prove@asker.example", "900 00 000"),
    external_reference="AD-7",
)


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def register(db: Database, new: NewCase, by: Standing | None, *, today: date = TODAY) -> CaseView:
    """Register through the API."""
    author = Author(by.account_id if by else None, Door.API)
    return registration.register_case(db, new=new, by=by, author=author, today=today, now=NOW)


def stored(db: Database) -> tuple[int, ...]:
    """Count the rows that a registration leaves."""
    with db.reading() as session:
        return tuple(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Case, CasePersonal, CaseEvent, EventText)
        )


def test_a_case_gets_its_deadline_and_the_first_number_of_its_year(db: Database, desk: Desk) -> None:
    view = register(db, NEW, desk.manager)
    assert (view.reference, view.received_on, view.due_on) == ("2026-000001", RECEIVED, RECEIVED + timedelta(days=14))
    assert (view.state, view.days_left, view.version) == (State.ON_TRACK, 11, 1)
    assert register(db, NEW, desk.manager).reference == "2026-000002"
    assert register(db, NEW, desk.manager, today=date(2027, 1, 2)).reference == "2027-000001"


def test_what_is_personal_is_stored_apart_and_tidied(db: Database, desk: Desk) -> None:
    view = register(db, FULL, desk.manager)
    personal = personal_of(db, view.id)
    assert personal is not None
    assert (personal.subject, personal.text) == ("Mørkt gatelys", "Ved Strøket 12.")
    assert (personal.sender_name, personal.sender_email) == ("Prøve Prøvesen", "prove@asker.example")
    assert personal_of(db, register(db, NEW, desk.manager).id) is None


def test_the_history_tells_every_field_but_the_personal_ones(db: Database, desk: Desk) -> None:
    view = register(db, replace(FULL, unit="VEI  og park"), desk.manager)
    assert events_of(db, view.id) == [
        (
            "registered",
            [
                ("received_on", None, "2026-02-08"),
                ("due_on", None, "2026-02-22"),
                ("rule_version", None, "1"),
                ("stream", None, "internal"),
                ("channel", None, "phone"),
                ("kind", None, "question"),
                ("unit", None, "Vei og park"),
                ("handler", None, "kari@asker.example"),
                ("source", None, "api"),
                ("external_reference", None, "AD-7"),
            ],
        )
    ]
    assert texts_of(db, view.id) == []


def test_the_rule_of_the_day_of_reception_holds(db: Database, desk: Desk) -> None:
    with db.writing() as session:
        session.add(DeadlineRuleRow(version=2, valid_from=RECEIVED, days=5, roll=Roll.NEXT_WORKING_DAY, created_at=NOW))
    assert register(db, NEW, desk.manager).due_on == date(2026, 2, 13)
    sunday = replace(NEW, received_on=date(2026, 2, 10))
    assert register(db, sunday, desk.manager).due_on == date(2026, 2, 16)
    day_before = register(db, replace(NEW, received_on=RECEIVED - timedelta(days=1)), desk.manager)
    assert day_before.due_on == RECEIVED + timedelta(days=13)
    assert case_of(db, day_before.id).rule_version == 1


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"received_on": TODAY + timedelta(days=1)}, "received_on", Problem.RECEIVED_IN_FUTURE),
        ({"received_on": date(1899, 12, 31)}, "received_on", Problem.RECEIVED_TOO_EARLY),
        ({"unit": "Ingensteds"}, "unit", Problem.UNKNOWN_UNIT),
        ({"unit": None}, "unit", Problem.UNIT_NEEDED),
        ({"unit": "Skole"}, "unit", Problem.UNIT_NEEDED),
        ({"kind": "gåte"}, "kind", Problem.UNKNOWN_KIND),
        ({"handler": "ingen@asker.example"}, "handler", Problem.UNKNOWN_HANDLER),
        ({"handler": "tall@asker.example"}, "handler", Problem.UNKNOWN_HANDLER),
        ({"handler": "sluttet@asker.example"}, "handler", Problem.UNKNOWN_HANDLER),
        ({"subject": "x" * 501}, "subject", Problem.TOO_LONG),
        ({"subject": "a\x00b"}, "subject", Problem.NOT_TEXT),
        ({"text": "\ud800"}, "text", Problem.NOT_TEXT),
        ({"text": "Fødselsnummer 01010012356?"}, "text", Problem.NATIONAL_ID),
        ({"sender": Sender(email="ikke en adresse")}, "sender.email", Problem.NOT_AN_EMAIL),
        ({"external_reference": "A" * 101}, "external_reference", Problem.TOO_LONG),
        ({"external_reference": "AD-7", "source": " "}, "source", Problem.REQUIRED),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    db: Database, desk: Desk, change: dict[str, Any], field: str, problem: Problem
) -> None:
    make_account(db, "sluttet@asker.example", roles=(("handler", "*"),), disabled=True)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refused:
        register(db, replace(NEW, **change), desk.manager)
    assert [(each.field, each.problem) for each in refused.value.problems] == [(field, problem)]
    assert stored(db) == (0, 0, 0, 0)
    assert register(db, NEW, desk.manager).reference == "2026-000001"  # no number was spent


def test_every_wrong_personal_field_is_named_at_once(db: Database, desk: Desk) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(db, replace(NEW, subject="x" * 501, sender=Sender(name="\x00")), desk.manager)
    assert [each.field for each in refused.value.problems] == ["subject", "sender.name"]


def test_only_handlers_and_managers_register(db: Database, desk: Desk) -> None:
    for by in (desk.statistician, desk.admin, standing(desk.admin.account_id)):
        with pytest.raises(NotAllowed):
            register(db, replace(NEW, received_on=TODAY + timedelta(days=1)), by)
    assert register(db, NEW, desk.handler).unit == "Vei og park"


def test_a_case_without_a_unit_is_for_those_of_all_units(db: Database, desk: Desk) -> None:
    assert register(db, replace(NEW, unit=None), desk.chief).unit is None
    assert register(db, replace(NEW, unit=None), None).unit is None


def test_an_external_reference_is_unique_within_its_source(db: Database, desk: Desk) -> None:
    register(db, FULL, desk.manager)
    with pytest.raises(Conflict) as refused:
        register(db, replace(FULL, external_reference=" AD-7 "), desk.manager)
    assert refused.value.problem is Problem.EXTERNAL_REFERENCE_TAKEN
    assert register(db, replace(FULL, source="portal"), desk.manager).source == "portal"


@pytest.fixture
def token_id(db: Database, desk: Desk) -> int:
    """A program's token."""
    return tokens.issue_token(
        db, email="leder@asker.example", scopes=[Scope.CASES_WRITE], expires_on=None, today=TODAY, now=NOW
    )[0].id


def once(db: Database, desk: Desk, new: NewCase, only: OnceOnly) -> CaseView:
    """Register as a program that may repeat itself."""
    return registration.register_case_once(
        db,
        new=new,
        by=desk.manager,
        author=Author(desk.manager.account_id, Door.API),
        today=TODAY,
        now=NOW,
        once=only,
    )


def test_the_same_request_again_gives_the_same_case(db: Database, desk: Desk, token_id: int) -> None:
    only = OnceOnly(token_id, "k-1", "digest")
    assert once(db, desk, NEW, only).reference == once(db, desk, NEW, only).reference == "2026-000001"
    assert stored(db)[0] == 1
    assert once(db, desk, NEW, replace(only, key="k-2")).reference == "2026-000002"


def test_a_key_with_another_body_is_a_conflict(db: Database, desk: Desk, token_id: int) -> None:
    once(db, desk, NEW, OnceOnly(token_id, "k-1", "digest"))
    with pytest.raises(Conflict) as refused:
        once(db, desk, NEW, OnceOnly(token_id, "k-1", "another"))
    assert refused.value.problem is Problem.IDEMPOTENCY_CONFLICT


def test_a_refused_request_does_not_spend_its_key(db: Database, desk: Desk, token_id: int) -> None:
    only = OnceOnly(token_id, "k-1", "digest")
    with pytest.raises(InvalidInput):
        once(db, desk, replace(NEW, unit="Ingensteds"), only)
    assert once(db, desk, NEW, only).reference == "2026-000001"


def test_of_two_at_once_with_one_external_reference_one_is_told_so(db: Database, desk: Desk) -> None:
    outcomes: list[object] = []
    together = threading.Barrier(4)

    def run() -> None:
        together.wait()
        try:
            outcomes.append(register(db, FULL, desk.manager).reference)
        except DialogenError as error:
            outcomes.append(error.problem)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["2026-000001", *[str(Problem.EXTERNAL_REFERENCE_TAKEN)] * 3]
