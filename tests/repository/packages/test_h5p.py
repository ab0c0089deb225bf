"""H5P exercises: what is taken, what is refused by name, what is defused."""

from __future__ import annotations

import contextlib
import io
import json
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.packages import h5p
from repository.packages.check import check_upload
from tests.repository.packages.builders import zipped

MAIN = {"machineName": "H5P.Quiz", "majorVersion": 1, "minorVersion": 2}
TEXTS = {"machineName": "H5P.Texts", "majorVersion": "1", "minorVersion": "0"}


MAIN_FILE, LIBRARY = "h5p.json", "H5P.Quiz-1.2/library.json"


def described(needs: list[Any]) -> dict[str, Any]:
    return {"title": "Thủ đô", "mainLibrary": "H5P.Quiz", "preloadedDependencies": needs}


def exercise(**changes: Any) -> dict[str, str | bytes]:
    """The files of a small exercise of our own; a value of None leaves its file out."""
    files: dict[str, Any] = {
        MAIN_FILE: described([MAIN]),
        "content/content.json": {
            "question": "Thủ đô của Việt Nam?",
            "image": {"path": "a.svg", "mime": "image/svg+xml"},
        },
        "content/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9'/></svg>",
        "H5P.Quiz-1.2/library.json": {
            **MAIN,
            "preloadedJs": [{"path": "quiz.js"}],
            "preloadedDependencies": [TEXTS],
        },
        "H5P.Quiz-1.2/quiz.js": "H5P.Quiz = function () {};",
        "H5P.Texts-1.0/library.json": TEXTS,
    }
    files |= changes
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in files.items()
        if value is not None
    }


def archived(files: dict[str, str | bytes]) -> io.BytesIO:
    return io.BytesIO(zipped(files))


def checked(**changes: Any) -> Any:
    return check_upload(archived(exercise(**changes)), filename="bai.h5p")


def codes(report: Any) -> list[str]:
    return [finding.code for finding in report.findings]


def test_an_exercise_with_its_libraries_is_taken() -> None:
    report = checked()
    assert (report.verdict, report.kind, report.title, report.tool) == ("accepted", "h5p", "Thủ đô", "H5P")
    assert report.launch == "h5p.json"
    assert report.index.find("H5P.Quiz-1.2/quiz.js") is not None


def test_one_below_a_folder_is_opened_from_there() -> None:
    files = {f"bai/{name}": value for name, value in exercise().items()}
    report = check_upload(archived(files), filename="bai.zip")
    assert (report.verdict, report.base, report.launch) == ("warned", "bai/", "bai/h5p.json")
    assert codes(report) == ["manifest_not_at_root"]


def test_libraries_without_versions_in_their_folders() -> None:
    plain = {name.replace("-1.2", "").replace("-1.0", ""): value for name, value in exercise().items()}
    assert check_upload(archived(plain), filename="a.h5p").verdict == "accepted"


@pytest.mark.parametrize(
    ("changes", "code", "found"),
    [
        ({MAIN_FILE: "{title: 1}"}, "h5p_unreadable", ""),
        ({MAIN_FILE: "[" * 50_000}, "h5p_unreadable", ""),
        ({MAIN_FILE: {"title": "x"}}, "h5p_incomplete", "mainLibrary"),
        ({MAIN_FILE: described([TEXTS])}, "h5p_incomplete", "H5P.Quiz"),
        ({MAIN_FILE: described([{"machineName": "../x"}])}, "h5p_incomplete", "machineName"),
        ({LIBRARY: "nothing"}, "h5p_unreadable", ""),
        ({LIBRARY: {"machineName": "H5P.Quiz"}}, "h5p_incomplete", "majorVersion, minorVersion"),
        ({"H5P.Quiz-1.2/quiz.js": None}, "h5p_incomplete", "quiz.js"),
        ({LIBRARY: {**MAIN, "preloadedJs": [{"path": "../../x.js"}]}}, "h5p_incomplete", "../../x.js"),
        ({"bad!/library.json": TEXTS}, "h5p_incomplete", "bad!"),
        ({"content/content.json": "{"}, "h5p_unreadable", ""),
    ],
)
def test_what_is_broken_is_refused_by_name(changes: dict[str, Any], code: str, found: str) -> None:
    report = checked(**changes)
    assert (report.verdict, codes(report)) == ("refused", [code])
    assert report.findings[0].params.get("found", "") == found
    assert report.findings[0].reason == "bad_manifest"
    assert report.index is None


