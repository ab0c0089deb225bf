"""Every wrong or half-set value stops the process with a sentence that names it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cms.env import BadSetting, Env

ROOT = Path(__file__).resolve().parents[2]
LONG = "abcde" * 10


def load(tmp_path: Path, show: str = "''", **values: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a fresh process with these HOCLIEU_… variables and nothing else."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("HOCLIEU_", "DJANGO_"))}
    given = {f"HOCLIEU_{name}": value for name, value in {"VAR": str(tmp_path), **values}.items()}
    return subprocess.run(
        [sys.executable, "-c", f"import cms.settings as s; print(repr(({show})))"],
        cwd=ROOT,
        env={**bare, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"PROCESS": "web"}, "HOCLIEU_PROCESS: 'web' is not one of command, content, site, worker."),
        ({"PRODUCTION": "maybe"}, "HOCLIEU_PRODUCTION: 'maybe' is neither 1 nor 0."),
        ({"PRODUCTION": "1", "DEBUG": "1", "SECRET_KEY": LONG}, "HOCLIEU_DEBUG: must be 0"),
        ({"PRODUCTION": "1"}, "HOCLIEU_SECRET_KEY: is missing"),
        ({"SECRET_KEY": "short"}, "HOCLIEU_SECRET_KEY: is shorter than 50"),
        ({"SECRET_KEY": "x" * 60}, "HOCLIEU_SECRET_KEY: is shorter than 50 characters, or always the same"),
        ({"VAR": "/proc/nowhere"}, "HOCLIEU_VAR: '/proc/nowhere' cannot be made"),
        ({"SITE_URL": "hoclieu.example.vn"}, "HOCLIEU_SITE_URL: 'hoclieu.example.vn' is not an address"),
        ({"SITE_URL": "http://localhost:99999"}, "HOCLIEU_SITE_URL"),
        ({"CONTENT_URL": "ftp://files.example.vn"}, "HOCLIEU_CONTENT_URL: 'ftp://files.example.vn'"),
        ({"CONTENT_URL": "http://c.example.vn/path"}, "HOCLIEU_CONTENT_URL"),
        ({"CONTENT_URL": "http://localhost:8001"}, "HOCLIEU_CONTENT_URL: has the same host"),
        ({"SITE_URL": "http://LOCALHOST:1", "CONTENT_URL": "http://localhost:2"}, "the same host"),
        ({"SITE_URL": "https://hoclieu.example.vn"}, "HOCLIEU_CONTENT_URL: and HOCLIEU_SITE_URL go together"),
        ({"LISTEN_SITE": "8000"}, "HOCLIEU_LISTEN_SITE: '8000' is not a host and a port"),
        ({"LISTEN_SITE": "a:1", "LISTEN_CONTENT": "a:1"}, "HOCLIEU_LISTEN_CONTENT: is the same"),
        ({"DATABASE_URL": "mysql://u:p@h/d"}, "HOCLIEU_DATABASE_URL: is not of the form postgresql://"),
        ({"DATABASE_URL": "postgresql://host"}, "HOCLIEU_DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:p@h:x/d"}, "HOCLIEU_DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "HOCLIEU_REDIS_URL: 'localhost:6379' is not of the form"),
        ({"UPLOAD_MAX_MB": "lots"}, "HOCLIEU_UPLOAD_MAX_MB: 'lots' is not a whole number."),
        ({"UPLOAD_CHUNK_MB": "65"}, "HOCLIEU_UPLOAD_CHUNK_MB: 65 is not between 1 and 64."),
        ({"EMAIL_PORT": "0"}, "HOCLIEU_EMAIL_PORT: 0 is not between"),
        ({"EMAIL_HOST": "m", "EMAIL_USER": "u"}, "HOCLIEU_EMAIL_PASSWORD: is missing"),
        ({"EMAIL_HOST": "m", "EMAIL_PASSWORD": "p"}, "HOCLIEU_EMAIL_USER: is missing"),
        ({"EMAIL_USER": "u", "EMAIL_PASSWORD": "p"}, "HOCLIEU_EMAIL_HOST: is missing"),
        ({"S3_ENDPOINT": "http://s3:1", "S3_BUCKET": "b-1"}, "HOCLIEU_S3_ACCESS_KEY: is missing"),
        ({"S3_SECRET_KEY": "s"}, "HOCLIEU_S3_ENDPOINT: is missing where HOCLIEU_S3_SECRET_KEY is set."),
        ({"LOG_LEVEL": "loud"}, "HOCLIEU_LOG_LEVEL: 'loud' is not one of"),
    ],
)
def test_wrong_values_stop_the_process(tmp_path, values, sentence):
    done = load(tmp_path, **values)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("values", "show", "expected"),
    [
        ({}, "s.SITE_URL, s.CONTENT_URL", "('http://localhost:8000', 'http://127.0.0.1:8001')"),
        ({"VAR": ""}, "s.VAR.name", "'var'"),
        ({}, "s.ADDRESSES_CHOSEN, s.LISTEN_SITE", "(False, ('127.0.0.1', 8000))"),
        (
            {"SITE_URL": "https://hoclieu.example.vn", "CONTENT_URL": "https://lessons.example.org"},
            "s.LISTEN_SITE, s.LISTEN_CONTENT, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE",
            "(('127.0.0.1', 8000), ('127.0.0.1', 8001), '__Host-session', True)",
        ),
        ({"SITE_URL": "http://localhost:9000"}, "s.ADDRESSES_CHOSEN, s.LISTEN_SITE[1]", "(True, 9000)"),
        (
            {"PROCESS": "content"},
            "s.MIDDLEWARE, s.ALLOWED_HOSTS, s.ROOT_URLCONF",
            "([], ['127.0.0.1'], 'cms.urls_content')",
        ),
        ({"SIET_URL": "http://localhost"}, "s.UNKNOWN_VARIABLES", "['HOCLIEU_SIET_URL']"),
        (
            {"DATABASE_URL": "postgresql://u:p%40ss@db:5433/name"},
            "[s.DATABASES['default'][k] for k in ('NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')]",
            "['name', 'u', 'p@ss', 'db', '5433']",
        ),
    ],
)
def test_good_values(tmp_path, values, show, expected):
    done = load(tmp_path, show, **values)
    assert done.stdout.strip() == expected, done.stderr


def test_the_key_of_one_machine_is_made_once_and_kept_secret(tmp_path):
    first = load(tmp_path, "s.SECRET_KEY").stdout
    assert len(first.strip("\n'")) >= 50
    assert load(tmp_path, "s.SECRET_KEY").stdout == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_values_are_trimmed_and_known():
    env = Env({"HOCLIEU_A": " x ", "HOCLIEU_B": "1", "OTHER": "2"})
    assert env.text("A") == "x"
    assert env.unknown() == ["HOCLIEU_B"]
    with pytest.raises(BadSetting):
        env.flag("A", default=True)
