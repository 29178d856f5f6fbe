"""A person's right of access: finds all that is kept about one sender, and leaves on record that it was looked for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogen.database import access_entries, attachments, history, kept
from dialogen.database import cases as case_rows
from dialogen.database import retention as rule_rows
from dialogen.database import subjects as subject_rows
from dialogen.domain import attachments as attachment_rules
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.history import Author, Change
from dialogen.domain.letters import DELIVERED
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.persons import Person
from dialogen.domain.retention import OF_A_CASE, SENDER_FIELDS, RetentionRules
from dialogen.domain.subjects import (
    CaseFacts,
    Relation,
    RetentionTime,
    SubjectCase,
    SubjectFile,
    SubjectFileOf,
    SubjectLetter,
    SubjectLine,
    SubjectLook,
)
from dialogen.files import subject_json, whole_file
from dialogen.services import office_log

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case, CaseEvent

BATCH = 1000


@dataclass(frozen=True)
class Request:
    """Who is asked about, when, and by whom."""

    person: Person
    today: date
    now: datetime
    zone: tzinfo
    author: Author


@dataclass
class _Hit:
    """By what a case was found: as its sender, as an earlier one, in a text. By nothing of them: a sender has a similar name."""

    sender: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)

    @property
    def relation(self) -> Relation:
        if self.sender:
            return Relation.SENDER
        return Relation.EARLIER_SENDER if self.earlier else Relation.MENTIONED

    @property
    def found_by(self) -> frozenset[str]:
        """By what, of the closest relation."""
        return frozenset(self.sender or self.earlier or self.mentioned)


def subject_file(db: "Database", *, request: Request) -> SubjectFile:
    """Return all that is kept about a person, their own cases first, and tell both logs, without the words, that it
    was looked for. Reads every personal value once: memory grows with what is found, not with what is there.
    """
    with db.reading() as session:
        hits = _hits(session, request.person)
        rules, places = rule_rows.retention_rules(session), subject_rows.places_of(session)
        sure = [(case_id, hit) for case_id, hit in sorted(hits.items()) if hit.found_by]
        found = [_case(session, case_id, hit, request, rules, places) for case_id, hit in sure]
        similar = subject_rows.references_of(session, [case_id for case_id, hit in hits.items() if not hit.found_by])
        times = tuple(RetentionTime(rule.keepsake, kind, rule.months) for rule, kind in rule_rows.rule_rows(session))
    order = list(Relation)
    cases = tuple(sorted(found, key=lambda case: order.index(case.relation)))
    _tell(db, cases, request)
    return SubjectFile(request.now, request.person, cases, times, tuple(similar))


def as_json(found: SubjectFile, municipality: str) -> str:
    """Return the file for programs, as docs/retention.md describes it."""
    return subject_json.subject_text(found, municipality)


def save(path: Path, text: str) -> None:
    """Put an export into a file that its owner alone may read; raises OSError when that cannot be done."""
    whole_file.write_whole(path, text, private=True)


def _hits(session: "Session", person: Person) -> dict[int, _Hit]:
    hits: dict[int, _Hit] = defaultdict(_Hit)
    for row in subject_rows.personal_rows(session, batch=BATCH):
        by = person.known_by(email=row.sender_email, phone=row.sender_phone, name=row.sender_name)
        said = person.mentioned_by("\n".join(text for text in (row.subject, row.text) if text))
        if by or said or person.resembles(row.sender_name or ""):
            hits[row.case_id].sender |= by
            hits[row.case_id].mentioned |= said
    for text in subject_rows.text_rows(session, batch=BATCH):
        is_sender = text.field in SENDER_FIELDS
        by = person.known_by_field(text.field, text.text) if is_sender else person.mentioned_by(text.text)
        if by or (text.field == "sender_name" and person.resembles(text.text)):
            hit = hits[text.case_id]
            (hit.earlier if is_sender else hit.mentioned).update(by)
    for letter in subject_rows.letter_rows(session, batch=BATCH):
        earlier, said = _in_letter(letter, person)
        if earlier or said:
            hits[letter.case_id].earlier |= earlier
            hits[letter.case_id].mentioned |= said
    return hits


def _in_letter(letter: Any, person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """Return by what a letter went to a person, and by what it mentions them."""
    to = person.known_by(email=letter.to_address, phone=None, name=None)
    return to, person.mentioned_by("\n".join(text for text in (letter.subject, letter.text, letter.reason) if text))


def _case(
    session: "Session",
    case_id: int,
    hit: _Hit,
    request: Request,
    rules: RetentionRules,
    places: Mapping[int, tuple[tuple[Any, str | None], ...]],
) -> SubjectCase:
    case, personal, unit, kind, *_ = case_rows.get_case_row_by_id(session, case_id)
    own = hit.relation is Relation.SENDER
    (keeping,) = kept.keepings(session, [case], zone=request.zone)
    return SubjectCase(
        reference=case.reference,
        external_reference=case.external_reference,
        source=case.source,
        relation=hit.relation,
        found_by=hit.found_by,
        sender=_sender(personal) if own else None,
        subject=personal.subject if personal else None,
        text=personal.text if personal else None,
        facts=_facts(case, unit, kind.name if kind else None),
        history=_history(session, case_id, request.person, own=own),
        files=_files(session, case_id) if own else (),
        kept_until={each: rules.due_on(each, keeping.facts) if keeping.left[each] else None for each in OF_A_CASE},
        erased=tuple(subject_rows.disposals_of(session, case_id)),
        looks=_looks(session, case.reference, places),
        letters=_letters(session, case_id, request.person, own=own),
    )


def _sender(personal: Any) -> dict[str, str | None]:
    return {name: getattr(personal, f"sender_{name}") if personal else None for name in ("name", "email", "phone")}


def _facts(case: "Case", unit: str | None, kind: str | None) -> CaseFacts:
    return CaseFacts(
        received_on=case.received_on,
        due_on=case.due_on,
        extended_to=case.extended_to,
        answered_on=case.answered_on,
        exclusion=case.exclusion,
        stream=case.stream,
        channel=case.channel,
        kind=kind,
        unit=unit,
        registered_on=case.registered_on,
        manner=case.answer_manner,
    )


def _history(session: "Session", case_id: int, person: Person, *, own: bool) -> tuple[SubjectLine, ...]:
    texts = history.texts_of(session, case_id, since=0)
    lines = []
    for event, _ in history.events_of(session, case_id):
        there = texts.get(event.id, {})
        # In somebody else's case the values of other senders are not this person's to see.
        shown = {name: text for name, text in there.items() if own or _may_show(name, text, person)}
        lines.append(
            SubjectLine(
                at=event.at,
                action=event.action,
                door=event.door,
                by_staff=event.actor_id is not None,
                changes=_changes(event),
                texts=shown,
            )
        )
    return tuple(lines)


def _files(session: "Session", case_id: int) -> tuple[SubjectFileOf, ...]:
    rows = attachments.names_of(session, case_id)
    return tuple(SubjectFileOf(row.name, row.media_type, row.size, row.added_at) for row in rows)


def _letters(session: "Session", case_id: int, person: Person, *, own: bool) -> tuple[SubjectLetter, ...]:
    letters = subject_rows.letters_of(session, case_id)
    shown = [(each, *_in_letter(each, person)) for each in letters]
    return tuple(
        SubjectLetter(
            purpose=each.purpose,
            at=each.created_at,
            sent_at=each.finished_at if each.state in DELIVERED else None,
            to_address=each.to_address if own or to else None,
            subject=each.subject,
            text=each.text,
        )
        for each, to, said in shown
        if own or to or said
    )


def _may_show(name: str, text: str, person: Person) -> bool:
    if name == attachment_rules.FIELD:
        return False
    return name not in SENDER_FIELDS or bool(person.known_by_field(name, text))


def _changes(event: "CaseEvent") -> tuple[Change, ...]:
    """Return what a line tells, without the addresses of handlers."""
    told = (Change(**each) for each in event.changes)
    return tuple(Change("handler", None, None) if each.field == "handler" else each for each in told)


def _looks(
    session: "Session", reference: str, places: Mapping[int, tuple[tuple[Any, str | None], ...]]
) -> tuple[SubjectLook, ...]:
    return tuple(
        SubjectLook(
            look.at,
            look.action,
            look.door,
            tuple((role.value, unit) for role, unit in places.get(look.account_id or 0, ())),
        )
        for look in subject_rows.looks_at_case(session, reference)
    )


def _tell(db: "Database", cases: tuple[SubjectCase, ...], request: Request) -> None:
    """Write both logs before anything is handed out: what cannot be told must not be seen."""
    author = request.author
    whole = Look(
        at=request.now,
        action=Manner.EXPORTED,
        subject=Sight.SUBJECT,
        door=author.door,
        account_id=author.account_id,
        shown=len(cases),
    )
    looks = [
        Look(
            at=request.now,
            action=Manner.EXPORTED,
            subject=Sight.CASE,
            door=author.door,
            account_id=author.account_id,
            reference=case.reference,
        )
        for case in cases
    ]
    with db.writing() as session:
        access_entries.add_looks(session.connection(), [whole, *looks])
        office_log.tell(
            session,
            at=request.now,
            action=OfficeAction.SUBJECT_EXPORTED,
            author=author,
            subject=Subject.PERSON,
            changes=[Change("cases", None, str(len(cases)))],
        )
