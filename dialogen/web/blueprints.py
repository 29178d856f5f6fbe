"""The list of the web application's blueprints, each beside its guard."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages to the application."""
