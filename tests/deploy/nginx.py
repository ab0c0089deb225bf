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
SITE, CONTENT = "localhost", "127.0.0.1"
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


def certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2"),
            *("-subj", "/CN=localhost"),
        ],
        check=True,
        capture_output=True,
    )


def rendered(name: str, replaced: dict[str, str]) -> str:
    """A file of the configuration with this machine's values."""
    text = (CONF / name).read_text(encoding="utf-8")
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


def write(folder: Path, static: Path, sites: list[int], contents: list[int]) -> Nginx:
    """Our files as they are, with the names, ports and folders of an installation put in."""
    made = Nginx(*free_ports(2), folder)
    own = folder / "hoclieu"
    replaced = {
        "/etc/nginx/hoclieu/": f"{own}/",
        "/var/cache/nginx/hoclieu": str(folder / "cache"),
        "/srv/hoclieu/var": str(static.parent),
        "hoclieu-noidung.example.vn": CONTENT,
        "hoclieu.example.vn": SITE,
        "listen 80": f"listen 127.0.0.1:{made.plain}",
        "listen 443": f"listen 127.0.0.1:{made.port}",
    }
    for kind in ("site", "content"):
        replaced[f"/etc/ssl/hoclieu/{kind}.pem"] = str(folder / "cert.pem")
        replaced[f"/etc/ssl/hoclieu/{kind}.key"] = str(folder / "key.pem")
    shutil.copytree(CONF / "hoclieu", own)
    for path in own.glob("*.conf"):
        path.write_text(rendered(f"hoclieu/{path.name}", replaced), encoding="utf-8")
    ports = {8000: sites[0], 8010: sites[-1], 8001: contents[0], 8011: contents[-1]}
    upstreams = (own / "upstreams.conf").read_text()
    pattern = re.compile(r"127\.0\.0\.1:(\d+)")
    upstreams = pattern.sub(lambda found: f"127.0.0.1:{ports[int(found[1])]}", upstreams)
    (own / "upstreams.conf").write_text(upstreams, encoding="utf-8")
    (folder / "hoclieu.conf").write_text(rendered("hoclieu.conf", replaced), encoding="utf-8")
    certificate(folder)
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
        f"    include {folder}/hoclieu.conf;\n}}\n"
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
