"""Where the templates of pages are read."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class PageEnvironment(Environment):
    """Flask's environment, but that a template has all that every template knows in one plain dictionary.

    Jinja looks through a chain of dictionaries instead, once for every part that a page takes from another file. All of
    it must be there before the first page is made.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows, its own before what all know."""
        return {**self.globals, **(d or {})}
