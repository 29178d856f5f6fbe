"""The commands `tokens`: keys with which programs act for an account."""

from datetime import date, datetime

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.cli.dates import DATE
from dialogen.domain.accounts import Scope
from dialogen.domain.tokens import TokenState
from dialogen.extensions import office
from dialogen.services import tokens

_STATES = {
    TokenState.WORKING: "not revoked",
    TokenState.EXPIRED: "expired",
    TokenState.ACCOUNT_DISABLED: "account disabled",
}


@click.group("tokens")
def api_tokens() -> None:
    """API tokens: keys of programs."""


_SCOPE = click.Choice([scope.value for scope in Scope])


@api_tokens.command("create")
@click.option("--user", "email", required=True, help="The address of the account that the program acts for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=_SCOPE, help="What it may; give several.")
@click.option("--expires", "expires_on", type=DATE, help="The last day on which the token works; else a year from now.")
@click.option("--name", help="What the token is for.")
@click.argument("more_scopes", metavar="[SCOPE]...", nargs=-1, type=_SCOPE)
@with_appcontext
def create_token(
    email: str, scopes: tuple[str, ...], expires_on: date | None, name: str | None, more_scopes: tuple[str, ...]
) -> None:
    """Make a token and print its secret, this once, alone on the last line."""
    today = clock.today(office().config.timezone)
    token, secret = tokens.issue_token(
        office().db,
        email=email,
        scopes=[Scope(scope) for scope in scopes + more_scopes],
        expires_on=expires_on,
        today=today,
        now=clock.now(),
        name=name,
    )
    if expires_on is None:
        click.echo(f"the token works until {token.expires_on}; --expires decides", err=True)
    click.echo(_token_line(token, today))
    click.echo(secret)


@api_tokens.command("list")
@with_appcontext
def list_tokens() -> None:
    """Print a line a token: number, account, scopes, last day, last use, state, and what it is for."""
    today = clock.today(office().config.timezone)
    for token in tokens.list_tokens(office().db):
        click.echo(_token_line(token, today))


@api_tokens.command("revoke")
@click.argument("token_id", metavar="ID", type=int)
@with_appcontext
def revoke_token(token_id: int) -> None:
    """Take the force of token ID away at once."""
    tokens.revoke_token(office().db, token_id=token_id, now=clock.now())
    click.echo(f"revoked {token_id}")


def _token_line(token: tokens.TokenView, today: date) -> str:
    expires = f"expires {token.expires_on}" if token.expires_on else "does not expire"
    used = f"last used {_instant(token.last_used_at)}" if token.last_used_at else "never used"
    state = f"revoked {_instant(token.revoked_at)}" if token.revoked_at else _STATES[token.state(today)]
    named = token.name or "-"
    return "\t".join((str(token.id), token.account_email, " ".join(token.scopes), expires, used, state, named))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
