"""What the API answers when it says no: RFC 9457 problem details, whoever refused and for whatever reason."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response

PROBLEM_JSON = "application/problem+json"


class Refused(Exception):
    """A request that the API itself refuses, before a service is asked. Fields go to the messages about them."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers
        super().__init__(detail)


def wrong_fields(errors: Mapping[str, list[str]]) -> Refused:
    """Build the refusal of fields or parameters that cannot be right."""
    return Refused(422, sentence(errors), errors=errors)


def sentence(errors: Mapping[str, list[str]]) -> str:
    """Put what is wrong with the fields into one line."""
    return "; ".join(f"{field} {message}" for field, messages in errors.items() for message in messages)


def problem(
    status: int,
    detail: str,
    *,
    errors: Mapping[str, list[str]] | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """Return a problem: `title` names the status, `detail` the fault, `errors` the fields, `code` the rule."""
    body: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if errors:
        body["errors"] = dict(errors)
    if code:
        body["code"] = code
    body |= more or {}
    answer = Response(json.dumps(body), status, mimetype=PROBLEM_JSON)
    answer.headers.extend(dict(headers or {}))
    answer.headers["Cache-Control"] = "no-store"
    return answer
