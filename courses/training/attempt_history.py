"""What each commit of an attempt brought, in words for whoever leads the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from courses.models import Attempt, CommitLog
from courses.runtime.codes import ALL
from courses.templatetags.training import points, time_words

COMPLETIONS = {
    "completed": pgettext_lazy("part of a lesson", "Done"),
    "incomplete": pgettext_lazy("part of a lesson", "In progress"),
}
SUCCESSES = {
    "passed": pgettext_lazy("outcome", "Passed"),
    "failed": pgettext_lazy("outcome", "Not passed"),
}
Reason = CommitLog.Reason
#: What stands apart from the ordinary course of saving, and the sign it gets
FLAGS = {
    Reason.LATE: pgettext_lazy("commit", "Late"),
    Reason.SUPERSEDED: pgettext_lazy("commit", "Kept apart"),
    Reason.REFUSED: pgettext_lazy("commit", "Refused"),
}
#: What became of one that was not simply saved
FATES: Mapping[str, str | Promise] = {
    **{answer.code: answer.message for answer in ALL if answer.code},
    "commit_superseded": _("Its time and a completion count; what it held was offered to the learner."),
    "restored": _("Its time and a completion count; the learner went on from it."),
    "dismissed": _("Its time and a completion count; the learner did not go on from it."),
    "commit_late": _("Arrived after the class had closed: kept, not counted."),
    "commit_closed": _("Arrived after this opening had been ended: kept, not counted."),
}


@dataclass(slots=True)
class Entry:
    """A line of the history: one commit, for one or more ``reasons``.

    ``brought`` is empty where a commit changed nothing of what is told here.
    """

    row: CommitLog
    part: str
    flag: str | Promise
    fate: str | Promise
    reasons: list[str | Promise] = field(default_factory=list)
    brought: list[str | Promise] = field(default_factory=list)


def flagged(attempt: Attempt) -> list[tuple[int, str | Promise]]:
    """How many commits of an attempt stand apart, by their sign; empty where all were simply saved."""
    rows = attempt.commits_kept.filter(reason__in=FLAGS).order_by("reason").values_list("reason")
    return [(count, FLAGS[Reason(reason)]) for reason, count in rows.annotate(Count("pk"))]


def words_of(row: Any) -> list[str | Promise]:
    """Completion and success as people say them; nothing where nothing was reached."""
    said = [COMPLETIONS.get(row.completion), SUCCESSES.get(row.success)]
    return [word for word in said if word]


def entries(
    rows: Iterable[CommitLog], earlier: Iterable[CommitLog], titles: Mapping[str, str]
) -> list[Entry]:
    """``rows`` and what came before them, ``earlier``, both newest first: each told by what was new in it."""
    newest_first = list(rows)
    stood: dict[str, CommitLog] = {}
    worked: dict[int, float] = {}
    told: list[Entry] = []
    for row in (*reversed(list(earlier)), *reversed(newest_first)):
        brought = [] if row.reason == Reason.REFUSED else _brought(row, stood, worked)
        if told and _same(told[-1].row, row):
            told[-1].reasons.append(row.get_reason_display())
            told[-1].brought += brought
        else:
            flag, fate = FLAGS.get(Reason(row.reason), ""), FATES.get(row.code, "")
            reasons: list[str | Promise] = [row.get_reason_display()]
            told.append(Entry(row, titles.get(row.sco_identifier, ""), flag, fate, reasons, brought))
    wanted = {row.pk for row in newest_first}
    return [entry for entry in reversed(told) if entry.row.pk in wanted]


def _same(one: CommitLog, other: CommitLog) -> bool:
    """Whether both rows tell of one commit: the first is often the last, or changes the outcome."""
    plain = not {one.reason, other.reason} & FLAGS.keys()
    return plain and (one.session_id, one.sco_identifier, one.seq) == (
        other.session_id,
        other.sco_identifier,
        other.seq,
    )


def _brought(row: CommitLog, stood: dict[str, CommitLog], worked: dict[int, float]) -> list[str | Promise]:
    """What is new in a commit against those before it, which are noted in ``stood`` and ``worked``."""
    before, so_far = stood.get(row.sco_identifier), worked.get(row.session_id, 0.0)
    words = words_of(row)
    found = words if before is None or words != words_of(before) else []
    if row.score is not None and (before is None or before.score != row.score):
        found = [*found, gettext("%(points)s points") % {"points": points(row.score)}]
    if row.seconds - so_far >= 1:
        found = [*found, gettext("%(time)s more of work") % {"time": time_words(row.seconds - so_far)}]
    worked[row.session_id] = max(row.seconds, so_far)
    if row.reason != Reason.LATE:  # what was not counted is nothing to compare with
        stood[row.sco_identifier] = row
    return found
