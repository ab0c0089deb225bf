"""The text of pages: what is kept of what people write, and what a form shows of what is kept."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from courses.training.page_editor import changed_by, drafts_in, drafts_of
from courses.training.prose import ProseError, clean_blocks, clean_html, to_html, to_marked

UID = "0d9c2f4e-1111-4222-8333-444455556666"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Chào **cô** và *thầy*", "<p>Chào <b>cô</b> và <i>thầy</i></p>"),
        ("một\ndòng\n\nđoạn hai", "<p>một<br>dòng</p><p>đoạn hai</p>"),
        ("xem [trang](https://a.vn/?x=1&y=2)", '<p>xem <a href="https://a.vn/?x=1&amp;y=2">trang</a></p>'),
        ("2*3*4 và ** rỗng **", "<p>2*3*4 và ** rỗng **</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
    ],
)
def test_marks_become_a_few_tags_and_all_else_stays_text(text: str, html: str) -> None:
    assert to_html(text) == html
    assert to_html(to_marked(html)) == html


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p onclick='x'>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<a href="javascript:x">b</a>', "b"),
        ('<a href="//evil.example">b</a>', "b"),
        ('<a href="/library/" style="x">b</a>', '<a href="/library/">b</a>'),
        ("<strong>c<em>d</strong>e", "<b>c<i>d</i></b>e"),
        ("<svg><b>x</b></svg><table><tr><td>y</td></tr></table>", "y"),
        ("</b></p>a < b", "a &lt; b"),
    ],
)
def test_html_of_others_keeps_only_what_is_harmless_and_well_formed(sent: str, kept: str) -> None:
    assert clean_html(sent) == kept


def test_blocks_are_kept_trimmed_and_empty_ones_fall_out() -> None:
    kept = clean_blocks(
        [
            {"type": "heading", "value": "  Mục tiêu "},
            {"type": "paragraph", "value": "<p> </p>"},
            {"type": "list", "value": ["một", " ", "hai"]},
            {"type": "quote", "value": {"text": "", "source": ""}},
            {"type": "lesson", "value": {"resource": f"https://a.vn/library/{UID.upper()}/", "note": "x"}},
        ]
    )
    assert [(block["type"], block["value"]) for block in kept] == [
        ("heading", "Mục tiêu"),
        ("list", ["một", "hai"]),
        ("lesson", {"resource": UID, "note": "x"}),
    ]
    assert len({block["id"] for block in kept}) == 3


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ({"type": "video", "value": "x"}, "block_unknown"),
        ({"type": "heading", "value": "x" * 501}, "block_too_long"),
        (
            {"type": "picture", "value": {"resource": "không phải mã", "caption": ""}},
            "block_resource_unknown",
        ),
        ({"type": "quote", "value": {"text": "", "source": "Ai đó"}}, "block_empty"),
    ],
)
def test_what_cannot_be_kept_says_which_block_it_is(block: dict[str, object], code: str) -> None:
    with pytest.raises(ProseError) as raised:
        clean_blocks([{"type": "heading", "value": "Trước"}, block])
    assert (raised.value.code, raised.value.number) == (code, 2)


def test_a_page_goes_through_its_form_unchanged() -> None:
    kept = clean_blocks(
        [
            {"type": "heading", "value": "A"},
            {"type": "paragraph", "value": "<p>b <b>c</b></p><p>d</p>"},
            {"type": "steps", "value": ["1", "2"]},
            {"type": "quote", "value": {"text": "q", "source": "s"}},
            {"type": "picture", "value": {"resource": UID, "caption": "hình"}},
        ]
    )
    again = clean_blocks([draft.as_block() for draft in drafts_of(kept)])
    assert again == kept


def test_buttons_of_the_form_add_move_and_remove() -> None:
    sent = QueryDict(mutable=True)
    for number, text in (("0", "một"), ("7", "hai")):
        sent.appendlist("block", number)
        sent[f"b-{number}-type"], sent[f"b-{number}-text"] = "heading", text
    drafts = drafts_in(sent)

    def texts(act: str) -> list[str] | None:
        changed = changed_by(drafts, act)
        return None if changed is None else [draft.text for draft in changed]

    assert texts("up:1") == ["hai", "một"]
    assert texts("down:0") == ["hai", "một"]
    assert texts("up:0") == ["một", "hai"]
    assert texts("remove:0") == ["hai"]
    assert texts("add:list") == ["một", "hai", ""]
    assert texts("save") is texts("up:9") is texts("add:script") is None
    assert [draft.text for draft in drafts] == ["một", "hai"]


def test_the_resource_chosen_in_the_list_counts_before_the_address_typed() -> None:
    sent = QueryDict(f"block=0&b-0-type=lesson&b-0-resource=&b-0-resource={UID}")
    assert drafts_in(sent)[0].resource == UID
