"""Builds letters from plain values and templates/email/<letter>/. Sends nothing, reads no database."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dialogen.domain.languages import Language
from dialogen.domain.staleness import Silence
from dialogen.languages import gettext, ngettext, reading, teach
from dialogen.notation import count, percent, weekday
from dialogen.resources import resource_root


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
class UnitLine:
    """How a unit stands this morning; without a name what lies in none."""

    name: str | None
    overdue: int
    due_today: int
    nearing: int
    unassigned: int


@dataclass(frozen=True)
class Glance:
    """What a manager's letter says of their units and the year, after their alerts.

    `more_units`: how many stand in the list alone. `bears`: how many more late answers the year's figure as it is today
    can bear at or above `desired` percent; negative when it is below.
    """

    units: list[UnitLine]
    more_units: int
    year: int
    on_time: int
    matured: int
    percent: Decimal | None
    bears: int
    desired: int


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
    language: Language,
    silence: Silence | None = None,
    glance: Glance | None = None,
) -> LetterText:
    """Write the letter of one morning to one person: the given cases, worst first, and the number of the rest.

    With a `silence` it says first that no alerts were sent on the mornings before; a manager's ends with how their
    units stand.
    """
    total = overdue + due_today + nearing
    return _letter(
        "deadlines",
        language,
        lines=lines,
        overdue=overdue,
        due_today=due_today,
        nearing=nearing,
        total=total,
        rest=total - len(lines),
        today=today,
        list_link=list_link,
        silence=silence,
        municipality=in_one_line(municipality),
        glance=glance,
    )


def new_password_letter(*, link: str, hours: int, municipality: str, language: Language) -> LetterText:
    """Write the letter that brings somebody a link to a new password, good for so many hours."""
    return _letter("new_password", language, link=link, hours=hours, municipality=in_one_line(municipality))


def mail_test_letter(*, municipality: str, language: Language) -> LetterText:
    """Write the letter by which an administrator tries whether letters come out."""
    return _letter("mail_test", language, municipality=in_one_line(municipality))


def letter_to_sender(*, subject: str, text: str, language: Language) -> LetterText:
    """Write the letter that a person has worded to the sender of a case: as it is, and as a simple page."""
    paragraphs = [part.splitlines() for part in re.split(r"\n\s*\n", text.strip())]
    return _letter("to_sender", language, subject=subject, text=text, paragraphs=paragraphs)


def deadline_words(deadline: date, today: date) -> str:
    """Say in words when a deadline is or was, from the dates alone."""
    left, day = (deadline - today).days, weekday(deadline)
    if left == -1:
        return gettext("fristen var i går, %(day)s", day=day)
    if left == 0:
        return gettext("frist i dag, %(day)s", day=day)
    if left == 1:
        return gettext("frist i morgen, %(day)s", day=day)
    if left > 0:
        return ngettext("frist %(day)s, om %(num)s dag", "frist %(day)s, om %(num)s dager", left, day=day)
    return ngettext(
        "fristen var %(day)s, for %(num)s dag siden", "fristen var %(day)s, for %(num)s dager siden", -left, day=day
    )


def unit_words(unit: UnitLine) -> str:
    """Say how a unit stands: what is worst first, and nothing of what there is none of."""
    counted = (
        (unit.overdue, gettext("%(number)s over fristen", number=count(unit.overdue))),
        (unit.due_today, gettext("%(number)s med frist i dag", number=count(unit.due_today))),
        (unit.nearing, gettext("%(number)s nær fristen", number=count(unit.nearing))),
        (unit.unassigned, gettext("%(number)s ikke fordelt", number=count(unit.unassigned))),
    )
    return ", ".join(words for number, words in counted if number) or gettext("ingenting haster")


def year_words(glance: Glance) -> str:
    """Say what the year's figure is today, and how many more late answers it can bear as it is."""
    if glance.percent is None:
        return gettext("MV.1.1 for %(year)s: ingen henvendelser har nådd fristen ennå.", year=glance.year)
    stands = gettext(
        "MV.1.1 hittil i %(year)s er %(percent)s: %(on_time)s av %(matured)s henvendelser ble besvart innen fristen.",
        year=glance.year,
        percent=percent(glance.percent),
        on_time=count(glance.on_time),
        matured=count(glance.matured),
    )
    if glance.bears < 0:
        below = gettext("Det er under %(desired)s %%.", desired=glance.desired)
        return f"{stands} {below}"
    bears = ngettext(
        "Slik tallet står i dag, tåler det %(num)s sent svar til før det kommer under %(desired)s %%.",
        "Slik tallet står i dag, tåler det %(num)s sene svar til før det kommer under %(desired)s %%.",
        glance.bears,
        desired=glance.desired,
    )
    return f"{stands} {bears}"


def in_one_line(text: str) -> str:
    """Return a name or number from elsewhere so that it cannot begin a line of its own."""
    return " ".join(text.split())


def _letter(name: str, language: Language, **values: object) -> LetterText:
    def part(file: str) -> str:
        template = letter_templates().get_template(f"email/{name}/{file}")
        return template.render(language=language, **values).strip()

    with reading(language):
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
    teach(environment)
    environment.filters.update(deadline=deadline_words, long_date=weekday, in_one_line=in_one_line)
    environment.filters.update(count=count, unit_words=unit_words, year_words=year_words)
    return environment
