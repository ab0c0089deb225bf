"""Site, content and worker as real processes on free ports, with a folder of state of their own.

The migrated database, and the demo data on top of it, are made once and kept in pytest's cache
(on PostgreSQL as template databases of the server) until what they are made from changes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from cms import supervisor
from tests import postgres
from tests.ports import free_ports
from tests.warm import Warm

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "live"
APPS = ("accounts", "repository", "courses", "search", "cms")
READY_SECONDS = 40
GONE_SECONDS = 4
STALE_SECONDS = 3600
SECRET = "only-for-tests-" * 4
ALL = ("site", "content", "worker")
DATABASE = "hoclieu.sqlite3"


def environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of a process of the project over the state in ``var``, without the shell's."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("HOCLIEU_", "DJANGO_"))}
    libs = os.environ.get("HOCLIEU_BROWSER_LIBS")
    return {
        **bare,
        **({"HOCLIEU_BROWSER_LIBS": libs} if libs else {}),
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "HOCLIEU_VAR": str(var),
        "HOCLIEU_SECRET_KEY": SECRET,
        "HOCLIEU_STATIC_ROOT": str(CACHE / "static"),
        "HOCLIEU_LOG_LEVEL": "WARNING",
        # A browser for each package that a test imports would take the machine from what is tested
        "HOCLIEU_PICTURE_BROWSER": "off",
        # Started again and again: what one start has compiled the next need not, whatever the shell says
        "PYTHONDONTWRITEBYTECODE": "",
        "DEMO": "small",
        **more,
    }


def run_manage(
    env: Mapping[str, str], *arguments: str, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """``manage.py`` with these arguments; raises with its output when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**env, "HOCLIEU_PROCESS": "command"},
        input=text,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return _went_well(done, arguments)


