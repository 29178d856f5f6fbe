"""E-mail addresses as they are stored and compared: one form for each, and only such as every mail server takes."""

from email_validator import EmailNotValidError, validate_email

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import check_no_national_id


def checked_email(field: str, text: str) -> str:
    """Return an address in lower case, its domain in ASCII; raises InvalidInput when it is none."""
    check_no_national_id(**{field: text})
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise InvalidInput.of(field, Problem.NOT_AN_EMAIL, value=text.strip()) from None
    return (found.ascii_email or found.normalized).lower()


def optional_email(field: str, text: str | None) -> str | None:
    """Return an address as `checked_email` does, or None for an empty one."""
    return checked_email(field, text) if text and text.strip() else None


def comparable_email(text: str) -> str:
    """Return what tells one address, as somebody typed it, from another: its stored form, or the text of none."""
    try:
        return checked_email("email", text)
    except InvalidInput:
        return text.strip().lower()
