"""Cases of the project's own, in the suite's format, for what the published ones leave out. Pure.

``python -m tests.conformance.own DIR`` writes them as a folder that the runner plays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

COMMANDS = "I=doInitialize\nGET=doGetValue\nSET=doSetValue\n# CMI DM Values\nt=true\nf=false\n"
INSTRUCTIONS = (
    "PutAside=Please trigger a <b>Suspend All</b> Navigation Event and <b>relaunch</b> "
    "LMS Test Content Package <b>%s</b> after you log-out of the package.\n"
)
_SPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" '
    'xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)
_RESOURCES = (
    '<resources><resource identifier="S" type="webcontent" adlcp:scormType="sco" href="Test.htm">'
    '<file href="Test.htm"/></resource></resources>'
)


@dataclass(frozen=True, slots=True)
class Own:
    """A package's manifest and what is played in it."""

    manifest: str
    visits: tuple[str, ...]

    @property
    def testcase(self) -> str:
        return "\n".join(("start=.", *self.visits, ""))


def sequencing(*parts: str, attributes: str = "") -> str:
    return f"<imsss:sequencing {attributes}>{''.join(parts)}</imsss:sequencing>"


def modes(*, choice: bool = True, flow: bool = True, more: str = "") -> str:
    return f'<imsss:controlMode choice="{str(choice).lower()}" flow="{str(flow).lower()}" {more}/>'


def rule(kind: str, condition: str, action: str) -> str:
    """All the sequencing rules of an activity: one, of a kind (pre, exit, post)."""
    return (
        f"<imsss:sequencingRules><imsss:{kind}ConditionRule><imsss:ruleConditions><imsss:ruleCondition "
        f'condition="{condition}"/></imsss:ruleConditions><imsss:ruleAction action="{action}"/>'
        f"</imsss:{kind}ConditionRule></imsss:sequencingRules>"
    )


def part(act: int, inner: str = "", *, name: str = "") -> str:
    """An item that launches the SCO as activity ``act``; several may be the same activity to a test case."""
    return (
        f'<item identifier="{name or f"a{act}"}" identifierref="S" parameters="?act={act}">'
        f"<title>Activity {act}</title>{inner}</item>"
    )


def group(name: str, *parts: str) -> str:
    return f'<item identifier="{name}"><title>{name}</title>{"".join(parts)}</item>'


def package(*parts: str, root: str = "", after: str = "", resources: str = _RESOURCES) -> str:
    """A manifest; the organization lets its learner choose and flow unless ``root`` says otherwise."""
    return (
        f'<?xml version="1.0"?><manifest identifier="own" {_SPACES}>'
        "<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>"
        '<organizations default="own"><organization identifier="own"><title>The whole</title>'
        f"{''.join(parts)}{root or sequencing(modes())}</organization></organizations>"
        f"{resources}{after}</manifest>"
    )


def put(element: str, value: str, *, error: int = 0) -> str:
    return f"SET->{element}!{value}->{'f' if error else 't'}->{error}"


def get(element: str, answer: str = "", *, error: int = 0) -> str:
    return f"GET->{element}->{answer}->{error}"


def ask(request: str) -> str:
    return put("adl.nav.request", request)


def visit(name: str, *commands: str, then: str = "", looks: Iterable[tuple[str, str]] = ()) -> str:
    """What a SCO does at a visit (1V1), what the learner sees before it, and does after it."""
    questions = dict(looks)
    lines = [f"Act{name}.commands.{i}={text}" for i, text in enumerate(["I->->t->0", *commands])]
    if questions:
        lines += [f"Act{name}.UIQ={'~'.join(questions)}", f"Act{name}.UIA={'~'.join(questions.values())}"]
    return "\n".join([*lines, f"Act{name}.CUI={then}"] if then else lines)


