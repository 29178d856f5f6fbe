"""Setting up a second step, where it is demanded, taking it off, and the reset of a lost one."""

import base64
from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.services import second_step_entry, second_step_setup, second_steps, sessions
from dialogen.services.account_views import AccountView
from dialogen.services.second_steps import LENIENT, EntryRules
from tests.factories import NOW, make_account, standing
from tests.services.entry import (
    BY_COMMAND,
    CALLER,
    CHEAP,
    PASSWORD,
    STEP,
    STRICT,
    add_person,
    owner,
    recovery_codes,
    refusal,
    sign_in,
    stage_of,
    take,
    told,
)
from tests.totp import KEYS, code_at, give_second_step, secret_in


@pytest.fixture
def kari(db: Database) -> AccountView:
    """A person with a password and a second step."""
    account = add_person(db)
    give_second_step(db, account.id, now=NOW)
    return account


@pytest.mark.parametrize("proof", ["feil passord her", "000000", "", "\ud800"])
def test_new_codes_demand_the_password_or_a_code(db: Database, kari: AccountView, proof: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        second_step_setup.renew_recovery_codes(db, owner=owner(db, kari, proof), keys=KEYS, now=NOW, hasher=CHEAP)
    assert [each.problem for each in refused.value.problems] == [Problem.WRONG_PROOF]
    done = second_step_setup.renew_recovery_codes(
        db, owner=owner(db, kari, code_at(NOW)), keys=KEYS, now=NOW, hasher=CHEAP
    )
    assert len(done) == 10


def test_there_are_no_recovery_codes_without_a_second_step(db: Database) -> None:
    with pytest.raises(WrongState) as refused:
        recovery_codes(db, add_person(db))
    assert refused.value.problem is Problem.NO_SECOND_STEP


def offer_to(account: AccountView) -> second_step_setup.Offer:
    return second_step_setup.make_offer(KEYS, account=account, issuer="Dialogen i Asker kommune", now=NOW)


def set_up(db: Database, account: AccountView, offered: str, code: str) -> tuple[str, ...]:
    return second_step_setup.set_up(
        db, owner=owner(db, account), offered=offered, code=code, keys=KEYS, now=NOW, hasher=CHEAP
    )


def test_a_second_step_is_set_up_with_its_first_code(db: Database) -> None:
    person = add_person(db)
    elsewhere = sign_in(db)
    offer = offer_to(person)
    codes = set_up(db, person, offer.sealed, code_at(NOW, offer.key))
    assert len(codes) == 10
    assert second_steps.second_step_of(db, person.id) == second_steps.SecondStepView(NOW, 10)
    assert stage_of(db, elsewhere) is None, "other browsers sign in anew"
    assert refusal(db, code_at(NOW, offer.key)) is Problem.WRONG_CODE, "the first code was taken"
    assert take(db, code_at(NOW + STEP, offer.key))
    assert told(db) == ["second_step_set"]


def test_an_offer_is_what_every_app_reads(db: Database) -> None:
    offer = offer_to(add_person(db))
    assert offer.address.startswith("otpauth://totp/Dialogen%20i%20Asker%20kommune:kari%40asker.example?")
    assert secret_in(offer.address) == offer.key.replace(" ", "")
    assert len(base64.b32decode(secret_in(offer.address))) == 20


def test_an_offer_that_is_not_confirmed_leaves_nothing_behind(db: Database) -> None:
    person = add_person(db)
    offer = offer_to(person)
    with pytest.raises(InvalidInput) as refused:
        set_up(db, person, offer.sealed, "000000")
    assert [each.field for each in refused.value.problems] == ["code"]
    assert second_steps.second_step_of(db, person.id) == second_steps.SecondStepView(None, 0)
    assert stage_of(db, sign_in(db)) is Stage.FULL
    again = second_step_setup.same_offer(KEYS, offer.sealed, account=person, issuer="Dialogen", now=NOW)
    assert again.key == offer.key


def test_an_offer_holds_for_half_an_hour_and_for_one_account(db: Database) -> None:
    person, other = add_person(db), add_person(db, "ola@asker.example")
    offer = offer_to(person)
    late = NOW + timedelta(minutes=31)
    with pytest.raises(WrongState):
        second_step_setup.same_offer(KEYS, offer.sealed, account=person, issuer="Dialogen", now=late)
    with pytest.raises(WrongState):
        set_up(db, other, offer.sealed, code_at(NOW, offer.key))


def test_another_phone_takes_the_place_of_the_old_one(db: Database, kari: AccountView) -> None:
    old, offer = recovery_codes(db, kari), offer_to(kari)
    set_up(db, kari, offer.sealed, code_at(NOW, offer.key))
    assert refusal(db, code_at(NOW)) is Problem.WRONG_CODE
    assert refusal(db, old[0]) is Problem.WRONG_CODE
    assert take(db, code_at(NOW + STEP, offer.key))


def test_administrators_set_one_up_where_it_is_demanded_before_anything_opens(db: Database) -> None:
    person = add_person(db, role=Role.ADMIN)
    waiting = sign_in(db, STRICT)
    assert stage_of(db, waiting) is Stage.ENROLMENT
    offer = offer_to(person)
    with pytest.raises(InvalidInput):
        second_step_entry.enrol(db, secret=waiting, offered=offer.sealed, code="000000", keys=KEYS, now=NOW)
    opened, codes = second_step_entry.enrol(
        db, secret=waiting, offered=offer.sealed, code=code_at(NOW, offer.key), keys=KEYS, now=NOW
    )
    assert (stage_of(db, opened), stage_of(db, waiting), len(codes)) == (Stage.FULL, None, 10)
    assert stage_of(db, sign_in(db, STRICT)) is Stage.SECOND_STEP


def test_others_need_none(db: Database) -> None:
    add_person(db)
    assert stage_of(db, sign_in(db, STRICT)) is Stage.FULL


def test_where_it_is_not_demanded_administrators_need_none_either(db: Database) -> None:
    add_person(db, role=Role.ADMIN)
    assert stage_of(db, sign_in(db)) is Stage.FULL


def test_a_session_that_must_set_one_up_cannot_replace_the_one_set_up_meanwhile(db: Database) -> None:
    person = add_person(db, role=Role.ADMIN)
    waiting, offer = sign_in(db, STRICT), offer_to(person)
    give_second_step(db, person.id, now=NOW)
    with pytest.raises(NotSignedIn):
        second_step_entry.enrol(
            db, secret=waiting, offered=offer.sealed, code=code_at(NOW, offer.key), keys=KEYS, now=NOW
        )


def test_a_session_that_waits_for_a_code_cannot_set_one_up_instead(db: Database, kari: AccountView) -> None:
    waiting, offer = sign_in(db), offer_to(kari)
    with pytest.raises(NotSignedIn):
        second_step_entry.enrol(
            db, secret=waiting, offered=offer.sealed, code=code_at(NOW, offer.key), keys=KEYS, now=NOW
        )


def test_a_new_password_does_not_pass_the_second_step_by(db: Database, kari: AccountView) -> None:
    link = sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_COMMAND)
    secret = sessions.set_first_password(
        db, secret=link, password="et annet passord enn før", now=NOW, caller=CALLER, hasher=CHEAP
    )
    assert stage_of(db, secret) is Stage.SECOND_STEP


