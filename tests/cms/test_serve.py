"""The command that people start: its three processes, its words, its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cms.management.commands.serve import welcome
from tests.live import ROOT, environment, template_var

pytestmark = pytest.mark.slow


def serve(var: Path, **settings: str) -> subprocess.Popen[str]:
    env = {**environment(var, **settings), "HOCLIEU_PROCESS": "command"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--threads", "2"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return Path(shutil.copytree(template_var(demo=False), tmp_path / "var"))


def read_until(running: subprocess.Popen[str], text: str) -> str:
    said = ""
    while text not in said:
        line = running.stdout.readline()
        assert line, said
        said += line
    return said


def children_of(pid: int) -> dict[str, int]:
    """Kind of process → its number, for the children of a process."""
    found = {}
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        variables = Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
        kind = next(v for v in variables if v.startswith(b"HOCLIEU_PROCESS="))
        found[kind.decode().partition("=")[2]] = int(number)
    return found


def test_serve_says_where_it_is_and_ends_as_a_whole(var):
    running = serve(var)
    try:
        said = read_until(running, "Ctrl-C")
        site, content = re.findall(r"http://(localhost|127\.0\.0\.1):(\d+)/\n", said)[:2]
        assert (site[0], content[0]) == ("localhost", "127.0.0.1")
        children = children_of(running.pid)
        assert set(children) == {"site", "content", "worker"}
        os.kill(children["worker"], signal.SIGKILL)
        rest = running.communicate(timeout=30)[0]
        assert "worker ended with -9; stopping the others." in rest
        assert running.returncode == 1
        deadline = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in children.values()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        running.kill()
        running.communicate()


def test_a_chosen_port_that_is_taken_is_named(var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = serve(var, HOCLIEU_SITE_URL=f"http://localhost:{port}").communicate(timeout=60)[0]
    assert f"Port {port} of 127.0.0.1 is taken by another program." in said
    assert "HOCLIEU_SITE_URL" in said
    assert "Traceback" not in said


def test_the_welcome_lists_one_sign_in_for_each_kind_of_user(settings, tmp_path):
    settings.VAR = tmp_path
    assert "Sign in" not in welcome("http://localhost:8000", "http://127.0.0.1:8001")
    (tmp_path / "demo-sign-ins.json").write_text(
        '[{"role": "teacher", "username": "gv", "password": "p", "what": "Giáo viên"}]', encoding="utf-8"
    )
    said = welcome("http://localhost:8000", "http://127.0.0.1:8001")
    assert re.search(r"teacher +gv +p +Giáo viên", said)
    assert "http://localhost:8000/admin/" in said