def _drawn(controls: str) -> Own:
    """Which child is drawn, or in which order, is chance: all of them are the same to the test case."""
    twins = [part(2, name=f"twin{number}") for number in range(2)]
    drawn = group("drawn", *twins, sequencing(modes(), f"<imsss:randomizationControls {controls}/>"))
    middle = ("2V1",) if "select" in controls else ("2V1", "2V2")
    return Own(
        package(part(1), drawn, part(3)),
        (
            *(visit(name, get("cmi.entry", "ab-initio"), ask("continue")) for name in ("1V1", *middle)),
            visit("3V1", ask("exitAll"), then="AutoTest"),
        ),
    )


def _shared_sequencing() -> Own:
    """A duration bars nothing; limits and scores may stand in the collection."""
    collection = sequencing(
        '<imsss:limitConditions attemptAbsoluteDurationLimit="PT0.01S"/>',
        '<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">'
        "<imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>",
        attributes='ID="s"',
    )
    return Own(
        package(
            part(1, sequencing(attributes='IDRef="s"')),
            part(2),
            after=f"<imsss:sequencingCollection>{collection}</imsss:sequencingCollection>",
        ),
        (
            visit(
                "1V1",
                get("cmi.max_time_allowed", "PT0.01S"),
                get("cmi.scaled_passing_score", "0.7"),
                put("cmi.score.scaled", "0.6"),
                get("cmi.success_status", "failed"),
                ask("continue"),
            ),
            visit("2V1", ask("{target=a1}choice")),
            visit("1V2", get("cmi.entry", "ab-initio"), ask("exitAll"), then="HasEnded"),
        ),
    )


def _abandoned() -> Own:
    """An abandoned attempt leaves nothing; the session goes on without a part, and a part is chosen."""
    shut = sequencing(rule("pre", "completed", "disabled"))
    return Own(
        package(part(1, shut), part(2)),
        (
            visit(
                "1V1",
                put("cmi.location", "here"),
                put("cmi.completion_status", "completed"),
                ask("abandon"),
                then="Choice~Activity 1",
            ),
            visit(
                "1V2",
                get("cmi.entry", "ab-initio"),
                get("cmi.location", error=403),
                get("cmi.completion_status", "unknown"),
                ask("continue"),
            ),
            visit(
                "2V1", put("cmi.suspend_data", "half"), ask("abandonAll"), then="autoendrelaunch~abandoned"
            ),
            visit("1V3", get("cmi.entry", "ab-initio"), ask("continue")),
            visit("2V2", get("cmi.suspend_data", error=403), ask("exitAll"), then="OKEnd"),
        ),
    )


def _left() -> Own:
    """A part leaves while the lesson goes on; the whole is chosen, ended by the learner, and begun anew."""
    whole = 'the activity that corresponds to the root of "The whole"'
    return Own(
        package(part(1), part(2)),
        (
            visit(
                "1V1",
                ask("exit"),
                then=f"Choice~{whole}",
                looks={
                    "ui.visible@Suspend All": "Y",
                    "ui.visible@Abandon": "N",
                    "toc.visible@Activity 2": "Y",
                    "toc.enabled.selectable@Activity 2": "Y",
                    "click.button": "",
                }.items(),
            ),
            visit("1V2", get("cmi.entry", "ab-initio"), then="TRIGExitAll"),
            visit("1V3", ask("exitAll"), then="OKEnd"),
        ),
    )


def _put_aside() -> Own:
    """Put aside by the learner and by the part, in a group; ended by a part that signs its learner out."""
    return Own(
        package(group("inner", part(1), part(2), sequencing(modes())), part(3)),
        (
            visit("1V1", put("cmi.suspend_data", "half"), then="PutAside~aside"),
            visit(
                "1V2",
                get("cmi.entry", "resume"),
                get("cmi.suspend_data", "half"),
                put("cmi.exit", "suspend"),
                ask("continue"),
            ),
            visit("2V1", put("cmi.location", "2"), ask("suspendAll"), then="autoendrelaunch~aside"),
            visit("2V2", get("cmi.entry", "resume"), get("cmi.location", "2"), ask("{target=a1}choice")),
            visit(
                "1V3",
                get("cmi.suspend_data", "half"),
                put("cmi.exit", "logout"),
                ask("continue"),
                then="OKEnd",
            ),
        ),
    )


