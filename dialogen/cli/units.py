"""The command `units`: the parts of the municipality that must answer."""

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.extensions import office
from dialogen.services import setup


@click.group()
def units() -> None:
    """Units. A unit's managers are the accounts with the role manager in it."""


@units.command("add")
@click.argument("name")
@click.option("--email", help="The unit's own address, written to when none of its people can be.")
@with_appcontext
def add_unit(name: str, email: str | None) -> None:
    """Add a unit called NAME."""
    unit = setup.add_unit(office().db, by=None, now=clock.now(), name=name, email=email)
    click.echo(f"added {_line(unit)}")


@units.command("list")
@with_appcontext
def list_units() -> None:
    """Print a line a unit: name and address."""
    for unit in setup.list_units(office().db):
        click.echo(_line(unit))


def _line(unit: setup.UnitView) -> str:
    return "\t".join((unit.name, unit.email or "-"))
