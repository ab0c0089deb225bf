"""Says whether a process can do its work; asked by the supervisor and by whoever watches the site."""

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, 503 where it does not. Tells nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"process": settings.PROCESS, "database": False}, status=503)
    return JsonResponse({"process": settings.PROCESS, "database": True})
