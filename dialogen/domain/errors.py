"""The family of refusals: what the office says no to. Each door translates them into its own tongue in one place.

A refusal carries a problem and its values, never a sentence glued by hand: the value of a Problem is the English
sentence for the API and the command line, and the pages keep a bokmål sentence under the same name.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from dialogen.domain.national_ids import without_national_ids


class Problem(StrEnum):
    """What is wrong, and what would be right. Braces are filled from the refusal's values."""

    REQUIRED = "is required"
    TOO_LONG = "is too long: at most {most} characters"
    NOT_TEXT = "holds a character that cannot be stored (a control character or half of a surrogate pair)"
    NOT_AN_EMAIL = "{value} is not an e-mail address"
    NOT_A_DATE = "{value} is not a date; write YYYY-MM-DD"
    UNKNOWN_VALUE = "{value} is not one of {allowed}"
    NATIONAL_ID = "the text seems to hold a national identity number; take it out before saving"
    RECEIVED_TOO_EARLY = "received on {value}: a date before 1900 cannot be right"
    RECEIVED_IN_FUTURE = "received on {value}: the date is after today"
    RECEIVED_AFTER_ANSWERED = "received on {value}: the case was answered before that, on {answered_on}"
    ANSWERED_BEFORE_RECEIVED = "answered on {value}: the case was received later, on {received_on}"
    ANSWERED_IN_FUTURE = "answered on {value}: the date is after today"
    REPLIED_IN_FUTURE = "replied on {value}: the date is after today"
    REPLIED_BEFORE_RECEIVED = "replied on {value}: the case was received later, on {received_on}"
    EXPECTED_BEFORE_REPLIED = "expected on {value}: the interim reply was sent later, on {replied_on}"
    EXTENSION_NOT_LATER = "extended to {value}: the date must be after today and after the present deadline, {deadline}"
    DUE_AFTER_EXTENSION = "the deadline would become {value}, not before the extension promised, {extended_to}"
    REASON_REQUIRED = "a reason is required for this change"
    REASON_WITHOUT_EXTENSION = "is the reason for a later deadline; ask for that too, or leave it out"
    UNKNOWN_UNIT = "there is no unit {value}"
    UNKNOWN_HANDLER = "{value} is not the e-mail address of an account that can handle cases"
    UNKNOWN_KIND = "there is no kind {value}"
    UNIT_NEEDED = "name one of your own units"
    TAKEN = "{value} is already in use"
    EXTERNAL_REFERENCE_TAKEN = "{value} of the source {source} is registered already"
    BEYOND_CALENDAR = "{value} is outside the years that the calendar knows, {first} to {last}"
    YEAR_OUT_OF_RANGE = "{value} is not a year from {first} to {last}"
    AS_OF_IN_FUTURE = "as of {value}: the date is after today"
    TODAY_IN_FUTURE = "{value} is after today; a pass can be made for today or an earlier day"
    PASSWORD_TOO_SHORT = "is too short: at least {least} characters"
    PASSWORD_TOO_EASY = (
        "is too easy to guess: take several words that do not belong together, without names, years or common passwords"
    )
    PASSWORD_WRONG = "is not the present password"
    RULE_NOT_AFTER = "valid from {value}: must be after the newest rule's first day, {newest}"
    RULE_DAYS = "{value} days: must be 1 to 365"
    NO_SUCH = "there is no {what} {value}"
    NO_SUCH_CASE = "there is no case {value}"
    NOT_ALLOWED = "your roles do not allow this"
    NEEDS_SECOND_PERSON = "you proposed this change: a second person must approve or refuse it, or you withdraw it"
    NOT_THE_PROPOSER = "somebody else proposed this change: only they can withdraw it"
    CHANGE_WAITS = "a change of this case waits for a second person; it must be approved, refused or withdrawn first"
    NOTHING_WAITS = "no change of this case waits for a second person"
    OTHER_CHANGE_WAITS = "another change than the one you saw waits for a second person now; look at it first"
    OVERTAKEN = "the case was changed after this was proposed; it must be refused or withdrawn, and proposed anew"
    ALREADY_ANSWERED = "the case is answered already, on {answered_on}; correct the date instead"
    NOT_ANSWERED = "the case is not answered yet; there is no answer date to correct"
    IS_EXCLUDED = "the case is held outside the statistic; include it again first"
    NOT_EXCLUDED = "the case is not held outside the statistic"
    STEP_REFUSED = "an {condition} case cannot be {step}"
    LINK_TO_ITSELF = "a case cannot be linked to itself"
    NOT_LINKED = "the case {value} is not linked to this one"
    CHANGED_MEANWHILE = "the case was changed meanwhile: it is now version {version}"
    LAST_ADMINISTRATOR = "this is the last administrator; appoint another first"
    LETTER_NOT_STOPPED = "the letter is not one that was given up"
    WRONG_SIGN_IN = "wrong e-mail address or password"
    ACCOUNT_DISABLED = "the account {value} is disabled; enable it first"
    EXPIRED_ALREADY = "expires on {value}: the date is before today"
    TOO_MANY_ATTEMPTS = "too many attempts; wait {minutes} min and try again"
    WRONG_CODE = "the code is wrong, or was used before"
    WRONG_PROOF = "is neither the password nor a code of the second step"
    SIGN_IN_OVER = "the sign-in took too long, or was ended; begin again"
    OFFER_TOO_OLD = "the key was shown too long ago; take a new one"
    NO_SECOND_STEP = "the account has no second step"
    SECOND_STEP_DEMANDED = "an administrator must have a second step; put another in its place instead"
    OWN_SECOND_STEP = "one's own second step is taken off on the page of the own account, or reset by somebody else"
    LINK_SPENT = "the link has been used or is too old; ask an administrator for a new one"
    IDEMPOTENCY_CONFLICT = "the key {value} was used for another request"
    REGISTERED_OUT_OF_REACH = "a case was registered with the key {value}, and has left your reach since"
    REGISTERED_MEANWHILE = "one of the references was registered by somebody else meanwhile; import the file again"
    BAD_CURSOR = "the cursor is not one that this list gave"
    ATTACHMENT_TOO_LARGE = "{file} is larger than {most} MB"
    ATTACHMENTS_TOO_LARGE = "the files are larger than {most} MB together"
    FILE_EMPTY = "{file} is empty"
    FILE_TYPE = "{file} is of no type that may be attached"
    FILE_NOT_ITS_NAME = "{file} is not what its name says, or is damaged"
    FILE_TWOFOLD = "{file} holds a second file that another program would open"
    FILE_DISAGREES = "{file} is not what its name says: by its content it should end in {value}"
    FILE_DANGEROUS = "{file} has an ending, {value}, of files that run when they are opened"
    FILE_LOCKED = "{file} is encrypted, or has macros"
    FILE_OLD = "{file} is of an older Office format that may hide macros; save it as PDF or in a newer format"
    FILE_BOMB = "{file} is too large unpacked"
    FILES_TOO_MANY = "a case has at most {most} files"
    FILE_REFUSED = "{file}: {why}"
    RETENTION_MONTHS = "{value} months: must be {least} to {most}"
    RETENTION_NOT_BY_KIND = "the access log has no kind of case: it has one retention time"
    RETENTION_RULE_TAKEN = "somebody else set this retention time at the same moment; look at it and try again"
    DISPOSED_OF = "{what}: disposed of after its retention time; nothing of it can be put into the case again"
    LIST_NOT_WAITING = "list {value} does not wait for approval: it is {state}"
    LIST_NOT_APPROVED = "list {value} cannot be run: it is {state}; it takes the approval of {needed} administrators"
    LIST_APPROVED_ALREADY = "you have approved this list already; another administrator must approve it too"
    LIST_CHANGED = "list {value} is not what was approved: its digest is another one; nothing was disposed of"
    NO_LIST_APPROVED = "no list is approved by {needed} administrators and waits to be run; nothing was disposed of"
    PERSON_UNCLEAR = "is too little to find one person by"
    TOO_MANY_CASES = "{count} cases are too many for one step: at most {most}"
    NO_CASES_CHOSEN = "no case is chosen"
    UNDO_TOO_LATE = "the step can no longer be undone"
    UNKNOWN_PLACEHOLDER = "{value} is not a placeholder of this letter; those there are: {allowed}"
    NO_SENDER_ADDRESS = "the case has no e-mail address of its sender that a letter can be sent to"
    ANSWER_ON_ITS_WAY = "an answer to this case is on its way already"
    LETTER_NOT_WAITING = "only a letter that waits to be sent can be withdrawn"
    EXPECTED_NOT_LATER = "expected on {value}: the date must be after today"
    TOO_MANY_VIEWS = "there are {most} saved views already; delete one first"
    NOT_EMPTY = "the database already holds cases, people or units; the demo needs an empty one"
    FILE_TOO_LARGE = "is larger than {most} MB; use the command line for it, or split it"
    FILE_NEEDED = "choose a file"
    UPLOAD_NOT_CHECKED = "the file must be checked before it is imported"
    UPLOAD_DONE = "the file is being imported, or was; upload it again"
    ERRANDS_ENOUGH = "{most} pieces of long work that you ordered are not done yet; wait for one, or stop one"
    LADDER_EMPTY = "holds no step: name the days, counted from the deadline"
    LADDER_STEP_TWICE = "the step {value} stands twice"
    LADDER_STEP_OUTSIDE = "the step {value} is not one from {least} to {most} days from the deadline"
    LADDER_STEP_MISSING = (
        "the step {value} is missing: everybody is told on the day of the deadline (0) and after it (1)"
    )
    LADDER_NUMBER = "{value} is not a number of days from {least} to {most}"
    LADDER_REACHES_NOBODY = "nobody can be told: there is no manager, no address of the unit and no administrator"
    LADDER_CHANGED = "somebody else changed the ladder meanwhile; look at it and try again"
    OUTSIDE_NOT_BEGUN = "this sign-in was not begun here, or has been used; begin again in the same browser"
    OUTSIDE_TOO_LATE = "this sign-in took too long; begin again"
    OUTSIDE_CANCELLED = "the sign-in was cancelled"
    OUTSIDE_AWAY = "the sign-in service does not answer as it should: {why}"
    OUTSIDE_MISCONFIGURED = "the sign-in service refuses this installation: {why}"
    OUTSIDE_NOT_BELIEVED = "what the sign-in service said cannot be believed: {why}"
    OUTSIDE_CLOCKS = "the clocks here and at the sign-in service differ too much: {why}"
    OUTSIDE_CODE_SPENT = "this sign-in has been used, or is too old; begin again"
    OUTSIDE_NO_ROLE = "no app role of this person gives a role here"
    OUTSIDE_NO_PROFILE = "the sign-in service tells no name and e-mail address that can be used"
    OUTSIDE_ADDRESS_TAKEN = "another account has this e-mail address; it must be linked, never joined by its address"
    OUTSIDE_DISABLED = "the account is disabled"
    OUTSIDE_TAKEN = "this identity is linked to another account; an administrator can unlink it there"
    OUTSIDE_LINKED = "the account is linked to another identity; an administrator can unlink that one first"


