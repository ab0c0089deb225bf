"""What backup.sh copies, restore.sh puts back: the default install, and PostgreSQL with object storage."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.engines import shared_places, start_live_on
from tests.live import Live, environment, run_manage, template_var
from tests.services import absent, fresh_bucket, fresh_database

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

FACTS = """
import hashlib, json
from accounts.models import User
from django.contrib.sessions.models import Session
from repository import storage
from repository.models import Blob, LearningResource
blobs = {}
for blob in Blob.objects.filter(sha256__isnull=False):
    with storage.blobs().open(blob.uid) as stream:
        blobs[str(blob.uid)] = hashlib.sha256(stream.read()).hexdigest() == blob.sha256
print(json.dumps([User.objects.count(), LearningResource.objects.count(), Session.objects.count(),
                  len(blobs), sorted(set(blobs.values()))]))
"""
SIGN_IN = """
from importlib import import_module
from django.conf import settings
session = import_module(settings.SESSION_ENGINE).SessionStore()
session["kept"] = "yes"
session.save()
"""


def shell(env: dict[str, str], code: str) -> str:
    done = run_manage(env, "shell", "--no-imports", "--verbosity", "0", "--command", code)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def script(name: str, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "deploy" / name, *arguments],
        env={**env, "HOCLIEU_PROCESS": "command"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def found(env: dict[str, str]) -> int:
    """How many results the demo's first teacher gets."""
    told = run_manage(env, "search_query", "bài", "--as", "gv", "--json").stdout
    return int(json.loads(told.splitlines()[0])["total"])


def needs(*programs: str) -> None:
    for name in programs:
        if not shutil.which(name):
            absent(f"{name} is not installed")


def test_the_default_install_comes_back(tmp_path):
    needs("sqlite3")
    before, after, kept = tmp_path / "before", tmp_path / "after", tmp_path / "kept"
    shutil.copytree(template_var(demo=True), before)
    env = environment(before)
    facts = shell(env, SIGN_IN + FACTS)
    saved = script("backup.sh", env, str(kept))
    assert saved.returncode == 0, saved.stderr
    assert kept.stat().st_mode & 0o077 == 0, "it holds keys and people"
    again = script("backup.sh", env, str(kept))
    assert again.returncode == 0, again.stderr

    other = environment(after)
    restored = script("restore.sh", other, str(kept))
    assert restored.returncode == 0, restored.stderr
    assert shell(other, FACTS) == facts
    assert json.loads(facts)[-1] == [True], "every object has its bytes"
    assert found(other) > 0
    refused = script("restore.sh", other, str(kept))
    assert refused.returncode == 2
    assert "move it away first" in refused.stderr


def test_postgres_and_object_storage_come_back(tmp_path):
    needs("pg_dump", "pg_restore", "psql")
    kept = tmp_path / "kept"
    with shared_places("postgres", "s3") as places:
        with start_live_on(tmp_path / "before", places, demo=True, names=()) as live:
            facts = shell(live.env, SIGN_IN + FACTS)
            saved = script("backup.sh", live.env, str(kept))
            assert saved.returncode == 0, saved.stderr
            more = script("backup.sh", live.env, str(kept))
            assert "Objects copied: 0" in more.stdout, "what is there is not copied again"
            refused = script("restore.sh", live.env, str(kept))
            assert refused.returncode == 2
            assert "not empty" in refused.stderr
        with fresh_database() as database, fresh_bucket() as bucket:
            env = other_place(live, tmp_path / "nowhere", database, "hoclieu-was-never-made")
            refused = script("restore.sh", env, str(kept))
            assert refused.returncode == 2
            assert "There is no bucket hoclieu-was-never-made" in refused.stderr
            assert "Traceback" not in refused.stderr
            assert not (tmp_path / "nowhere").exists(), "nothing was begun; the database is empty still"
            env = other_place(live, tmp_path / "after", database, bucket.bucket)
            restored = script("restore.sh", env, str(kept))
            assert restored.returncode == 0, restored.stderr
            assert shell(env, FACTS) == facts
            assert json.loads(facts)[-1] == [True]


def other_place(live: Live, var: Path, database: str, bucket: str) -> dict[str, str]:
    return {
        **live.env,
        "HOCLIEU_VAR": str(var),
        "HOCLIEU_DATABASE_URL": database,
        "HOCLIEU_S3_BUCKET": bucket,
    }


def test_a_bucket_that_cannot_be_used_is_one_sentence(s3):
    import sys

    given = {f"HOCLIEU_{name}": value for name, value in s3.settings().items()}

    def look(**wrong: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, ROOT / "deploy" / "objects.py", "check"],
            env={**given, **wrong},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    assert look() == (0, "")
    code, told = look(HOCLIEU_S3_SECRET_KEY="not-the-secret")
    assert (code, told.count("\n"), "HOCLIEU_S3_SECRET_KEY" in told) == (1, 1, True)
    code, told = look(HOCLIEU_S3_ACCESS_KEY="nobody-s-key")
    assert (code, "HOCLIEU_S3_ACCESS_KEY" in told) == (1, True)
    code, told = look(HOCLIEU_S3_BUCKET="hoclieu-was-never-made")
    assert (code, "There is no bucket" in told) == (1, True)
    code, told = look(HOCLIEU_S3_ENDPOINT="http://127.0.0.1:9")
    assert (code, told.count("\n"), "HOCLIEU_S3_ENDPOINT" in told) == (1, 1, True)


def test_a_missing_setting_is_named(tmp_path):
    import sys

    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "objects.py", "save", tmp_path],
        env={"HOCLIEU_S3_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "HOCLIEU_S3_BUCKET is missing" in done.stderr
