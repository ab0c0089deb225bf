"""The page of the content origin that plays an H5P exercise: our script around h5p-standalone.

An exercise is a stranger's program like any lesson, but of a known make: its page loads programs from this
version's files and our own alone, and none that stand in a text.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from repository.content import libs
from repository.content.answers import SANDBOX, origin_headers
from repository.content.stored import StoredVersion
from repository.content.viewer import about

#: H5P's own player of such videos loads its programs from there, and has no other way to show them.
VIDEO_SITES = "https://www.youtube.com https://player.vimeo.com"


def page(version: StoredVersion, key: str, *, language: str = "") -> HttpResponse:
    """The exercise alone. ``language``: of our few words around it."""
    folder = version.launch.rpartition("/")[0]
    address = f"/f/{version.uid}/{key}"
    context = {
        "title": about(version).title,
        "folder": f"{address}/{quote(folder)}" if folder else address,
        "lib": f"/v/lib/{libs.mark()}/",
        "plays": libs.plays_h5p(),
    }
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        response = HttpResponse(render_to_string("content/exercise.html", context))
    for name, value in origin_headers(settings.SITE_URL):
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = policy(version.uid)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def policy(uid: str) -> str:
    """What the page may load. H5P's libraries write styles into what they show, hence those are free."""
    files, own = f"{settings.CONTENT_URL}/f/{uid}/", f"{settings.CONTENT_URL}/v/lib/"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {own} {files} {VIDEO_SITES}",
            f"style-src {own} {files} 'unsafe-inline'",
            f"connect-src {files}",
            f"font-src {own} {files} data:",
            f"img-src {own} {files} data: blob: https:",
            f"media-src {files} blob: https:",
            f"frame-src {files} {VIDEO_SITES} https://www.youtube-nocookie.com",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {settings.SITE_URL}",
            f"sandbox {SANDBOX}",
        ]
    )
