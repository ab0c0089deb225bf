"""Parts of a SCORM 1.2 package that wait for others: in the table of contents and at the launch."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.errors import Refusal
from cms.demo.archive import pack
from courses.runtime.actions import open_session
from courses.runtime.launch import Entry, launch_answer, player_context
from courses.runtime.models import Attempt, SessionMode
from repository.models import Version
from tests.courses.runtime.helpers import begin, cmi12, commit, launch
from tests.courses.runtime.stage import Stage, lesson_from, make_stage

pytestmark = pytest.mark.django_db

SPACES = 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'


def item(name: str, script: str = "", inner: str = "", *, launches: bool = True) -> str:
    reference = ' identifierref="R1"' if launches else ""
    asked = f'<adlcp:prerequisites type="aicc_script">{script}</adlcp:prerequisites>' if script else ""
    return f'<item identifier="{name}"{reference}><title>Phần {name}</title>{asked}{inner}</item>'


def staged(items: str) -> Stage:
    manifest = f"""<?xml version="1.0"?><manifest identifier="M" version="1" {SPACES}>
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="O"><organization identifier="O"><title>Bài</title>{items}</organization>
</organizations>
<resources><resource identifier="R1" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/></resource></resources></manifest>"""
    page = b"<!DOCTYPE html><title>x</title><p>x</p>"
    return on_stage(pack({"imsmanifest.xml": manifest.encode(), "index.html": page}))


def on_stage(package: bytes) -> Stage:
    stage = make_stage()
    stage.version = lesson_from(stage.unit, stage.author, package)
    stage.activity.resource = stage.version.resource
    stage.activity.save()
    stage.run.pins.update(version=stage.version)
    return stage


def contents(stage: Stage, mode: str = "normal", attempt: Attempt | None = None) -> dict[str, Entry]:
    context = player_context(
        version=stage.version,
        title="",
        exit_url="/",
        open_url="/",
        user=stage.learner,
        attempt=attempt,
        mode=mode,
    )
    return {entry.identifier: entry for entry in context["contents"]}


def finish(stage: Stage, sco: str, status: str = "completed", seq: int = 1) -> dict[str, str]:
    """Works a part through; what the contents say of each afterwards."""
    opened = launch(stage, sco=sco)
    commit(opened, seq, cmi12(status), final=True)
    return states(stage)


def states(stage: Stage) -> dict[str, str]:
    attempt = Attempt.objects.get(user=stage.learner)
    return {name: entry.state for name, entry in contents(stage, attempt=attempt).items()}


def test_a_part_waits_for_others_and_says_which() -> None:
    stage = staged(item("A") + item("B") + item("C", "A &amp; B"))
    entry = contents(stage)["C"]
    assert (entry.state, entry.label) == ("locked", "Mở khi đã học xong “Phần A”, “Phần B”")
    with pytest.raises(Refusal) as refused:
        launch(stage, sco="C")
    assert refused.value.code == "launch_locked_part"
    assert "“Phần A”" in str(refused.value.message)
    assert finish(stage, "A")["C"] == "locked"
    assert contents(stage, attempt=begin(stage))["C"].label == "Mở khi đã học xong “Phần B”"
    assert finish(stage, "B", "passed")["C"] == "now"  # the one to go on with
    opened = launch(stage, sco="C")
    assert opened.sco.identifier == "C"
    assert {one["id"]: one["state"] for one in launch_answer(opened)["contents"]}["C"] == "now"


def test_some_of_several_are_said_to_be_enough() -> None:
    stage = staged(item("A") + item("B") + item("C", "A|B") + item("D", "2*{A, B, C}"))
    labels = {name: entry.label for name, entry in contents(stage).items()}
    assert labels["C"] == "Mở khi đã học xong một trong các phần “Phần A”, “Phần B”"
    assert labels["D"] == "Mở khi đã học xong 2 trong các phần “Phần A”, “Phần B”, “Phần C”"
    finish(stage, "B")
    label = contents(stage, attempt=begin(stage))["D"].label
    assert label == "Mở khi đã học xong một trong các phần “Phần A”, “Phần C”"


def test_nothing_locked_is_opened_by_itself() -> None:
    stage = staged(item("A", "B") + item("B"))
    assert launch(stage).sco.identifier == "B"
    finish(stage, "B")
    assert launch(stage).sco.identifier == "A"


def test_a_refused_launch_changes_nothing() -> None:
    stage = staged(item("A") + item("B", "A"))
    opened = launch(stage, sco="A")
    with pytest.raises(Refusal):
        launch(stage, sco="B")
    assert commit(opened, 1, cmi12("incomplete")).code == ""
    assert begin(stage).revision == 1


def test_failed_and_incomplete_open_nothing_but_a_status_may_be_asked_for() -> None:
    stage = staged(item("A") + item("B", "A") + item("C", "A=failed") + item("D", "A&lt;&gt;failed"))
    assert states_first(stage) == {"B": "locked", "C": "locked", "D": "none"}
    after = finish(stage, "A", "failed")
    assert (after["B"], after["D"]) == ("locked", "locked")
    assert after["C"] == "now"  # the one to go on with


def states_first(stage: Stage) -> dict[str, str]:
    return {name: entry.state for name, entry in contents(stage).items() if name != "A"}


def test_what_was_begun_stays_open() -> None:
    stage = staged(item("A") + item("B", "~A"))
    launched = launch(stage, sco="B")
    commit(launched, 1, cmi12("incomplete"))
    assert finish(stage, "A")["B"] == "now"
    assert launch(stage, sco="B").sco.identifier == "B"


def test_a_heading_locks_what_is_below_it_and_is_done_with_all_of_it() -> None:
    first = item("G", inner=item("A") + item("B"), launches=False)
    second = item("H", "G", inner=item("C") + item("D", "C"), launches=False)
    stage = staged(first + second)
    assert contents(stage)["C"].label == "Mở khi đã học xong “Phần G”"
    assert finish(stage, "A", "passed")["C"] == "locked"
    after = finish(stage, "B")
    assert (after["C"], after["D"]) == ("now", "locked")
    assert finish(stage, "C")["D"] == "now"


def test_slips_in_a_manifest_lock_nobody_out() -> None:
    unreadable = staged(item("A") + item("B", "A &amp; &amp;") + item("C", "NOWHERE"))
    assert set(states_first(unreadable).values()) == {"none"}
    circle = staged(item("A", "B") + item("B", "A"))
    assert {entry.state for entry in contents(circle).values()} == {"now", "none"}


def test_looking_is_free() -> None:
    stage = staged(item("A") + item("B", "A"))
    assert contents(stage, mode="browse")["B"].state == "none"
    opened = open_session(by=stage.learner, version=stage.version, sco="B", mode=SessionMode.BROWSE)
    assert opened.sco.identifier == "B"


def test_the_page_shows_the_lock_and_the_reason() -> None:
    stage = staged(item("A") + item("B", "A"))
    client = Client()
    client.force_login(stage.learner)
    page = client.get(stage.address() + "?sco=B").content.decode()
    assert "Mở khi đã học xong “Phần A”" in page
    assert 'data-sco="A" data-token' in page
    answer = client.post(stage.address() + "open/", {"sco": "B"}, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "launch_locked_part"


def test_a_strangers_package_with_prerequisites(shared_cases: Path) -> None:
    stage = on_stage((shared_cases / "packages" / "complexscorm.zip").read_bytes())
    short = {name[-3:]: entry for name, entry in contents(stage).items()}
    assert sorted(short) == ["s01", "s02", "s03", "s04", "s05", "s06", "s08"]
    assert short["s08"].state == "locked"
    assert (
        short["s08"].label
        == "Mở khi đã học xong “The first content (one SCO)”, “The second content (one SCO too)”"
    )
    first = "mm-ITEM-SCORMDEbugger555f231e21b982c25s0"
    finish(stage, f"{first}1", "passed")
    assert finish(stage, f"{first}2")[f"{first}8"] == "none"
    # Each part keeps its own; an asset is done when it has been opened.
    launch(stage, sco=f"{first}3")
    after = states(stage)
    done = [name[-3:] for name, state in after.items() if state == "done"]
    assert done == ["s01", "s02", "s03"]


def test_nine_parts_below_headings(shared_cases: Path) -> None:
    stage = on_stage((shared_cases / "packages" / "RuntimeMinimumCalls_SCORM12-mini.zip").read_bytes())
    version: Version = stage.version
    assert version.scos.exclude(path="").count() == 9
    assert [entry.state for entry in contents(stage).values()].count("") == 2
    assert launch(stage).sco.identifier == "playing_playing_item"
    finish(stage, "playing_playing_item")
    assert launch(stage).sco.identifier == "playing_par_item"
    names = list(version.scos.exclude(path="").values_list("identifier", flat=True))
    for name in names[1:]:
        assert begin(stage).completion == "incomplete"
        finish(stage, name, "passed" if name.endswith("quiz_item") else "completed")
    attempt = begin(stage)
    assert (attempt.completion, attempt.success) == ("completed", "passed")
