"""A sign-in service of somebody else's making, oidc-provider-mock, as a process of its own that remembers what it saw.

Run as a program it serves; everybody else uses `provider_process`.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import requests
from werkzeug.serving import make_server

from tests.cli.program import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[1]
CLIENT_ID = "dialogen"
CLIENT_SECRET = "en hemmelighet som bare testene kjenner"


@dataclass
class ProviderProcess:
    """The service, at its address."""

    issuer: str
    process: subprocess.Popen[bytes]

    def knows(self, subject: str, *app_roles: str, **claims: Any) -> None:
        """Let the service know somebody who has these app roles."""
        said = {"name": "Kari Nordmann", "email": f"{subject}@asker.example", "roles": list(app_roles)} | claims
        requests.put(f"{self.issuer}/users/{subject}", json=said, timeout=60).raise_for_status()

    def sign_in(self, way_in: str, subject: str) -> str:
        """Sign in there as a browser would; returns where it leads back to."""
        return self._press(way_in, sub=subject)

    def cancel(self, way_in: str) -> str:
        """Say no there; returns where it leads back to."""
        return self._press(way_in, action="deny")

    def _press(self, way_in: str, **form: str) -> str:
        requests.get(way_in, timeout=60).raise_for_status()
        answer = requests.post(way_in, data=form, timeout=60, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def saw(self, path: str) -> list[dict[str, str]]:
        """Return what it was sent at a path, in order."""
        seen = requests.get(f"{self.issuer}/seen", timeout=60).json()
        return [sent for where, sent in seen if where == path]

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def provider_process() -> Iterator[ProviderProcess]:
    """Run the service on loopback until the block ends."""
    port = free_port()
    world = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONPATH": str(ROOT)}
    # Not this module by its name: pytest imports it by its path, and a package of tests is nobody's to run.
    command = [sys.executable, "-W", "ignore", str(Path(__file__)), str(port)]
    with subprocess.Popen(command, env=world, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        service = ProviderProcess(f"http://127.0.0.1:{port}", process)
        try:
            _wait_for(service)
            yield service
        finally:
            service.stop()


def _wait_for(service: ProviderProcess) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            requests.get(f"{service.issuer}/seen", timeout=60).raise_for_status()
        except requests.ConnectionError:
            assert service.process.poll() is None, "the sign-in service ended by itself"
            assert time.monotonic() < deadline, "the sign-in service does not start"
            time.sleep(0.1)
        else:
            return


class _Remembering:
    """Remembers what the service was sent, and tells it at /seen."""

    def __init__(self, service: "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]") -> None:
        self.service = service
        self.seen: list[tuple[str, dict[str, str]]] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/seen":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.seen).encode()]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        sent = dict(parse_qsl(environ.get("QUERY_STRING", ""))) | dict(parse_qsl(body.decode()))
        self.seen.append((environ["PATH_INFO"], sent))
        return self.service(environ, start_response)


def _serve(port: int) -> None:
    import oidc_provider_mock  # noqa: PLC0415 - warns of what is old in it when it is imported

    service: Any = oidc_provider_mock.app(require_nonce=True)
    make_server("127.0.0.1", port, _Remembering(service.wsgi_app), threaded=True).serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
