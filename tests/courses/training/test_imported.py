"""Pages and questions of a cartridge: hostile HTML, what is too long."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any
from uuid import uuid4

from courses.training.cartridges import plan_of
from courses.training.imported import blocks_of
from repository.packages import pages
from repository.packages.cartridge import read_cartridge
from repository.packages.manifest import parse_manifest
from tests.courses.training.test_cartridges import QTI, cartridge, item


def test_pages_made_to_take_long_or_to_stumble_over() -> None:
    started = time.process_time()
    for html in ("<a " * 100_000, "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">", "x" * 300_000,
                 "<!--" * 50_000, "<b>" * 100_000, "<![ <!if ]<![<p>Đây</p>"):  # fmt: skip
        blocks_of(html, lambda _: "")
        pages.read_page(html)
    assert time.process_time() - started < 5
    word = "<p class=MsoNormal>Đây<o:p>&nbsp;</o:p></p>\x01&#1;" * 1_000
    assert blocks_of(word, lambda _: "")[0][0]["value"].startswith("<p>Đây")
    assert "cuối" in str(blocks_of("<font>chữ " * 1_000 + "<p>cuối", lambda _: "")[0])
    whole = "".join(
        str(block["value"]) for block in blocks_of("<p>" + "ab" * 6_000 + "</p>", lambda _: "")[0]
    )
    assert whole.count("ab") == 6_000


def test_what_is_too_long_is_said_and_questions_are_kept_whole(monkeypatch: Any) -> None:
    long = "<p>" + "chữ " * 1_000 + "</p>"
    made = cartridge(**{"bai/mo-dau.html": long, "kt1/qti.xml": QTI + " " * 5_000})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:

        def there(path: str) -> str | None:
            return path if path in archive.namelist() else None

        def member(path: str, most: int) -> bytes:
            return archive.read(path)[:most]

        found = read_cartridge(
            parse_manifest(archive.read("imsmanifest.xml")), base="", find=there, read=member
        )
        monkeypatch.setattr("courses.training.cartridges.MEMBER_BYTES", 2_000)
        planned = plan_of(found, version=uuid4(), base="", find=there, read=member)
        assert planned.left_out["length"] == ["Bài mở đầu"]
        assert [len(one.document) > 5_000 for one in planned.questions] == [True, False]
        monkeypatch.setattr("courses.training.cartridges.QUESTION_BYTES", 1_000)
        planned = plan_of(found, version=uuid4(), base="", find=there, read=member)
        assert [one.title for one in planned.questions] == ["Kiểm tra 1"]
        assert planned.left_out["length"] == ["Bài mở đầu", "Kiểm tra"]


def test_a_folder_without_an_identifier_repeats_nothing() -> None:
    unnamed = "<item><title>Thư mục</title>" + item("i2", "Hai", to="r-page") + "</item>"
    contents = item("m1", "Chương", item("i1", "Một", to="r-page") + unnamed) + item(
        "m2", "Sau", item("i3", "Ba", to="r-page")
    )
    with zipfile.ZipFile(io.BytesIO(cartridge(contents=contents))) as archive:
        found = read_cartridge(
            parse_manifest(archive.read("imsmanifest.xml")),
            base="",
            find=lambda path: path if path in archive.namelist() else None,
            read=lambda path, most: archive.read(path)[:most],
        )
    titles = [part.title for part in found.parts if part.sort == "page"]
    assert sorted(titles) == ["Ba", "Hai", "Một"]
