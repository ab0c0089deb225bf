"""`manage.py package_check`: lines of JSON, exit codes, Vietnamese."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from .builders import package

KEYS = {
    "schema", "file", "sha256", "kind", "edition", "tool", "title", "verdict", "codes", "items", "launch",
    "files", "unpacked_bytes", "repaired", "seconds", "peak_mb",
}  # fmt: skip


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bài.zip"
    path.write_bytes(package())
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "hỏng.zip"
    path.write_bytes(package()[:-30])
    return path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = 0
    try:
        call_command("package_check", *args)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_good(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(good), "--json")
    result = json.loads(out)
    assert code == 0
    assert set(result) == KEYS
    assert (result["schema"], result["kind"], result["verdict"]) == (1, "scorm12", "accepted")
    assert result["sha256"] == hashlib.sha256(good.read_bytes()).hexdigest()
    assert result["items"] == [{"id": "i1", "title": "Bài 1", "launch": "index.html", "scorm_type": "sco"}]


def test_bad_says_so_in_vietnamese(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(good), str(bad), "--json")
    assert code == 1
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["verdict"] for line in lines] == ["accepted", "refused"]
    (found,) = lines[1]["codes"]
    assert (found["code"], found["class"], found["severity"]) == ("archive_broken", "broken_archive", "block")
    assert "Tệp nén bị hỏng" in found["message"]


def test_a_file_that_cannot_be_read(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(tmp_path / "none.zip"), str(good), "--json")
    assert code == 2
    assert "none.zip" in err
    assert json.loads(out)["verdict"] == "accepted"


def test_words_for_people(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(bad))
    assert code == 1
    assert "chưa dùng được" in out
    assert "[archive_broken]" in out


def test_settings_set_the_limits(good: Path, settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.PACKAGE_MAX_ENTRIES = 1
    code, out, _ = run(capsys, str(good), "--json")
    assert code == 1
    assert json.loads(out)["codes"][0]["code"] == "too_many_entries"
