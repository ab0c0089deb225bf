"""Pictures of pages, as Pillow wrote them anew. Originals and documents have no address here."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from repository.storage import StorageAwayError

#: Where Wagtail keeps renditions; the files that people uploaded lie in other folders.
_FOLDER = "images"
_KINDS = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_PIECE = 64 * 1024


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition. Its name changes with what it shows."""
    path = PurePosixPath(name)
    kind = _KINDS.get(path.suffix.lower())
    if path.parts[:1] != (_FOLDER,) or len(path.parts) != 2 or ".." in path.parts or kind is None:
        raise Http404
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    except StorageAwayError:
        return HttpResponse(status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
    response = FileResponse(file, content_type=kind)
    response.block_size = _PIECE
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
