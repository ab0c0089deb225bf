"""The read side of the content origin: package files, single files, small pages that show one.

No session, no cookie read or set; the right to read is in the path. A wrong key and a missing file: 404.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from repository.content import responses, stored
from repository.content.links import quoted_launch
from repository.models.resources import Kind
from repository.packages.mediatypes import content_type

logger = logging.getLogger(__name__)

SINGLE_KINDS = frozenset({Kind.PDF.value, Kind.IMAGE.value})
_FOLDER_PAGES = ("index.html", "index.htm")
_STYLE = (Path(__file__).parent / "viewer.css").read_bytes()


def file(request: HttpRequest, version: str, key: str, path: str) -> HttpResponseBase:
    """A file of a version: of its package, or the one that it is."""
    if request.method not in ("GET", "HEAD"):
        response = responses.refusal(405)
        response.headers["Allow"] = "GET, HEAD"
        return response
    if request.META.get("HTTP_SERVICE_WORKER") == "script":
        # One package's worker would answer for all the others of this origin.
        return responses.refusal(403, _("A lesson may not install a service worker."))
    found = stored.find_version(version, key)
    if found is None:
        return _nothing()
    try:
        if found.kind in SINGLE_KINDS:
            return _single(request, found, path)
        return _member(request, found, path)
    except FileNotFoundError:
        logger.warning("Version %s has lost its blob %s", version, found.blob_uid)
        return _nothing()


def _nothing() -> HttpResponse:
    return responses.refusal(404, _("There is no such file here, or the address is out of date."))


def _member(request: HttpRequest, version: stored.StoredVersion, path: str) -> HttpResponseBase:
    package = stored.open_package(version)
    if package is None:
        return _nothing()
    entry = package.index.find(path)
    if entry is None and (not path or path.endswith("/")):
        pages = (package.index.find(path + page) for page in _FOLDER_PAGES)
        entry = next((page for page in pages if page is not None), None)
    if entry is None:
        return _nothing()
    media = package.media.get(entry.path) if package.media else None
    return responses.member_response(request, entry, package.source, media)


def _single(request: HttpRequest, version: stored.StoredVersion, path: str) -> HttpResponseBase:
    if path != version.filename:
        return _nothing()
    # A sandboxed page shows no PDF in any browser; a PDF has no script of this origin to keep in.
    return responses.single_response(
        request,
        stored.open_single(version),
        content_type(version.media_type or "application/octet-stream"),
        f'"{version.sha256[:32]}-id"',
        sandboxed=version.kind != Kind.PDF,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any other address of the content origin."""
    return _nothing()


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours; Django's own page would look for a session."""
    return responses.refusal(500, _("Something went wrong on our side. Try again in a moment."))


def viewer(request: HttpRequest, version: str, key: str) -> HttpResponseBase:
    """A page that shows a picture or PDF; a package's own entry page for the rest."""
    found = stored.find_version(version, key)
    if found is None:
        return _nothing()
    if found.kind not in SINGLE_KINDS:
        response = responses.refusal(302)
        response.headers["Location"] = f"/f/{version}/{key}/{quoted_launch(found.launch)}"
        return response
    # Without the request: the site's context processors know a session, which does not exist here.
    page = HttpResponse(
        render_to_string(
            "content/viewer.html",
            {
                "version": found,
                "is_pdf": found.kind == Kind.PDF,
                "address": f"/f/{version}/{key}/{quote(found.filename)}",
            },
        )
    )
    responses.set_origin_headers(page, sandboxed=found.kind != Kind.PDF)
    page.headers["Cache-Control"] = "private, max-age=300"
    return page


def style(request: HttpRequest) -> HttpResponse:
    """The style of the viewer page: the content origin serves none of the site's files."""
    response = HttpResponse(_STYLE, content_type="text/css; charset=utf-8")
    responses.set_origin_headers(response)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
