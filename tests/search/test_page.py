"""The search page: what it finds, shows and counts, with and without script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.days import today
from repository import actions
from repository.models import ResourceUse
from search import wordbooks
from search.actions import drain_marks
from search.engines import engine
from search.engines.base import EngineUnavailableError, SearchRequest
from search.scope import scope_of
from tests.factories import person
from tests.search.conftest import Tree, publish

PAGE = "/library/"


@pytest.fixture
def reader(tree: Tree, client):
    user = person(tree.far, "teacher", username="linh")
    client.force_login(user)
    return client


def titles(response) -> list[str]:
    found = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', response.content.decode())
    return [re.sub(r"</?mark>", "", title) for title in found]


def test_a_query_without_marks_finds_a_lesson_of_another_school(tree, reader):
    publish(tree, "Toán lớp 5: Hỗn số")
    publish(tree, "Cây và hoa", subject="khoa-hoc", grades=("lop-4",))
    drain_marks()
    response = reader.get(PAGE, {"q": "toan lop 5"})
    assert titles(response) == ["Toán lớp 5: Hỗn số"]
    html = response.content.decode()
    assert "<mark>Toán lớp 5</mark>: Hỗn số" in html
    assert "1 học liệu" in html
    assert "<strong>Toán</strong>, <strong>Lớp 5</strong>" in html


def test_what_authors_write_is_escaped(tree, reader):
    publish(tree, "<script>alert(1)</script> toán & hình", description="<b>toán</b>")
    drain_marks()
    html = reader.get(PAGE, {"q": "toan"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>toán</mark> &amp; hình" in html
    assert "&lt;b&gt;<mark>toán</mark>&lt;/b&gt;" in html


def test_the_page_costs_six_queries(tree, reader, django_assert_max_num_queries):
    for number in range(14):
        publish(tree, f"Phân số {number}", grades=(f"lop-{number % 5 + 1}",))
    drain_marks()
    reader.get(PAGE)
    with django_assert_max_num_queries(6):
        response = reader.get(PAGE, {"q": "phan so", "grade": ["lop-1", "lop-2"], "unit": "pho-hien"})
    assert len(titles(response)) == 6


def test_facets_count_and_keep_their_choice(tree, reader):
    publish(tree, "Phân số")
    publish(tree, "Hỗn số", grades=("lop-4",))
    publish(tree, "Câu ghép", subject="tieng-viet")
    publish(tree, "Ở trường khác", owner=tree.far)
    drain_marks()
    html = reader.get(PAGE, {"grade": "lop-5", "subject": "toan"}).content.decode()
    assert re.search(r'value="lop-5"[^>]* checked><span>Lớp 5</span><span class="n">2</span>', html)
    assert re.search(r'value="lop-4"[^>]*form="search"><span>Lớp 4</span><span class="n">1</span>', html)
    assert re.search(r'value="tieng-viet"[^>]*><span>Tiếng Việt</span><span class="n">1</span>', html)
    assert re.search(r'value="tan-hung"[^>]*><span>Xã Tân Hưng</span><span class="n">1</span>', html)
    assert 'value="so"' not in html  # all results are below it
    assert '<a class="chip chip-on" href="?grade=lop-5"' in html
    assert '<a class="chip chip-on" href="?subject=toan"' in html


def test_an_htmx_request_gets_the_parts_only(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    part = reader.get(PAGE, {"q": "phân"}, headers={"HX-Request": "true"})
    html = part.content.decode()
    assert titles(part) == ["Phân số"]
    assert "<html" not in html
    assert '<div id="facets" hx-swap-oob="innerHTML">' in html
    assert "HX-Request" in part.headers["Vary"]
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in reader.get(PAGE, headers=back).content.decode()


def test_a_withdrawn_lesson_is_gone_before_the_index_knows(tree, reader):
    publication = publish(tree, "Phân số")
    publish(tree, "Phân số thập phân")
    drain_marks()
    actions.withdraw(by=None, publication=publication, cause="Nhầm bản", for_cause=True)
    response = reader.get(PAGE, {"q": "phân số"})
    assert titles(response) == ["Phân số thập phân"]
    assert "1 học liệu" in response.content.decode()
    drain_marks()
    assert not engine().check()


def test_nothing_found_offers_a_way_on(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    html = reader.get(PAGE, {"q": "xyzzy", "grade": "lop-5"}).content.decode()
    assert "Không tìm thấy “xyzzy”" in html
    assert re.search(r'<a class="btn btn-line" href="\?q=xyzzy">', html)


def test_nothing_found_suggests_subjects_that_hold_lessons(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    response = reader.get(PAGE, {"q": "xyzzy"})
    shown = response.content.decode()
    assert re.findall(r'<a class="chip" href="/library/\?subject=([^"]*)">', shown) == ["toan"]
    assert re.search(r'id="narrow-head"[^>]* hidden', shown)
    assert not re.search(r'id="narrow-head"[^>]* hidden', reader.get(PAGE).content.decode())


def test_unknown_codes_are_left_out_with_a_note(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    note = "bộ lọc chưa có ở đây"
    for query in ({"unit": "khong-co"}, {"subject": "zzqq"}, {"year": "zzqq"}, {"grade": "<b>"}):
        response = reader.get(PAGE, query)
        shown = response.content.decode()
        assert titles(response) == ["Phân số"], query
        assert note in shown, query
        assert "chip-on" not in shown
        assert not re.search(r'value="(khong-co|zzqq)"', shown)
    known = reader.get(PAGE, {"unit": tree.other_xa.code}).content.decode()  # there, but without lessons
    assert note not in known
    assert "Xã Tân Hưng" in known


def test_marks_are_exact_where_the_lesson_has_the_words_exactly(tree, reader):
    publish(tree, "Phân số bằng nhau", description="Bài có phản hồi tức thì")
    drain_marks()
    assert "<mark>phản</mark>" not in reader.get(PAGE, {"q": "phân số"}).content.decode()
    assert "<mark>phản</mark>" in reader.get(PAGE, {"q": "phan"}).content.decode()


def test_a_word_of_several_is_not_marked_alone_where_they_stand_together(tree, reader):
    publish(tree, "Cộng hai phân số", description="Khác mẫu số")
    drain_marks()
    page = reader.get(PAGE, {"q": "phan so"}).content.decode()
    assert "<mark>phân số</mark>" in page
    assert "<mark>số</mark>" not in page


def test_of_too_long_a_query_the_beginning_is_searched_and_that_is_told(tree, reader):
    publish(tree, "Phân số bằng nhau")
    drain_marks()
    told = "Chỉ tìm theo 200 chữ đầu"
    page = reader.get(PAGE, {"q": "phân số " * 25 + "thập phân"})
    assert titles(page) == ["Phân số bằng nhau"]
    assert told in page.content.decode()
    assert "thập" not in page.content.decode()
    whole = reader.get(PAGE, {"q": "   phân số" * 20}).content.decode()  # only the spaces were too many
    assert told not in whole
    assert reader.get(PAGE, {"q": "a" * 2_000}).status_code == 200
    assert reader.get(f"{PAGE}suggest/", {"q": "a" * 2_000}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "x"},
        {"page": "99999"},
        {"sort": "best'; --"},
        {"grade": "<script>"},
        {"grade": ["lop-5"] * 500},
        {"unit": "../../etc"},
        {"q": "\x1f“”"},
        {"q": "\0"},
    ],
)
def test_bad_parameters_are_left_out(tree, reader, query):
    publish(tree, "Phân số")
    drain_marks()
    response = reader.get(PAGE, query)
    assert response.status_code == 200
    assert titles(response) == ["Phân số"]
    assert "<script>" not in response.content.decode()


def test_while_the_index_is_built_the_page_says_so(reader, monkeypatch):
    def unavailable(_request):
        raise EngineUnavailableError

    monkeypatch.setattr(engine(), "search", unavailable)
    response = reader.get(PAGE, {"q": "toán"})
    assert response.status_code == 503
    assert "đang được lập lại" in response.content.decode()


def test_guests_see_what_is_open_to_them(tree, client):
    publish(tree, "Bài kín")
    publish(tree, "Bài mở", at=tree.school, guests=True)
    drain_marks()
    assert titles(client.get(PAGE)) == ["Bài mở"]


def test_results_come_in_the_order_asked_for(tree, reader):
    first = publish(tree, "Đo độ dài")
    publish(tree, "Biểu đồ")
    ResourceUse.objects.create(resource=first.version.resource, day=today(), count=1)
    drain_marks()
    assert titles(reader.get(PAGE, {"sort": "title"})) == ["Biểu đồ", "Đo độ dài"]
    by_use = reader.get(PAGE, {"sort": "used"})
    assert titles(by_use) == ["Đo độ dài", "Biểu đồ"]
    assert "1 lượt dùng" in by_use.content.decode()
    assert re.search(r'<option value="used" selected>', by_use.content.decode())
    # Without words nothing is a better match; the newest is what one gets unasked.
    bare = reader.get(PAGE).content.decode()
    assert re.findall(r'<option value="(\w*)"', bare) == ["", "used", "title"]
    assert re.findall(r'<option value="(\w*)"', reader.get(PAGE, {"q": "do"}).content.decode())[:2] == [
        "",
        "new",
    ]


def test_level_year_type_and_licence_narrow_and_are_cleared_together(tree, reader):
    publish(tree, "Phân số", year=2024)
    publish(tree, "Đa thức", grades=("lop-7",), year=2025)
    drain_marks()
    chosen = {"q": "toán", "sort": "title", "level": ["th", "thcs"], "year": "2024", "licence": "cc-by"}
    response = reader.get(PAGE, chosen)
    html = response.content.decode()
    assert titles(response) == ["Phân số"]
    assert re.search(r'value="2025"[^>]*><span>2025</span><span class="n">1</span>', html)
    assert re.search(r'value="thcs"[^>]* checked><span>[^<]*</span><span class="n">0</span>', html)
    assert re.search(r'<a href="\?q=to%C3%A1n&amp;sort=title" class="small">', html)


def test_ten_thousand_results_are_paged_sanely(tree, reader, monkeypatch):
    publish(tree, "Phân số")
    drain_marks()
    found = engine().search(SearchRequest(scope=scope_of(tree.teacher)))
    many = replace(found, total=10_000, page=500, pages=1000)
    monkeypatch.setattr(engine(), "search", lambda _request: many)
    html = reader.get(PAGE, {"page": "500"}).content.decode()
    assert "10.000 học liệu" in html
    assert "Danh sách dừng ở 5.000 học liệu" in html
    pages = re.search(r'<nav class="pages".*?</nav>', html, re.DOTALL)
    assert pages
    assert re.findall(r">(\d+|…)<", pages.group()) == ["1", "…", "499", "500"]
    assert 'rel="next"' not in html
    monkeypatch.setattr(engine(), "search", lambda _request: replace(many, page=1))
    assert "Danh sách dừng ở" not in reader.get(PAGE).content.decode()


def test_data_are_marked_as_vietnamese_on_an_english_page(tree, reader, settings):
    publish(tree, "Phân số")
    drain_marks()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = reader.get(PAGE).content.decode()
    assert '<span lang="vi"><span lang="en">Grade 5</span></span>' in english  # a name with a translation
    assert '<div class="result-body" lang="vi">' in english
    assert f"<span>{today().year}</span>" in english
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert 'lang="vi">Lớp' not in reader.get(PAGE).content.decode()


# Suggestions and the picker


def test_suggestions_name_subjects_and_visible_lessons(tree, reader):
    publish(tree, "Toán vui mỗi ngày")
    publish(tree, "Toán của trường Nguyễn Huệ", at=tree.school)
    drain_marks()
    html = reader.get(reverse("search:suggest"), {"q": "toa"}).content.decode()
    assert html.count('role="option"') == 2
    assert (
        '<a role="option" aria-selected="false" tabindex="-1" id="suggest-1" href="/library/?subject=toan"'
        in html
    )
    assert "<span><mark>Toá</mark>n vui mỗi ngày</span>" in html
    assert "Nguyễn Huệ" not in html
    assert reader.get(reverse("search:suggest"), {"q": " "}).content.strip() == b""


def test_suggestions_name_authors_of_whom_something_is_seen(tree, reader):
    seen = person(tree.school, "teacher", username="thu-ha", last_name="Trần Thị", first_name="Thu Hà")
    hidden = person(tree.school, "teacher", username="thu-hong", last_name="Trần Thị", first_name="Thu Hồng")
    tree.teacher = seen
    publish(tree, "Bảng nhân")
    tree.teacher = hidden
    publish(tree, "Bảng chia", at=tree.school)
    drain_marks()
    wordbooks.learn()
    for text in ("tran thi thu", "trần thị th", "thu ha", "Trần Thị Thu Hà"):
        html = reader.get(reverse("search:suggest"), {"q": text}).content.decode()
        assert html.count('role="option"') == 1, text
        link = re.search(r'href="([^"]*)"', html)
        assert link and "Bảng nhân" in reader.get(link[1]).content.decode()
    for text in ("tran", "trân thị thu", "Trần Thị Thu Hồng"):
        assert not reader.get(reverse("search:suggest"), {"q": text}).content.strip(), text


def test_suggestions_with_the_marks_typed_come_first(tree, reader):
    publish(tree, "Toán vui")
    publish(tree, "An toàn điện")  # newer
    drain_marks()
    html = reader.get(reverse("search:suggest"), {"q": "toán"}).content.decode()
    assert html.index("vui") < html.index("điện")


def test_suggestions_begin_with_what_was_meant_where_nothing_begins_as_typed(tree, reader):
    publish(tree, "Quang hợp ở cây xanh")
    drain_marks()
    wordbooks.learn()
    with CaptureQueriesContext(connection) as asked:
        html = reader.get(reverse("search:suggest"), {"q": "quagn hop"}).content.decode()
    assert "<mark>Quang hợp</mark> ở cây xanh" in html
    whose = [query for query in asked if query["sql"].startswith('SELECT "accounts_unitancestry"')]
    assert len(whose) <= 1, "a second look asks anew what the person may find"
    assert reader.get(reverse("search:suggest"), {"q": "zzzz"}).content.strip() == b""


def test_a_tab_is_announced_by_its_name_and_long_words_are_not_quoted_whole(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    said = reader.get(PAGE, {"q": "phân số", "what": "news"}, headers={"HX-Request": "true"})
    assert re.search(r'id="count"[^>]*>Tin tức: tìm thấy 0\s*<', said.content.decode())
    shown = reader.get(PAGE, {"q": "xyzzy " * 20}).content.decode()
    quoted = re.search(r"Không tìm thấy “([^”]*)”", shown)
    assert quoted
    assert quoted[1] == ("xyzzy " * 20)[:59] + "…"


def test_suggestions_leave_out_what_was_withdrawn_just_now(tree, reader):
    publication = publish(tree, "Toán vui")
    drain_marks()
    actions.withdraw(by=None, publication=publication)
    assert "Toán vui" not in reader.get(reverse("search:suggest"), {"q": "toan vui"}).content.decode()


def test_the_picker_offers_what_a_units_courses_may_use(tree, reader):
    everywhere = publish(tree, "Phân số của Sở").version.resource
    publish(tree, "Phân số mở của trường khác", at=tree.school, guests=True)
    document = publish(tree, "Phân số, tài liệu in", kind="pdf").version.resource
    drain_marks()
    address = reverse("search:pick")
    ask = {"q": "phan so", "unit": tree.far.code}
    html = reader.get(address, {**ask, "kind": "package"}).content.decode()
    assert re.findall(r'type="radio" name="resource" value="([^"]+)"', html) == [str(everywhere.uid)]
    html = reader.get(address, {**ask, "kind": "resource", "name": "activity"}).content.decode()
    assert re.findall(r'type="radio" name="activity" value="([^"]+)"', html) == [str(document.uid)]
    assert reader.get(address, {"kind": "film"}).status_code == 400


def test_the_picker_asks_for_sign_in(client, db):
    assert client.get(reverse("search:pick")).status_code == 302


def test_what_holds_no_word_says_that_nothing_was_searched(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    said = "Chưa tìm gì: nội dung vừa gõ không có chữ hay số nào."
    for text in ("🙂", "...", "   "):
        html = reader.get(PAGE, {"q": text}).content.decode()
        assert said in html and "Phân số" in html
    assert said not in reader.get(PAGE).content.decode()


def test_marks_that_nothing_has_are_named(tree, reader):
    publish(tree, "Bộ phận của cây")
    drain_marks()
    said = "Chưa có học liệu nào có “bộ phân” đúng dấu như vậy."
    assert said in reader.get(PAGE, {"q": "bộ phân"}).content.decode()
    assert "đúng dấu như vậy" not in reader.get(PAGE, {"q": "bộ phận"}).content.decode()
    assert "đúng dấu như vậy" not in reader.get(PAGE, {"q": "bo phan"}).content.decode()


def test_a_word_with_marks_that_the_library_does_not_know_is_another_one(tree, reader):
    publish(tree, "Bộ phận của cây")
    drain_marks()
    wordbooks.learn()
    html = reader.get(PAGE, {"q": "bò"}).content.decode()
    assert "Bộ phận" not in html and "Chưa có học liệu nào có đúng các dấu này." in html
    link = re.search(r'href="\?(q=bo)"[^>]*>Xem 1 học liệu có chữ này với dấu khác', html)
    assert link and titles(reader.get(f"{PAGE}?{link[1]}")) == ["Bộ phận của cây"]
    publish(tree, "Con bò")
    drain_marks()
    assert titles(reader.get(PAGE, {"q": "bò"})) == ["Con bò"]


def test_a_question_that_few_answer_offers_its_parts(tree, reader):
    publish(tree, "Nhãn lồng Hưng Yên")
    publish(tree, "Danh nhân Hưng Yên", at=tree.school)
    publish(tree, "Biện pháp nhân hóa", description="Một vài câu tục ngữ và ca dao")
    drain_marks()
    wordbooks.learn()
    html = reader.get(PAGE, {"q": "ca dao tục ngữ về chim ở Hưng Yên"}).content.decode()
    link = re.search(r'class="chip" href="\?(q=[^"]*)"><span>Hưng Yên</span> <span class="soft">1<', html)
    assert link and titles(reader.get(f"{PAGE}?{link[1]}")) == ["Nhãn lồng Hưng Yên"]
    assert "Tìm riêng từng phần" not in reader.get(PAGE, {"q": "Nhãn lồng Hưng Yên"}).content.decode()
    assert "Tìm riêng từng phần" not in reader.get(PAGE, {"q": "danh nhân"}).content.decode()


def test_words_that_stand_nowhere_side_by_side_are_said_to(tree, reader):
    publish(tree, "Chuyển động thẳng biến đổi đều")
    drain_marks()
    said = "không đứng liền nhau"
    assert said in reader.get(PAGE, {"q": "chuyển đổi"}).content.decode()
    assert said not in reader.get(PAGE, {"q": "chuyển động đều"}).content.decode()
    assert said not in reader.get(PAGE, {"q": "chuyển"}).content.decode()
    publish(tree, "Trường học", description="Chuyển đổi số")
    drain_marks()
    assert said not in reader.get(PAGE, {"q": "chuyển đổi"}).content.decode()


def test_an_abbreviation_without_lessons_says_what_it_means(tree, reader):
    publish(tree, "Thế giới quanh em", description="Học sinh tìm hiểu giới động vật")
    drain_marks()
    html = reader.get(PAGE, {"q": "HSG"}).content.decode()
    assert "học sinh giỏi" in html and "Thế giới" not in html
    publish(tree, "Bồi dưỡng học sinh khá, giỏi")
    drain_marks()
    assert len(titles(reader.get(PAGE, {"q": "HSG"}))) == 1


def test_a_linking_word_without_marks_is_no_lack_of_marks(tree, reader):
    publish(tree, "Trạm học tập", description="Dạy học ở trạm")
    drain_marks()
    assert "đúng dấu như vậy" not in reader.get(PAGE, {"q": "dạy học theo trạm"}).content.decode()


def test_the_page_says_how_many_have_all_the_words(tree, reader):
    publish(tree, "Vòng tuần hoàn nước")
    publish(tree, "Vòng tuần hoàn máu")
    drain_marks()
    html = reader.get(PAGE, {"q": "vòng tuần hoàn nước"}).content.decode()
    assert "Có 1 học liệu đủ các từ; còn lại là học liệu gần nhất." in html
    assert "máu" in html
    assert "học liệu gần nhất" not in reader.get(PAGE, {"q": "vòng tuần hoàn"}).content.decode()


def test_nothing_within_quotation_marks_leads_to_the_words_without(tree, reader):
    publish(tree, "Phân tích số liệu")
    drain_marks()
    html = reader.get(PAGE, {"q": '"phân số"'}).content.decode()
    assert 'href="?q=ph%C3%A2n+s%E1%BB%91"' in html and "Tìm không có dấu ngoặc kép" in html


def test_a_licence_is_understood(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    assert "<strong>CC BY</strong>" in reader.get(PAGE, {"q": "cc by"}).content.decode()
