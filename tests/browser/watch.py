"""What a browser does besides showing a page: whom it asks, what it is answered, and what it complains of."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.headers import missing_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Response

REFUSED = "the server responded with a status of 4"  # told as one, and no complaint


class Watch:
    """Sees every request and answer of a browser, and hears what it complains of."""

    def __init__(self, context: "BrowserContext", address: str) -> None:
        self._own = urlsplit(address).netloc
        self.forget()
        context.on("request", lambda request: self._ask(request.url))
        context.on("response", self._see)
        context.on("console", self._hear)

    def forget(self) -> None:
        """Begin anew."""
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.bare: list[str] = []
        self.answered: dict[str, int] = {}

    def content(self, *, status: int = 200) -> None:
        """Refuse what no page may do: ask another host, complain of more than this status, or come without the headers."""
        complaints = [
            each for each in self.complaints if f"the server responded with a status of {status} " not in each
        ]
        assert self.hosts == {self._own}, self.hosts
        assert not complaints, complaints
        assert not self.bare, self.bare

    def _ask(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def _see(self, response: "Response") -> None:
        headers, parts = response.headers, urlsplit(response.url)
        if parts.netloc != self._own:
            return
        self.answered[parts.path] = response.status
        self.bare += missing_of(parts.path, headers)

    def _hear(self, message: "ConsoleMessage") -> None:
        if REFUSED not in message.text:
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")
