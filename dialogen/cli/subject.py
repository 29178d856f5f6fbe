"""The command `subject`: a person's right of access to what is kept about them."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.domain.history import Author, Door
from dialogen.domain.persons import person_of
from dialogen.domain.subjects import Relation, SubjectFile
from dialogen.extensions import office
from dialogen.languages import of_locale, reading
from dialogen.services import subjects
from dialogen.services.subjects import Request

PAGE = "exports/subject.html"
SIMILAR_SHOWN = 20


@click.group()
def subject() -> None:
    """People who wrote: what is kept about one of them (GDPR, article 15)."""


@subject.command()
@click.option("--email", help="An e-mail address; capitals do not matter.")
@click.option("--phone", help="A phone number; only its digits matter, and +47 does not.")
@click.option("--name", help="A whole name; capitals, accents, hyphens and the order do not matter.")
@click.option("--format", "form", type=click.Choice(["json", "html"]), default="json", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
@with_appcontext
def export(email: str | None, phone: str | None, name: str | None, form: str, output: Path | None) -> None:
    """Export all that is kept about one person, as sender or mentioned in a text, found by any of the three.

    Both logs tell that it was done, but not about whom. Look through the export before handing it out: texts may
    hold personal data of others.
    """
    if not any((email, phone, name)):
        raise click.UsageError("name at least one of --email, --phone and --name")
    here = office()
    zone = here.config.timezone
    person = person_of(email=email, phone=phone, name=name)
    request = Request(person, clock.today(zone), clock.now(), zone, Author(None, Door.COMMAND_LINE))
    found = subjects.subject_file(here.db, request=request)
    _tell_similar(found)
    if not found.cases:
        click.echo("dialogen: nothing is kept about this person", err=True)
        sys.exit(1)
    text = _page(found) if form == "html" else subjects.as_json(found, here.config.municipality)
    if output is None:
        # As bytes: neither the terminal's code page nor its line ends may change what a program reads.
        click.echo(text.encode(), nl=False)
    else:
        _save(output, text)
        click.echo(f"{len(found.cases)} cases written to {output}", err=True)


def _tell_similar(found: SubjectFile) -> None:
    if found.similar:
        shown = ", ".join(found.similar[:SIMILAR_SHOWN])
        more = len(found.similar) - SIMILAR_SHOWN
        click.echo(
            f"not in it, since only the sender's name is similar: {shown}{f' and {more} more' if more > 0 else ''};"
            " look at them, and ask again by what belongs to this person",
            err=True,
        )


def _page(found: SubjectFile) -> str:
    """Write the page that is handed out, in the installation's language."""
    page = current_app.jinja_env.get_template(PAGE)
    own = found.of(Relation.SENDER)
    others = found.of(Relation.EARLIER_SENDER, Relation.MENTIONED)
    language = of_locale(office().config.locale)
    with reading(language):
        return page.render(
            found=found, own=own, others=others, municipality=office().config.municipality, language=language
        )


def _save(output: Path, text: str) -> None:
    if not output.parent.is_dir():
        raise click.ClickException(f"{output} cannot be written: there is no folder {output.parent}")
    try:
        subjects.save(output, text)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
