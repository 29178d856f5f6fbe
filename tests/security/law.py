"""Who may do what, written down a second time from domain.md 7 and by no line of the product.

The matrix holds every route against this; `docs/access.md` prints it. A route is given one of the `Rule`s.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from dialogen.domain.accounts import Role


class Where(StrEnum):
    """Where a role is held, as seen from the unit that has the case."""

    HERE = "own unit"
    ELSEWHERE = "other unit"
    EVERYWHERE = "all units"
    NOWHERE = "no unit"


@dataclass(frozen=True)
class Person:
    """Somebody at a door: with one role somewhere, with none, or not signed in at all."""

    role: Role | None = None
    where: Where = Where.NOWHERE
    signed_in: bool = True

    @property
    def handles(self) -> bool:
        """Whether cases can be given to them."""
        return self.role in (Role.HANDLER, Role.MANAGER)


ANONYMOUS = Person(signed_in=False)
PEOPLE = (
    ANONYMOUS,
    Person(),
    *(Person(role, where) for role in Role for where in Where),
)


class Placed(Enum):
    """Where a case lies, and who has it."""

    MINE = "theirs, in the unit"
    FREE = "nobody's, in the unit"
    COLLEAGUES = "a colleague's, in the unit"
    MINE_ABROAD = "theirs, in a third unit"
    UNPLACED = "nobody's, without a unit"

    @property
    def is_mine(self) -> bool:
        """Whether the person at the door is its handler."""
        return self in (Placed.MINE, Placed.MINE_ABROAD)

    @property
    def is_free(self) -> bool:
        """Whether it has no handler."""
        return self in (Placed.FREE, Placed.UNPLACED)


class Answer(StrEnum):
    """What a door answers."""

    YES = "yes"
    NO = "refused"
    UNKNOWN = "not found"  # as if there were no such case
    SIGN_IN = "sign in"


def covers(person: Person, case: Placed) -> bool:
    """Say whether the case lies in a unit of the person's role; without a unit it lies with all units' alone."""
    if person.where is Where.EVERYWHERE:
        return True
    return person.where is Where.HERE and case in (Placed.MINE, Placed.FREE, Placed.COLLEAGUES)


def sees(person: Person, case: Placed) -> bool:
    """Cases of own units; a handler's and a manager's own cases wherever they are (decision 0006)."""
    return person.role is not None and (covers(person, case) or (person.handles and case.is_mine))


def sees_details(person: Person, case: Placed) -> bool:
    """An administrator sees reference, unit, dates and handler alone."""
    return sees(person, case) and person.role is not Role.ADMIN


def sees_personal(person: Person, case: Placed) -> bool:
    """Personal fields are for those who answer."""
    return sees(person, case) and person.handles


def works(person: Person, case: Placed) -> bool:
    """A handler: their own and the unassigned. A manager: all of own units, and what is their own."""
    if person.role is Role.HANDLER:
        return case.is_mine or (case.is_free and covers(person, case))
    return person.role is Role.MANAGER and (covers(person, case) or case.is_mine)


def assigns(person: Person, case: Placed) -> bool:
    """As who works on it; an administrator may assign too."""
    return works(person, case) or (person.role is Role.ADMIN and covers(person, case))


def approves(person: Person, case: Placed) -> bool:
    """A manager of the unit, or a statistician, whose reach for this does not depend on units (decision 0009)."""
    return person.role is Role.STATISTICIAN or (person.role is Role.MANAGER and covers(person, case))


def knows_proposals(person: Person, case: Placed) -> bool:
    """Whoever sees the case's details, and whoever may approve."""
    return sees_details(person, case) or approves(person, case)


def registers(person: Person, case: Placed) -> bool:
    """In own units; without a unit those of all units alone."""
    return person.handles and covers(person, case)


def registers_somewhere(person: Person, case: Placed) -> bool:
    """Whoever has a unit, or all, to register in."""
    return person.handles and person.where is not Where.NOWHERE


def words_letters(person: Person, case: Placed) -> bool:
    """Managers word their own units' letters, administrators all."""
    return person.role is Role.ADMIN or (person.role is Role.MANAGER and covers(person, case))


def words_letters_somewhere(person: Person, case: Placed) -> bool:
    """Administrators, and whoever manages a unit, or all."""
    return person.role is Role.ADMIN or (person.role is Role.MANAGER and person.where is not Where.NOWHERE)


def follows_own(person: Person, case: Placed) -> bool:
    """Whoever cases can be given to has deadlines of their own."""
    return person.handles


def follows_unit(person: Person, case: Placed) -> bool:
    """Whoever handles or manages the unit."""
    return person.handles and covers(person, case)


def sets_alerts(person: Person, case: Placed) -> bool:
    """Managers set their own units' ladders and absences, administrators all."""
    return words_letters(person, case)


def sets_alerts_somewhere(person: Person, case: Placed) -> bool:
    """Administrators, and whoever manages a unit, or all."""
    return words_letters_somewhere(person, case)


def administers(person: Person, case: Placed) -> bool:
    """Administrators, wherever the role is held."""
    return person.role is Role.ADMIN


def signed_in(person: Person, case: Placed) -> bool:
    """Whoever has an account; what is shown is filtered by reach."""
    return person.signed_in


def anybody(person: Person, case: Placed) -> bool:
    """Everybody."""
    return True


class Rule(Enum):
    """What a route asks for: the sentence, who may, and whether it is asked about a case."""

    OPEN = ("open to all", anybody, False)
    SIGNED_IN = ("signed in: what is shown is filtered by the roles", signed_in, False)
    SEE = ("see the case", sees, True)
    READ = ("see what is personal about the case", sees_personal, True)
    WORK = ("work on the case: answer, note, extend, exclude, correct", works, True)
    ASSIGN = ("assign the case, or hand it over", assigns, True)
    KNOW = ("see what is proposed for the case", knows_proposals, True)
    APPROVE = ("approve or refuse what another proposed", approves, True)
    WITHDRAW = ("withdraw what they proposed themselves", sees, True)
    REGISTER = ("register a case in the unit", registers, False)
    REGISTER_SOMEWHERE = ("register a case in any unit", registers_somewhere, False)
    WORD_LETTERS = ("word the unit's letters to senders, and choose its receipts", words_letters, False)
    WORD_SOMEWHERE = ("word letters to senders of any unit", words_letters_somewhere, False)
    FOLLOW = ("have the own deadlines in a calendar", follows_own, False)
    FOLLOW_UNIT = ("have the unit's deadlines in a calendar", follows_unit, False)
    SET_ALERTS = ("set the steps of the unit's alerts", sets_alerts, False)
    SET_ALERTS_SOMEWHERE = ("set the steps of any unit's alerts", sets_alerts_somewhere, False)
    ADMINISTER = ("administer", administers, False)

    def __init__(self, sentence: str, may: object, about_a_case: bool) -> None:
        self.sentence = sentence
        self.may = may
        self.about_a_case = about_a_case

    def answer(self, person: Person, case: Placed) -> Answer:
        """Return what a door must answer this person about this case."""
        allowed: bool = self.may(person, case)  # type: ignore[operator]
        if self is Rule.OPEN or allowed:
            return Answer.YES
        if not person.signed_in:
            return Answer.SIGN_IN
        return Answer.UNKNOWN if self.about_a_case and not sees(person, case) else Answer.NO

    @property
    def placements(self) -> tuple[Placed, ...]:
        """The places of cases that this rule tells apart."""
        if self.about_a_case:
            return tuple(Placed)
        return (Placed.FREE, Placed.UNPLACED) if self is Rule.REGISTER else (Placed.FREE,)
