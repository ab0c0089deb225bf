"""A Common Cartridge becomes sections of a course: read, planned, written in one go, taken back."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import NotAllowed, Refusal
from courses.models import Activity, CartridgeImport, Course, KeptQuestions, Section
from courses.training import actions
from courses.training.actions import cartridges
from courses.training.cartridges import plan_of
from courses.training.imported import blocks_of
from courses.training.page_view import shown_blocks
from courses.training.places import courses_and_classes
from repository.actions import discard, publish, submit_for_review, sweep_discarded
from repository.models import LearningResource, Upload, Version
from repository.packages.cartridge import read_cartridge
from repository.packages.check import check_package
from repository.packages.manifest import parse_manifest
from tests.courses.runtime.stage import lesson_from
from tests.courses.world import Sector, make_sector
from tests.factories import person
from tests.repository.packages.builders import zipped

NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
QTI = (
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="kt1" '
    'title="Kiểm tra 1"><section ident="s"><item ident="c1"/><item ident="c2"/></section></assessment>'
    "</questestinterop>"
)
PAGE = (
    "<html><head><title>Mở đầu</title><style>p{}</style></head><body><h2>Phân số</h2>"
    "<p>Một <strong>phần</strong> hai, <a href='javascript:alert(1)'>bấm</a>.</p>"
    "<ul><li>a</li><li>b</li></ul><img src='anh/banh.png' alt='Cái bánh'>"
    "<a href='$IMS-CC-FILEBASE$/tai-lieu.pdf'>Tài liệu</a><script>alert(1)</script></body></html>"
)


def resource(name: str, kind: str, href: str, *, as_file: bool = False) -> str:
    address = f'<file href="{href}"/>' if as_file else ""
    named = "" if as_file else f' href="{href}"'
    return f'<resource identifier="{name}" type="{kind}"{named}>{address}</resource>'


def item(name: str, title: str, inside: str = "", *, to: str = "") -> str:
    leads = f' identifierref="{to}"' if to else ""
    return f'<item identifier="{name}"{leads}><title>{title}</title>{inside}</item>'


RESOURCES = "".join(
    [
        resource("r-page", "webcontent", "bai/mo-dau.html"),
        resource("r-pdf", "webcontent", "web_resources/tai-lieu.pdf"),
        resource("r-png", "webcontent", "bai/anh/banh.png"),
        resource("r-doc", "webcontent", "web_resources/de-cuong.docx"),
        resource("r-link", "imswl_xmlv1p1", "lien-ket.xml", as_file=True),
        resource("r-topic", "imsdt_xmlv1p1", "thao-luan.xml", as_file=True),
        resource("r-quiz", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "kt1/qti.xml", as_file=True),
        resource("r-lti", "imsbasiclti_xmlv1p0", "lti.xml", as_file=True),
        resource("r-bank", "imsqti_xmlv1p2/imscc_xmlv1p1/question-bank", "nh.xml", as_file=True),
    ]
)
CONTENTS = item(
    "m1",
    "Chương một",
    item("i1", "Bài mở đầu", to="r-page")
    + item("f", "Thư mục", item("i2", "Đọc thêm", to="r-link") + item("i3", "Thảo luận", to="r-topic"))
    + item("i4", "Kiểm tra", to="r-quiz")
    + item("i5", "Trò chơi", to="r-lti"),
) + item("m2", "Chương hai", item("i6", "Đề cương", to="r-doc"))


def cartridge(
    *,
    contents: str = CONTENTS,
    resources: str = RESOURCES,
    namespace: str = NAMESPACE,
    **files: str | bytes,
) -> bytes:
    manifest = (
        f'<manifest identifier="m" xmlns="{namespace}"><metadata><schema>IMS Common Cartridge</schema>'
        "<schemaversion>1.1.0</schemaversion></metadata><organizations><organization identifier='o' "
        f"structure='rooted-hierarchy'><item identifier='root'>{contents}</item></organization>"
        f"</organizations><resources>{resources}</resources></manifest>"
    )
    link = '<webLink><title>Trang web</title><url href="https://hoc.example/bai"/></webLink>'
    topic = "<topic><title>T</title><text texttype='text/html'>&lt;p&gt;Bạn nghĩ gì?&lt;/p&gt;</text></topic>"
    return zipped(
        {
            "imsmanifest.xml": manifest,
            "bai/mo-dau.html": PAGE,
            "bai/anh/banh.png": b"\x89PNG\r\n\x1a\n",
            "web_resources/tai-lieu.pdf": b"%PDF-1.4 x %%EOF",
            "web_resources/de-cuong.docx": b"PK",
            "lien-ket.xml": link,
            "thao-luan.xml": topic,
            "kt1/qti.xml": QTI,
            "nh.xml": QTI.replace("assessment", "objectbank"),
            "lti.xml": "<cartridge_basiclti_link/>",
            **files,
        }
    )


def bare_cartridge() -> bytes:
    """Questions alone."""
    quiz = resource("r-quiz", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "kt1/qti.xml", as_file=True)
    return cartridge(contents=item("q", "Đề", to="r-quiz"), resources=quiz)


@pytest.fixture
def sector(db: Any) -> Sector:
    return make_sector()


@pytest.fixture
def version(sector: Sector, settings: Any, tmp_path: Any) -> Version:
    return lesson_from(sector.so, sector.manager, cartridge(), "goi.imscc")


@pytest.fixture
def course(sector: Sector) -> Course:
    return actions.create_course(by=sector.manager, unit=sector.so, title="Khoá nhập", periods=5)


def run(sector: Sector, course: Course, version: Version) -> CartridgeImport:
    planned = cartridges.begin_import(by=sector.manager, course=course, version=version)
    cartridges.carry_out(planned.pk)
    planned.refresh_from_db()
    return planned


@pytest.mark.parametrize("space", ["imscc", "imsccv1p1", "imsccv1p2", "imsccv1p3"])
def test_the_report_on_the_upload(space: str) -> None:
    made = cartridge(namespace=NAMESPACE.replace("imsccv1p1", space))
    report = check_package(io.BytesIO(made), filename="goi.imscc")
    assert (report.verdict, report.kind, report.launch) == ("warned", "imscc", "bai/mo-dau.html")
    found = {one.code: one for one in report.findings}
    assert found["questions_kept"].params["questions"] == 4
    assert found["tools_left_out"].params["title"] == "Trò chơi"
    assert [item.title for item in report.items if not item.parent and not item.path][:2] == [
        "Chương một",
        "Chương hai",
    ]


def test_sections_pages_files_and_kept_questions(sector: Sector, course: Course, version: Version) -> None:
    done = run(sector, course, version)
    assert (done.state, done.done, done.of) == ("done", done.of, done.of)
    sections = list(course.sections.order_by("position"))
    assert [one.title for one in sections] == ["Chương một", "Chương hai"]
    pages = list(Activity.objects.filter(section=sections[0]).order_by("position"))
    assert [page.title for page in pages] == ["Bài mở đầu", "Đọc thêm", "Thảo luận"]
    assert [page.required for page in pages] == [True, False, True]
    assert pages[1].about == "Thư mục"
    shown = shown_blocks(pages[0], course.unit_id)
    assert [block.kind for block in shown] == ["heading", "paragraph", "list", "file", "file"]
    assert "javascript" not in str(pages[0].body.raw_data)
    picture, document = shown[3].file, shown[4].file
    assert picture is not None
    assert document is not None
    assert (picture.title, picture.picture, picture.frame) == ("Cái bánh", True, True)
    assert (document.title, document.picture, document.frame) == ("Tài liệu", False, True)
    (file,) = shown_blocks(Activity.objects.get(section=sections[1]), course.unit_id)
    assert file.file is not None
    assert (file.file.frame, "/f/" in file.file.url) == (False, True)
    kept = list(KeptQuestions.objects.filter(source=done).order_by("pk"))
    assert [(one.identifier, one.title, one.count, one.is_bank, one.format) for one in kept] == [
        ("kt1", "Kiểm tra", 2, False, "1.2"),
        ("kt1", "Kiểm tra 1", 2, True, "1.2"),
    ]
    assert bytes(kept[0].document).decode() == QTI
    assert done.report["left_out"] == {"tools": ["Trò chơi"]}
    assert (done.report["pages"], done.report["topics"], done.report["links"], done.report["files"]) == (
        1,
        1,
        1,
        1,
    )


def test_running_twice_makes_nothing_twice(sector: Sector, course: Course, version: Version) -> None:
    planned = cartridges.begin_import(by=sector.manager, course=course, version=version)
    with pytest.raises(Refusal, match="cartridge_under_way"):
        cartridges.begin_import(by=sector.manager, course=course, version=version)
    assert cartridges.carry_out(planned.pk) == "done"
    assert cartridges.carry_out(planned.pk) == "done"
    assert course.sections.count() == 2


def test_nothing_half_done(sector: Sector, course: Course, version: Version) -> None:
    planned = cartridges.begin_import(by=sector.manager, course=course, version=version)
    with patch.object(KeptQuestions.objects, "bulk_create", side_effect=ValueError("broken")):
        assert cartridges.carry_out(planned.pk) == "failed"
    assert not course.sections.exists()
    assert not KeptQuestions.objects.exists()
    # Another one may begin.
    assert run(sector, course, version).state == "done"


def test_it_can_be_taken_back_until_a_class_opens(sector: Sector, course: Course, version: Version) -> None:
    own = actions.add_section(by=sector.manager, course=course, title="Của tôi")
    done = run(sector, course, version)
    added = actions.add_page(
        by=sector.manager, section=Section.objects.get(title="Chương hai"), title="Viết thêm"
    )
    cartridges.undo_import(by=sector.manager, course=course, uid=done.uid)
    assert set(course.sections.values_list("title", flat=True)) == {own.title, "Chương hai"}
    assert list(Activity.objects.filter(section__course=course)) == [added]
    assert not KeptQuestions.objects.exists()
    done.refresh_from_db()
    assert done.state == "undone"
    with pytest.raises(Refusal, match="cartridge_not_done"):
        cartridges.undo_import(by=sector.manager, course=course, uid=done.uid)
    again = run(sector, course, version)
    actions.open_course(by=sector.manager, course=course)
    given = actions.create_run(
        by=sector.manager, course=course, unit=sector.so, name="Lớp", opens_on=sector.run.opens_on,
        closes_on=sector.run.closes_on,
    )  # fmt: skip
    actions.enrol(by=sector.manager, run=given, users=[sector.teacher])
    actions.open_run(by=sector.manager, run=given)
    assert not cartridges.can_undo(again)
    with pytest.raises(Refusal, match="cartridge_in_use"):
        cartridges.undo_import(by=sector.manager, course=course, uid=again.uid)


def test_who_may_not(sector: Sector, course: Course, version: Version) -> None:
    for stranger in (sector.teacher, sector.sister_manager):
        with pytest.raises(NotAllowed):
            cartridges.begin_import(by=stranger, course=course, version=version)
    other = lesson_from(sector.so, sector.manager, zipped({"index.html": "<p>x</p>"}))
    with pytest.raises(Refusal, match="cartridge_other_kind"):
        cartridges.begin_import(by=sector.manager, course=course, version=other)
    # A draft of somebody else's is not read for her.
    version.publications.all().delete()
    version.review = "draft"
    version.save(update_fields=["review"])
    manager = person(sector.so, "training_manager")
    with pytest.raises(NotAllowed):
        cartridges.begin_import(by=manager, course=course, version=version)


def test_a_page_shows_files_of_its_own_imports_only(sector: Sector, course: Course, version: Version) -> None:
    section = actions.add_section(by=sector.manager, course=course, title="Phần")
    stolen = {"type": "file", "value": {"file": f"{version.uid}/bai/mo-dau.html", "note": ""}}
    for block in (stolen, {"type": "file", "value": {"file": f"{uuid4()}/x", "note": ""}},
                  {"type": "file", "value": {"file": "../x", "note": ""}}):  # fmt: skip
        with pytest.raises(Refusal, match="block_file_unknown"):
            actions.add_page(by=sector.manager, section=section, title="Trang", blocks=[block])


def test_the_screens(sector: Sector, course: Course, version: Version, client: Client) -> None:
    client.force_login(sector.manager)
    address = f"/manage/courses/{course.uid}/import/"
    assert "Nhập từ gói Common Cartridge" in client.get(f"/manage/courses/{course.uid}/").content.decode()
    page = client.get(address)
    assert version.resource.title in page.content.decode()
    answer = client.post(address, {"version": str(version.uid)}, follow=False)
    found = CartridgeImport.objects.get()
    assert answer["Location"] == f"{address}{found.uid}/"
    waiting = client.get(answer["Location"]).content.decode()
    assert "Đang đọc gói" in waiting or found.state == "done"
    cartridges.carry_out(found.pk)
    shown = client.get(answer["Location"]).content.decode()
    for words in ("Giữ lại cho ngân hàng câu hỏi sắp có", "Kiểm tra", "Trò chơi", "Hoàn tác lần nhập"):
        assert words in shown
    activity = Activity.objects.get(title="Bài mở đầu")
    editor = client.get(f"/manage/activities/{activity.uid}/")
    assert "banh.png" in editor.content.decode()
    assert client.get(f"/manage/activities/{activity.uid}/preview/").status_code == 200
    assert client.post(f"{answer['Location']}undo/").status_code == 302
    assert not course.sections.exists()
    client.force_login(sector.teacher)
    assert client.get(address).status_code == 404
    assert client.post(address, {"version": str(version.uid)}).status_code == 404


def test_a_file_sent_with_the_form(sector: Sector, course: Course, client: Client) -> None:
    client.force_login(sector.manager)
    address = f"/manage/courses/{course.uid}/import/"
    sent = io.BytesIO(cartridge())
    sent.name = "khoa-cu.imscc"
    answer = client.post(address, {"file": sent})
    assert answer.status_code == 302
    assert CartridgeImport.objects.get().version.resource.author == sector.manager
    other = io.BytesIO(zipped({"index.html": "<p>x</p>"}))
    other.name = "khac.zip"
    refused = client.post(address, {"file": other})
    assert "chưa phải gói Common Cartridge" in refused.content.decode()
    assert not Version.objects.filter(filename="khac.zip", resource__discarded_at=None).exists()


def test_the_same_file_makes_one_draft_however_often(sector: Sector, course: Course, client: Client) -> None:
    client.force_login(sector.manager)
    address = f"/manage/courses/{course.uid}/import/"
    data = cartridge()
    for _time in range(2):
        sent = io.BytesIO(data)
        sent.name = "khoa-cu.imscc"
        assert client.post(address, {"file": sent}).status_code == 302
        found = CartridgeImport.objects.first()
        assert found is not None
        cartridges.carry_out(found.pk)
        cartridges.undo_import(by=sector.manager, course=course, uid=found.uid)
    page = client.get(f"{address}{found.uid}/").content.decode()
    assert f"/lessons/{found.version.resource.uid}/" in page
    first, again = CartridgeImport.objects.all()
    assert first.version == again.version
    assert not Upload.objects.exclude(state="used").exists()
    # deleted, it is brought anew
    discard(by=sector.manager, resource=first.version.resource)
    sent = io.BytesIO(data)
    sent.name = "khoa-cu.imscc"
    client.post(address, {"file": sent})
    newest = CartridgeImport.objects.first()
    assert newest is not None
    assert newest.version != first.version


def test_two_cartridges_of_one_name_are_told_apart(sector: Sector, course: Course, client: Client) -> None:
    client.force_login(sector.manager)
    address = f"/manage/courses/{course.uid}/import/"
    for name, page in (("ban-thang-9.imscc", "<p>chín</p>"), ("ban-thang-10.imscc", "<p>mười</p>")):
        sent = io.BytesIO(cartridge(**{"bai/mo-dau.html": page}))
        sent.name = name
        client.post(address, {"file": sent})
        found = CartridgeImport.objects.first()
        assert found is not None
        LearningResource.objects.filter(pk=found.version.resource_id).update(title="Khoá cũ")
        cartridges.carry_out(found.pk)
        cartridges.undo_import(by=sector.manager, course=course, uid=found.uid)
    for url in (address, "/lessons/"):
        html = client.get(url).content.decode()
        assert "ban-thang-9.imscc" in html
        assert "ban-thang-10.imscc" in html


def test_html_becomes_blocks() -> None:
    html = "<p>" + "chữ " * 6000 + "</p><blockquote><p>Lời</p></blockquote><table><tr><td>1<td>2</tr></table>"
    blocks, left_out = blocks_of(html + "<iframe src='/x'></iframe>" + "<p>x</p>" * 150, lambda _: "")
    assert len(blocks) <= 100
    assert "frames" in left_out
    assert all(len(str(block["value"])) <= 10_100 for block in blocks)
    assert {"type": "quote", "value": {"text": "Lời", "source": ""}} in blocks
    for broken in ("<", "<p><b><i>", "<ul><li>" * 500, "</ul></p>", "<script>alert(1)", "\0"):
        blocks_of(broken, lambda _: "")


def test_a_page_named_a_thousand_times_is_read_within_bounds() -> None:
    page = "<p>" + "chữ " * 10_000 + "</p>"
    many = "".join(item(f"i{n}", f"Trang {n}", to=f"r{n}") for n in range(1_500))
    resources = "".join(resource(f"r{n}", "webcontent", "bai/mo-dau.html") for n in range(1_500))
    made = cartridge(contents=item("s", "Phần", many), resources=resources, **{"bai/mo-dau.html": page})
    started = time.process_time()
    report = check_package(io.BytesIO(made), filename="goi.imscc")
    assert report.verdict == "accepted"
    assert time.process_time() - started < 5
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        read: list[int] = []

        def member(path: str, most: int) -> bytes:
            read.append(len(archive.read(path)[:most]))
            return archive.read(path)[:most]

        def there(path: str) -> str | None:
            return path if path in archive.namelist() else None

        manifest = parse_manifest(archive.read("imsmanifest.xml"))
        found = read_cartridge(manifest, base="", find=there, read=member, most=1_000_000)
        planned = plan_of(found, version=uuid4(), base="", find=there, read=member, most=1_000_000)
    assert len(found.parts) == 1_500
    assert sum(read) <= 2_000_000
    assert len(planned.left_out["length"]) > 1_400


def test_a_cartridge_in_use_is_not_swept(sector: Sector, course: Course, client: Client) -> None:
    client.force_login(sector.manager)
    sent = io.BytesIO(cartridge())
    sent.name = "khoa-cu.imscc"
    client.post(f"/manage/courses/{course.uid}/import/", {"file": sent})
    found = CartridgeImport.objects.get()
    cartridges.carry_out(found.pk)
    resource = found.version.resource
    assert course.title in [place.title for place in courses_and_classes(sector.manager, resource.pk)]
    discard(by=sector.manager, resource=resource)
    type(resource).objects.filter(pk=resource.pk).update(discarded_at=timezone.now() - timedelta(days=60))
    assert sweep_discarded() == 0
    page = Activity.objects.get(title="Bài mở đầu")
    assert [block.file is not None for block in shown_blocks(page, course.unit_id)][-2:] == [True, True]


def test_a_cartridge_is_looked_at_as_pages(sector: Sector, version: Version, client: Client) -> None:
    client.force_login(sector.manager)
    assert client.get(f"/try/{version.uid}/").status_code == 200
    opened = client.post(f"/try/{version.uid}/open/", {"sco": ""})
    assert opened.json()["title"] == "Bài mở đầu"
    bare = lesson_from(sector.so, sector.manager, bare_cartridge(), "chi-co-cau-hoi.imscc")
    answer = client.get(f"/try/{bare.uid}/", follow=True)
    assert "chưa có trang nào để xem" in answer.content.decode()


def test_questions_alone_are_not_for_the_library(sector: Sector, course: Course, client: Client) -> None:
    bare = lesson_from(sector.so, sector.manager, bare_cartridge(), "chi-co-cau-hoi.imscc")
    assert bare.opens_nothing
    assert "cartridge_bare" in [row["code"] for row in bare.findings]
    bare.publications.all().delete()
    Version.objects.filter(pk=bare.pk).update(review="draft")
    with pytest.raises(Refusal, match="cartridge_bare"):
        submit_for_review(by=sector.manager, version=bare)
    Version.objects.filter(pk=bare.pk).update(review="submitted")
    with pytest.raises(Refusal, match="cartridge_bare"):
        publish(by=None, version=bare, unit=sector.so)
    Version.objects.filter(pk=bare.pk).update(review="draft")
    client.force_login(sector.manager)
    page = client.get(f"/lessons/{bare.resource.uid}/").content.decode()
    assert "hãy nhập vào một khóa học" in page
    assert "chưa có gì để mở ở đây" in page
    assert 'value="submit"' not in page
    assert f"/try/{bare.uid}/" not in page
    # a course takes it, and says that it got nothing but the questions
    done = run(sector, course, bare)
    assert (done.state, done.report["question_sets"], course.sections.count()) == ("done", 1, 0)
    shown = client.get(f"/manage/courses/{course.uid}/import/{done.uid}/").content.decode()
    assert "Chưa thêm gì vào khóa" in shown
    assert "1 bộ với 2 câu hỏi" in shown
