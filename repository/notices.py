"""Mail about review: to reviewers what came in, to authors what was decided, each in her language.

The tasks of ``repository.tasks`` call this; an event is told once (``told_at``), and none that is old.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import OrgUnit, RoleGrant, User
from accounts.permissions import roles_for
from accounts.querysets import on_day
from repository import sheet
from repository.models import Review, ReviewEvent

#: What was submitted within this time comes in one mail.
COLLECT = timedelta(minutes=2)
#: Older events are history: nobody is told of them any more.
FRESH = timedelta(days=2)
DECISIONS = (ReviewEvent.Act.RETURNED, ReviewEvent.Act.PUBLISHED, ReviewEvent.Act.WITHDRAWN)


def enqueue(event: ReviewEvent) -> None:
    """Plants the mail about an event; it commits with the caller's transaction."""
    from repository import tasks  # tasks import this module

    if event.act == ReviewEvent.Act.SUBMITTED and event.unit_id is not None:
        tasks.tell_reviewers.using(run_after=timezone.now() + COLLECT).enqueue(event.unit_id)
    elif event.act in DECISIONS:
        tasks.tell_author.enqueue(event.pk)


def who_reviews(unit_id: int) -> list[tuple[OrgUnit, list[User]]]:
    """Every unit, at this one or above, that has reviewers, with them; the nearest first."""
    return who_may("resource.review", unit_id)


def who_may(verb: str, unit_id: int) -> list[tuple[OrgUnit, list[User]]]:
    """The same of any verb. Two queries."""
    grants = RoleGrant.objects.filter(
        on_day(),
        on_day(None, "unit__below__"),
        unit__below__descendant=unit_id,
        role__in=roles_for(verb),
        user__is_active=True,
    )
    people: dict[int, dict[int, User]] = {}
    for grant in grants.annotate(depth=F("unit__below__depth")).select_related("user").order_by("depth"):
        people.setdefault(grant.unit_id, {})[grant.user_id] = grant.user
    units = OrgUnit.objects.named().in_bulk(people)
    return [
        (units[pk], sorted(found.values(), key=lambda user: user.sort_name)) for pk, found in people.items()
    ]


def reviewers_in_words(unit_id: int) -> str:
    """ "A, B (School); C (Department)": whom an author waits for; at most three names a unit."""
    parts = []
    for unit, users in who_reviews(unit_id):
        names = ", ".join(user.full_name for user in users[:3]) + (" …" if len(users) > 3 else "")
        parts.append(_("%(names)s (%(unit)s)") % {"names": names, "unit": unit})
    return "; ".join(parts)


def tell_reviewers(unit_id: int) -> int:
    """One mail to each reviewer near a unit with all that was submitted there since; how many mails."""
    events = list(
        ReviewEvent.objects.filter(
            act=ReviewEvent.Act.SUBMITTED,
            unit=unit_id,
            told_at=None,
            at__gt=timezone.now() - FRESH,
            version__review=Review.SUBMITTED,
        ).select_related("version__resource__author", "version__resource__subject")
    )
    if not events:
        return 0
    once = list({event.version_id: event for event in events}.values())  # some were recalled in between
    authors = {event.version.resource.author_id for event in events}
    nearest = who_reviews(unit_id)[:1]
    told = [user for _unit, users in nearest for user in users if user.email]
    unit = OrgUnit.objects.named().get(pk=unit_id)
    sent = 0
    for user in told:
        if authors == {user.pk}:
            continue  # all of it is hers
        sent += _send(user, "submitted", {"events": once, "unit": unit}, _submitted_subject(once))
    _mark(events)
    return sent


def _submitted_subject(events: list[ReviewEvent]) -> Any:
    def subject() -> str:
        n = len(events)
        return ngettext("%(n)s lesson to review: %(title)s", "%(n)s lessons to review: %(title)s …", n) % {
            "n": n,
            "title": events[0].version.resource.title,
        }

    return subject


def tell_author(event_id: int) -> int:
    """Tells an author of a decision on her lesson; 0 where she decided herself or has no address."""
    event = (
        ReviewEvent.objects.select_related("version__resource__author", "by")
        .filter(pk=event_id, told_at=None, at__gt=timezone.now() - FRESH, act__in=DECISIONS)
        .first()
    )
    if event is None:
        return 0
    author = event.version.resource.author
    sent = 0
    if author.email and author.is_active and event.by_id != author.pk:
        unit = OrgUnit.objects.named().filter(pk=event.unit_id).first()
        sent = _send(author, "decided", {"event": event, "unit": unit}, _decided_subject(event))
    _mark([event])
    return sent


def _decided_subject(event: ReviewEvent) -> Any:
    sentences = {
        ReviewEvent.Act.RETURNED: lambda: _("Returned, to be changed: %(title)s"),
        ReviewEvent.Act.PUBLISHED: lambda: _("Published: %(title)s"),
        ReviewEvent.Act.WITHDRAWN: lambda: _("Withdrawn: %(title)s"),
    }
    return lambda: sentences[ReviewEvent.Act(event.act)]() % {"title": event.version.resource.title}


def said(event: ReviewEvent) -> list[sheet.Said]:
    """What a decision said, in the active language: the sheet, else the text written without one."""
    return sheet.read(event.checks) if event.checks else sheet.from_text(event.reasons)


def asked(event: ReviewEvent) -> list[sheet.Said]:
    """What a return asks for, and its remark: what was found good is left out."""
    return [one for one in said(event) if one.to_change or not one.label]


def _send(user: User, template: str, facts: dict[str, Any], subject: Any) -> int:
    """In the receiver's language; a subject is a function, so that it is made in that language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"user": user, "site": settings.SITE_URL, **facts, **_links(facts)}
        text = render_to_string(f"repository/mail/{template}.txt", context)
        line = " ".join(subject().split())[:200]
        return send_mail(line, text, settings.DEFAULT_FROM_EMAIL, [user.email])


def _links(facts: dict[str, Any]) -> dict[str, Any]:
    event = facts.get("event")
    if event is None:
        return {"desk": settings.SITE_URL + reverse("repository:review")}
    resource = event.version.resource
    name = "resource" if event.act == ReviewEvent.Act.PUBLISHED else "lesson"
    return {
        "lesson": settings.SITE_URL + reverse(f"repository:{name}", args=[resource.uid]),
        "said": asked(event),
        "act": event.act,
    }


def _mark(events: Iterable[ReviewEvent]) -> None:
    ReviewEvent.objects.filter(pk__in=[event.pk for event in events]).update(told_at=timezone.now())
