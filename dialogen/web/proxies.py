"""What the reverse proxies in front say of a request: theirs is the last word, whatever a client wrote before it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BELIEVED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def behind(application: "WSGIApplication", *, proxies: int) -> "WSGIApplication":
    """Let an application believe so many proxies; each adds its word at the end of what is there.

    A quote that a client leaves open would swallow the words after it. No address, scheme or name holds one.
    """
    fixed = ProxyFix(application, x_for=proxies, x_proto=proxies, x_host=proxies)

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for header in BELIEVED:
            if header in environ:
                environ[header] = environ[header].replace('"', "")
        return fixed(environ, start_response)

    return answer
