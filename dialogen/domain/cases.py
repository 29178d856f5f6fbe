"""A case and the steps it may take: closed lists, the table of allowed steps, four eyes, reference numbers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dialogen.domain.deadlines import EARLIEST_RECEPTION, LATEST_DEADLINE, present_deadline
from dialogen.domain.errors import InvalidInput, Problem, WrongState


class Stream(StrEnum):
    """Where the inquiry comes from. Only external ones count in MV.1.1."""

    EXTERNAL = "external"
    INTERNAL = "internal"


class Channel(StrEnum):
    """How the inquiry came."""

    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    SOCIAL = "social"
    API = "api"
    IMPORT = "import"


class ExclusionReason(StrEnum):
    """Why a case is held outside the statistic (domain.md 5.8)."""

    DUPLICATE = "duplicate"
    SPAM = "spam"
    TEST = "test"
    REGISTERED_IN_ERROR = "registered_in_error"
    WITHDRAWN = "withdrawn"
    OTHER_AUTHORITY = "other_authority"


class Condition(StrEnum):
    """The three conditions on which it depends what may be done with a case."""

    OPEN = "open"
    ANSWERED = "answered"
    EXCLUDED = "excluded"


class Outcome(StrEnum):
    """What became of a change that was proposed under four eyes."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # an import overtook it


class Step(StrEnum):
    """What can be done with a case; the value completes the sentence "the case cannot be …"."""

    ASSIGN = "assigned"
    HAND_OVER = "handed over"
    NOTE = "noted on"
    LINK = "linked"
    ATTACH = "given or rid of files"
    INTERIM_REPLY = "given an interim reply"
    EXTEND = "extended"
    ANSWER = "answered"
    CORRECT = "corrected"
    EXCLUDE = "excluded"
    INCLUDE = "included again"


ALLOWED_STEPS: dict[Condition, frozenset[Step]] = {
    Condition.OPEN: frozenset(set(Step) - {Step.INCLUDE}),
    Condition.ANSWERED: frozenset({Step.NOTE, Step.LINK, Step.ATTACH, Step.CORRECT, Step.EXCLUDE}),
    Condition.EXCLUDED: frozenset({Step.NOTE, Step.LINK, Step.ATTACH, Step.INCLUDE}),
}


@dataclass(frozen=True)
class CaseDates:
    """What the rules need to know of a case: its dates, its stream, and whether it is held outside."""

    received_on: date
    due_on: date
    extended_to: date | None
    answered_on: date | None
    stream: Stream
    exclusion: ExclusionReason | None

    @property
    def condition(self) -> Condition:
        """The condition that decides which steps are allowed."""
        if self.exclusion is not None:
            return Condition.EXCLUDED
        return Condition.ANSWERED if self.answered_on is not None else Condition.OPEN

    @property
    def deadline(self) -> date:
        """The present deadline: the extension where there is one."""
        return present_deadline(self.due_on, self.extended_to)

    def is_miss(self, today: date) -> bool:
        """Say whether the case counts as a miss in MV.1.1 today: matured, and not answered by its due date."""
        if self.exclusion is not None or self.stream is not Stream.EXTERNAL or self.due_on >= today:
            return False
        return self.answered_on is None or self.answered_on > self.due_on


def check_step(step: Step, case: CaseDates) -> None:
    """Refuse a step that the table does not allow, saying what would be right."""
    check_step_in(case.condition, step, answered_on=case.answered_on)


def check_step_in(condition: Condition, step: Step, *, answered_on: date | None) -> None:
    """Refuse a step that the table does not allow in a condition, as `check_step` does."""
    if step in ALLOWED_STEPS[condition]:
        return
    if condition is Condition.EXCLUDED:
        raise WrongState(Problem.IS_EXCLUDED)
    if step is Step.INCLUDE:
        raise WrongState(Problem.NOT_EXCLUDED)
    if step is Step.ANSWER:
        raise WrongState(Problem.ALREADY_ANSWERED, answered_on=answered_on)
    raise WrongState(Problem.STEP_REFUSED, condition=condition.value, step=step.value)


