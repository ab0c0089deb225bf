"""What is said of packages: kinds, launch pages, missing files, Flash, repairs, titles, sentences."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.utils import translation

from repository.packages.check import check_upload
from repository.packages.codes import CODES, REASON_CLASSES, SEVERITIES
from repository.packages.report import Report

from .builders import PAGE, SCORM2004, manifest, package, raw_zip, zipped


def checked(data: bytes, filename: str = "bai_giang.zip") -> Report:
    return check_upload(io.BytesIO(data), filename=filename)


def codes(report: Report) -> list[str]:
    """Tips apart: most packages made here have no script, which is a tip of its own (see test_doctor)."""
    return [finding.code for finding in report.findings if finding.severity != "tip"]


def test_a_good_package() -> None:
    report = checked(package())
    assert (report.verdict, report.kind, report.edition, report.title) == (
        "accepted",
        "scorm12",
        "1.2",
        "Phân số bằng nhau",
    )
    (item,) = report.items
    assert (item.launch, item.scorm_type, item.title) == ("index.html", "sco", "Bài 1")
    assert (report.launch, report.files, report.base) == ("index.html", 2, "")
    assert report.index is not None
    assert report.index.find("index.html") is not None


def test_2004_keeps_its_thresholds() -> None:
    items = (
        '<item identifier="i1" identifierref="r1"><title>a</title>'
        '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8"/></item>'
    )
    report = checked(package(items=items, namespaces=SCORM2004, version="2004 4th Edition"))
    assert (report.kind, report.edition) == ("scorm2004", "4th")
    assert report.items[0].completion_threshold == "0.8"


def test_query_and_fragment_are_kept_apart_from_the_path() -> None:
    resources = '<resource identifier="r1" adlcp:scormtype="sco" href="B%C3%A0i 1.HTML?a=1#p"/>'
    report = checked(package({"Bài 1.html": PAGE}, resources=resources))
    (item,) = report.items
    assert (item.path, item.query, item.launch) == ("Bài 1.html", "?a=1#p", "Bài 1.html?a=1#p")
    assert report.verdict == "accepted"


def test_manifest_in_the_one_folder() -> None:
    report = checked(zipped({"Bài 1/imsmanifest.xml": manifest(), "Bài 1/index.html": PAGE}))
    assert report.verdict == "warned"
    assert report.repaired == ["manifest_not_at_root"]
    assert (report.base, report.launch) == ("Bài 1/", "Bài 1/index.html")


def test_the_shallowest_manifest_counts() -> None:
    deeper = {"old/imsmanifest.xml": manifest(title="cũ"), "old/index.html": PAGE}
    assert checked(package(deeper)).title == "Phân số bằng nhau"


@pytest.mark.parametrize(
    ("files", "launch"),
    [
        ({"index.html": PAGE, "a.js": "1"}, "index.html"),
        ({"Index.htm": PAGE}, "Index.htm"),
        ({"bai/index.html": PAGE, "bai/rlplayer.js": "1"}, "bai/index.html"),
        ({"story.html": PAGE, "story_content/a.js": "1"}, "story.html"),
    ],
)
def test_html5_packages(files: dict[str, str], launch: str) -> None:
    report = checked(zipped(files))
    assert (report.kind, report.verdict, report.launch) == ("html5", "accepted", launch)
    assert report.title == "Phân số"
    assert report.items == []


@pytest.mark.parametrize(
    ("files", "kind", "code"),
    [
        ({"h5p.json": "{}", "content/content.json": "{}"}, "h5p", "h5p_incomplete"),
        ({"a.crs": "x", "a.au": "x", "a.cst": "x"}, "aicc", "kind_unsupported"),
        ({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}, "office", "office_document"),
        ({"readme.txt": "x"}, "", "no_manifest"),
        ({"a/index.html": PAGE, "b/index.html": PAGE}, "", "no_manifest"),
        ({}, "", "archive_empty"),
    ],
)
def test_kinds_that_are_refused(files: dict[str, str], kind: str, code: str) -> None:
    report = checked(zipped(files))
    assert (report.kind, report.verdict, codes(report)) == (kind, "refused", [code])
    assert report.index is None


def test_office_document_is_named() -> None:
    report = checked(
        zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}), "Bài 1.pptx"
    )
    assert "PowerPoint" in report.findings[0].message


def test_manifest_that_is_not_scorm_opens_untracked() -> None:
    data = manifest(
        namespaces='xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="urn:x"',
        version="1.1.4",
        resources='<resource identifier="r1" type="webcontent" href="index.html"/>',
    )
    report = checked(
        zipped({"imsmanifest.xml": data.replace("ADL SCORM", "IMS Content"), "index.html": PAGE})
    )
    assert (report.kind, report.verdict, codes(report)) == ("html5", "warned", ["manifest_plain"])
    assert report.title == "Phân số bằng nhau"


def test_table_of_contents_is_made_where_there_is_none() -> None:
    report = checked(package(items=""))
    assert codes(report) == ["organization_missing"]
    assert [item.launch for item in report.items] == ["index.html"]


@pytest.mark.parametrize(
    ("of_manifest", "code"),
    [
        ({"items": "", "resources": ""}, "nothing_to_launch"),
        ({"resources": ""}, "nothing_to_launch"),
        ({"resources": '<resource identifier="r1" href="../x.html"/>'}, "launch_outside"),
        ({"resources": '<resource identifier="r1" href="https://example.org/x.html"/>'}, "launch_outside"),
        ({"resources": '<resource identifier="r1" href="/x.html"/>'}, "launch_outside"),
        ({"resources": '<resource identifier="r1" href="other/index.html"/>'}, "launch_missing"),
        ({"before": '<!DOCTYPE manifest [<!ENTITY a "b">]>'}, "manifest_entities"),
    ],
)
def test_manifests_that_lead_nowhere(of_manifest: dict[str, str], code: str) -> None:
    report = checked(package(**of_manifest))
    assert report.verdict == "refused"
    assert codes(report)[0] == code


def test_a_file_is_never_found_by_its_base_name() -> None:
    report = checked(zipped({"imsmanifest.xml": manifest(), "deep/index.html": PAGE}))
    assert codes(report) == ["launch_missing", "launch_elsewhere"]
    assert report.findings[1].path == "deep/index.html"


def test_some_items_missing_is_a_warning() -> None:
    items = "".join(
        f'<item identifier="i{n}" identifierref="r{n}"><title>Bài {n}</title></item>' for n in (1, 2, 3)
    )
    resources = (
        '<resource identifier="r1" adlcp:scormtype="sco" href="index.html"/>'
        '<resource identifier="r2" adlcp:scormtype="sco" href="gone.html"/>'
    )
    report = checked(package(items=items, resources=resources))
    assert report.verdict == "warned"
    assert codes(report) == ["item_missing", "item_broken"]
    assert [item.launch for item in report.items] == ["index.html", "", ""]


def test_declared_files_that_are_missing_are_listed_unlisted_ones_are_not() -> None:
    resources = (
        '<resource identifier="r1" adlcp:scormtype="sco" href="index.html">'
        '<file href="index.html"/><file href="a.png"/><file href="B%20c.png"/></resource>'
    )
    report = checked(package({"b C.png": "x", "unlisted.js": "x"}, resources=resources))
    finding = report.findings[0]
    assert codes(report) == ["files_missing"]
    assert (finding.code, finding.paths, finding.params["total"]) == ("files_missing", ("a.png",), 3)


FLASH_PAGE = '<html><script src="loadflash.js"></script><body><div id="f"></div></body></html>'
FLASH = {"loadflash.js": "embed('viewer.swf')", "viewer.swf": "FWS", "data/slide1.swf": "FWS"}


def test_flash_alone_is_refused() -> None:
    report = checked(package({**FLASH, "index.html": FLASH_PAGE}))
    assert report.verdict == "refused"
    assert codes(report) == ["flash_only", "slides_flash"]
    assert report.findings[0].params["count"] == 2
    assert checked(zipped({**FLASH, "index.html": FLASH_PAGE})).verdict == "refused"


@pytest.mark.parametrize(
    "rest",
    [
        {"story_html5.html": PAGE, "index.html": FLASH_PAGE},
        {"video/bai.mp4": "x", "index.html": FLASH_PAGE},
        {"index.html": FLASH_PAGE.replace("<div", '<a href="bai1.html">1</a><div'), "bai1.html": PAGE},
        {"index.html": FLASH_PAGE.replace("<div", "<p>" + "Chữ " * 200 + "<div")},
    ],
    ids=["html5 output too", "video", "a way on", "text"],
)
def test_flash_beside_something_else_is_a_warning(rest: dict[str, str]) -> None:
    report = checked(package({**FLASH, **rest}))
    assert report.verdict == "warned"
    assert codes(report) == ["flash_parts"]


def test_launch_page_without_its_script() -> None:
    page = (
        '<p>Bài</p><script src="js/player.js"></script><script src="https://cdn.example.org/x.js"></script>'
    )
    report = checked(package({"index.html": page}))
    assert (report.verdict, codes(report)) == ("warned", ["launch_files_missing"])
    assert report.findings[0].paths == ("js/player.js",)
    bare = checked(package({"index.html": '<script src="js/player.js"></script>'}))
    assert (bare.verdict, codes(bare)) == ("refused", ["launch_incomplete"])


@pytest.mark.parametrize(
    ("extra", "tool"),
    [
        ({"story_content/a.js": "1"}, "Articulate Storyline"),
        ({"scormcontent/index.html": "1", "scormdriver/a.js": "1"}, "Articulate Rise"),
        ({"data/browsersupport.js": "1"}, "iSpring"),
        ({"assets/js/CPM.js": "1"}, "Adobe Captivate"),
        ({"breeze-manifest.xml": "<a/>"}, "Adobe Presenter"),
        ({"libs/exe_export.js": "1"}, "eXeLearning"),
        ({"rlplayer_1.js": "1"}, "ActivePresenter"),
        ({"lecturemaker.js": "1"}, "LectureMAKER"),
        ({}, ""),
    ],
)
def test_authoring_tool(extra: dict[str, str], tool: str) -> None:
    assert checked(package(extra)).tool == tool


def test_names_in_cp1258_play_under_their_right_names() -> None:
    data = manifest(resources='<resource identifier="r1" adlcp:scormtype="sco" href="Bài 1.html"/>')
    report = checked(
        raw_zip([(b"imsmanifest.xml", data.encode()), ("Bài 1.html".encode("cp1258"), PAGE.encode())])
    )
    assert (report.verdict, report.repaired) == ("warned", ["names_recoded"])
    assert report.launch == "Bài 1.html"


def test_title_falls_back_on_the_file_name() -> None:
    items = '<item identifier="i1" identifierref="r1"/>'
    assert checked(package(items=items, title=""), "D:\\Bài_giảng 1.zip").title == "Bài giảng 1"


def test_findings_stand_in_order_of_weight() -> None:
    report = checked(package({"__MACOSX/x": "1", **FLASH, "index.html": FLASH_PAGE}))
    weights = [SEVERITIES.index(finding.severity) for finding in report.findings]
    assert weights == sorted(weights)
    assert codes(report) == ["flash_only", "slides_flash", "litter_ignored"]


def test_hostile_names_are_shown_without_control_characters() -> None:
    report = checked(raw_zip([(b"../\x1b[2J\r\n" + b"x" * 500, b"x")]))
    assert report.findings[0].path.isprintable()
    assert len(report.findings[0].path) <= 120


def test_every_code_belongs_to_a_class_and_speaks_vietnamese() -> None:
    class Anything(dict):
        def __missing__(self, key: str) -> str:
            return "…"

    for name, code in CODES.items():
        assert code.name == name
        assert code.reason in REASON_CLASSES
        assert code.severity in SEVERITIES
        with translation.override("vi"):
            vietnamese = str(code.message) % Anything()
        with translation.override("en"):
            english = str(code.message) % Anything()
        assert vietnamese != english, name
        assert "!" not in vietnamese


def test_every_code_is_in_the_docs_as_it_is_in_the_code() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "codes.md").read_text(encoding="utf-8")
    section = text.split("## repository.packages", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (\w+) \|", section, re.MULTILINE)
    assert sorted(rows) == sorted((code.name, code.reason, code.severity) for code in CODES.values())


def test_a_scorm_manifest_counts_beside_other_standards() -> None:
    assert checked(package({"cmi5.xml": "<courseStructure/>", "tincan.xml": "<tincan/>"})).kind == "scorm12"
