"""Dates, numbers and words as the templates show them. Ready-made values in, text out; no rule is asked here."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Flask

from dialogen import notation
from dialogen.domain.answers import noark_code
from dialogen.domain.history import Change
from dialogen.extensions import office
from dialogen.files.report_words import figure
from dialogen.languages import gettext, ngettext, said_once
from dialogen.notation import count, decimals, percent, short_day, weekday
from dialogen.web import errand_words, import_words, ladder_words, office_words, tones, wording

#: The closed lists of words, by the name that a template calls them.
LISTS: dict[str, Mapping[Any, str]] = {
    "state": wording.STATES,
    "sign": wording.SIGNS,
    "stream": wording.STREAMS,
    "bulk_step": wording.BULK_STEPS,
    "bulk_fate": wording.BULK_FATES,
    "channel": wording.CHANNELS,
    "exclusion": wording.EXCLUSIONS,
    "role": wording.ROLES,
    "action": wording.ACTIONS,
    "door": wording.DOORS,
    "scope": wording.SCOPES,
    "token_state": wording.TOKEN_STATES,
    "feed_state": wording.FEED_STATES,
    "manner": wording.MANNERS,
    "purpose": wording.PURPOSES,
    "answer_manner": wording.ANSWER_MANNERS,
    "letter_end": wording.LETTER_ENDS,
    "letter_language": wording.LANGUAGES,
    "sight": wording.SIGHTS,
    "place": wording.PLACES,
    "letter_state": wording.LETTER_STATES,
    "band": wording.BANDS,
    "status": wording.STATUSES,
    "roll": wording.ROLLS,
    "breakdown": wording.BREAKDOWNS,
    "keepsake": wording.KEEPSAKES,
    "mark": wording.MARKS,
    "fate": wording.FATES,
    "fate_sign": wording.FATE_SIGNS,
    "drop_reason": wording.DROP_REASONS,
    "next_step": wording.NEXT_STEPS,
    "law": wording.LAWS,
    "law_mark": wording.LAW_MARKS,
    "list_state": wording.LIST_STATES,
    "item_outcome": wording.ITEM_OUTCOMES,
    "assessment": wording.ASSESSMENTS,
    "errand_kind": errand_words.KINDS,
    "errand_state": errand_words.STATES,
    "errand_sign": errand_words.SIGNS,
    "import_field": import_words.IMPORT_FIELDS,
    "managers_alerts": ladder_words.MANAGERS_ALERTS,
    "office_action": office_words.OFFICE_ACTIONS,
    "office_subject": office_words.SUBJECTS,
}


_MEGABYTE = 1_000_000


def register(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        day=short_day,
        long_day=weekday,
        moment=moment,
        noark_code=noark_code,
        days_left=days_left,
        duration=duration,
        number=count,
        decimals=decimals,
        percent=percent,
        figure=figure,
        word=word,
        tone=tones.tone_of,
        field_name=field_name,
        told=told,
        step=ladder_words.step,
        handler_steps=ladder_words.handler_steps,
        manager_steps=ladder_words.manager_steps,
        office_told=office_words.office_told,
        capital=capital,
        file_size=file_size,
        import_value=import_words.value_as_read,
    )


def moment(instant: datetime) -> str:
    """Return an instant in the office's time zone: 06.02.2026 kl. 13.05."""
    return notation.moment(instant, office().config.timezone)


@said_once
def days_left(days: int) -> str:
    """Return days to a deadline in words: om 5 dager, i morgen, i dag, 3 dager over."""
    if days < 0:
        return ngettext("%(num)s dag over", "%(num)s dager over", -days)
    if days < 2:
        return gettext("i morgen") if days else gettext("i dag")
    return ngettext("om %(num)s dag", "om %(num)s dager", days)


def duration(time: timedelta) -> str:
    """Return a length of time in whole hours, or in minutes: 12 timer, 1 time, 30 minutter."""
    hours, rest = divmod(time, timedelta(hours=1))
    if hours and not rest:
        return ngettext("%(num)s time", "%(num)s timer", hours)
    return ngettext("%(num)s minutt", "%(num)s minutter", time // timedelta(minutes=1))


def file_size(size: int) -> str:
    """Return the size of a file: 14 kB, 2,50 MB."""
    if size < _MEGABYTE:
        return f"{count(max(1, round(size / 1000)))}\u00a0kB"
    return f"{decimals(Decimal(size) / _MEGABYTE)}\u00a0MB"


def word(value: StrEnum, of: str) -> str:
    """Return the word for a word of a closed list."""
    return LISTS[of][value]


def field_name(field: str) -> str:
    """Return what people call a field of a case."""
    return wording.FIELDS.get(field, field)


#: The lists that the history's words come from, by field.
_WORDS_OF_FIELDS: dict[str, Mapping[Any, str]] = {
    "stream": wording.STREAMS,
    "channel": wording.CHANNELS,
    "exclusion": wording.EXCLUSIONS,
    "keepsake": wording.KEEPSAKES,
    "manner": wording.ANSWER_MANNERS,
    "letter": wording.PURPOSES,
}


def told(value: str | None, change: Change) -> str:
    """Return a value of the history as people read it: a date, a word of a list, a name, or "ingen"."""
    if value is None:
        return gettext("ingen")
    if change.field in _WORDS_OF_FIELDS:
        return _WORDS_OF_FIELDS[change.field].get(value, value)
    if change.field.endswith(("_on", "_to")):
        return short_day(date.fromisoformat(value))
    return value


def capital(text: str) -> str:
    """Return a text with its first letter as a capital, the others as they are."""
    return text[:1].upper() + text[1:]
