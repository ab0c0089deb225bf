"""Text inside files: found with low weight, shown as a passage that opens where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository.inner_texts import keep
from repository.models import Sco, TextReading
from repository.text.parts import Part
from repository.text.reading import Outcome
from search.actions import drain_marks, repair
from search.documents import INNER_CHARS, RESOURCE, published
from search.engines import engine
from search.inner import inner_of, with_inner
from search.inside import passages
from search.models import SearchDirty
from search.queries import parse
from search.results import search
from tests.search.conftest import publish

PAGES = [
    Part("Lời nói đầu của tài liệu này.", number=1),
    Part("Muốn rút gọn phân số,\nta chia cả tử số và mẫu số cho ước chung lớn nhất.", number=2),
]


def read(version, *parts: Part, code: str = "") -> None:
    """Keeps texts as the task does."""
    TextReading.objects.update_or_create(version=version, defaults={"at": timezone.now(), "state": "reading"})
    keep(version, Outcome(list(parts), code))


def found(text: str, user) -> list:
    return search(user, text, {}).rows


@pytest.fixture
def paper(tree):
    publication = publish(tree, "Tài liệu ôn tập học kì", guests=True, kind="pdf")
    read(publication.version, *PAGES)
    drain_marks()
    return publication


def test_a_word_inside_finds_the_resource_and_opens_its_page(tree, paper):
    (row,) = found("uoc chung lon nhat", tree.teacher)
    assert row.document.uid == str(paper.version.resource.uid)
    assert "<mark>ước chung lớn nhất</mark>" in row.inside.text
    assert row.inside.where == "Trang 2"
    assert row.inside.address.endswith(f"/{paper.version.uid}/?page=2")
    page = Client().get("/library/", {"q": "ước chung lớn nhất"}).content.decode()
    assert row.inside.address in page
    assert "Mở đúng chỗ này" in page


def test_nothing_inside_is_shown_where_the_title_says_it(tree, paper):
    (row,) = found("tài liệu ôn tập", tree.teacher)
    assert row.inside is None


def test_a_title_goes_before_text_inside(tree, paper):
    titled = publish(tree, "Ước chung lớn nhất", guests=True)
    drain_marks()
    first, second = found("ước chung lớn nhất", tree.teacher)
    assert first.document.resource == titled.version.resource_id
    assert second.document.resource == paper.version.resource_id


def test_a_part_of_a_package_is_opened_there(tree):
    publication = publish(tree, "Bài học nhiều phần")
    version = publication.version
    scos = [
        Sco.objects.create(
            version=version, position=n, identifier=f"i {n}", title=f"Phần {n}", path=f"p{n}.html"
        )
        for n in (1, 2)
    ]
    read(
        version,
        Part("Mở đầu về nhiệt độ", label="Phần 1", place="p1.html", start=scos[0].pk),
        Part("Nước sôi ở một trăm độ xê-xi-út", label="Phần 2", place="p2.html", start=scos[1].pk),
        Part("Bảng tra cứu nhiệt độ nóng chảy", label="Bảng", place="them/bang.pptx", number=4),
    )
    drain_marks()
    (row,) = found("nước sôi", tree.teacher)
    assert row.inside.where == "Phần 2"
    assert row.inside.address.endswith(f"{version.uid}/?sco=i+2")
    (row,) = found("nóng chảy", tree.teacher)
    assert row.inside.where == "Trang chiếu 4 của tệp bang.pptx"


def test_words_side_by_side_go_before_words_apart(tree, paper):
    read(
        paper.version,
        Part("Phân công trực nhật. " + "Các em làm bài. " * 10 + "Một số bạn vắng.", number=1),
        Part("Quy đồng mẫu hai phân số khác mẫu.", number=2),
    )
    document = next(published([paper.version.resource_id]))
    passage = passages([document], parse("phân số khác mẫu"))[document.key]
    assert passage.where == "Trang 2"


def test_one_query_finds_the_passages_of_a_page(tree, paper, django_assert_num_queries):
    others = []
    for n in range(4):
        publication = publish(tree, f"Phiếu số {n}", kind="pdf")
        read(publication.version, Part(f"Ước chung lớn nhất, phiếu {n}", number=1))
        others.append(publication.version.resource_id)
    documents = list(published([paper.version.resource_id, *others]))
    with django_assert_num_queries(1):
        assert len(passages(documents, parse("ước chung"))) == 5
    with django_assert_num_queries(0):
        assert passages(documents[:1], parse("tài liệu")) == {}


def test_documents_carry_the_text_in_few_queries(tree, django_assert_num_queries):
    ids = []
    for n in range(3):
        publication = publish(tree, f"Phiếu số {n}", kind="pdf")
        read(publication.version, Part("chữ " * 3_000, label="Mục lục"), *[Part("chữ " * 3_000)] * 12)
        ids.append(publication.version.resource_id)
    documents = list(published(ids))
    with django_assert_num_queries(2):
        texts = [document.inner for document in with_inner(documents)]
    assert [len(text) for text in texts] == [INNER_CHARS] * 3
    assert texts[0].startswith("Mục lục\nchữ")


def test_text_that_changes_leaves_nothing_behind_in_the_index(tree, paper):
    read(paper.version, Part("Bây giờ nói về hình tròn", number=1))
    drain_marks()
    assert found("ước chung lớn nhất", tree.teacher) == []
    assert len(found("nói về hình tròn", tree.teacher)) == 1
    assert not repair()
    with engine().file.reading() as index:
        index.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_changed_text_and_labels_are_noticed_without_reading_them(tree, paper):
    changed = ((RESOURCE, paper.version.resource_id),)
    pages = [Part("Bây giờ nói về hình tròn", label="Trang 1"), Part("Hình vuông", label="Trang 1")]
    for parts in (pages, pages[:1], [replace(pages[0], label="Trang 2")], []):
        read(paper.version, *parts)
        SearchDirty.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            assert engine().check().stale == changed
        assert not [query for query in asked if "repository_innertext" in query["sql"]]
        assert repair().stale == changed
        assert not repair()
    assert found("hình tròn", tree.teacher) == []


def test_text_that_changes_while_it_is_read_is_noticed(tree, paper, monkeypatch):
    def late(versions):
        texts = inner_of(versions)
        read(paper.version, Part("Bây giờ nói về hình tròn", number=1))
        return texts

    with monkeypatch.context() as patched:
        patched.setattr("search.inner.inner_of", late)
        engine().refresh([paper.version.resource_id])
    SearchDirty.objects.all().delete()
    assert repair().stale == ((RESOURCE, paper.version.resource_id),)
    assert len(found("nói về hình tròn", tree.teacher)) == 1


def test_nobody_is_shown_what_she_may_not_see(tree):
    publication = publish(tree, "Đề nội bộ", at=tree.school, kind="pdf")
    read(publication.version, Part("Đáp án câu một là hai phẩy năm", number=1))
    drain_marks()
    assert len(found("hai phẩy năm", tree.teacher)) == 1
    page = Client().get("/library/", {"q": "hai phẩy năm"}).content.decode()
    assert "phẩy năm</mark>" not in page
