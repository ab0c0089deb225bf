"""Says whether a process can do its work; asked by the supervisor and by whoever watches the site."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from cms import readiness


def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, 503 where it does not. Tells nothing else."""
    answers = readiness.is_good(readiness.database())
    return JsonResponse({"process": settings.PROCESS, "database": answers}, status=200 if answers else 503)


def ready(request: HttpRequest) -> JsonResponse:
    """Each part's state, by name. 503 where this process can do no work at all; with a part less, 200."""
    parts = readiness.look()
    status = 200 if readiness.is_good(parts["database"]) else 503
    good = all(readiness.is_good(state) for state in parts.values())
    return JsonResponse({"process": settings.PROCESS, "ready": good, "parts": parts}, status=status)
