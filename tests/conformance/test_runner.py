"""The runner against the real player: what is right passes, and each kind of fault is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browsers
from tests.conformance import __main__ as command
from tests.conformance import own
from tests.conformance.cases import read
from tests.conformance.learner import Learner
from tests.conformance.runner import Failure, Outcome, play
from tests.live import Live, start_live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Of the published cases: calls, shared objectives, rollup.
PUBLISHED = ("API", "OB-05c", "RU-01aa")
#: Of our own those that ask more of player and server than of the tree, which all are played against.
IN_BROWSER = ("abandoned", "aside", "devices", "jumped", "left", "packaged", "stores")

VOCABULARY = """I=doInitialize
GET=doGetValue
SET=doSetValue
c=cmi
a=adl
n=nav
r=request
LOC=location
# CMI DM Values
t=true
f=false
N.c=continue
"""
MANIFEST = """<?xml version="1.0"?>
<manifest identifier="two" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="two"><organization identifier="two"><title>Two parts</title>
<item identifier="one" identifierref="S" parameters="?tc=two&amp;act=1"><title>Activity 1</title></item>
<item identifier="other" identifierref="S" parameters="?tc=two&amp;act=2"><title>Activity 2</title></item>
<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>
</organization></organizations>
<resources><resource identifier="S" type="webcontent" adlcp:scormType="sco" href="Test.htm">
<file href="Test.htm"/></resource></resources></manifest>
"""
FIRST = """Act1V1.UIQ=continue.enabled~previous.enabled~toc.enabled.selectable@Activity 2
Act1V1.UIA=Y~N~Y
Act1V1.commands.0=I->->t->0
Act1V1.commands.1=SET->c~LOC!here->t->0
Act1V1.commands.2=GET->c~LOC->here->0
Act1V1.commands.3=SET->a~n~r!N.c->t->0
"""
SECOND = "Act2V1.commands.0=I->->t->0\n"
RIGHT = FIRST + SECOND
#: Variants of the same case with one fault each, and how it is reported.
FAULTS: dict[str, tuple[str, Failure]] = {
    "answer": (
        RIGHT.replace("GET->c~LOC->here", "GET->c~LOC->there"),
        Failure("Act1V1", 2, "GetValue(cmi.location)", "there (error 0)", "here", "0"),
    ),
    "code": (
        RIGHT.replace("SET->c~LOC!here->t->0", "SET->c~LOC!here->t->351"),
        Failure("Act1V1", 1, "SetValue(cmi.location, here)", "true (error 351)", "true", "0"),
    ),
    "order": (SECOND + FIRST, Failure("Act2V1", -1, "deliver", "2", "1")),
    "control": (RIGHT.replace("Y~N~Y", "Y~Y~Y"), Failure("Act1V1", -1, "previous.enabled", "yes", "no")),
    "contents": (
        RIGHT.replace("selectable@Activity 2", "selectable@Activity 3"),
        Failure("Act1V1", -1, "toc.enabled.selectable Activity 3", "yes", "no"),
    ),
    "press": (
        SECOND.replace("Act2", "Act1") + "Act1V1.CUI=Previous\n" + SECOND,
        Failure("Act1V1", 1, "Previous", "a control", "previous: disabled"),
    ),
    "missing": (
        SECOND.replace("Act2", "Act1") + SECOND,
        Failure("Act2V1", -1, "deliver", "2", "nothing"),
    ),
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("conformance")
    with start_live(folder, demo=False, names=("site", "content")) as running:
        yield running


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of the project's own: one package, right and with each fault."""
    for folder in ("manifests", "testcases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "Commands.properties").write_text(VOCABULARY)
    texts = {"right": RIGHT, **{name: text for name, (text, _failure) in FAULTS.items()}}
    for name, text in texts.items():
        (tmp_path / "manifests" / f"{name}.xml").write_text(MANIFEST)
        (tmp_path / "testcases" / f"{name}.properties").write_text(f"start=.\n{text}")
    return tmp_path


def test_what_is_right_passes_and_each_fault_is_named(live: Live, browsers: Browsers, suite: Path) -> None:
    wanted, faults = command.chosen(suite, "*")
    assert faults == []
    asked = command.journeys(suite, wanted)
    facts = command.enrol(live, suite, asked)
    got: dict[str, Outcome] = {}
    with browsers.context() as context:
        learner = Learner.at(live, context)
        learner.wait = 3.0
        for journey, mine in zip(asked, facts, strict=True):
            learner.become(mine["session"], mine["addresses"])
            (case,) = journey.cases
            got[case.name] = play(case, learner)
            learner.wait = 1.5
    right = got.pop("right")
    assert (right.result, right.delivered, right.first_failure) == ("passed", ["1", "2"], None)
    assert {name: one.first_failure for name, one in got.items()} == {
        name: failure for name, (_text, failure) in FAULTS.items()
    }
    assert {one.result for one in got.values()} == {"failed"}


def test_cases_of_our_own_pass(live: Live, browsers: Browsers, tmp_path: Path) -> None:
    own.write(tmp_path)
    wanted = [read(tmp_path, name) for name in IN_BROWSER]
    outcomes = list(command.run(live, browsers, tmp_path, wanted))
    assert [(one.case, one.result, one.first_failure) for one in outcomes] == [
        (name, "passed", None) for name in IN_BROWSER
    ]


def test_published_cases_pass(live: Live, browsers: Browsers, shared_cases: Path) -> None:
    folder = shared_cases / "adl-2004-4ed"
    wanted = [read(folder, name) for name in PUBLISHED]
    outcomes = list(command.run(live, browsers, folder, wanted))
    assert [(one.case, one.result, one.first_failure) for one in outcomes] == [
        (name, "passed", None) for name in PUBLISHED
    ]


def test_without_cases_nothing_is_played(
    tmp_path: Path, suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([str(tmp_path / "absent")]) == 2
    assert command.main([str(suite), "--case", "no-such-*"]) == 2
    assert "no-such-*" in capsys.readouterr().err


def test_the_report_counts_by_family() -> None:
    lines = [
        Outcome(name, result).as_json()
        for name, result in [
            ("CM-01", "passed"),
            ("CM-02a", "failed"),
            ("DDMa", "passed"),
            ("DDMb", "passed"),
        ]
    ]
    assert [line.split() for line in command.report(lines).splitlines()] == [
        ["CM", "1", "of", "2"],
        ["DDM", "2", "of", "2"],
        ["all", "3", "of", "4"],
    ]
