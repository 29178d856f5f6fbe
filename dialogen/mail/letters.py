"""Builds letters from plain values and templates/email/<letter>/. Sends nothing, reads no database."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dialogen import languages
from dialogen.resources import resource_root

LOCALE = "nb_NO"  # with nb alone Babel counts weeks wrongly


@dataclass(frozen=True)
class LetterLine:
    """A case as a letter tells of it: reference, unit, deadline, and nothing personal."""

    reference: str
    external_reference: str | None
    unit: str | None
    deadline: date
    original: date | None  # the original deadline, when the present one is an extension
    should_have_come_on: date | None  # set when the alert comes late
    link: str


@dataclass(frozen=True)
class LetterText:
    """The three texts of one letter."""

    subject: str
    text: str
    html: str


def deadlines_letter(
    *,
    lines: list[LetterLine],
    overdue: int,
    due_today: int,
    nearing: int,
    today: date,
    list_link: str,
    municipality: str,
) -> LetterText:
    """Write the letter of one morning to one person: the given cases, worst first, and the number of the rest."""
    total = overdue + due_today + nearing
    return _letter(
        "deadlines",
        lines=lines,
        overdue=overdue,
        due_today=due_today,
        nearing=nearing,
        total=total,
        rest=total - len(lines),
        today=today,
        list_link=list_link,
        municipality=in_one_line(municipality),
    )


def new_password_letter(*, link: str, hours: int, municipality: str) -> LetterText:
    """Write the letter that brings somebody a link to a new password, good for so many hours."""
    return _letter("new_password", link=link, hours=hours, municipality=in_one_line(municipality))


def deadline_words(deadline: date, today: date) -> str:
    """Say in words when a deadline is or was, from the dates alone."""
    left = (deadline - today).days
    day = long_date(deadline)
    near = {-1: f"fristen var i går, {day}", 0: f"frist i dag, {day}", 1: f"frist i morgen, {day}"}
    if left in near:
        return near[left]
    return f"frist {day}, om {left} dager" if left > 0 else f"fristen var {day}, for {-left} dager siden"


def long_date(day: date) -> str:
    """Return a date as «fredag 6. februar 2026»."""
    return str(format_date(day, "EEEE d. MMMM y", locale=LOCALE))


def cases_in_words(count: int) -> str:
    """Return a number of cases with its noun."""
    return f"{count} henvendelse" if count == 1 else f"{count} henvendelser"


def in_one_line(text: str) -> str:
    """Return a name or number from elsewhere so that it cannot begin a line of its own."""
    return " ".join(text.split())


def _letter(name: str, **values: object) -> LetterText:
    def part(file: str) -> str:
        return letter_templates().get_template(f"email/{name}/{file}").render(**values).strip()

    return LetterText(" ".join(part("subject.txt").split()), part("body.txt") + "\n", part("body.html") + "\n")


@cache
def letter_templates() -> Environment:
    """Return the templates of the letters with the words they may use."""
    environment = Environment(
        loader=FileSystemLoader(resource_root() / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    languages.teach(environment)
    environment.filters.update(
        deadline=deadline_words, long_date=long_date, cases=cases_in_words, in_one_line=in_one_line
    )
    return environment
