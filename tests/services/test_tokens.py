"""API tokens: what they may do, how long, and how they are taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import ApiToken
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.errors import InvalidInput, NotFound, Problem, WrongState
from dialogen.services import accounts, tokens
from tests.factories import NOW, TODAY, make_account

EMAIL = "api@asker.example"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def account_id(db: Database) -> int:
    """The account that programs act for."""
    return make_account(db, EMAIL, roles=((Role.HANDLER, "*"),))


def test_a_token_names_its_account_and_its_scopes(db: Database, account_id: int) -> None:
    view, secret = tokens.issue_token(
        db,
        email="API@asker.example",
        scopes=[Scope.STATS_READ, Scope.CASES_READ],
        expires_on=None,
        today=TODAY,
        now=NOW,
    )
    bearer = tokens.bearer(db, secret=secret, today=TODAY, now=NOW)
    assert bearer == tokens.Bearer(
        view.id, accounts.get_account_by_email(db, EMAIL), frozenset({Scope.CASES_READ, Scope.STATS_READ})
    )
    assert view.scopes == (Scope.CASES_READ, Scope.STATS_READ)


def test_a_secret_is_long_recognisable_and_kept_nowhere(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    assert secret.startswith("dlg_")
    assert len(secret) == 47
    with db.reading() as session:
        assert secret not in session.scalars(select(ApiToken.secret_hash)).all()
    assert secret not in str(tokens.list_tokens(db))


def issue(db: Database, **changes: object) -> tuple[tokens.TokenView, str]:
    """Issue a token for reading cases."""
    values = {"email": EMAIL, "scopes": [Scope.CASES_READ], "expires_on": None, "today": TODAY, "now": NOW}
    return tokens.issue_token(db, **{**values, **changes})  # type: ignore[arg-type]


def test_a_token_works_on_its_last_day_and_not_after(db: Database, account_id: int) -> None:
    _, secret = issue(db, expires_on=TODAY)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW)
    assert tokens.bearer(db, secret=secret, today=TODAY + DAY, now=NOW + DAY) is None


def test_a_last_day_that_is_past_is_refused(db: Database, account_id: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        issue(db, expires_on=TODAY - DAY)
    assert [(each.field, each.problem) for each in refusal.value.problems] == [("expires_on", Problem.EXPIRED_ALREADY)]
    assert tokens.list_tokens(db) == []


def test_a_token_without_a_scope_is_refused(db: Database, account_id: int) -> None:
    with pytest.raises(InvalidInput, match="scope: is required"):
        issue(db, scopes=[])


def test_there_is_no_token_for_nobody_and_none_for_a_disabled_account(db: Database, account_id: int) -> None:
    with pytest.raises(NotFound, match=r"there is no account ola@asker\.example"):
        issue(db, email="ola@asker.example")
    accounts.disable_account(db, by=None, id=account_id, now=NOW)
    with pytest.raises(WrongState):
        issue(db)


def test_a_revoked_token_is_refused_at_once_and_stays_listed(db: Database, account_id: int) -> None:
    view, secret = issue(db)
    other, other_secret = issue(db)
    tokens.revoke_token(db, token_id=view.id, now=NOW)
    tokens.revoke_token(db, token_id=view.id, now=NOW + DAY)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None
    assert tokens.bearer(db, secret=other_secret, today=TODAY, now=NOW)
    assert [(each.id, each.account_email, each.revoked_at) for each in tokens.list_tokens(db)] == [
        (view.id, EMAIL, NOW),
        (other.id, EMAIL, None),
    ]


@pytest.mark.parametrize("number", [0, -3, 7, 2**31, 2**70])
def test_a_token_that_is_not_there_cannot_be_revoked(db: Database, number: int) -> None:
    with pytest.raises(NotFound):
        tokens.revoke_token(db, token_id=number, now=NOW)


def test_a_token_of_a_disabled_account_does_not_work_until_it_is_enabled(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    accounts.disable_account(db, by=None, id=account_id, now=NOW)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None
    accounts.enable_account(db, by=None, id=account_id)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW)


@pytest.mark.parametrize("secret", ["", "dlg_", "\ud800", "a\0b", "dlg_" + "x" * 43])
def test_an_unknown_secret_is_nobodys(db: Database, account_id: int, secret: str) -> None:
    issue(db)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None


def test_the_last_use_is_written_at_most_once_a_minute(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    used = []
    for seconds in (5, 6, 64, 65):
        tokens.bearer(db, secret=secret, today=TODAY, now=NOW + seconds * SECOND)
        last = tokens.list_tokens(db)[0].last_used_at
        used.append(last and (last - NOW).seconds)
    assert used == [5, 5, 5, 65]
