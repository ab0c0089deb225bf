"""Every answer a commit can get: its code, HTTP status, SCORM error and the sentence for the learner.

``saved``: in the state. ``kept``: in the attempt's history, the sender may forget it. ``refused``:
nothing was changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.runtime.outcome import SCORM12


class Verdict(StrEnum):
    SAVED = "saved"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """``error12`` and ``error2004`` are what the API tells the SCO (RTE 3.3.2 and 3.1.7)."""

    verdict: Verdict
    code: str = ""
    status: int = 200
    error12: int = 0
    error2004: int = 0
    message: str | Promise = ""

    def error(self, standard: str) -> int:
        return self.error12 if standard == SCORM12 else self.error2004


def _refused(code: str, status: int, message: Promise, *, errors: tuple[int, int] = (101, 391)) -> Answer:
    return Answer(Verdict.REFUSED, code, status, *errors, message)


SAVED = Answer(Verdict.SAVED)
OLD_SEQ = Answer(Verdict.SAVED, "commit_old_seq")
SUPERSEDED = Answer(
    Verdict.KEPT,
    "commit_superseded",
    409,
    101,
    391,
    _("The lesson was opened in another window. What was done here is kept; go on in the newer window."),
)
LATE = Answer(
    Verdict.KEPT,
    "commit_late",
    202,
    0,
    0,
    _("The class has closed. This work is kept for the instructor to decide."),
)
CLOSED = Answer(
    Verdict.KEPT,
    "commit_closed",
    202,
    101,
    391,
    _("This lesson can no longer be opened. What was done until now is kept."),
)
NOT_JSON = _refused("commit_not_json", 400, _("The lesson sent something unreadable. Open it again."))
MALFORMED = _refused("commit_malformed", 400, _("The lesson sent incomplete results. Open it again."))
TOO_LARGE = _refused(
    "commit_too_large", 413, _("The results of the lesson are larger than 1 MB. Tell its author.")
)
SUSPEND_DATA = _refused(
    "commit_suspend_data",
    400,
    _("The lesson wants to note more than 64,000 characters. Tell its author."),
    errors=(405, 406),
)
UNKNOWN_SESSION = _refused(
    "commit_unknown_session", 403, _("This launch is not known. Open the lesson again.")
)
OTHER_SCO = _refused(
    "commit_other_sco", 403, _("The results belong to another part of the lesson. Open it again.")
)
NOT_YOURS = _refused(
    "commit_not_yours", 403, _("These results belong to another person. Sign in as that person to send them.")
)
NOT_TRACKED = _refused(
    "commit_not_tracked", 403, _("The lesson is open for looking only. Nothing is recorded."), errors=(0, 0)
)
STATEMENT_REFUSED = _refused(
    "statement_refused",
    403,
    _("The lesson reported something that contradicts the cmi5 standard; it was not taken."),
)

ALL = [
    SAVED, OLD_SEQ, SUPERSEDED, LATE, CLOSED, NOT_JSON, MALFORMED, TOO_LARGE, SUSPEND_DATA,
    UNKNOWN_SESSION, OTHER_SCO, NOT_YOURS, NOT_TRACKED, STATEMENT_REFUSED,
]  # fmt: skip


class CommitRefused(Exception):  # noqa: N818 -- it is a refusal, not a fault of the program
    """A commit that changes nothing; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer
