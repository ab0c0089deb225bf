"""Mail to whoever manages a course that a newer version waits for a decision: each told once, by task."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from courses.training.models import Course, VersionNews
from courses.training.undecided import Undecided, undecided_in
from repository.models import Publication
from repository.notices import who_may

log = logging.getLogger(__name__)

#: What was published longer ago is history: the desk names it still.
FRESH = timedelta(days=2)


def tell_managers() -> int:
    """One mail to each who manages the courses concerned; how many mails. Safe to run twice."""
    news = _untold(undecided_in(Course.objects.all()))
    if not news:
        return 0
    theirs: dict[int, tuple[User, list[Undecided]]] = {}
    for unit, some in _by_unit(news).items():
        for _unit, users in who_may("course.manage", unit)[:1]:
            for user in users:
                theirs.setdefault(user.pk, (user, []))[1].extend(some)
    sent = sum(_send(user, some) for user, some in theirs.values() if user.email)
    VersionNews.objects.bulk_create(
        (VersionNews(activity=one.activity, version=one.version) for one in news), ignore_conflicts=True
    )
    return sent


def _untold(waiting: list[Undecided]) -> list[Undecided]:
    if not waiting:
        return []
    versions = {one.version.pk for one in waiting}
    recent = Publication.objects.in_force().filter(
        version__in=versions, published_at__gt=timezone.now() - FRESH
    )
    fresh = set(recent.values_list("version", flat=True))
    told = set(VersionNews.objects.filter(version__in=versions).values_list("activity", "version"))
    return [
        one for one in waiting if one.version.pk in fresh and (one.activity.pk, one.version.pk) not in told
    ]


def _by_unit(news: Iterable[Undecided]) -> dict[int, list[Undecided]]:
    found: dict[int, list[Undecided]] = defaultdict(list)
    for one in news:
        found[one.course.unit_id].append(one)
    return found


def _send(user: User, news: list[Undecided]) -> int:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        count, first = len(news), news[0].activity.title
        subject = ngettext(
            "A new version to decide about: %(title)s",
            "%(n)s new versions to decide about: %(title)s …",
            count,
        )
        context = {
            "user": user,
            "news": [
                (one, settings.SITE_URL + reverse("courses:switch", args=[one.activity.uid])) for one in news
            ],
        }
        text = render_to_string("courses/mail/newer.txt", context)
        line = " ".join((subject % {"n": count, "title": first}).split())[:200]
        try:
            return send_mail(line, text, settings.DEFAULT_FROM_EMAIL, [user.email])
        except SMTPRecipientsRefused:  # one bad address does not hold up the others
            log.warning("newer versions: the address of %s was refused", user.pk)
            return 0
