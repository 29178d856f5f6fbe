"""Validators of what a case answers (RFC 9110, 8.8 and 13): its ETag, and what If-Match and If-None-Match ask for.

A tag is the version of the case and, after a hyphen, a digest of what this reader was shown of it. The digest is for
caches: days left, names and rights change what is shown, and none of that is a change of the case by somebody else.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from dialogen.api.problems import Refused
from dialogen.api.reading import Headers

#: entity-tag of RFC 9110, 8.8.3, within ASCII.
_TAG = r'(?:W/)?"[!#-~]*"'
_LIST = rf"^(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)$"
_OURS = re.compile(r'"([1-9][0-9]{0,8})(?:-[a-p]{32})?"')
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")  # no digits that might make an identity number
HEADER_MOST = 2000


@dataclass(frozen=True)
class Tags:
    """The entity tags of a header; `anything` is the asterisk."""

    tags: tuple[str, ...] = ()
    anything: bool = False

    @property
    def versions(self) -> list[int]:
        """The versions that strong tags of ours name, in the order of the header; a bare `"5"` names one too."""
        return [int(found[1]) for found in map(_OURS.fullmatch, self.tags) if found]

    def hold_weakly(self, tag: str) -> bool:
        """Say whether the tag is among these, weak or strong."""
        return self.anything or tag in {each.removeprefix("W/") for each in self.tags}


def _read(name: str) -> BeforeValidator:
    def tags(value: Any) -> Tags:
        text = value.strip(" \t") if isinstance(value, str) else ""
        if len(text) > HEADER_MOST or not re.fullmatch(_LIST, text, re.ASCII):
            raise Refused(400, f'{name} must be * or a list of entity tags in quotation marks: {name}: "5-abc"')
        return Tags(anything=True) if text == "*" else Tags(tuple(re.findall(_TAG, text)))

    return BeforeValidator(tags)


_SCHEMA = WithJsonSchema({"type": "string", "pattern": _LIST, "maxLength": HEADER_MOST})


class Precondition(Headers):
    """Which version of the case a change is meant for."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    if_match: Annotated[Tags, _read("If-Match"), _SCHEMA] | None = Field(
        None,
        description="The `ETag` of the case as you saw it, or its `version` in quotation marks. When the case was"
        " changed since, nothing is done and the answer is 412.",
    )


class CacheCondition(Headers):
    """What of the case the reader has already."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    if_none_match: Annotated[Tags, _read("If-None-Match"), _SCHEMA] | None = Field(
        None, description="The `ETag` of the case as you have it: while it is the same, the answer is 304."
    )


def tag_of(version: int, shown: BaseModel) -> str:
    """Return the tag of a case as it is shown; warnings belong to a request, not to the case."""
    content = shown.model_dump_json(exclude={"warnings"}).encode()
    return f'"{version}-{hashlib.sha256(content).hexdigest()[:32].translate(_LETTERS)}"'


def not_modified(tag: str) -> Response:
    """Say that the reader has the case as it is."""
    return Response(status=304, headers={"ETag": tag, "Cache-Control": "no-store"})
