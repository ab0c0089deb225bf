"""What the player page is told when it asks a sequenced lesson for something. No codes for the learner."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.runtime.actions import Launch
from courses.runtime.launch import launch_answer, table_of_contents
from courses.runtime.models import SequencingState
from courses.runtime.outcome import COMPLETE
from courses.runtime.scos import all_scos
from courses.runtime.sequenced import Moved


def answer_of(opened: Launch | Moved) -> dict[str, Any]:
    """The JSON of ``launch_answer``; for a sequenced lesson with what may be asked for next, or why nothing
    was opened: ``ended`` or ``refused``, with a title and a sentence."""
    if isinstance(opened, Launch):
        return launch_answer(opened)
    ways = {"controls": opened.controls, "nav": opened.nav}
    if opened.launch is not None:
        return launch_answer(opened.launch) | ways
    entries = table_of_contents(all_scos(opened.attempt.version), opened.attempt, None)
    answer: dict[str, Any] = {
        **ways,
        "ended": opened.ended,
        "refused": opened.exception,
        "contents": [entry.as_json() for entry in entries],
    }
    return answer | _words(opened)


def _words(moved: Moved) -> dict[str, str]:
    if moved.ended:
        return {
            "title": _("The lesson has ended"),
            "message": _result(moved),
            "again": pgettext("a lesson", "Learn again"),
        }
    if moved.exception:
        return {
            "title": _("This is not open now"),
            "message": _(
                "The part before it may have to be finished first. Go on with that, or choose another part"
                " from the contents."
            ),
            "again": pgettext("a lesson", "Go on with the lesson"),
        }
    return {
        "title": _("This part has ended"),
        "message": _("Choose another part from the contents, or go on with the buttons below."),
        "again": "",
    }


def _result(moved: Moved) -> str:
    """What the lesson has come to, in a sentence or two."""
    row = SequencingState.objects.get(attempt=moved.attempt)
    words = {"passed": _("You have passed."), "failed": _("Not passed yet.")}.get(row.success, "")
    if not words:
        words = _("You have completed it.") if row.completion == COMPLETE else _("Not completed yet.")
    said = [words]
    if row.score is not None:
        said.append(_("Score: %(score)s of 10.") % {"score": _of_ten(row.score)})
    if row.success == "failed" or row.completion != COMPLETE:
        said.append(_("What was done is saved."))
    return " ".join(said)


def _of_ten(score: float) -> str:
    """A share as schools write it, as the pages around the lesson do: 0.27 is 2,7."""
    points = round(score * 10, 2)
    return str(number_format(int(points) if points == int(points) else points))
