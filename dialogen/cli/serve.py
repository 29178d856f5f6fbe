"""The commands `run` and `db upgrade`: the whole product in one process group, and its schema."""

import errno
import signal
import subprocess
import sys
from types import FrameType

import click
import waitress.server
from flask import current_app
from flask.cli import with_appcontext

from dialogen import clock
from dialogen.extensions import office
from dialogen.services import demo, installation

THREADS = 8
SECONDS_FOR_SCHEDULER = 10
_SCHEDULER = "from dialogen.app import main; main()"


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
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with a year of made-up cases.")
@with_appcontext
def run(host: str, port: int, with_demo: bool) -> None:
    """Serve the web application and the API, and run the scheduler beside them."""
    here = office()
    installation.bring_up_to_date(here.db)
    installation.note_start(here.db, now=clock.now())
    if with_demo:
        _fill_demo(host, port)
    server = _server(host, port)
    scheduler = subprocess.Popen(
        [sys.executable, "-c", _SCHEDULER, "scheduler", "--until-stdin-closes"], stdin=subprocess.PIPE
    )
    click.echo(f"Dialogen is at http://{host}:{port} - stop it with Ctrl-C")
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        server.close()
        _end(scheduler)
        here.db.dispose()


def _server(host: str, port: int) -> waitress.server.BaseWSGIServer:
    try:
        server = waitress.server.create_server(current_app._get_current_object(), host=host, port=port, threads=THREADS)  # type: ignore[attr-defined]
    except OSError as error:
        reason = "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used: {error}"
        raise click.ClickException(f"port {port} of {host} {reason}; choose another with --port") from None
    return server


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end(scheduler: "subprocess.Popen[bytes]") -> None:
    scheduler.terminate()
    try:
        scheduler.wait(SECONDS_FOR_SCHEDULER)
    except subprocess.TimeoutExpired:
        scheduler.kill()
        scheduler.wait()


def _fill_demo(host: str, port: int) -> None:
    here = office()
    zone = here.config.timezone
    visitors = demo.open_demo(here.db, today=clock.today(zone), now=clock.now())
    click.echo("The cases and people of this demo are made up. Sign in with one of these:")
    for visitor in visitors:
        click.echo(f"  {visitor.email:32} {visitor.password:24} {visitor.what}")
    if not here.config.mail_server_named:
        click.echo(f"No letter is sent; see those that would have been at http://{host}:{port}/letters")
