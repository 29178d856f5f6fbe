"""Queries about letters on both databases: drafts, claims, what is in one, and lists of them."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogen.database import alerts as alert_rows
from dialogen.database import letters as letter_rows
from dialogen.database import owed as owed_rows
from dialogen.database import staff as staff_rows
from dialogen.database.alerts import OpenCase
from dialogen.database.engine import Database
from dialogen.database.letters import LetterCase
from dialogen.database.models import Account, Letter
from dialogen.domain.alerts import NOBODY, DropReason, FollowedCase, OwedAlert
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import NotFound
from dialogen.domain.letters import LetterState
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.meanwhile import meanwhile
from tests.passes import change, letters, reference

DUE_TODAY = TODAY - timedelta(days=14)
SOON, LATER = NOW + timedelta(minutes=3), NOW + timedelta(minutes=4)
HERE = "desk/1/1"


@pytest.fixture
def kari(db: Database) -> str:
    """Somebody who can be told."""
    return f"account:{make_account(db, 'kari@asker.example')}"


def begin(db: Database, recipient: str, *, worker: str = HERE) -> int:
    """Begin a letter."""
    with db.writing() as session:
        return letter_rows.begin_draft(
            session,
            recipient=recipient,
            address="kari@asker.example",
            domain="asker.example",
            morning=TODAY,
            worker=worker,
            now=NOW,
            until=SOON,
        )


def a_letter(
    db: Database, recipient: str = "account:1", state: LetterState = LetterState.WAITING, *, due: datetime = NOW
) -> int:
    """Add a letter in a state."""
    number = begin(db, recipient)
    with db.writing() as session:
        letter = session.get_one(Letter, number)
        letter.state, letter.claimed_by, letter.next_try_at = state, None, due
    return number


def owe(db: Database, recipient: str, case_id: int, deadline: date = TODAY, step: int = 0) -> None:
    """Owe somebody an alert about a case."""
    each = OpenCase(case_id, FollowedCase(None, None, deadline, DUE_TODAY))
    owed = OwedAlert(recipient, step, comes_late=step < 0, passed_over=())
    with db.writing() as session:
        alert_rows.add_alerts(session, [(each, owed)], raised_on=TODAY, raised_at=NOW)


def put(db: Database, letter: int, recipient: str, limit: int = 50) -> int:
    """Put a batch of what somebody is owed into a letter."""
    with db.writing() as session:
        return owed_rows.put_in_letter(session, letter, recipient, received_until=TODAY, limit=limit)


def claim(
    db: Database,
    *,
    after: int = 0,
    now: datetime = NOW,
    worker: str = HERE,
    gone: tuple[str, ...] = (),
    due: bool = True,
) -> int | None:
    """Claim the next letter; returns its number."""
    with db.writing() as session:
        return claim_in(session, after=after, now=now, worker=worker, gone=gone, due=due)


def claim_in(
    session: Session,
    *,
    after: int = 0,
    now: datetime = NOW,
    worker: str = HERE,
    gone: tuple[str, ...] = (),
    due: bool = True,
) -> int | None:
    """Claim the next letter within a transaction; returns its number."""
    until = now + timedelta(minutes=3)
    letter = letter_rows.claim_next(session, after=after, now=now, until=until, worker=worker, gone=gone, only_due=due)
    return None if letter is None else letter.id


def test_a_letters_message_id_is_its_own_and_of_the_senders_domain(db: Database) -> None:
    numbers = [begin(db, f"account:{n}") for n in range(20)]
    ids = {each.message_id for each in letters(db)}
    assert len(ids) == len(numbers)
    assert all(each.startswith("<") and each.endswith("@asker.example>") for each in ids)


def test_letters_are_claimed_one_after_the_other(db: Database) -> None:
    first, second = a_letter(db), a_letter(db)
    assert [claim(db), claim(db), claim(db)] == [first, second, None]
    assert [(each.state, each.claimed_by) for each in letters(db)] == [(LetterState.CLAIMED, HERE)] * 2


def test_two_that_claim_at_once_get_different_letters(db: Database) -> None:
    first, second = a_letter(db), a_letter(db)
    assert meanwhile(db, claim_in, lambda: claim(db, worker="other/2/2")) == second
    assert [(each.id, each.claimed_by) for each in letters(db)] == [(first, HERE), (second, "other/2/2")]


def test_a_letter_that_waits_for_later_is_claimed_only_when_all_are_asked_for(db: Database) -> None:
    later = a_letter(db, due=SOON)
    assert claim(db) is None
    assert claim(db, due=False) == later


def test_a_round_does_not_meet_the_same_letter_twice(db: Database) -> None:
    first, second = a_letter(db), a_letter(db)
    assert claim(db, after=first) == second


@pytest.mark.parametrize(
    "state", [LetterState.DRAFT, LetterState.SENT, LetterState.SHOWN, LetterState.DROPPED, LetterState.DEAD]
)
def test_a_letter_that_does_not_wait_is_not_claimed(db: Database, state: LetterState) -> None:
    a_letter(db, state=state)
    assert claim(db, now=NOW + timedelta(days=9), gone=(HERE,), due=False) is None


def test_an_abandoned_letter_is_claimed_whatever_its_number(db: Database) -> None:
    number = a_letter(db)
    claim(db, worker="other/2/2")
    assert claim(db, after=99) is None
    assert claim(db, after=99, gone=("other/2/2",)) == number
    assert claim(db, after=99, now=LATER) == number


def test_others_at_work_are_those_who_write_or_send(db: Database) -> None:
    a_letter(db)
    claim(db, worker="sends/1/1")
    begin(db, "account:2", worker="writes/2/2")
    begin(db, "account:3", worker=HERE)
    a_letter(db, state=LetterState.SENT)
    with db.reading() as session:
        assert sorted(letter_rows.others_at_work(session, but=HERE)) == ["sends/1/1", "writes/2/2"]


def test_an_abandoned_draft_is_taken_over_and_leaves_its_writers_hand(db: Database) -> None:
    number = begin(db, "account:1", worker="other/2/2")

    def take(now: datetime, *gone: str) -> int | None:
        with db.writing() as session:
            return letter_rows.take_abandoned_draft(session, now=now, until=LATER, worker=HERE, gone=gone)

    assert take(NOW) is None
    assert take(NOW, "other/2/2") == number
    with db.writing() as session:
        assert letter_rows.find_in_hand(session, number, "other/2/2") is None
        assert letter_rows.find_in_hand(session, number, HERE) is not None
    assert take(LATER) is None
    assert take(LATER + timedelta(seconds=1)) == number


def test_a_draft_is_found_by_its_recipient(db: Database) -> None:
    a_letter(db, "account:1", LetterState.SENT)
    draft = begin(db, "account:1")
    begin(db, "account:2")
    with db.reading() as session:
        assert letter_rows.find_draft_to(session, "account:1") == draft
        assert letter_rows.find_draft_to(session, "account:3") is None


def test_a_letter_is_filled_in_batches_with_what_stands(db: Database, kari: str) -> None:
    cases = [make_case(db, received_on=DUE_TODAY) for _ in range(5)]
    answered, excluded = make_case(db, received_on=DUE_TODAY), make_case(db, received_on=DUE_TODAY)
    for case in (*cases, answered, excluded):
        owe(db, kari, case)
    owe(db, f"account:{make_account(db)}", cases[0])
    owe(db, NOBODY, cases[0])
    change(db, answered, answered_on=TODAY)
    change(db, excluded, exclusion=ExclusionReason.TEST)
    letter = begin(db, kari)
    assert [put(db, letter, kari, limit=3) for _ in range(3)] == [3, 2, 0]
    with db.reading() as session:
        assert letter_rows.count_by_deadline(session, letter) == {TODAY: 5}


def test_the_worst_cases_come_first_with_what_a_line_needs(db: Database, kari: str) -> None:
    unit = make_unit(db, "Kultur")
    plain = make_case(db, received_on=DUE_TODAY, unit_id=unit, external_reference="A-1")
    overdue = TODAY - timedelta(days=3)
    worst = make_case(db, received_on=DUE_TODAY - timedelta(days=9), extended_to=overdue)
    owe(db, kari, plain, step=-2)
    owe(db, kari, worst, deadline=overdue, step=1)
    letter = begin(db, kari)
    put(db, letter, kari)
    with db.reading() as session:
        assert letter_rows.worst_cases(session, letter, 1) == [
            LetterCase(reference(db, worst), None, None, TODAY - timedelta(days=9), overdue, 1, False)
        ]
        assert letter_rows.worst_cases(session, letter, 9)[1] == LetterCase(
            reference(db, plain), "A-1", "Kultur", TODAY, TODAY, -2, True
        )
        assert letter_rows.count_by_deadline(session, letter) == {overdue: 1, TODAY: 1}


def test_what_is_taken_out_of_a_letter_waits_again(db: Database, kari: str) -> None:
    for _ in range(3):
        owe(db, kari, make_case(db, received_on=DUE_TODAY))
    letter = begin(db, kari)
    put(db, letter, kari)
    with db.writing() as session:
        assert owed_rows.recipients_owed(session) == []
        assert [owed_rows.take_out_of_letter(session, letter, limit=2) for _ in range(3)] == [2, 1, 0]
        assert owed_rows.recipients_owed(session) == [kari]


def test_a_letter_knows_which_of_its_cases_are_gone_and_why(db: Database, kari: str) -> None:
    stands, answered, excluded, moved = (make_case(db, received_on=DUE_TODAY) for _ in range(4))
    for case in (stands, answered, excluded, moved):
        owe(db, kari, case)
    letter = begin(db, kari)
    put(db, letter, kari)
    change(db, answered, answered_on=TODAY)
    change(db, excluded, exclusion=ExclusionReason.SPAM)
    change(db, moved, extended_to=TODAY + timedelta(days=9))
    with db.writing() as session:
        gone = owed_rows.gone_from_letter(session, letter, limit=9)
        assert list(gone.values()) == [DropReason.ANSWERED, DropReason.EXCLUDED, DropReason.DEADLINE_MOVED]
        assert len(owed_rows.gone_from_letter(session, letter, limit=2)) == 2
        assert owed_rows.any_standing(session, letter)
        owed_rows.drop(session, gone)
        assert owed_rows.gone_from_letter(session, letter, limit=9) == {}
    change(db, stands, answered_on=TODAY)
    with db.reading() as session:
        assert not owed_rows.any_standing(session, letter)


def test_an_address_is_that_of_an_enabled_account_or_of_a_unit(db: Database, kari: str) -> None:
    unit = make_unit(db, email="kultur@asker.example")
    with db.writing() as session:
        assert staff_rows.find_address(session, kari) == "kari@asker.example"
        assert staff_rows.find_address(session, f"unit:{unit}") == "kultur@asker.example"
        assert staff_rows.find_address(session, f"unit:{make_unit(db) if not db.is_sqlite else 99}") is None
        assert staff_rows.find_address(session, "account:99") is None
        session.get_one(Account, int(kari.partition(":")[2])).disabled_at = NOW
        session.flush()
        assert staff_rows.find_address(session, kari) is None


def test_lists_of_letters_leave_out_what_is_not_written_yet(db: Database) -> None:
    sent, dead = a_letter(db, "account:1", LetterState.SENT), a_letter(db, "account:2", LetterState.DEAD)
    begin(db, "account:1")
    with db.reading() as session:
        assert [each.id for each in letter_rows.letters(session, recipient=None, before=None, limit=9)] == [dead, sent]
        assert [each.id for each in letter_rows.letters(session, recipient=None, before=dead, limit=9)] == [sent]
        own = letter_rows.letters(session, recipient="account:1", before=None, limit=9)
        assert [each.id for each in own] == [sent]
        assert letter_rows.count_by_state(session) == {
            LetterState.DRAFT: 1,
            LetterState.SENT: 1,
            LetterState.DEAD: 1,
        }


def test_a_letter_that_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound), db.writing() as session:
        letter_rows.get_letter(session, 1)


def test_no_two_letters_share_a_message_id(db: Database) -> None:
    a_letter(db)
    other = a_letter(db)
    with pytest.raises(IntegrityError), db.writing() as session:
        session.get_one(Letter, other).message_id = letters(db)[0].message_id
