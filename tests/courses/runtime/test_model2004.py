"""The data model of SCORM 2004 that the player brings: what it answers, element by element, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.browser import Browsers

pytestmark = pytest.mark.browser

DATA = {
    "cmi": {
        "learner_id": "u1",
        "entry": "resume",
        "location": "7",
        "completion_threshold": "0.8",
        "scaled_passing_score": "0.5",
        "score": {"scaled": "", "raw": "3"},
        "objectives": [{"id": "kept", "success_status": "passed"}],
        "interactions": {"0": {"id": "q", "type": "choice"}},
    },
    "adl": {"data": [{"id": "open", "store": "x"}, {"id": "seen", "store": "y"}, {"id": "written"}]},
}
ACCESS = {"open": [True, True], "seen": [True, False], "written": [False, True]}
_RUN = """([data, access, calls]) => {
  window.log = [];
  const model = window.open2004({
    data, access,
    valid: (kind, target) => ({ continue: true, choice: { a: false } })[kind]?.[target] ??
      (kind === "continue" ? true : undefined),
    changed: (element) => log.push(element),
    commit: (final) => { log.push(final ? "final" : "commit"); return window.refused ?? 0; },
  });
  const answers = calls.map(([name, ...given]) => [model.api[name](...given), model.api.GetLastError()]);
  return { answers, snapshot: model.snapshot(), request: model.request(), log };
}"""


@pytest.fixture(scope="module")
def page(browsers: Browsers) -> Iterator[Page]:
    source = (settings.BASE_DIR / "static" / "js" / "player-2004.js").read_text()
    with browsers.page() as opened:
        opened.goto("about:blank")
        opened.add_script_tag(type="module", content=f"{source}\nwindow.open2004 = open2004;")
        opened.wait_for_function("() => Boolean(window.open2004)")
        yield opened


def run(page: Page, *calls: tuple[str, ...], start: bool = True) -> dict[str, Any]:
    made = [("Initialize", ""), *calls] if start else list(calls)
    found: dict[str, Any] = page.evaluate(_RUN, [DATA, ACCESS, made])
    found["answers"] = [tuple(one) for one in found["answers"][1 if start else 0 :]]
    return found


GET = [
    ("", "", "301"),
    ("cmi", "", "401"),
    ("cmi.score", "", "401"),
    ("settings", "", "401"),
    ("cmi.objectives.x.id", "", "401"),
    ("cmi._version", "1.0", "0"),
    ("cmi.score._version", "", "301"),
    ("cmi.score._children", "scaled,raw,min,max", "0"),
    ("cmi.location._children", "", "301"),
    ("cmi.objectives._count", "1", "0"),
    ("cmi.score._count", "", "301"),
    ("cmi.objectives.1.id", "", "301"),
    ("cmi.objectives.0.id", "kept", "0"),
    ("cmi.objectives.0.description", "", "403"),
    ("cmi.location", "7", "0"),
    ("cmi.suspend_data", "", "403"),
    ("cmi.exit", "", "405"),
    ("cmi.credit", "credit", "0"),
    ("cmi.score.scaled", "", "403"),
    ("cmi.score.raw", "3", "0"),
    # thresholds decide, and without a measure nothing is known
    ("cmi.completion_status", "unknown", "0"),
    ("adl.data._count", "3", "0"),
    ("adl.data.0.store", "x", "0"),
    ("adl.data.2.store", "", "405"),
    ("adl.data.3.store", "", "301"),
    ("adl.nav.request", "_none_", "0"),
    ("adl.nav.request_valid.continue", "true", "0"),
    ("adl.nav.request_valid.choice.{target=a}", "false", "0"),
    ("adl.nav.request_valid.jump.{target=a}", "unknown", "0"),
]
SET = [
    ("", "x", "351"),
    ("cmi", "x", "401"),
    ("lastErrorCode", "x", "401"),
    ("cmi.learner_id", "x", "404"),
    ("cmi.score._children", "x", "404"),
    ("cmi.location", "", "0"),
    ("cmi.completion_status", "done", "406"),
    ("cmi.completion_status", "not attempted", "0"),
    ("cmi.exit", "", "0"),
    ("cmi.score.scaled", "1.1", "407"),
    ("cmi.score.scaled", "-.5", "0"),
    ("cmi.score.raw", "viel", "406"),
    ("cmi.progress_measure", "0.9", "0"),
    ("cmi.session_time", "PT1H5M", "0"),
    ("cmi.session_time", "P1DT", "406"),
    ("cmi.session_time", "P1D4H", "406"),
    ("cmi.learner_preference.delivery_speed", "0.0", "0"),
    ("cmi.learner_preference.language", "vi-VN", "0"),
    ("cmi.learner_preference.language", "qq", "406"),
    ("cmi.comments_from_learner.1.comment", "x", "351"),
    ("cmi.comments_from_learner.0.comment", "{lang=vi}Bài hay", "0"),
    ("cmi.comments_from_learner.0.comment", "{lang=nope}x", "406"),
    ("cmi.comments_from_learner.0.timestamp", "2026-11-23T08:00:00.5+07:00", "0"),
    ("cmi.comments_from_learner.0.timestamp", "2026-02-30", "0"),
    ("cmi.comments_from_learner.0.timestamp", "2026-13-01", "406"),
    ("cmi.objectives.0.id", "other", "351"),
    ("cmi.objectives.1.success_status", "passed", "408"),
    ("cmi.objectives.1.id", "urn:", "406"),
    ("cmi.objectives.1.id", "kept", "351"),
    ("cmi.objectives.1.id", "two", "0"),
    ("cmi.objectives.3.id", "four", "351"),
    ("cmi.interactions.0.correct_responses.0.pattern", "a[,]b", "0"),
    ("cmi.interactions.0.correct_responses.1.pattern", "a[,]b", "351"),
    ("cmi.interactions.0.learner_response", "a[,]a", "406"),
    ("cmi.interactions.1.type", "numeric", "408"),
    ("cmi.interactions.1.id", "n", "0"),
    ("cmi.interactions.1.learner_response", "1", "408"),
    ("cmi.interactions.1.type", "numeric", "0"),
    ("cmi.interactions.1.correct_responses.0.pattern", "3[:]1", "406"),
    ("cmi.interactions.1.correct_responses.0.pattern", "1[:]3", "0"),
    ("cmi.interactions.1.correct_responses.1.pattern", "1[:]4", "351"),
    ("cmi.interactions.1.result", "0.5", "0"),
    ("cmi.interactions.1.result", "fast richtig", "406"),
    ("adl.data.0.store", "new", "0"),
    ("adl.data.1.store", "new", "404"),
    ("adl.data.3.store", "new", "351"),
    ("adl.nav.request", "{target=two}choice", "0"),
    ("adl.nav.request", "choice", "406"),
    ("adl.nav.request_valid.continue", "true", "404"),
]


def test_reading(page: Page) -> None:
    got = run(page, *[("GetValue", element) for element, _answer, _error in GET])["answers"]
    assert list(zip([one[0] for one in GET], got, strict=True)) == [(e, (a, c)) for e, a, c in GET]


def test_writing_and_what_a_snapshot_holds(page: Page) -> None:
    found = run(page, *[("SetValue", element, value) for element, value, _error in SET])
    wanted = [(element, value, ("true" if code == "0" else "false", code)) for element, value, code in SET]
    got = [(*given[:2], answer) for given, answer in zip(SET, found["answers"], strict=True)]
    assert got == wanted
    assert found["request"] == "{target=two}choice"
    cmi = found["snapshot"]["cmi"]
    assert cmi["objectives"] == {"0": {"id": "kept", "success_status": "passed"}, "1": {"id": "two"}}
    assert cmi["completion_status"] == "not attempted"
    assert "success_status" not in cmi  # never said
    assert cmi["score"] == {"raw": "3", "scaled": "-.5"}
    assert found["snapshot"]["adl"]["data"] == [{"id": "open", "store": "new"}]
    assert len(found["log"]) == 1 + sum(code == "0" for *_, code in SET)


@pytest.mark.parametrize(
    ("kind", "pattern", "right"),
    [
        ("true-false", "true", True),
        ("true-false", "t", False),
        ("choice", "", True),
        ("choice", "a b", False),
        ("fill-in", "{case_matters=true}{order_matters=false}{lang=vi}một[,]hai", True),
        ("fill-in", "{order_matters=maybe}một", False),
        ("fill-in", "{lang=nope}một", False),
        ("long-fill-in", "{case_matters=false}một đoạn", True),
        ("likert", "rất", True),
        ("matching", "a[.]1[,]b[.]2", True),
        ("matching", "a[,]b", False),
        ("performance", "step[.]1[:]2[,][.]xong", True),
        ("performance", "step", False),
        ("sequencing", "a[,]b[,]a", True),
        ("numeric", "[:]5", True),
        ("numeric", "5", False),
        ("other", "gì cũng được", True),
    ],
)
def test_correct_responses_by_type(page: Page, kind: str, pattern: str, right: bool) -> None:
    place = "cmi.interactions.1"
    calls = [
        ("SetValue", f"{place}.id", "i"),
        ("SetValue", f"{place}.type", kind),
        ("SetValue", f"{place}.correct_responses.0.pattern", pattern),
    ]
    assert run(page, *calls)["answers"][-1] == (("true", "0") if right else ("false", "406"))


def test_thresholds_decide(page: Page) -> None:
    found = run(
        page,
        ("SetValue", "cmi.completion_status", "completed"),
        ("GetValue", "cmi.completion_status"),
        ("SetValue", "cmi.progress_measure", "0.79"),
        ("GetValue", "cmi.completion_status"),
        ("SetValue", "cmi.progress_measure", "0.8"),
        ("GetValue", "cmi.completion_status"),
        ("SetValue", "cmi.score.scaled", "0.4"),
        ("GetValue", "cmi.success_status"),
    )
    assert [answer for answer, _error in found["answers"][1::2]] == [
        "unknown",
        "incomplete",
        "completed",
        "failed",
    ]


def test_an_emptied_store_is_one_that_was_never_set(page: Page) -> None:
    found = run(page, ("SetValue", "adl.data.0.store", ""), ("GetValue", "adl.data.0.store"))
    assert found["answers"] == [("true", "0"), ("", "403")]
    assert found["snapshot"]["adl"]["data"] == [{"id": "open", "store": ""}]


def test_the_session_has_a_beginning_and_an_end(page: Page) -> None:
    calls = [
        ("GetValue", "cmi.mode"),
        ("SetValue", "cmi.location", "x"),
        ("Commit", ""),
        ("Terminate", ""),
        ("Initialize", "x"),
        ("Initialize", ""),
        ("Initialize", ""),
        ("Commit", ""),
        ("Terminate", "x"),
        ("Terminate", ""),
        ("Terminate", ""),
        ("Initialize", ""),
        ("GetValue", "cmi.mode"),
        ("SetValue", "cmi.location", "x"),
        ("Commit", ""),
    ]
    found = run(page, *calls, start=False)
    codes = " ".join(error for _answer, error in found["answers"])
    assert codes == "122 132 142 112 201 0 103 0 201 0 113 104 123 133 143"
    assert found["log"] == ["", "commit", "final"]


def test_errors_have_words(page: Page) -> None:
    found = run(
        page,
        ("GetErrorString", "403"),
        ("GetErrorString", "9999"),
        ("GetValue", "cmi.none"),
        ("GetDiagnostic", ""),
    )
    texts = [answer for answer, _error in found["answers"]]
    assert texts == ["Data Model Element Value Not Initialized", "", "", "Undefined Data Model Element"]


def test_what_the_server_refuses_the_sco_is_told(page: Page) -> None:
    page.evaluate("() => { window.refused = 391; }")
    try:
        assert run(page, ("Commit", ""))["answers"] == [("false", "391")]
    finally:
        page.evaluate("() => { window.refused = 0; }")
