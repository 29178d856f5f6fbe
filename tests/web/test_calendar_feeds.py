"""Pages of calendar addresses, and what a calendar gets at one."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Account, CalendarFeed, OfficeEvent
from dialogen.domain.accounts import Role
from dialogen.domain.feeds import FETCHES_A_MINUTE
from dialogen.services import accounts
from dialogen.services.secrets import secret_hash
from dialogen.services.token_meter import Meter
from tests.factories import NOW, make_account, make_case, make_unit
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Page, Reader

pytestmark = pytest.mark.usefixtures("first_minute")
EMAIL, PASSWORD = "kari@asker.example", "riktig hest batteri stift"
OWN, MAKE = "/account/calendars", "Lag kalenderadresse"


@pytest.fixture
def first_minute(app: Flask) -> None:
    """Let nothing have been fetched yet: the application is that of other tests too, whose feeds have the same numbers."""
    app.extensions["dialogen.feed_meter"] = Meter(FETCHES_A_MINUTE)


def make(reader: Reader, *, status: int = 200, **values: str) -> Page:
    """Ask for an address for the own cases, unless the values say otherwise."""
    return reader.press(reader.get(OWN), MAKE, status=status, **{"name": "Outlook på jobb", **values})


def path_on(page: Page) -> str:
    """Return the path of the address that a page shows."""
    address = next("".join(code.itertext()) for code in page.all("code"))
    return "/calendar/" + address.partition("/calendar/")[2]


def secret_in(path: str) -> str:
    return path.removeprefix("/calendar/").removesuffix(".ics")


def test_an_address_is_made_shown_once_fetched_and_revoked(db: Database, signed_in: SignIn, nobody: Reader) -> None:
    unit_id = make_unit(db, "Vei og park")
    reader = signed_in((Role.HANDLER, unit_id), email=EMAIL)
    reference = reference_of(db, make_case(db, unit_id=unit_id, handler_id=reader.account_id))
    page = reader.get(reader.get("/account").links()["Frister i kalenderen"])
    assert "Du har ingen kalenderadresser." in page.text
    assert page.options("unit") == ["Henvendelser du skal svare på", "Vei og park"]
    made = make(reader)
    assert "ser referanse, virksomhet og frist for hver åpen henvendelse" in made.text
    assert made.headers["Cache-Control"] == "no-store"
    path = path_on(made)
    answer = nobody.client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    (event,) = Calendar.from_ical(answer.data).events
    assert event["SUMMARY"] == f"Frist: {reference}, Vei og park"
    page = reader.get(OWN)
    assert secret_in(path) not in page.text
    assert "Sist hentet 11.02.2026 kl. 06.30" in page.text
    with reader.client.session_transaction() as cookie, db.reading() as session:
        assert secret_in(path) not in str(dict(cookie))
        assert session.scalars(select(CalendarFeed.secret_hash)).one() == secret_hash(secret_in(path))
    page = reader.press(page, "Trekk tilbake Outlook på jobb")
    assert "Adressen er trukket tilbake." in page.text
    assert "Trukket tilbake 11.02.2026 kl. 06.30" in page.text
    answer = nobody.client.get(path)
    assert (answer.status_code, answer.content_type) == (410, "text/plain; charset=utf-8")
    assert answer.text == "Adressen er trukket tilbake. Lag en ny under «Din konto».\n"


def test_making_and_revoking_are_told_in_the_offices_log(db: Database, signed_in: SignIn) -> None:
    unit_id = make_unit(db, "Kultur")
    reader = signed_in((Role.MANAGER, unit_id))
    make(reader, unit=str(unit_id))
    for _ in range(2):
        token = reader.get(OWN).value("csrf_token")
        reader.client.post(f"{OWN}/1/revoke", data={"csrf_token": token})
    with db.reading() as session:
        told = [(row.action, row.subject, row.actor_id) for row in session.scalars(select(OfficeEvent))]
        changes = session.scalars(select(OfficeEvent).order_by(OfficeEvent.id)).first()
    assert told == [("feed_made", "feed", reader.account_id), ("feed_revoked", "feed", reader.account_id)]
    assert changes is not None
    assert {each["field"]: each["after"] for each in changes.changes} == {
        "account": str(reader.account_id),
        "where": str(unit_id),
    }


def test_a_calendar_that_has_it_already_gets_nothing_again(db: Database, signed_in: SignIn, nobody: Reader) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    path = path_on(make(reader))
    first = nobody.client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    again = nobody.client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    make_case(db, handler_id=reader.account_id)
    changed = nobody.client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_each_day_a_calendar_comes_is_one_line_of_the_access_log(
    db: Database, signed_in: SignIn, nobody: Reader
) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    make_case(db, handler_id=reader.account_id)
    path = path_on(make(reader))
    for hours in (1, 2, 3, 25, 26):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            assert nobody.client.get(path).status_code == 200
    with db.reading() as session:
        looks = session.scalars(select(AccessEntry).where(AccessEntry.subject == "feed")).all()
        assert [(look.action, look.account_id, look.reference, look.shown) for look in looks] == [
            ("exported", reader.account_id, "1", 1)
        ] * 2


@pytest.mark.parametrize("secret", ["ukjent", "a" * 3000, "%00", "..%2f", "%F0%9F%98%80"])
def test_what_is_no_address_is_told_nothing_in_plain_text(nobody: Reader, secret: str) -> None:
    answer = nobody.client.get(f"/calendar/{secret}.ics")
    assert answer.status_code == 404
    if answer.mimetype == "text/plain":  # a path with a slash leads to no page at all
        assert answer.text == "Adressen finnes ikke.\n"


def test_the_address_of_a_disabled_account_is_none(db: Database, signed_in: SignIn, nobody: Reader) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    path = path_on(make(reader))
    unknown = nobody.client.get("/calendar/ukjent.ics")
    with db.writing() as session:
        session.get_one(Account, reader.account_id).disabled_at = NOW
    dead = nobody.client.get(path)
    assert (dead.status_code, dead.data, dead.headers) == (404, unknown.data, unknown.headers)


def test_a_calendar_that_asks_without_end_is_told_to_wait(signed_in: SignIn, nobody: Reader) -> None:
    path = path_on(make(signed_in((Role.HANDLER, "*"))))
    answers = [nobody.client.get(path) for _ in range(FETCHES_A_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_whoever_has_a_password_shows_it_before_an_address_is_made(db: Database, nobody: Reader) -> None:
    roles: list[tuple[Role, str | None]] = [(Role.HANDLER, "*")]
    view, _ = accounts.add_account(db, by=None, email=EMAIL, name="Kari", roles=roles, password=PASSWORD, now=NOW)
    reader = nobody.sign_in(view.id)
    page = make(reader, status=422, present="feil passord her")
    assert page.links()["Passordet ditt: Dette er ikke passordet du har nå."] == "#present"
    assert "/calendar/" in path_on(make(reader, present=PASSWORD))


def test_anothers_address_is_not_there_and_anothers_unit_is_not_offered(db: Database, signed_in: SignIn) -> None:
    here, elsewhere = make_unit(db, "Kultur"), make_unit(db, "Havn")
    make(signed_in((Role.HANDLER, here)), name="Karis kalender")
    reader = signed_in((Role.MANAGER, here))
    page = reader.get(OWN)
    assert "Karis kalender" not in page.text
    sent = {"csrf_token": page.value("csrf_token")}
    answers = [reader.client.post(f"{OWN}/{number}/revoke", data=sent) for number in (1, 999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    wanted = {**sent, "name": "Havna", "unit": str(elsewhere)}
    assert reader.client.post(OWN, data=wanted).status_code == 422


def test_an_administrator_revokes_an_address_that_strayed(db: Database, signed_in: SignIn, nobody: Reader) -> None:
    path = path_on(make(signed_in((Role.HANDLER, "*"))))
    admin = signed_in((Role.ADMIN, "-"))
    page = admin.get(OWN)
    assert "Kalenderadresser er for saksbehandlere og ledere." in page.text
    sent = {"csrf_token": page.value("csrf_token")} if page.all("form") else {}
    assert admin.client.post(f"{OWN}/1/revoke", data=sent).status_code == 303
    assert nobody.client.get(path).status_code == 410


def test_a_role_that_was_lost_is_told_on_the_owners_page(db: Database, signed_in: SignIn) -> None:
    unit_id = make_unit(db, "Kultur")
    reader = signed_in((Role.HANDLER, unit_id))
    make(reader, unit=str(unit_id))
    with db.writing() as session:
        session.get_one(Account, reader.account_id).memberships = []
    assert "Virker ikke, du har ikke rollen" in reader.get(OWN).text


def test_nobody_without_a_role_is_offered_an_address(db: Database, signed_in: SignIn) -> None:
    make_unit(db, "Kultur"), make_account(db, roles=((Role.HANDLER, "*"),))
    for role in (Role.STATISTICIAN, Role.ADMIN):
        page = signed_in((role, "*")).get(OWN)
        assert page.options("unit") == []
