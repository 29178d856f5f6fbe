"""What every answer tells the browser it may not do."""

from flask import Flask, Response, request

from dialogen.extensions import office
from dialogen.web.assets import PARTS_OF_PAGES

#: Nothing but our own style sheets, scripts, pictures and forms, and nothing of it within a page.
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: What is no page of ours, files and the API's answers, gets nothing at all, and an origin that is nobody's.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
#: A picture that the municipality brought along may carry its own colours, but runs nothing and fetches nothing.
LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
#: What a browser may show by itself; anything else is handed over as a file.
SHOWN = frozenset({"text/html", "text/plain", "application/json", "application/problem+json"})
#: Devices and powers of the browser that no page of ours uses.
POWERS = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": our own forms would then come from the origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",  # says frame-ancestors to browsers that do not know it
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
}
TWO_YEARS = 2 * 365 * 24 * 60 * 60
TRANSPORT = f"max-age={TWO_YEARS}; includeSubDomains"


def register(app: Flask) -> None:
    """Put the headers on every answer of the application, also on errors and on the API's."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    response.headers.update(ALWAYS)
    is_file = "attachment" in response.headers.get("Content-Disposition", "")
    if not is_file and response.mimetype not in SHOWN and request.endpoint not in PARTS_OF_PAGES:
        response.headers["Content-Disposition"] = "attachment"
        is_file = True
    is_page = response.mimetype == "text/html" and not is_file
    policy = LOGO_POLICY if request.endpoint == "appearance.logo" else FILE_POLICY
    response.headers["Content-Security-Policy"] = PAGE_POLICY if is_page else policy
    if office().config.is_production:
        response.headers["Strict-Transport-Security"] = TRANSPORT
    if request.endpoint not in PARTS_OF_PAGES:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
