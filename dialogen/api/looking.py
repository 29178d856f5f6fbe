"""Writes to the access log what programs have looked at, once the answer is made."""

from flask import Blueprint, Response, current_app, g

from dialogen import looks
from dialogen.api.access import asking
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.history import Door
from dialogen.extensions import office
from dialogen.services.access_trail import Trail


def register(blueprint: Blueprint) -> None:
    """Write after every answer of a blueprint."""
    blueprint.after_request(_write)


def _write(response: Response) -> Response:
    glance = looks.taken(response.status_code)
    if glance is not None and "asking" in g:
        who, trail = asking(), current_app.extensions["dialogen.trail"]
        assert isinstance(trail, Trail)
        look = Look(
            at=who.now,
            action=Manner(glance.action),
            subject=Sight(glance.subject),
            door=Door.API,
            account_id=who.standing.account_id,
            token_id=who.token_id,
            reference=glance.reference,
            shown=glance.shown,
        )
        trail.add(office().db, look)
    return response
