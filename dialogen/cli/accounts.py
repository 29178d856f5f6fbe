"""The commands `users` and `tokens`: who may come in, as a person or as a program."""

import sys
from datetime import date, datetime

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.cli.dates import DATE
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.services import accounts, sessions, setup, tokens

EVERYWHERE = "*"


@click.group()
def users() -> None:
    """Accounts and their roles."""


@users.command("add")
@click.argument("email")
@click.option("--name", help="The person's name; needed for a new account.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--unit", "units", multiple=True, help="Where the roles hold; * for all units. Without it: in no unit.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@with_appcontext
def add_user(
    email: str, name: str | None, roles: tuple[str, ...], units: tuple[str, ...], password_stdin: bool
) -> None:
    """Add an account for EMAIL, or add roles to the one there is.

    Each role is given in each unit. While an account has no password, a one-time sign-in link is printed.
    """
    _check_units(units)
    now = clock.now()
    account, created = accounts.add_account(
        office().db,
        by=None,
        email=email,
        name=name,
        roles=[(Role(role), unit) for role in roles for unit in units or (None,)],
        password=_password_from_stdin() if password_stdin else None,
        place=office().config.municipality,
        now=now,
    )
    click.echo(f"{'added' if created else 'changed'} {_line(account)}")
    if account.disabled:
        click.echo("the account is disabled", err=True)
    elif not account.has_password:
        _print_link(account, now)


@users.command("list")
@with_appcontext
def list_users() -> None:
    """Print a line an account: address, name, roles, and whether it can sign in."""
    for account in accounts.list_accounts(office().db):
        click.echo(_line(account))


@users.command("disable")
@click.argument("email")
@with_appcontext
def disable_user(email: str) -> None:
    """Shut the account of EMAIL out at once; its cases stay with it."""
    account = accounts.disable_account(office().db, by=None, email=email, now=clock.now())
    click.echo(f"disabled {account.email}")


@users.command("enable")
@click.argument("email")
@with_appcontext
def enable_user(email: str) -> None:
    """Let the disabled account of EMAIL in again."""
    account = accounts.enable_account(office().db, by=None, email=email)
    click.echo(f"enabled {account.email}")


@users.command("link")
@click.argument("email")
@with_appcontext
def make_link(email: str) -> None:
    """Print a one-time link by which EMAIL sets a new password."""
    _print_link(accounts.get_account_by_email(office().db, email), clock.now())


@click.group("tokens")
def api_tokens() -> None:
    """API tokens: keys of programs."""


@api_tokens.command("create")
@click.option("--user", "email", required=True, help="The address of the account that the program acts for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--expires", "expires_on", type=DATE, help="The last day on which the token works.")
@with_appcontext
def create_token(email: str, scopes: tuple[str, ...], expires_on: date | None) -> None:
    """Make a token and print its secret, this once, alone on the last line."""
    token, secret = tokens.issue_token(
        office().db,
        email=email,
        scopes=[Scope(scope) for scope in scopes],
        expires_on=expires_on,
        today=clock.today(office().config.timezone),
        now=clock.now(),
    )
    click.echo(_token_line(token))
    click.echo(secret)


@api_tokens.command("list")
@with_appcontext
def list_tokens() -> None:
    """Print a line a token: number, account, scopes, last day, last use, state."""
    for token in tokens.list_tokens(office().db):
        click.echo(_token_line(token))


@api_tokens.command("revoke")
@click.argument("token_id", metavar="ID", type=int)
@with_appcontext
def revoke_token(token_id: int) -> None:
    """Take the force of token ID away at once."""
    tokens.revoke_token(office().db, token_id=token_id, now=clock.now())
    click.echo(f"revoked {token_id}")


def _check_units(names: tuple[str, ...]) -> None:
    """Say of an unknown unit what to do about it, before anything is made."""
    for name in names:
        if name == EVERYWHERE or setup.find_unit_by_name(office().db, name) is not None:
            continue
        known = ", ".join(unit.name for unit in setup.list_units(office().db)) or "none yet"
        raise click.ClickException(
            f'there is no unit {name}; add it with: dialogen units add "{name}" (the units are: {known})'
        )


def _password_from_stdin() -> str:
    # As bytes: what the terminal's code page makes of an å must not decide whether the password is right.
    line = sys.stdin.buffer.readline().rstrip(b"\r\n")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput.of("password", Problem.NOT_TEXT) from None


def _print_link(account: accounts.AccountView, now: datetime) -> None:
    secret = sessions.make_sign_in_link(
        office().db, account_id=account.id, now=now, author=Author(None, Door.COMMAND_LINE)
    )
    click.echo(f"a sign-in link for {account.name}, good once within {sessions.LINK_LIFETIME.days} days:")
    click.echo(f"{office().config.base_url}/sign-in/link/{secret}")


def _line(account: accounts.AccountView) -> str:
    roles = ", ".join(_role(role) for role in account.roles) or "no role"
    state = "disabled" if account.disabled else "enabled" if account.has_password else "no password yet"
    return "\t".join((account.email, account.name, roles, state))


def _role(role: accounts.RoleView) -> str:
    where = "all units" if role.everywhere else role.unit_name
    return f"{role.role} in {where}" if where else role.role.value


def _token_line(token: tokens.TokenView) -> str:
    expires = f"expires {token.expires_on}" if token.expires_on else "does not expire"
    used = f"last used {_instant(token.last_used_at)}" if token.last_used_at else "never used"
    state = f"revoked {_instant(token.revoked_at)}" if token.revoked_at else "not revoked"
    return "\t".join((str(token.id), token.account_email, " ".join(token.scopes), expires, used, state))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
