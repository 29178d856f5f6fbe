"""How the pages look: light or dark as the reader chooses, and the municipality's own colour and logo."""

import hashlib
from enum import StrEnum
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.extensions import office
from dialogen.languages import N_, Words, gettext
from dialogen.pictures import Picture
from dialogen.web import brand, choices
from dialogen.web.assets import keep

appearance = Blueprint("appearance", __name__)

_ABOUT = "scheme"


class Scheme(StrEnum):
    """Which colours a reader wants, by the words of the design system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


SCHEMES = Words({Scheme.AUTO: N_("Som på enheten"), Scheme.LIGHT: N_("Lyse"), Scheme.DARK: N_("Mørke")})


def register(app: Flask) -> None:
    """Let every page know its colours."""
    app.jinja_env.globals.update(color_scheme=_chosen, brand_sheet=_brand_sheet, logo=_logo_address)


@appearance.get("/appearance")
@guards.public("whoever reads the sign-in page may need other colours to read it")
def show() -> ResponseReturnValue:
    """Show which colours there are, and which are chosen."""
    return render_template("appearance/show.html", schemes=SCHEMES)


@appearance.post("/appearance")
@guards.public("whoever reads the sign-in page may need other colours to read it")
def choose() -> ResponseReturnValue:
    """Remember in the browser which colours to show."""
    chosen = choices.known(request.form.get("scheme"), Scheme) or abort(400)
    answer = redirect(url_for("appearance.show"), code=303)
    choices.remember(answer, _ABOUT, chosen)
    flash(gettext("Valget er lagret i denne nettleseren."), "message")
    return answer


@appearance.get("/brand.css")
@guards.public("a style sheet, the same for everybody")
def style_sheet() -> ResponseReturnValue:
    """Give the style sheet of the municipality's own colour; an empty one where it has none."""
    sheet = _sheet() or ""
    return keep(Response(sheet, mimetype="text/css"), of=_print(sheet.encode()))


@appearance.get("/logo")
@guards.public("a picture, the same for everybody")
def logo() -> ResponseReturnValue:
    """Give the municipality's logo, else the product's own."""
    picture = office().config.logo or Picture(_static().joinpath("icon.svg").read_bytes(), "image/svg+xml")
    return keep(Response(picture.content, mimetype=picture.mimetype), of=_print(picture.content))


def _chosen() -> Scheme:
    return choices.recalled(_ABOUT, Scheme) or Scheme.AUTO


def _sheet() -> str | None:
    colour = office().config.colour
    return None if colour is None else brand.style_sheet(colour, _static())


def _brand_sheet() -> str | None:
    """Return the address of the municipality's style sheet; None where it has no colour of its own."""
    sheet = _sheet()
    return None if sheet is None else url_for("appearance.style_sheet", v=_print(sheet.encode()))


def _logo_address() -> str | None:
    """Return the address of the municipality's logo; None where there is none."""
    picture = office().config.logo
    return None if picture is None else url_for("appearance.logo", v=_print(picture.content))


def _static() -> Path:
    return Path(current_app.static_folder or "")


def _print(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
