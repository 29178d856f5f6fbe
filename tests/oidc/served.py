"""The application on loopback, with people who sign in elsewhere, and a browser without a screen before it."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import requests
from flask import Flask

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from tests.cli.program import free_port
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET
from tests.serving import served_at

ROLES = "Dialogen.Leder.Skole=manager:Skole; Dialogen.Senter=handler:*; Dialogen.Admin=admin"
SERVICE = "Asker kommunes innlogging"


@dataclass
class Browser:
    """Keeps cookies and follows links of our own pages; goes to the service only when told to."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, *, status: int = 200, follow: bool = True) -> requests.Response:
        """Fetch a page of ours, or where the service led back to."""
        where = path if path.startswith("http") else self.address + path
        answer = self.session.get(where, timeout=60, allow_redirects=follow)
        assert answer.status_code == status, f"{answer.url}: {answer.status_code}\n{answer.text[:2000]}"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return answer

    def post(self, path: str, page: requests.Response, *, status: int = 200, **values: str) -> requests.Response:
        """Send a form of a page."""
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
        answer = self.session.post(self.address + path, data={"csrf_token": token, **values}, timeout=60)
        assert answer.status_code == status, f"{answer.url}: {answer.status_code}\n{answer.text[:2000]}"
        return answer

    def set_out(self, path: str = "/sign-in/oidc") -> str:
        """Set out for the service; returns where it leads."""
        return self.get(path, status=303, follow=False).headers["Location"]


def words(answer: requests.Response) -> str:
    """Return what can be read on a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text.partition("<body")[2].partition(">")[2])).split())


def link_on(answer: requests.Response, text: str) -> str:
    """Return where a link on a page leads."""
    found = re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(text)}</a>', answer.text)
    assert found, f"no link {text!r} on {answer.url}: {words(answer)}"
    return html.unescape(found[0])


@dataclass
class Served:
    """The application at its address; it can be laid over another database."""

    address: str
    app: Flask

    def on(self, db: Database) -> "Served":
        """Let it work on a database."""
        self.app.extensions["dialogen"] = replace(self.app.extensions["dialogen"], db=db)
        return self


@contextmanager
def served(issuer: str, folder: Path, **settings: str) -> Iterator[Served]:
    """Serve the application on loopback."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {
        "DATA_DIR": str(folder),
        "BASE_URL": address,
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_ROLES": ROLES,
        "OIDC_NAME": SERVICE,
        **settings,
    }
    config = Config.from_env({f"DIALOGEN_{name}": value for name, value in environ.items()})
    app = create_app(config)
    with served_at(app, port):
        yield Served(address, app)
