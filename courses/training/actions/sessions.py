"""The meetings of a class: planned, changed, cancelled and put back by those who lead the class."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from accounts.text import nfc
from courses.training.actions.attendance import settle_session
from courses.training.models import Activity, ClassSession, CourseRun

LONGEST_HOURS = 24


def require_leads(by: User | None, run: CourseRun) -> None:
    """Raises NotAllowed unless the person manages the class or is one of its instructors."""
    if by is not None and not CourseRun.objects.led_by(by).filter(pk=run.pk).exists():
        raise NotAllowed("class.manage", run.unit_id)


def _times(run: CourseRun, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refusal("session_times", _("The session ends before it begins."))
    if (ends_at - starts_at).total_seconds() > LONGEST_HOURS * 3600:
        raise Refusal("session_too_long", _("A session lasts a day at most. Add one for each day."))
    first, last = timezone.localdate(starts_at), timezone.localdate(ends_at)
    if first < run.opens_on or last > run.closes_on:
        raise Refusal(
            "session_outside_class",
            _("The class runs from %(first)s to %(last)s. Choose a day between, or change its dates first."),
            first=f"{run.opens_on:%d/%m/%Y}",
            last=f"{run.closes_on:%d/%m/%Y}",
        )


def _link(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        URLValidator(schemes=["https"])(text)
    except ValidationError:
        raise Refusal("session_link", _("Give the link in full, beginning with https://.")) from None
    return text if urlsplit(text).netloc else ""


def _fulfils(run: CourseRun, activity: Activity | None) -> Activity | None:
    """The session activity of the class's course, of those pinned once the class has opened."""
    if activity is None:
        return None
    fits = activity.kind == Activity.Kind.SESSION and activity.section.course_id == run.course_id
    if fits and run.state != CourseRun.State.PLANNED:
        fits = run.pins.filter(activity=activity).exists()
    if not fits:
        raise Refusal("session_activity", _("A session counts for a session activity of its class only."))
    return activity


def _facts(
    run: CourseRun,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    mode: str,
    place: str,
    link: str,
    note: str,
    activity: Activity | None,
) -> dict[str, object]:
    title = nfc(title).strip()
    if not title:
        raise Refusal("title_missing", _("Give it a name."))
    if mode not in ClassSession.Mode.values:
        raise Refusal("session_mode", _("Say whether the session is in a room or online."))
    _times(run, starts_at, ends_at)
    return {
        "title": title[:250],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "mode": mode,
        "place": nfc(place).strip()[:250],
        "link": _link(link),
        "note": nfc(note).strip()[:2000],
        "activity": _fulfils(run, activity),
    }


def _require_alive(run: CourseRun) -> None:
    if run.state == CourseRun.State.CLOSED:
        raise Refusal("class_over", _("The class is closed. Its sessions stay as they are."))


@transaction.atomic
def add_session(
    *,
    by: User | None,
    run: CourseRun,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    mode: str,
    place: str = "",
    link: str = "",
    note: str = "",
    activity: Activity | None = None,
) -> ClassSession:
    """A meeting on a day of the class; ``activity`` is the one that attending it completes."""
    require_leads(by, run)
    _require_alive(run)
    facts = _facts(
        run,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        place=place,
        link=link,
        note=note,
        activity=activity,
    )
    return ClassSession.objects.create(run=run, created_by=by or run.created_by, **facts)


@transaction.atomic
def edit_session(
    *,
    by: User | None,
    session: ClassSession,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    mode: str,
    place: str = "",
    link: str = "",
    note: str = "",
    activity: Activity | None = None,
) -> None:
    """Another day, place or activity; who attended keeps it, and it counts for the new activity."""
    session = _locked(session)
    require_leads(by, session.run)
    _require_alive(session.run)
    before = session.activity
    facts = _facts(
        session.run,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        place=place,
        link=link,
        note=note,
        activity=activity,
    )
    for name, value in facts.items():
        setattr(session, name, value)
    session.save(update_fields=list(facts))
    if before != activity:
        settle_session(session, activities=[before, activity])


@transaction.atomic
def cancel_session(*, by: User | None, session: ClassSession, reason: str) -> None:
    """The meeting does not take place; marks made in it no longer count."""
    session = _locked(session)
    require_leads(by, session.run)
    _require_alive(session.run)
    reason = nfc(reason).strip()
    if not reason:
        raise Refusal("reason_missing", _("Say why, so that the learners know."))
    if session.state == ClassSession.State.CANCELLED:
        return
    session.state, session.cancelled_for = ClassSession.State.CANCELLED, reason[:250]
    session.save(update_fields=["state", "cancelled_for"])
    settle_session(session, activities=[session.activity])


@transaction.atomic
def restore_session(*, by: User | None, session: ClassSession) -> None:
    """A cancelled meeting takes place after all; its marks count again."""
    session = _locked(session)
    require_leads(by, session.run)
    _require_alive(session.run)
    if session.state != ClassSession.State.CANCELLED:
        return
    marked = session.attendance.exists()
    session.state = ClassSession.State.HELD if marked else ClassSession.State.PLANNED
    session.cancelled_for = ""
    session.save(update_fields=["state", "cancelled_for"])
    settle_session(session, activities=[session.activity])


def _locked(session: ClassSession) -> ClassSession:
    rows = ClassSession.objects.select_for_update(of=("self",)).select_related("run", "activity")
    return rows.get(pk=session.pk)
