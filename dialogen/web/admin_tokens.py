"""All API tokens, for administrators: whose they are, what they may do, and revoking one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import tokens as keys
from dialogen.web import visit
from dialogen.web.access import administrator


def add_routes(blueprint: Blueprint) -> None:
    """Add the tokens to an administrator's pages."""
    blueprint.add_url_rule("/tokens", "tokens", tokens)
    blueprint.add_url_rule("/tokens/<int:token_id>/revoke", "revoke_token", revoke, methods=["POST"])


@administrator
@looks_at(Sight.TOKENS, Manner.LISTED)
def tokens() -> ResponseReturnValue:
    """List every token, the newest first."""
    listed = keys.list_tokens(office().db)
    looks.tell(shown=len(listed))
    return render_template("admin/tokens.html", tokens=listed[::-1], today=visit.today())


@administrator
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token's force away at once."""
    keys.revoke_token(office().db, token_id=token_id, now=visit.now(), by=visit.standing(), author=visit.author())
    flash(gettext("Nøkkelen er trukket tilbake. Den virker ikke lenger."))
    return redirect(url_for("admin.tokens"), code=303)
