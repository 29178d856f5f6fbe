"""Parts of pages that are made once for what they show: the row of a case is the same until something in it changes.

Most of what a page shows, its reader saw a minute ago. What is kept stays in the memory of the process alone, the parts
that were asked for last; `docs/decisions/0022-my-day.md` says what it is worth.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from jinja2.runtime import Macro
from markupsafe import Markup

from dialogen.domain.languages import Language
from dialogen.languages import present

PARTS_KEPT = 4096


def register(app: Flask) -> None:
    """Let templates write `remembered(macro, value, ...)` for `macro(value, ...)`, and the same for many at once."""
    app.jinja_env.globals.update(remembered=remembered, all_remembered=all_remembered)


def remembered(macro: Macro, *values: Any) -> str:
    """Return what a macro makes of values that can be compared.

    For macros that ask for nothing but their values, the words of the language and addresses: never who is here, what
    the time is, or the token of a form.
    """
    return _made(macro, present(), request.script_root, values)


def all_remembered(macro: Macro, rows: Iterable[tuple[Any, ...]]) -> str:
    """Return what a macro makes of each row of values in turn, as `remembered` does."""
    language, root = present(), request.script_root
    return Markup("").join([_made(macro, language, root, row) for row in rows])


@lru_cache(maxsize=PARTS_KEPT)
def _made(macro: Macro, _language: Language, _root: str, values: tuple[Any, ...]) -> str:
    made: str = macro(*values)
    return made
