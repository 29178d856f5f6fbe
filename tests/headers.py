"""What every answer carries and no page names, for the tests that see many of them."""

import re
from collections.abc import Iterator, Mapping

from werkzeug.test import TestResponse

from dialogen.web.headers import ALWAYS

WANTED = {"content-security-policy", *(name.lower() for name in ALWAYS)}
#: May be kept: nothing of anybody's stands in them.
SAME_FOR_ALL = ("/static/", "/brand.css", "/logo")
#: What a browser asks by itself, or a form: all addresses but those of links, which somebody must follow.
OTHER_HOST = re.compile(r"""<(?!a\b)\w+[^>]*\s(?:src|href|srcset|action|data|poster)=["']?(?:\w+:)?//[^\s>]*""")


def missing(response: TestResponse) -> Iterator[str]:
    """Yield what an answer lacks."""
    return missing_of(response.request.path, {name.lower(): value for name, value in response.headers.items()})


def missing_of(path: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield what the answer of a path lacks, by its headers in small letters."""
    if not set(headers) >= WANTED:
        yield f"{path} lacks {WANTED - set(headers)}"
    if not path.startswith(SAME_FOR_ALL) and headers.get("cache-control") != "no-store":
        yield f"{path} may be kept"


def other_hosts(response: TestResponse) -> Iterator[str]:
    """Yield where a page would lead a browser to another host."""
    if response.mimetype == "text/html":
        yield from (f"{response.request.path}: {found}" for found in OTHER_HOST.findall(response.text))