def check_answer(case: CaseDates, *, answered_on: date, today: date) -> None:
    """Refuse a second answer, and one dated before reception or after today."""
    check_step(Step.ANSWER, case)
    check_answer_date(answered_on, received_on=case.received_on, today=today)


def check_answer_date(answered_on: date, *, received_on: date, today: date) -> None:
    """Refuse an answer dated before reception or after today."""
    if answered_on > today:
        raise InvalidInput.of("answered_on", Problem.ANSWERED_IN_FUTURE, value=answered_on)
    if answered_on < received_on:
        raise InvalidInput.of(
            "answered_on", Problem.ANSWERED_BEFORE_RECEIVED, value=answered_on, received_on=received_on
        )


def check_interim_reply_date(replied_on: date, *, received_on: date, today: date) -> None:
    """Refuse an interim reply dated before reception or after today."""
    if replied_on > today:
        raise InvalidInput.of("replied_on", Problem.REPLIED_IN_FUTURE, value=replied_on)
    if replied_on < received_on:
        raise InvalidInput.of("replied_on", Problem.REPLIED_BEFORE_RECEIVED, value=replied_on, received_on=received_on)


def check_expected_answer(expected_on: date, *, replied_on: date) -> None:
    """Refuse a day that a sender was told to expect the answer on, before they were told, or beyond all calendars."""
    if expected_on < replied_on:
        raise InvalidInput.of("expected_on", Problem.EXPECTED_BEFORE_REPLIED, value=expected_on, replied_on=replied_on)
    _check_in_calendar("expected_on", expected_on)


def check_correction(before: CaseDates, after: CaseDates) -> None:
    """Refuse a correction that the case's condition or its other dates do not allow."""
    check_step(Step.CORRECT, before)
    if before.answered_on is None and after.answered_on is not None:
        raise WrongState(Problem.NOT_ANSWERED)
    if before.answered_on is not None and after.answered_on is None:
        raise InvalidInput.of("answered_on", Problem.REQUIRED)  # there is no reopening (domain.md 4)
    if after.answered_on is not None and after.answered_on < after.received_on:
        if after.answered_on == before.answered_on:
            raise InvalidInput.of(
                "received_on",
                Problem.RECEIVED_AFTER_ANSWERED,
                value=after.received_on,
                answered_on=after.answered_on,
            )
        raise InvalidInput.of(
            "answered_on",
            Problem.ANSWERED_BEFORE_RECEIVED,
            value=after.answered_on,
            received_on=after.received_on,
        )


def _check_in_calendar(field: str, day: date) -> None:
    if day > LATEST_DEADLINE:
        years = {"first": EARLIEST_RECEPTION.year, "last": LATEST_DEADLINE.year}
        raise InvalidInput.of(field, Problem.BEYOND_CALENDAR, value=day, **years)


def check_extension(case: CaseDates, *, extended_to: date, today: date) -> None:
    """Refuse an extension that is not later than both today and the present deadline, or beyond all calendars."""
    check_step(Step.EXTEND, case)
    _check_in_calendar("extended_to", extended_to)
    if extended_to <= today or extended_to <= case.deadline:
        raise InvalidInput.of("extended_to", Problem.EXTENSION_NOT_LATER, value=extended_to, deadline=case.deadline)


def check_extension_after(case: CaseDates) -> None:
    """Refuse a corrected due date that overtakes the extension promised to the sender."""
    if case.extended_to is not None and case.extended_to <= case.due_on:
        raise InvalidInput.of(
            "received_on", Problem.DUE_AFTER_EXTENSION, value=case.due_on, extended_to=case.extended_to
        )


def needs_second_person(before: CaseDates, after: CaseDates, today: date) -> bool:
    """Say whether a change falls under four eyes (domain.md 4 and 5.8).

    It does when it takes a miss out of the misses of its year, and when it excludes a case whose deadline has passed.
    """
    excluded_now = before.exclusion is None and after.exclusion is not None
    if excluded_now and before.due_on < today:
        return True
    stays = after.is_miss(today) and after.received_on.year == before.received_on.year
    return before.is_miss(today) and not stays


def format_reference(year: int, number: int) -> str:
    """Return the human-readable reference of the year's so-manieth registered case, e.g. 2026-000143."""
    return f"{year}-{number:06d}"
