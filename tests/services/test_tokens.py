"""API tokens: what they may do, how long, and how they are taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from dialogen.database.engine import Database
from dialogen.database.models import ApiToken, OfficeEvent
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.errors import InvalidInput, NotFound, Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.domain.tokens import TokenState
from dialogen.services import accounts, tokens
from dialogen.services.secrets import secret_hash
from dialogen.services.token_meter import Meter
from tests.factories import NOW, TODAY, make_account, make_unit, standing
from tests.statements import counted

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
    assert bearer is not None
    assert (bearer.token_id, bearer.standing) == (view.id, accounts.get_account_by_email(db, EMAIL).standing)
    assert bearer.scopes == {Scope.CASES_READ, Scope.STATS_READ}
    assert view.scopes == (Scope.CASES_READ, Scope.STATS_READ)


@pytest.mark.parametrize(
    "roles",
    [
        (),
        ((Role.ADMIN, "-"),),
        ((Role.HANDLER, 1), (Role.MANAGER, 2), (Role.MANAGER, "-"), (Role.STATISTICIAN, "*")),
    ],
)
def test_a_token_has_its_accounts_rights_as_they_are_when_it_asks(
    db: Database, roles: tuple[tuple[Role, int | str], ...]
) -> None:
    make_unit(db), make_unit(db)
    email = f"{len(roles)}@asker.example"
    account_id = make_account(db, email, roles=roles)
    _, secret = issue(db, email=email)
    bearer = tokens.bearer(db, secret=secret, today=TODAY, now=NOW)
    assert bearer is not None
    assert bearer.standing == standing(account_id, *roles)
    accounts.add_account(db, by=None, email=email, name=None, roles=[(Role.HANDLER, "*")], password=None, now=NOW)
    bearer = tokens.bearer(db, secret=secret, today=TODAY, now=NOW)
    assert bearer is not None
    assert bearer.standing == standing(account_id, *roles, (Role.HANDLER, "*"))


def test_asking_whose_a_token_is_takes_one_query(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    tokens.bearer(db, secret=secret, today=TODAY, now=NOW)  # notes the use, which the next ones need not
    with counted(db) as statements:
        assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW + SECOND)
    assert len(statements) == 1
    assert statements[0].startswith("SELECT api_tokens.id")


def test_without_a_last_day_a_token_works_for_a_year(db: Database, account_id: int) -> None:
    view, secret = issue(db)
    assert view.expires_on == date(2027, 2, 11)
    assert tokens.bearer(db, secret=secret, today=date(2027, 2, 11), now=NOW)
    assert tokens.bearer(db, secret=secret, today=date(2027, 2, 12), now=NOW) is None


def test_a_token_can_say_what_it_is_for(db: Database, account_id: int) -> None:
    assert issue(db, name=" Portalen  på\nnett ")[0].name == "Portalen på nett"
    assert issue(db)[0].name is None
    for wrong in (" ", "x" * 101, "a\0b", "\ud800"):
        with pytest.raises(InvalidInput, match="name"):
            issue(db, name=wrong)


def test_a_token_is_told_of_when_made_and_once_when_revoked(db: Database, account_id: int) -> None:
    view, secret = issue(db, author=Author(account_id, Door.WEB), name="Portalen")
    tokens.revoke_token(db, token_id=view.id, now=NOW)
    tokens.revoke_token(db, token_id=view.id, now=NOW + DAY)
    with db.reading() as session:
        told = session.scalars(select(OfficeEvent).order_by(OfficeEvent.id)).all()
        assert [(each.action, each.door, each.actor_id, each.subject_id) for each in told] == [
            ("token_made", "web", account_id, str(view.id)),
            ("token_revoked", "command_line", None, str(view.id)),
        ]
        words = str([each.changes for each in told])
    assert "cases:read" in words
    assert "2027-02-11" in words
    for hidden in ("Portalen", secret, secret_hash(secret)):
        assert hidden not in words


def test_people_revoke_their_own_tokens_and_administrators_all(db: Database, account_id: int) -> None:
    view, secret = issue(db)
    other = make_account(db, roles=((Role.MANAGER, "*"),))
    with pytest.raises(NotFound):
        tokens.revoke_token(db, token_id=view.id, now=NOW, by=standing(other, (Role.MANAGER, "*")))
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW)
    assert tokens.list_tokens(db, account_id=other) == []
    assert [each.id for each in tokens.list_tokens(db, account_id=account_id)] == [view.id]
    tokens.revoke_token(db, token_id=view.id, now=NOW, by=standing(other, (Role.ADMIN, "-")))
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None
    mine, secret = issue(db)
    tokens.revoke_token(db, token_id=mine.id, now=NOW, by=standing(account_id, (Role.HANDLER, "*")))
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None


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
    accounts.enable_account(db, by=None, now=NOW, id=account_id)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW)


@pytest.mark.parametrize("secret", ["", "dlg_", "\ud800", "a\0b", "dlg_" + "x" * 43])
def test_an_unknown_secret_is_nobodys(db: Database, account_id: int, secret: str) -> None:
    issue(db)
    assert tokens.bearer(db, secret=secret, today=TODAY, now=NOW) is None


def test_a_token_says_whether_it_works_and_if_not_why(db: Database, account_id: int) -> None:
    view, _ = issue(db, expires_on=TODAY)
    assert view.state(TODAY) is TokenState.WORKING
    assert view.state(TODAY + DAY) is TokenState.EXPIRED
    accounts.disable_account(db, by=None, id=account_id, now=NOW)
    assert tokens.list_tokens(db)[0].state(TODAY) is TokenState.ACCOUNT_DISABLED
    tokens.revoke_token(db, token_id=view.id, now=NOW)
    assert tokens.list_tokens(db)[0].state(TODAY) is TokenState.REVOKED


def test_the_last_use_is_written_at_most_every_ten_seconds(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    used = []
    for seconds in (5, 6, 14, 15, 16):
        tokens.bearer(db, secret=secret, today=TODAY, now=NOW + seconds * SECOND)
        last = tokens.list_tokens(db)[0].last_used_at
        used.append(last and (last - NOW).seconds)
    assert used == [5, 5, 5, 15, 15]


def test_a_database_that_is_busy_keeps_nobody_from_coming_in(db: Database, account_id: int) -> None:
    view, secret = issue(db)
    meter = Meter(600)

    def ask(seconds: int) -> int:
        found = tokens.bearer(db, secret=secret, today=TODAY, now=NOW + seconds * SECOND, meter=meter)
        assert found is not None
        return found.allowance.used

    with db.writing() as session:
        session.execute(update(ApiToken).where(ApiToken.id == view.id).values(name="holds the row"))
        assert [ask(0), ask(1), ask(2)] == [1, 2, 3]
    assert tokens.list_tokens(db)[0].last_used_at is None
    assert ask(11) == 4
    assert kept(db) == (NOW + 11 * SECOND, 4)


def kept(db: Database) -> tuple[datetime | None, int]:
    """Return what the only token's row says of its use."""
    with db.reading() as session:
        row = session.scalars(select(ApiToken)).one()
        return row.last_used_at, row.window_count


def test_counts_and_stamps_are_written_together_and_at_most_every_ten_seconds(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    meter, other = Meter(600), Meter(600)  # of two processes
    written = 0
    with counted(db) as statements:
        for seconds in range(60):
            for each in (meter, other):
                tokens.bearer(db, secret=secret, today=TODAY, now=NOW + seconds * SECOND, meter=each)
        written = sum(statement.startswith("UPDATE") for statement in statements)
    assert written == 6
    assert kept(db)[0] == NOW + 50 * SECOND


def test_threads_of_one_process_share_the_limit_exactly(db: Database, account_id: int) -> None:
    _, secret = issue(db)
    meter = Meter(100)

    def ask(number: int) -> bool:
        now = NOW + (number // 10) * SECOND  # so that counts are written in between
        found = tokens.bearer(db, secret=secret, today=TODAY, now=now, meter=meter)
        assert found is not None
        return found.allowed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(200))) == 100
