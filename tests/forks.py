"""Processes of their own for tests of what several do at once: forked from one that has loaded the product already.

Each is a process like any other, with its own environment, words, input and output; only the seconds are saved in which
each would load the same modules. Where the start itself is tested, `tests/cli/program.py` starts one from nothing.
"""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO, TextIOWrapper
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

PATIENCE = 120  # seconds, after which a process that still runs ends itself
DIALOGEN = "from dialogen.app import main; main()"
_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(["dialogen.app", "tests.factories", "tests.forks"])


@dataclass
class Fork:
    """A process that runs: what it is told, and what it prints."""

    process: "ForkServerProcess"
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    def tell(self, line: str = "") -> None:
        """Write it a line."""
        self.stdin.write(f"{line}\n")
        self.stdin.flush()

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end; returns its exit code and what it has printed, in both places."""
        self.stdin.close()
        with self.stdout, self.stderr:
            printed = self.stdout.read(), self.stderr.read()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        assert code is not None
        return code, *printed


def fork(program: str, *words: str, settings: Mapping[str, str] | None = None) -> Fork:
    """Run a program text in a process of its own."""
    (stdin, told), (heard, stdout), (complained, stderr) = (_FORKING.Pipe(duplex=False) for _ in range(3))
    theirs = (stdin, stdout, stderr)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIALOGEN_", "FLASK_"))}
    world = {**kept, **(settings or {})}
    process = _FORKING.Process(target=_run, args=(program, words, world, theirs))
    process.start()
    for each in theirs:
        each.close()
    return Fork(process, _file(told, "w"), _file(heard, "r"), _file(complained, "r"))


def _file(end: Connection, mode: str) -> TextIO:
    with end:
        return TextIOWrapper(FileIO(os.dup(end.fileno()), mode), encoding="utf-8")


def _run(program: str, words: tuple[str, ...], world: dict[str, str], streams: tuple[Connection, ...]) -> None:
    signal.alarm(PATIENCE)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(world)
    sys.argv = ["-c", *words]
    exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