def take_off(db: Database, account: AccountView, proof: str, entry: EntryRules = STRICT) -> None:
    second_step_setup.take_off(db, owner=owner(db, account, proof), entry=entry, keys=KEYS, now=NOW, hasher=CHEAP)


def test_whoever_may_takes_it_off_with_the_password_or_a_code(db: Database, kari: AccountView) -> None:
    with pytest.raises(InvalidInput):
        take_off(db, kari, "feil passord her")
    elsewhere = take(db, code_at(NOW))
    take_off(db, kari, code_at(NOW + STEP))
    assert stage_of(db, elsewhere) is None, "other browsers sign in anew"
    assert stage_of(db, sign_in(db)) is Stage.FULL
    assert second_steps.second_step_of(db, kari.id) == second_steps.SecondStepView(None, 0)
    assert told(db) == ["second_step_reset"]
    with pytest.raises(WrongState):
        take_off(db, kari, PASSWORD)


def test_administrators_cannot_take_off_what_is_demanded_of_them(db: Database) -> None:
    person = add_person(db, role=Role.ADMIN)
    give_second_step(db, person.id, now=NOW)
    with pytest.raises(WrongState) as refused:
        take_off(db, person, PASSWORD)
    assert refused.value.problem is Problem.SECOND_STEP_DEMANDED
    take_off(db, person, PASSWORD, LENIENT)


def test_an_administrator_resets_a_lost_one_and_ends_its_sessions(db: Database, kari: AccountView) -> None:
    opened, recovery = take(db, code_at(NOW)), recovery_codes(db, kari)
    admin = make_account(db, roles=((Role.ADMIN, "*"),))
    by = standing(admin, (Role.ADMIN, "*"))
    second_step_setup.reset(db, by=by, account_id=kari.id, author=Author(admin, Door.WEB), now=NOW)
    assert stage_of(db, opened) is None
    assert stage_of(db, sign_in(db)) is Stage.FULL
    give_second_step(db, kari.id, now=NOW)
    assert refusal(db, recovery[0]) is Problem.WRONG_CODE
    assert told(db) == ["recovery_codes_made", "second_step_reset"]


def test_nobody_resets_their_own_and_nobody_but_administrators_anybodys(db: Database, kari: AccountView) -> None:
    author = Author(kari.id, Door.WEB)
    for by, refused in (
        (standing(kari.id, (Role.ADMIN, "*")), WrongState),
        (standing(make_account(db), (Role.MANAGER, "*")), NotAllowed),
    ):
        with pytest.raises(refused):
            second_step_setup.reset(db, by=by, account_id=kari.id, author=author, now=NOW)
    assert second_steps.second_step_of(db, kari.id).set_up_at == NOW


def test_the_command_resets_also_the_last_administrators(db: Database) -> None:
    person = add_person(db, role=Role.ADMIN)
    give_second_step(db, person.id, now=NOW)
    second_step_setup.reset(db, by=None, account_id=person.id, author=BY_COMMAND, now=NOW)
    assert stage_of(db, sign_in(db, STRICT)) is Stage.ENROLMENT
    with pytest.raises(WrongState):
        second_step_setup.reset(db, by=None, account_id=person.id, author=BY_COMMAND, now=NOW)
    with pytest.raises(NotFound):
        second_step_setup.reset(db, by=None, account_id=77, author=BY_COMMAND, now=NOW)
