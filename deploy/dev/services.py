"""The services that a province runs on, on a developer's machine without Docker.

    services.py start|stop|status [--json] [postgres redis elasticsearch s3]
    services.py run -- COMMAND        starts them, runs the command, stops those it started

Standard library only. Ports are the project's own, or four in a row from HOCLIEU_TEST_SERVICES_PORT on.
Data, logs and process records lie below VAR/services.
A process is ours when the record beside its data names it with the moment it began: others are left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from deploy.dev import recipes, software  # noqa: E402

PORTS = {"postgres": 18432, "redis": 18379, "elasticsearch": 18920, "s3": 18070}
PORT_VARIABLE = "HOCLIEU_TEST_SERVICES_PORT"
STOP_SECONDS = 60
LOG_LINES = 12
Say = Callable[[str], None]


@dataclass(frozen=True)
class State:
    """Where a service stands: "up", "down" or "impossible" (cannot be had on this machine), and why."""

    state: str
    url: str
    why: str = ""
    #: What a client needs beside the address: keys, bucket, region.
    access: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A process that was started here: known again by the tick of this boot at which it began."""

    pid: int
    began: str
    port: int
    var: str

    def is_running(self) -> bool:
        return bool(self.began) and _began(self.pid) == self.began


def _began(pid: int) -> str:
    """Boot and start tick of a process, "" when there is none (a zombie is none). Numbers are used again."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else f"{boot}:{fields[19]}"


def _read(path: Path) -> Record | None:
    try:
        record = Record(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return record if record.is_running() else None


def _port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((recipes.HOST, port))
        except OSError:
            return True
    return False


def _may_pass(path: Path, user: recipes.User) -> bool:
    """Whether the services' user reaches this place, going by the folders above it that exist."""
    if user.uid == os.geteuid():
        return True
    existing = [each for each in (path, *path.parents) if each.exists()]
    return all(each.stat().st_mode & 0o001 or each.stat().st_uid == user.uid for each in existing)


def var_folder() -> Path:
    """The folder of all state, as cms/settings.py takes it (tests hide the shell's and keep its name)."""
    chosen = os.environ.get("HOCLIEU_TEST_SERVICES_VAR") or os.environ.get("HOCLIEU_VAR")
    return Path(chosen or ROOT / "var").resolve()


def chosen_ports() -> dict[str, int]:
    """The project's own ports, or four in a row from the number that the environment gives."""
    given = os.environ.get(PORT_VARIABLE, "")
    if not given:
        return PORTS
    last = 65_536 - len(PORTS)
    if not given.isdecimal() or not 1024 <= int(given) <= last:
        raise SystemExit(
            f"{PORT_VARIABLE}: '{given}' is no number from 1024 to {last}, of four ports in a row."
        )
    return {name: int(given) + step for step, name in enumerate(PORTS)}


