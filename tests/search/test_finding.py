"""What the search page offers besides results: stars, units as a tree, other kinds, ways on."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from courses.training.models import Course
from repository.actions.ratings import rate, unrate
from search import unit_facet
from search.actions import drain_marks
from search.engines import engine
from search.facets import Facet, Value
from search.models import SearchDirty
from search.templatetags.finding import facet_lines, opinion
from search.unit_tree import UnitTree
from tests.factories import person
from tests.search.conftest import Tree, publish
from tests.search.contract import document

PAGE = "/library/"


@pytest.fixture
def linh(tree: Tree):
    return person(tree.far, "teacher", username="linh")


@pytest.fixture
def reader(linh, client):
    client.force_login(linh)
    return client


def titles(response) -> list[str]:
    found = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', response.content.decode())
    return [re.sub(r"</?mark>", "", title) for title in found]


# Stars


def test_stars_are_indexed_once_a_change_shown_and_narrowed_by(tree, reader, linh):
    good = publish(tree, "Phân số hay").version.resource
    publish(tree, "Phân số thường")
    drain_marks()
    rate(by=linh, resource=good, stars=5)
    marks = SearchDirty.objects.get(object_id=good.pk).marks
    rate(by=linh, resource=good, stars=5, comment="Chỉ thêm lời")
    assert SearchDirty.objects.get(object_id=good.pk).marks == marks == 1
    drain_marks()
    assert not engine().check()
    html = reader.get(PAGE, {"q": "phan so"}).content.decode()
    assert "5 (1 đánh giá)" in html
    assert re.search(r'name="rating" value="4"[^>]*><span>Từ 4 sao</span><span class="n">1</span>', html)
    assert not re.search(r'name="rating" value="[125]"', html)
    assert titles(reader.get(PAGE, {"rating": "4"})) == ["Phân số hay"]
    unrate(by=linh, resource=good)
    drain_marks()
    assert "đánh giá)" not in reader.get(PAGE, {"q": "phan so"}).content.decode()


@pytest.mark.parametrize(("language", "figures"), [("vi", ("4,8", "1.234")), ("en", ("4.8", "1,234"))])
def test_figures_have_the_signs_of_the_language_of_the_page(language, figures):
    with translation.override(language):
        said = opinion(document(1, "Bài", rating=4.75, rated=1234))
        box = facet_lines(Facet("type", "", ()), [Value("x", "X", 1234)], "")
    assert all(figure in said for figure in figures)
    assert figures[1] in box


# Units


TREE = UnitTree(
    {code: code.upper() for code in ("so", "xa", "xa2", "a", "b", "c")},
    {"xa": "so", "xa2": "so", "a": "xa", "b": "xa", "c": "xa2"},
)
COUNTED = [("so", 9), ("xa", 6), ("a", 4), ("xa2", 3), ("c", 3), ("b", 2)]


def shown(chosen: tuple[str, ...]) -> list[tuple[int, str, bool, str]]:
    facet = unit_facet.build(COUNTED, chosen, TREE, "+".join)
    assert facet
    return [(value.depth, value.code, value.chosen, value.widens) for value in facet.values]


def test_the_tree_opens_where_one_narrows():
    assert shown(()) == [(0, "xa", False, ""), (0, "xa2", False, "")]
    assert shown(("xa",)) == [
        (0, "xa", True, ""),
        (1, "a", False, ""),
        (1, "b", False, ""),
        (0, "xa2", False, ""),
    ]


def test_what_lies_above_a_chosen_unit_widens_to_it():
    assert shown(("b", "xa2"))[:3] == [(0, "xa", False, "xa2+xa"), (1, "b", True, ""), (1, "a", False, "")]


def test_a_chosen_unit_without_results_stays_to_be_taken_away():
    facet = unit_facet.build([], ("b",), TREE, lambda codes: "?" + "+".join(codes))
    assert facet
    assert [(value.code, value.count, value.without) for value in facet.values] == [("b", 0, "?")]


def test_a_unit_stands_for_all_below_it(tree, reader):
    publish(tree, "Của Nguyễn Huệ")
    publish(tree, "Của An Tảo", owner=tree.sister)
    publish(tree, "Của Tân Hưng", owner=tree.far)
    drain_marks()
    html = reader.get(PAGE).content.decode()
    assert 'value="th-an-tao"' not in html
    narrowed = reader.get(PAGE, {"unit": "pho-hien"})
    assert sorted(titles(narrowed)) == ["Của An Tảo", "Của Nguyễn Huệ"]
    html = narrowed.content.decode()
    assert re.search(r'data-depth="1"><input[^>]* value="th-an-tao"', html)
    deeper = reader.get(PAGE, {"unit": "th-an-tao"})
    assert titles(deeper) == ["Của An Tảo"]
    both = reader.get(PAGE, {"unit": ["pho-hien", "th-an-tao"]})  # a tick beneath a tick narrows
    assert titles(both) == ["Của An Tảo"]
    assert "bộ lọc chưa có ở đây" not in both.content.decode()
    assert re.search(
        r'<a class="choice" id="w-pho-hien" href="/library/\?unit=pho-hien"', deeper.content.decode()
    )


def test_what_the_highest_unit_owns_itself_can_be_told_from_all_below_it(tree, reader):
    publish(tree, "Của trường")
    publish(tree, "Của Sở", owner=tree.so)
    publish(tree, "Của Sở nữa", owner=tree.so)
    drain_marks()
    html = reader.get(PAGE).content.decode()
    words = r'Sở GD&amp;ĐT Hưng Yên <span lang="vi">\(chỉ của đơn vị này\)</span>'
    assert re.search(rf'value="so\."[^>]*><span>{words}</span><span class="n">2</span>', html)
    own = reader.get(PAGE, {"unit": "so."})
    assert sorted(titles(own)) == ["Của Sở", "Của Sở nữa"]
    assert "bộ lọc chưa có ở đây" not in own.content.decode()
    assert len(titles(reader.get(PAGE, {"unit": ["so.", "pho-hien"]}))) == 3


# Other kinds


def test_courses_are_found_beside_lessons_and_alone(tree, reader):
    publish(tree, "Chuyển đổi số ở lớp 5")
    for number in range(4):
        Course.objects.create(
            title=f"Chuyển đổi số, phần {number}",
            unit=tree.so,
            state=Course.State.OPEN,
            owner=tree.teacher,
        )
    Course.objects.create(title="Chuyển đổi số, nháp", unit=tree.so, owner=tree.teacher)
    engine().rebuild()
    html = reader.get(PAGE, {"q": "chuyen doi so"}).content.decode()
    assert "1 học liệu" in html
    assert re.search(r'id="o-course">Khóa bồi dưỡng <span class="soft">4</span>', html)
    assert html.count("Chuyển đổi số</mark>, phần") == 3
    assert "nháp" not in html
    alone = reader.get(PAGE, {"q": "chuyen doi so", "what": "course"})
    assert len(titles(alone)) == 4
    assert 'aria-current="page" href="?q=chuyen+doi+so&amp;what=course"' in alone.content.decode()
    assert 'name="what" value="course"' in alone.content.decode()  # the next words keep the kind
    assert 'class="badge">1</span>' in alone.content.decode()  # the tab of lessons
    assert 'value="used"' not in alone.content.decode()
    assert reader.get(PAGE, {"what": "zzz"}).status_code == 200


def test_a_tab_without_results_leads_to_the_lessons_that_have_the_words(tree, reader):
    publish(tree, "Quang hợp ở cây xanh")
    publish(tree, "Quang hợp là gì")
    drain_marks()
    html = reader.get(PAGE, {"q": "quang hop", "what": "course"}).content.decode()
    assert re.search(r'href="\?q=quang\+hop">2 học liệu có từ này</a>', html)
    assert "có từ này" not in reader.get(PAGE, {"q": "zzzz", "what": "course"}).content.decode()


def test_words_typed_next_are_searched_by_meaning_again(tree, reader):
    publish(tree, "Phân số")
    drain_marks()
    html = reader.get(PAGE, {"q": "phân số", "exact": "1"}).content.decode()
    assert 'data-exact="phân số"' in html
    assert not re.search(r'<input[^>]*name="exact"', html)
    assert "data-exact" not in reader.get(PAGE, {"q": "phân số"}).content.decode()


def test_few_results_under_filters_offer_to_take_these_away(tree, reader):
    publish(tree, "Phân số", grades=("lop-5",))
    drain_marks()
    html = reader.get(PAGE, {"q": "phân số", "grade": "lop-5"}).content.decode()
    assert re.search(r'bộ lọc này\. <a href="\?q=[^"&]*">Bỏ bộ lọc</a>', html)
    assert "bộ lọc này." not in reader.get(PAGE, {"q": "phân số"}).content.decode()


# Nothing found


def test_an_empty_page_looks_wider(tree, reader):
    publish(tree, "Phân số", grades=("lop-5",))
    publish(tree, "Câu ghép", subject="tieng-viet", grades=("lop-4",))
    drain_marks()
    html = reader.get(PAGE, {"q": "phân số", "grade": "lop-4", "subject": "toan"}).content.decode()
    assert "Tìm rộng hơn" in html
    assert re.search(
        r'<a href="\?q=ph%C3%A2n\+s%E1%BB%91">Bỏ mọi bộ lọc</a> <span class="soft">1 học liệu', html
    )
    assert re.search(r'<a href="\?q=[^"]*&amp;subject=toan">Bỏ lọc “Lớp”</a>', html)
    assert "Bỏ lọc “Môn học”" not in html  # no lesson of grade 4 has the words
    assert reverse("search:save") in html


def test_parts_of_an_answer_are_asked_for_without_a_new_page(tree, reader):
    for number in range(11):
        publish(tree, f"Phân số {number}")
    drain_marks()
    html = reader.get(PAGE, {"q": "phan so", "subject": "toan"}).content.decode()
    boosted = re.findall(r'<(?:div|nav)[^>]* hx-boost="true" hx-target="#found"', html)
    assert len(boosted) == 2  # chips, pages