def _own_devices() -> Own:
    """Every device hidden that a package may hide."""
    names = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
    hidden = "".join(f"<adlnav:hideLMSUI>{name}</adlnav:hideLMSUI>" for name in names)
    inner = f"<adlnav:navigationInterface>{hidden}</adlnav:navigationInterface>"
    inner = f"<adlnav:presentation>{inner}</adlnav:presentation>"
    events = ("Exit", "Exit All", "Abandon", "Abandon All", "Suspend All")
    return Own(
        package(part(1, inner), part(2), root=sequencing(modes(choice=False))),
        (
            visit(
                "1V1",
                ask("continue"),
                looks=[
                    *((f"ui.visible@{event}", "N") for event in events),
                    ("continue.enabled", "N"),
                    ("previous.enabled", "N"),
                    ("toc.enabled", "N"),
                ],
            ),
            visit(
                "2V1",
                ask("exitAll"),
                then="AutoTest",
                looks=[("ui.visible@Exit All", "Y"), ("previous.enabled", "Y"), ("continue.disabled", "N")],
            ),
        ),
    )


def _jumped() -> Own:
    """A jump asks for no control mode, a choice does; neither reaches what is disabled."""
    shut = sequencing(rule("pre", "always", "disabled"))
    inner = group("inner", part(2), part(3), sequencing(modes(choice=False, flow=False)))
    valid = "adl.nav.request_valid."
    return Own(
        package(part(1), inner, part(4, shut)),
        (
            visit(
                "1V1",
                get(f"{valid}jump.{{target=a3}}", "true"),
                get(f"{valid}choice.{{target=a3}}", "false"),
                get(f"{valid}jump.{{target=a4}}", "false"),
                get(f"{valid}jump.{{target=inner}}", "false"),
                get(f"{valid}jump.{{target=nowhere}}", "false"),
                get(f"{valid}continue", "false"),
                get("adl.nav.request", "_none_"),
                ask("{target=a3}jump"),
                get("adl.nav.request", "{target=a3}jump"),
            ),
            visit("3V1", get(f"{valid}previous", "false"), ask("{target=a1}choice")),
            visit("1V2", ask("exitAll"), then="OKEnd"),
        ),
    )


def _packaged() -> Own:
    """The second of two organizations, addresses in three parts, what is meant no longer, a part within."""
    resources = (
        '<resources xml:base="b/"><resource identifier="S" type="webcontent" adlcp:scormType="sco" '
        'adlcp:persistState="true" xml:base="c/" href="Test.htm?x=1"><file href="Test.htm"/>'
        '<dependency identifierref="D"/></resource>'
        '<resource identifier="D" type="webcontent" adlcp:scormType="asset"><file href="d.css"/></resource>'
        "</resources>"
    )
    within = '<manifest identifier="within"><organizations/><resources/></manifest>'
    first = f'<organization identifier="first"><title>Not this</title>{part(9, name="other")}</organization>'
    text = package(part(1), part(2), resources=resources, after=within)
    text = text.replace('identifier="own" xmlns', 'identifier="own" xml:base="a/" xmlns', 1)
    text = text.replace('<organizations default="own">', f'<organizations default="own">{first}', 1)
    return Own(
        text.replace('parameters="?act=1"', 'parameters="&amp;act=1#top"', 1),
        (visit("1V1", ask("continue")), visit("2V1", ask("exitAll"), then="OKEnd")),
    )


def _stores() -> Own:
    """Shared data that may be read, written, or both."""

    def maps(*said: str) -> str:
        return f"<adlcp:data>{''.join(f'<adlcp:map {one}/>' for one in said)}</adlcp:data>"

    return Own(
        package(
            part(1, maps('targetID="own-free"', 'targetID="own-told" readSharedData="false"')),
            part(2, maps('targetID="own-told" writeSharedData="false"', 'targetID="own-free"')),
        ),
        (
            visit(
                "1V1",
                get("adl.data._count", "2"),
                get("adl.data.1.id", "own-told"),
                get("adl.data.0.store", error=403),
                put("adl.data.0.store", "one"),
                put("adl.data.1.store", "two"),
                get("adl.data.1.store", error=405),
                put("adl.data.1.id", "other", error=404),
                ask("continue"),
            ),
            visit(
                "2V1",
                get("adl.data.0.store", "two"),
                put("adl.data.0.store", "three", error=404),
                get("adl.data.1.store", "one"),
                ask("exitAll"),
                then="OKEnd",
            ),
        ),
    )


