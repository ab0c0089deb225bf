"""What an activity tracks of a SCO's data model."""

import pytest

from courses.runtime.outcome import Terms
from courses.runtime.tracking import tracked_of


@pytest.mark.parametrize("word", ["unknown", "", None])
def test_a_part_that_never_spoke_leaves_its_status_to_its_activity(word: str | None) -> None:
    status = {"completion_status": word, "success_status": word}
    document = {"cmi": {**status, "objectives": [{"id": "first", **status}]}}
    tracked = tracked_of(document, Terms(), exit_word="", seconds=0)
    assert (tracked.completion_status, tracked.success_status) == ("", "")
    (objective,) = tracked.objectives
    assert (objective.completion_status, objective.success_status) == ("", "")


def test_what_it_said_is_tracked() -> None:
    document = {"cmi": {"completion_status": "incomplete", "success_status": "failed"}}
    tracked = tracked_of(document, Terms(), exit_word="suspend", seconds=0)
    assert (tracked.completion_status, tracked.success_status) == ("incomplete", "failed")
