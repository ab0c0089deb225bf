"""The command package_import: its answers and exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from cms.demo import packages
from repository.models import Blob, LearningResource, Publication


def run(*arguments: str) -> tuple[int, dict, str]:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("package_import", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    text = out.getvalue()
    return code, json.loads(text) if text.startswith("{") else {}, err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "phan-so.zip"
    path.write_bytes(packages.build("fractions_scorm12"))
    return path


def test_imports_and_publishes(world, file):
    code, answer, _err = run(
        *(str(file), "--by", "hong", "--unit", "th1", "--subject", "toan", "--grade", "5"),
        *("--publish", "--json"),
    )
    assert code == 0
    resource = LearningResource.objects.get()
    assert (answer["schema"], answer["ingest"]) == (1, "ready")
    assert answer["resource"] == str(resource.uid)
    assert answer["url"] == settings.SITE_URL + reverse("repository:resource", args=[resource.uid])
    assert answer["playable_ms"] > 0
    assert resource.title == resource.versions.get().title != file.stem
    published = Publication.objects.get()
    assert published.unit == world.school
    assert published.metadata.data["title"] == resource.title


def test_a_given_title_is_kept_and_nothing_is_published_unasked(world, file):
    code, answer, _err = run(str(file), "--by", "hanh", "--unit", "th1", "--title", "Tên của cô", "--json")
    assert (code, LearningResource.objects.get().title) == (0, "Tên của cô")
    assert answer["url"] == settings.SITE_URL + reverse("repository:lesson", args=[answer["resource"]])
    assert not Publication.objects.exists()


def test_what_is_refused_is_told_with_its_codes(world, tmp_path):
    path = tmp_path / "flash.zip"
    path.write_bytes(packages.build("broken_flash_only"))
    code, answer, _err = run(str(path), "--by", "hanh", "--unit", "th1", "--json")
    assert code == 1
    assert (answer["ingest"], answer["playable_ms"]) == ("rejected", None)
    assert answer["codes"][0]["code"] == "flash_only"
    assert not Blob.objects.exists()


@pytest.mark.parametrize(
    ("by", "unit", "says"),
    [("nobody", "th1", "User"), ("hanh", "nowhere", "OrgUnit"), ("hanh", "th2", "not_allowed")],
)
def test_what_cannot_be_tried_ends_with_two(world, file, by, unit, says):
    code, _answer, err = run(str(file), "--by", by, "--unit", unit, "--json")
    assert code == 2
    assert says in err
    assert not LearningResource.objects.exists()


def test_a_file_that_is_not_there(world):
    assert run("/nowhere.zip", "--by", "hanh", "--unit", "th1")[0] == 2