def test_missing_libraries_are_named() -> None:
    report = checked(**{"H5P.Texts-1.0/library.json": None})
    assert codes(report) == ["h5p_libraries_missing"]
    assert report.findings[0].paths == ("H5P.Texts-1.0",)
    alone = {name: value for name, value in exercise().items() if not name.startswith("H5P.")}
    assert check_upload(archived(alone), filename="a.h5p").findings[0].paths == ("H5P.Quiz-1.2",)


def test_a_picture_that_is_not_there_is_a_hint() -> None:
    report = checked(**{"content/a.svg": None})
    assert (report.verdict, codes(report)) == ("accepted", ["pages_lack"])
    assert report.findings[0].path == "content/a.svg"


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg><script>alert(1)</script></svg>",
        "<svg:svg><svg:script href='x'/></svg:svg>",
        "<svg onload = 'alert(1)'/>",
        "<svg><a href='JavaScript:alert(1)'>a</a></svg>",
        "<svg><foreignObject><p>a</p></foreignObject></svg>",
    ],
)
def test_drawings_with_programs_are_named(drawing: str) -> None:
    report = checked(**{"content/a.svg": drawing})
    assert (report.verdict, codes(report)) == ("warned", ["markup_scripted"])
    assert report.findings[0].paths == ("content/a.svg",)


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "<img\nsrc=x\nonerror=alert(1)>", "<SCRIPT>1</SCRIPT>"]
)
def test_texts_with_programs_are_named(text: str) -> None:
    report = checked(**{"content/content.json": {"questions": [{"text": text}]}})
    assert report.findings[0].paths == ("content/content.json",)


@pytest.mark.parametrize("text", ["chọn on = off", "a < b và onion = hành", "<strong>một</strong>"])
def test_ordinary_texts_are_not(text: str) -> None:
    assert not h5p.runs_programs(text.encode())


@pytest.mark.parametrize(
    "text", [b"<" * 300_000, b"< on" * 100_000, b"<a " + b" ona" * 100_000, b"javascript" * 50_000]
)
def test_a_text_made_to_take_long_does_not(text: bytes) -> None:
    begun = time.process_time()
    h5p.runs_programs(text)
    assert time.process_time() - begun < 2


_NAMES = st.sampled_from(
    [
        "title",
        "mainLibrary",
        "preloadedDependencies",
        "machineName",
        "majorVersion",
        "minorVersion",
        "preloadedJs",
        "path",
        "mime",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=20,
)


often = settings(max_examples=80, deadline=None, derandomize=True)


@often
@given(st.binary(max_size=300) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_no_description_brings_the_reader_down(data: bytes) -> None:
    for parse in (h5p.parse_exercise, h5p.parse_library, h5p.parse_content):
        with contextlib.suppress(h5p.H5pError):
            parse(data)


@often
@given(_JSON, _JSON, _JSON)
def test_no_exercise_brings_the_check_down(main: Any, library: Any, content: Any) -> None:
    files = {MAIN_FILE: main, LIBRARY: library, "content/content.json": content}
    report = check_upload(
        archived({name: json.dumps(value) for name, value in files.items()}), filename="a.h5p"
    )
    assert report.kind == "h5p"
    assert all(finding.message for finding in report.findings)


def test_libraries_that_name_each_other_without_end_fill_no_memory() -> None:
    names = [f"H5P.L{number}" for number in range(60)]
    needs = [{"machineName": name, "majorVersion": 1, "minorVersion": 0} for name in names]
    own = dict(zip(names, needs, strict=True))
    many = {f"{name}-1.0/library.json": {**own[name], "preloadedDependencies": needs * 8} for name in names}
    assert codes(checked(**many, **{LIBRARY: {**MAIN, "preloadedDependencies": needs}})) == []
    # Each of these 540 would be looked for, and all that each of those names again.
    crowded = checked(**{LIBRARY: {**MAIN, "preloadedDependencies": needs * 9}})
    assert (crowded.verdict, codes(crowded)) == ("refused", ["h5p_incomplete"])
    blown = checked(**{LIBRARY: {**MAIN, "x": Random(1).randbytes(600_000).hex()}})
    assert (blown.verdict, codes(blown)) == ("refused", ["manifest_too_large"])
