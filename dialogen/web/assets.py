"""Style sheets, scripts and pictures: each address names what the file holds, so that browsers may keep it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

#: For as long as browsers keep anything: another content has another address.
KEPT = "public, max-age=31536000, immutable"
#: Asked for anew every time, by an address that does not say what it holds.
ASKED_FOR = "no-cache"
#: The routes whose answers belong to pages: shown by a browser, and the same for everybody.
PARTS_OF_PAGES = frozenset({"static", "appearance.style_sheet", "appearance.logo"})


def register(app: Flask) -> None:
    """Put a fingerprint into every address of a file, and let browsers keep what was asked for by it."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def _name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _fingerprint(folder, values["filename"])

    @app.after_request
    def _let_keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            keep(response, of=_fingerprint(folder, str((request.view_args or {})["filename"])))
        return response


def keep(response: Response, *, of: str | None) -> Response:
    """Let browsers keep an answer for good when the address that it was asked for by names its content."""
    named = request.args.get("v")
    response.headers["Cache-Control"] = KEPT if named is not None and named == of else ASKED_FOR
    return response


def _fingerprint(folder: Path, name: str) -> str | None:
    found = safe_join(str(folder), name)
    try:
        return None if found is None else _sum(found, Path(found).stat().st_mtime_ns)
    except OSError:
        return None


@cache
def _sum(path: str, changed_at: int) -> str:
    """Return the fingerprint of a file; a file that has changed since is read anew."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
