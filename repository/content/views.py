"""The read side of the content origin: package files, single files, small pages that show one.

No session, no cookie read or set; the right to read is in the path. A wrong key and a missing file: 404.
"""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from accounts.outages import RETRY_SECONDS, database_is_away
from repository.content import answers, exercise, stored
from repository.content import viewer as pages
from repository.content.links import page_number, quoted_launch
from repository.models.resources import Kind

logger = logging.getLogger(__name__)


def file(request: HttpRequest, version: str, key: str, path: str) -> HttpResponseBase:
    """A file of a version: of its package, or the one that it is."""
    if request.method not in answers.METHODS:
        response = refusal(405)
        response.headers["Allow"] = "GET, HEAD"
        return response
    if request.META.get("HTTP_SERVICE_WORKER") == "script":
        # One package's worker would answer for all the others of this origin.
        return refusal(403, _("A lesson may not install a service worker."))
    found = stored.find_version(version, key)
    if found is None:
        return _nothing()
    try:
        answer = _answer(request, found, path)
    except FileNotFoundError:
        logger.warning("Version %s has lost its blob %s", version, found.blob_uid)
        answer = None
    return _nothing() if answer is None else _as_response(answer)


def _answer(request: HttpRequest, version: stored.StoredVersion, path: str) -> answers.Answer | None:
    if version.kind in answers.SINGLE_KINDS:
        if path != version.filename:
            return None
        return answers.single(request.META, settings.SITE_URL, version, stored.open_single(version))
    package = stored.open_package(version)
    entry = answers.find_entry(package, path) if package else None
    if package is None or entry is None:
        return None
    return answers.member(request.META, settings.SITE_URL, package, entry)


def _as_response(answer: answers.Answer) -> HttpResponseBase:
    response: HttpResponseBase
    if isinstance(answer.body, bytes):
        response = HttpResponse(answer.body, status=answer.status)
    else:
        response = StreamingHttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]  # Django's own guess; 304 and 416 have none
    for name, value in answer.headers:
        response.headers[name] = value
    return response


def _set_origin_headers(response: HttpResponse, *, sandboxed: bool = True) -> None:
    for name, value in answers.origin_headers(settings.SITE_URL, sandboxed=sandboxed):
        response.headers[name] = value


def refusal(status: int, text: str = "") -> HttpResponse:
    """An answer without a file; not to be kept by anybody."""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    _set_origin_headers(response)
    response.headers["Cache-Control"] = "no-store"
    return response


def _nothing() -> HttpResponse:
    return refusal(404, _("There is no such file here, or the address is out of date."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any other address of the content origin."""
    return _nothing()


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours; Django's own page would look for a session."""
    if database_is_away(sys.exc_info()[1]):
        response = refusal(
            503,
            _("The site cannot reach its data just now. Try again in a minute; what was saved is kept."),
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return refusal(500, _("Something went wrong on our side. Try again in a moment."))


def viewer(request: HttpRequest, version: str, key: str) -> HttpResponseBase:
    """A page that shows a file of its own; a package's entry page for the rest."""
    found = stored.find_version(version, key)
    if found is None:
        return _nothing()
    if found.kind not in answers.SINGLE_KINDS and "file" in request.GET:
        member = pages.member_page(
            found, key, request.GET["file"], language=request.GET.get("lang", ""), bare="bare" in request.GET
        )
        return member or _nothing()
    if found.kind == Kind.H5P:
        return exercise.page(found, key, language=request.GET.get("lang", ""))
    if found.kind not in answers.SINGLE_KINDS:
        response = refusal(302)
        response.headers["Location"] = f"/f/{version}/{key}/{quoted_launch(found.launch)}"
        return response
    wishes = {name: name in request.GET for name in ("bare", "save")}
    start = page_number(request.GET.get("page", ""))
    return pages.page(found, key, language=request.GET.get("lang", ""), start=start, **wishes)


def used(request: HttpRequest, version: str, key: str) -> HttpResponse:
    """The page of a sound or video says that it was begun."""
    found = stored.find_version(version, key)
    if found is None or request.method != "POST":
        return _nothing()
    pages.count_use(found, request.META.get("REMOTE_ADDR", ""))
    return refusal(204)


def lib(request: HttpRequest, mark: str, name: str) -> HttpResponse:
    """What those pages are made of: the content origin serves none of the site's files."""
    return pages.lib(request, mark, name) or _nothing()
