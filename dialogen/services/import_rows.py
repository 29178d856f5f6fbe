"""Settles checked rows of an import with the database: new ones are added, changed ones update, equal ones pass."""

import json
from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import imports as import_rows
from dialogen.database import pending
from dialogen.database.imports import KnownRow, NewCase
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.errors import DialogenError, InvalidInput, Problem
from dialogen.domain.imports import (
    BadRow,
    CaseRow,
    ImportCounts,
    changed_fields,
    digest_of,
    fields_of,
    merged_fields,
)
from dialogen.services.import_lookups import Deadlines, Names
from dialogen.services.import_updates import IMPORT, Update, apply_plan, judged
from dialogen.services.proposals import lapse_if_overtaken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import PendingChange

#: Fields of a refusal whose message needs the column's name in front to be a sentence.
_COLUMNS = {"date": "received", "handler": "handler", "external_reference": "reference"}


def reason_of(refusal: DialogenError) -> str:
    """Return why a row is refused, as one sentence or several for the list of bad rows."""
    if not isinstance(refusal, InvalidInput):
        return str(refusal)
    told = ((_COLUMNS.get(each.field), str(each)) for each in refusal.problems)
    return "; ".join(f"{column} {text}" if column else text for column, text in told)


class Settling:
    """One import's work on the database, in the caller's transaction. With `writes` off nothing is changed.

    `numbers` reserves so many reference numbers of the year and gives the first.
    """

    def __init__(
        self,
        session: "Session",
        *,
        source: str,
        columns: Set[str],
        today: date,
        now: datetime,
        writes: bool,
        numbers: Callable[[int], int],
    ) -> None:
        self.writes = writes
        self.counts = ImportCounts()
        self._session = session
        self._source, self._columns, self._today, self._now = source, columns, today, now
        self._numbers = numbers
        if writes:
            import_rows.lock_imports(session)
        self._names = Names(session, make=writes)
        self._deadlines = Deadlines(session)
        self._is_first = not import_rows.any_of_source(session, source)

    def stop_writing(self) -> None:
        """Go on only to judge rows: the caller will undo what is written."""
        self.writes = self._names.make = False

    def made(self) -> Iterator[tuple[str, str]]:
        """Yield what was made because no row of the database had its name: ("unit" or "kind", name)."""
        yield from (("unit", name) for name in self._names.made_units)
        yield from (("kind", name) for name in self._names.made_kinds)

    def made_units(self) -> list[tuple[int | None, str]]:
        """Return the units that were made, by number and name."""
        return [(self._names.unit(name), name) for name in self._names.made_units]

    def made_kinds(self) -> list[tuple[int | None, str]]:
        """Return the kinds that were made, by number and name."""
        return [(self._names.kind(name), name) for name in self._names.made_kinds]

    def settle(self, rows: Sequence[CaseRow]) -> list[BadRow]:
        """Add, update or pass over rows, and count them; returns those that are refused."""
        references = [row.reference for row in rows]
        known = {}
        if not self._is_first:
            known = import_rows.known_rows(self._session, source=self._source, references=references)
        new, changed = [], []
        for row in rows:
            known_row = known.get(row.reference)
            if known_row is None:
                new.append(row)
            elif self._is_changed(row, known_row):
                changed.append((row, known_row))
            else:
                self.counts.unchanged += 1
        return self._add(new) + self._update(changed)

    def _is_changed(self, row: CaseRow, known: KnownRow) -> bool:
        last = known.fields
        return last is None or bool(self._changed(row, last, known.subject_digest, is_erased=known.is_erased))

    def _changed(
        self, row: CaseRow, last: dict[str, str | None], digest: str | None, *, is_erased: bool
    ) -> frozenset[str]:
        changed = changed_fields(last, merged_fields(last, row, self._columns))
        # What was erased after its retention time stays so, whatever the file still says.
        if "subject" in self._columns and not is_erased and digest_of(row.subject) != digest:
            return changed | {"subject"}
        return changed

    def _add(self, rows: Sequence[CaseRow]) -> list[BadRow]:
        cases, bad = [], []
        for row in rows:
            try:
                cases.append(self._new_case(row))
            except DialogenError as refusal:
                bad.append(BadRow(row.line, row.reference, reason_of(refusal)))
        if self.writes and cases:
            first = self._numbers(len(cases))
            import_rows.add_cases(
                self._session, cases, first=first, source=self._source, registered_on=self._today, at=self._now
            )
        self.counts.imported += len(cases)
        return bad

    def _new_case(self, row: CaseRow) -> NewCase:
        due_on, rule_version = self._deadlines.due(row.received)
        handler_id = self._names.handler(row.handler)
        kind_id, unit_id = self._names.kind(row.kind), self._names.unit(row.unit)
        fields = fields_of(row)
        case = NewCase(
            external_reference=row.reference,
            stream=row.stream or Stream.EXTERNAL,
            channel=row.channel or Channel.IMPORT,
            kind_id=kind_id,
            unit_id=unit_id,
            handler_id=handler_id,
            received_on=row.received.isoformat(),
            rule_version=rule_version,
            due_on=due_on.isoformat(),
            answered_on=fields["answered"],
            exclusion=row.excluded,
            subject=row.subject,
            subject_digest=digest_of(row.subject),
            changes="",
            fields="{" + ", ".join([_json_pair(field, value) for field, value in fields.items()]) + "}",
        )
        return case._replace(changes=self._told(case, row))

    def _told(self, case: NewCase, row: CaseRow) -> str:
        """Return what the history tells of a new case: the same as of one registered by hand, and how it ended."""
        told = (
            ("received_on", case.received_on),
            ("due_on", case.due_on),
            ("rule_version", str(case.rule_version)),
            ("stream", case.stream),
            ("channel", case.channel),
            ("kind", None if case.kind_id is None else self._names.kinds[case.kind_id]),
            ("unit", None if case.unit_id is None else self._names.units[case.unit_id]),
            ("handler", row.handler),
            ("source", self._source),
            ("external_reference", case.external_reference),
            ("answered_on", case.answered_on),
            ("exclusion", case.exclusion),
        )
        return "[" + ",".join([_json_change(field, value) for field, value in told if value is not None]) + "]"

    def _update(self, rows: Sequence[tuple[CaseRow, KnownRow]]) -> list[BadRow]:
        if not rows:
            return []
        bad = []
        case_ids = [known.case_id for _, known in rows]
        cases = import_rows.imported_cases(self._session, case_ids, lock=self.writes)
        waiting = pending.pending_by_case(self._session, case_ids) if self.writes else {}
        for row, known in rows:
            try:
                if known.case_id not in cases:
                    raise InvalidInput.of(
                        "external_reference",
                        Problem.EXTERNAL_REFERENCE_TAKEN,
                        value=row.reference,
                        source=self._source,
                    )
                self._update_one(row, cases[known.case_id], waiting.get(known.case_id))
                self.counts.updated += 1
            except DialogenError as refusal:
                bad.append(BadRow(row.line, row.reference, reason_of(refusal)))
        return bad

    def _update_one(self, row: CaseRow, imported: import_rows.ImportedCase, waiting: "PendingChange | None") -> None:
        last = imported.row
        changed = self._changed(row, last.fields, last.subject_digest, is_erased=imported.is_erased)
        plan = judged(Update(row, changed, imported), names=self._names, deadlines=self._deadlines, today=self._today)
        if not self.writes:
            return
        apply_plan(self._session, plan, names=self._names, now=self._now)
        if waiting is not None:
            lapse_if_overtaken(self._session, imported.case, waiting, now_is=plan.after, author=IMPORT, now=self._now)
        last.fields = merged_fields(last.fields, row, self._columns)
        if "subject" in self._columns and not imported.is_erased:
            last.subject_digest = digest_of(row.subject)
        last.imported_at = self._now


# Written by hand, piece by piece: the general way took half of an import's own time. A test holds changes against
# chains.canonical.
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _json_pair(field: str, value: str | None) -> str:
    return f'"{field}": {"null" if value is None else _quoted(value)}'


def _json_change(field: str, after: str) -> str:
    return f'{{"after":{_quoted(after)},"before":null,"field":"{field}"}}'
