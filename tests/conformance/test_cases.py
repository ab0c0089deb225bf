"""Test cases are read as the suite means them, its slips included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import __main__ as command
from tests.conformance import cases, own
from tests.conformance.instructions import Guide, Instruction, read_instruction
from tests.conformance.learner import Screen
from tests.conformance.properties import Vocabulary, properties

WORDS = Vocabulary(
    {"c": "cmi", "OB": "objectives", "ID": "id", "X": "exit", "a": "adl", "n": "nav", "tar": "{target=%s}"},
    {"X.s": "suspend", "t": "true", "TY.c": "choice"},
)
TEXTS = {
    "Pause": "Please trigger a <b>Suspend All</b> Navigation Event and <b>relaunch</b> \
LMS Test Content Package <b>%s</b> after you log-out.",
    "Pick": "To proceed, please target <b>%s</b> for a Choice Navigation Event.",
    "Again": "The attempt should end. Please <b>relaunch</b> LMS Test Content Package <b>ZZ-1</b> \
and choose <b>Activity 4</b> to continue the test.",
    "Leave": "After the Status shows done, please exit the package/course.",
    "Nothing": "Have a look around.",
}
GUIDE = Guide(TEXTS, frozenset({"ZZ-1"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("Continue", Instruction("Continue", "continue")),
        ("Choice~Activity 3", Instruction("Choice", "choice", "Activity 3")),
        (
            'ChoiceExit~the activity that corresponds to the root of "LMS X"',
            Instruction("ChoiceExit", "choice", "LMS X", root=True),
        ),
        ("exitlaunch~ZZ-1", Instruction("exitlaunch", "exit", relaunch="ZZ-1")),
        ("launch~Activity 2", Instruction("launch", "choice", "Activity 2")),
        (
            "relaunchnchoose~ZZ-1~Activity 2",
            Instruction("relaunchnchoose", "exit", relaunch="ZZ-1", choose="Activity 2"),
        ),
        ("Pause~ZZ-1", Instruction("Pause", "suspendAll", relaunch="ZZ-1")),
        ("Pick~Activity 7", Instruction("Pick", "choice", "Activity 7")),
        ("Again", Instruction("Again", relaunch="ZZ-1", choose="Activity 4")),
        ("Leave", Instruction("Leave", "exit")),
    ],
)
def test_what_the_learner_is_told(text: str, expected: Instruction | None) -> None:
    assert read_instruction(text, GUIDE) == expected


@pytest.mark.parametrize("text", ["Dance", "Nothing"])
def test_what_nobody_explains_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_instruction(text, GUIDE)


def test_every_instruction_and_question_of_the_suite_is_known(shared_cases: Path) -> None:
    folder = shared_cases / "adl-2004-4ed"
    told = properties((folder / "Instructions.properties").read_bytes())
    known = cases.guide(folder)
    # The texts above these are about the package as a whole
    for key in list(told)[list(told).index("APIt1") :]:
        if key.startswith("b."):
            continue
        assert read_instruction(f"{key}~CM-01~Activity 1", known) is not None, key


def test_calls_are_read() -> None:
    def read(text: str) -> cases.Command:
        return cases.command(text, WORDS)

    exits = read("SET->c~X!X.s->t->0")
    assert (exits.element, exits.value, exits.expected, exits.error) == ("cmi.exit", "suspend", "true", 0)
    found = read("GET->c~OB~&obj 1&~ID->->0")
    assert (found.reference, found.collection, found.at(2), found.match) == (
        "obj 1",
        "cmi.objectives",
        "cmi.objectives.2.id",
        "any",
    )
    slip = read("SET->c~X!a, b->0->t->0")
    assert (slip.value, slip.expected, slip.error) == ("a, b", "true", 0)
    choice = read("SET->a~n!tar~activity_3~TY.c->t->0")
    assert choice.value == "{target=activity_3}TY.c"


@pytest.mark.parametrize(
    "text", ["XYZ->c~X->suspend->0", "->c~X->suspend->0", "GET->c~X->suspend", "SET->c~X!X.s->t->soon"]
)
def test_calls_that_nobody_knows_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown call|no error code"):
        cases.command(text, WORDS)


def test_a_call_forgotten_where_a_value_is_read() -> None:
    assert cases.command("c~X->suspend->0", WORDS) == cases.command("GET->c~X->suspend->0", WORDS)


@pytest.mark.parametrize("key", ["Act1V1.comands.0", "Act1.commands.0", "Act1V1.UI", "Act1V1commands.0"])
def test_lines_about_a_visit_that_nobody_knows_are_refused(key: str, tmp_path: Path) -> None:
    (tmp_path / "testcases").mkdir()
    (tmp_path / "testcases" / "one.properties").write_text(f"title=one\nAct1V1.UIQ=\n{key}=GET->c~X->t->0\n")
    with pytest.raises(ValueError, match="unknown line"):
        cases.read(tmp_path, "one", WORDS, Guide())


def test_the_screen_answers_what_it_knows() -> None:
    screen = Screen({"continue": "disabled", "exitAll": "enabled"}, {"Part": True, "Other": False})
    asked = {
        ("continue.disabled", ""): True,
        ("previous.disabled", ""): False,
        ("ui.visible", "Continue"): True,
        ("ui.visible", "Exit All"): True,
        ("ui.visible", "Abandon All"): False,
        ("ui.visible", "Choice"): True,
        ("toc.visible", "Other"): True,
        ("toc.enabled.selectable", "Other"): False,
    }
    assert {question: screen.answer(*question) for question in asked} == asked
    for key, target in (("ui.visible", "Dance"), ("continue.maybe", ""), ("menu", "")):
        with pytest.raises(ValueError, match="unknown question"):
            screen.answer(key, target)


def test_buttons_to_go_on_are_no_questions(tmp_path: Path) -> None:
    (tmp_path / "testcases").mkdir()
    for name, asked in {
        "one": "click.button~continue.enabled\nAct1V1.UIA=Y",
        "two": "click.button~ui.visible@Suspend All\nAct1V1.UIA=Y~N",
    }.items():
        (tmp_path / "testcases" / f"{name}.properties").write_text(f"Act1V1.UIQ={asked}\n")
    one, two = (cases.read(tmp_path, name, WORDS, Guide()).visits[0].questions for name in ("one", "two"))
    assert one == (cases.Question("continue.enabled", "", False, True),)
    assert two == (cases.Question("ui.visible", "Suspend All", False, False),)


def test_a_case_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    for folder in ("manifests", "testcases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "Commands.properties").write_text("I=doInitialize\n# CMI DM Values\nt=true\n")
    for name, instruction in {"A-01": "Exit", "A-02": "Dance", "A-03": "Continue"}.items():
        text = f"Act1V1.commands.0=I->->t->0\nAct1V1.CUI={instruction}\n"
        (tmp_path / "testcases" / f"{name}.properties").write_text(text)
    wanted, faults = command.chosen(tmp_path, "A*")
    assert [case.name for case in wanted] == ["A-01", "A-03"]
    assert [(one.case, one.result) for one in faults] == [("A-02", "error")]
    assert faults[0].first_failure is not None
    assert "Dance" in faults[0].first_failure.got


def test_the_vocabulary_may_lie_beside_the_cases(tmp_path: Path) -> None:
    own.write(tmp_path / "suite")
    apart = tmp_path / "others"
    (apart / "manifests").mkdir(parents=True)
    (apart / "testcases").mkdir()
    (apart / "testcases" / "one.properties").write_text(
        "Act1V1.commands.0=I->->t->0\nAct1V1.CUI=PutAside~X\n"
    )
    wanted, faults = command.chosen(apart, "*")
    assert [case.visits[0].instruction for case in wanted] == [
        Instruction("PutAside", "suspendAll", relaunch="X")
    ]
    assert faults == []


@pytest.mark.parametrize(("end", "looked_at"), [("endNormal", False), ("endUserInter", True)])
def test_a_case_may_ask_at_its_end_whether_the_session_has_ended(
    end: str, looked_at: bool, tmp_path: Path
) -> None:
    (tmp_path / "testcases").mkdir()
    text = f"end={end}\nAct1V1.commands.0=I->->t->0\nAct2V1.commands.0=I->->t->0\n"
    (tmp_path / "testcases" / "one.properties").write_text(text)
    first, last = cases.read(tmp_path, "one", WORDS, Guide()).visits
    assert (first.instruction, last.instruction is not None) == (None, looked_at)


def test_what_is_launched_after_a_case_is_another_case(tmp_path: Path) -> None:
    own.write(tmp_path)
    text = "Act1V1.commands.0=I->->t->0\nAct1V1.CUI=launch~left\nAct2V1.commands.0=I->->t->0\n"
    for name, told in {"first": text, "last": text.partition("Act2")[0]}.items():
        (tmp_path / "testcases" / f"{name}.properties").write_text(told)
    assert cases.read(tmp_path, "last").packages == ("last",)
    assert cases.read(tmp_path, "first").packages == ("first", "left")


def test_kin_is_played_by_one_learner(tmp_path: Path) -> None:
    for folder in ("manifests", "testcases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "Commands.properties").write_text("I=doInitialize\n# CMI DM Values\nt=true\n")
    for name in ("OB-01a", "OB-01b", "OB-02a"):
        (tmp_path / "testcases" / f"{name}.properties").write_text("Act1V1.commands.0=I->->t->0\n")
        (tmp_path / "manifests" / f"{name}.xml").write_text(f'<m targetObjectiveID="{name[:5]}"/>')
    wanted, _faults = command.chosen(tmp_path, "OB-0?[b]*")
    (journey,) = command.journeys(tmp_path, wanted)
    assert ([case.name for case in journey.cases], journey.wanted) == (["OB-01a", "OB-01b"], {"OB-01b"})
    wanted, _faults = command.chosen(tmp_path, "*")
    assert [one.packages for one in command.journeys(tmp_path, wanted)] == [["OB-01a", "OB-01b"], ["OB-02a"]]
