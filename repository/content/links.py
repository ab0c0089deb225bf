"""Addresses of files on the content origin, made by the site for whoever may read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from repository.content.keys import make_key, month_number

#: What may stand in a query or fragment as it is; `%` because manifests escape already.
_QUERY_SAFE = "?&=#%/:;,+@!$'()*~[]"


class Readable(Protocol):
    """What an address is made of: a `Version`, or a row with these two fields."""

    uid: UUID
    access_key: str


def current_key(version: Readable, at: datetime | None = None) -> str:
    """The key that opens the version until the end of next month. `at`: an aware moment, now by default."""
    month = month_number(at or datetime.now(UTC))
    return make_key(settings.SECRET_KEY, str(version.uid), version.access_key, month)


def file_url(version: Readable, path: str, query: str = "", at: datetime | None = None) -> str:
    """The absolute address of a version's file. `path` as the package spells it, `query` with its `?` or `#`.

    For a single file (PDF, picture) the path is `version.filename`.
    """
    key = current_key(version, at)
    return f"{settings.CONTENT_URL}/f/{version.uid}/{key}/{quote(path)}{quote(query, safe=_QUERY_SAFE)}"


def launch_url(version: Readable, launch: str, at: datetime | None = None) -> str:
    """The absolute address of an entry page given as path and query in one, as versions keep it."""
    key = current_key(version, at)
    return f"{settings.CONTENT_URL}/f/{version.uid}/{key}/{quoted_launch(launch)}"


def view_url(
    version: Readable, at: datetime | None = None, *, bare: bool = False, save: bool = False, page: int = 0
) -> str:
    """The absolute address of the page that shows a file of its own, or opens a package untracked.

    In the active language. ``bare``: the file alone, to stand in a frame of another page. ``save``: for a
    reader who may download what its licence lets be downloaded; guests are to sign in first. ``page``: where
    a document opens, from 1.
    """
    language = get_language()
    other = {"lang": language} if language and language != settings.LANGUAGE_CODE else {}
    wishes = {name: "1" for name, wished in (("bare", bare), ("save", save)) if wished}
    query = urlencode({**other, **wishes, **({"page": page} if page > 1 else {})})
    address = f"{settings.CONTENT_URL}/v/{version.uid}/{current_key(version, at)}/"
    return f"{address}?{query}" if query else address


def member_url(version: Readable, path: str, at: datetime | None = None, *, bare: bool = False) -> str:
    """The absolute address of the page that shows one file of a package: a picture, a PDF, sound or video."""
    language = get_language()
    other = {"lang": language} if language and language != settings.LANGUAGE_CODE else {}
    query = urlencode({"file": path, **other, **({"bare": "1"} if bare else {})}, quote_via=quote)
    return f"{settings.CONTENT_URL}/v/{version.uid}/{current_key(version, at)}/?{query}"


def page_number(asked: str) -> int:
    """The page of a document that an address asks for; 1 where it asks for none that can be."""
    return max(1, int(asked)) if re.fullmatch(r"[0-9]{1,6}", asked) else 1


def quoted_launch(launch: str) -> str:
    path, query = re.fullmatch(r"([^?#]*)(.*)", launch, re.DOTALL).groups()  # type: ignore[union-attr]
    return quote(path) + quote(query, safe=_QUERY_SAFE)
