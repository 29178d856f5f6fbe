"""In which language a page is read: as the account says, else as was chosen in this browser, else as the browser says."""

import flask_babel
from flask import Blueprint, Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from dialogen import guards, languages
from dialogen.domain.languages import Language
from dialogen.extensions import office
from dialogen.languages import LOCALES, of_locale, present
from dialogen.web import choices, visit
from dialogen.web.access import safe_next

reader_language = Blueprint("reader_language", __name__)

#: What each language calls itself, so that its readers find it in any other.
OWN_NAMES = {Language.BOKMAL: "Bokmål", Language.NYNORSK: "Nynorsk", Language.ENGLISH: "English"}
#: The languages that browsers ask for, by the first part of their tags. "no" does not say which Norwegian.
_OF_BROWSERS = {
    "nb": Language.BOKMAL,
    "no": Language.BOKMAL,
    "nn": Language.NYNORSK,
    "en": Language.ENGLISH,
}
_ABOUT = "language"
_babel = Babel(configure_jinja=False)


def register(app: Flask) -> None:
    """Let every request be answered in its reader's language, and pages say which it is."""
    _babel.init_app(app, locale_selector=lambda: LOCALES[_of_request()])
    app.config["WTF_I18N_ENABLED"] = False  # the forms' words are our own
    app.jinja_env.globals.update(language=present, languages=OWN_NAMES)
    app.after_request(_tell)


@reader_language.post("/language")
@guards.public("whoever cannot read the sign-in page must be able to choose another language")
def choose() -> ResponseReturnValue:
    """Remember a language in the browser, for pages that nobody is signed in on."""
    chosen = choices.known(request.form.get("language"), Language) or abort(400)
    answer = redirect(safe_next(request.form.get("next")), code=303)
    choices.remember(answer, _ABOUT, chosen)
    return answer


def settle_without_account() -> None:
    """Go on in the language that is known without asking the database, for pages after a fault."""
    if "language" not in g:
        g.language = _of_browser()
        languages.ask_again()


def renew(chosen: Language | None) -> None:
    """Go on in the language that the reader has just chosen, or left to the browser."""
    g.language = chosen or _of_browser()
    flask_babel.refresh()
    languages.ask_again()


def _of_request() -> Language:
    if request.path.startswith("/api/"):
        return Language.BOKMAL  # programs know words by what they are in the contract
    if "language" not in g:
        reader = visit.signed_in() or visit.halfway()
        g.language = (reader.account.language if reader else None) or _of_browser()
    return Language(g.language)


def _of_browser() -> Language:
    return choices.recalled(_ABOUT, Language) or _asked_for() or of_locale(office().config.locale)


def _asked_for() -> Language | None:
    """Return the first language of Accept-Language that there is: `no` and `nb-NO` are bokmål, `nn-NO` nynorsk."""
    tags = (tag.lower().partition("-")[0] for tag, quality in request.accept_languages if quality > 0)
    return next((_OF_BROWSERS[tag] for tag in tags if tag in _OF_BROWSERS), None)


def _tell(response: Response) -> Response:
    """Name the language of a page, and what it was chosen by, for readers aloud and for caches."""
    if response.mimetype == "text/html" and not request.path.startswith("/api/"):
        response.vary.update(("Accept-Language", "Cookie"))
        if "language" in g and not 300 <= response.status_code < 400:
            response.headers["Content-Language"] = g.language
    return response
