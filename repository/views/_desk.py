"""What the pages of the desk share: what waits for a reviewer, how long already, which of it is shown."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.days import today
from accounts.models import OrgUnit, User
from accounts.permissions import units_where
from accounts.querysets import on_day
from repository import findings
from repository.models import Version
from repository.review_forms import QueueFilter

USUAL_DAYS = 3


def waiting(user: User) -> Any:
    return Version.objects.waiting_for(user).select_related(
        "resource__author", "resource__subject", "resource__type", "resource__owner_unit"
    )


def units_above(user: User, versions: list[Version]) -> list[OrgUnit]:
    """Where she may publish at least one of these for more than the author's unit; the highest first."""
    owners = {version.resource.owner_unit_id for version in versions}
    above = OrgUnit.objects.filter(
        on_day(None, "below__"), below__descendant__in=owners, below__depth__gt=0
    ).filter(pk__in=units_where(user, "resource.review").values("pk"))
    found = OrgUnit.objects.filter(pk__in=above.values("pk")).annotate(higher=Max("above__depth"))
    return sorted(found.named(), key=lambda unit: (unit.higher, str(unit)))


def filters(request: HttpRequest, user: User) -> QueueFilter:
    """The form of the filters, with the units that have something in the queue."""
    ids = Version.objects.waiting_for(user).order_by().values("resource__owner_unit")
    units = OrgUnit.objects.named().filter(pk__in=ids).order_by("name")
    form = QueueFilter(request.GET, units=list(units))
    form.is_valid()
    return form


def filtered(user: User, form: QueueFilter) -> Any:
    found = waiting(user).filter(**form.chosen())
    if form.late_only:
        found = found.filter(submitted_at__lt=_late_before())
    return found


def _late_before() -> datetime:
    """Submitted before this moment: waiting for more days than usual."""
    day = today() - timedelta(days=USUAL_DAYS)
    return timezone.make_aware(datetime.combine(day, time.min))


def with_age(versions: list[Version], user: User | None = None) -> list[Version]:
    """Adds days of waiting, days overdue, places to look at, whether it is her own, and the name of
    the owner's unit: one query for all names."""
    units = OrgUnit.objects.named().in_bulk({version.resource.owner_unit_id for version in versions})
    now = timezone.now()
    for version in versions:
        version.unit = units[version.resource.owner_unit_id]  # type: ignore[attr-defined]
        days = waiting_days(version.submitted_at, now)
        version.waits = _age(days)  # type: ignore[attr-defined]
        version.overdue = max(0, days - USUAL_DAYS)  # type: ignore[attr-defined]
        version.looks = findings.to_look_at(version.findings)  # type: ignore[attr-defined]
        version.own = user is not None and user.pk in (version.resource.author_id, version.by_id)  # type: ignore[attr-defined]
    return versions


def _age(days: int) -> str:
    """Said by the calendar: a minute after midnight what came before it is of yesterday, not a day old."""
    if days < 2:
        return _("since yesterday") if days else _("today")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def waiting_days(since: datetime | None, now: datetime) -> int:
    """Local days from one moment to another: since yesterday evening is one."""
    if since is None:
        return 0
    return (timezone.localdate(now) - timezone.localdate(since)).days


def kept_query(request: HttpRequest) -> str:
    """The filters of the queue as a query string, to be carried from page to page; "" for none."""
    kept = QueryDict(mutable=True)
    for name in QueueFilter.base_fields:
        if value := request.GET.get(name):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""
