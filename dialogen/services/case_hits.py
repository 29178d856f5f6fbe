"""Shows where in a case a search found its words: marked in the subject, and a piece of text of where else they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dialogen.database import history
from dialogen.domain.searching import Term, first_place, marked, missing_terms
from dialogen.services.case_views import CaseView, PersonalView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LOOKED_AT = 20_000  # letters of a text; further in, no piece of it is shown
_BEFORE, _LENGTH = 40, 140  # letters of a piece of text

Pieces = tuple[tuple[str, bool], ...]


class Place(StrEnum):
    """Where else than in the subject words were found."""

    TEXT = "text"
    NOTE = "note"
    SENDER = "sender"


@dataclass(frozen=True)
class CaseHit:
    """The subject in pieces, each with whether it was searched for, and a piece of text of another place likewise."""

    subject: Pieces
    place: Place | None = None
    snippet: Pieces = ()


def hits_of(session: "Session", views: Sequence[CaseView], terms: Sequence[Term]) -> dict[int, CaseHit]:
    """Return where the terms stand in the cases of a page whose personal fields the reader sees, by number."""
    shown = {view.id: view.personal for view in views if view.personal is not None}
    if not shown or not terms:
        return {}
    notes = history.notes_of(session, sorted(shown))
    return {number: _hit(personal, notes.get(number, ()), terms) for number, personal in shown.items()}


def _hit(personal: PersonalView, notes: Sequence[str], terms: Sequence[Term]) -> CaseHit:
    subject = personal.subject or ""
    others = missing_terms([subject], terms)
    for place, text in _elsewhere(personal, notes) if others else ():
        at = first_place(text, others)
        if at is not None:
            return CaseHit(tuple(marked(subject, terms)), place, tuple(marked(_cut(text, at), terms)))
    return CaseHit(tuple(marked(subject, terms)))


def _elsewhere(personal: PersonalView, notes: Sequence[str]) -> Iterator[tuple[Place, str]]:
    texts = [(Place.TEXT, personal.text), *((Place.NOTE, note) for note in notes)]
    texts += [(Place.SENDER, each) for each in (personal.sender_name, personal.sender_email, personal.sender_phone)]
    yield from ((place, " ".join(text[:LOOKED_AT].split())) for place, text in texts if text)


def _cut(text: str, at: int) -> str:
    """Return the words around a place."""
    begin = 0 if at <= _BEFORE else text.find(" ", at - _BEFORE, at) + 1 or at
    end = text.rfind(" ", at, begin + _LENGTH) if len(text) > begin + _LENGTH else len(text)
    end = end if end > at else begin + _LENGTH
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
