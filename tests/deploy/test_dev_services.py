"""The script of `make services`: what it starts, what it stops, and all that it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.dev import recipes, services, software, tools
from deploy.dev.services import Record, Services
from tests.ports import free_ports
from tests.services import absent

ROOT = Path(__file__).resolve().parents[2]


def own_ports() -> dict[str, int]:
    return dict(zip(services.PORTS, free_ports(len(services.PORTS)), strict=True))


@pytest.fixture
def place(monkeypatch) -> Iterator[Path]:
    """A folder that everybody may enter, for state and cache; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="hoclieu-services-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        monkeypatch.setenv("XDG_CACHE_HOME", str(path / "cache"))
        (path / "cache").mkdir(mode=0o755)
        yield path


@pytest.fixture
def ours(place) -> Iterator[Services]:
    """The services over a folder of their own, on ports of their own; stopped at the end."""
    made = Services(place / "var", own_ports())
    yield made
    made.stop(say=quiet)


@pytest.fixture
def redis_there() -> None:
    if not software.find("redis-server", "/usr/sbin"):
        absent("redis-server is not installed")


def quiet(_: str) -> None:
    """Says nothing."""


def pid_of(made: Services, name: str) -> int:
    return json.loads((made.folder / name / "pid").read_text())["pid"]


def wait_for(fact: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    return bool(services._began(pid))


@pytest.mark.usefixtures("redis_there")
def test_starting_twice_starts_once_and_stopping_twice_is_no_error(ours):
    assert ours.status(["redis"])["redis"].why == "not started"
    states, started = ours.start(["redis"], quiet)
    assert (states["redis"].state, started) == ("up", ["redis"])
    pid = pid_of(ours, "redis")
    assert ours.start(["redis"], quiet)[1] == []
    assert pid_of(ours, "redis") == pid
    ours.stop(["redis"], quiet)
    assert not is_running(pid)
    ours.stop(["redis"], quiet)
    assert ours.status(["redis"])["redis"].why == "not started"


@pytest.mark.usefixtures("redis_there")
def test_two_starts_at_once_start_one(ours):
    other = Services(ours.var, {name: service.port for name, service in ours.known.items()})
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda each: each.start(["redis"], quiet), [ours, other]))
    assert sorted(started for _, started in results) == [[], ["redis"]]
    assert {states["redis"].state for states, _ in results} == {"up"}


def test_a_program_on_the_port_is_said_and_left_alone(ours):
    with socket.create_server(("127.0.0.1", ours.known["redis"].port)) as foreign:
        states, started = ours.start(["redis"], quiet)
        assert states["redis"].state == "down"
        assert "it is left alone" in states["redis"].why
        assert not started
        ours.stop(["redis"], quiet)
        with socket.create_connection(foreign.getsockname()):
            foreign.settimeout(5)
            foreign.accept()[0].close()


