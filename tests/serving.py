"""The application served on loopback by the server that ships with it, in a thread of the test run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

PATIENCE = 7 * 24 * 60 * 60  # seconds: a test that turns the clock on must not make a browser look long silent


@contextmanager
def served_at(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an application; gives its address. Port 0 is any free one."""
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host="127.0.0.1",
        port=port,
        threads=8,
        ident=None,
        channel_timeout=PATIENCE,
    )
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, map=sockets, count=1)
        server.task_dispatcher.shutdown()
        server.close()
        wasyncore.close_all(sockets)

    thread = threading.Thread(target=serve, name="served")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join()
