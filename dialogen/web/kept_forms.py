"""A form that a lost session interrupted: kept while its reader signs in again, and shown again with what was written.

Never a file, and nothing of the pages where passwords and codes are written.
"""

from typing import cast
from urllib.parse import urlsplit

from flask import current_app, flash, g, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import kept_forms
from dialogen.services.sealing import SecretKeys
from dialogen.web import visit

COOKIE = "kept_form"  # in the session's cookie: what brings the form back to this browser alone
#: Pages on which secrets are written.
_NEVER = frozenset({"accounts", "own_account", "forgotten_passwords", "second_step", "oidc", "tokens"})
_NOT_KEPT = frozenset({"csrf_token", "password", "present", "proof", "code"})

#: The page that asks again what these were to do, where that is not the address that they were sent to.
STANDS_ON = {"cases.bulk_preview": "cases.bulk", "cases.bulk_run": "cases.bulk"}


def page_of_form() -> str:
    """Return the page that the form of this request stands on: its own address, or else the page it was sent from."""
    if request.endpoint in STANDS_ON:
        return url_for(STANDS_ON[request.endpoint], **request.args.to_dict(flat=False))  # type: ignore[arg-type]
    here = request.full_path if request.query_string else request.path
    if request.method in ("GET", "HEAD") or _is_page(request.path):
        return here
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and _is_page(came_from.path):
        return came_from.path
    return "/"


def _is_page(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def keep() -> bool:
    """Keep what this request was to save, if it is known whose session it was; says whether it is kept."""
    secret = session.get("_user_id")
    if request.method != "POST" or not secret or request.blueprint in _NEVER or not request.form:
        return False
    fields = {name: values for name, values in request.form.lists() if name not in _NOT_KEPT}
    kept = kept_forms.keep_form(
        office().db,
        SecretKeys.of(office().config),
        session_secret=secret,
        path=urlsplit(page_of_form()).path,
        fields=fields,
        now=visit.now(),
    )
    if kept is not None:
        session[COOKIE] = kept
    return kept is not None


def erase_kept() -> None:
    """Erase what was kept in this browser: somebody else signs in."""
    if COOKIE in session:
        kept_forms.erase_form(office().db, secret=session.pop(COOKIE))


def written_before() -> "MultiDict[str, str] | None":
    """Return what was written on this page before the session was lost; it is told that it was kept, not saved."""
    if "written_before" not in g:
        g.written_before = _taken()
    return cast("MultiDict[str, str] | None", g.written_before)


def _taken() -> "MultiDict[str, str] | None":
    reader = visit.signed_in()
    if request.method != "GET" or COOKIE not in session or reader is None:
        return None
    fields = kept_forms.take_form(
        office().db,
        SecretKeys.of(office().config),
        secret=session.pop(COOKIE),
        account_id=reader.account.id,
        path=request.path,
        now=visit.now(),
    )
    if fields is None:
        return None
    flash(gettext("Vi tok vare på det du skrev. Ingenting er lagret ennå: se over, og lagre på nytt."), "warning")
    return MultiDict([(name, value) for name, values in fields.items() for value in values])
