"""Writes to the access log what readers of the pages have looked at, once the answer is made."""

from flask import Flask, Response, current_app

from dialogen import looks
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.history import Door
from dialogen.extensions import office
from dialogen.services.access_trail import Trail
from dialogen.web import visit


def register(app: Flask) -> None:
    """Write after every answer of the pages; the API writes after its own."""
    app.after_request(_write)


def _write(response: Response) -> Response:
    glance = looks.taken(response.status_code)
    reader = visit.signed_in() if glance is not None else None
    if glance is not None and reader is not None:
        trail: Trail = current_app.extensions["dialogen.trail"]
        look = Look(
            at=visit.now(),
            action=Manner(glance.action),
            subject=Sight(glance.subject),
            door=Door.WEB,
            account_id=reader.account.id,
            reference=glance.reference,
            shown=glance.shown,
        )
        trail.add(office().db, look)
    return response
