"""Refusals of the library. Codes are listed in docs/codes.md."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from repository.packages.codes import CODES


class Conflict(Refusal):
    """Something else happened in between; look again, then decide."""

    status = 409


class Locked(Refusal):
    """Somebody is at it just now; the same request may succeed a little later."""

    status = 423


class TooLarge(Refusal):
    """More than is allowed."""

    status = 413


class Missing(Refusal):
    """Not there, or not for this person: the two look alike."""

    status = 404


class Away(Refusal):
    """Something that is needed does not answer; the same request may succeed later."""

    status = 503


class Unsigned(Refusal):
    """Nobody is signed in."""

    status = 401


class Malformed(Refusal):
    """The request itself is wrong: a program's fault, not a person's."""

    def __init__(self, code: str, message: str | Promise, status: int = 400, **params: object) -> None:
        super().__init__(code, message, **params)
        self.status = status


def sign_in_first() -> Refusal:
    return Unsigned("sign_in_first", _("Sign in first; what has arrived is kept."))


def tus_version() -> Refusal:
    return Malformed("tus_version", _("Uploads speak tus 1.0.0."), 412)


def header_missing(name: str) -> Refusal:
    return Malformed("header_missing", _("The header %(name)s is missing or wrong."), name=name)


def length_missing() -> Refusal:
    return Malformed("length_missing", _("The length of the piece is missing."), 411)


def part_type() -> Refusal:
    return Malformed("part_type", _("A piece of a file is sent as application/offset+octet-stream."), 415)


def body_unexpected() -> Refusal:
    return Malformed("body_unexpected", _("The file itself is sent in pieces after it was announced."), 413)


def broken_off() -> Refusal:
    return Malformed("broken_off", _("The connection broke off. What has arrived is kept: continue."))


def empty_file() -> Refusal:
    return Refusal("empty_file", CODES["empty_file"].message)


def package_too_large(size_mb: int, limit_mb: int) -> Refusal:
    return TooLarge("package_too_large", CODES["package_too_large"].message, size=size_mb, limit=limit_mb)


def over_quota(limit_gb: str, free_mb: int) -> Refusal:
    return TooLarge(
        "upload_quota",
        _(
            "There is no room left: your files may have %(limit)s GB together, %(free)s MB are free. Remove "
            "drafts that you no longer need, or ask the administrator."
        ),
        limit=limit_gb,
        free=free_mb,
    )


def upload_missing() -> Refusal:
    return Missing("upload_missing", _("This upload is no longer there. Choose the file again."))


def upload_offset(offset: int) -> Refusal:
    return Conflict(
        "upload_offset",
        _("The server has %(offset)s bytes of this file. Continue from there."),
        offset=offset,
    )


def upload_busy() -> Refusal:
    return Locked("upload_busy", _("This file is being received in another window. Wait a moment."))


def upload_incomplete() -> Refusal:
    return Conflict("upload_incomplete", _("The file has not arrived completely yet. Continue the upload."))


def part_too_large(limit_mb: int) -> Refusal:
    return TooLarge("part_too_large", _("A piece may have at most %(limit)s MB."), limit=limit_mb)


def storage_away() -> Refusal:
    return Away(
        "storage_away",
        _("The storage does not answer just now. What has arrived is kept; try again in a few minutes."),
    )


def direct_not_offered() -> Refusal:
    return Missing("direct_not_offered", _("Files go through the site here. Choose the file again."))


def upload_complete() -> Refusal:
    return Conflict("upload_complete", _("This file has arrived completely already."))


def part_unknown() -> Refusal:
    return Malformed("part_unknown", _("The file has no such part."))


def parts_missing(numbers: Sequence[int]) -> Refusal:
    return Conflict(
        "parts_missing",
        _("%(count)s parts of the file have not arrived yet. Continue the upload."),
        count=len(numbers),
        numbers=list(numbers),
    )


def request_unreadable() -> Refusal:
    return Malformed("request_unreadable", _("What was sent cannot be read."))


def term_unknown(field: str, code: str) -> Refusal:
    return Refusal(
        "term_unknown",
        _("“%(value)s” is not in the list “%(field)s”. Choose again."),
        value=code,
        field=field,
    )


def grade_not_offered(subject: str, grade: str) -> Refusal:
    return Refusal(
        "grade_not_offered",
        _("%(subject)s is not taught in “%(grade)s”. Choose another grade or subject."),
        subject=subject,
        grade=grade,
    )


def year_unlikely(first: int, last: int) -> Refusal:
    return Refusal(
        "year_unlikely",
        _("The year must lie between %(first)s and %(last)s."),
        first=first,
        last=last,
    )


def title_missing() -> Refusal:
    return Refusal("title_missing", _("The title is missing. Write what the lesson is called."))


def metadata_incomplete(fields: str) -> Refusal:
    return Refusal(
        "metadata_incomplete",
        _("Before it can be submitted, the lesson still needs: %(fields)s."),
        fields=fields,
    )


def awaiting_review() -> Refusal:
    return Conflict(
        "awaiting_review", _("The lesson is waiting for review. Recall it first, then change it.")
    )


def cartridge_bare() -> Refusal:
    return Refusal("cartridge_bare", CODES["cartridge_bare"].message)


def version_unlike() -> Refusal:
    return Conflict(
        "version_unlike",
        _(
            "This file has nothing in common with the version before. Confirm that it is the same lesson, or "
            "make it a lesson of its own."
        ),
    )


def version_settled() -> Refusal:
    return Conflict("version_settled", _("This version has been submitted or published already."))


def not_ready() -> Refusal:
    return Conflict("version_not_ready", _("The file cannot be used yet. Solve what blocks it first."))


def nothing_to_submit() -> Refusal:
    return Conflict(
        "nothing_to_submit", _("Nothing has changed since this version was published or submitted.")
    )


def not_submitted() -> Refusal:
    return Conflict("not_submitted", _("This version is not waiting for review any more. Look at it again."))


def changed_meanwhile() -> Refusal:
    return Conflict(
        "changed_meanwhile",
        _("The description of this lesson was changed in the meantime. Read it again, then decide."),
    )


def reasons_missing() -> Refusal:
    return Refusal("reasons_missing", _("Write what the author should change."))


def unit_not_above() -> Refusal:
    return Refusal(
        "unit_not_above",
        _("A lesson is published at the author's unit or at one above it. Choose another unit."),
    )


def already_withdrawn() -> Refusal:
    return Conflict("already_withdrawn", _("This publication has been withdrawn already."))


def cause_missing() -> Refusal:
    return Refusal("cause_missing", _("Write why the lesson is withdrawn."))


def was_published() -> Refusal:
    return Conflict(
        "was_published", _("A lesson that was published is kept. Ask the reviewer to withdraw it instead.")
    )


def discarded() -> Refusal:
    return Conflict("discarded", _("This draft was deleted. Restore it first, then go on."))


def own_lesson() -> Refusal:
    return Refusal(
        "own_lesson", _("This lesson is your own. Another reviewer of the unit, or of one above it, decides.")
    )


def look_first(count: int) -> Refusal:
    return Refusal(
        "look_first",
        _("Checking found %(count)s places to look at. Open the lesson and fill in its sheet."),
        count=count,
    )


def decided_meanwhile(act: str, by: str, when: str) -> Refusal:
    return Conflict(
        "decided_meanwhile",
        _("%(by)s has decided on this lesson at %(when)s: %(act)s. What you chose was not saved."),
        act=act,
        by=by,
        when=when,
    )


def report_words_missing() -> Refusal:
    return Refusal("report_words_missing", _("Write what is wrong and where: a page, a question, a minute."))


def too_many_reports(most: int) -> Refusal:
    return Refusal(
        "too_many_reports",
        _("That is more than %(most)s reports in a day. Send the others tomorrow."),
        most=most,
    )


def report_answered() -> Refusal:
    return Conflict("report_answered", _("This report has been answered in the meantime."))


def report_gone() -> Refusal:
    return Conflict("report_gone", _("This report was taken back by who wrote it."))


def own_rating() -> Refusal:
    return Refusal("own_rating", _("This lesson is your own: stars come from colleagues."))


def stars_missing() -> Refusal:
    return Refusal("stars_missing", _("Choose one to five stars."))


def answer_missing() -> Refusal:
    return Refusal("answer_missing", _("Write why there is nothing to mend: who reported it reads this."))
