"""The verdicts that the shared test material asks for, file by file and archive by archive."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from repository.packages import detect
from repository.packages.check import check_upload
from repository.packages.manifest import parse_manifest

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT.parent / "shared" / "cases"
PACKAGES = CASES / "packages"
#: What holds today; a kind that is not taken yet is judged by its earlier row.
SINCE = ("main job", "packages and runtime")

#: Where the list allows a second reason class, in words: ours is the one named here.
ALSO_RIGHT = {
    "libzip_bigzero-zip.zip": "too_large",
    "yauzl_invalid_characters_in_fileName_a_txt.zip": "broken_archive",
    "yauzl_sloppy-filenames.zip": "broken_archive",
}


def cases() -> list[dict[str, str]]:
    """Rows of the list, one a file."""
    if not (CASES / "expected.tsv").is_file():
        return []
    with (CASES / "expected.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    applying: dict[str, dict[str, str]] = {}
    for row in rows:
        later = row["file"] in applying and row["kind"] in detect.UNSUPPORTED_NAMES
        if row["since"] in SINCE and row["kind"] != "bundle" and not later:
            applying[row["file"]] = row
    return list(applying.values())


def content_of(name: str) -> bytes:
    """A file's bytes; of `bundle.zip!member`, the member's."""
    outer, _, inner = name.partition("!")
    data = (PACKAGES / outer).read_bytes()
    return zipfile.ZipFile(io.BytesIO(data)).read(inner) if inner else data


needs_cases = pytest.mark.skipif(not cases(), reason="the folder ../shared/cases is not there")


@needs_cases
@pytest.mark.parametrize("row", cases(), ids=lambda row: row["file"].rpartition("!")[2][:60])
def test_verdict_and_reason(row: dict[str, str]) -> None:
    name = row["file"].rpartition("!")[2]
    report = check_upload(io.BytesIO(content_of(row["file"])), filename=name)
    assert report.verdict == row["verdict"]
    wanted = {ALSO_RIGHT[name]} if name in ALSO_RIGHT else set(filter(None, row["why"].split(",")))
    reasons = {finding.reason for finding in report.findings}
    assert wanted <= reasons
    if row["verdict"] == "refused":
        assert {finding.reason for finding in report.findings if finding.severity == "block"} == wanted
        assert report.index is None
    kind, _, edition = row["kind"].partition(" ")
    if kind != "-" and not kind.endswith("?"):
        assert report.kind == kind
    if edition:
        assert report.edition == edition
    if row["verdict"] != "refused":
        assert report.index is not None
        assert all(report.index.find(item.path) for item in report.items if item.path)
        opens = report.index.find(report.launch.partition("?")[0]) is not None
        # A cartridge may hold nothing but questions, which wait.
        assert opens or (report.kind == "imscc" and not any(item.path for item in report.items))


@needs_cases
@pytest.mark.parametrize(
    ("name", "items", "launch"),
    [
        ("singlescobasic.zip", 1, "shared/launchpage.html"),
        ("RuntimeMinimumCalls_SCORM12-mini.zip", 11, "Playing/Playing.html"),
        ("complexscorm.zip", 8, "index.html"),
        ("SequencingPostTestRollup_SCORM20044thEdition.zip", 5, "shared/launchpage.html?content=playing"),
        ("singlescobasic_missingorg.zip", 1, "sso/launchpage.html"),
    ],
)
def test_table_of_contents(name: str, items: int, launch: str) -> None:
    report = check_upload(io.BytesIO(content_of(name)), filename=name)
    assert len(report.items) == items
    assert report.launch == launch


@needs_cases
def test_complex_package_keeps_nesting_visibility_and_prerequisites() -> None:
    report = check_upload(io.BytesIO(content_of("complexscorm.zip")), filename="complexscorm.zip")
    assert [item.depth for item in report.items] == [0, 0, 0, 0, 1, 2, 0, 0]
    assert [item.visible for item in report.items].count(False) == 1
    assert report.items[5].parent == report.items[4].identifier
    assert report.items[7].prerequisites.count("&") == 1
    assert "litter_ignored" in report.repaired


@needs_cases
def test_flash_findings_name_the_files() -> None:
    report = check_upload(
        io.BytesIO(content_of("vi_adobe_presenter_scorm2004_missing_data.zip")), filename="a.zip"
    )
    found = {finding.code: finding for finding in report.findings}
    assert len(found["files_missing"].paths) == 92
    assert found["files_missing"].params["total"] == 106
    assert "viewer.swf" in found["flash_only"].paths
    assert "data/html/presenter.libs.js" in found["launch_incomplete"].paths
    assert report.tool == "Adobe Presenter"


@needs_cases
def test_a_cmi5_unit_without_its_scripts_is_to_be_looked_at() -> None:
    name = "cmi5_masteryscore_framed_min.zip"
    report = check_upload(io.BytesIO(content_of(name)), filename=name)
    (scripts,) = [finding for finding in report.findings if finding.code == "scripts_lack"]
    assert scripts.severity == "look"
    assert len(scripts.paths) == scripts.params["count"] == 3
    assert all(path.endswith(".js") for path in scripts.paths)


@needs_cases
def test_a_cartridge_of_questions_alone_says_what_to_do() -> None:
    name = "canvas_cc13_with_qti_quizzes.zip"
    report = check_upload(io.BytesIO(content_of(name)), filename=name)
    codes = [finding.code for finding in report.findings]
    assert ("cartridge_bare" in codes) == (report.launch == "")
    name = "canvas_cc13_single-page.imscc"
    report = check_upload(io.BytesIO(content_of(name)), filename=name)
    assert report.launch
    assert "cartridge_bare" not in [finding.code for finding in report.findings]


@needs_cases
@pytest.mark.parametrize(
    ("folder", "kind", "edition", "title"),
    [
        ("storyline_vi_BOM", "scorm12", "1.2", "P2 - Kỹ năng xây dựng bài giảng trực tuyến"),
        ("storyline360_vi_BOM", "scorm12", "1.2", "PSO 1.3 - Tổng kết"),
        ("storyline3_vi_BOM", "scorm12", "1.2", "Nationality01"),
        ("captivate_vi", "scorm12", "1.2", "Captivate E-Learning Course"),
        ("ispring_2004_4th", "scorm2004", "4th", "SCORM and Learning Management Systems_Noe2"),
        ("adobe_presenter_scorm12_vi", "scorm12", "1.2", "Adobe_Presenter"),
        ("adobe_presenter_2004_3rd_vi", "scorm2004", "3rd", "Presenter e-Learning Course"),
        ("rise_scormdriver_12", "scorm12", "1.2", "Course Title"),
        ("handmade_2004", "scorm2004", "4th", "Primeiro curso de html usando scorm"),
    ],
)
def test_manifests_of_authoring_programs(folder: str, kind: str, edition: str, title: str) -> None:
    found = parse_manifest(content_of(f"authoring_tool_manifests.zip!{folder}/imsmanifest.xml"))
    assert (found.kind, found.edition, found.title) == (kind, edition, title)
    assert all(item.title and item.href for item in found.items)
    assert found.recovered == (folder == "handmade_2004")  # it forgets to declare its prefixes


@needs_cases
def test_adl_manifests_parse() -> None:
    manifests = sorted((CASES / "adl-2004-4ed" / "manifests").glob("*.xml"))
    assert manifests
    for path in manifests:
        found = parse_manifest(path.read_bytes())
        assert (found.kind, found.edition) == ("scorm2004", "4th"), path.name
        assert any(item.href for item in found.items), path.name
        assert not found.recovered, path.name


@needs_cases
def test_time_and_memory_of_the_command(tmp_path: Path) -> None:
    """Every archive of the list in one process: under 5 s each, under 200 MB in all."""
    paths = []
    for number, row in enumerate(cases()):
        path = tmp_path / f"{number}-{row['file'].rpartition('!')[2].rpartition('/')[2][-60:]}"
        path.write_bytes(content_of(row["file"]))
        paths.append(str(path))
    done = subprocess.run(
        [sys.executable, "manage.py", "package_check", "--json", *paths],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings", "HOCLIEU_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["file"] for result in results] == paths
    assert max(result["seconds"] for result in results) < 5
    assert max(result["peak_mb"] for result in results) < 200
    assert [result["verdict"] for result in results] == [row["verdict"] for row in cases()]
