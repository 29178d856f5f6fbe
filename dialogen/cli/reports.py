"""The command `report`: the yearly figure on the terminal, for a program, or in a file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from dialogen import clock
from dialogen.cli.dates import DATE
from dialogen.domain.reports import Breakdown, YearlyReport
from dialogen.extensions import office
from dialogen.services import report_formats, reports

FORMATS: dict[str, Callable[[YearlyReport], str]] = {
    "text": lambda figure: report_formats.report_text(figure, office().config.municipality),
    "json": report_formats.report_json_text,
    "csv": report_formats.report_csv,
    "csv-excel": lambda figure: report_formats.report_csv(figure, excel=True),
}


@click.command()
@click.argument("year", type=int)
@click.option("--as-of", type=DATE, help="The day to see the year from; today without it.")
@click.option("--by", type=click.Choice([each.value for each in Breakdown]), help="Break the figure down.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def report(year: int, as_of: date | None, by: str | None, form: str, output: Path | None) -> None:
    """Print the yearly figure, MV.1.1, of YEAR."""
    today = clock.today(office().config.timezone)
    breakdown = Breakdown(by) if by else None
    figure = reports.yearly_report(office().db, year=year, as_of=as_of, today=today, by=breakdown)
    text = FORMATS[form](figure)
    if output is not None:
        _save(output, text)
    elif form == "text":
        click.echo(text, nl=False)
    else:
        # As bytes: neither the terminal's code page nor its line ends may change what a program reads.
        click.echo(text.encode(), nl=False)


def _save(output: Path, text: str) -> None:
    if not output.parent.is_dir():
        raise click.ClickException(f"{output} cannot be written: there is no folder {output.parent}")
    try:
        report_formats.save(output, text)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
