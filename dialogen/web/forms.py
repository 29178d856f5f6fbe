"""What the forms have in common: days and choices as fields, and refusals shown where they belong."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput, TextInput

from dialogen.domain.errors import DialogenError, InvalidInput, Problem
from dialogen.domain.national_ids import Likeness, likeness
from dialogen.languages import gettext
from dialogen.notation import short_day
from dialogen.services.case_views import REFERENCE
from dialogen.web import errors, identity_numbers, sentences, wording
from dialogen.web.kept_forms import written_before

Choices = Sequence[tuple[str, str]]
DIGITS_MOST = 9  # more would not fit a column
_WRITTEN_DAYS = (
    re.compile(r"(?P<day>\d{1,2})[. /-](?P<month>\d{1,2})[. /-](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
)


def read_day(text: str) -> date | None:
    """Return the date of a text: 11.02.2026, 11.2.2026, 11022026 or 2026-02-11; None when it is none."""
    for pattern in _WRITTEN_DAYS:
        found = pattern.fullmatch(text.strip())
        if found:
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                return None
    return None


def filled(_form: Any, field: Any) -> None:
    """Demand that a field is filled in."""
    if field.errors:
        raise StopValidation  # what could not be read has said so already
    if field.data is None or not str(field.data).strip():
        raise StopValidation(sentences.sentence(Problem.REQUIRED, {}))


#: What a field that must be filled in is told by; the page says so beside its label.
MUST = (filled,)


class DayField(StringField):  # type: ignore[misc]
    """A date, written as people write it. `data` is a date or None; what was written stays in the box."""

    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return short_day(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was written; raises ValueError with the sentence when it is no date."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = read_day(text) if text else None
        if text and self.data is None:
            raise ValueError(sentences.sentence(Problem.NOT_A_DATE, {"value": text}))


class ChoiceField(SelectField):  # type: ignore[misc]
    """One of a list; the empty choice is an empty text."""

    def __init__(
        self, label: str, validators: Any = None, choices: Callable[[], Choices] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.offer(choices() if choices else ())  # asked for now, in the language of the reader who is here

    def offer(self, choices: Choices) -> None:
        """Let the field be one of these."""
        self.words = dict(choices)
        self.choices = [SelectChoice(value, text) for value, text in choices]

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list."""
        if self.data not in self.words:
            raise StopValidation(sentences.sentence(Problem.UNKNOWN_VALUE, {}))


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number, in a field of text: one of numbers shows nothing of what was written wrongly."""

    widget = TextInput()
    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was written; raises ValueError with the sentence when it is no whole number."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST else None
        if text and self.data is None:
            raise ValueError(gettext("Skriv et helt tall."))


class HiddenNumberField(WholeNumberField):
    """A whole number that the page hands on; not shown."""

    widget = HiddenInput()


class ReferencesField(HiddenField):  # type: ignore[misc]
    """References of cases that the page hands on; not shown."""

    @property
    def other_words(self) -> list[str]:
        """What was handed in and is no reference."""
        return [word for word in (self.data or "").split() if not REFERENCE.fullmatch(word)]


def renew(field: Any, value: Any) -> None:
    """Put a value into a field instead of what was handed in."""
    field.data, field.raw_data, field.process_errors = value, None, []


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form of a page. A refusal of the office is shown at its field, or at the top when it has none.

    Its labels are marked by N_ and shown in the language of the reader who is here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "formdata" not in kwargs:
            before = written_before()
            if before is not None:
                kwargs["formdata"] = before
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = gettext(field.label.text) if field.label.text else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; a national identity number in any of them hides what else is wrong with it."""
        is_right = bool(super().validate(extra_validators))
        for field in self:
            like = max((likeness(str(each)) for each in _written_in(field)), default=Likeness.NONE)
            if like is Likeness.CERTAIN:
                field.errors = [sentences.sentence(Problem.NATIONAL_ID, {})]
                is_right = False
            elif like is Likeness.POSSIBLE:
                identity_numbers.note_doubt(field.label.text)
        return is_right

    def refuse(self, refusal: DialogenError) -> int:
        """Show a refusal in the form; returns the HTTP status of the answer."""
        if not isinstance(refusal, InvalidInput):
            self.form_errors.append(errors.sentence_of(refusal))
            return errors.status_of(refusal)
        for problem in refusal.problems:
            field = self._fields.get(problem.field.replace(".", "_"))
            if field is None:
                name = wording.FIELDS.get(problem.field)
                self.form_errors.append(": ".join(filter(None, (name, errors.sentence_of(problem)))))
            else:
                field.errors = [*field.errors, errors.sentence_of(problem)]
        return 422

    @property
    def shown_errors(self) -> list[tuple[str | None, str]]:
        """Every error, with the id of its field to go to, or None for one of the whole form."""
        whole: list[tuple[str | None, str]] = [(None, text) for text in self.form_errors]
        return whole + [
            (field.id, f"{field.label.text}: {text}") for field in self for text in field.errors if field.label
        ]


def _written_in(field: Any) -> Iterable[object]:
    if isinstance(field, ReferencesField):
        return [" ".join(field.other_words)]  # several references in a row can look like a number of somebody's
    # Of a password only a hash is kept, and nothing is told of it.
    return () if isinstance(field, PasswordField) else field.raw_data or ()


def choices(words: Iterable[tuple[Any, str]], *, empty: str | None = None) -> Choices:
    """Return a list of choices by value and word, after an empty one when it has a word."""
    listed = [(str(value), text[:1].upper() + text[1:]) for value, text in words]
    return listed if empty is None else [("", empty), *listed]


def text_or_none(text: str | None) -> str | None:
    """Return what was written, or None for nothing."""
    return text.strip() or None if text else None
