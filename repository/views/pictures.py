"""The picture of a package's first page, for whoever may open the package."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from repository.models import PagePicture, Version


@require_safe
def first_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Drawn by a browser and written anew by Pillow: the one kind of uploaded thing that this site serves."""
    readable = Version.objects.readable_by(request.user).filter(uid=uid)
    row = get_object_or_404(PagePicture.objects.exclude(data=None), version__in=readable)
    response = HttpResponse(bytes(row.data or b""), content_type=row.media_type)
    # A version never changes, nor does its picture; who may see it does.
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
