"""The second look at packages: addresses, letter case, completion, sizes, what to export again; bounds."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository import howto
from repository.packages import references
from repository.packages.archive import read_archive
from repository.packages.check import check_upload
from repository.packages.codes import Finding
from repository.packages.contents import count
from repository.packages.doctor import Budget, _completes, _talks, examine
from repository.packages.limits import Limits
from repository.packages.report import Report

from .builders import manifest, package, raw_zip, zipped

REPORTS = "<script>API.LMSInitialize('');API.LMSSetValue('cmi.core.lesson_status','completed')</script>"


def checked(data: bytes) -> Report:
    return check_upload(io.BytesIO(data), filename="bai_giang.zip")


def found(html: str, extra: dict[str, str | bytes] | None = None) -> dict[str, Finding]:
    """What is said of a SCORM package with this page, by code."""
    report = checked(zipped({"imsmanifest.xml": manifest(), "index.html": html + REPORTS, **(extra or {})}))
    assert not report.refused
    return {finding.code: finding for finding in report.findings}


def test_a_page_that_needs_nothing_from_elsewhere_is_not_remarked_on() -> None:
    html = """<!doctype html><html xmlns="http://www.w3.org/1999/xhtml"><title>a</title>
      <!-- <img src="http://cu.example.vn/a.png"> --><a href="http://vi.example.org/doc.html">Đọc thêm</a>
      <img src="anh.png"><img src="data:image/png;base64,AA"><a href="mailto:a@example.vn">thư</a>
      <script>var x = '<img src="' + ten + '">'; var y = "http://www.w3.org/2000/svg";</script>"""
    assert found(html, {"anh.png": b"x"}) == {}


@pytest.mark.parametrize(
    ("html", "extra", "code", "path"),
    [
        ('<img src="http://anh.example.vn/a.png">', {}, "addresses_http", "http://anh.example.vn/a.png"),
        ('<script src="https://cdn.example.vn/a.js"></script>', {}, "addresses_foreign", "https://cdn.example.vn/a.js"),
        ('<img src="//cdn.example.vn/a.png">', {}, "addresses_foreign", "//cdn.example.vn/a.png"),
        ("<style>p{background:url(http://a.example.vn/n.png)}</style>", {}, "addresses_http", "http://a.example.vn/n.png"),
        ("", {"a.css": "@font-face{src:url('https://f.example.vn/a.woff2')}"}, "addresses_foreign", "https://f.example.vn/a.woff2"),
        ("", {"a.js": 'play("http://a.example.vn/nhac.mp3")'}, "addresses_http", "http://a.example.vn/nhac.mp3"),
        ('<img src="file:///C:/Bai/a.png">', {}, "addresses_disk", "file:///C:/Bai/a.png"),
        (r'<img src="D:\Bài giảng\a.png">', {}, "addresses_disk", r"D:\Bài giảng\a.png"),
        ('<img src="thieu.png">', {}, "pages_lack", "thieu.png"),
        ('<img src="Anh/Hinh1.PNG">', {"anh/hinh1.png": b"x"}, "names_case", "anh/hinh1.png"),
        (r'<img src="anh\hinh1.png">', {"anh/hinh1.png": b"x"}, "addresses_backslash", r"anh\hinh1.png"),
        ("", {"anh.png": b""}, "files_empty", "anh.png"),
        ("", {"cai_dat.exe": b"MZ"}, "programs_inside", "cai_dat.exe"),
    ],
)  # fmt: skip
def test_what_may_go_wrong_elsewhere_is_said(
    html: str, extra: dict[str, str | bytes], code: str, path: str
) -> None:
    findings = found(html, extra)
    assert list(findings) == [code]
    assert findings[code].path == path
    assert (references.host(path) if code == "addresses_foreign" else path) in findings[code].message


def test_a_hint_changes_no_verdict_but_a_broken_address_does() -> None:
    hint = checked(package({"index.html": f'<img src="https://a.example.vn/a.png">{REPORTS}'}))
    assert (hint.verdict, [one.severity for one in hint.findings]) == ("accepted", ["tip"])
    assert checked(package({"a.html": '<img src="http://a.example.vn/a.png">'})).verdict == "warned"


SCRIPTS = "".join(f'<script src="js/tep{n}.js"></script>' for n in range(1, 6))


def test_scripts_that_are_missing_are_to_be_looked_at_and_named() -> None:
    report = checked(package({"index.html": REPORTS, "trang2.html": f"{SCRIPTS}<img src='a.png'>"}))
    scripts, others = report.findings
    assert (scripts.code, scripts.severity, scripts.reason) == ("scripts_lack", "look", "missing_files")
    assert scripts.paths == tuple(f"js/tep{n}.js" for n in range(1, 6))
    assert "5" in scripts.message
    assert "js/tep1.js, js/tep2.js, js/tep3.js …" in scripts.message
    assert (others.code, others.paths) == ("pages_lack", ("a.png",))
    # a page may ask for a script that it never needs: only trying it tells
    assert report.verdict == "accepted"
    assert "scripts_lack" in howto.EXPORT_CODES


def test_scripts_of_the_page_that_opens_it_are_told_once() -> None:
    report = checked(package({"index.html": f"<p>Bài học</p>{SCRIPTS}{REPORTS}"}))
    (told,) = report.findings
    assert (told.code, len(told.paths), report.verdict) == ("launch_files_missing", 5, "warned")


def test_names_with_backslashes_are_put_right_and_said() -> None:
    files = [(b"index.html", b"<p>a</p>"), (b"anh\\a.png", b"x")]
    report = checked(raw_zip(files))
    assert report.repaired == ["names_backslash"]
    assert report.index is not None
    assert report.index.find("anh/a.png") is not None


@pytest.mark.parametrize(
    ("script", "codes"),
    [
        ("API.LMSInitialize('')", ["completion_unseen"]),
        ("alert(1)", ["reports_nothing"]),
        ("API.LMSSetValue('cmi.core.lesson_status','passed')", []),
        ("api.SetValue('cmi.completion_status','completed')", []),
        ("driver.SetReachedEnd()", []),
    ],
)
def test_a_lesson_that_never_says_it_is_completed(script: str, codes: list[str]) -> None:
    report = checked(package({"a.js": script}))
    assert [finding.code for finding in report.findings] == codes
    assert report.verdict == "accepted"


#: Of these any script is made here; quotes and colons stand close together in it.
_BITS = ["'", '"', ":", "/", "\\", "http", "'https://", "file://ab", "'C:\\ab", '"C:/abc', "//a/b.js'",
         ".png\"", " ", "?b", "é", "Ж"]  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(_BITS), max_size=40))
def test_addresses_in_a_script_are_those_that_the_expression_finds(bits: list[str]) -> None:
    script = "".join(bits)
    found = [one.span() for one in references._quoted(script)]
    assert found == [one.span() for one in references._IN_SCRIPT.finditer(script)]


@pytest.mark.parametrize(
    ("script", "talks", "completes"),
    [
        (b"x.LMSSetValue('a', 1)", True, False),
        (b"api.Initialize  ('')", True, False),
        (b"Initialized = 1; LMSCommit()", False, False),
        (b"window.API_1484_11", True, False),
        (b"'CMI.Core.Lesson_Status'", False, True),
        (b"player.SETPASSED()", False, True),
        (b"status = completed", False, False),
    ],
)
def test_the_words_of_those_who_report(script: bytes, talks: bool, completes: bool) -> None:
    assert (_talks(script), _completes(script)) == (talks, completes)


def test_what_does_not_report_is_not_asked_for_it() -> None:
    assert checked(zipped({"index.html": "<p>một trang</p>"})).findings == []
    asset = manifest(resources='<resource identifier="r1" adlcp:scormtype="asset" href="index.html"/>')
    assert checked(zipped({"imsmanifest.xml": asset, "index.html": "<p>a</p>"})).findings == []


def test_heavy_pictures_and_videos_are_counted() -> None:
    data = zipped({"a.png": b"x" * 3000, "b.jpg": b"x" * 10, "v.mp4": b"x" * 6000})
    archive = read_archive(io.BytesIO(data), limits=Limits())
    budget = Budget(picture_bytes=2000, video_bytes=5000)
    findings = examine(archive.file, archive.members, find=lambda path: None, tracked=False, budget=budget)
    assert [(one.code, one.paths) for one in findings] == [
        ("pictures_heavy", ("a.png",)),
        ("videos_heavy", ("v.mp4",)),
    ]


@pytest.mark.parametrize("budget", [Budget(files=1), Budget(total_bytes=20), Budget(seconds=-1)])
def test_beyond_the_budget_nothing_is_claimed_of_the_whole(budget: Budget) -> None:
    files = {"index.html": "<p>Bài học về phân số</p>", "a.js": "API.LMSInitialize('')"}
    archive = read_archive(io.BytesIO(zipped(files)), limits=Limits())
    assert examine(archive.file, archive.members, find=lambda path: None, tracked=True, budget=budget) == []
    whole = examine(archive.file, archive.members, find=lambda path: None, tracked=True)
    assert [one.code for one in whole] == ["completion_unseen"]


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<img src=",
        'src="',
        "url(",
        "<a ",
        '<img src="http://a.b/',
        '"http://',
        "src    ",
        "<",
        '"C:\\',
    ],
)
def test_pages_made_to_be_slow_are_read_in_time(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    began = time.thread_time()
    for read in (references.in_page, references.in_style, references.in_script):
        assert len(list(read(text))) < 200_000
    assert time.thread_time() - began < 3


def test_many_addresses_are_not_all_kept() -> None:
    html = "".join(f'<img src="https://a{n}.example.vn/a.png">' for n in range(1000))
    assert found(html)["addresses_foreign"].params["count"] == 200


FLASH = '<object data="viewer.swf" type="application/x-shockwave-flash"></object>'


def test_slides_of_flash_are_named_for_exporting_again() -> None:
    films = {f"data/Slide{n}.swf": b"CWS" for n in range(1, 13)}
    report = checked(
        zipped({"index.html": FLASH, "viewer.swf": b"CWS", "breeze-manifest.xml": "<a/>", **films})
    )
    assert (report.verdict, report.tool, report.contents.slides) == ("refused", "Adobe Presenter", 12)
    (slides,) = [one for one in report.findings if one.code == "slides_flash"]
    assert (slides.path, slides.params["last"], slides.params["count"]) == (
        "data/Slide1.swf",
        "Slide12.swf",
        12,
    )


def test_a_folder_that_was_left_out_and_a_page_that_was_moved() -> None:
    names = ["data/a.mp3", "data/b.png", "data/c.png", "SCORM.htm"]
    listed = "".join(f'<file href="{name}"/>' for name in names)
    resources = f'<resource identifier="r1" adlcp:scormtype="sco" href="SCORM.htm">{listed}</resource>'
    report = checked(package({"khac/scorm.HTM": "x"}, resources=resources))
    findings = {one.code: one for one in report.findings if one.severity == "block"}
    assert set(findings) == {"launch_missing", "launch_elsewhere", "missing_folder"}
    assert findings["launch_elsewhere"].path == "khac/scorm.HTM"
    folder = findings["missing_folder"]
    assert (folder.path, folder.params["sounds"], folder.params["pictures"]) == ("data/", 1, 2)


def test_contents_are_counted_by_use() -> None:
    contents = count(
        ["a.html", "b/slide1.js", "b/slide2.js", "c.PNG", "d.mp3", "e.mp4", "f.swf", "g.txt", "h.css"]
    )
    assert (contents.pages, contents.slides, contents.pictures, contents.sounds) == (1, 2, 1, 1)
    assert (contents.videos, contents.films, contents.scripts, contents.others) == (1, 1, 3, 1)
