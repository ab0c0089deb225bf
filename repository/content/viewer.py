"""The pages of the content origin that show one file: a picture, a PDF, sound or video.

They stand here and not on the site because the site may load nothing from this origin but frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from repository.actions.uses import record_use
from repository.content import answers, libs, stored
from repository.content.answers import accepts_gzip_of, origin_headers
from repository.content.stored import StoredVersion
from repository.models import Publication, Review, Version

#: What our pages open in a tab of its own leaves the sandbox: no browser would show a PDF in one.
SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads"
ALT_CHARS = 300


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a file beside it: as it was approved, else as its author describes it now."""

    title: str
    description: str
    may_download: bool


def about(version: StoredVersion) -> About:
    shown = Publication.objects.in_force().filter(version__uid=version.uid).order_by("-published_at")
    data = shown.values_list("metadata__data", flat=True).first()
    if data is not None:
        licence = data.get("licence") or {}
        return About(data["title"], data.get("description", ""), bool(licence.get("allows_download")))
    row = Version.objects.values_list(
        "resource__title", "resource__description", "resource__licence__allows_download"
    )
    return About(*row.get(uid=version.uid))


def page(
    version: StoredVersion,
    key: str,
    *,
    language: str = "",
    bare: bool = False,
    save: bool = False,
    start: int = 1,
) -> HttpResponse:
    """The page around a file. ``bare``: nothing but the file, for a frame within another page.

    ``language``: of its words, as the site that made the address has it; here nobody is known.
    ``save``: whether downloading is offered to this reader where the licence allows it. ``start``: the page
    of a document that is shown first.
    """
    said = about(version)
    may_download = save and said.may_download
    asked = _Asked(version.filename, language, bare, start)
    return _page(version, key, replace(said, may_download=may_download), asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """``path``: the file as its address names it."""

    path: str
    language: str = ""
    bare: bool = False
    start: int = 1


def _page(version: StoredVersion, key: str, said: About, asked: _Asked) -> HttpResponse:
    bare = asked.bare
    context: dict[str, Any] = {
        "version": version,
        "kind": version.kind,
        "title": said.title,
        "alt": (said.description or said.title)[:ALT_CHARS],
        "may_download": said.may_download,
        "bare": bare,
        "start": asked.start,
        "address": f"/f/{version.uid}/{key}/{quote(asked.path)}",
        "lib": f"/v/lib/{libs.mark()}/",
        "script": _script(version.kind, bare=bare),
    }
    # Without the request: the site's context processors know a session, which does not exist here.
    known = asked.language in dict(settings.LANGUAGES)
    with translation.override(asked.language if known else settings.LANGUAGE_CODE):
        response = HttpResponse(render_to_string("content/viewer.html", context))
    for name, value in _headers(version):
        response.headers[name] = value
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def member_page(
    version: StoredVersion, key: str, path: str, *, language: str = "", bare: bool = False
) -> HttpResponse | None:
    """The page around one file of a package; None for one that is not there, or that no such page shows."""
    package = stored.open_package(version)
    entry = package.index.find(path) if package is not None else None
    if entry is None:
        return None
    kind = "pdf" if entry.media_type == "application/pdf" else entry.media_type.partition("/")[0]
    if kind not in answers.SINGLE_KINDS or entry.media_type == "image/svg+xml":
        return None
    name = entry.path.rpartition("/")[2]
    shown = replace(version, kind=kind, filename=name, title=name, media_type=entry.media_type)
    said = About(name, "", may_download=True)
    return _page(shown, key, said, _Asked(entry.path, language, bare))


def _script(kind: str, *, bare: bool) -> str:
    if kind == "pdf":
        return "viewer-pdf.js" if libs.shows_pdf() else ""
    if kind == "image":
        return "" if bare else "viewer-image.js"
    return "viewer-media.js"


def count_use(version: StoredVersion, visitor: str) -> None:
    """Sound or video was begun on one of these pages: one use a visitor (an address) and day."""
    row = Version.objects.filter(uid=version.uid, review=Review.APPROVED).values_list(
        "resource_id", flat=True
    )
    resource = row.first()
    if resource is not None:
        record_use(resource_id=resource, visitor=visitor)


def _headers(version: StoredVersion) -> list[tuple[str, str]]:
    """Only our own scripts, only this version's files. Lessons lie on the same origin, hence the paths."""
    files, own = f"{settings.CONTENT_URL}/f/{version.uid}/", f"{settings.CONTENT_URL}/v/lib/"
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {own}",
            f"worker-src {own}",
            f"style-src {own}",
            f"connect-src {files} {own} {settings.CONTENT_URL}/v/{version.uid}/",
            f"font-src {own} data:",
            f"img-src {files} data: blob:",
            f"media-src {files}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {settings.SITE_URL}",
            f"sandbox {SANDBOX}",
        ]
    )
    kept = [pair for pair in origin_headers(settings.SITE_URL) if pair[0] != "Content-Security-Policy"]
    return [*kept, ("Content-Security-Policy", policy)]


def lib(request: HttpRequest, mark: str, name: str) -> HttpResponse | None:
    """A script, style or library of these pages; None for a name that is none."""
    found = libs.lib(name)
    if found is None:
        return None
    packed = accepts_gzip_of(request.META)
    response = HttpResponse(found.packed if packed else found.body, content_type=found.media_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    for header, value in origin_headers(settings.SITE_URL):
        response.headers[header] = value
    # A worker has the policy of its own file: it may compile the decoder of JPEG 2000, and nothing else.
    own = f"{settings.CONTENT_URL}/v/lib/"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {own} 'wasm-unsafe-eval'; connect-src {own}"
    )
    response.headers["Vary"] = "Accept-Encoding"
    known = mark == libs.mark()  # a page of the release before asks for what it knew
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
    return response
