"""Debian's nginx with the project's own configuration, on free ports, in front of a running site."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_ports
from tests.services import absent

CONF = Path(__file__).resolve().parents[2] / "deploy" / "nginx"
SITE, CONTENT, STORAGE = "localhost", "127.0.0.1", "kho.localhost"
START_SECONDS = 15


@dataclass
class Answer:
    """What came back, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Nginx:
    """A running nginx: plain and https ports, its folder."""

    plain: int
    port: int
    folder: Path

    def ask(
        self,
        path: str,
        *,
        host: str = CONTENT,
        method: str = "GET",
        body: bytes = b"",
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """One request by https; ``source`` is the loopback address that it comes from."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with closing(
            http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=60, context=trusting, source_address=(source, 0)
            )
        ) as connection:
            connection.request(method, path, body, {"Host": f"{host}:{self.port}", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())


def certificates(folder: Path) -> None:
    """One for all three hosts, under the names that the configuration asks for."""
    folder.mkdir()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem"), "-days", "2"),
            *("-subj", "/CN=localhost"),
        ],
        check=True,
        capture_output=True,
    )
    for name in ("content", "storage"):
        for end in ("pem", "key"):
            shutil.copy(folder / f"site.{end}", folder / f"{name}.{end}")


def install(folder: Path, names: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """What deploy/nginx/install.sh does below ``folder``, with certificates in its tls/."""
    return subprocess.run(
        [CONF / "install.sh", *arguments],
        env={"PATH": os.environ["PATH"], "NGINX": str(folder), "TLS": str(folder / "tls"), **names},
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder: Path, static: Path, sites: list[int], contents: list[int], storage: int = 1) -> Nginx:
    """Our files as install.sh writes them, with ports and folders of their own."""
    made = Nginx(*free_ports(2), folder)
    certificates(folder / "tls")
    done = install(
        folder,
        {
            "HOCLIEU_SITE_URL": f"https://{SITE}:{made.port}",
            "HOCLIEU_CONTENT_URL": f"https://{CONTENT}:{made.port}",
            "HOCLIEU_S3_PUBLIC_ENDPOINT": f"https://{STORAGE}:{made.port}",
        },
    )
    assert done.returncode == 0, done.stderr
    replaced = {
        "/var/cache/nginx/hoclieu": str(folder / "cache"),
        "/srv/hoclieu/var": str(static.parent),
        "listen 80": f"listen 127.0.0.1:{made.plain}",
        "listen 443": f"listen 127.0.0.1:{made.port}",
    }
    for path in (folder / "conf.d").iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new in replaced.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    ports = {8000: sites[0], 8010: sites[-1], 8001: contents[0], 8011: contents[-1], 7070: storage}
    upstreams = folder / "hoclieu" / "upstreams.conf"
    text = re.sub(
        r"127\.0\.0\.1:(\d+)", lambda found: f"127.0.0.1:{ports[int(found[1])]}", upstreams.read_text()
    )
    upstreams.write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(main(folder), encoding="utf-8")
    return made


def main(folder: Path) -> str:
    """What Debian's own nginx.conf says, with every path below ``folder``."""
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"    {name}_temp_path {folder}/temp-{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user}\ndaemon off;\nworker_processes 2;\npid {folder}/pid;\nerror_log {folder}/error.log warn;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n{temporary}"
        f"    access_log {folder}/access.log;\n"
        "    include /etc/nginx/mime.types;\n    sendfile on;\n"
        f"    include {folder}/conf.d/*.conf;\n}}\n"
    )


@contextmanager
def running(made: Nginx) -> Iterator[Nginx]:
    """The program, until the end."""
    program = shutil.which("nginx", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
    if program is None:
        absent("nginx is not installed: apt-get install nginx-light")
    command = [program, "-e", str(made.folder / "error.log"), "-c", str(made.folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", made.port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (made.folder / "error.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        try:
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
