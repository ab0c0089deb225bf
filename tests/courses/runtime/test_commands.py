"""launch_url and attempt_show."""

from __future__ import annotations

import json
import logging
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from courses.models import Attempt, RuntimeSession
from tests.courses.runtime.helpers import cmi12, commit, launch
from tests.courses.runtime.stage import make_stage

pytestmark = pytest.mark.django_db


def ask(*arguments: str) -> dict:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_launch_url_of_a_class_is_tracked_and_audited(caplog):
    stage = make_stage()
    with caplog.at_level(logging.WARNING, "hoclieu.audit"):
        told = ask("launch_url", "--user", stage.learner.username, "--activity", str(stage.activity.uid))
    session = RuntimeSession.objects.get(uid=told["session"])
    assert told["schema"] == 1
    assert told["url"].startswith("http://127.0.0.1:8001/play/")
    assert str(session.attempt.uid) == told["attempt"]
    assert session.attempt.enrolment == stage.enrolment
    assert session.device.startswith("launch_url by ")
    assert str(session.uid) in caplog.text


def test_launch_url_of_a_version_outside_classes():
    stage = make_stage()
    arguments = ("launch_url", "--user", stage.author.username, "--version", str(stage.version.uid))
    first, second = ask(*arguments), ask(*arguments)
    assert first["attempt"] == second["attempt"]
    assert ask(*arguments, "--mode", "browse")["attempt"] is None
    assert ask(*arguments, "--mode", "review")["attempt"] == first["attempt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--user", "nobody", "--version", "11111111-1111-4111-8111-111111111111"),
        ("--user", "{learner}", "--version", "11111111-1111-4111-8111-111111111111"),
        ("--user", "{learner}", "--version", "bai-1"),
        ("--user", "{author}", "--activity", "{activity}"),
    ],
)
def test_launch_url_for_what_is_not_there(arguments):
    stage = make_stage()
    names = {
        "{learner}": stage.learner.username,
        "{author}": stage.author.username,
        "{activity}": str(stage.activity.uid),
    }
    with pytest.raises(CommandError) as refused:
        call_command("launch_url", *(names.get(one, one) for one in arguments))
    assert refused.value.returncode == 2
    assert not RuntimeSession.objects.exists()


def test_attempt_show_tells_all():
    stage = make_stage()
    first = launch(stage)
    commit(first, 1, cmi12(place="2"), seconds=60)
    second = launch(stage)
    commit(second, 1, cmi12("passed", raw="90", place="4"), seconds=30)
    shown = ask("attempt_show", str(Attempt.objects.get().uid))
    assert shown["schema"] == 1
    assert shown["outcome"] == {"completion": "completed", "success": "passed", "score": 0.9, "progress": 1.0}
    assert shown["total_seconds"] == 90
    (item,) = shown["items"]
    assert (item["id"], item["revision"], item["cmi"]["core"]["lesson_location"]) == ("sco-1", 2, "4")
    assert [UUID(row["uid"]) for row in shown["sessions"]] == [first.session.uid, second.session.uid]
    assert [row["reason"] for row in shown["commits"]] == ["first", "outcome", "first", "outcome"]


def test_attempt_show_of_nothing():
    with pytest.raises(CommandError) as refused:
        call_command("attempt_show", "11111111-1111-4111-8111-111111111111")
    assert refused.value.returncode == 2
