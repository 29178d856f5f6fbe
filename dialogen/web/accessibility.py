"""The accessibility statement (tilgjengelighetserklæring): what holds, what was tested and how, and how to complain."""

from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.extensions import office

accessibility = Blueprint("accessibility", __name__)

#: When the product was last gone through as a whole; the tests run with every change besides.
TESTED_ON = date(2026, 11, 23)


@accessibility.get("/accessibility")
@guards.public("whoever is shut out by a hindrance must be able to read whom to tell (IKT-forskriften § 4 e)")
def statement() -> ResponseReturnValue:
    """Show how far the pages meet the law's demands, and whom to tell of a hindrance."""
    return render_template(
        "accessibility/statement.html",
        tested_on=TESTED_ON,
        official=office().config.accessibility_statement,
    )