def _untracked() -> Own:
    """What is not tracked has no status for its rules, no attempts for its limit, and does not count."""
    free = sequencing(
        rule("pre", "completed", "disabled"),
        '<imsss:limitConditions attemptLimit="1"/><imsss:deliveryControls tracked="false"/>',
    )
    ends = sequencing(modes(), rule("exit", "completed", "exit"))
    done = put("cmi.completion_status", "completed")
    return Own(
        package(part(1, free), part(2), root=ends),
        (
            visit("1V1", done, ask("continue")),
            visit("2V1", put("cmi.completion_status", "incomplete"), ask("previous")),
            visit("1V2", done, get("cmi.entry", "ab-initio"), ask("continue")),
            visit("2V2", done, ask("previous"), then="AutoTest"),
        ),
    )


def _rolled_up() -> Own:
    """What is put aside counts neither for nor against its group until it ends; the group tells of itself."""
    waits = (
        '<adlseq:rollupConsiderations requiredForSatisfied="ifNotSuspended" requiredForNotSatisfied="{0}"/>'
    )
    tells = '<imsss:mapInfo targetObjectiveID="own-rolled" {0}SatisfiedStatus="true"/>'
    group_told = f"<imsss:primaryObjective objectiveID='g'>{tells.format('write')}</imsss:primaryObjective>"
    read = (
        f'<imsss:primaryObjective/><imsss:objective objectiveID="o">{tells.format("read")}</imsss:objective>'
    )
    inner = group(
        "inner",
        part(1, sequencing(waits.format("ifNotSuspended"))),
        part(2),
        sequencing(modes(), f"<imsss:objectives>{group_told}</imsss:objectives>"),
    )
    shown = "cmi.objectives~&o&~success_status"
    said = "cmi.success_status"
    return Own(
        package(inner, part(3, sequencing(f"<imsss:objectives>{read}</imsss:objectives>"))),
        (
            visit("1V1", put(said, "failed"), put("cmi.exit", "suspend"), ask("continue")),
            visit("2V1", put(said, "passed"), ask("continue")),
            visit("3V1", get(shown, "passed"), ask("suspendAll"), then="autoendrelaunch~rolled"),
            visit("3V2", get("cmi.entry", "resume"), get(shown, "passed"), ask("{target=a1}choice")),
            visit("1V2", get("cmi.entry", "resume"), put("cmi.exit", "normal"), ask("{target=a3}choice")),
            visit("3V3", get(shown, "failed"), ask("exitAll"), then="OKEnd"),
        ),
    )


OWN: dict[str, Own] = {
    "selected": _drawn('selectionTiming="once" selectCount="1"'),
    "ordered": _drawn('randomizationTiming="onEachNewAttempt" reorderChildren="true"'),
    "collected": _shared_sequencing(),
    "abandoned": _abandoned(),
    "left": _left(),
    "aside": _put_aside(),
    "devices": _own_devices(),
    "jumped": _jumped(),
    "packaged": _packaged(),
    "stores": _stores(),
    "untracked": _untracked(),
    "rolled": _rolled_up(),
}


def write(folder: Path) -> None:
    """The cases as a folder of the suite's layout."""
    for name in ("manifests", "testcases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "Commands.properties").write_text(COMMANDS)
    (folder / "Instructions.properties").write_text(INSTRUCTIONS)
    for name, own in OWN.items():
        (folder / "manifests" / f"{name}.xml").write_text(own.manifest)
        (folder / "testcases" / f"{name}.properties").write_text(own.testcase)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