class Services:
    """The services over one folder of state."""

    def __init__(self, var: Path, ports: dict[str, int] | None = None) -> None:
        self.var = var
        self.user = recipes.User.chosen()
        self.known = recipes.services(ports or chosen_ports())
        self.folder = var / "services"
        if not _may_pass(var, self.user):
            # Root's services run as nobody, who cannot enter a private home or a build's scratch folder.
            mark = hashlib.sha256(str(var).encode()).hexdigest()[:10]
            self.folder = Path("/var/tmp") / f"hoclieu-services-{mark}"  # noqa: S108 -- made 0755, by name

    def status(self, names: Iterable[str] | None = None) -> dict[str, State]:
        return {name: self._look(self.known[name]) for name in names or self.known}

    def _record(self, name: str) -> Path:
        return self.folder / name / "pid"

    def _neighbours(self, service: recipes.Service) -> Path:
        """Where other checkouts of this user find who holds the port."""
        return software.cache() / "running" / f"{service.port}.json"

    def _look(self, service: recipes.Service) -> State:
        return replace(self._stands(service), access=service.access)

    def others(self, names: Iterable[str] | None = None) -> list[str]:
        """For each service that runs and was started over another folder, what to do to stop it."""
        found = [
            (self.known[name], _read(self._neighbours(self.known[name]))) for name in names or self.known
        ]
        return [
            f"{service.title}: belongs to {record.var}; HOCLIEU_VAR={record.var} make services-stop ends it"
            for service, record in found
            if record and record.var != str(self.var)
        ]

    def _stands(self, service: recipes.Service) -> State:
        record = _read(self._record(service.name)) or _read(self._neighbours(service))
        if record and service.answers():
            other = ""
            if record.var != str(self.var):
                other = f"started for {record.var}; used here too, {PORT_VARIABLE} chooses ports of one's own"
            return State("up", service.url, other)
        if record:
            return State("down", service.url, f"process {record.pid} runs and does not answer")
        if _port_is_taken(service.port):
            why = f"port {service.port} is taken by a program that was not started here; it is left alone"
            return State("down", service.url, why)
        if why := service.missing():
            return State("impossible", service.url, why)
        return State("down", service.url, "not started")

    def start(
        self, names: Iterable[str] | None = None, say: Say = print
    ) -> tuple[dict[str, State], list[str]]:
        """Starts what is not up; what stands now, and the names of those that this call started."""
        chosen = list(names or self.known)
        self.folder.mkdir(parents=True, exist_ok=True)
        with software.locked(self.folder / "lock"), ThreadPoolExecutor(len(chosen)) as threads:
            done = list(threads.map(lambda name: self._bring_up(self.known[name], say), chosen))
        states = {name: state for name, (state, _) in zip(chosen, done, strict=True)}
        return states, [name for name, (_, ours) in zip(chosen, done, strict=True) if ours]

    def _bring_up(self, service: recipes.Service, say: Say) -> tuple[State, bool]:
        state = self._look(service)
        if state.state == "down" and state.why == "not started":
            begun = time.monotonic()
            try:
                state = self._launch(service)
            except (software.MissingError, OSError) as error:
                state = State("impossible", service.url, str(error))
            seconds = time.monotonic() - begun
            say(line(service, state, f"started in {seconds:.1f} s" if state.state == "up" else ""))
            return state, state.state == "up"
        say(line(service, state))
        return state, False

    def _launch(self, service: recipes.Service) -> State:
        service.fetch()
        if service.is_cached and not _may_pass(software.cache(), self.user):
            raise software.MissingError(
                f"{self.user.name} cannot read {software.cache()}; choose with XDG_CACHE_HOME"
            )
        folder = self.folder / service.name
        folder.mkdir(exist_ok=True)
        self.user.own(folder)
        service.prepare(folder, self.user)
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                service.command(folder),
                cwd=service.workplace(folder),
                env={**os.environ, "HOME": str(folder), **service.environment(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.user.options(),  # type: ignore[call-overload]
            )
        record = Record(process.pid, _began(process.pid), service.port, str(self.var))
        for path in (self._record(service.name), self._neighbours(service)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(asdict(record)))
        deadline = time.monotonic() + service.start_seconds
        while time.monotonic() < deadline and process.poll() is None:
            if service.answers() and process.poll() is None:
                process.returncode = 0  # it outlives this program: no complaint when the object goes
                return State("up", service.url)
            time.sleep(0.1)
        self._end(service, record)
        process.wait()
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:])
        return State("down", service.url, f"did not start; the end of {log}:\n{tail}")

    def stop(self, names: Iterable[str] | None = None, say: Say = print) -> None:
        """Stops those that were started over this folder, and nothing else."""
        stopped = self._stop_ours(names, say) if self.folder.is_dir() else 0
        if not stopped:
            say(f"Nothing of {self.var} runs here.")
        for told in self.others(names):
            say(told)

    def _stop_ours(self, names: Iterable[str] | None, say: Say) -> int:
        stopped = 0
        with software.locked(self.folder / "lock"):
            for service in (self.known[name] for name in names or self.known):
                if record := _read(self._record(service.name)):
                    self._end(service, record)
                    say(f"{service.title}: stopped")
                    stopped += 1
                self._record(service.name).unlink(missing_ok=True)
        return stopped

    def forget_scratch(self) -> None:
        """Deletes the folder that took the place of a private one, once nothing of it runs."""
        if self.folder.parent != self.var and not any(_read(self._record(name)) for name in self.known):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, service: recipes.Service, record: Record) -> None:
        """The service's own signal, time to finish, then SIGKILL for it and what it started."""
        with contextlib.suppress(ProcessLookupError):
            if record.is_running():
                os.kill(record.pid, service.stop_signal)
            deadline = time.monotonic() + STOP_SECONDS
            while record.is_running() and time.monotonic() < deadline:
                time.sleep(0.05)
            if record.is_running():
                os.killpg(record.pid, signal.SIGKILL)
        self._record(service.name).unlink(missing_ok=True)
        self._neighbours(service).unlink(missing_ok=True)


TITLES = {name: service.title for name, service in recipes.services(PORTS).items()}


def status(names: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Name → state ("up", "down", "impossible"), url, why, access; for the tests."""
    return {name: asdict(state) for name, state in Services(var_folder()).status(names).items()}


def line(service: recipes.Service, state: State, more: str = "") -> str:
    keys = " ".join(f"{name} {value}" for name, value in state.access.items()) if state.state == "up" else ""
    told = ", ".join(part for part in (state.why, keys, more) if part)
    return f"{service.title:<22} {state.state:<10} {state.url}{f'  ({told})' if told else ''}"


def run(services: Services, names: list[str] | None, command: list[str]) -> int:
    """The command's exit code. What this call started is stopped however the command ends."""
    _, started = services.start(names)
    try:
        with subprocess.Popen(command) as process:
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            while True:
                # Ctrl-C reaches the command too: wait for what it does with it.
                with contextlib.suppress(KeyboardInterrupt):
                    return process.wait()
    finally:
        if started:
            services.stop(started, say=lambda _: None)
            services.forget_scratch()
            print(f"Stopped: {', '.join(services.known[name].title for name in started)}")


def main(arguments: list[str]) -> int:
    own, _, command = (
        (arguments[: arguments.index("--")], "--", arguments[arguments.index("--") + 1 :])
        if "--" in arguments
        else (arguments, "", [])
    )
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("verb", choices=["start", "stop", "status", "run"])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(PORTS))
    parser.add_argument("--json", action="store_true", help="what stands, for programs")
    parser.add_argument("--heap", default="1g", help="of Elasticsearch")
    asked = parser.parse_args(own)
    if unknown := set(asked.names) - set(PORTS):
        parser.error(f"no such service: {', '.join(sorted(unknown))}; there are {', '.join(PORTS)}")
    services = Services(var_folder())
    elastic = services.known["elasticsearch"]
    if isinstance(elastic, recipes.Elasticsearch):
        elastic.heap = asked.heap
    names = asked.names or None
    if asked.verb == "run":
        return run(services, names, command)
    say: Say = (lambda _: None) if asked.json else print
    if asked.verb == "start":
        states, _ = services.start(names, say)
    else:
        if asked.verb == "stop":
            services.stop(names, say)
        states = services.status(names)
        if asked.verb == "status" and not asked.json:
            print("\n".join(line(services.known[name], state) for name, state in states.items()))
    if asked.json:
        json.dump({name: asdict(state) for name, state in states.items()}, sys.stdout, indent=1)
        print()
    return int(asked.verb == "start" and any(state.state == "down" for state in states.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
