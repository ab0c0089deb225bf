"""What is read of each format, and that hostile ones end."""

from __future__ import annotations

import base64
import io
import json
import time

import pytest

from cms.demo import packages
from repository.text import data
from repository.text.clean import clean
from repository.text.extract import extract
from repository.text.html import read_html, text_of
from repository.text.legacy import modern
from repository.text.package import Start
from repository.text.parts import PART_CHARS, Bounds, Part, cut
from repository.text.plain import read_subtitles
from tests.repository.packages.builders import zipped

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def parts_of(content: bytes, kind: str = "package", **more: object) -> list[Part]:
    found: list[Part] = []
    assert extract(io.BytesIO(content), found.append, kind=kind, **more) == ""  # type: ignore[arg-type]
    return found


def inside(name: str, content: bytes | str) -> list[Part]:
    return parts_of(zipped({name: content}))


def relations(**targets: str) -> str:
    rows = "".join(f'<Relationship Id="{key}" Type="x/slide" Target="{to}"/>' for key, to in targets.items())
    return f'<Relationships xmlns="{RELS}">{rows}</Relationships>'


def slide(title: str, *lines: str) -> str:
    def shape(kind: str, text: str) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
        )

    shapes = "".join([shape("title", title), *(shape("body", line) for line in lines), shape("sldNum", "7")])
    return f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'


def test_slides_come_in_the_order_in_which_they_are_shown():
    deck = zipped(
        {
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>'
            '<p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": relations(r1="slides/slide1.xml", r2="/ppt/slides/slide2.xml"),
            "ppt/slides/slide1.xml": slide("Rút gọn phân số", "Chia cả tử và mẫu"),
            "ppt/slides/slide2.xml": slide("Mở đầu", "Ôn lại bài cũ"),
        }
    )
    first, second = inside("tai-lieu/bai.pptx", deck)
    assert (first.label, first.number, first.place) == ("Mở đầu", 1, "tai-lieu/bai.pptx")
    assert (second.label, second.number) == ("Rút gọn phân số", 2)
    assert second.text == "Rút gọn phân số\nChia cả tử và mẫu"


def test_a_document_is_cut_where_its_pages_broke():
    body = (
        "<w:p><w:r><w:t>Trang thứ</w:t></w:r><w:r><w:t xml:space='preserve'> nhất</w:t></w:r></w:p>"
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Trang thứ hai</w:t></w:r></w:p>"
    )
    document = zipped(
        {"word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'}
    )
    assert [(p.number, p.text) for p in inside("a.docx", document)] == [
        (1, "Trang thứ nhất"),
        (2, "Trang thứ hai"),
    ]


def test_a_workbook_is_read_sheet_by_sheet():
    book = zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
            '<sheet name="Điểm" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(r1="worksheets/sheet1.xml"),
            "xl/sharedStrings.xml": f'<sst xmlns="{S}"><si><t>Họ tên</t></si><si><t>Nhận xét</t></si></sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData><row><c t="s"><v>0</v></c>'
            '<c><v>12</v></c><c t="s"><v>1</v></c></row><row><c t="inlineStr"><is><t>Chăm học</t></is></c>'
            "</row></sheetData></worksheet>",
        }
    )
    (sheet,) = inside("diem.xlsx", book)
    assert (sheet.label, sheet.number, sheet.text) == ("Điểm", 1, "Họ tên Nhận xét\nChăm học")


def test_entities_and_broken_members_are_passed_over():
    bomb = f'<!DOCTYPE d [<!ENTITY a "ha ha">]><w:document xmlns:w="{W}"><w:t>&a;</w:t></w:document>'
    found = parts_of(
        zipped(
            {
                "bom.docx": zipped({"word/document.xml": bomb}),
                "hong.docx": b"PK\x03\x04 no",
                "hong.pdf": b"%PDF-1.4 no",
                "data/slides.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>Một &e;</x>',
                "index.html": "<p>Vẫn đọc được trang này</p>",
            }
        )
    )
    assert [part.text for part in found] == ["Vẫn đọc được trang này"]


def test_only_what_is_seen_of_a_page_is_read():
    title, text = read_html(
        "<title>Bài 5</title><p>Hai <b>phân</b> số<p>bằng nhau<script>var x='không'</script>"
        "<ul><li>một<li>hai</ul>"
    )
    assert title == "Bài 5"
    assert clean(text) == "Hai phân số\nbằng nhau\nmột\nhai"


def test_pages_in_old_encodings_are_read():
    page = '<meta charset="windows-1258"><p>Toán 5'
    assert "Toán" in text_of(page.encode("cp1258"))
    assert "Toán" in text_of(page.encode())
    assert "Toán" in text_of(page.encode("utf-16"))


