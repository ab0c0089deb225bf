"""The picture of a package's first page, for whoever may open the package."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from repository import page_pictures
from repository.models import PagePicture, Version

#: So often a page asks whether the picture is there: a minute, as ``_first_page.html`` waits in between
MOST_ASKED = 20


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


@require_safe
def first_page_soon(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The picture where it is there by now, else its place held; nothing once it will not come."""
    readable = Version.objects.readable_by(request.user).select_related("page_picture", "resource__subject")
    version = get_object_or_404(readable.defer("page_picture__data"), uid=uid)
    asked = request.GET.get("n", "")
    tries = int(asked) if asked.isdecimal() and len(asked) < 4 else MOST_ASKED
    context = {
        "version": version,
        "subject": version.resource.subject,
        "picture": page_pictures.address_of(version),
        "picture_soon": tries < MOST_ASKED and page_pictures.comes_soon(version),
        "tries": tries + 1,
    }
    response = render(request, "repository/_first_page.html", context)
    response["Cache-Control"] = "no-store"
    return response
