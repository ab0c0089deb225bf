"""Work of the accounts app that comes round: the turn of the day, old task results."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from accounts import mail_links
from accounts.models import User
from accounts.signals import day_turned
from accounts.work import schedule

KEEP_SUCCESSFUL = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)


@task()
def turn_day(day: str) -> None:
    """Tells every app that a local day has begun; receivers mark what starts or ends on it."""
    with transaction.atomic():
        day_turned.send(sender=None, day=date.fromisoformat(day))


@task()
def send_address_link(user_id: int, email: str) -> None:
    """Asks the owner of a new address to confirm it."""
    user = User.objects.get(pk=user_id)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"person": user, "email": email, "link": mail_links.address(user, email)}
        send_mail(
            render_to_string("account/email/address_subject.txt", context).strip(),
            render_to_string("account/email/address_message.txt", context),
            None,
            [email],
        )


@task(queue_name="slow")
def forget_old_tasks() -> int:
    """Deletes results nobody will ask for; returns how many."""
    now = timezone.now()
    done, _ = DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_SUCCESSFUL).delete()
    failed, _ = DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
    return done + failed


schedule.daily(turn_day, at=time(0, 5))
schedule.every(forget_old_tasks, timedelta(hours=12))
