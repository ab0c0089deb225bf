"""Mail that asks people of a class to go on: its words, and sending it. Tasks call this."""

from __future__ import annotations

import logging
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.training.models import Completion, Enrolment, Reminder

log = logging.getLogger(__name__)


def subject_of(enrolment: Enrolment) -> str:
    return _("A reminder of your class: %(title)s") % {"title": " ".join(enrolment.run.title.split())[:150]}


def text_of(enrolment: Enrolment, by: object, words: str) -> str:
    """The mail in the active language; ``words`` are the sender's own, if any."""
    run = enrolment.run
    context = {
        "person": enrolment.user,
        "run": run,
        "begun": enrolment.last_active_at is not None or enrolment.progress > 0,
        "percent": round(enrolment.percent),
        "words": words,
        "by": by,
        "link": settings.SITE_URL + reverse("courses:run", args=[run.uid]),
    }
    return render_to_string("courses/mail/reminder.txt", context)


def send(batch: UUID) -> int:
    """Sends what is left of a batch, each in the receiver's language; how many left. Safe to run twice.

    Who has left the class, has completed it, or has no address any more gets none.
    """
    rows = (
        Reminder.objects.filter(
            batch=batch, sent_at=None, user__is_active=True, enrolment__state=Enrolment.State.ACTIVE
        )
        .exclude(user__email="")
        .exclude(enrolment__in=Completion.objects.filter(revoked_on=None).values("enrolment"))
        .select_related("user", "by", "enrolment__user", "enrolment__run__course")
        .order_by("pk")
    )
    sent = 0
    with get_connection() as connection:
        for row in rows:
            with translation.override(row.user.language or settings.LANGUAGE_CODE):
                subject, text = subject_of(row.enrolment), text_of(row.enrolment, row.by, row.words)
            mail = EmailMessage(subject, text, to=[row.user.email], connection=connection)
            try:
                mail.send()
            except SMTPRecipientsRefused:  # one bad address does not hold up the others
                log.warning("reminder %s: the address was refused", row.pk)
                continue
            Reminder.objects.filter(pk=row.pk).update(sent_at=timezone.now())
            sent += 1
    return sent
