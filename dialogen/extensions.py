"""Bare extension objects, bound in app.py, and the installation's handle that doors ask for. Nothing of ours is
imported here but types."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

if TYPE_CHECKING:
    from config import Config
    from dialogen.database.engine import Database
    from dialogen.mail.post import Post
    from dialogen.oidc.provider import Provider

login_manager = LoginManager()
csrf = CSRFProtect()


@dataclass(frozen=True)
class Office:
    """One running installation: its settings, its database, its way of sending letters, and where people sign in."""

    config: "Config"
    db: "Database"
    post: "Post"
    provider: "Provider | None" = None  # None: people sign in here


def office() -> Office:
    """Return the installation that the present app context belongs to."""
    return cast(Office, current_app.extensions["dialogen"])
