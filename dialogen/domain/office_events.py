"""What is told of the office itself, beside the history of cases: its people, units, rules, keys and jobs."""

from enum import StrEnum


class OfficeAction(StrEnum):
    """What was done. A deed that has no word here adds one, and its bokmål word in the web door."""

    ACCOUNT_ADDED = "account_added"
    ACCOUNT_RENAMED = "account_renamed"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    PASSWORD_SET = "password_set"
    LINK_MADE = "link_made"
    SESSIONS_ENDED = "sessions_ended"
    SECOND_STEP_SET = "second_step_set"
    SECOND_STEP_RESET = "second_step_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    IDENTITY_LINKED = "identity_linked"
    TOKEN_MADE = "token_made"
    TOKEN_REVOKED = "token_revoked"
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    KIND_ADDED = "kind_added"
    KIND_CHANGED = "kind_changed"
    RULE_ADDED = "rule_added"
    CLOSED_DAY_ADDED = "closed_day_added"
    CLOSED_DAY_REMOVED = "closed_day_removed"
    LETTER_RESENT = "letter_resent"
    IMPORT_RUN = "import_run"
    SUBJECT_EXPORTED = "subject_exported"
    RETENTION_CHANGED = "retention_changed"
    RETENTION_LISTED = "retention_listed"
    RETENTION_APPROVED = "retention_approved"
    RETENTION_REFUSED = "retention_refused"
    RETENTION_RUN = "retention_run"
    HISTORY_SEALED = "history_sealed"


class Subject(StrEnum):
    """What it was done to; `subject_id` is its number, or the day of a closed day."""

    ACCOUNT = "account"
    UNIT = "unit"
    KIND = "kind"
    RULE = "rule"
    CLOSED_DAY = "closed_day"
    TOKEN = "token"
    LETTER = "letter"
    IMPORT = "import"
    RETENTION_RULE = "retention_rule"
    DISPOSAL_LIST = "disposal_list"
    PERSON = "person"  # a sender, who is not told
    HISTORY = "history"
