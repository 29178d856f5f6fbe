"""What may stand in a text that is stored: no unstorable characters, no overlong ones, no national identity number."""

import re
import unicodedata
from datetime import date

from dialogen.domain.errors import FieldProblem, InvalidInput, Problem

SUBJECT_MOST = 500
TEXT_MOST = 50_000
REASON_MOST = 2_000
NAME_MOST = 200
REFERENCE_MOST = 100

_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ \u00a0.\-]?\d{5}(?!\d)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_AFTER_Z = {"æ": "{", "ø": "|", "å": "}"}  # the three signs that follow z in Unicode
_NEIGHBOURS = str.maketrans("äöü", "æøy")  # where Swedish and German letters stand in a Norwegian list
_WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def text_problem(field: str, text: str, *, most: int) -> FieldProblem | None:
    """Say what is wrong with a text, or None."""
    if _UNSTORABLE.search(text):
        return FieldProblem(field, Problem.NOT_TEXT)
    if len(text) > most:
        return FieldProblem(field, Problem.TOO_LONG, {"most": most})
    return FieldProblem(field, Problem.NATIONAL_ID) if holds_national_id(text) else None


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
    """Return a name as it is stored: composed characters, single spaces, none around it."""
    composed = unicodedata.normalize("NFC", text or "")
    return required_text(field, " ".join(composed.split()), most=most)


def name_key(name: str) -> str:
    """Return a name as it is compared: neither case nor the way of writing an accent tells two names apart."""
    return unicodedata.normalize("NFC", " ".join(name.casefold().split()))


def word_key(word: str) -> str:
    """Return the word of a closed list as it is compared: an underscore is as good as a space."""
    return name_key(word.replace("_", " "))


def norwegian_key(text: str) -> tuple[str, str]:
    """Return what sorts a name as a Norwegian list does: æ, ø and å after z, aa as å (Språkrådet)."""
    folded = name_key(text).translate(_NEIGHBOURS).replace("aa", "å")
    letters = (_AFTER_Z.get(letter) or unicodedata.normalize("NFD", letter)[:1] for letter in folded)
    return "".join(letters), text


def holds_national_id(text: str) -> bool:
    """Say whether a text holds what must be a national identity number or D number.

    Eleven digits with a valid date part and both checksums (folkeregisterforskriften § 2-2-1, MOD 11).
    """
    return any(is_national_id(re.sub(r"\D", "", found)) for found in _ELEVEN_DIGITS.findall(text))


def is_national_id(digits: str) -> bool:
    """Say whether eleven digits are a valid national identity number or D number."""
    numbers = [int(each) for each in digits]
    if len(numbers) != 11 or not _has_date(numbers):
        return False
    first = sum(weight * number for weight, number in zip(_WEIGHTS_1, numbers, strict=False))
    second = sum(weight * number for weight, number in zip(_WEIGHTS_2, numbers, strict=True))
    return first % 11 == 0 and second % 11 == 0


def _has_date(numbers: list[int]) -> bool:
    day = 10 * numbers[0] + numbers[1]
    month = 10 * numbers[2] + numbers[3]
    day -= 40 if day > 40 else 0  # a D number adds 4 to the first digit
    try:
        # The century lies in the individual number; 2000 and its years leap as those of 1800 and 1900 do, but for 1900.
        date(2000 + 10 * numbers[4] + numbers[5], month, day)
    except ValueError:
        return False
    return True
