"""The supervisor with small children: prefixes, the end of one, signals, no orphans."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cms import supervisor

ROOT = Path(__file__).resolve().parents[2]

# A child that starts a child of its own, says both numbers and waits; `stubborn` ignores SIGTERM.
CHILD = """
import os, signal, subprocess, sys, time
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("pids", os.getpid(), grandchild.pid, flush=True)
time.sleep(float(sys.argv[1]))
sys.exit(int(sys.argv[2]))
"""
PARENT = """
import sys
from cms import supervisor
code, children = sys.argv[1], []
for spec in sys.argv[2:]:
    name, *rest = spec.split(",")
    children.append(supervisor.Child(name, [sys.executable, "-c", code, *rest]))
def write(line): print(line, flush=True)
sys.exit(supervisor.Supervisor(children, write, grace=1).run(lambda: True, lambda: write("ready")))
"""


def run_parent(*specs: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PARENT, CHILD, *specs]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def read_pids(parent: subprocess.Popen[str], count: int) -> tuple[list[int], list[str]]:
    lines: list[str] = []
    pids: list[int] = []
    while len(pids) < 2 * count:
        line = parent.stdout.readline()
        assert line, lines
        lines.append(line.rstrip())
        if match := re.search(r"pids (\d+) (\d+)", line):
            pids += [int(match[1]), int(match[2])]
    return pids, lines


def all_gone(pids: list[int], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if Path(f"/proc/{pid}/stat").exists() and not _is_zombie(pid)]
        if not alive:
            return True
        time.sleep(0.05)
    return False


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_all_stop_when_one_ends():
    parent = run_parent("site,60,0", "content,60,0,stubborn", "worker,1,3")
    pids, lines = read_pids(parent, 3)
    rest = parent.communicate(timeout=20)[0]
    assert parent.returncode == 3
    assert "worker ended with 3; stopping the others." in rest
    assert {line.split("|")[0].strip() for line in lines if "pids" in line} == {"site", "content", "worker"}
    assert "ready" in "\n".join(lines) + rest
    assert all_gone(pids)


def test_an_end_without_fault_is_told_as_a_fault():
    parent = run_parent("site,60,0", "worker,0.5,0")
    parent.communicate(timeout=20)
    assert parent.returncode == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all(number):
    parent = run_parent("site,60,0", "worker,60,0")
    pids, _ = read_pids(parent, 2)
    parent.send_signal(number)
    parent.communicate(timeout=20)
    assert parent.returncode == 0
    assert all_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_children_go_when_the_supervisor_is_killed():
    parent = run_parent("site,60,0")
    pids, _ = read_pids(parent, 1)
    parent.kill()
    parent.communicate(timeout=20)
    try:
        assert all_gone(pids[:1])
    finally:
        os.kill(pids[1], signal.SIGKILL)  # granian ends its own workers; this grandchild is nobody's


def test_the_next_free_pair_of_ports():
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        taken = first.getsockname()[1]
        site, content = supervisor.free_pair("127.0.0.1", taken, taken + 1)
        assert site > taken
        assert content == site + 1
        assert not supervisor.port_is_free("127.0.0.1", taken)
        with pytest.raises(OSError, match="no free ports"):
            supervisor.free_pair("127.0.0.1", taken, taken, tries=1)
