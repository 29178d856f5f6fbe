"""The commands `users`: who may come in as a person, and by which roles."""

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.domain.accounts import Role
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.services import accounts, sessions, setup
from dialogen.services import break_glass as break_glass_accounts

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
@click.option("--break-glass", is_flag=True, help="Let it sign in here also when people sign in elsewhere (OIDC).")
@with_appcontext
def add_user(
    email: str,
    name: str | None,
    roles: tuple[str, ...],
    units: tuple[str, ...],
    password_stdin: bool,
    break_glass: bool,
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
        now=now,
        place=office().config.municipality,
    )
    if break_glass:
        account = _set_break_glass(email, on=True, now=now)
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
    account = accounts.enable_account(office().db, by=None, now=clock.now(), email=email)
    click.echo(f"enabled {account.email}")


@users.command("link")
@click.argument("email")
@with_appcontext
def make_link(email: str) -> None:
    """Print a one-time link by which EMAIL sets a new password."""
    _print_link(accounts.get_account_by_email(office().db, email), clock.now())


@users.command("break-glass")
@click.argument("email")
@click.option("--off", is_flag=True, help="Take it back.")
@with_appcontext
def break_glass_user(email: str, off: bool) -> None:
    """Let EMAIL sign in here with its password also when people sign in elsewhere (OIDC)."""
    click.echo(f"changed {_line(_set_break_glass(email, on=not off, now=clock.now()))}")


def _set_break_glass(email: str, *, on: bool, now: datetime) -> accounts.AccountView:
    author = Author(None, Door.COMMAND_LINE)
    return break_glass_accounts.set_break_glass(office().db, email=email, on=on, author=author, now=now)


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
        office().db, by=None, account_id=account.id, now=now, author=Author(None, Door.COMMAND_LINE)
    )
    click.echo(f"a sign-in link for {account.name}, good once within {sessions.LINK_LIFETIME.days} days:")
    click.echo(f"{office().config.base_url}/sign-in/link/{secret}")


def _line(account: accounts.AccountView) -> str:
    roles = ", ".join(_role(role) for role in account.roles) or "no role"
    state = "disabled" if account.disabled else "enabled" if account.has_password else "no password yet"
    return "\t".join((account.email, account.name, roles, f"{state}, break-glass" if account.break_glass else state))


def _role(role: accounts.RoleView) -> str:
    where = "all units" if role.everywhere else role.unit_name
    return f"{role.role} in {where}" if where else role.role.value
