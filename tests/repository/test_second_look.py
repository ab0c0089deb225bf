"""A package too large for the quick look: it appears at once, and what holds of the whole is said later."""

from __future__ import annotations

from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from repository import second_look
from repository.models import Version
from repository.packages.doctor import Budget
from tests.courses.runtime.stage import stage_with
from tests.repository.packages.builders import SCORM2004, package

pytestmark = pytest.mark.django_db

SCRIPTS = {f"js/{n}.js": f"var a{n} = 1;" for n in range(Budget().files + 20)}
TALKS = "API_1484_11.Initialize('')"


def imported(last: str) -> Version:
    """A package of more scripts than the quick look reads; ``last`` stands in the longest of them."""
    scripts = {**SCRIPTS, "js/0-last.js": "// " + "x" * 200 + "\n" + last}
    return stage_with(package(scripts, namespaces=SCORM2004, version="2004 4th Edition")).version


def codes(version: Version) -> list[str]:
    version.refresh_from_db()
    return [row["code"] for row in version.findings]


def test_what_the_quick_look_could_not_say_is_said_by_task() -> None:
    version = imported(TALKS)
    assert codes(version) == []
    (asked,) = DBTaskResult.objects.filter(task_path="repository.tasks.look_again")
    assert asked.args_kwargs["args"] == [version.pk]
    assert second_look.run(version.pk) == 1
    assert codes(version) == ["completion_unseen"]
    assert second_look.run(version.pk) == 1


def test_nothing_is_said_of_a_package_that_completes_in_its_last_script() -> None:
    version = imported(TALKS + "; SetValue('cmi.completion_status', 'completed')")
    second_look.run(version.pk)
    assert codes(version) == []


def test_a_package_that_was_read_whole_is_not_looked_at_again() -> None:
    stage_with(package(namespaces=SCORM2004, version="2004 4th Edition"))
    assert not DBTaskResult.objects.filter(task_path="repository.tasks.look_again").exists()


def test_what_was_taken_stays_taken(settings: Any) -> None:
    version = imported(TALKS)
    settings.PACKAGE_MAX_ENTRIES = 10
    assert second_look.run(version.pk) == 0
    version.refresh_from_db()
    assert (version.ingest, codes(version)) == ("ready", [])
    assert second_look.run(0) == -1
