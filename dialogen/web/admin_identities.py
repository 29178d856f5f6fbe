"""Who an account is elsewhere: an administrator may take the link away."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import identities
from dialogen.web import visit
from dialogen.web.access import administrator


def add_routes(blueprint: Blueprint) -> None:
    """Add the links to an administrator's pages."""
    blueprint.add_url_rule(
        "/people/<int:account_id>/identities/<int:identity_id>/remove", "unlink", unlink, methods=["POST"]
    )


@administrator
def unlink(account_id: int, identity_id: int) -> ResponseReturnValue:
    """Take a link away, and with it the roles that came by it."""
    identities.unlink_identity(
        office().db,
        by=visit.standing(),
        author=visit.author(),
        account_id=account_id,
        identity_id=identity_id,
        now=visit.now(),
    )
    flash(gettext("Kontoen er løst fra innloggingen, og rollene som kom derfra, er borte."))
    return redirect(url_for("admin.person", account_id=account_id), code=303)
