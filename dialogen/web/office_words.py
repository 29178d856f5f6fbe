"""Words for what the office's own log tells: deeds, what they were done to, fields and their values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogen.domain.history import Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.files.report_words import ROLLS
from dialogen.languages import N_, Words, gettext
from dialogen.notation import short_day
from dialogen.web import wording

OFFICE_ACTIONS = Words(
    {
        OfficeAction.ACCOUNT_ADDED: N_("Konto opprettet"),
        OfficeAction.ACCOUNT_CHANGED: N_("Konto endret"),
        OfficeAction.ACCOUNT_DISABLED: N_("Konto stengt"),
        OfficeAction.ACCOUNT_ENABLED: N_("Konto åpnet igjen"),
        OfficeAction.ROLE_GIVEN: N_("Rolle gitt"),
        OfficeAction.ROLE_TAKEN: N_("Rolle tatt bort"),
        OfficeAction.PASSWORD_SET: N_("Passord satt"),
        OfficeAction.LINK_MADE: N_("Engangslenke laget"),
        OfficeAction.SESSIONS_ENDED: N_("Logget ut alle steder"),
        OfficeAction.SECOND_STEP_SET: N_("Totrinnsinnlogging satt opp"),
        OfficeAction.SECOND_STEP_RESET: N_("Totrinnsinnlogging nullstilt"),
        OfficeAction.RECOVERY_CODES_MADE: N_("Reservekoder laget"),
        OfficeAction.RECOVERY_CODE_USED: N_("Reservekode brukt"),
        OfficeAction.IDENTITY_LINKED: N_("Konto knyttet til innlogging utenfra"),
        OfficeAction.IDENTITY_UNLINKED: N_("Knytning til innlogging utenfra fjernet"),
        OfficeAction.BREAK_GLASS_CHANGED: N_("Nødkonto endret"),
        OfficeAction.BREAK_GLASS_USED: N_("Nødkonto brukt"),
        OfficeAction.TOKEN_MADE: N_("Programnøkkel laget"),
        OfficeAction.TOKEN_REVOKED: N_("Programnøkkel trukket tilbake"),
        OfficeAction.FEED_MADE: N_("Kalenderadresse laget"),
        OfficeAction.FEED_REVOKED: N_("Kalenderadresse trukket tilbake"),
        OfficeAction.UNIT_ADDED: N_("Virksomhet lagt til"),
        OfficeAction.UNIT_CHANGED: N_("Virksomhet endret"),
        OfficeAction.KIND_ADDED: N_("Sakstype lagt til"),
        OfficeAction.KIND_CHANGED: N_("Sakstype endret"),
        OfficeAction.RULE_ADDED: N_("Fristregel lagt til"),
        OfficeAction.LADDER_CHANGED: N_("Varslingstrinn endret"),
        OfficeAction.CLOSED_DAY_ADDED: N_("Stengt dag lagt til"),
        OfficeAction.CLOSED_DAY_REMOVED: N_("Stengt dag fjernet"),
        OfficeAction.TEMPLATE_ADDED: N_("Brevmal lagt til"),
        OfficeAction.TEMPLATE_CHANGED: N_("Brevmal endret"),
        OfficeAction.TEMPLATE_REMOVED: N_("Brevmal slettet"),
        OfficeAction.RECEIPTS_CHANGED: N_("Kvitteringer endret"),
        OfficeAction.LETTER_RESENT: N_("Brev sendt på nytt"),
        OfficeAction.IMPORT_RUN: N_("Fil importert"),
        OfficeAction.PROFILE_SAVED: N_("Importprofil lagret"),
        OfficeAction.PROFILE_REMOVED: N_("Importprofil fjernet"),
        OfficeAction.SUBJECT_EXPORTED: N_("Innsyn hentet ut"),
        OfficeAction.RETENTION_CHANGED: N_("Lagringstid endret"),
        OfficeAction.RETENTION_LISTED: N_("Sletteliste laget"),
        OfficeAction.RETENTION_APPROVED: N_("Sletteliste godkjent"),
        OfficeAction.RETENTION_REFUSED: N_("Sletteliste avvist"),
        OfficeAction.RETENTION_RUN: N_("Sletteliste kjørt"),
        OfficeAction.HISTORY_SEALED: N_("Historikken forseglet"),
        OfficeAction.MAIL_TESTED: N_("E-post prøvd, og den virket"),
        OfficeAction.MAIL_TEST_FAILED: N_("E-post prøvd, og den virket ikke"),
        OfficeAction.RULE_LOOKED_AT: N_("Fristregelen sett over"),
        OfficeAction.GUIDE_PUT_AWAY: N_("«Kom i gang» lagt bort"),
    }
)
SUBJECTS = Words(
    {
        Subject.ACCOUNT: N_("Konto"),
        Subject.UNIT: N_("Virksomhet"),
        Subject.KIND: N_("Sakstype"),
        Subject.RULE: N_("Fristregel"),
        Subject.LADDER: N_("Varslingstrinn"),
        Subject.CLOSED_DAY: N_("Stengt dag"),
        Subject.TOKEN: N_("Programnøkkel"),
        Subject.FEED: N_("Kalenderadresse"),
        Subject.LETTER: N_("Brev"),
        Subject.TEMPLATE: N_("Brevmal"),
        Subject.IMPORT: N_("Import"),
        Subject.IMPORT_PROFILE: N_("Importprofil"),
        Subject.RETENTION_RULE: N_("Lagringstid"),
        Subject.DISPOSAL_LIST: N_("Sletteliste"),
        Subject.PERSON: N_("Innsender"),
        Subject.HISTORY: N_("Historikk"),
        Subject.SETUP: N_("Oppsett"),
    }
)
OFFICE_FIELDS = Words(
    {
        "again_every": N_("Gjentas hver … dag"),
        "again_from": N_("Gjentas fra dag"),
        "account": N_("Konto nr."),
        "assessment": N_("Vurdering"),
        "break_glass": N_("Nødkonto"),
        "days": N_("Dager"),
        "digest": N_("Kontrollsum"),
        "disabled": N_("Stengt"),
        "disposed": N_("Slettet"),
        "email": N_("E-post"),
        "expires_on": N_("Virker til og med"),
        "first_line": N_("Første linje"),
        "handler_steps": N_("Trinn for saksbehandleren"),
        "imported": N_("Nye"),
        "in_use": N_("I bruk"),
        "items": N_("Poster"),
        "keepsake": N_("Opplysninger"),
        "kind": N_("Sakstype"),
        "last_line": N_("Siste linje"),
        "law": N_("Annen lov med egen frist"),
        "lines": N_("Linjer"),
        "manager_steps": N_("Trinn for lederne"),
        "months": N_("Måneder"),
        "name": N_("Navn"),
        "origin": N_("Gitt av"),
        "receipts": N_("Kvittering til innsendere"),
        "receipts_internal": N_("Kvittering til ansatte"),
        "refusal": N_("Begrunnelse"),
        "rejected": N_("Avvist"),
        "role": N_("Rolle"),
        "roll": N_("Når fristen faller på en fridag"),
        "scopes": N_("Tilganger"),
        "skipped": N_("Hoppet over"),
        "source": N_("Kilde"),
        "subject": N_("Identitet"),
        "unchanged": N_("Uendret"),
        "updated": N_("Oppdatert"),
        "valid_from": N_("Gjelder fra"),
        "follows_default": N_("Følger kommunens standard"),
        "where": N_("Hvor"),
        "word": N_("Kode"),
        "wording": N_("Ordlyd"),
    }
)
#: What is told without its value was not there before these.
_BEGINNINGS = frozenset({OfficeAction.ACCOUNT_ADDED, OfficeAction.UNIT_ADDED, OfficeAction.TEMPLATE_ADDED})
_FLAGS = Words({"yes": N_("ja"), "no": N_("nei"), "on": N_("ja"), "off": N_("nei")})
_VALUES: dict[str, Mapping[Any, str]] = {
    "assessment": wording.ASSESSMENTS,
    "break_glass": _FLAGS,
    "disabled": _FLAGS,
    "follows_default": _FLAGS,
    "in_use": _FLAGS,
    "keepsake": wording.KEEPSAKES,
    "law": wording.LAWS,
    "kind": Words({"*": N_("alle")}),
    "origin": Words({"oidc": N_("innlogging utenfra"), "local": N_("en administrator")}),
    "receipts": _FLAGS,
    "receipts_internal": _FLAGS,
    "role": wording.ROLES,
    "roll": ROLLS,
    "where": Words({"*": N_("alle virksomheter"), "-": N_("ingen virksomhet")}),
}


def office_told(change: Change, action: str) -> str:
    """Return a change of the office as people read it: what it is about, and from what to what where that is told."""
    name = OFFICE_FIELDS.get(change.field, change.field)
    if change.before is None and change.after is None:
        if action in _BEGINNINGS:
            return gettext("%(what)s er ført inn", what=name)
        return gettext("%(what)s er endret", what=name)
    if change.before is None or change.before == change.after:
        return f"{name}: {_word(change.field, change.after)}"
    return f"{name}: {_word(change.field, change.before)} → {_word(change.field, change.after)}"


def _word(field: str, value: str | None) -> str:
    if value is None:
        return gettext("ingen")
    if field in ("expires_on", "valid_from"):
        return short_day(date.fromisoformat(value))
    return _VALUES.get(field, {}).get(value, value)
