"""What the author sees of a package: its figures, how to export again, and the lesson before it is shared."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from cms.demo import packages
from courses.models import RuntimeSession, ScoState
from repository import findings, howto, package_facts
from repository.models import Version
from repository.packages.check import check_upload
from tests.repository.helpers import arrived, signed_in, small_html5
from tests.repository.packages.builders import manifest, package, raw_zip

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "packages"
FIELDS = {"title": "", "subject": "toan", "grades": "lop-5", "type": "video", "licence": "cc-by"}


def shown(data: bytes) -> list[findings.Finding]:
    report = check_upload(io.BytesIO(data), filename="bai.zip")
    return [one for group in findings.groups(findings.as_rows(report)) for one in group.findings]


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder ../shared/cases is not there")
def test_adobe_presenter_slides_and_folders_are_named_for_exporting_again() -> None:
    with translation.override("vi"):
        flash = {
            one.code: one for one in shown((CASES / "vi_adobe_presenter7_scorm12_flash.zip").read_bytes())
        }
        left_out = shown((CASES / "vi_adobe_presenter_scorm2004_missing_data.zip").read_bytes())
    assert "37 trang chiếu" in flash["slides_flash"].message
    assert "Slide37.swf" in flash["slides_flash"].message
    assert "scorm2004/SCORM.htm" in flash["launch_elsewhere"].message
    told = [one for one in flash.values() if one.steps]
    assert [one.how for one in told] == ["Cách xuất lại từ Adobe Presenter"]
    assert "HTML5" in " ".join(told[0].steps)
    folder = next(one for one in left_out if one.code == "missing_folder")
    assert "“data/”" in folder.message
    assert folder.detail.startswith("Cần xuất lại: trang chiếu: 6; hình: 61; tiếng: 5")


def test_steps_stand_once_and_only_where_exporting_again_helps() -> None:
    assert [one.code for one in shown(packages.build("broken_flash_only")) if one.steps] == ["flash_only"]
    assert [one for one in shown(packages.build("odd_litter")) if one.steps] == []


def test_every_program_has_steps_in_vietnamese() -> None:
    for tool in (*howto._STEPS, "Camtasia", ""):
        with translation.override("vi"):
            vietnamese = howto.steps(tool)
        with translation.override("en"):
            assert all(a != b for a, b in zip(vietnamese, howto.steps(tool), strict=True))
        assert len(vietnamese) >= 2


def test_findings_of_an_older_release_are_still_shown() -> None:
    rows = [{"code": "flash_only", "params": {"count": 2}, "path": "a.swf"}, {"code": "missing_folder"}]
    first, second = (one for group in findings.groups(rows) for one in group.findings)
    assert first.steps == howto.steps("")
    assert second.detail == ""


def test_the_check_tells_what_the_package_is(world) -> None:
    upload = arrived(world.teacher, small_html5(members={"trang2.html": b"x", "anh.png": b"x"}))
    url = reverse("repository:upload_check", args=[upload.uid])
    html = signed_in(world.teacher).post(url, headers={"Tus-Resumable": "1.0.0"}).json()["html"]
    assert "<dl" in html
    assert "hình: 1" in html


def test_the_lessons_page_tells_it_too(world, lesson, version, django_assert_max_num_queries) -> None:
    page = signed_in(world.teacher).get(reverse("repository:lesson", args=[lesson.uid]))
    facts = page.context["facts"]
    assert (facts.contents.pages, facts.parts) == (1, None)
    with django_assert_max_num_queries(2):
        assert package_facts.of_version(version) == facts


def test_a_lesson_can_be_tried_at_once_and_stays_a_draft(world) -> None:
    client = signed_in(world.teacher)
    upload = arrived(world.teacher, small_html5())
    answer = client.post(reverse("repository:upload"), {**FIELDS, "upload": str(upload.uid), "act": "try"})
    version = Version.objects.get()
    assert answer["Location"] == reverse("runtime:browse", args=[version.uid]) + "?back=lesson"
    assert (version.review, version.ingest) == ("draft", "ready")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert reverse("repository:lesson", args=[version.resource.uid]) in page.content.decode()
    assert signed_in(world.sister_teacher).get(answer["Location"]).status_code == 404


def test_what_is_refused_cannot_be_tried(world) -> None:
    upload = arrived(world.teacher, packages.build("broken_flash_only"))
    answer = signed_in(world.teacher).post(
        reverse("repository:upload"), {**FIELDS, "upload": str(upload.uid), "act": "try"}
    )
    version = Version.objects.get()
    assert version.ingest == "rejected"
    assert answer["Location"] == reverse("repository:lesson", args=[version.resource.uid])


def test_the_sentence_over_all_says_that_there_is_something_to_know() -> None:
    tip = {"code": "completion_unseen", "path": "", "params": {}}
    assert findings.as_finding(tip).severity == "tip"
    with translation.override("vi"):
        assert findings.summary([]) == "Bài mở được; không có gì phải xem lại."
        assert findings.summary([tip, tip]) == "Bài mở được; có 2 điều nên biết."


_PAGE = r"""<!doctype html><title>Phân số</title><h1>Một phần hai của cái bánh</h1><img src="Anh/Banh.PNG">
<img src="am\tieng.png"><img src="http://cu.example.vn/a.png"><img src="https://cdn.example.vn/b.png">
<img src="file:///C:/Bai/c.png"><img src="mat.png"><script>API.LMSInitialize('')</script>"""
#: What is wrong with the package below, or was put right in it, by code
_EVERYTHING = {
    "manifest_not_at_root", "litter_ignored", "names_backslash", "names_case", "addresses_backslash",
    "flash_parts", "files_missing", "item_missing", "scripts_lack", "pages_lack", "addresses_http",
    "addresses_foreign", "addresses_disk", "completion_unseen", "files_empty", "programs_inside",
}  # fmt: skip


def _of_every_sort() -> bytes:
    """Two parts that report, one that is gone, and every fault that is not grave."""
    items = "".join(
        f'<item identifier="i{n}" identifierref="r{n}"><title>Phần {n}</title></item>' for n in (1, 2, 3)
    )
    resources = "".join(
        f'<resource identifier="r{n}" type="webcontent" adlcp:scormtype="sco" href="phan{n}.html"/>'
        for n in (1, 2, 3)
    ).replace('href="phan1.html"/>', 'href="phan1.html"><file href="thieu.mp3"/></resource>')
    files = {
        "imsmanifest.xml": manifest(items=items, resources=resources, title="Bài nhiều lỗi"),
        "phan1.html": _PAGE, "phan2.html": '<p>Phần hai</p><script src="js/choi.js"></script>',
        "anh/banh.png": "x", "am/tieng.png": "x", "rong.png": "", "cai.exe": "MZ", "phim.swf": "FWS",
        "libs/exe_export.js": "1", "hinh\\nho.png": "x",
    }  # fmt: skip
    entries = [(f"goi/{name}".encode(), data.encode()) for name, data in files.items()]
    return raw_zip([*entries, (b"__MACOSX/goi/._a", b"x")])


def test_the_report_names_everything_with_codes_and_what_to_do(world) -> None:
    """On the upload page, and again on the lesson's: kind, program, figures, each finding, each code."""
    client, upload = signed_in(world.teacher), arrived(world.teacher, _of_every_sort())
    url = reverse("repository:upload_check", args=[upload.uid])
    told = client.post(url, headers={"Tus-Resumable": "1.0.0"}).json()
    saved = client.post(reverse("repository:upload"), {**FIELDS, "upload": str(upload.uid), "act": "save"})
    version = Version.objects.get()
    assert {row["code"] for row in version.findings} == _EVERYTHING
    for html in (told["html"], client.get(saved["Location"]).content.decode()):
        for code in _EVERYTHING:
            assert f"<code>{code}</code>" in html, code
        for words in (
            "SCORM 1.2", "eXeLearning", "Cách xuất lại từ eXeLearning", "Phần có ghi kết quả (SCO)",
            "Cần xem lại", "Đã sửa tự động", "Nên biết", "js/choi.js", "mat.png", "thieu.mp3", "phan3.html",
            "http://cu.example.vn/a.png", "cdn.example.vn", "file:///C:/Bai/c.png", "phim.swf", "cai.exe",
        ):  # fmt: skip
            assert words in html, words
    facts = package_facts.of_version(version)
    assert facts is not None
    assert (facts.parts, facts.contents.pages, facts.contents.films) == (2, 2, 1)


def test_a_package_that_is_tried_leaves_no_track(world) -> None:
    """Browse mode: the platform answers, nothing is kept and nothing counts."""
    client, upload = signed_in(world.teacher), arrived(world.teacher, package())
    answer = client.post(reverse("repository:upload"), {**FIELDS, "upload": str(upload.uid), "act": "try"})
    opened = client.post(answer["Location"].replace("?back=lesson", "") + "open/", {"sco": ""})
    assert opened.status_code == 200, opened.content
    session = RuntimeSession.objects.get()
    assert (session.mode, session.attempt) == ("browse", None)
    assert not ScoState.objects.exists()
