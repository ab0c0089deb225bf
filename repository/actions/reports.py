"""Reporting that something is wrong with a resource, taking it back, answering."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import User
from repository import errors
from repository.models import LearningResource, ProblemReport, Rating, Version

#: How many reports a person may send within a day: more is a program or an accident.
MOST_A_DAY = 10
TEXT_CHARS = 2000
#: What cannot be judged without words.
NEEDS_WORDS = frozenset({ProblemReport.What.WRONG, ProblemReport.What.COPYRIGHT, ProblemReport.What.OTHER})


@transaction.atomic
def report_problem(
    *, by: User, version: Version, what: str, text: str = "", rating: Rating | None = None
) -> ProblemReport:
    """Keeps what a person says is wrong with a version that she may open, or with a comment on it.

    One that waits for an answer takes in what the same person writes again, of the same kind.
    Raises NotAllowed, or a Refusal: words missing, too many today.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two sends at once count together
    if not by.is_active or not Version.objects.readable_by(by).filter(pk=version.pk).exists():
        raise NotAllowed("resource.report")
    text = text.replace("\r\n", "\n").strip()[:TEXT_CHARS]
    if not text and what in NEEDS_WORDS:
        raise errors.report_words_missing()
    own = ProblemReport.objects.filter(by=by)
    same = own.waiting().filter(resource=version.resource_id, what=what, rating=rating).first()
    if same is not None:
        if text and text not in same.text:
            same.text = f"{same.text}\n{text}".strip()[:TEXT_CHARS]
            same.save(update_fields=["text"])
        return same
    if own.filter(at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise errors.too_many_reports(MOST_A_DAY)
    return ProblemReport.objects.create(
        resource_id=version.resource_id, version=version, by=by, what=what, text=text, rating=rating
    )


@transaction.atomic
def take_back_report(*, by: User, report: ProblemReport) -> LearningResource:
    """Forgets a report of hers that nobody has answered; its resource."""
    report = _locked(report)
    if report.by_id != by.pk:
        raise NotAllowed("resource.report")
    if report.state != ProblemReport.State.OPEN:
        raise errors.report_answered()
    report.delete()
    return report.resource


@transaction.atomic
def answer_report(*, by: User, report: ProblemReport, state: str, answer: str = "") -> ProblemReport:
    """Closes a report as mended or as nothing to mend; the latter with reasons. The reporter reads it."""
    report = _locked(report)
    _require_answerable(by, report)
    if report.state != ProblemReport.State.OPEN:
        raise errors.report_answered()
    answer = answer.replace("\r\n", "\n").strip()[:TEXT_CHARS]
    if state == ProblemReport.State.DECLINED and not answer:
        raise errors.answer_missing()
    report.state, report.answer = state, answer
    report.answered_by, report.answered_at = by, timezone.now()
    report.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return report


@transaction.atomic
def reopen_report(*, by: User, report: ProblemReport) -> ProblemReport:
    """Takes an answer back; its words stay to be changed."""
    report = _locked(report)
    _require_answerable(by, report)
    report.state, report.answered_by, report.answered_at = ProblemReport.State.OPEN, None, None
    report.save(update_fields=["state", "answered_by", "answered_at"])
    return report


def _locked(report: ProblemReport) -> ProblemReport:
    rows = ProblemReport.objects.select_for_update(of=("self",)).select_related("resource")
    found = rows.filter(pk=report.pk).first()
    if found is None:
        raise errors.report_gone()
    return found


def _require_answerable(by: User, report: ProblemReport) -> None:
    if not ProblemReport.objects.answerable_by(by).filter(pk=report.pk).exists():
        raise NotAllowed("resource.review")
