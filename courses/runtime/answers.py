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
            "message": _("Choose another part from the contents, or go on with the buttons below."),
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
    if row.score is None:
        return words
    score = number_format(round(row.score * 100, 1), decimal_pos=None)
    return f"{words} " + _("Score: %(score)s%%.") % {"score": score}
