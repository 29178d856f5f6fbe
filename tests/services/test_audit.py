"""The audit finds what somebody did past the product, whatever it was, and names where; and finds nothing else."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from dialogen.database.engine import Database
from dialogen.database.triggers import REFUSED
from dialogen.domain.case_changes import CaseChanges, NewCase
from dialogen.domain.cases import Channel, ExclusionReason
from dialogen.domain.history import Author, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import case_changes, cases, demo, office_log, registration, setup
from dialogen.services.audit import audit
from dialogen.services.doctor import Finding
from dialogen.services.history_seals import seal_history
from dialogen.services.passwords import Hasher
from tests.factories import NOW, TODAY
from tests.importing import Importer
from tests.services.desk import Desk, deed, furnish

DAY = timedelta(days=1)
FILE = "referanse;mottatt;besvart;virksomhet\nA-1;02.02.2026;04.02.2026;Skole\nA-2;03.02.2026;;Skole\n"


@dataclass
class Attacker:
    """Somebody who can write to the database: switches the guards off, does it, and switches them on again."""

    db: Database
    done: list[str] = field(default_factory=list)

    def __call__(self, *statements: str) -> None:
        """Execute statements as the owner of the database."""
        with self.db.migrating() as connection, connection.begin():
            guards = self._switch_off(connection)
            for statement in statements:
                assert connection.execute(text(statement)).rowcount != 0, statement
            for guard in guards:
                connection.execute(text(guard))

    def _switch_off(self, connection: Connection) -> list[str]:
        if not self.db.is_sqlite:
            for table in REFUSED:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            return [f"ALTER TABLE {table} ENABLE TRIGGER ALL" for table in REFUSED]
        kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in kept:
            connection.execute(text(f"DROP TRIGGER {name}"))
        return [statement for _, statement in kept]


@pytest.fixture
def attack(db: Database) -> Attacker:
    return Attacker(db)


@pytest.fixture
def desk(db: Database) -> Desk:
    return furnish(db)


@pytest.fixture
def busy_office(db: Database, desk: Desk, tmp_path: Path) -> Desk:
    """An office with some cases and their histories, sealed, and some deeds of administrators.

    Cases 1 to 3 are registered by hand, 4 and 5 imported; the lines of history are 1 to 10. The office's own log has
    the import in line 1 and the seal in line 5.
    """
    for received in (20, 3, 2):
        new = NewCase(received_on=TODAY - timedelta(days=received), channel=Channel.WEB, unit="Vei og park")
        author = Author(desk.manager.account_id, Door.WEB)
        registration.register_case(db, new=new, by=desk.manager, author=author, today=TODAY, now=NOW)
    by = deed(desk.manager)
    cases.extend_case(db, reference="2026-000001", extended_to=TODAY + 9 * DAY, reason="Må på befaring", deed=by)
    cases.note_case(db, reference="2026-000002", note="Ringte kari@asker.example", deed=by)
    cases.answer_case(db, reference="2026-000002", answered_on=TODAY, deed=by)
    changes = CaseChanges(answered_on=TODAY - DAY, kind="complaint")
    case_changes.change_case(db, reference="2026-000002", changes=changes, reason="Feil dato", deed=by)
    cases.exclude_case(db, reference="2026-000003", reason=ExclusionReason.SPAM, note=None, deed=by)
    Importer(db, tmp_path)(FILE)
    for action in (OfficeAction.UNIT_ADDED, OfficeAction.UNIT_CHANGED, OfficeAction.ACCOUNT_ADDED):
        tell(db, action)
    seal_history(db, now=NOW + 2 * DAY)
    tell(db, OfficeAction.ROLE_GIVEN)
    return desk


def tell(db: Database, action: OfficeAction) -> None:
    with db.writing() as session:
        author = Author(None, Door.COMMAND_LINE)
        office_log.tell(session, at=NOW, action=action, author=author, subject=Subject.UNIT, subject_id=1)


def audited(db: Database, *heads: bytes) -> list[Finding]:
    return list(audit(db, known_heads=frozenset(heads), progress=lambda _: None))


def found(db: Database, *heads: bytes) -> dict[str, str]:
    """Return what is wrong, by what it is about; the end of it is checked here."""
    *findings, end = audited(db, *heads)
    wrong = [each for each in findings if not each.is_well]
    assert (end.subject, end.is_well) == ("audit", not wrong)
    assert end.words.startswith(f"{len(wrong)} findings; ") or not wrong
    return {each.subject: each.words for each in wrong}


def said_of(db: Database, subject: str) -> str:
    return " ".join(each.words for each in audited(db) if each.subject == subject)


def head_of(db: Database) -> bytes:
    return bytes.fromhex(audited(db)[-1].words.rpartition(" ")[2])


def test_an_office_at_work_holds(db: Database, busy_office: Desk) -> None:
    (end,) = audited(db)
    assert end.is_well
    assert end.words.startswith("5 cases, 10 lines of history (0 not sealed yet), 6 lines of the office log, head ")


def test_units_and_handlers_that_are_called_otherwise_by_now_hold(db: Database, desk: Desk, tmp_path: Path) -> None:
    rows = "A-1;02.02.2026;Skole;kari@asker.example\nA-2;02.02.2026;Vei og park;\n"
    Importer(db, tmp_path)(f"referanse;mottatt;virksomhet;saksbehandler\n{rows}")
    skole = setup.find_unit_by_name(db, "Skole")
    assert skole is not None
    for name in ("Oppvekst", "Skole og barnehage"):
        setup.change_unit(db, by=None, unit_id=skole.id, name=name, email=None, now=NOW)
    assert found(db) == {}


def test_an_empty_installation_holds(db: Database) -> None:
    (end,) = audited(db)
    assert end.is_well
    assert end.words.startswith("0 cases, 0 lines of history (0 not sealed yet), 0 lines of the office log, head 0000")


def test_the_demo_holds(db: Database) -> None:
    demo.open_demo(db, today=TODAY, now=NOW, hasher=Hasher(memory_kib=8, passes=1))
    seal_history(db, now=NOW + 2 * DAY)
    assert found(db) == {}


DOES_NOT_FIT = "its digest does not fit"
NOT_THE_LAST = "is not the last one it was left with"

TAMPERING: list[tuple[list[str], dict[str, str]]] = [
    # What a history tells, changed: who, when, what, through which door.
    (["UPDATE case_events SET actor_id = 3 WHERE id = 5"], {"case 2026-000002": f"line 5: {DOES_NOT_FIT}"}),
    (["UPDATE case_events SET door = 'import' WHERE id = 5"], {"case 2026-000002": f"line 5: {DOES_NOT_FIT}"}),
    (["UPDATE case_events SET action = 'noted' WHERE id = 7"], {"case 2026-000002": f"line 7: {DOES_NOT_FIT}"}),
    (["UPDATE case_events SET digest = NULL WHERE id = 4"], {"case 2026-000001": f"line 4: {DOES_NOT_FIT}"}),
    (["UPDATE case_events SET changes = '[]' WHERE id = 7"], {"case 2026-000002": f"line 7: {DOES_NOT_FIT}"}),
    # Lines taken out: the first, one in the middle, the last.
    (["DELETE FROM event_texts", "DELETE FROM case_events WHERE id = 1"], {"case 2026-000001": DOES_NOT_FIT}),
    (["DELETE FROM event_texts", "DELETE FROM case_events WHERE id = 6"], {"case 2026-000002": DOES_NOT_FIT}),
    (["DELETE FROM case_events WHERE id = 8"], {"case 2026-000003": NOT_THE_LAST}),
    # A line put in, copied, moved to another case.
    (
        [
            (
                "INSERT INTO case_events (id, case_id, at, action, door, changes, digest)"
                " SELECT 99, case_id, at, 'noted', door, '[]', digest FROM case_events WHERE id = 8"
            )
        ],
        {"case 2026-000003": f"line 99: {DOES_NOT_FIT}"},
    ),
    (["UPDATE case_events SET case_id = 3 WHERE id = 4"], {"case 2026-000003": f"line 4: {DOES_NOT_FIT}"}),
    # Two lines change places.
    (
        [
            "UPDATE case_events SET id = 98 WHERE id = 5",
            "UPDATE case_events SET id = 5 WHERE id = 7",
            "UPDATE case_events SET id = 7 WHERE id = 98",
        ],
        {"case 2026-000002": DOES_NOT_FIT},
    ),
    # A case that says something else than its history.
    (
        ["UPDATE cases SET answered_on = '2026-02-09' WHERE id = 2"],
        {"case 2026-000002": "answered_on is stored as 2026-02-09, its history says 2026-02-10"},
    ),
    (
        ["UPDATE cases SET answered_on = '2026-02-05' WHERE id = 5"],
        {"case 2026-000005": "answered_on is stored as 2026-02-05, its history says empty"},
    ),
    (
        ["UPDATE cases SET received_on = '2026-01-21' WHERE id = 1"],
        {"case 2026-000001": "received_on is stored as 2026-01-21, its history says 2026-01-22"},
    ),
    (
        ["UPDATE cases SET due_on = '2026-02-15', deadline = '2026-02-20' WHERE id = 1"],
        {"case 2026-000001": "due_on is stored as 2026-02-15, its history says 2026-02-05"},
    ),
    (
        ["UPDATE cases SET extended_to = NULL, deadline = due_on WHERE id = 1"],
        {"case 2026-000001": "extended_to is stored as empty, its history says 2026-02-20"},
    ),
    (
        ["UPDATE cases SET stream = 'internal' WHERE id = 4"],
        {"case 2026-000004": "stream is stored as internal, its history says external"},
    ),
    (
        ["UPDATE cases SET exclusion = 'spam' WHERE id = 1"],
        {"case 2026-000001": "exclusion is stored as spam, its history says empty"},
    ),
    (
        ["UPDATE cases SET kind_id = NULL WHERE id = 2"],
        {"case 2026-000002": "kind is stored as empty, its history says complaint"},
    ),
    (
        ["UPDATE cases SET channel = 'phone' WHERE id = 3"],
        {"case 2026-000003": "channel is stored as phone, its history says web"},
    ),
    (
        ["UPDATE cases SET external_reference = 'A-9' WHERE id = 5"],
        {"case 2026-000005": "external_reference is stored as A-9, its history says A-2"},
    ),
    (
        ["UPDATE cases SET unit_id = NULL WHERE id = 1"],
        {"case 2026-000001": "unit is not the one that its history says"},
    ),
    (
        ["UPDATE cases SET unit_id = (SELECT unit_id FROM cases WHERE id = 4) WHERE id = 2"],
        {"case 2026-000002": "unit is not the one that its history says"},
    ),
    (
        ["UPDATE cases SET handler_id = 1 WHERE id = 3"],
        {"case 2026-000003": "handler is not the one that its history says"},
    ),
    (
        ["UPDATE cases SET kind_id = 1 WHERE id = 3"],
        {"case 2026-000003": "its history says empty"},
    ),
    (
        ["UPDATE units SET name = 'Skole og' || name, name_key = 'skole og' || name_key"],
        {"case 2026-000001": "unit is not the one that its history says"},
    ),
    (["UPDATE cases SET reference = '2026-000009' WHERE id = 3"], {"case 2026-000009": DOES_NOT_FIT}),
    (["UPDATE cases SET history_digest = NULL WHERE id = 3"], {"case 2026-000003": NOT_THE_LAST}),
    # A case put in without a history.
    (
        [
            (
                "INSERT INTO cases (id, reference, stream, channel, received_on, rule_version, due_on, deadline,"
                " registered_on, created_at, version) SELECT 77, '2026-000077', stream, channel, received_on,"
                " rule_version, due_on, due_on, registered_on, created_at, 1 FROM cases WHERE id = 3"
            )
        ],
        {"case 2026-000077": "has no history"},
    ),
    # The office's own log.
    (["UPDATE office_events SET actor_id = 3 WHERE id = 2"], {"office log, line 2": DOES_NOT_FIT}),
    (["UPDATE office_events SET subject_id = '2' WHERE id = 3"], {"office log, line 3": DOES_NOT_FIT}),
    (["DELETE FROM office_events WHERE id = 2"], {"office log, line 3": DOES_NOT_FIT}),
    (["DELETE FROM office_events WHERE id = 6"], {"office log": "it has 5 lines, its head tells of 6"}),
    (["DELETE FROM office_events"], {"office log": "it has 0 lines, its head tells of 6"}),
    (["DELETE FROM chain_heads"], {"office log": "it has 6 lines, its head tells of 0"}),
]


@pytest.mark.parametrize(("statements", "expected"), TAMPERING, ids=[" ; ".join(each)[:90] for each, _ in TAMPERING])
def test_what_was_done_past_the_product_is_found_and_named(
    db: Database, busy_office: Desk, attack: Attacker, statements: list[str], expected: dict[str, str]
) -> None:
    attack(*statements)
    wrong = found(db)
    for subject, words in expected.items():
        assert words in said_of(db, subject), wrong


def test_a_case_that_disappeared_with_its_history_is_found_by_the_seal(
    db: Database, busy_office: Desk, attack: Attacker
) -> None:
    gone = ("DELETE FROM case_events WHERE case_id = 3", "DELETE FROM cases WHERE id = 3")
    attack(*gone)
    wrong = found(db)
    seal = wrong["office log, line 5"]
    assert "lines 1 to 10 of the cases' histories are not those that it sealed: 10 were there, 8 are" in seal
    assert seal.endswith("no line has the numbers 3, 8")
    references = {each.subject: each for each in audited(db)}["references"]
    assert "1 have no case (2026-000003): the cases are gone" in references.words
    assert references.is_well is not db.is_sqlite  # an import that was undone leaves gaps on PostgreSQL


def test_a_history_whose_case_is_gone_is_found(db: Database, busy_office: Desk, attack: Attacker) -> None:
    attack("DELETE FROM cases WHERE id = 3")
    assert found(db)["line 8"] == "its case is gone"


def test_a_history_reckoned_anew_is_found_by_the_seal(db: Database, busy_office: Desk, attack: Attacker) -> None:
    """Whoever takes the last line away and puts the digest before it at the case leaves a chain that holds."""
    attack(
        "DELETE FROM case_events WHERE id = 8",
        "UPDATE cases SET exclusion = NULL, history_digest = (SELECT digest FROM case_events WHERE id = 3)"
        " WHERE id = 3",
    )
    wrong = found(db)
    assert list(wrong) == ["office log, line 5"]
    assert "10 were there, 9 are; no line has the numbers 8" in wrong["office log, line 5"]


def test_a_head_that_was_written_down_shows_a_log_that_was_cut_off_as_a_whole(
    db: Database, busy_office: Desk, attack: Attacker
) -> None:
    head = head_of(db)
    attack(
        "DELETE FROM office_events WHERE id = 6",
        "UPDATE chain_heads SET count = 5, digest = (SELECT digest FROM office_events WHERE id = 5)",
    )
    assert found(db) == {}, "inside the database nothing is left that shows it"
    assert f"the head {head.hex()} is not in it" in found(db, head)["office log"]


def test_a_head_that_was_written_down_stays_good_as_the_log_grows(db: Database, busy_office: Desk) -> None:
    heads = [head_of(db)]
    tell(db, OfficeAction.ACCOUNT_DISABLED)
    heads.append(head_of(db))
    tell(db, OfficeAction.ACCOUNT_ENABLED)
    assert heads[0] != heads[1]
    assert found(db, *heads) == {}


def test_a_missing_trigger_is_found(db: Database, busy_office: Desk) -> None:
    with db.migrating() as connection, connection.begin():
        connection.execute(text("DROP TRIGGER cases_refuse_delete" + ("" if db.is_sqlite else " ON cases")))
    try:
        assert "cases_refuse_delete is missing" in found(db)["table cases"]
    finally:
        if not db.is_sqlite:  # which all tests share
            with db.migrating() as connection, connection.begin():
                made = "CREATE TRIGGER cases_refuse_delete BEFORE DELETE ON cases FOR EACH ROW"
                connection.execute(text(f"{made} EXECUTE FUNCTION dialogen_refuse()"))


def test_what_cannot_be_read_is_named_and_the_rest_is_examined(
    db: Database, busy_office: Desk, attack: Attacker
) -> None:
    attack(
        "UPDATE case_events SET changes = '7' WHERE id = 4",
        "UPDATE cases SET stream = 'internal' WHERE id = 4",
        "UPDATE office_events SET changes = '[{}]' WHERE id = 2",
    )
    if db.is_sqlite:  # PostgreSQL takes no value of another type
        attack("UPDATE cases SET due_on = 'x', deadline = 'x' WHERE id = 3")
    wrong = found(db)
    assert ("case number 3" in wrong) is db.is_sqlite
    assert "line 4: its changes cannot be read" in said_of(db, "case 2026-000001")
    assert "stream is stored as internal" in wrong["case 2026-000004"]
    assert wrong["office log, line 2"] == "its changes cannot be read"


def test_no_finding_tells_anything_personal(db: Database, busy_office: Desk, attack: Attacker) -> None:
    attack("UPDATE case_events SET actor_id = 3", "UPDATE cases SET unit_id = NULL, kind_id = NULL")
    said = " ".join(f"{each.subject} {each.words}" for each in audited(db))
    for personal in ("kari", "asker.example", "befaring", "Vei og park"):
        assert personal not in said


def test_many_cases_are_gone_through_in_batches(db: Database, tmp_path: Path) -> None:
    rows = "\n".join(f"B-{n};0{n % 9 + 1}.02.2026" for n in range(1100))
    Importer(db, tmp_path)(f"referanse;mottatt\n{rows}\n", today=date(2026, 2, 11))
    seen: list[int] = []
    (end,) = audit(db, known_heads=frozenset(), progress=seen.append)
    assert (end.is_well, seen) == (True, [500, 1000, 1100])
