"""The tree table: what stands open, in which order, how much is left out, and what 30 days brought."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.days import today
from accounts.models import OrgUnit
from courses.coverage import actions
from courses.coverage.figures import Measure, Population
from courses.coverage.tree import SHOWN, Line, Tree, Wish, make_tree, whole_tree
from courses.training.models import Completion
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import signed_in, text_of
from tests.factories import CompletionFactory, OrgUnitFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def tree_of(board: Board, unit: OrgUnit | None = None, opened: str | None = None, **wish: object) -> Tree:
    board.target.refresh_from_db()
    unit = OrgUnit.objects.named().get(pk=(unit or board.sector.so).pk)
    population = Population(Measure.of_target(board.target), today(), "now", unit.pk)
    asked = Wish.read(opened, str(wish.get("sort", "")), bool(wish.get("whole")))
    return make_tree(population, unit, asked)


def shown(tree: Tree) -> list[tuple[int, str]]:
    return [(line.depth, line.key) for line in tree.lines]


def line(tree: Tree, key: str) -> Line:
    return next(one for one in tree.lines if one.key == key)


def test_children_with_the_office_first_and_those_below_only_on_demand(board: Board) -> None:
    assert shown(tree_of(board)) == [(1, "so-own"), (1, "xa-khac"), (1, "xa")]
    opened = tree_of(board, opened="xa,th")
    assert shown(opened) == [(1, "so-own"), (1, "xa-khac"), (1, "xa"), (2, "xa-own"), (2, "th")]
    assert line(opened, "xa").opened is True
    assert line(opened, "xa").toggle == "th"
    assert line(opened, "xa-khac").opened is False
    assert line(opened, "xa-khac").toggle == "xa,th,xa-khac"
    assert line(opened, "th").opened is None  # a school: nothing below
    assert line(tree_of(board, opened="xa"), "xa").toggle == "-"


def test_a_unit_elsewhere_does_not_open(board: Board) -> None:
    s = board.sector
    assert shown(tree_of(board, unit=s.xa, opened="xa-khac,th-khac,so")) == [(1, "xa-own"), (1, "th")]


def test_a_school_has_its_total_only(board: Board) -> None:
    tree = tree_of(board, unit=board.sector.school)
    assert (tree.total.people, tree.lines) == (1, [])


def test_orders(board: Board) -> None:
    s = board.sector
    for _n in range(3):
        person(s.school)
    CompletionFactory(user=s.teacher, course=s.course, on=today())
    actions.recompute_target(target=board.target)
    keys = {sort: [k for _d, k in shown(tree_of(board, sort=sort))] for sort in ("share", "missing", "name")}
    assert keys == {
        "share": ["so-own", "xa-khac", "xa"],  # 0 % before 20 %
        "missing": ["so-own", "xa", "xa-khac"],  # four before two
        "name": ["so-own", "xa-khac", "xa"],  # Ân Thi before Tiên Lữ
    }


def test_many_children_of_several_kinds_are_gathered(board: Board) -> None:
    s = board.sector
    schools = [OrgUnitFactory(code=f"thpt-{n:02}", kind="thpt", parent=s.so) for n in range(13)]
    for school in schools:
        person(school)
    actions.recompute_target(target=board.target)
    first = tree_of(board)
    assert shown(first)[:2] == [(1, "so-own"), (1, "k-thpt")]
    assert line(first, "k-thpt").count == 13
    assert line(first, "k-thpt").opened is True  # most people are missing there
    assert line(first, "thpt-00").depth == 2
    assert line(first, "k-xa").opened is False
    assert line(first, "k-thpt").row.short == 10  # of all of them together: 70 % of 13
    closed = tree_of(board, opened="-")
    assert shown(closed) == [(1, "so-own"), (1, "k-thpt"), (1, "k-xa")]
    both = tree_of(board, opened="k-xa,xa")
    assert (3, "th") in shown(both)
    assert not any(key.startswith("thpt-") for _depth, key in shown(both))


def test_long_lists_are_cut_until_all_are_asked_for(board: Board) -> None:
    s = board.sector
    for n in range(SHOWN + 4):
        person(OrgUnitFactory(code=f"m-{n:02}", parent=s.xa))
    actions.recompute_target(target=board.target)
    cut = tree_of(board, unit=s.xa)
    assert (len(cut.lines), cut.hidden) == (SHOWN + 1, 5)  # the commune's own staff besides
    assert tree_of(board, unit=s.xa, whole=True).hidden == 0
    page = signed_in(s.manager).get(board.url(unit="xa"))
    assert "Xem 5 đơn vị còn lại" in text_of(page)


def test_thirty_days_count_first_completions_only(board: Board) -> None:
    s = board.sector
    CompletionFactory(user=s.teacher, course=s.course, on=today() - timedelta(days=40))
    once_more = today() - timedelta(days=5)
    Completion.objects.create(enrolment=s.enrolment, user=s.teacher, course=s.course, on=once_more)
    CompletionFactory(user=s.stranger, course=s.course, on=today() - timedelta(days=5))
    actions.recompute_target(target=board.target)
    tree = tree_of(board)
    assert {one.key: one.row.gain for one in tree.lines} == {"so-own": 0, "xa": 0, "xa-khac": 1}
    assert tree.total.gain == 1
    assert line(tree, "xa-khac").row.points == 50


def test_the_whole_tree_agrees_with_the_table(board: Board) -> None:
    s = board.sector
    CompletionFactory(user=s.teacher, course=s.course, on=today())
    OrgUnitFactory(code="rong", name="Không ai", parent=s.xa)
    actions.recompute_target(target=board.target)
    population = Population(Measure.of_target(board.target), today(), "now", s.so.pk)
    rows = [
        (branch.depth, branch.row.code, branch.row.people, branch.row.trained, branch.row.gain)
        for branch in whole_tree(population, s.so)
    ]
    assert rows == [
        (0, "so", 5, 1, 1),
        (1, "xa-khac", 2, 0, 0),
        (2, "th-khac", 1, 0, 0),
        (1, "xa", 2, 1, 1),
        (2, "th", 1, 1, 1),
    ]


def test_history_ends_at_the_figure_of_the_page(board: Board) -> None:
    s = board.sector
    for user, days in ((s.teacher, 50), (s.stranger, 3)):
        CompletionFactory(user=user, course=s.course, on=today() - timedelta(days=days))
    CompletionFactory(user=UserFactory(), course=s.course, on=today())
    actions.recompute_target(target=board.target)
    measure = Measure.of_target(board.target)
    for structure in ("now", "then"):
        for back in (0, 10):
            population = Population(measure, today() - timedelta(days=back), structure, s.so.pk)  # type: ignore[arg-type]
            done = sum(figure.trained for figure in population.figures.values())
            assert sum(population.by_day().values()) == done == (1 if back else 2)


def test_the_page_links_to_the_people_of_each_line_and_opens_without_script(board: Board) -> None:
    client = signed_in(board.sector.manager)
    html = client.get(board.url()).content.decode()
    assert f"{board.url('people')}?unit=xa-khac" in html
    link = re.search(r'id="line-xa"[^>]*href="([^"#]+)#', html)
    assert link is not None
    opened = client.get(board.url() + link[1].replace("&amp;", "&"))
    assert "Tiểu học Tiên Lữ" in text_of(opened)
    assert 'aria-expanded="true"' in opened.content.decode()


def test_the_chart_says_what_it_shows(board: Board) -> None:
    CompletionFactory(user=board.sector.teacher, course=board.sector.course, on=today() - timedelta(days=20))
    actions.recompute_target(target=board.target)
    html = signed_in(board.sector.manager).get(board.url()).content.decode()
    assert html.count('role="img" aria-label="Tỉ lệ đạt: 0') == 2  # one wide, one narrow
    assert "chart-wide" in html
    assert "chart-narrow" in html
    assert "Xem số liệu của biểu đồ" in html
    assert "Dự báo" in html
    assert not re.search(r'(?:x|y|cx|cy)="\d+,\d', html)  # figures of an SVG take no comma


@pytest.mark.parametrize("query", [{"open": "x" * 3000}, {"sort": "x"}, {"open": "k-,,-"}, {"all": ""}])
def test_nonsense_is_passed_over(board: Board, query: dict[str, str]) -> None:
    assert signed_in(board.sector.manager).get(board.url(**query)).status_code == 200


def test_nobody_in_the_population(board: Board) -> None:
    s = board.sector
    actions.edit_target(
        by=s.manager,
        target=board.target,
        name="Không ai",
        percent=70,
        first_day=board.target.first_day,
        deadline=board.target.deadline,
        positions=["staff"],
    )
    words = text_of(signed_in(s.manager).get(board.url()))
    assert "chưa có ai thuộc đối tượng" in words
    assert "Giữ nhịp" not in words
