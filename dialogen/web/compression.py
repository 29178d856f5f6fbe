"""Pages and their parts travel packed, where that tells nobody anything: docs/decisions/0021-look.md."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from dialogen.web.assets import PARTS_OF_PAGES

#: Below this, packing makes nothing shorter.
WORTH_IT = 500
_TEXTS = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
#: Who may have asked: our own pages, and the reader by hand. What others let a browser ask for travels as it is, so that
#: nobody learns from its length what of their guesses stands in it (BREACH).
_ASKED_BY_THE_READER = frozenset({"same-origin", "none"})


def register(app: Flask) -> None:
    """Pack the answers that may be."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    is_part = request.endpoint in PARTS_OF_PAGES
    is_whole = response.status_code not in (204, 206, 304) and (is_part or not response.is_streamed)
    if not is_whole or response.mimetype not in _TEXTS:
        return response
    response.vary.update(("Accept-Encoding",) if is_part else ("Accept-Encoding", "Sec-Fetch-Site"))
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers:
        return response
    if not is_part and request.headers.get("Sec-Fetch-Site") not in _ASKED_BY_THE_READER:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= WORTH_IT:
        response.set_data(_packed_once(content) if is_part else gzip.compress(content, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)  # the same content, other bytes
    return response


@lru_cache(maxsize=32)
def _packed_once(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
