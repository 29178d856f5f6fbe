"""The next step of a case: the one thing that its reader should do with it, by how the case stands and what they may."""

from enum import StrEnum

from dialogen.domain.cases import Condition


class NextStep(StrEnum):
    """What to do next with a case; shown first on its page, and in lists."""

    DECIDE = "decide"  # a change of it waits for a second person, and the reader may be that person
    PLACE = "place"  # no unit has it
    ASSIGN = "assign"  # no person has it
    ANSWER = "answer"


def next_step(
    *,
    condition: Condition,
    has_unit: bool,
    has_handler: bool,
    may_work: bool,
    may_assign: bool,
    may_decide: bool = False,
) -> NextStep | None:
    """Return the next step of a case for a reader with these rights on it; None when nothing is theirs to do.

    What waits for a second person comes first, since the figure waits for it. A case that nobody has must first be
    somebody's: its alerts go past those who would answer it.
    """
    if may_decide:
        return NextStep.DECIDE
    if condition is not Condition.OPEN:
        return None
    if not has_handler and may_assign:
        return NextStep.ASSIGN if has_unit else NextStep.PLACE
    return NextStep.ANSWER if may_work else None
