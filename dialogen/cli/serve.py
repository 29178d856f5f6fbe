"""The commands `run` and `db upgrade`: the whole product in one process group, and its schema."""

import errno
import logging
import signal
import subprocess
import sys
import threading
from types import FrameType

import click
import waitress.server
from flask import current_app
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.extensions import office
from dialogen.services import demo, installation

logger = logging.getLogger(__name__)

THREADS = 8
SECONDS_FOR_SCHEDULER = 8
SECONDS_BEFORE_ANOTHER = 10  # between a scheduler that ended by itself and the next one
# -P: what lies in the folder where the user stands is not ours to import.
_SCHEDULER = (sys.executable, "-P", "-c", "from dialogen.app import main; main()", "scheduler", "--until-stdin-closes")


@click.group("db")
def database() -> None:
    """The database."""


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Migrate the database to the newest schema."""
    installation.bring_up_to_date(office().db)
    click.echo("the database is up to date")


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at.")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with a year of made-up cases.")
@with_appcontext
def run(host: str, port: int, with_demo: bool) -> None:
    """Serve the web application and the API, and run the scheduler beside them."""
    # The port first: whoever starts a second time by mistake must not upgrade or refill what the first one serves.
    server = _server(host, port)
    try:
        _serve(server, f"http://{f'[{host}]' if ':' in host else host}:{port}", with_demo=with_demo)
    finally:
        server.close()


def _serve(server: waitress.server.BaseWSGIServer, address: str, *, with_demo: bool) -> None:
    db = office().db
    installation.bring_up_to_date(db)
    installation.note_start(db, now=clock.now())
    if with_demo:
        _open_demo(address)
    scheduler = _SchedulerBeside()
    try:
        signal.signal(signal.SIGTERM, scheduler.stop_with_us)
        signal.signal(signal.SIGINT, scheduler.stop_with_us)
        click.echo(f"Dialogen is at {address} - stop it with Ctrl-C")
        if office().config.base_url != address:
            click.echo(f"Links in letters lead to {office().config.base_url}; DIALOGEN_BASE_URL decides", err=True)
        server.run()
    finally:
        scheduler.ask_to_stop()
        scheduler.wait()


class _SchedulerBeside:
    """The scheduler in a process of its own, started again when it ends by itself.

    It holds the other end of a pipe, and so knows when this process is gone, however that came about.
    """

    def __init__(self) -> None:
        self._stopping = False
        self._pause = threading.Event()
        self._process = self._start()
        self._guard = threading.Thread(target=self._keep, daemon=True)
        self._guard.start()

    def stop_with_us(self, _number: int, _frame: FrameType | None) -> None:
        """End this process by a signal, the scheduler beside it at the same time."""
        self.ask_to_stop()
        raise SystemExit(0)

    def ask_to_stop(self) -> None:
        """Ask the scheduler to end after the letter it has in hand."""
        self._stopping = True
        self._process.terminate()

    def wait(self) -> None:
        """Wait until the scheduler has ended, but not for ever."""
        self._pause.set()
        try:
            self._process.wait(SECONDS_FOR_SCHEDULER)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(_SCHEDULER, stdin=subprocess.PIPE)

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._stopping:
                return
            logger.error("the scheduler ended with %s; another is started", code)
            if self._pause.wait(SECONDS_BEFORE_ANOTHER):
                return
            self._process = self._start()


def _server(host: str, port: int) -> waitress.server.BaseWSGIServer:
    try:
        return waitress.server.create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            host=host,
            port=port,
            threads=THREADS,
            ident=None,  # which server this is, and of which version, is nobody's business
            # The application itself reads what proxies say, as far as the settings trust them.
            clear_untrusted_proxy_headers=office().config.proxies == 0,
        )
    except OSError as error:
        reason = (
            "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
        )
        raise click.ClickException(f"port {port} of {host} {reason}; choose another with --port") from None
    except ValueError:  # waitress's answer to a name that nobody knows
        raise click.ClickException(f"{host} is not an address of this machine; choose another with --host") from None


def _open_demo(address: str) -> None:
    here = office()
    visitors = demo.open_demo(here.db, today=clock.today(here.config.timezone), now=clock.now())
    click.echo("The cases and people of this demo are made up. Sign in with one of these:")
    for visitor in visitors:
        click.echo(f"  {visitor.email:30} {visitor.password:26} {visitor.what}")
    if not here.config.mail_server_named:
        click.echo(f"No letter is sent; see those that would have been at {address}/letters")