def _went_well(
    done: subprocess.CompletedProcess[str], arguments: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    if done.returncode:
        raise AssertionError(
            f"manage.py {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
    return done


def _fingerprint(only_migrations: bool) -> str:
    """Changes when what the template is made from changes."""
    total = hashlib.sha256((ROOT / "deploy" / "requirements-dev.txt").read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            relevant = "migrations" in path.parts or path.name == "taxonomy.py"
            if path.suffix in {".py", ".json", ".tsv"} and (relevant or not only_migrations):
                total.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return total.hexdigest()[:16]


@contextmanager
def _making(kind: str) -> Iterator[None]:
    """One process makes a template of this kind at a time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def template_var(*, demo: bool, scale: str = "small") -> Path:
    """A folder of state to copy: migrated, and with ``demo`` filled; made by the first who needs it.

    ``scale``: the demo's, as load_demo takes it; "tenth" is the province that ``make run`` shows.
    """
    kind = f"demo-{scale}" if demo else "migrated"
    target = CACHE / f"{kind}-{_fingerprint(not demo)}"
    with _making(kind):
        if target.exists():
            os.utime(target)
            return target
        # One that another run uses now must not go away under it
        for stale in CACHE.glob(f"{kind}-*"):
            if stale.is_dir() and time.time() - stale.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(stale)
        building = CACHE / f"building-{kind}"
        shutil.rmtree(building, ignore_errors=True)
        if demo:
            shutil.copytree(template_var(demo=False), building)
            around = ["--small", "--scale", "big"] if scale == "big" else []
            run_manage(environment(building, DEMO=scale), "load_demo", *around)
        else:
            building.mkdir()
            run_manage(environment(building), "migrate", "--verbosity", "0")
        _seal(building / DATABASE)
        building.rename(target)
    return target


def _seal(database: Path) -> None:
    """All of it in the one file: a reader of the template leaves nothing beside it that a copy could miss."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    if busy or mode != "delete":
        raise AssertionError(f"{database} is still open somewhere")


#: A database to copy, and the folder of state beside it
Template = tuple[str, Path | None]


def template_database(server: str, *, demo: bool, scale: str = "small") -> Template:
    """The same on PostgreSQL: a database to copy and, with ``demo``, the folder of state beside it."""
    kind = f"demo-{scale}" if demo else "migrated"
    name = f"{postgres.TEMPLATES}_{kind.replace('-', '_')}_{_fingerprint(not demo)}"
    folder = CACHE / f"{kind}-{_fingerprint(not demo)}-{postgres.key(server)}" if demo else None
    below = template_database(server, demo=False)[0] if demo else "template0"
    with _making(f"{kind}-{postgres.key(server)}"), postgres.locked(server):
        if not (postgres.has(server, name) and (folder is None or folder.exists())):
            building = f"{name}_building"
            postgres.drop(server, building)
            _fill_database(postgres.create(server, building, below), folder, scale)
            postgres.rename(server, building, name)
        postgres.touch(server, name)
        if folder:
            os.utime(folder)
    return name, folder


def _fill_database(address: str, folder: Path | None, scale: str) -> None:
    hasty = {"HOCLIEU_DATABASE_URL": address, "PGOPTIONS": postgres.HASTY}
    if folder is None:
        with tempfile.TemporaryDirectory() as var:
            run_manage(environment(Path(var), **hasty), "migrate", "--verbosity", "0")
    else:
        shutil.rmtree(folder, ignore_errors=True)
        run_manage(environment(folder, **hasty, DEMO=scale), "load_demo")
    postgres.tidy(address)


def _gather_static_files() -> None:
    """As ``serve`` does before it starts; quick where nothing changed since the last time."""
    newest = max(path.stat().st_mtime_ns for path in (ROOT / "static").rglob("*"))
    stamp = CACHE / "static-newest.txt"
    with (CACHE / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == str(newest):
            return
        code = "from cms import statics; statics.gather_if_changed()"
        run_manage(environment(CACHE / "static-var"), "shell", "--no-imports", "--command", code)
        stamp.write_text(str(newest))


def _lives(process: psutil.Process) -> bool:
    """Not so where it only waits for the first of all processes to note its end, which can take seconds."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass
class Live:
    """Running processes and how to reach, ask, kill and restart them."""

    var: Path
    site_url: str
    content_url: str
    env: dict[str, str]
    children: dict[str, supervisor.Child]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    warm: Warm = field(default_factory=Warm)

    def start(self, *names: str) -> None:
        """Starts the named processes (all of them without names) and waits until they answer."""
        self.spawn(*names or ALL)
        self.await_answers(*names or ALL)

    def spawn(self, *names: str) -> None:
        for name in names:
            log = (self.var / f"{name}.log").open("ab")
            child = self.children[name]
            process = supervisor.start(
                supervisor.Child(name, child.command, {**self.env, **child.env}), stdout=log.fileno()
            )
            log.close()
            self.processes[name] = process

    def await_answers(self, *names: str) -> None:
        for name in names:
            self._wait(name)

    def _wait(self, name: str) -> None:
        url = {"site": self.site_url, "content": self.content_url}.get(name)
        deadline = time.monotonic() + READY_SECONDS
        while url and not supervisor.answers(
            f"http://127.0.0.1:{urlsplit(url).port}/health/", urlsplit(url).netloc
        ):
            if self.processes[name].poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{name} did not start:\n{self.log(name)}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """SIGKILL to a process and all that it started."""
        process = self.processes.pop(name)
        started = psutil.Process(process.pid).children(recursive=True)
        supervisor.signal_group(process, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + GONE_SECONDS
        while any(map(_lives, started)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        supervisor.stop(list(self.processes.values()), grace=5)
        self.processes.clear()

    def log(self, name: str) -> str:
        path = self.var / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def manage(self, *arguments: str) -> str:
        """What a management command prints."""
        return _went_well(self.warm.run(self.env, *arguments), arguments).stdout

    def python(self, code: str) -> str:
        """What a piece of Python prints that runs inside the project over this state."""
        return self.manage("shell", "--no-imports", "--verbosity", "0", "--command", code).strip()

    def ask(self, expression: str, imports: str = "") -> object:
        """The value of an expression, by way of JSON."""
        return json.loads(
            self.python(f"import json\n{imports}\nprint(json.dumps({expression}, default=str))")
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database holds now, read beside the running processes; quicker than a command."""
        if address := self.env.get("HOCLIEU_DATABASE_URL"):
            return postgres.rows(address, query)
        with contextlib.closing(sqlite3.connect(f"file:{self.var / DATABASE}?mode=ro", uri=True)) as reader:
            return reader.execute(query).fetchall()

    def sign_ins(self) -> dict[str, dict[str, str]]:
        """The demo's sign-ins by role: username, password."""
        entries = json.loads((self.var / "demo-sign-ins.json").read_text(encoding="utf-8"))
        return {entry["role"]: entry for entry in entries}


@contextmanager
def start_live(
    folder: Path,
    *,
    demo: bool,
    scale: str = "small",
    names: tuple[str, ...] = ALL,
    postgres_server: str | None = None,
    **settings: str,
) -> Iterator[Live]:
    """Starts the processes over a copy of the template; ``settings`` are HOCLIEU_… variables.

    With ``postgres_server`` (by default what HOCLIEU_DATABASE_URL names) the database is a copy there.
    """
    with (
        prepare_live(folder, demo=demo, scale=scale, postgres_server=postgres_server, **settings) as live,
        run(live, *names),
    ):
        yield live


@contextmanager
def run(live: Live, *names: str) -> Iterator[None]:
    """The named processes, until the end."""
    if "site" in names:
        _gather_static_files()
    try:
        if names:
            live.start(*names)
        yield
    finally:
        live.stop()


@contextmanager
def prepare_live(
    folder: Path,
    *,
    demo: bool,
    scale: str = "small",
    postgres_server: str | None = None,
    template: Template | None = None,
    **settings: str,
) -> Iterator[Live]:
    """The same before anything runs: its state, its addresses. ``template``: one that lies on that server."""
    var = folder / "var"
    server = os.environ.get("HOCLIEU_DATABASE_URL", "") if postgres_server is None else postgres_server
    with ExitStack() as closing:
        if server:
            name, source = template or template_database(server, demo=demo, scale=scale)
            settings["DATABASE_URL"] = closing.enter_context(postgres.copied(server, name))
        else:
            source = template_var(demo=demo, scale=scale)
        shutil.copytree(source, var) if source else var.mkdir()
        site_port, content_port = free_ports(2)
        site_url, content_url = f"http://localhost:{site_port}", f"http://127.0.0.1:{content_port}"
        env = environment(var, HOCLIEU_SITE_URL=site_url, HOCLIEU_CONTENT_URL=content_url)
        env |= {f"HOCLIEU_{name}": value for name, value in settings.items()}
        children = {
            "site": supervisor.web_child("site", "127.0.0.1", site_port, {}),
            "content": supervisor.web_child("content", "127.0.0.1", content_port, {}),
            "worker": supervisor.worker_child({}),
        }
        live = Live(var, site_url, content_url, env, children)
        closing.callback(live.warm.stop)
        yield live
