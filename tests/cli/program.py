"""The console script as a user meets it: words and settings in; an exit code and what it printed out.

In this process where one after the other will do, since a new process costs seconds; in one of its own where the
process itself is what is tested.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dialogen.app import main
from tests.leaks import HEARD

START = (sys.executable, "-P", "-c", "from dialogen.app import main; main()")


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line that a refusal consists of."""
        assert self.code != 0
        assert not self.out
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("dialogen: ")
        return lines[0].removeprefix("dialogen: ")


@dataclass(frozen=True)
class Program:
    """The console script on an installation of its own."""

    settings: Mapping[str, str]
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    words: list[str] = field(default_factory=list)

    def __call__(self, *words: str, **settings: str) -> Outcome:
        """Run a command here; settings by their names without the first word."""
        self.capsys.readouterr()
        with self.monkeypatch.context() as world:
            world.setattr(sys, "argv", ["dialogen", *words])
            for name, value in environment(self.settings, settings).items():
                world.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                main()
        printed = self.capsys.readouterr()
        HEARD.lines.append(printed.err)
        code = end.value.code
        return Outcome(code if isinstance(code, int) else 0, printed.out, printed.err)


def environment(settings: Mapping[str, str], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return settings as environment variables."""
    return {f"DIALOGEN_{name}": value for name, value in {**settings, **(more or {})}.items()}


def world_with(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: this one's, with these settings and no others of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIALOGEN_", "FLASK_"))}
    return kept | environment(settings)


def run(*words: str, settings: Mapping[str, str], cwd: Path, program: tuple[str, ...] = START) -> Outcome:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [*program, *words], env=world_with(settings), cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    HEARD.lines.append(done.stderr)
    return Outcome(done.returncode, done.stdout, done.stderr)


def free_port() -> int:
    """Return a port that nobody listened at a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
