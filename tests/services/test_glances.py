"""A manager's morning letter ends with how their units and the year stand; a handler's says nothing of that."""

from datetime import timedelta

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import running_counts
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox
from tests.passes import make_pass

DUE_IN_TWO_DAYS = TODAY - timedelta(days=12)


def _letters(mailbox: Mailbox) -> dict[str, str]:
    return {letter.recipients[0]: letter.text.replace("\r\n", "\n") for letter in mailbox.letters}


def test_a_managers_letter_says_how_their_units_stand_with_the_worst_first(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    other = make_unit(db, "Brann")
    hidden = make_unit(db, "Oppvekst")
    make_account(db, "sjef@asker.example", roles=((Role.MANAGER, unit), (Role.MANAGER, other)))
    make_case(db, unit_id=unit, handler_id=kari, received_on=DUE_IN_TWO_DAYS)
    make_case(db, unit_id=other, handler_id=None, received_on=TODAY - timedelta(days=20))
    make_case(db, unit_id=hidden, handler_id=None, received_on=TODAY - timedelta(days=20))
    make_pass(db, mailbox.post())
    text = _letters(mailbox)["sjef@asker.example"]
    assert "* Brann: 1 over fristen, 1 ikke fordelt.\n* Kultur: 1 nær fristen.\n" in text
    assert "Oppvekst" not in text
    assert "virksomhet" not in _letters(mailbox)["kari@asker.example"].rpartition("Denne e-posten")[0]


def test_it_says_what_the_year_can_bear_as_the_figure_is_today(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    for number in range(40):
        received = TODAY - timedelta(days=30)
        make_case(db, unit_id=unit, handler_id=kari, received_on=received, answered_on=received + timedelta(number % 2))
    make_case(db, unit_id=unit, handler_id=kari, received_on=DUE_IN_TWO_DAYS)
    running_counts.bring_together(db, today=TODAY)
    make_pass(db, mailbox.post())
    text = _letters(mailbox)["leder@asker.example"]
    assert "100,00\N{NO-BREAK SPACE}%: 40 av 40 henvendelser ble besvart innen fristen." in text
    assert "tåler det 2 sene svar til før det kommer under 95 %." in text  # 100 * 40 >= 95 * 42


def test_a_manager_with_nothing_to_be_told_gets_no_letter(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, unit_id=unit, handler_id=kari, received_on=TODAY)
    assert make_pass(db, mailbox.post()).raised == 0
    assert mailbox.letters == []