def sentence(problem: Problem, values: Mapping[str, object]) -> str:
    """Return what a problem says in English. A value tells no national identity number that somebody typed."""
    return without_national_ids(str(problem).format_map(values))


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one field of what was handed in."""

    field: str
    problem: Problem
    values: dict[str, object] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return sentence(self.problem, self.values)


class DialogenError(Exception):
    """A refusal that a user can do something about."""

    def __init__(self, problem: Problem, **values: object) -> None:
        self.problem = problem
        self.values = values
        super().__init__(sentence(problem, values))


class NotFound(DialogenError):
    """There is no such thing, or the reader may not know that there is."""


class NotAllowed(DialogenError):
    """The reader may know of it, but may not do this with it."""


class NeedsSecondPerson(NotAllowed):
    """The change falls under four eyes (domain.md 4)."""


class NotSignedIn(DialogenError):
    """The name, secret or link does not open the door."""


class TooManyAttempts(DialogenError):
    """Somebody tries too often; `wait` says for how long nothing more is looked at."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(Problem.TOO_MANY_ATTEMPTS, minutes=math.ceil(wait / timedelta(minutes=1)))


class WrongState(DialogenError):
    """The case is not in a state in which this step is allowed."""


class Conflict(DialogenError):
    """Somebody or something was there first."""


class InvalidInput(DialogenError):
    """What was handed in cannot be right; says which fields, and why."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.problem, **first.values)

    @classmethod
    def of(cls, field: str, problem: Problem, **values: object) -> "InvalidInput":
        """Build the refusal of a single field."""
        return cls([FieldProblem(field, problem, values)])

    def __str__(self) -> str:
        return "; ".join(f"{each.field}: {each}" for each in self.problems)