def test_sentences_of_authoring_programs_are_found():
    inner = json.dumps(
        {"title": "Bài 1: Phân số", "runs": [{"text": "Quy đồng mẫu số"}, "color:red", "slide_1"]}
    )
    storyline = f"window.globalProvideData('slide', {json.dumps(inner)});"
    (part,) = inside("html5/data/js/5abc.js", storyline)
    assert part.text == "Bài 1: Phân số\nQuy đồng mẫu số"
    course = base64.b64encode(
        json.dumps({"lessons": [{"title": "Quang hợp ở cây xanh " * 9}]}).encode()
    ).decode()
    (part,) = inside("scormcontent/index.html", f'<script>window.courseData = "{course}";</script>')
    assert part.text.startswith("Quang hợp ở cây xanh")
    (part,) = inside(
        "content/content.json", json.dumps({"text": "<p>Điền từ <em>thích hợp</em></p>", "id": "x-1"})
    )
    assert part.text == "Điền từ thích hợp"


def test_code_is_no_text():
    script = """var css = "font-family: Arial"; var a = "please wait a moment"; f("một hai ba bốn năm");
    $('.x').html('<div class="y">'); var url = "https://example.test/a b c"; var s = "Bấm vào đây";"""
    assert data.from_script(script, vietnamese_only=True) == ["một hai ba bốn năm"]
    assert inside("js/jquery-3.js", 'x = "một hai ba bốn năm"') == []
    assert data.from_json("{broken") == []


def test_subtitles_lose_their_times():
    said = (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\n<v Mai>Xin chào\n\n00:04.000 --> 00:05.000\nXin chào\n"
    )
    assert read_subtitles(said.encode()) == "Xin chào"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bé gi¸o dôc vµ ®µo t¹o quyÕt ®Þnh", "Bộ giáo dục và đào tạo quyết định"),
        ("Tieáng Vieät lôùp naêm: phaân soá", "Tiếng Việt lớp năm: phân số"),
        ("Le café près de l'église où été déjà", "Le café près de l'église où été déjà"),
        ("3 × 4 ÷ 2 = 6; ½ và ¾ là phân số", "3 × 4 ÷ 2 = 6; ½ và ¾ là phân số"),
    ],
)
def test_old_fonts_are_read_and_other_languages_left_alone(old, new):
    assert modern(old) == new


def test_text_is_clean():
    assert (
        clean("infor-\nmation\x00 Tie\u0302\u0301ng  Việt\u200b\n\n\n hai\ud800")
        == "information Tiếng Việt\nhai"
    )
    assert [len(piece) for piece in cut("a" * (PART_CHARS + 5))] == [PART_CHARS, 5]
    assert cut("... --- \n") == []


def test_members_belong_to_the_part_that_shows_them():
    manifest = """<manifest><resources>
      <resource href="a.html"><file href="a.html"/><file href="chung/a1.html"/></resource>
      <resource href="b.html"><file href="b.html"/></resource></resources></manifest>"""
    content = zipped(
        {
            "imsmanifest.xml": manifest,
            "a.html": "<p>Trang đầu của phần một",
            "chung/a1.html": "<p>Trang sau của phần một",
            "b.html": '<p>Trang đầu của phần hai<iframe src="khung/x.html"></iframe>',
            "khung/x.html": "<p>Khung của phần hai",
            "khac.html": "<p>Không phần nào mở trang này",
        }
    )
    found = parts_of(content, starts=[Start(1, "a.html", "Một"), Start(2, "b.html", "Hai")])
    assert [(part.place, part.start) for part in found] == [
        ("a.html", 1), ("chung/a1.html", 1), ("b.html", 2), ("khung/x.html", 2), ("khac.html", 0),
    ]  # fmt: skip
    assert [part.label for part in found[:4]] == ["Một", "Một", "Hai", "Hai"]


def test_frames_of_pages_count_a_few_times_only():
    members = {f"t{n}.html": f"<nav>Thực đơn của bài</nav><p>Nội dung riêng {n}" for n in range(8)}
    found = parts_of(zipped(members))
    assert sum("Thực đơn của bài" in part.text for part in found) == 3
    assert all(f"Nội dung riêng {n}" in part.text for n, part in enumerate(found))


def test_a_pdf_with_several_pages_is_numbered():
    found = parts_of(packages.build("requirements_pdf"), "pdf")
    assert [part.number for part in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(
    "source",
    [
        '"' * 400_000,
        "'\\" * 300_000,
        '"a\n' * 200_000,
        '"' + "<a " * 100_000 + '"',
        '"' + "[" * 200_000 + '"',
    ],
)
def test_scripts_made_to_do_harm_are_read_in_linear_time(source):
    before = time.process_time()
    data.from_script(source)
    assert time.process_time() - before < 3


def test_real_packages_give_text(shared_cases):
    """Packages of other makers: each is read to its end, those with words give some."""
    for name, word in (
        ("exelearning3_actividad-evaluable_scorm12.zip", "actividad"),
        ("RuntimeBasicCalls_SCORM20043rdEdition.zip", "golf"),
        ("singlescobasic.zip", "golf"),
        ("filltheblanks.h5p", "berlin"),
    ):
        found = parts_of(
            (shared_cases / "packages" / name).read_bytes(), bounds=Bounds(text_bytes=10_000_000)
        )
        text = " ".join(part.text for part in found).lower()
        assert word in text, name
        assert "transition" not in text, "what libraries say in their comments is no content"
