"""The files of an installation: they name only settings, images, folders and options that there are."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services import absent
from tests.test_docs import page

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = (DEPLOY / ".env.example").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", re.M)
#: Of compose.yaml alone, and no settings of the project.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "CERTIFICATES"}


def settings() -> set[str]:
    return set(re.findall(r"^\| `(HOCLIEU_\w+)` \|", page("settings.md"), re.M))


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def services() -> list[Any]:
    return [pytest.param(service, id=name) for name, service in compose()["services"].items()]


def test_every_variable_stands_once_in_the_example():
    names = [name for name, _value in VARIABLE.findall(EXAMPLE)]
    assert sorted(names) == sorted(settings() | COMPOSE_ONLY)


def test_every_variable_has_a_comment_above_it():
    """The first of a group has it; those that follow at once share it."""
    for block in EXAMPLE.split("\n\n"):
        lines = block.strip().splitlines()
        if any(VARIABLE.match(line) for line in lines):
            assert re.match(r"# \w", lines[0]), f"no comment: {lines[0]}"


def test_the_example_holds_no_secret():
    secret = {name: value for name, value in VARIABLE.findall(EXAMPLE) if "KEY" in name or "PASSWORD" in name}
    assert secret
    assert not any(secret.values())


@pytest.mark.parametrize("service", services())
def test_a_service_is_pinned_watched_and_limited(service):
    if "build" in service:
        context = (DEPLOY / service["build"]["context"]).resolve()
        assert (context / service["build"]["dockerfile"]).is_file()
        assert service["image"].endswith(":local")
    else:
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", service["image"]), "an exact version"
    if service.get("restart") == "no":
        return
    assert service["healthcheck"]["test"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["restart"] == "unless-stopped"


def test_what_the_compose_file_refers_to_is_there():
    whole = compose()
    for name, service in whole["services"].items():
        assert set(service.get("depends_on", {})) <= set(whole["services"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists(), volume
            elif not source.startswith("$"):
                assert source in whole["volumes"], volume
        if "env_file" in service:
            assert service["env_file"] == ".env"
    used = {volume.split(":")[0] for s in whole["services"].values() for volume in s.get("volumes", [])}
    assert set(whole["volumes"]) <= used


def test_the_compose_file_asks_only_for_variables_of_the_example():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    known = {name for name, _value in VARIABLE.findall(EXAMPLE)}
    assert set(re.findall(r"\$\{(\w+)", text)) <= known
    for service in compose()["services"].values():
        named = {name for name in service.get("environment", {}) if name.startswith("HOCLIEU_")}
        assert named <= settings()


def upstreams(name: str) -> dict[str, list[str]]:
    """Name → hosts and ports of a file of nginx's upstreams."""
    text = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^upstream (\w+) \{(.+?)^\}", text, re.M | re.S)
    return {upstream: re.findall(r"^    server (\S+?:\d+)", block, re.M) for upstream, block in blocks}


@pytest.mark.parametrize(
    "name", ["hoclieu/upstreams.conf", "upstreams-compose.conf", "upstreams-several.conf"]
)
def test_every_form_of_installation_has_all_that_nginx_asks(name):
    asked = {
        found
        for conf in ("hoclieu.conf", "storage.conf")
        for found in re.findall(r"proxy_pass http://(\w+);", (DEPLOY / "nginx" / conf).read_text())
    }
    assert set(upstreams(name)) == asked == {"hoclieu_site", "hoclieu_content", "hoclieu_storage"}
    assert all(upstreams(name).values())


def test_nginx_of_the_compose_file_asks_its_services_under_the_names_of_the_settings():
    services = compose()["services"]
    for hosts in upstreams("upstreams-compose.conf").values():
        for host, port in (each.split(":") for each in hosts):
            assert host in services
            told = [str(value) for value in services[host].get("environment", {}).values()]
            exposed = (DEPLOY / "storage.Dockerfile").read_text() if host == "storage" else ""
            assert f"EXPOSE {port}\n" in exposed or f"0.0.0.0:{port}" in told
    nginx = services["nginx"]
    installed = (DEPLOY / "nginx" / "install.sh").read_text()
    assert "sh /srv/nginx/install.sh" in nginx["command"][-1]
    assert "./nginx:/srv/nginx:ro" in nginx["volumes"]
    for name in nginx["environment"]:
        assert name.removeprefix("HOCLIEU_") in installed


