"""The commands about second steps: a lost one, and a change of the secret key. They are called as commands of `users`."""

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.services import accounts, second_step_setup, second_steps
from dialogen.services.sealing import SecretKeys


@click.command("reset-second-step")
@click.argument("email")
@with_appcontext
def reset_second_step(email: str) -> None:
    """Take the lost second step of EMAIL away and end the account's sessions.

    For an administrator whom no other administrator can help. In production the next sign-in sets up a new one.
    """
    account = accounts.get_account_by_email(office().db, email)
    author = Author(None, Door.COMMAND_LINE)
    second_step_setup.reset(office().db, by=None, account_id=account.id, author=author, now=clock.now())
    click.echo(f"reset the second step of {account.email}")


@click.command("reseal-second-steps")
@with_appcontext
def reseal_second_steps() -> None:
    """Seal every second step anew with the present secret key, so that former keys can be dropped."""
    keys = SecretKeys.of(office().config)
    resealed, unreadable = second_steps.reseal_all(office().db, keys=keys, now=clock.now())
    click.echo(f"resealed {resealed}")
    if unreadable:
        raise click.ClickException(
            f"{unreadable} cannot be opened by any key; add the former key to DIALOGEN_SECRET_KEY_FALLBACKS, "
            "or reset them with: dialogen users reset-second-step EMAIL"
        )
