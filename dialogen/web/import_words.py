"""What the import says of a file and its rows, in the reader's language.

The import speaks English, as the command line shows it. Each of its sentences has a pattern here; one that has none is
shown as it is.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogen.files.columns import FIELDS
from dialogen.languages import N_, Words, gettext
from dialogen.notation import short_day
from dialogen.web import wording

IMPORT_FIELDS = Words(
    {
        "reference": N_("Referanse"),
        "received": N_("Mottatt"),
        "answered": N_("Besvart"),
        "stream": N_("Type (ekstern eller intern)"),
        "unit": N_("Virksomhet"),
        "handler": N_("Saksbehandler (e-post)"),
        "channel": N_("Kanal"),
        "kind": N_("Sakstype"),
        "subject": N_("Emne"),
        "excluded": N_("Holdt utenfor"),
    }
)
#: What is said of one cell, after the name of its field; and of a row or a file as a whole.
_PATTERNS = {
    r"(?P<value>.+) is not a date": N_("%(value)s er ikke en dato"),
    r"(?P<value>.+) is a number, not a date; format the cell as a date": N_(
        "%(value)s er et tall og ikke en dato. Formater cellen som dato"
    ),
    r"(?P<value>.+) is not one of .+": N_("%(value)s er ikke et ord vi kjenner. Velg hva det betyr"),
    r"holds the error (?P<value>.+)": N_("cellen har feilen %(value)s"),
    r"is a number with more digits than a spreadsheet keeps; store it as text": N_(
        "tallet har flere sifre enn et regneark tar vare på. Lagre det som tekst"
    ),
    r"is missing": N_("mangler"),
    r"is too long: at most (?P<most>\d+) characters": N_("er for lang. Den kan ha %(most)s tegn"),
    r"holds a character that cannot be stored.*": N_("har et tegn som ikke kan lagres"),
    r"the text seems to hold a national identity number.*": N_("ser ut til å inneholde et fødselsnummer"),
    r"may hold a national identity number.*": N_("kan inneholde et fødselsnummer"),
    r"(?P<value>.+) is not the e-mail address of an account that can handle cases": N_(
        "%(value)s er ikke e-postadressen til en saksbehandler"
    ),
    r"received on (?P<value>.+): a date before 1900 cannot be right": N_("%(value)s er før 1900"),
    r"(?:received|answered) on (?P<value>.+): the date is after today": N_("%(value)s er etter i dag"),
    r"answered on (?P<value>.+): the case was received later, on (?P<on>.+)": N_(
        "besvart %(value)s, men mottatt senere, %(on)s"
    ),
    r"received on (?P<value>.+): the case was answered before that, on (?P<on>.+)": N_(
        "mottatt %(value)s, men besvart før det, %(on)s"
    ),
    r"(?P<value>.+) is outside the years that the calendar knows, (?P<first>.+) to (?P<last>.+)": N_(
        "%(value)s er utenfor årene kalenderen kjenner, %(first)s til %(last)s"
    ),
    r"(?P<value>.+) of the source (?P<source>.+) is registered already": N_(
        "%(value)s fra kilden %(source)s er registrert på en annen måte fra før"
    ),
    r"(?P<value>.+) stands (?P<times>\d+) times in the file, first on line (?P<first>\d+)": N_(
        "%(value)s står %(times)s ganger i filen, først på linje %(first)s"
    ),
    r"the case is held outside the statistic; include it again first": N_(
        "henvendelsen holdes utenfor. Ta den inn igjen først"
    ),
    r"the case is answered already, on (?P<value>.+); correct the date instead": N_(
        "henvendelsen er besvart %(value)s"
    ),
    r"the deadline would become (?P<value>.+), not before the extension promised, (?P<to>.+)": N_(
        "fristen ville blitt %(value)s, som ikke er før den utsatte fristen %(to)s"
    ),
    r"an (?P<condition>.+) case cannot be (?P<step>.+)": N_("henvendelsen er i en tilstand som ikke tillater dette"),
    r"has (?P<many>\d+) cells, but the header (?P<few>\d+); quote a cell that holds the delimiter": N_(
        "raden har %(many)s celler, men overskriften %(few)s. Sett anførselstegn om en celle med skilletegn i"
    ),
    r"a quotation mark is opened here and never closed": N_("et anførselstegn åpnes her og lukkes aldri"),
    r"text stands after a closing quotation mark.*": N_("det står tekst etter et anførselstegn som lukkes"),
    r"columns that are not imported: (?P<value>.+)": N_("Kolonner som ikke blir importert: %(value)s"),
    r"would make the unit (?P<value>.+)": N_("Ny virksomhet: %(value)s"),
    r"would make the kind (?P<value>.+)": N_("Ny sakstype: %(value)s"),
    r"has no column .+ \((?P<value>.+)\)": N_("Filen mangler kolonnen %(value)s."),
    r"has no column (?P<value>.+), which .+": N_("Filen mangler kolonnen %(value)s, eller har den to ganger."),
    r"has (?:more than one|two) columns? .+": N_("To kolonner i filen har samme overskrift."),
    r"is empty": N_("Filen er tom."),
    r"is not (?:a text file|text in .+)": N_("Filen er verken CSV eller XLSX."),
    r"is an old Excel file.*": N_(
        "Filen er en gammel Excel-fil, eller låst med passord. Lagre den som XLSX uten passord."
    ),
    r"is larger than (?P<most>\d+) MB; save it as CSV": N_("Filen er større enn %(most)s MB. Lagre den som CSV."),
    r"is not a readable XLSX workbook.*": N_(
        "Filen er ikke en arbeidsbok som kan leses. Lagre den på nytt som XLSX eller CSV."
    ),
    r"(?:has|unpacks to) more than .+; save it as CSV": N_("Filen er for stor. Lagre den som CSV."),
    r"(?:holds a line of more than|line \d+: a cell is too long).*": N_(
        "Filen er ingen tabell: en linje er altfor lang."
    ),
}
_LISTS: dict[str, Mapping[Any, str]] = {
    "stream": wording.STREAMS,
    "channel": wording.CHANNELS,
    "excluded": wording.EXCLUSIONS,
}
_COMPILED = [(re.compile(pattern, re.DOTALL), text) for pattern, text in _PATTERNS.items()]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIELD = re.compile(rf"(?P<field>{'|'.join(FIELDS)}):? (?P<rest>.+)", re.DOTALL)
_WARNING = re.compile(r"warning: line (?P<line>\d+): (?P<rest>.+)", re.DOTALL)


def told(reason: str) -> str:
    """Return what is said of a row or a file, sentence by sentence; some hold a semicolon themselves."""
    warning = _WARNING.fullmatch(reason)
    if warning is not None:
        return gettext("Linje %(line)s: %(what)s", line=warning["line"], what=told(warning["rest"]))
    parts, said = reason.split("; "), []
    while parts:
        found = next(
            ((taken, text) for taken in range(1, len(parts) + 1) if (text := _sentence("; ".join(parts[:taken])))),
            (1, parts[0]),
        )
        said.append(found[1])
        parts = parts[found[0] :]
    return "; ".join(said)


def _sentence(text: str) -> str | None:
    of_field = _FIELD.fullmatch(text)
    if of_field is not None:
        said = _matched(of_field["rest"])
        if said is not None:
            return f"{IMPORT_FIELDS[of_field['field']]}: {said}"
    return _matched(text)


def _matched(text: str) -> str | None:
    for pattern, sentence in _COMPILED:
        found = pattern.fullmatch(text)
        if found is not None:
            return gettext(sentence, **{name: _as_read(value) for name, value in found.groupdict().items()})
    return None


def _as_read(value: str) -> str:
    return short_day(date.fromisoformat(value)) if _is_day(value) else value


def _is_day(value: str) -> bool:
    try:
        return _DAY.fullmatch(value) is not None and date.fromisoformat(value) is not None
    except ValueError:
        return False


def value_as_read(value: str, field: str, is_bad: object) -> str:
    """Return a value of a row as people read it; one of a bad row as it stands in the file."""
    if is_bad or not value:
        return value
    return _LISTS[field].get(value, value) if field in _LISTS else _as_read(value)
