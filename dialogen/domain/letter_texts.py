"""What stands in a letter to a sender: what letters there are, and the placeholders of their templates.

A placeholder is replaced by a plain value, once: nothing in a template or a value is ever run or looked at again.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from dialogen.domain.errors import FieldProblem, InvalidInput, Problem
from dialogen.domain.texts import required_name, required_text

SUBJECT_MOST = 300
BODY_MOST = 20_000
TEMPLATE_NAME_MOST = 100
_QUOTED_MOST = 150  # of the sender's own subject: it may be as long as a letter


class Purpose(StrEnum):
    """What a letter to a sender is."""

    ANSWER = "answer"
    INTERIM_REPLY = "interim_reply"
    RECEIPT = "receipt"


class Placeholder(StrEnum):
    """What a template may leave open, as people write it between braces, whatever the template's language."""

    REFERENCE = "referanse"
    SUBJECT = "emne"
    RECEIVED = "mottatt"
    REGISTERED = "registrert"
    DEADLINE = "frist"
    UNIT = "virksomhet"
    HANDLER = "saksbehandler"
    SENDER = "innsender"
    MUNICIPALITY = "kommune"
    EXPECTED = "forventet svar"


#: An answer promises no other day.
ALLOWED: Mapping[Purpose, tuple[Placeholder, ...]] = {
    Purpose.ANSWER: tuple(each for each in Placeholder if each is not Placeholder.EXPECTED),
    Purpose.INTERIM_REPLY: tuple(Placeholder),
    Purpose.RECEIPT: tuple(Placeholder),
}
_BRACED = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}].{0,20}")
_ROUND = str.maketrans("{}", "()")

Values = Mapping[Placeholder, str]


def placeholder_problem(field: str, text: str, purpose: Purpose) -> FieldProblem | None:
    """Say which placeholder of a text is none for such a letter, or which brace belongs to no placeholder."""
    for found in _BRACED.finditer(text):
        if _named(found[1]) not in ALLOWED[purpose]:
            return _unknown(field, found[0], purpose)
    stray = _BRACE.search(_BRACED.sub("", text))
    return _unknown(field, stray[0], purpose) if stray else None


def _unknown(field: str, written: str, purpose: Purpose) -> FieldProblem:
    allowed = ", ".join(f"{{{each}}}" for each in ALLOWED[purpose])
    return FieldProblem(field, Problem.UNKNOWN_PLACEHOLDER, {"value": written[:50], "allowed": allowed})


def _named(written: str) -> Placeholder | None:
    word = " ".join(written.casefold().split())
    return Placeholder(word) if word in set(Placeholder) else None


def fill(text: str, values: Values) -> str:
    """Return a text with the placeholders that have a value replaced by it; others stay as they are.

    A line of placeholders alone that are all empty is left out. Braces in a value become round: what somebody wrote to
    us is never taken for a placeholder later on.
    """

    def value(found: re.Match[str]) -> str:
        placeholder = _named(found[1])
        known = None if placeholder is None else values.get(placeholder)
        return found[0] if known is None else known.translate(_ROUND)

    lines = ((line, _BRACED.sub(value, line)) for line in text.split("\n"))
    return "\n".join(filled for line, filled in lines if filled.strip() or filled == line or not line.strip())


def quoted_subject(subject: str | None) -> str:
    """Return a sender's subject as a letter repeats it: in one line, and not without end."""
    line = " ".join((subject or "").split())
    return line if len(line) <= _QUOTED_MOST else line[: _QUOTED_MOST - 1].rstrip() + "…"


def check_expected_on(expected_on: date, today: date) -> None:
    """Refuse a day on which an answer can be expected that is not after today."""
    if expected_on <= today:
        raise InvalidInput.of("expected_on", Problem.EXPECTED_NOT_LATER, value=expected_on)


def checked_letter(subject: str | None, body: str | None, purpose: Purpose) -> tuple[str, str]:
    """Return subject and body of a letter, or of a template of one; raises InvalidInput for each that cannot stand.

    A subject is one line, whatever was typed.
    """
    problems: list[FieldProblem] = []
    checked = {}
    for field, text in (("subject", subject), ("body", body)):
        try:
            if field == "subject":
                checked[field] = required_name(field, text, most=SUBJECT_MOST)
            else:
                checked[field] = required_text(field, (text or "").replace("\r\n", "\n"), most=BODY_MOST)
        except InvalidInput as refusal:
            problems += refusal.problems
            continue
        problem = placeholder_problem(field, checked[field], purpose)
        problems += [problem] if problem else []
    if problems:
        raise InvalidInput(problems)
    return checked["subject"], checked["body"]
