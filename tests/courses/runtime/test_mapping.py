"""Parts of two versions paired with each other; what a part's files come to. Pure."""

from __future__ import annotations

from courses.runtime.mapping import Mapping, Part, digests, map_parts


def part(identifier: str, title: str = "", address: str = "", digest: str = "") -> Part:
    return Part(identifier, title or identifier, address or f"{identifier}.html", digest)


def said(mapping: Mapping) -> list[tuple[str, str, str]]:
    return [(pair.new.identifier, pair.old.identifier, pair.by) for pair in mapping.pairs]


def test_the_same_parts_are_paired_by_identifier() -> None:
    parts = [part("a"), part("b")]
    mapping = map_parts(parts, parts)
    assert said(mapping) == [("a", "a", "identifier"), ("b", "b", "identifier")]
    assert mapping.anew == mapping.gone == ()


def test_new_identifiers_are_paired_by_address_then_by_title() -> None:
    old = [part("a", "Mở đầu", "mo-dau.html"), part("b", "Luyện tập", "lt.html")]
    new = [part("x", "Khởi động", "mo-dau.html"), part("y", "  LUYỆN   tập ", "luyen-tap.html"), part("z")]
    mapping = map_parts(old, new)
    assert said(mapping) == [("x", "a", "address"), ("y", "b", "title")]
    assert [one.identifier for one in mapping.anew] == ["z"]


def test_items_that_are_numbered_anew_keep_their_own_tracks() -> None:
    """A part put in front gives every later one its neighbour's identifier."""
    old = [part("item_1", "Một", "1.html"), part("item_2", "Hai", "2.html")]
    new = [
        part("item_1", "Không", "0.html"),
        part("item_2", "Một", "1.html"),
        part("item_3", "Hai", "2.html"),
    ]
    mapping = map_parts(old, new)
    assert said(mapping) == [("item_2", "item_1", "address"), ("item_3", "item_2", "address")]
    assert [one.identifier for one in mapping.anew] == ["item_1"]


def test_an_identifier_alone_is_enough_where_nothing_else_fits() -> None:
    mapping = map_parts([part("a", "Cũ", "cu.html")], [part("a", "Mới", "moi.html")])
    assert said(mapping) == [("a", "a", "identifier")]


def test_an_address_that_several_parts_share_tells_nothing() -> None:
    old = [part("a", "Một", "player.html"), part("b", "Hai", "player.html")]
    new = [part("x", "Hai", "player.html"), part("y", "Ba", "player.html"), part("z", "Bốn", "player.html")]
    mapping = map_parts(old, new)
    assert said(mapping) == [("x", "b", "address")] or said(mapping) == [("x", "b", "title")]
    assert [one.identifier for one in mapping.gone] == ["a"]
    assert [one.identifier for one in mapping.anew] == ["y", "z"]


def test_equal_titles_are_paired_in_their_order() -> None:
    old = [part("a", "Bài tập", "1.html"), part("b", "Bài tập", "2.html"), part("c", "Cuối", "3.html")]
    new = [part("x", "Bài tập", "4.html"), part("y", "Bài tập", "5.html"), part("z", "Kết", "6.html")]
    mapping = map_parts(old, new)
    assert said(mapping) == [("x", "a", "title"), ("y", "b", "title")]
    # beside others that were recognised, what stands in its place is another part
    assert [one.identifier for one in mapping.gone] == ["c"]


def test_places_count_where_nothing_else_tells_anything() -> None:
    """One lesson exported anew by another program."""
    assert said(map_parts([part("a", "Cũ", "cu.html")], [part("x", "Mới", "moi.html")])) == [
        ("x", "a", "place")
    ]


def test_places_say_nothing_where_there_are_more_or_fewer_parts() -> None:
    mapping = map_parts([part("a", "Một", "1.html")], [part("x"), part("y")])
    assert mapping.pairs == ()
    assert [one.identifier for one in mapping.gone] == ["a"]


def test_files_are_the_same_only_where_both_are_known() -> None:
    (pair,) = map_parts([part("a", digest="1")], [part("a", digest="1")]).pairs
    assert pair.same_files
    for old, new in (("1", "2"), ("", "")):
        (pair,) = map_parts([part("a", digest=old)], [part("a", digest=new)]).pairs
        assert not pair.same_files


FILES = [
    ("imsmanifest.xml", 1, 10),
    ("adlcp.xsd", 2, 10),
    ("shared/api.js", 3, 10),
    ("one/index.html", 4, 10),
    ("one/deep/more.html", 5, 10),
    ("two/index.html", 6, 10),
]
PATHS = ["one/index.html", "two/index.html", "one/deep/more.html"]


def changed(path: str) -> list[bool]:
    """Which of the parts another content of one file changes."""
    before = digests(PATHS, FILES)
    after = digests(PATHS, [(name, 99 if name == path else crc, size) for name, crc, size in FILES])
    return [old != new for old, new in zip(before, after, strict=True)]


def test_a_part_is_what_it_may_load() -> None:
    assert changed("imsmanifest.xml") == changed("adlcp.xsd") == [False, False, False]
    assert changed("shared/api.js") == [True, True, True]
    assert changed("two/index.html") == [False, True, False]
    assert changed("one/index.html") == [True, False, True]  # also the part in a folder below it
    assert changed("one/deep/more.html") == [True, False, True]


def test_parts_that_lie_at_the_top_may_load_everything() -> None:
    paths = ["index.html", "two/index.html"]
    before = digests(paths, [("index.html", 1, 1), ("two/index.html", 2, 1)])
    after = digests(paths, [("index.html", 1, 1), ("two/index.html", 3, 1)])
    assert before[0] != after[0] and before[1] != after[1]
    other = digests(paths, [("index.html", 9, 1), ("two/index.html", 2, 1)])
    assert before[0] != other[0] and before[1] != other[1]  # index.html lies in nobody's folder: shared
