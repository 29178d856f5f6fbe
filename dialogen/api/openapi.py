"""The description of the API: what APIFlask gathers from the routes, with what is true of all of them added."""

from typing import Any

from apiflask import APIFlask
from flask import current_app

from dialogen.api.problems import PROBLEM_JSON

BASE = "/api/v1"
DESCRIPTION = """Follow inquiries until they are answered, and measure how many were answered in time.

A token may do what its scopes (`cases:read`, `cases:write`, `stats:read`) and its account may. What the reader may
not see is null; a case of a unit out of reach answers as one that does not exist. Dates are `YYYY-MM-DD` in local
time, instants RFC 3339 in UTC. Unknown fields and parameters are refused, and so are bodies larger than 1 MB.

A token expires, and may make a number of requests a minute: `RateLimit-Limit`, `RateLimit-Remaining` and
`RateLimit-Reset` (seconds) tell how it stands."""
REFUSALS = {
    "400": "Broken JSON, or a broken query string",
    "401": "No token, or one that is not valid",
    "403": "Neither the token's scopes nor the account's roles allow this, or it takes another person",
    "404": "There is no such thing within your reach",
    "405": "The address is right, the method is not",
    "412": "The case is not, or no longer, the one that If-Match names: nothing was done; `since` says what was changed",
    "406": "The report does not come in the format that Accept asks for",
    "409": "The case, or another request, stands in the way",
    "413": "The body is larger than 1 MB",
    "415": "The body is not application/json",
    "422": "A field or a parameter cannot be right; `errors` says which and why",
    "429": "The token has made all its requests of this minute; Retry-After says when to go on",
    "500": "A fault on our side",
}
ALWAYS = ("400", "401", "403", "405", "422", "429", "500")
#: How some operations refuse besides.
MORE = {"yearlyReport": {"406"}, "approveChange": {"409"}, "withdrawChange": {"409"}}
#: Operations that may have to wait for a second person.
MAY_WAIT = frozenset({"changeCase", "excludeCase"})
WAITS = "Waits for a second person: `pending` says what. Whatever else was asked for is done."


def settle(app: APIFlask) -> None:
    """Tell APIFlask what to gather, and how to finish it."""
    app.config.update(
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        SECURITY_SCHEMES={
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Made on the page of your account, or with `dialogen tokens create`.",
            }
        },
    )
    app.description = DESCRIPTION
    app.tags = ["Cases", "Four eyes", "Reports", "Description"]
    app.spec_processor(_finished)


def spec() -> dict[str, Any]:
    """Return the description, gathered at the first call."""
    kept: dict[str, Any] = current_app.extensions.setdefault("dialogen.openapi", {})
    if not kept:
        kept.update(current_app.spec)  # type: ignore[attr-defined]
    return kept


def _finished(found: Any) -> Any:
    found["paths"] = {path: item for path, item in found["paths"].items() if path.startswith(BASE)}
    found.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _problem_schema()
    for path, item in found["paths"].items():
        for operation in item.values():
            _finish(path, operation)
    return found


def _finish(path: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{"token": []}]
    for parameter in operation["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
        parameter.setdefault("description", parameter["schema"].pop("description", ""))
        parameter["schema"] |= _PATH_SCHEMAS.get(parameter["name"], {}) if parameter["in"] == "path" else {}
    statuses = set(ALWAYS) | MORE.get(operation["operationId"], set())
    if "{" in path:
        statuses.add("404")
    if any(parameter["name"].lower() == "if-match" for parameter in operation["parameters"]):
        statuses |= {"409", "412"}
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        statuses |= {"409", "413", "415"}
    _complete(operation["operationId"], operation["responses"])
    for status in sorted(statuses):
        operation["responses"][status] = _refusal(REFUSALS[status])
    for status, answer in operation["responses"].items():
        allowance = {} if status == "401" else _ALLOWANCE
        answer["headers"] = answer.get("headers", {}) | allowance | _HEADERS.get(status, {})


def _complete(name: str, answers: dict[str, Any]) -> None:
    """Add to the answers of an operation what APIFlask cannot be told."""
    if name == "yearlyReport":
        answers["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    if name == "registerCase":
        address = {"description": "The address of the case.", "required": True, "schema": {"type": "string"}}
        answers["201"]["headers"] = {"Location": address}
        answers["201"]["links"] = _links("showCase", "changeCase", "answerCase", "extendCase", "excludeCase")
    for status in ("200", "201"):
        if _is_case(answers.get(status, {})):
            answers[status]["headers"] = answers[status].get("headers", {}) | {"ETag": _TAG}
    if name == "showCase":
        answers["304"] = {"description": "You have the case as it is.", "headers": {"ETag": _TAG}}
    if name in MAY_WAIT:
        links = _links("approveChange", "refuseChange", "withdrawChange")
        answers["202"] = answers["200"] | {"description": WAITS, "links": links}


def _links(*operations: str) -> dict[str, Any]:
    """Say what may be done next with the case that an answer shows."""
    reference = {"reference": "$response.body#/reference"}
    return {name: {"operationId": name, "parameters": reference} for name in operations}


def _is_case(answer: dict[str, Any]) -> bool:
    content = answer.get("content", {}).get("application/json", {})
    return bool(content.get("schema", {}).get("$ref") == "#/components/schemas/ShownCase")


def _header(description: str, kind: str = "integer", *, required: bool = False) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": {"type": kind}}


#: On every answer to a token, unless the installation counts no requests.
_ALLOWANCE = {
    "RateLimit-Limit": _header("How many requests the token may make a minute."),
    "RateLimit-Remaining": _header("How many of them are left."),
    "RateLimit-Reset": _header("Seconds until all are there again."),
}
#: What some refusals tell in their headers.
_HEADERS = {
    "401": {"WWW-Authenticate": _header("That a bearer token is asked for (RFC 6750).", "string", required=True)},
    "403": {"WWW-Authenticate": _header("The scope that the token lacks, where it is that.", "string")},
    "405": {"Allow": _header("The methods that are allowed here.", "string", required=True)},
    "429": {"Retry-After": _header("Seconds to wait.", required=True)},
}
_TAG = _header("The version of the case, as you may see it.", "string", required=True)
_HEADERS["412"] = {"ETag": _TAG}
_PATH_SCHEMAS: dict[str, dict[str, Any]] = {
    "reference": {"pattern": r"^\d{4}-\d{6,12}$", "examples": ["2026-000143"]},
    "year": {"type": "integer", "minimum": 1900, "maximum": 2100},
}


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "required": ["title", "status", "detail"],
        "properties": {
            "title": text | {"description": "The name of the status."},
            "status": {"type": "integer"},
            "detail": text | {"description": "What is wrong, in one sentence."},
            "errors": {
                "type": "object",
                "description": "What is wrong with each field or parameter.",
                "additionalProperties": {"type": "array", "items": text},
            },
            "code": text | {"description": "A stable word for the rule that refused, where there is one."},
            "since": {
                "description": "With 412: what was done with the case since the version that If-Match names, as far as"
                " you may see it; null where that cannot be told.",
                "anyOf": [
                    {"type": "array", "items": {"$ref": "#/components/schemas/ShownCase.ShownHistory"}},
                    {"type": "null"},
                ],
            },
        },
    }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out or has a value; it is never null."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    rest = {
        key: value for key, value in schema.items() if key not in ("anyOf", "title") and (key, value) != _NO_DEFAULT
    }
    return rest | choices[0] if len(choices) == 1 else rest


_NO_DEFAULT = ("default", None)
