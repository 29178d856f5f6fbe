"""What may stand in a text that is stored: no unstorable characters, no overlong ones, no national identity number."""

import re
import unicodedata
from functools import lru_cache

from dialogen.domain.errors import FieldProblem, InvalidInput, Problem
from dialogen.domain.national_ids import holds_national_id

SUBJECT_MOST = 500
TEXT_MOST = 50_000
REASON_MOST = 2_000
NAME_MOST = 200
REFERENCE_MOST = 100

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: C0 and C1 controls, and what overrides or isolates the direction of writing (Unicode TR 36).
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_AFTER_Z = {"æ": "{", "ø": "|", "å": "}"}  # the three signs that follow z in Unicode
_NEIGHBOURS = str.maketrans("äöü", "æøy")  # where Swedish and German letters stand in a Norwegian list


def text_problem(field: str, text: str, *, most: int) -> FieldProblem | None:
    """Say what is wrong with a text, or None."""
    if _UNSTORABLE.search(text):
        return FieldProblem(field, Problem.NOT_TEXT)
    if len(text) > most:
        return FieldProblem(field, Problem.TOO_LONG, {"most": most})
    return national_id_problem(field, text)


def national_id_problem(field: str, text: str) -> FieldProblem | None:
    """Say that a text holds a national identity number, or None; for what is looked up and not stored."""
    return FieldProblem(field, Problem.NATIONAL_ID) if holds_national_id(text) else None


def check_no_national_id(**texts: str | None) -> None:
    """Refuse texts that are looked up, by the names of their fields, when one holds a national identity number."""
    problems = [problem for field, text in texts.items() if text and (problem := national_id_problem(field, text))]
    if problems:
        raise InvalidInput(problems)


def checked_text(field: str, text: str | None, *, most: int) -> str | None:
    """Return the text without surrounding space, None when nothing is left; raises InvalidInput for a bad one."""
    if text is None:
        return None
    problem = text_problem(field, text, most=most)
    if problem is not None:
        raise InvalidInput([problem])
    return text.strip() or None


def required_text(field: str, text: str | None, *, most: int, problem: Problem = Problem.REQUIRED) -> str:
    """Return a text that must say something."""
    checked = checked_text(field, text, most=most)
    if checked is None:
        raise InvalidInput.of(field, problem)
    return checked


def required_name(field: str, text: str | None, *, most: int = NAME_MOST) -> str:
    """Return a name as it is stored: composed characters, single spaces, none around it.

    Names stand in letters, files and terminals: signs that control those, or turn the direction of what follows, are
    refused.
    """
    name = required_text(field, " ".join(unicodedata.normalize("NFC", text or "").split()), most=most)
    if _CONTROLS.search(name):
        raise InvalidInput.of(field, Problem.NOT_TEXT)
    return name


def in_one_line(text: str) -> str:
    """Return a text fit for a line of a terminal or a log: no sign in it ends the line or controls the terminal."""
    return _CONTROLS.sub("\ufffd", " ".join(text.split()))


def name_key(name: str) -> str:
    """Return a name as it is compared: neither case nor the way of writing an accent tells two names apart."""
    return unicodedata.normalize("NFC", " ".join(name.casefold().split()))


def word_key(word: str) -> str:
    """Return the word of a closed list as it is compared: an underscore is as good as a space."""
    return name_key(word.replace("_", " "))


@lru_cache(maxsize=4096)  # the same names are put in order on every page
def norwegian_key(text: str) -> tuple[str, str]:
    """Return what sorts a name as a Norwegian list does: æ, ø and å after z, aa as å (Språkrådet)."""
    folded = name_key(text).translate(_NEIGHBOURS).replace("aa", "å")
    letters = (_AFTER_Z.get(letter) or unicodedata.normalize("NFD", letter)[:1] for letter in folded)
    return "".join(letters), text
