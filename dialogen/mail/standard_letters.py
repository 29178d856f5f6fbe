"""The letters to senders that an office begins with: worded for every language, until somebody words better ones."""

from datetime import date, timedelta

from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Placeholder, Purpose, Values
from dialogen.languages import gettext, reading
from dialogen.notation import long_day


def standard_letter(purpose: Purpose, language: Language) -> tuple[str, str]:
    """Return subject and body of a letter with its placeholders, in a language."""
    with reading(language):
        return _WORDED[purpose]()


def _answer() -> tuple[str, str]:
    lines = (
        gettext("Hei!"),
        "",
        gettext("Takk for henvendelsen din, som vi mottok {mottatt}."),
        "",
        gettext("{skriv svaret her}"),  # no placeholder: left standing, it keeps the letter from being sent
        "",
        *_greeting(),
        gettext("Referanse: {referanse}"),
    )
    return gettext("Svar på henvendelsen din, {referanse}"), "\n".join(lines)


def _interim_reply() -> tuple[str, str]:
    lines = (
        gettext("Hei!"),
        "",
        gettext("Takk for henvendelsen din, som vi mottok {mottatt}. Vi trenger mer tid på å svare."),
        gettext("Du kan vente svar innen {forventet svar}."),
        "",
        *_greeting(),
        gettext("Referanse: {referanse}"),
    )
    return gettext("Foreløpig svar på henvendelsen din, {referanse}"), "\n".join(lines)


def _receipt() -> tuple[str, str]:
    lines = (
        gettext("Hei!"),
        "",
        gettext("Takk for henvendelsen din. Vi registrerte den {registrert}. Referansen er {referanse}."),
        gettext("Målet vårt er å svare innen {frist}."),
        "",
        gettext("Vennlig hilsen"),
        "{virksomhet}",
        "{kommune}",
        "",
        gettext("Denne e-posten er sendt automatisk. Oppgi referansen hvis du tar kontakt om den samme saken."),
    )
    return gettext("Vi har mottatt henvendelsen din, {referanse}"), "\n".join(lines)


def _greeting() -> tuple[str, ...]:
    return (gettext("Vennlig hilsen"), "{saksbehandler}", "{virksomhet}", "{kommune}", "")


_WORDED = {Purpose.ANSWER: _answer, Purpose.INTERIM_REPLY: _interim_reply, Purpose.RECEIPT: _receipt}


def made_up_values(language: Language, *, municipality: str, unit: str | None, today: date) -> Values:
    """Return values for every placeholder that are nobody's, to show what a letter will look like."""
    received = today - timedelta(days=3)
    with reading(language):
        return {
            Placeholder.REFERENCE: f"{today.year}-000123",
            Placeholder.SUBJECT: gettext("Gatelys ute i Prøveveien"),
            Placeholder.RECEIVED: long_day(received),
            Placeholder.REGISTERED: long_day(received),
            Placeholder.DEADLINE: long_day(received + timedelta(days=14)),
            Placeholder.UNIT: unit or gettext("Prøvevirksomheten"),
            Placeholder.HANDLER: gettext("Kari Prøvesen"),
            Placeholder.SENDER: gettext("Ola Prøvesen"),
            Placeholder.MUNICIPALITY: municipality,
            Placeholder.EXPECTED: long_day(received + timedelta(days=21)),
        }
