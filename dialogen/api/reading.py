"""Reads what programs hand in, strictly: JSON bodies, query parameters and headers become checked models.

Nothing is guessed: unknown and repeated names, wrong types, and characters that cannot be stored are refused by name.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, NoReturn, cast
from urllib.parse import unquote_plus

from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request, g
from pydantic import BaseModel, ConfigDict, ValidationError

from dialogen.api.problems import Refused, wrong_fields
from dialogen.domain.errors import FieldProblem, InvalidInput, Problem
from dialogen.domain.national_ids import Likeness, likeness, without_national_ids

BODY_MOST = 1024 * 1024
DEPTH_MOST = 20
NAME_MOST = 100  # of a name that somebody made up, when it is told back to them

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Body(BaseModel):
    """A JSON object in the body of a request: no field but the named ones, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """The parameters behind the question mark: none but the named ones, and each once unless it is repeatable."""

    model_config = ConfigDict(extra="forbid", strict=True)
    repeatable: ClassVar[frozenset[str]] = frozenset()


class Headers(BaseModel):
    """The headers that a route reads; all others are none of its business."""

    model_config = ConfigDict(strict=True)


class StrictAdapter(PydanticAdapter):
    """Reads a request into a model for APIFlask's `input`, in place of its own lenient way."""

    def validate_input(self, request: Request, location: str, **kwargs: Any) -> BaseModel:
        """Return the model; raises Refused naming every field or parameter that is wrong."""
        read: dict[str, Callable[[type[BaseModel], Request], object]] = {
            "json": _read_body,
            "query": _read_query,
            "headers": _read_headers,
        }
        handed_in = read[location](self.model_class, request)
        _check_national_ids(handed_in)
        try:
            return self.model_class.model_validate(handed_in)
        except ValidationError as error:
            raise wrong_fields(_told(error)) from None


registry.register("pydantic", StrictAdapter)


def doubtful_fields() -> list[str]:
    """Return the fields of this request that may hold a national identity number, though they are taken."""
    return cast(list[str], g.get("doubtful_fields", []))


def _check_national_ids(handed_in: object) -> None:
    """Refuse national identity numbers wherever they stand, and remember the fields that may hold one."""
    found = [(path, likeness(text)) for path, text in _strings(handed_in)]
    certain = sorted({path for path, like in found if like is Likeness.CERTAIN})
    if certain:
        raise InvalidInput(FieldProblem(path, Problem.NATIONAL_ID) for path in certain)
    g.doubtful_fields = doubtful_fields() + sorted({path for path, like in found if like is Likeness.POSSIBLE})


def _read_body(_model: type[BaseModel], request: Request) -> object:
    if request.mimetype != "application/json":
        raise Refused(415, "the body must be JSON, sent as application/json")
    request.max_content_length = BODY_MOST
    found = parse_json(request.get_data(cache=False))
    if not isinstance(found, dict):
        raise wrong_fields({"body": ["must be a JSON object"]})
    return found


def parse_json(raw: bytes) -> object:
    """Parse JSON as RFC 8259 has it, in UTF-8; raises Refused, 400 for broken JSON and 422 for bad content."""
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not valid JSON") from None
    _check_strings(found)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse_repeated(name for name, _ in pairs)
    return found


def _refuse_repeated(names: Iterable[str]) -> NoReturn:
    names = list(names)
    repeated = sorted({_shown(name) for name in names if names.count(name) > 1})
    raise wrong_fields({name: ["is given more than once"] for name in repeated})


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_strings(found: object) -> None:
    """Refuse NUL and halves of surrogate pairs, wherever they hide, and nesting without end."""
    for path, text in _strings(found):
        if _UNSTORABLE.search(text):
            raise wrong_fields({path: [Problem.NOT_TEXT.value]})


def _strings(found: object) -> Iterator[tuple[str, str]]:
    """Yield every string with the field that it stands in, names of fields too."""
    left: list[tuple[tuple[str, ...], object]] = [((), found)]
    while left:
        path, value = left.pop()
        if len(path) > DEPTH_MOST:
            raise Refused(400, f"the body is nested more than {DEPTH_MOST} deep")
        if isinstance(value, dict):
            left += [((*path, name), inner) for name, inner in value.items()]
            left += [((*path, name), name) for name in value]
        elif isinstance(value, list):
            left += [((*path, "[]"), inner) for inner in value]
        elif isinstance(value, str):
            yield _shown(".".join(path)) or "body", value


def _read_query(model: type[BaseModel], request: Request) -> object:
    repeatable: frozenset[str] = getattr(model, "repeatable", frozenset())
    pairs = _pairs(request.query_string)
    found: dict[str, Any] = {name: [] for name, _ in pairs if name in repeatable}
    for name, value in pairs:
        if _UNSTORABLE.search(name + value):
            raise wrong_fields({_shown(name): [Problem.NOT_TEXT.value]})
        if name in repeatable:
            found[name].append(value)
        elif name in found:
            _refuse_repeated(each for each, _ in pairs)
        else:
            found[name] = value
    return found


def _pairs(query: bytes) -> list[tuple[str, str]]:
    """Take a query string apart; what is not UTF-8, or not percent-encoded rightly, is refused and not repaired."""
    try:
        text = query.decode("utf-8")
        if _BROKEN_ESCAPE.search(text):
            raise ValueError(text)
        parts = [part.partition("=") for part in text.split("&") if part]
        return [(unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")) for name, _, value in parts]
    except ValueError:
        raise Refused(400, "the query is not percent-encoded UTF-8") from None


def _read_headers(model: type[BaseModel], request: Request) -> object:
    names = {name: name.replace("_", "-") for name in model.model_fields}
    return {name: request.headers[header] for name, header in names.items() if header in request.headers}


def _shown(name: str) -> str:
    """Return a name as it can be told back: storable, and not a page long."""
    return without_national_ids(_UNSTORABLE.sub("\ufffd", name))[:NAME_MOST]


#: What is wrong, by pydantic's word for it. What was handed in is not repeated.
_SENTENCES = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "string_type": "must be a string",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: at most {max_length} characters",
    "enum": "must be one of: {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "model_type": "must be an object",
    "string_pattern_mismatch": "holds characters that are not allowed here",
}


def _told(error: ValidationError) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_input=False):
        field = _shown(".".join(part for part in each["loc"] if isinstance(part, str))) or "body"
        message = _SENTENCES.get(each["type"], each["msg"]).format_map(each.get("ctx", {}))
        if message not in told.setdefault(field, []):
            told[field].append(message)
    return told
