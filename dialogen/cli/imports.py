"""`dialogen import`: cases from a CSV or XLSX file."""

import sys
from pathlib import Path
from time import monotonic

import click
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.domain.errors import DialogenError
from dialogen.domain.imports import ImportCounts
from dialogen.domain.national_ids import without_national_ids
from dialogen.domain.texts import in_one_line
from dialogen.extensions import office
from dialogen.services.imports import ImportOrder, import_cases

QUIET_SECONDS = 2  # an import that is done by then shows no progress
SECONDS_BETWEEN = 1


class _Terminal:
    """Tells the user on stderr how it goes; stdout is for the result."""

    def __init__(self) -> None:
        self._next = monotonic() + QUIET_SECONDS

    def progress(self, doing: str, rows: int) -> None:
        """Show the number of rows now and then."""
        now = monotonic()
        if now >= self._next:
            self._next = now + SECONDS_BETWEEN
            click.echo(f"{doing} {rows} rows", err=True)

    def rejected(self, line: int, reason: str) -> None:
        """List a bad row."""
        click.echo(f"line {line}: {in_one_line(reason)}", err=True)

    def note(self, text: str) -> None:
        """Say what is worth knowing."""
        # What only may be an identity number is imported; a timetable's log of imports is no place for it all the same.
        click.echo(without_national_ids(in_one_line(text)), err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", metavar="NAME_OR_TOML", help="A profile for another system's export.")
@click.option("--dry-run", is_flag=True, help="Change nothing, only say what would happen.")
@click.option("--keep-going", is_flag=True, help="Import the good rows even if there are bad ones.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Write bad rows here, each with its reason.")
@with_appcontext
def import_command(file: Path, profile: str | None, dry_run: bool, keep_going: bool, rejects: Path | None) -> None:
    """Import cases from a CSV or XLSX file: all rows or none.

    A row known from an earlier import is compared with it, and updates its case when it differs.
    """
    order = ImportOrder(file, profile=profile, dry_run=dry_run, keep_going=keep_going, rejects=rejects)
    here = office()
    zone = here.config.timezone
    failed = False
    counts = ImportCounts()
    try:
        counts = import_cases(
            here.db, order=order, today=clock.today(zone), now=clock.now(), zone=zone, listener=_Terminal()
        )
    except DialogenError as refusal:
        click.echo(f"dialogen: {in_one_line(str(refusal))}", err=True)
        failed = True
    except KeyboardInterrupt:
        click.echo("dialogen: stopped; nothing was imported", err=True)
        failed = True
    if dry_run:
        click.echo("dry run: nothing was written to the database")
    click.echo(str(counts))
    if failed or counts.rejected:
        sys.exit(1)
