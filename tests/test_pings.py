"""A watchman outside is called, whatever he does, and told nothing but that there is a pass."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dialogen.pings import Ping
from tests.mailbox import free_port

SECRET = "/hemmelig-7f3a"


@dataclass
class Watchman:
    """A server that notes who calls, and answers as it is told."""

    status: int = 200
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    wait: Callable[[], object] = lambda: None
    port: int = 0

    def ping(self) -> Ping:
        """Return a ping that calls here, and is impatient."""
        return Ping(f"http://127.0.0.1:{self.port}{SECRET}", seconds=(1, 0.3))


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    """A watchman on loopback."""
    man = Watchman()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            man.calls.append(self.path)
            man.headers.append(dict(self.headers))
            man.wait()
            self.send_response(man.status)
            self.send_header("Location", f"http://127.0.0.1:{man.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        man.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield man
        server.shutdown()


def test_begun_done_and_failed_have_their_own_addresses(watchman: Watchman) -> None:
    ping = watchman.ping()
    for tell in (ping.begun, ping.done, ping.failed):
        tell()
    assert watchman.calls == [f"{SECRET}/start", SECRET, f"{SECRET}/fail"]
    assert watchman.headers[0]["User-Agent"] == "Dialogen"
    assert not {"Cookie", "Authorization", "Referer"} & set(watchman.headers[0])


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_none_is_logged_and_no_redirect_followed(
    watchman: Watchman, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    watchman.status = status
    watchman.ping().begun()
    assert watchman.calls == [f"{SECRET}/start"]
    assert f"the ping/start was answered with {status}" in caplog.text
    assert SECRET not in caplog.text


def test_a_watchman_who_never_answers_is_not_waited_for(watchman: Watchman, caplog: pytest.LogCaptureFixture) -> None:
    is_over = threading.Event()
    watchman.wait = lambda: is_over.wait(60)
    watchman.ping().done()
    is_over.set()
    assert "was not heard: ReadTimeout" in caplog.text


def test_a_watchman_who_is_away_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    Ping(f"http://127.0.0.1:{free_port()}{SECRET}").failed()
    assert "the ping/fail was not heard: ConnectionError" in caplog.text
    assert SECRET not in caplog.text


def test_without_an_address_nobody_is_called(caplog: pytest.LogCaptureFixture) -> None:
    Ping(None).begun()
    assert not caplog.records
