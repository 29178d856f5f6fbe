"""Whether a process that was named still lives."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dialogen import processes

SAY_NAME = "from dialogen import processes; print(processes.this_process(), flush=True); input()"


@pytest.fixture
def another() -> Iterator["subprocess.Popen[str]"]:
    """Another process of ours that waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", SAY_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def name_of(process: "subprocess.Popen[str]") -> str:
    """Read the name that a process gives itself."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_this_process_is_not_gone() -> None:
    name = processes.this_process()
    assert name == processes.this_process()
    assert f"/{os.getpid()}/" in name
    assert len(name) <= 200
    assert not processes.is_gone(name)


def test_another_process_is_gone_when_it_has_ended(another: "subprocess.Popen[str]") -> None:
    name = name_of(another)
    assert not processes.is_gone(name)
    another.communicate("done\n")
    assert processes.is_gone(name)


def test_a_killed_process_is_gone_even_before_its_parent_has_noticed(another: "subprocess.Popen[str]") -> None:
    name = name_of(another)
    another.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, another.pid, os.WEXITED | os.WNOWAIT)  # wait until it is dead, and leave it unburied
    assert processes.is_gone(name)


def test_a_number_used_again_is_not_the_same_process() -> None:
    place, number, started = processes.this_process().rsplit("/", 2)
    assert processes.is_gone(f"{place}/{number}/{started}1")


def test_of_a_process_elsewhere_nothing_is_known() -> None:
    _, number, started = processes.this_process().rsplit("/", 2)
    assert not processes.is_gone(f"another-host/{number}/{started}")
    assert not processes.is_gone(f"{socket.gethostname()}/pid:[1]/999999999/1")
    assert not processes.is_gone("")
    assert not processes.is_gone("by hand")
