"""Bokmål for what the office's own log tells: deeds, what they were done to, fields and their values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogen.domain.history import Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.files.report_words import ROLLS, short_day
from dialogen.web import wording

OFFICE_ACTIONS = {
    OfficeAction.ACCOUNT_ADDED: "Konto opprettet",
    OfficeAction.ACCOUNT_CHANGED: "Konto endret",
    OfficeAction.ACCOUNT_DISABLED: "Konto stengt",
    OfficeAction.ACCOUNT_ENABLED: "Konto åpnet igjen",
    OfficeAction.ROLE_GIVEN: "Rolle gitt",
    OfficeAction.ROLE_TAKEN: "Rolle tatt bort",
    OfficeAction.PASSWORD_SET: "Passord satt",
    OfficeAction.LINK_MADE: "Engangslenke laget",
    OfficeAction.SESSIONS_ENDED: "Logget ut alle steder",
    OfficeAction.SECOND_STEP_SET: "Totrinnsinnlogging satt opp",
    OfficeAction.SECOND_STEP_RESET: "Totrinnsinnlogging nullstilt",
    OfficeAction.RECOVERY_CODES_MADE: "Reservekoder laget",
    OfficeAction.RECOVERY_CODE_USED: "Reservekode brukt",
    OfficeAction.IDENTITY_LINKED: "Konto knyttet til innlogging utenfra",
    OfficeAction.IDENTITY_UNLINKED: "Knytning til innlogging utenfra fjernet",
    OfficeAction.BREAK_GLASS_CHANGED: "Nødkonto endret",
    OfficeAction.BREAK_GLASS_USED: "Nødkonto brukt",
    OfficeAction.TOKEN_MADE: "Programnøkkel laget",
    OfficeAction.TOKEN_REVOKED: "Programnøkkel trukket tilbake",
    OfficeAction.UNIT_ADDED: "Virksomhet lagt til",
    OfficeAction.UNIT_CHANGED: "Virksomhet endret",
    OfficeAction.KIND_ADDED: "Sakstype lagt til",
    OfficeAction.KIND_CHANGED: "Sakstype endret",
    OfficeAction.RULE_ADDED: "Fristregel lagt til",
    OfficeAction.CLOSED_DAY_ADDED: "Stengt dag lagt til",
    OfficeAction.CLOSED_DAY_REMOVED: "Stengt dag fjernet",
    OfficeAction.LETTER_RESENT: "Brev sendt på nytt",
    OfficeAction.IMPORT_RUN: "Fil importert",
    OfficeAction.SUBJECT_EXPORTED: "Innsyn hentet ut",
    OfficeAction.RETENTION_CHANGED: "Lagringstid endret",
    OfficeAction.RETENTION_LISTED: "Sletteliste laget",
    OfficeAction.RETENTION_APPROVED: "Sletteliste godkjent",
    OfficeAction.RETENTION_REFUSED: "Sletteliste avvist",
    OfficeAction.RETENTION_RUN: "Sletteliste kjørt",
    OfficeAction.HISTORY_SEALED: "Historikken forseglet",
}
SUBJECTS = {
    Subject.ACCOUNT: "Konto",
    Subject.UNIT: "Virksomhet",
    Subject.KIND: "Sakstype",
    Subject.RULE: "Fristregel",
    Subject.CLOSED_DAY: "Stengt dag",
    Subject.TOKEN: "Programnøkkel",
    Subject.LETTER: "Brev",
    Subject.IMPORT: "Import",
    Subject.RETENTION_RULE: "Lagringstid",
    Subject.DISPOSAL_LIST: "Sletteliste",
    Subject.PERSON: "Innsender",
    Subject.HISTORY: "Historikk",
}
OFFICE_FIELDS = {
    "account": "Konto nr.",
    "assessment": "Vurdering",
    "break_glass": "Nødkonto",
    "days": "Dager",
    "digest": "Kontrollsum",
    "disabled": "Stengt",
    "disposed": "Slettet",
    "email": "E-post",
    "expires_on": "Virker til og med",
    "first_line": "Første linje",
    "imported": "Nye",
    "in_use": "I bruk",
    "items": "Poster",
    "keepsake": "Opplysninger",
    "kind": "Sakstype",
    "last_line": "Siste linje",
    "lines": "Linjer",
    "months": "Måneder",
    "name": "Navn",
    "origin": "Gitt av",
    "refusal": "Begrunnelse",
    "rejected": "Avvist",
    "role": "Rolle",
    "roll": "Når fristen faller på en fridag",
    "scopes": "Tilganger",
    "skipped": "Hoppet over",
    "source": "Kilde",
    "subject": "Identitet",
    "unchanged": "Uendret",
    "updated": "Oppdatert",
    "valid_from": "Gjelder fra",
    "where": "Hvor",
    "word": "Kode",
}
#: What is told without its value was not there before these.
_BEGINNINGS = frozenset({OfficeAction.ACCOUNT_ADDED, OfficeAction.UNIT_ADDED})
_FLAGS = {"yes": "ja", "no": "nei", "on": "ja", "off": "nei"}
_VALUES: dict[str, Mapping[Any, str]] = {
    "assessment": wording.ASSESSMENTS,
    "break_glass": _FLAGS,
    "disabled": _FLAGS,
    "in_use": _FLAGS,
    "keepsake": wording.KEEPSAKES,
    "kind": {"*": "alle"},
    "origin": {"oidc": "innlogging utenfra", "local": "en administrator"},
    "role": wording.ROLES,
    "roll": ROLLS,
    "where": {"*": "alle virksomheter", "-": "ingen virksomhet"},
}


def office_told(change: Change, action: str) -> str:
    """Return a change of the office as people read it: what it is about, and from what to what where that is told."""
    name = OFFICE_FIELDS.get(change.field, change.field)
    if change.before is None and change.after is None:
        return f"{name} er ført inn" if action in _BEGINNINGS else f"{name} er endret"
    if change.before is None or change.before == change.after:
        return f"{name}: {_word(change.field, change.after)}"
    return f"{name}: {_word(change.field, change.before)} → {_word(change.field, change.after)}"


def _word(field: str, value: str | None) -> str:
    if value is None:
        return "ingen"
    if field in ("expires_on", "valid_from"):
        return short_day(date.fromisoformat(value))
    return _VALUES.get(field, {}).get(value, value)
