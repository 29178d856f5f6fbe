"""Somebody at the door: a password, an authenticator app, and what the doorkeeper said."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, OfficeEvent
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.errors import DialogenError, Problem
from dialogen.domain.history import Author, Door
from dialogen.services import second_step_entry, second_step_setup, sessions
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.passwords import Hasher
from dialogen.services.sealing import SecretKeys
from dialogen.services.second_step_setup import Owner
from dialogen.services.second_steps import LENIENT, EntryRules
from dialogen.services.throttling import Caller
from tests.factories import NOW, make_account
from tests.totp import KEYS

CHEAP = Hasher(memory_kib=8, passes=1)
PASSWORD = "riktig hest batteri stift"
HASH = CHEAP.hash(PASSWORD)
EMAIL = "kari@asker.example"
STEP = timedelta(seconds=30)
STRICT = EntryRules(second_step_of_administrators=True)
CALLER = Caller(KEYS.present)
BY_COMMAND = Author(None, Door.COMMAND_LINE)


def add_person(db: Database, email: str = EMAIL, role: Role = Role.HANDLER) -> AccountView:
    """Add somebody with a password."""
    number = make_account(db, email, roles=((role, "*"),))
    with db.writing() as session:
        account = session.get_one(Account, number)
        account.password_hash = HASH
        return view_of(session, account)


def sign_in(db: Database, entry: EntryRules = LENIENT) -> str:
    """Show the right password at the tests' moment."""
    return sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, entry=entry, hasher=CHEAP)


def stage_of(db: Database, secret: str) -> Stage | None:
    visitor = sessions.visitor_of_session(db, secret=secret, now=NOW)
    return None if visitor is None else visitor.stage


def take(db: Database, code: str, secret: str | None = None, keys: SecretKeys = KEYS) -> str:
    """Sign in and take the second step at the tests' moment."""
    secret = secret or sign_in(db)
    return second_step_entry.take_second_step(db, secret=secret, code=code, keys=keys, now=NOW)


def refusal(db: Database, code: str, keys: SecretKeys = KEYS) -> Problem:
    with pytest.raises(DialogenError) as refused:
        take(db, code, keys=keys)
    return refused.value.problem


def owner(db: Database, account: AccountView, proof: str = PASSWORD) -> Owner:
    """The account in a session of its own that is complete."""
    with db.writing() as session:
        row = session.get_one(Account, account.id)
        secret = sessions.open_session(session, row, NOW, browser=None, stage=Stage.FULL)
    visitor = sessions.visitor_of_session(db, secret=secret, now=NOW)
    assert visitor is not None
    return Owner(account.id, visitor.session_id, proof, Author(account.id, Door.WEB))


def told(db: Database) -> list[str]:
    with db.reading() as session:
        actions = session.scalars(select(OfficeEvent.action).order_by(OfficeEvent.id))
        return [action for action in actions if "step" in action or "recovery" in action]


def recovery_codes(db: Database, account: AccountView) -> tuple[str, ...]:
    return second_step_setup.renew_recovery_codes(db, owner=owner(db, account), keys=KEYS, now=NOW, hasher=CHEAP)
