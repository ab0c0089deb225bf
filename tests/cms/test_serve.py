"""The command that people start: its three processes, its words, its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from cms.demo import sign_ins
from cms.management.commands.serve import first_steps, welcome
from tests.live import ROOT, environment, template_var

pytestmark = pytest.mark.slow


def serve(var: Path, *options: str, **settings: str) -> subprocess.Popen[str]:
    env = {**environment(var, **settings), "HOCLIEU_PROCESS": "command"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--threads", "2", *options],
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


def test_in_production_it_prepares_without_the_demo_and_asks_for_an_administrator(tmp_path):
    """The way of one school: nothing there but a folder and a key."""
    var = tmp_path / "var"
    running = serve(var, "--prepare", HOCLIEU_PRODUCTION="1")
    try:
        said = read_until(running, "Ctrl-C")
        assert "bringing it up to date" in said
        assert "manage.py createsuperuser" in said
        assert "demo data" not in said
        assert set(children_of(running.pid)) == {"site", "content", "worker"}
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)
    assert (var / "search.sqlite3").exists()
    with sqlite3.connect(var / "hoclieu.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM accounts_orgunit").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    database.close()


def test_the_first_steps_are_told_until_somebody_can_sign_in(db):
    assert "createsuperuser" in first_steps()[-1]
    User.objects.create_superuser("quan-tri", password="a-word-of-their-own")
    assert first_steps() == []


def test_production_is_refused_over_people_of_the_demo(db, settings, tmp_path):
    settings.PRODUCTION = True
    settings.VAR = tmp_path
    person = User.objects.create_user(sign_ins.SIGN_INS[0].username, password=sign_ins.PASSWORD)
    with pytest.raises(CommandError, match=rf"password that everybody may know: {person.username}\."):
        call_command("serve", "--prepare")
    assert sign_ins.still_open() == [person.username]
    person.set_password("a-word-of-their-own")
    person.save()
    assert sign_ins.still_open() == []


def test_the_welcome_lists_one_sign_in_for_each_kind_of_user(settings, tmp_path):
    settings.VAR = tmp_path
    assert "Sign in" not in welcome("http://localhost:8000", "http://127.0.0.1:8001")
    (tmp_path / "demo-sign-ins.json").write_text(
        '[{"role": "teacher", "username": "gv", "password": "p", "what": "Giáo viên"}]', encoding="utf-8"
    )
    said = welcome("http://localhost:8000", "http://127.0.0.1:8001")
    settings.PRODUCTION = True
    assert "Sign in" not in welcome("http://localhost:8000", "http://127.0.0.1:8001")
    assert re.search(r"teacher +gv +p +Giáo viên", said)
    assert "http://localhost:8000/admin/" in said
