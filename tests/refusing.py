"""Addresses of a test's application that refuse whoever comes, for the pages that no right request leads to."""

from typing import NoReturn

from flask import Flask, abort

from dialogen.guards import public

REFUSING = "/refused-with"


def refuse_there(app: Flask) -> None:
    """Let an application that nobody has asked yet refuse, below REFUSING, with the status that the address says."""
    app.add_url_rule(f"{REFUSING}/<int:status>", "refused_with", _refuse)


@public("only in tests")
def _refuse(status: int) -> NoReturn:
    abort(status)