def test_a_number_given_to_another_process_is_no_longer_ours(ours):
    """After a restart of the machine the record may name somebody else's process."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        record = Record(stranger.pid, "another boot:12345", ours.known["redis"].port, str(ours.var))
        (ours.folder / "redis").mkdir(parents=True)
        (ours.folder / "redis" / "pid").write_text(json.dumps(asdict(record)))
        ours.stop(["redis"], quiet)
        assert stranger.poll() is None
        stranger.kill()
    assert not (ours.folder / "redis" / "pid").exists()


@pytest.mark.usefixtures("redis_there")
def test_what_another_checkout_started_is_used_and_never_stopped(ours, place):
    ours.start(["redis"], quiet)
    neighbour = Services(
        place / "other" / "var", {name: service.port for name, service in ours.known.items()}
    )
    states, started = neighbour.start(["redis"], quiet)
    assert states["redis"].state == "up"
    assert states["redis"].why.startswith(f"started for {ours.var}; used here too")
    assert services.PORT_VARIABLE in states["redis"].why
    assert not started
    said: list[str] = []
    neighbour.stop(["redis"], said.append)
    assert said[0] == f"Nothing of {neighbour.var} runs here."
    assert said[1].startswith(f"Redis: belongs to {ours.var}; ")
    assert is_running(pid_of(ours, "redis"))


@pytest.mark.usefixtures("redis_there")
def test_a_killed_service_is_started_again(ours):
    ours.start(["redis"], quiet)
    pid = pid_of(ours, "redis")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_running(pid))
    # Its threads may hold the port a moment longer than it is called running.
    wait_for(lambda: ours.status(["redis"])["redis"].why == "not started")
    assert ours.start(["redis"], quiet)[1] == ["redis"]
    assert pid_of(ours, "redis") != pid


class Broken(recipes.Redis):
    def command(self, folder: Path) -> list[str]:
        return ["sh", "-c", "echo the disk is full; exit 3"]


def test_what_does_not_start_says_why(ours):
    port = ours.known["redis"].port
    ours.known["redis"] = Broken("redis", "Redis", port, "redis://x")
    begun = time.monotonic()
    states, started = ours.start(["redis"], quiet)
    assert time.monotonic() - begun < 20
    assert states["redis"].state == "down"
    assert "the disk is full" in states["redis"].why
    assert not started
    assert not (ours.folder / "redis" / "pid").exists()


class Deaf(recipes.Redis):
    """Runs, never answers, and takes no hint to end."""

    def command(self, folder: Path) -> list[str]:
        return ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]


def test_what_never_answers_is_ended(ours, monkeypatch):
    monkeypatch.setattr(services, "STOP_SECONDS", 0.2)
    port = ours.known["redis"].port
    ours.known["redis"] = Deaf("redis", "Redis", port, "redis://x", start_seconds=1)
    states, _ = ours.start(["redis"], quiet)
    assert states["redis"].state == "down"
    assert "did not start" in states["redis"].why


@pytest.mark.parametrize(
    ("name", "hidden", "why"),
    [
        ("postgres", "postgres", "apt-get install postgresql"),
        ("redis", "find", "apt-get install redis-server"),
        ("elasticsearch", "java", "apt-get install openjdk-17-jre-headless maven"),
        ("s3", "go", "Go 1.24 or newer is needed"),
    ],
)
def test_what_cannot_be_had_says_how_it_could(ours, monkeypatch, name, hidden, why):
    monkeypatch.setattr(software, hidden, lambda *_: None if hidden == "postgres" else "")
    monkeypatch.setattr(software, "may_install", lambda: False)
    states, started = ours.start([name], quiet)
    assert states[name].state == "impossible"
    assert why in states[name].why
    assert not started


def test_where_root_may_not_install_the_way_is_said(monkeypatch, place):
    monkeypatch.setattr(software, "may_install", lambda: False)
    with pytest.raises(software.MissingError, match="run as root: apt-get install redis-server"):
        software.debian("redis-server")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs them as another user")
def test_a_private_folder_of_roots_is_replaced_by_one_that_nobody_can_enter(tmp_path, place):
    private = place / "private"
    private.mkdir(mode=0o700)
    made = Services(private / "var", own_ports())
    assert made.folder.parent == Path("/var/tmp")  # noqa: S108
    assert Services(place / "var").folder == place / "var" / "services"
    made.folder.mkdir()
    made.forget_scratch()
    assert not made.folder.exists()


@pytest.mark.usefixtures("redis_there")
def test_run_stops_what_it_started_and_leaves_what_was_up(ours, capfd):
    assert services.run(ours, ["redis"], ["sh", "-c", "exit 7"]) == 7
    assert not (ours.folder / "redis" / "pid").exists()
    ours.start(["redis"], quiet)
    assert services.run(ours, ["redis"], ["true"]) == 0
    assert is_running(pid_of(ours, "redis"))


@pytest.mark.slow
def test_postgres_keeps_its_data(ours):
    if software.postgres() is None:
        absent("PostgreSQL is not installed")
    import psycopg

    states, _ = ours.start(["postgres"], quiet)
    url = states["postgres"].url
    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        connection.execute("CREATE TABLE kept AS SELECT 'Học liệu' AS word")
    ours.stop(["postgres"], quiet)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    ours.start(["postgres"], quiet)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("Học liệu",)


def archive(path: Path) -> str:
    import hashlib

    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("top-1.0/elasticsearch/lib/server.jar", b"jar")
        packed.writestr("top-1.0/elasticsearch/../../escaped", b"x")
        packed.writestr("top-1.0/web/index.html", b"not wanted")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_the_folder_that_is_wanted_is_unpacked(tmp_path):
    sha256 = archive(tmp_path / "a.zip")
    software.unpack(tmp_path / "a.zip", sha256, "elasticsearch", tmp_path / "made")
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(files) == ["a.zip", "made/lib/server.jar"]


def test_other_bytes_than_expected_are_not_unpacked(tmp_path):
    archive(tmp_path / "a.zip")
    with pytest.raises(software.MissingError, match="another SHA-256"):
        software.unpack(tmp_path / "a.zip", "0" * 64, "elasticsearch", tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_the_command_says_what_stands(place):
    done = subprocess.run(
        [sys.executable, "deploy/dev/services.py", "status", "--json"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOCLIEU_VAR": str(place / "var"), "HOME": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert list(told) == list(services.PORTS)
    assert all(set(state) == {"state", "url", "why", "access"} for state in told.values())
    assert told["s3"]["url"] == "http://127.0.0.1:18070"
    assert told["s3"]["access"] == {
        "access_key": recipes.S3_ACCESS_KEY,
        "secret_key": recipes.S3_SECRET_KEY,
        "bucket": recipes.S3_BUCKET,
        "region": recipes.S3_REGION,
    }
    assert not (place / "var").exists(), "asking changes nothing"


def test_the_keys_of_storage_are_printed_where_it_is_up():
    service = recipes.services(services.PORTS)["s3"]
    up = services.State("up", service.url, access=service.access)
    for value in (recipes.S3_ACCESS_KEY, recipes.S3_SECRET_KEY, f"bucket {recipes.S3_BUCKET}"):
        assert value in services.line(service, up)
    assert recipes.S3_SECRET_KEY not in services.line(service, services.State("down", service.url))


def test_ports_can_be_chosen_four_in_a_row(monkeypatch, place):
    monkeypatch.setenv(services.PORT_VARIABLE, "24000")
    urls = [service.url for service in Services(place / "var").known.values()]
    assert [number for url in urls for number in range(24000, 24010) if f":{number}" in url] == [
        24000,
        24001,
        24002,
        24003,
    ]


@pytest.mark.parametrize("wrong", ["80", "65533", "many", "-1"])
def test_ports_that_cannot_be_are_refused(monkeypatch, wrong):
    monkeypatch.setenv(services.PORT_VARIABLE, wrong)
    with pytest.raises(SystemExit, match=services.PORT_VARIABLE):
        services.chosen_ports()


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        services.main(["start", "mysql"])
    assert "there are postgres, redis, elasticsearch, s3" in capsys.readouterr().err


def test_the_script_needs_nothing_installed(place):
    """It runs before .venv is made: -S hides every installed package but Python's own."""
    if not (python := shutil.which("python3")):
        pytest.skip("no Python of the system")
    done = subprocess.run(
        [python, "-S", "deploy/dev/services.py", "status", "redis"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOCLIEU_VAR": str(place / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_tools_that_are_missing_are_named_with_the_way_to_them(monkeypatch, capsys):
    monkeypatch.setattr(software, "find", lambda name, *_: "" if name == "nginx" else f"/usr/bin/{name}")
    monkeypatch.setattr(software, "may_install", lambda: False)
    assert tools.main([]) == 0
    told = capsys.readouterr().out
    assert "nginx is not installed" in told
    assert "run as root: apt-get install nginx" in told
    assert "chromium" not in told
