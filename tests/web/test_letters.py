"""Letters: everybody's own, and for an administrator all of them, with those that were given up sent again."""

from datetime import timedelta

from dialogen.database.engine import Database
from dialogen.database.models import Letter
from dialogen.domain.accounts import Role
from dialogen.domain.alerts import account_recipient
from dialogen.domain.letters import LetterState
from tests.factories import NOW, TODAY, make_account
from tests.web.conftest import SignIn


def make_letter(db: Database, account_id: int, *, state: LetterState = LetterState.SENT, subject: str) -> int:
    with db.writing() as session:
        letter = Letter(
            recipient=account_recipient(account_id),
            to_address=f"person{account_id}@asker.example",
            message_id=f"<{account_id}.{subject.replace(' ', '-')}@asker.example>",
            morning=TODAY,
            subject=subject,
            text="2026-000143 – frist fredag 13. februar 2026, om 2 dager",
            html="<p></p>",
            state=state,
            attempts=3,
            next_try_at=NOW + timedelta(minutes=5),
            created_at=NOW,
            finished_at=NOW if state in (LetterState.SENT, LetterState.DEAD) else None,
            last_answer="554 no such user" if state is LetterState.DEAD else "250 ok",
        )
        session.add(letter)
        session.flush()
        return letter.id


def state_of(db: Database, letter_id: int) -> LetterState:
    with db.reading() as session:
        return session.get_one(Letter, letter_id).state


def test_everybody_sees_the_letters_sent_to_them_and_what_they_said(db: Database, signed_in: SignIn) -> None:
    kari = make_account(db, roles=((Role.HANDLER, "*"),))
    make_letter(db, kari, subject="1 henvendelse nærmer seg fristen")
    make_letter(db, make_account(db), subject="Til en annen")
    reader = signed_in((Role.HANDLER, "*"))
    assert "Ingen brev." in reader.get("/letters").text
    page = reader.sign_in(kari).get("/letters")
    assert "1 henvendelse nærmer seg fristen" in page.text
    assert "2026-000143 – frist fredag 13. februar 2026, om 2 dager" in page.text
    assert "Til en annen" not in page.text
    assert "Til en annen" not in reader.get("/letters?whose=all").text, "only an administrator may ask for all"


def test_an_administrator_sees_all_with_what_became_of_them(db: Database, signed_in: SignIn) -> None:
    dead = make_letter(db, make_account(db), state=LetterState.DEAD, subject="Gitt opp")
    make_letter(db, make_account(db), state=LetterState.WAITING, subject="Venter ennå")
    reader = signed_in((Role.ADMIN, "-"))
    page = reader.get("/letters")
    assert "Ingen brev." in page.text
    page = reader.get(page.links()["Til alle"])
    assert "3 forsøk. Siste svar: 554 no such user" in page.text
    assert "Neste forsøk 11.02.2026 kl. 06.35." in page.text
    button = next(each.get("aria-label") for each in page.all("button") if each.get("aria-label"))
    page = reader.press(page, str(button))
    assert "Brevet blir sendt på nytt i neste runde." in page.text
    assert state_of(db, dead) is LetterState.WAITING


def test_a_letter_that_was_not_given_up_is_not_sent_again(db: Database, signed_in: SignIn) -> None:
    sent = make_letter(db, make_account(db), subject="Sendt alt")
    reader = signed_in((Role.ADMIN, "*"))
    token = reader.get("/letters").value("csrf_token")
    answer = reader.client.post(f"/letters/{sent}/again", data={"csrf_token": token})
    assert answer.status_code == 409
    assert "Brevet er ikke gitt opp" in answer.text
    assert reader.client.post("/letters/999/again", data={"csrf_token": token}).status_code == 404


def test_only_an_administrator_sends_a_letter_again(db: Database, signed_in: SignIn) -> None:
    dead = make_letter(db, make_account(db), state=LetterState.DEAD, subject="Gitt opp")
    reader = signed_in((Role.MANAGER, "*"))
    token = reader.get("/letters").value("csrf_token")
    assert reader.client.post(f"/letters/{dead}/again", data={"csrf_token": token}).status_code == 403
    assert state_of(db, dead) is LetterState.DEAD


def test_older_letters_are_a_page_away(db: Database, signed_in: SignIn) -> None:
    kari = make_account(db, roles=((Role.HANDLER, "*"),))
    for number in range(27):
        make_letter(db, kari, subject=f"Brev {number:02}")
    reader = signed_in().sign_in(kari)
    page = reader.get("/letters?before=tull")
    assert "Brev 26" in page.text
    assert "Brev 01" not in page.text
    page = reader.get(page.links()["Eldre brev"])
    assert "Brev 01" in page.text
    assert "Brev 26" not in page.text
