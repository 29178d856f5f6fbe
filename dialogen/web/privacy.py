"""The privacy statement (personvernerklæring), for those who write and those who work here; open to everybody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.domain.retention import Keepsake
from dialogen.extensions import office
from dialogen.services import retention

privacy = Blueprint("privacy", __name__)


@privacy.get("/privacy")
@guards.public("whoever is written about may read what is kept and why (GDPR art. 13 and 14)")
def statement() -> ResponseReturnValue:
    """Show what is kept of people, why, for how long, and whom to ask, with the times that hold today."""
    rules = retention.list_rules(office().db)
    months = {rule.keepsake: rule.months for rule in rules if rule.kind is None}
    return render_template(
        "privacy/statement.html",
        months=months,
        kinds=Keepsake,
        has_exceptions=any(rule.kind is not None for rule in rules),
    )
