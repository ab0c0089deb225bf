"""What is particular to each service: its software, its first preparation, its command, its answer.

Standard library only. services.py does what is the same for all: ports, processes, waiting.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from deploy.dev import software

S3_ACCESS_KEY = "hoclieu"
S3_SECRET_KEY = "hoclieu-secret"  # noqa: S105 -- of a server on the loopback interface, for tests
S3_REGION = "us-east-1"
S3_BUCKET = "hoclieu"
S3_ACCESS = {
    "access_key": S3_ACCESS_KEY,
    "secret_key": S3_SECRET_KEY,
    "bucket": S3_BUCKET,
    "region": S3_REGION,
}
HOST = "127.0.0.1"
ANSWER_SECONDS = 2


@dataclass(frozen=True)
class User:
    """Whom the services run as: nobody where root starts them, for two of them refuse to be root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def chosen(cls) -> User:
        entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def options(self) -> dict[str, object]:
        """For subprocess; only root may become somebody else."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Hands over a folder with all that lies in it, once."""
        if os.geteuid() == 0 and folder.stat().st_uid != self.uid:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, self.uid, self.gid)


@dataclass
class Service(ABC):
    """One service: the pieces that differ."""

    name: str
    title: str
    port: int
    url: str
    stop_signal: signal.Signals = signal.SIGTERM
    start_seconds: int = 30
    is_cached: bool = False  # its software lies in the user's cache
    access: dict[str, str] = field(default_factory=dict)  # what a client needs beside the address

    def missing(self) -> str:
        """Why the service cannot be started on this machine, "" where it can."""
        return ""

    def fetch(self) -> None:  # noqa: B027 – most have nothing to fetch
        """Brings the software; raises software.MissingError."""

    def prepare(self, folder: Path, user: User) -> None:  # noqa: B027 – nor to prepare
        """Makes what the service needs below ``folder`` (which is the user's own), safe to repeat."""

    @abstractmethod
    def command(self, folder: Path) -> list[str]:
        """The words that start the service in the foreground."""

    def environment(self, folder: Path) -> dict[str, str]:
        return {}

    def workplace(self, folder: Path) -> Path:
        """The folder that the process starts in."""
        return folder

    @abstractmethod
    def answers(self) -> bool:
        """Whether the service at our port works now, in its own language."""


def _needs(packages: str, there: bool) -> str:
    return "" if there or software.may_install() else f"run as root: apt-get install {packages}"


def _web(url: str, *, any_answer: bool = False) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:  # noqa: S310 -- our own address
            return response.status == 200
    except urllib.error.HTTPError as error:
        error.close()
        return any_answer
    except (OSError, urllib.error.URLError):
        return False


