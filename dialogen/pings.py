"""Tells a watchman outside that a pass begins, is done, or failed: one who hears nothing for a day raises the alarm.

Never raises, waits for nobody for long, follows no redirect, and tells nothing but that there is a pass.
"""

import logging

import requests

logger = logging.getLogger(__name__)
# At DEBUG, wherever that may be asked for, it would log the address, which is secret.
logging.getLogger("urllib3").setLevel(logging.WARNING)

SECONDS = (3, 5)  # to be connected, and to be answered
GOOD = range(200, 300)  # of HTTP
HEADERS = {"User-Agent": "Dialogen"}


class Ping:
    """An address that is called before and after each pass; without one nobody is."""

    def __init__(self, url: str | None, *, seconds: tuple[float, float] = SECONDS) -> None:
        self._url, self._seconds = url, seconds

    def begun(self) -> None:
        """Tell that a pass begins."""
        self._call("/start")

    def done(self) -> None:
        """Tell that it is done."""
        self._call("")

    def failed(self) -> None:
        """Tell that it failed."""
        self._call("/fail")

    def _call(self, what: str) -> None:
        if self._url is None:
            return
        try:
            with requests.get(
                self._url + what, timeout=self._seconds, headers=HEADERS, allow_redirects=False, stream=True
            ) as answer:
                status = answer.status_code
        except Exception as error:  # of whatever kind: a pass must not fail because of who watches it
            logger.warning(
                "the ping%s was not heard: %s", what, type(error).__name__
            )  # never the address: it is secret
            return
        if status not in GOOD:
            logger.warning("the ping%s was answered with %s", what, status)
