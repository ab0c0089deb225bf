"""Maintenance: a file in the folder of state closes the site's pages; the content origin is not concerned.

Kept in a file because the database may be what is worked on. ``manage.py maintenance on`` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.error_pages import bare, come_back

#: What is answered all the same: whoever watches the site, and what learners' browsers kept for it.
OPEN = ("/health/", "/health/ready/", "/learn/outbox/")
RETRY_SECONDS = 300
LEAST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """What visitors are told: when the site is expected back (aware, None for unknown), and why."""

    until: datetime | None = None
    note: str = ""

    def seconds_left(self, now: datetime) -> int:
        if self.until is None:
            return RETRY_SECONDS
        return max(LEAST_SECONDS, int((self.until - now).total_seconds()))


def path() -> Path:
    return Path(settings.VAR) / "maintenance.json"


def begin(notice: Notice) -> None:
    """Closes the site. The file appears whole or not at all."""
    target = path()
    fresh = target.with_suffix(".new")
    fields = asdict(notice)
    fields["until"] = notice.until.isoformat() if notice.until else None
    fresh.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")
    fresh.replace(target)


def end() -> bool:
    """Opens the site again; whether it was closed."""
    try:
        path().unlink()
    except FileNotFoundError:
        return False
    return True


def current() -> Notice | None:
    """The notice in force, None while the site is open. A file that cannot be read closes it too."""
    try:
        text = path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        fields = json.loads(text)
        until = datetime.fromisoformat(fields["until"]) if fields.get("until") else None
        return Notice(until, str(fields.get("note", "")))
    except (ValueError, AttributeError, TypeError):
        return Notice()


class MaintenanceMiddleware:
    """Answers 503 with ``Retry-After`` while the site is closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        notice = current()
        if notice is None or request.path in OPEN:
            return self.get_response(request)
        return closed(request, notice)


def closed(request: HttpRequest, notice: Notice) -> HttpResponse:
    now = timezone.now()
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", "") or "Tus-Resumable" in request.headers:
        message = _("The site is being worked on. Try again a little later; what was sent is kept.")
        response = JsonResponse({"code": "maintenance", "message": message}, status=503)
    else:
        late = notice.until is not None and notice.until <= now
        context: dict[str, object] = {
            "code": "maintenance",
            "notice": notice,
            "late": late,
        }
        response = bare("errors/503.html", context, status=503)
    return come_back(response, notice.seconds_left(now))