@dataclass
class Postgres(Service):
    """A cluster of its own from Debian's programs; whoever reaches the loopback port may in."""

    start_seconds: int = 300  # after a crash it first writes every file of its databases through to the disk

    def missing(self) -> str:
        return _needs("postgresql", software.postgres() is not None)

    def _programs(self) -> Path:
        found = software.postgres()
        if found is None:
            raise software.MissingError("PostgreSQL 15 or newer is not among /usr/lib/postgresql/*/bin")
        return found

    def fetch(self) -> None:
        if software.postgres() is None:
            software.debian("postgresql")

    def prepare(self, folder: Path, user: User) -> None:
        if (folder / "data").is_dir():
            return
        fresh = folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = subprocess.run(
            [
                *(str(self._programs() / "initdb"), "-D", str(fresh), "-U", "hoclieu", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **user.options(),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise software.MissingError(f"initdb failed: {done.stderr.strip()[-500:]}")
        fresh.rename(folder / "data")

    def command(self, folder: Path) -> list[str]:
        options = {
            "port": str(self.port),
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "max_connections": "200",
        }
        program = [str(self._programs() / "postgres"), "-D", str(folder / "data")]
        return program + [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def answers(self) -> bool:
        with contextlib.suppress(software.MissingError):
            ready = [str(self._programs() / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
            return subprocess.run(ready, check=False).returncode == 0
        return False


class Redis(Service):
    """Nothing is kept on disk: what lies in it may go at any time."""

    def missing(self) -> str:
        return _needs("redis-server", bool(software.find("redis-server", "/usr/sbin")))

    def fetch(self) -> None:
        if not software.find("redis-server", "/usr/sbin"):
            software.debian("redis-server")

    def command(self, folder: Path) -> list[str]:
        return [
            *(software.find("redis-server", "/usr/sbin"), "--port", str(self.port), "--bind", HOST),
            *("--dir", str(folder), "--save", "", "--databases", "256"),
        ]

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), ANSWER_SECONDS) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@dataclass
class Elasticsearch(Service):
    """One node without security, on the loopback interface alone."""

    heap: str = "1g"
    start_seconds: int = 300
    is_cached: bool = True

    def missing(self) -> str:
        there = bool(software.java()) and (software.elasticsearch().is_dir() or bool(software.find("mvn")))
        return _needs("openjdk-17-jre-headless maven", there)

    def fetch(self) -> None:
        software.fetch_elasticsearch()

    def prepare(self, folder: Path, user: User) -> None:
        conf = folder / "conf"
        for each in (conf, folder / "data", folder / "tmp"):
            each.mkdir(exist_ok=True)
        home = software.elasticsearch() / "config"
        for name in ("log4j2.properties", "roles.yml", "role_mapping.yml", "users", "users_roles"):
            shutil.copy(home / name, conf / name)
        (conf / "elasticsearch.yml").write_text(self._settings(folder), encoding="utf-8")
        lines = (home / "jvm.options").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("-Xlog") and "HeapDump" not in line]
        options = [f"-Xms{self.heap}", f"-Xmx{self.heap}", *kept]
        (conf / "jvm.options").write_text("\n".join(options) + "\n", encoding="utf-8")
        user.own(conf)
        user.own(folder / "data")
        user.own(folder / "tmp")

    def _settings(self, folder: Path) -> str:
        settings = {
            "cluster.name": "hoclieu-dev",
            "node.name": "dev",
            "discovery.type": "single-node",
            "network.host": HOST,
            "http.port": self.port,
            "transport.port": f"{self.port + 1}-{self.port + 79}",
            "path.data": folder / "data",
            "path.logs": folder,
            "xpack.security.enabled": "false",
            # A laptop's disk is often fuller than the 90 % at which a node stops taking documents.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items())

    def command(self, folder: Path) -> list[str]:
        home = software.elasticsearch()
        return [
            *(software.java(), "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
            *("-Dcli.name=server", "-Dcli.script=bin/elasticsearch", "-Dcli.libs=lib/tools/server-cli"),
            *(f"-Des.path.home={home}", f"-Des.path.conf={folder / 'conf'}", "-Des.distribution.type=zip"),
            *("-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*", "org.elasticsearch.launcher.CliToolLauncher"),
        ]

    def environment(self, folder: Path) -> dict[str, str]:
        return {"ES_TMPDIR": str(folder / "tmp")}

    def workplace(self, folder: Path) -> Path:
        return software.elasticsearch()  # it looks for its modules there, whatever es.path.home says

    def answers(self) -> bool:
        return _web(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s")


class S3(Service):
    """versitygw over a folder."""

    def missing(self) -> str:
        return "" if software.versitygw().exists() or software.go() else software.needs_go()

    def fetch(self) -> None:
        software.fetch_versitygw()

    def prepare(self, folder: Path, user: User) -> None:
        (folder / "data" / S3_BUCKET).mkdir(parents=True, exist_ok=True)
        user.own(folder / "data")

    def command(self, folder: Path) -> list[str]:
        # Without it, every request would open a connection of its own.
        listen = ["--port", f"{HOST}:{self.port}", "--region", S3_REGION, "--keep-alive"]
        return [str(software.versitygw()), *listen, "posix", str(folder / "data")]

    def environment(self, folder: Path) -> dict[str, str]:
        return {"ROOT_ACCESS_KEY": S3_ACCESS_KEY, "ROOT_SECRET_KEY": S3_SECRET_KEY}

    def answers(self) -> bool:
        return _web(self.url, any_answer=True)


def services(ports: dict[str, int]) -> dict[str, Service]:
    """All services by name; tests give other ports than the project's own."""
    postgres, redis, elastic, s3 = (ports[name] for name in ("postgres", "redis", "elasticsearch", "s3"))
    made: list[Service] = [
        Postgres(
            "postgres",
            "PostgreSQL",
            postgres,
            f"postgresql://hoclieu@{HOST}:{postgres}/postgres",
            stop_signal=signal.SIGINT,  # its fast shutdown: connections are cut, nothing is lost
        ),
        Redis("redis", "Redis", redis, f"redis://{HOST}:{redis}/0"),
        Elasticsearch("elasticsearch", "Elasticsearch", elastic, f"http://{HOST}:{elastic}"),
        S3("s3", "S3-compatible storage", s3, f"http://{HOST}:{s3}", is_cached=True, access=S3_ACCESS),
    ]
    return {each.name: each for each in made}
