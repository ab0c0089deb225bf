"""What every engine must do; a class for each engine inherits these tests and provides ``make``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from search.documents import COURSE, KINDS, NEWS, PAGE, RESOURCE, Document, Ref
from search.engines import base
from search.engines.base import Engine, EngineUnavailableError, SearchRequest
from search.lexicon import Lexicon
from search.queries import Vocabulary, parse
from search.scope import Scope

SO, XA, SCHOOL, SISTER = 1, 2, 3, 4
AT_SCHOOL = Scope(frozenset({SO, XA, SCHOOL}))
AT_SISTER = Scope(frozenset({SO, XA, SISTER}))
WORDS = Vocabulary(("Toán", "Ngữ văn", "Giáo dục công dân", "Vật lí"), {5: "Lớp 5", 8: "Lớp 8"})
NINE = Vocabulary((), {9: "Lớp 9"})
DAY = 86_400


class Shelf:
    """A source whose documents a test puts there."""

    def __init__(self, *documents: Document) -> None:
        self.shelf = {d.key: d for d in documents}

    def put(self, *documents: Document) -> None:
        self.shelf |= {d.key: d for d in documents}

    def take(self, resource: int) -> None:
        self.shelf = {key: d for key, d in self.shelf.items() if d.resource != resource}

    def documents(self, ids: Iterable[int] | None = None, what: str = RESOURCE) -> list[Document]:
        wanted = None if ids is None else {(what, number) for number in ids}
        return [d for d in self.shelf.values() if wanted is None or d.ref in wanted]

    def marked(self) -> list[Document]:
        return self.documents()

    def count(self) -> int:
        return len({d.ref for d in self.shelf.values()})


def document(resource: int, title: str, **more: object) -> Document:
    """A lesson published at the Sở, in the order of its number."""
    given: dict[str, object] = {
        "uid": f"00000000-0000-4000-8000-{resource:012d}",
        "version": resource,
        "revision": resource,
        "units": (SO,),
        "published": resource * DAY,
        "unit_path": ("th1", "xa", "so"),
    }
    return Document(resource=resource, title=title, **{**given, **more})  # type: ignore[arg-type]


def toan(resource: int, title: str, **more: object) -> Document:
    given = {
        "subject": "toan",
        "subject_name": "Toán",
        "grades": ("lop-5",),
        "grade_names": ("Lớp 5",),
        "grade_numbers": (5,),
    }
    return document(resource, title, **{**given, **more})


def ask(
    engine: Engine, text: str = "", scope: Scope = AT_SCHOOL, exact: bool = False, **more: object
) -> list[int]:
    request = SearchRequest(parse(text, WORDS, exact=exact), scope, **more)  # type: ignore[arg-type]
    return [hit.document.resource for hit in engine.search(request).hits]


class EngineContract:
    """Inherited by a class for each engine."""

    Make = Callable[..., Engine]

    # The fixture ``make`` is each engine's own: a class without one cannot run.

    @pytest.fixture
    def filled(self, make: Make) -> Callable[..., Engine]:
        def fill(*documents: Document) -> Engine:
            engine = make(Shelf(*documents))
            engine.rebuild()
            return engine

        return fill

    # Words

    def test_without_marks_finds_marked_titles(self, filled):
        engine = filled(toan(1, "Toán lớp 5: hỗn số"), document(2, "Đường thẳng"))
        assert ask(engine, "toan lop 5") == [1]
        assert ask(engine, "duong thang") == [2]

    @pytest.mark.parametrize("text", ["toán5", "Toán 5", "L5 toán", "TOÁN KHỐI 5", "toan lop 5"])
    def test_grades_in_every_spelling(self, filled, text):
        engine = filled(
            toan(1, "Hỗn số"),
            toan(2, "Số tự nhiên", grades=("lop-4",), grade_numbers=(4,), grade_names=("Lớp 4",)),
        )
        assert ask(engine, text) == [1]

    def test_exact_marks_rank_first(self, filled):
        engine = filled(
            document(1, "Con bò"), document(2, "Bố của em, bố của em, bố"), document(3, "Bộ sách")
        )
        assert ask(engine, "bò")[0] == 1
        assert ask(engine, "bố")[0] == 2
        assert ask(engine, "bộ")[0] == 3
        assert sorted(ask(engine, "bo")) == [1, 2, 3]

    def test_two_spellings_of_one_word(self, filled):
        engine = filled(document(1, "Hoà bình"), document(2, "Vật lí vui"), document(3, "Mĩ thuật"))
        assert ask(engine, "hòa bình") == [1]
        assert ask(engine, "vật lý") == [2]
        assert ask(engine, "mỹ thuật") == [3]
        assert ask(engine, "my thuat") == [3]

    def test_abbreviations_both_ways(self, filled):
        engine = filled(
            document(1, "Quyền trẻ em", subject="gdcd", subject_name="Giáo dục công dân"),
            document(2, "Đề GDCD"),
        )
        assert sorted(ask(engine, "GDCD")) == [1, 2]
        assert sorted(ask(engine, "giáo dục công dân")) == [1, 2]

    def test_what_an_abbreviation_means_is_all_its_words_as_they_are_written(self, filled):
        engine = filled(
            document(1, "Thế giới quanh em", description="Học sinh tìm hiểu"),
            document(2, "Học sinh với giới tự nhiên"),
            document(3, "Bồi dưỡng học sinh khá, giỏi"),
        )
        assert ask(engine, "HSG") == [3]
        assert ask(engine, "BDTX") == []

    def test_title_counts_more_than_description(self, filled):
        engine = filled(
            document(1, "Bài một", description="về phân số và phân số"), document(2, "Phân số bằng nhau")
        )
        assert ask(engine, "phân số") == [2, 1]

    def test_phrase_before_scattered_words(self, filled):
        engine = filled(
            document(1, "Số học và phân loại các dạng toán"), document(2, "Phân số và các dạng toán khác")
        )
        assert ask(engine, "phan so") == [2, 1]

    def test_words_far_apart_in_running_text_count_only_where_nothing_fits_better(self, filled):
        scattered = document(1, "Ếch xanh", description="Phần trình bày ngắn, có một số hình")
        engine = filled(scattered, document(2, "Ôn tập", description="Cộng hai phân số"))
        assert ask(engine, "phan so") == [2]
        counts = engine.search(SearchRequest(parse("phan so", WORDS), AT_SCHOOL)).facets["unit"]
        assert {count for _code, count in counts} == {1}
        assert ask(filled(scattered), "phan so") == [1]

    def test_nothing_with_all_words_gives_those_with_some(self, filled):
        engine = filled(document(1, "Phân số"), document(2, "Hình tam giác"))
        page = engine.search(SearchRequest(parse("phân số thập tự"), AT_SCHOOL))
        assert [hit.document.resource for hit in page.hits] == [1]
        assert page.relaxed

    def test_where_few_have_all_those_follow_that_have_a_part(self, filled):
        nine = {"grades": ("lop-9",), "grade_numbers": (9,), "grade_names": ("Lớp 9",), "series_name": ""}
        engine = filled(
            document(1, "Ôn tập Python", **{**nine, "grade_numbers": (10,), "grade_names": ("Lớp 10",)}),
            document(2, "Phiếu bài tập: Hàm số", **nine),
            document(3, "Relative clauses", **nine),
            document(4, "Con mèo"),
        )
        request = SearchRequest(parse("ôn tập lớp 9", NINE), AT_SCHOOL)
        page = engine.search(request)
        assert sorted(hit.document.resource for hit in page.hits) == [1, 2]
        assert (page.whole, page.relaxed) == (1, False)
        strict = engine.search(replace(request, fill=False))
        assert ([hit.document.resource for hit in strict.hits], strict.whole) == ([1], None)
        # Nothing of the shelf has a word of it: the shelf itself.
        page = engine.search(SearchRequest(parse("vũ trụ lớp 9", NINE), AT_SCHOOL))
        assert sorted(hit.document.resource for hit in page.hits) == [2, 3]
        assert (page.whole, page.relaxed) == (0, True)

    def test_a_part_is_meant_with_the_marks_that_were_typed(self, filled):
        engine = filled(document(1, "Văn Miếu: việt sử"), document(2, "Viết bài văn tả cây"))
        page = engine.search(SearchRequest(parse("viết văn miêu tả"), AT_SCHOOL))
        assert page.hits[0].document.resource == 2
        assert page.relaxed

    def test_one_syllable_of_two_is_no_part(self, filled):
        engine = filled(document(1, "Quang hợp"), document(2, "Hợp đồng"), document(3, "Quang cảnh"))
        assert ask(engine, "quang hợp") == [1]

    def test_what_an_abbreviation_means_need_not_occur_as_one_phrase(self, filled):
        engine = filled(document(1, "Học sinh nào giỏi"), document(2, "Con bò"), toan(3, "Hỗn số"))
        page = engine.search(SearchRequest(parse("HSG", WORDS), AT_SCHOOL))
        assert [hit.document.resource for hit in page.hits] == [1]
        assert page.relaxed
        page = engine.search(SearchRequest(parse("BDTX toán 5", WORDS), AT_SCHOOL))
        assert [hit.document.resource for hit in page.hits] == [3]

    def test_exact_words_only(self, filled):
        engine = filled(document(1, "Con bò"), document(2, "Bố"), toan(3, "Hỗn số"))
        assert ask(engine, "bò", exact=True) == [1]
        assert ask(engine, "gdcd", exact=True) == []

    def test_exact_words_narrow_what_is_found(self, filled):
        engine = filled(
            toan(1, "Phân số"),
            toan(2, "Ôn tập", description="Phần trình bày; một số câu. Phân tích; số liệu."),
            toan(3, "Phần sơ lược"),
        )
        assert ask(engine, "phân số") == [1, 3]
        assert ask(engine, "phân số", exact=True) == [1]
        # Nothing has these marks among what has the words together: what has them apart is no answer.
        assert ask(engine, "phấn số", exact=True) == []
        assert ask(engine, "trình liệu", exact=True) == [2]

    def test_quoted_words_stand_so_with_their_marks(self, filled):
        engine = filled(
            toan(1, "Cộng hai phân số khác mẫu số"),
            toan(2, "Mẫu số khác nhau của phân số"),
            toan(3, "Con bò"),
            toan(4, "Bộ phận của cây"),
        )
        assert ask(engine, '"phân số khác mẫu số"') == [1]
        assert ask(engine, "“phan so khac mau so” cộng") == [1]
        assert ask(engine, '"bò"') == [3]
        assert sorted(ask(engine, '"bo"')) == [3, 4]
        assert ask(engine, '"khác số" cộng') == []

    def test_quoted_words_stand_in_one_field_and_never_with_other_marks(self, filled):
        engine = filled(
            toan(1, "Hỗn số", keywords="phân loại", description="Một số phần của bài", inner="số phản"),
            toan(2, "Một số phân thức"),
        )
        assert ask(engine, '"số phân"') == [2]
        assert ask(engine, '"số phân" toán') == [2]
        assert sorted(ask(engine, '"so phan"')) == [1, 2]

    def test_a_licence_is_asked_for_by_its_name(self, filled):
        engine = filled(
            toan(1, "Phân số", licence="cc-by"),
            toan(2, "Hỗn số", licence="cc-by-sa"),
            toan(3, "Biểu bì của cây", licence="all-rights"),
        )
        assert ask(engine, "cc by") == [1]
        assert ask(engine, "giấy phép CC BY-SA 4.0") == [2]
        assert ask(engine, "số cc by-sa")[0] == 2

    def test_what_nearly_everything_has_is_no_answer_to_more(self, filled):
        engine = filled(*(toan(number, f"Bài {number}: tiết 1") for number in range(1, 60)))
        assert ask(engine, "script alert 1") == []
        assert len(ask(engine, "tiết 1")) == 10

    def test_linking_words_need_not_occur(self, filled):
        engine = filled(document(1, "Bài giảng phân số"))
        assert ask(engine, "bài giảng về phân số") == [1]

    def test_odd_input_is_only_text(self, filled):
        engine = filled(document(1, 'NEAR("a" OR b*) title: {x} -y'))
        for text in ('"', "NEAR(", "a OR", "title:", "*", "(", "-y", "^", "{x}", "'; DROP TABLE doc; --"):
            ask(engine, text)
        assert ask(engine, "near or") == [1]

    @pytest.mark.parametrize("text", ["toan lop 5", "Toán lớp 5", "toán 5"])
    def test_what_fits_ranks_before_what_mentions(self, filled, text):
        engine = filled(
            document(1, "Toán lớp 5: sáu bước thiết kế", description="Ví dụ Toán 5, toán lớp 5"),
            toan(2, "Hỗn số"),
            toan(3, "Phân số"),
            toan(4, "Toan tính", description="lop 5"),
        )
        found = ask(engine, text)
        assert sorted(found[:3]) == [2, 3, 4]
        assert found[3:] == [1]

    @pytest.mark.parametrize("text", ["trò chơi tiểu học", "cấp 1 trò chơi"])
    def test_a_level_lifts_what_is_of_it_or_of_its_grades_and_hides_nothing(self, filled, text):
        engine = filled(
            document(1, "Trò chơi", grade_numbers=(10,), level_name="Trung học phổ thông"),
            document(2, "Múa", description="Cả lớp cùng trò chơi này", level_name="Tiểu học"),
            document(3, "Hát", description="Cả lớp cùng trò chơi này", grade_numbers=(3,)),
        )
        found = ask(engine, text)
        assert sorted(found) == [1, 2, 3]
        assert found[2] == 1

    def test_a_subject_without_a_grade_lifts_beside_other_words(self, filled):
        engine = filled(
            document(1, "Bản đồ", subject_name="Vật lí", grade_names=("Lớp 8",), grade_numbers=(8,)),
            toan(2, "Tỉ lệ thức", description="Từ bản đồ đến tỉ lệ"),
        )
        assert ask(engine, "toán bản đồ") == [2, 1]
        assert ask(engine, "bản đồ") == [1, 2]

    def test_a_short_word_with_marks_among_others_is_that_word(self, filled):
        engine = filled(
            document(1, "Nuôi gà con"),
            document(2, "Con cả trong nhà", description="Con ca hát"),
            document(3, "Đàn cá"),
            *(document(n, f"Bài {n}") for n in range(4, 24)),
        )
        lexicon = Lexicon.of([("Nuôi gà con", "", ""), ("Đàn cá", "", ""), *[("Bài", "", "")] * 20])
        request = SearchRequest(parse("con cá", replace(WORDS, lexicon=lexicon)), AT_SCHOOL)
        assert 3 in [hit.document.resource for hit in engine.search(request).hits]

    def test_a_common_word_alone_is_no_result(self, filled):
        engine = filled(
            document(1, "Ôn tập phân số"), *(document(n, f"Cây có quả {n}") for n in range(2, 40))
        )
        assert ask(engine, "xyzqwv không có") == []
        assert ask(engine, "có phân số xyzqwv") == [1]

    # Who

    def test_scope(self, filled):
        engine = filled(
            document(1, "Bài của trường", units=(SCHOOL,)),
            document(2, "Bài của Sở"),
            document(3, "Bài mở", units=(SISTER,), guests=True),
        )
        assert sorted(ask(engine, "bài")) == [1, 2, 3]
        assert sorted(ask(engine, "bài", AT_SISTER)) == [2, 3]
        assert ask(engine, "bài", Scope()) == [3]
        assert ask(engine, "bài", Scope(AT_SCHOOL.units, frozenset({SO}))) == [2]

    def test_newer_text_hides_the_older_where_it_is_published(self, filled):
        engine = filled(
            document(1, "Phân số, bản mới", version=2, revision=2, units=(SCHOOL,)),
            document(1, "Phân số, bản cũ", version=1, revision=1, units=(SO,), superseded_at=(SCHOOL,)),
        )
        for scope, title in ((AT_SCHOOL, "Phân số, bản mới"), (AT_SISTER, "Phân số, bản cũ")):
            page = engine.search(SearchRequest(parse("phân số"), scope))
            assert [hit.document.title for hit in page.hits] == [title]
            assert page.total == 1

    # Kinds

    def test_kinds_are_found_apart_and_together(self, filled):
        engine = filled(
            document(1, "Phân số"),
            document(1, "Phân số cho giáo viên", what=COURSE, version=0, revision=0, units=(1,)),
            document(1, "Hội thi phân số", what=NEWS, version=0, revision=0, guests=True, units=()),
            document(2, "Cách tìm phân số", what=PAGE, version=0, revision=0, guests=True, units=()),
        )
        learner = replace(AT_SCHOOL, courses=frozenset({1}))
        assert self.refs(engine, AT_SCHOOL, (RESOURCE,)) == {(RESOURCE, 1)}
        assert self.refs(engine, AT_SCHOOL, KINDS) == {(RESOURCE, 1), (NEWS, 1), (PAGE, 2)}
        assert self.refs(engine, learner, KINDS) == {(RESOURCE, 1), (COURSE, 1), (NEWS, 1), (PAGE, 2)}
        assert self.refs(engine, Scope(), (NEWS, PAGE)) == {(NEWS, 1), (PAGE, 2)}
        assert self.refs(engine, Scope(), (COURSE, RESOURCE)) == set()
        assert [d.what for d in engine.suggest(parse("hoi th"), Scope(), what=(NEWS,))] == [NEWS]
        assert engine.suggest(parse("hoi th"), Scope()) == []
        engine.delete([1], NEWS)
        assert self.refs(engine, learner, KINDS) == {(RESOURCE, 1), (COURSE, 1), (PAGE, 2)}

    def refs(self, engine: Engine, scope: Scope, what: tuple[str, ...]) -> set[Ref]:
        page = engine.search(SearchRequest(parse("phân số"), scope, what=what))
        everything = engine.search(SearchRequest(scope=scope, what=what))
        assert everything.total == page.total == len(page.hits)
        return {hit.document.ref for hit in page.hits}

    # Text inside

    def test_words_inside_find_and_rank_last(self, filled):
        engine = filled(
            document(1, "Bài một", inner="Quang hợp là quá trình " + "của lá xanh " * 400),
            document(2, "Bài hai", description="Cây xanh và quang hợp"),
            document(3, "Quang hợp"),
        )
        assert ask(engine, "quang hop") == [3, 2, 1]
        assert ask(engine, "qua trinh") == [1]
        (hit,) = engine.search(SearchRequest(parse("quá trình"), AT_SCHOOL)).hits
        assert hit.document.inner == ""
        assert not engine.check()
        engine.index([document(1, "Bài một", inner="Rễ cây")])
        assert ask(engine, "qua trinh") == []
        assert engine.check().stale == ((RESOURCE, 1),)

    # Facets, order, pages

    def test_a_rating_is_at_least_so_many_stars(self, filled):
        engine = filled(
            document(1, "Một", rating=4.6, rated=5, language="en"),
            document(2, "Hai", rating=3.9, rated=1, curriculum="gdpt-2018"),
            document(3, "Ba"),
        )
        assert ask(engine, filters={"rating": ("4",)}) == [1]
        page = engine.search(SearchRequest(scope=AT_SCHOOL, filters={"rating": ("3",)}))
        assert [hit.document.resource for hit in page.hits] == [2, 1]
        assert dict(page.facets["rating"]) == {"1": 2, "2": 2, "3": 2, "4": 1}
        assert dict(page.facets["language"]) == {"vi": 1, "en": 1}
        assert dict(page.facets["curriculum"]) == {"gdpt-2018": 1}
        assert page.hits[1].document.rating == 4.6

    def test_counts_of_a_facet_ignore_its_own_choice(self, filled):
        engine = filled(
            toan(1, "Một"),
            toan(2, "Hai", grades=("lop-4", "lop-5")),
            document(3, "Ba", subject="van", grades=("lop-4",)),
            document(4, "Bốn", subject="van", grades=("lop-5",)),
        )
        page = engine.search(
            SearchRequest(scope=AT_SCHOOL, filters={"grade": ("lop-4",), "subject": ("toan", "van")})
        )
        assert {hit.document.resource for hit in page.hits} == {2, 3}
        assert dict(page.facets["grade"]) == {"lop-4": 2, "lop-5": 3}
        assert dict(page.facets["subject"]) == {"toan": 1, "van": 1}

    def test_two_values_of_one_facet_are_either_or(self, filled):
        engine = filled(toan(1, "Một"), document(2, "Hai", subject="van"), document(3, "Ba", subject="su"))
        page = engine.search(SearchRequest(scope=AT_SCHOOL, filters={"subject": ("toan", "van")}))
        assert {hit.document.resource for hit in page.hits} == {1, 2}
        assert dict(page.facets["subject"]) == {"toan": 1, "van": 1, "su": 1}

    def test_a_unit_counts_what_is_below_it(self, filled):
        engine = filled(
            document(1, "Một"),
            document(2, "Hai", unit_path=("th2", "xa", "so")),
            document(3, "Ba", unit_path=("so",)),
        )
        page = engine.search(SearchRequest(scope=AT_SCHOOL, filters={"unit": ("xa",)}))
        assert {hit.document.resource for hit in page.hits} == {1, 2}
        assert dict(page.facets["unit"]) == {"so": 3, "so.": 1, "xa": 2, "th1": 1, "th2": 1}
        own = engine.search(SearchRequest(scope=AT_SCHOOL, filters={"unit": ("so.",)}))
        assert ([hit.document.resource for hit in own.hits], own.total) == ([3], 1)

    def test_newest_first_without_words_or_when_asked(self, filled):
        engine = filled(document(1, "Toán"), document(3, "Toán toán"), document(2, "Toán toán toán"))
        assert ask(engine) == [3, 2, 1]
        assert ask(engine, "toán", sort="new") == [3, 2, 1]

    def test_pages(self, filled):
        engine = filled(*(document(n, f"Bài {n}") for n in range(1, 24)))
        seen = [n for page in (1, 2, 3) for n in ask(engine, page=page)]
        assert sorted(seen) == list(range(1, 24))
        past = engine.search(SearchRequest(scope=AT_SCHOOL, page=99))
        assert (past.page, past.pages, past.total, len(past.hits)) == (3, 3, 23, 3)

    # Suggestions

    def test_suggestions_complete_the_last_word(self, filled):
        engine = filled(
            document(1, "Phân số"), document(2, "Phân tích số liệu"), document(3, "Số phận", units=(SISTER,))
        )
        found = engine.suggest(parse("phan s"), AT_SCHOOL)
        assert [d.resource for d in found] == [2, 1]
        assert engine.suggest(parse(""), AT_SCHOOL) == []
        assert [d.resource for d in engine.suggest(parse("so ph"), AT_SISTER)] == [3, 2, 1]

    # Keeping up

    def test_index_replaces_and_delete_forgets(self, make):
        shelf = Shelf(document(1, "Phân số"))
        engine = make(shelf)
        engine.rebuild()
        engine.index([document(1, "Hỗn số", version=2)])
        assert ask(engine, "phân") == []
        assert ask(engine, "hỗn số") == [1]
        engine.delete([1, 77])
        assert ask(engine) == []

    def test_refresh_follows_the_source(self, make):
        shelf = Shelf(document(1, "Một"), document(2, "Hai"))
        engine = make(shelf)
        engine.rebuild()
        shelf.take(1)
        shelf.put(document(2, "Hai phẩy năm"), document(3, "Ba"))
        engine.refresh([1, 2, 3])
        assert sorted(ask(engine)) == [2, 3]
        assert ask(engine, "phẩy") == [2]

    def test_check_names_what_differs(self, make):
        shelf = Shelf(document(1, "Một"), document(2, "Hai"), document(3, "Ba"))
        engine = make(shelf)
        engine.rebuild()
        assert not engine.check()
        shelf.take(1)
        shelf.put(document(2, "Khác"), document(4, "Bốn"))
        drift = engine.check()
        expected = ((RESOURCE, 4),), ((RESOURCE, 1),), ((RESOURCE, 2),)
        assert (drift.missing, drift.extra, drift.stale) == expected
        engine.repair(drift)
        assert not engine.check()

    def test_rebuild_tells_its_progress(self, make):
        engine = make(Shelf(*(document(n, f"Bài {n}") for n in range(1, 1_101))))
        seen: list[tuple[int, int]] = []
        assert engine.rebuild(lambda done, expected: seen.append((done, expected))) == 1_100
        assert seen == [(500, 1_100), (1_000, 1_100)]

    def test_a_large_index_is_not_built_in_a_request(self, make, monkeypatch):
        monkeypatch.setattr(base, "INLINE_RESOURCES", 1)
        asked: list[int] = []
        engine = make(Shelf(document(1, "Một"), document(2, "Hai")), lambda: asked.append(1))
        for _ in range(2):
            with pytest.raises(EngineUnavailableError):
                ask(engine)
        assert asked == [1]
        engine.rebuild()
        assert sorted(ask(engine)) == [1, 2]

    # Orders and uses

    def test_orders_other_than_by_words(self, filled):
        engine = filled(
            toan(1, "Đo độ dài", uses=3),
            toan(2, "Biểu đồ cột", uses=7),
            toan(3, "Ánh sáng"),
            toan(4, "đa giác"),
        )
        for text in ("", "toan"):
            assert ask(engine, text, sort="title") == [3, 2, 4, 1], text
            assert ask(engine, text, sort="used")[:2] == [2, 1], text
            assert ask(engine, text, sort="new") == [4, 3, 2, 1], text

    def test_uses_are_brought_up_without_counting_as_drift(self, filled):
        engine = filled(toan(1, "Một", uses=3), toan(2, "Hai", uses=7), toan(3, "Ba"))
        assert engine.set_uses({1: 9, 2: 7, 99: 1}) == 1
        assert ask(engine, sort="used") == [1, 2, 3]
        (first, *_rest) = engine.search(SearchRequest(scope=AT_SCHOOL, sort="used")).hits
        assert first.document.uses == 9
        assert not engine.check()
        assert engine.set_uses({2: 8}) == 2  # nobody used the first one for long
        assert ask(engine, sort="used") == [2, 3, 1]

    def test_values_of_fields_counted_together_are_told_apart(self, filled):
        engine = filled(
            toan(1, "Một", level="th", type="video", year=2024, licence="cc-by"),
            toan(2, "Hai", level="thcs", grades=("lop-6", "lop-7"), type="video", year=2025),
            toan(3, "Ba", level="thcs", grades=("lop-6",), type="de-thi", year=2025, licence="cc-by"),
        )
        chosen = {"grade": ("lop-6", "lop-5"), "year": ("2025",)}
        facets = engine.search(SearchRequest(scope=AT_SCHOOL, filters=chosen)).facets
        assert dict(facets["grade"]) == {"lop-6": 2, "lop-7": 1}
        assert dict(facets["year"]) == {"2024": 1, "2025": 2}
        assert dict(facets["level"]) == {"thcs": 2}
        assert dict(facets["licence"]) == {"cc-by": 1}
        assert dict(facets["type"]) == {"video": 1, "de-thi": 1}
