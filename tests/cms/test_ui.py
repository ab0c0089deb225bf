"""Tags of the design system, and how figures are written."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from cms import formats, sprite

NBSP = "\u00a0"


def show(source: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/{query}")
    return engines["django"].from_string("{% load ui %}" + source).render(context, request)


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    translation.activate("vi")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1.234,5"),
        (1234567, "1.234.567"),
        ("0.10", "0,1"),
        (-0.001, "0"),
        (-12.345, "-12,35"),
        (None, "–"),
        ("abc", "abc"),
        (float("nan"), "nan"),
    ],
)
def test_number(value: object, text: str) -> None:
    assert formats.number(value) == text


def test_percent_takes_percent() -> None:
    assert formats.percent(46.96) == f"46,96{NBSP}%"
    assert formats.percent(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 B"), (999, "999 B"), (2048, "2 kB"), (19_293_798, "18,4 MB"), (3 * 1024**4, "3 TB"), ("x", "–")],
)
def test_size(value: object, text: str) -> None:
    assert formats.size(value) == text.replace(" ", NBSP)


def test_figures_have_the_signs_of_the_language_of_the_page() -> None:
    figures = "{{ n|vi_number }} {{ n|vi_percent:1 }} {{ b|vi_size }} {% stars r %}"
    for language, expected in (("vi", "1.234,5 1.234,5 % 18,4 MB"), ("en", "1,234.5 1,234.5 % 18.4 MB")):
        with translation.override(language):
            shown = show(figures, n=1234.5, b=19_293_798, r=4.75)
        assert shown.replace(NBSP, " ").startswith(expected)
        assert ("4.8" if language == "en" else "4,8") in shown


def test_initial_is_of_the_given_name() -> None:
    assert formats.initial("Nguyễn Thị đào") == "Đ"
    assert formats.initial("") == "?"


def test_dates_are_days_of_the_clock_in_viet_nam() -> None:
    late = datetime.datetime(2026, 11, 27, 20, 30, tzinfo=datetime.UTC)
    assert show("{% vi_date d %}", d=late) == '<time datetime="2026-11-28">28/11/2026</time>'
    assert f"thứ Bảy{NBSP}28/11" in show('{% vi_date d style="weekday" %}', d=late)
    assert ">3:30 28/11/2026<" in show("{% vi_datetime d %}", d=late)
    assert show("{% vi_date d %}{% vi_datetime d %}", d=None) == "––"
    assert show("{% vi_month d %}", d=late.date()) == "tháng 11"


def test_a_page_carries_each_symbol_it_uses_once() -> None:
    page = show(
        '{% page_symbols %}{% icon "check" %}{% icon "check" %}'
        '{% cover "math" "toan" "Lớp 5" %}{% endpage_symbols %}'
    )
    assert re.findall(r'<symbol id="([^"]+)"', page) == ["i-check", "s-toan"]
    assert page.count('<use href="#i-check"/>') == 2


def test_a_partial_brings_its_drawings() -> None:
    partial = show('{% icon "check" %}')
    assert "<use" not in partial
    assert sprite.symbols()["i-check"].inner in partial


def test_a_page_of_which_htmx_takes_a_part_brings_its_drawings_too() -> None:
    asked = SimpleNamespace(htmx=True)
    page = show('{% page_symbols %}{% icon "check" %}{% icon "undo" %}{% endpage_symbols %}', request=asked)
    assert "<use" not in page
    assert "<symbol" not in page
    assert all(sprite.symbols()[name].inner in page for name in ("i-check", "i-undo"))


def test_icons_are_hidden_unless_labelled() -> None:
    assert 'aria-hidden="true"' in show('{% icon "warn" class="bad" %}')
    labelled = show('{% icon "warn" label=label %}', label='<b>"')
    assert 'role="img" aria-label="&lt;b&gt;&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_an_icon_nobody_drew_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="i-nothing"):
        show('{% icon "nothing" %}')


def test_cover_shows_number_of_one_grade_and_falls_back() -> None:
    assert "<b>5</b>" in show('{% cover "math" "toan" "Lớp 5" %}')
    assert "<b>" not in show('{% cover "life" "mamnon" "Nhà trẻ" %}')
    assert sprite.symbols()["s-giaoan"].inner in show('{% cover "life" "unheard-of" "" %}')
    picture = show('{% cover "life" "" "" image=url %}', url="/p.webp?a=1&b=2")
    assert 'src="/p.webp?a=1&amp;b=2"' in picture
    assert 'loading="lazy"' in picture


def test_bar_stays_within_its_box() -> None:
    assert 'width="100"' in show("{% bar 130 %}")
    assert 'width="0"' in show("{% bar none %}", none=None)
    assert 'x="80"' in show("{% bar 46.5 80 %}")


def test_pages_keep_the_query() -> None:
    page = Paginator(range(500), 20).page(7)
    shown = show("{% paginate page %}", "?q=phân số&page=7", page=page)
    assert shown.count("<a ") == 6  # before, 1, 6, 8, 25, after
    assert "q=ph%C3%A2n+s%E1%BB%91&amp;page=8" in shown
    assert '<span aria-current="page">7</span>' in shown
    assert show("{% paginate page %}", page=Paginator(range(3), 20).page(1)).strip() == ""


def test_query_string_changes_and_removes() -> None:
    assert show('{% query_string page=None subject="toan" %}', "?q=a&page=2") == "?q=a&amp;subject=toan"


class Lesson(forms.Form):
    title = forms.CharField(label="Tên bài", help_text="Ngắn")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    mine = forms.BooleanField(label="Tôi là tác giả")
    words = forms.CharField(label="Từ khóa", required=False)


def test_field_ties_label_hint_and_error_together() -> None:
    shown = show("{% field form.title %}", form=Lesson({"title": ""}))
    assert '<label for="id_title">Tên bài</label>' in shown
    assert 'aria-describedby="id_title_error id_title_hint"' in shown
    assert 'id="id_title_error"' in shown
    assert 'id="id_title_hint">Ngắn' in shown
    assert 'aria-invalid="true"' in shown


def test_choices_are_a_fieldset_without_what_radios_may_not_have() -> None:
    shown = show("{% field form.kind %}", form=Lesson({}))
    assert "<legend>Loại</legend>" in shown
    assert 'aria-describedby="id_kind_error"' in shown
    assert "aria-invalid" not in shown
    assert 'class="seg"' in show('{% field form.kind shape="seg" %}', form=Lesson())


def test_optional_is_said_once() -> None:
    assert "không bắt buộc" in show("{% field form.words %}", form=Lesson())
    assert "không bắt buộc" not in show("{% field form.words quiet=True %}", form=Lesson())
    assert "không bắt buộc" not in show("{% field form.mine %}", form=Lesson())


def test_summary_links_to_every_field_and_takes_the_focus() -> None:
    form = Lesson({"title": ""})
    form.add_error(None, "Cả bài")
    shown = show("{% form_errors form %}", form=form)
    assert "còn 4 chỗ cần sửa" in shown
    assert re.findall(r'href="(#[^"]+)"', shown) == ["#id_title", "#id_kind_0", "#id_mine"]
    assert 'role="alert" tabindex="-1" data-focus' in shown
    assert "Cả bài" in shown
    assert show("{% form_errors form %}", form=Lesson()).strip() == ""


def test_what_people_typed_is_escaped() -> None:
    form = Lesson({"title": '"><script>alert(1)</script>', "kind": "<i>"})
    shown = show("{% form_errors form %}{% field form.title %}{% field form.kind %}", form=form)
    assert "<script>" not in shown
    assert "<i>" not in shown
