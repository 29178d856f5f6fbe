"""The forms of an import: the file, its columns, the words in it, how to run it, and the name of a profile."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import StopValidation

from dialogen.domain.errors import Problem
from dialogen.domain.imports import NEEDED_FIELDS
from dialogen.files.columns import FIELDS
from dialogen.languages import N_, gettext
from dialogen.notation import weekday
from dialogen.services.import_columns import Columns, DateReading, Unknown
from dialogen.web import sentences
from dialogen.web.forms import ChoiceField, Choices, PageForm
from dialogen.web.import_words import IMPORT_FIELDS

FOUND_OUT = ""  # the likeliest way to read the dates
AS_AGREED = "iso"  # as contract.md says


class UploadForm(PageForm):
    """A file to import."""

    file = FileField(N_("Fil"))

    def validate_file(self, field: Any) -> None:
        """Demand a file."""
        if not field.data:
            raise StopValidation(sentences.sentence(Problem.FILE_NEEDED, {}))


class RunForm(PageForm):
    """Whether bad rows stop the import."""

    bad_rows = ChoiceField(
        N_("Rader med feil"),
        choices=lambda: [
            ("stop", gettext("Importer ingenting hvis en rad har feil")),
            ("skip", gettext("Importer de andre radene, og gi meg de avviste som en fil")),
        ],
    )


class ProfileForm(PageForm):
    """The name under which a profile is saved."""

    name = StringField(N_("Navn på profilen"))


def columns_form(
    columns: Columns, mapped: Mapping[str, str], readings: Sequence[DateReading], given: dict[str, str]
) -> Any:
    """Return the form that says which column is which, filled in with what is known."""
    named: Choices = [("", gettext("Finnes ikke i filen")), *((name, name) for name in columns.names)]
    fields: dict[str, Any] = {}
    for field in FIELDS:
        validators = [_needed] if field in NEEDED_FIELDS else []
        label = IMPORT_FIELDS[field]
        fields[field] = ChoiceField(label, validators, choices=partial(list, named), default=mapped.get(field, ""))
    fields["date_format"] = ChoiceField(
        gettext("Datoer"), choices=partial(date_choices, readings), default=given.get("date_format", FOUND_OUT)
    )
    fields["source"] = StringField(gettext("Kilde"), default=given.get("source", ""))
    return type("ColumnsForm", (PageForm,), fields)()


def _needed(form: Any, field: Any) -> None:
    if not field.data:
        raise StopValidation(gettext("Velg kolonnen. Uten den kan filen ikke importeres."))


def date_choices(readings: Sequence[DateReading]) -> Choices:
    """Return the ways to read the dates, each with an example."""
    listed = [
        (
            each.date_format or AS_AGREED,
            gettext("%(written)s er %(meant)s", written=each.written, meant=weekday(each.meant)),
        )
        for each in readings
    ]
    return [(FOUND_OUT, gettext("Finn det ut fra verdiene")), *listed]


def date_format_of(chosen: str, readings: Sequence[DateReading]) -> str | None:
    """Return the format that was chosen, as a profile has it."""
    if chosen == FOUND_OUT:
        return readings[0].date_format if readings else None
    return None if chosen == AS_AGREED else chosen


def words_form(unknown: Sequence[Unknown], meanings: Mapping[str, Choices], known: Mapping[Unknown, str]) -> Any:
    """Return the form that says what each unknown word means."""
    fields: dict[str, Any] = {}
    for number, each in enumerate(unknown):
        choices = meanings[each.field]
        fields[f"word{number}"] = ChoiceField(
            f"{IMPORT_FIELDS[each.field]}: {each.word}",
            choices=partial(list, choices),
            default=known.get(each, ""),
        )
    return type("WordsForm", (PageForm,), fields)()
