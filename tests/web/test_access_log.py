"""What readers of the pages look at is in the access log, which administrators read; no word of a search is in it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from dialogen.database import access_entries
from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry
from dialogen.domain.access_log import FILE_AT_ONCE_MOST, Look, Manner, Sight
from dialogen.domain.accounts import Role
from dialogen.domain.errands import UNFINISHED_MOST
from dialogen.domain.history import Door
from dialogen.services import access_log
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.services.test_access_log import hold
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Reader

EVERYTHING: tuple[tuple[Role, int | str], ...] = tuple((role, "*") for role in Role)


def lines(db: Database) -> list[tuple[Any, ...]]:
    """Return the log as (action, subject, reference, how many were shown), oldest first."""
    columns = (AccessEntry.action, AccessEntry.subject, AccessEntry.reference, AccessEntry.shown)
    with db.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(AccessEntry.id))]


def record(db: Database, **changes: Any) -> None:
    """Put a look into the log."""
    values = {"at": NOW, "action": Manner.OPENED, "subject": Sight.CASE, "door": Door.WEB, "account_id": None}
    access_log.record(db, Look(**{**values, **changes}))


@pytest.fixture
def reference(db: Database) -> str:
    """A case with a subject."""
    return reference_of(db, make_case(db, unit_id=make_unit(db, "Kultur"), subject="Hull i veien"))


def test_each_look_is_told_with_what_it_showed(db: Database, signed_in: SignIn, reference: str) -> None:
    reader = signed_in(*EVERYTHING)
    for path in ("/cases", "/cases?q=Hull", f"/cases/{reference}", f"/cases/{reference}/correct", "/letters"):
        reader.get(path)
    for path in ("/reports/mv-1.1/2026?by=unit", "/reports/mv-1.1/2026/csv", "/admin/people", "/admin/people/1"):
        reader.get(path)
    assert lines(db) == [
        ("listed", "cases", None, 1),
        ("searched", "cases", None, 1),
        ("opened", "case", reference, None),
        ("opened", "case", reference, None),
        ("listed", "letters", None, 0),
        ("opened", "report", "2026", None),
        ("exported", "report", "2026", None),
        ("listed", "people", None, 1),
        ("opened", "person", "1", None),
    ]
    with db.reading() as session:
        who = session.execute(select(AccessEntry.account_id, AccessEntry.token_id, AccessEntry.door, AccessEntry.at))
        assert set(map(tuple, who)) == {(1, None, "web", NOW)}
        everything = str(session.execute(text("SELECT * FROM access_entries")).all())
    assert "Hull" not in everything


def test_what_was_not_seen_is_not_told(db: Database, signed_in: SignIn, nobody: Reader, reference: str) -> None:
    reader = signed_in((Role.HANDLER, make_unit(db)))
    for path, status in (
        (f"/cases/{reference}", 404),
        ("/cases/2026-999999", 404),
        ("/admin/people", 403),
        ("/admin/access", 403),
        ("/reports/mv-1.1/1492", 404),
        ("/account", 200),
    ):
        reader.get(path, status=status)
    nobody.get(f"/cases/{reference}", status=303)
    nobody.get("/sign-in")
    assert lines(db) == []


def test_a_form_that_is_to_be_filled_in_again_shows_the_case_and_a_deed_that_is_done_does_not(
    db: Database, signed_in: SignIn, reference: str
) -> None:
    reader = signed_in((Role.MANAGER, "*"))
    token = reader.get("/account/tokens").value("csrf_token")

    def answer(day: str) -> int:
        sent = {"csrf_token": token, "answered_on": day, "version": "1"}
        return reader.client.post(f"/cases/{reference}/answer", data=sent).status_code

    assert answer("tull") == 422
    assert lines(db) == [("opened", "case", reference, None)]
    assert answer(TODAY.isoformat()) == 303
    assert len(lines(db)) == 1


def test_a_page_is_shown_while_the_log_cannot_be_written(
    db: Database, app: Flask, signed_in: SignIn, reference: str
) -> None:
    reader = signed_in((Role.MANAGER, "*"))
    with db.writing() as session:
        session.execute(text(hold(db)))
        reader.get(f"/cases/{reference}")
    with time_machine.travel(NOW + timedelta(seconds=5), tick=False):
        reader.get("/cases")
    assert lines(db) == [("opened", "case", reference, None), ("listed", "cases", None, 1)]


def test_administrators_read_the_log_and_that_is_in_it(db: Database, signed_in: SignIn) -> None:
    kari = make_account(db, "kari@asker.example", name="Kari Nordmann")
    record(db, account_id=kari, reference="2026-000001")
    record(db, account_id=kari, action=Manner.SEARCHED, subject=Sight.CASES, shown=17)
    record(db, action=Manner.EXPORTED, subject=Sight.SUBJECT, door=Door.COMMAND_LINE)
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get(reader.get("/admin/units").links()["Tilgangslogg"])
    assert "11.02.2026 kl. 06.30 Kari Nordmann i nettleseren Åpnet Henvendelse 2026-000001 Antall –" in page.text
    assert "Søkte Henvendelser Antall 17" in page.text
    assert "Ingen konto fra kommandolinjen Hentet ut Alt om én innsender" in page.text
    page = reader.get("/admin/access")
    assert "Så listen Tilgangslogg Antall 3" in page.text
    assert "Prøve Prøvesen" in page.text


def test_the_log_is_filtered_by_person_reference_action_and_days(db: Database, signed_in: SignIn) -> None:
    kari = make_account(db, "kari@asker.example", name="Kari Nordmann")
    record(db, account_id=kari, reference="2026-000001", at=NOW - timedelta(days=1))
    record(db, account_id=kari, reference="2026-000002")
    record(db, action=Manner.EXPORTED, subject=Sight.REPORT, reference="2025", at=NOW.replace(hour=22, minute=59))
    record(db, action=Manner.EXPORTED, subject=Sight.REPORT, reference="2024", at=NOW.replace(hour=23, minute=0))
    reader = signed_in((Role.ADMIN, "-"))

    def found(**wanted: str) -> set[str]:
        page = reader.press(reader.get("/admin/access"), "Vis", status=200, **wanted)
        return {word for word in ("2026-000001", "2026-000002", "2025", "2024") if f" {word} Antall" in page.text}

    assert found(who=str(kari)) == {"2026-000001", "2026-000002"}
    assert found(who=str(kari), reference=" 2026-000002 ") == {"2026-000002"}
    assert found(action="exported") == {"2025", "2024"}
    assert found(since="11.02.2026", until="2026-02-11") == {"2026-000002", "2025"}, "a day ends at midnight in Oslo"
    assert found(since="12.02.2026") == {"2024"}
    assert found(until="10.02.2026") == {"2026-000001"}


@pytest.mark.parametrize("day", ["01.01.0001", "31.12.9999"])
def test_days_at_the_end_of_the_calendar_break_nothing(db: Database, signed_in: SignIn, day: str) -> None:
    signed_in((Role.ADMIN, "-")).get(f"/admin/access?since={day}&until={day}")


def test_what_cannot_be_asked_is_told_and_what_is_no_choice_counts_as_not_asked(
    db: Database, signed_in: SignIn
) -> None:
    record(db, reference="2026-000001")
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get("/admin/access?since=tull", status=400)
    assert "tull er ikke en dato." in page.text
    assert page.value("since") == "tull"
    assert "Lenken til denne siden av listen virker ikke." in reader.get("/admin/access?cursor=tull", status=400).text
    page = reader.get("/admin/access?who=1e9&action=destroyed&reference=%00&who=99999999999")
    assert "2026-000001" in page.text
    reader.get("/admin/access/csv-excel?until=tull", status=400)


def test_older_lines_are_a_page_away_with_the_same_filter(db: Database, signed_in: SignIn) -> None:
    for number in range(51):
        record(db, reference=f"2026-{number:06d}", at=NOW + timedelta(seconds=number))
        record(db, action=Manner.LISTED, subject=Sight.CASES, at=NOW + timedelta(seconds=number))
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get("/admin/access?action=opened")
    assert "2026-000050" in page.text
    assert "2026-000000" not in page.text
    page = reader.get(page.links()["Eldre linjer"])
    assert "2026-000000" in page.text
    assert "Så listen Henvendelser" not in page.text
    assert "2026-000050" in reader.get(page.links()["Nyeste"]).text


def test_the_log_is_downloaded_as_it_is_filtered_and_harmless(db: Database, signed_in: SignIn) -> None:
    kari = make_account(db, "kari@asker.example", name="=HYPERLINK(1)")
    record(db, account_id=kari, reference="2026-000001", shown=3)
    record(db, reference="2026-000002")
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get(f"/admin/access?who={kari}")
    answer = reader.client.get(page.links()["Last ned for Excel"])
    assert answer.mimetype == "text/csv"
    assert answer.is_streamed
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tilgangslogg.csv"'
    assert answer.get_data().decode("utf-8-sig").splitlines() == [
        "tidspunkt;navn;e-post;programnøkkel;handling;gjelder;referanse;antall;inngang",
        "11.02.2026 06:30:00;'=HYPERLINK(1);kari@asker.example;;Åpnet;Henvendelse;2026-000001;3;i nettleseren",
    ]
    assert lines(db)[-1][:2] == ("exported", "access_log")


def test_a_long_log_is_ordered_as_it_is_filtered_and_followed(db: Database, signed_in: SignIn) -> None:
    looks = (Look(NOW, Manner.OPENED, Sight.CASE, Door.WEB, None) for _ in range(FILE_AT_ONCE_MOST + 1))
    with db.writing() as session:
        access_entries.add_looks(session.connection(), looks)
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get(reader.get("/admin/access?action=opened").links()["Last ned for Excel"])
    assert page.heading == "Bestill en fil"
    assert page.links()["Avbryt"] == "/admin/access?action=opened"
    assert "Eksport av tilgangsloggen" in reader.press(page, "Bestill filen").heading
    for _ in range(UNFINISHED_MOST - 1):
        reader.press(page, "Bestill filen")
    assert reader.press(page, "Bestill filen", status=409).links()["Jobbene dine"] == "/errands"
