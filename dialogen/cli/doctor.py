"""The command `doctor`: what is well with the installation, and what to do about the rest."""

import sys

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.extensions import office
from dialogen.services import doctor as doctors


@click.command()
@with_appcontext
def doctor() -> None:
    """Examine the installation: a line for each thing, with ok or what to do. Sends no letter.

    Ends with 1 when there is something to do.
    """
    here = office()
    is_well = True
    for finding in doctors.examine(
        here.db, here.post, here.config, today=clock.today(here.config.timezone), now=clock.now()
    ):
        # A mail server may answer over several lines.
        click.echo(f"{'ok' if finding.is_well else 'todo':<6}{finding.subject}: {' '.join(finding.words.split())}")
        is_well = is_well and finding.is_well
    sys.exit(0 if is_well else 1)
