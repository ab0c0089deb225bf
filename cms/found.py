"""Pages and news of the portal among what search finds: what is live and open to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.models import ContactPage, InfoPage, NewsPage
from search import sources
from search.actions import mark_dirty
from search.documents import DESCRIPTION_CHARS, INNER_CHARS, NEWS, PAGE, Document, Key

KINDS: dict[str, tuple[type[Page], ...]] = {PAGE: (InfoPage, ContactPage), NEWS: (NewsPage,)}


def _open(what: str) -> Any:
    """The pages of a kind that everybody may read."""
    return Page.objects.live().public().type(*KINDS[what]).order_by("pk")


def documents(what: str, ids: Iterable[int] | None = None) -> Iterator[Document]:
    """The documents of all pages of a kind, or of some."""
    found = _open(what) if ids is None else _open(what).filter(pk__in=list(ids))
    for page in found.specific().iterator():
        path = page.get_url()
        if path:  # one outside every site has no address
            yield _document(what, page, path)


def _document(what: str, page: Any, path: str) -> Document:
    body = _text(page)
    summary = getattr(page, "summary", "") or page.search_description
    published = page.first_published_at or page.latest_revision_created_at
    if what == NEWS:
        published = timezone.make_aware(datetime.combine(page.day, time.min))
    return Document(
        what=what,
        resource=page.pk,
        uid=str(page.translation_key),
        title=page.title,
        description=(summary or body)[:DESCRIPTION_CHARS],
        keywords=getattr(page, "number", ""),
        inner=body[:INNER_CHARS] if summary or len(body) > DESCRIPTION_CHARS else "",
        path=path,
        year=page.day.year if what == NEWS else 0,
        published=int(published.timestamp()) if published else 0,
        guests=True,
    )


def _text(page: Any) -> str:
    return " ".join(" ".join(page.body.stream_block.get_searchable_content(page.body)).split())


def shown(what: str, documents: Sequence[Document]) -> set[Key]:
    """Those that are open now."""
    ids = _open(what).filter(pk__in=[d.resource for d in documents]).values_list("pk", flat=True)
    return {(what, pk, 0, 0) for pk in ids}


def _kind(what: str) -> sources.Kind:
    def source(ids: Iterable[int] | None = None) -> Iterator[Document]:
        return documents(what, ids)

    def seen(_user: Any, found: Sequence[Document]) -> set[Key]:
        return shown(what, found)

    return sources.Kind(what, source, lambda: _open(what).count(), seen, lambda document: document.path)


def mark(page: Page) -> None:
    """The page and all below it changed: their addresses and who may read them hang together."""
    below = Page.objects.filter(path__startswith=page.path).values_list("pk", flat=True)
    ids = {page.pk, *below}
    for what in KINDS:
        mark_dirty(what, ids)


def _page_changed(instance: Page, **_kwargs: Any) -> None:
    mark(instance)


def _restriction_changed(instance: PageViewRestriction, **_kwargs: Any) -> None:
    mark(instance.page)


def _of_our_types(receiver: Callable[..., None]) -> None:
    for types in KINDS.values():
        for sender in types:
            post_delete.connect(receiver, sender=sender, dispatch_uid=f"cms_found_{sender.__name__}")


def register() -> None:
    """Makes pages and news findable and keeps the index up with them."""
    for what in KINDS:
        sources.register(_kind(what))
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_page_changed, dispatch_uid="cms_found")
    _of_our_types(_page_changed)
    for saved in (post_save, post_delete):
        saved.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="cms_found_restricted")