@pytest.mark.parametrize("name", ["Dockerfile", "storage.Dockerfile"])
def test_images_are_built_on_exact_versions(name):
    bases = re.findall(r"^FROM (\S+)", (DEPLOY / name).read_text(), re.M)
    assert bases
    for base in bases:
        assert re.search(r":[a-z]*-?\d+([.-]\d+)+", base) or ":bookworm-2" in base, base


def test_the_storage_is_the_one_that_is_tested():
    from deploy.dev import software

    assert f"versitygw@v{software.VERSITYGW}" in (DEPLOY / "storage.Dockerfile").read_text()
    image = compose()["services"]["elasticsearch"]["image"]
    assert image == f"elasticsearch:{software.ELASTICSEARCH}"


def filled(folder: Path) -> dict[str, str]:
    """The environment of a container: the example filled in, and what compose.yaml sets."""
    chosen: dict[str, str] = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", EXAMPLE, re.M))
    chosen |= {
        "HOCLIEU_SECRET_KEY": "0123456789abcdef" * 4,
        "HOCLIEU_S3_ACCESS_KEY": "somebody",
        "HOCLIEU_S3_SECRET_KEY": "secret",
        "POSTGRES_PASSWORD": "word",
    }
    for name, value in compose()["services"]["site"]["environment"].items():
        chosen[name] = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: chosen[found[1]], value)
    return {**chosen, "PATH": os.environ["PATH"], "HOCLIEU_VAR": str(folder)}


def test_the_settings_take_what_compose_gives_them(tmp_path):
    """Nothing half set, nothing misspelt: and a word left out is said by name."""
    facts = "s.DATABASES['default']['HOST'], s.S3_BUCKET, s.UNKNOWN_VARIABLES"
    look = f"from cms import settings as s; print({facts})"
    environment = filled(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "postgres hoclieu []\n", done.stderr
    environment["HOCLIEU_S3_SECRET_KEY"] = ""
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "HOCLIEU_S3_SECRET_KEY" in done.stderr


def commands() -> list[str]:
    """What units and containers run of manage.py."""
    units = [
        found
        for unit in UNITS
        for found in re.findall(r"manage\.py (.+)$", unit.read_text(encoding="utf-8"), re.M)
    ]
    containers = [
        " ".join(service["command"])
        for service in compose()["services"].values()
        if service["image"] == "hoclieu:local"
    ]
    checks = [
        " ".join(service["healthcheck"]["test"][3:])
        for service in compose()["services"].values()
        if "manage.py" in service.get("healthcheck", {}).get("test", [])
    ]
    return sorted({*units, *containers, *checks})


def test_there_are_commands():
    assert {"serve --only worker", "health content", "migrate --noinput"} <= set(commands())


@pytest.mark.parametrize("line", commands())
def test_what_units_and_containers_run_are_commands_with_these_options(line):
    from django.core.management import get_commands, load_command_class

    name, *arguments = line.split()
    application = get_commands()[name]
    parser = load_command_class(str(application), name).create_parser("manage.py", name)
    parser.parse_args(arguments)


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_limited_and_hardened(unit):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(unit)
    if unit.suffix != ".service":
        return
    service = parser["Service"]
    assert service["User"] == "hoclieu"
    assert service["EnvironmentFile"] == "/etc/hoclieu/hoclieu.env"
    assert service["NoNewPrivileges"] == "yes"
    assert "MemoryMax" in service


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    if not (program := shutil.which("systemd-analyze")):
        absent("systemd-analyze is not installed: apt-get install systemd")
    for unit in UNITS:
        text = unit.read_text().replace("/srv/hoclieu/.venv/bin/python", sys.executable)
        text = text.replace("/srv/hoclieu/deploy", str(DEPLOY))
        (tmp_path / unit.name).write_text(text)
    names = [unit.name.replace("@.", "@8000.") for unit in UNITS]
    done = subprocess.run(
        [program, "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "hoclieu" in line]
    assert not about_ours
