"""All that is kept about one person as JSON: a fixed shape, described in docs/retention.md."""

import json
from dataclasses import asdict
from datetime import date, datetime

from dialogen.domain.subjects import CaseFacts, SubjectCase, SubjectFile, SubjectLetter, SubjectLine, SubjectLook

FORMAT, VERSION = "dialogen-subject-export", 1
NOTICE = (
    "Texts, notes and earlier values may hold personal data of others; look through them before handing this out. "
    "Letters about deadlines hold none."
)


def subject_text(found: SubjectFile, municipality: str) -> str:
    """Return the file as JSON text, ending with a line break."""
    return json.dumps(_object(found, municipality), ensure_ascii=False, indent=1) + "\n"


def _object(found: SubjectFile, municipality: str) -> dict[str, object]:
    person = found.person
    return {
        "format": FORMAT,
        "version": VERSION,
        "municipality": municipality,
        "made_at": _instant(found.made_at),
        "notice": NOTICE,
        "searched_for": {"email": person.email, "phone": person.phone, "name": person.name},
        "cases": [_case(case) for case in found.cases],
        "retention": [
            {"type": each.keepsake.value, "kind": each.kind, "months": each.months} for each in found.retention
        ],
    }


def _case(case: SubjectCase) -> dict[str, object]:
    return {
        "reference": case.reference,
        "external_reference": case.external_reference,
        "source": case.source,
        "relation": case.relation.value,
        "found_by": sorted(case.found_by),
        "sender": dict(case.sender) if case.sender is not None else None,
        "subject": case.subject,
        "text": case.text,
        **_facts(case.facts),
        "letters": [_letter(each) for each in case.letters],
        "history": [_line(each) for each in case.history],
        "files": [
            {"name": each.name, "type": each.media_type, "size": each.size, "added_at": _instant(each.added_at)}
            for each in case.files
        ],
        "kept_until": {keepsake.value: _day(day) for keepsake, day in case.kept_until.items()},
        "erased": [{"type": keepsake.value, "at": _instant(at)} for keepsake, at in case.erased],
        "looked_at": [_look(each) for each in case.looks],
    }


def _facts(facts: CaseFacts) -> dict[str, str | None]:
    return {
        "received_on": _day(facts.received_on),
        "due_on": _day(facts.due_on),
        "extended_to": _day(facts.extended_to),
        "answered_on": _day(facts.answered_on),
        "excluded": facts.exclusion.value if facts.exclusion else None,
        "stream": facts.stream.value,
        "channel": facts.channel.value,
        "kind": facts.kind,
        "unit": facts.unit,
        "registered_on": _day(facts.registered_on),
        "manner": facts.manner.value if facts.manner else None,
    }


def _line(line: SubjectLine) -> dict[str, object]:
    return {
        "at": _instant(line.at),
        "action": line.action,
        "door": line.door,
        "by": "staff" if line.by_staff else "program",
        "changes": [asdict(each) for each in line.changes],
        "texts": dict(line.texts),
    }


def _letter(letter: SubjectLetter) -> dict[str, str | None]:
    return {
        "purpose": letter.purpose.value,
        "at": _instant(letter.at),
        "sent_at": _instant(letter.sent_at) if letter.sent_at else None,
        "to": letter.to_address,
        "subject": letter.subject,
        "text": letter.text,
    }


def _look(look: SubjectLook) -> dict[str, object]:
    return {
        "at": _instant(look.at),
        "action": look.action,
        "door": look.door,
        "roles": [{"role": role, "unit": unit} for role, unit in look.roles],
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
