"""What is new for saved searches, and the mail about it: one to a person, nothing where nothing is new.

Who may see a lesson is asked when the mail is written, as for any page of results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from search import sources
from search.documents import Document
from search.engines.base import SearchRequest
from search.queries import parse
from search.saved import links
from search.saved.models import SavedSearch
from search.saved.question import read
from search.scope import scope_of
from search.shown import ask
from search.vocabulary import terms

#: So long the index may need to hear of a publication: what is newer waits for the next mail.
LAG = timedelta(minutes=10)
#: Lessons named for one search; the others are behind its link.
SHOWN = 5
#: So many lessons are counted; of more the mail says that there are more.
COUNTED = 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line of the mail."""

    title: str
    facts: str
    address: str


@dataclass(frozen=True, slots=True)
class News:
    """What is new for one search: how many lessons, the first of them, and where all are."""

    title: str
    total: int
    lessons: list[Lesson]
    address: str
    stop: str
    is_more: bool = False


def new_documents(user: User, saved: SavedSearch, until: datetime) -> list[Document]:
    """What was published since ``told_until`` and before ``until`` and she may see now; the newest first.

    At most COUNTED. Lessons that have only some of the words are not what was asked for.
    Raises EngineUnavailableError.
    """
    question = read(saved.query)
    query = parse(question.text, terms().words, exact=question.exact)
    request = SearchRequest(
        query, scope_of(user), question.filters, sort="new", size=COUNTED, facets=(), fill=False
    )
    answer, hits = ask(user, request)
    if answer.relaxed:
        return []
    since, before = saved.told_until.timestamp(), until.timestamp()
    newest = takewhile(lambda document: document.published > since, (hit.document for hit in hits))
    return [document for document in newest if document.published <= before]


@transaction.atomic
def tell_person(user_id: int) -> int:
    """Mails one person what is new for her searches that are due today; returns how many lessons.

    Her searches are locked and what was told is noted in the same transaction: of two at once the second
    finds nothing due, and a mail that could not be sent is tried again. Raises EngineUnavailableError.
    """
    until = timezone.now() - LAG
    due = SavedSearch.objects.due_on(timezone.localdate()).filter(user=user_id)
    rows = list(due.select_for_update(of=("self",)).select_related("user").order_by("pk"))
    if not rows:
        return 0
    user = rows[0].user
    found = [(saved, new_documents(user, saved, until)) for saved in rows]
    for saved in rows:
        saved.told_until = max(saved.told_until, until)
    SavedSearch.objects.bulk_update(rows, ["told_until"])
    told = [(saved, documents) for saved, documents in found if documents]
    if told and user.email:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            _mail(user, told).send()
    return sum(len(documents) for _saved, documents in told)


def _news(saved: SavedSearch, documents: list[Document]) -> News:
    question = read(saved.query)
    return News(
        question.title,
        len(documents),
        [_lesson(document) for document in documents[:SHOWN]],
        f"{settings.SITE_URL}{reverse('search:search')}?{question.query}&sort=new",
        links.stop_address(saved),
        len(documents) >= COUNTED,
    )


def _lesson(document: Document) -> Lesson:
    grades = ", ".join(document.grade_names)
    facts = [document.type_name, " ".join(filter(None, [document.subject_name, grades])), document.unit]
    return Lesson(
        document.title, ", ".join(filter(None, facts)), settings.SITE_URL + sources.address(document)
    )


def _mail(user: User, told: list[tuple[SavedSearch, list[Document]]]) -> EmailMessage:
    news = [_news(saved, documents) for saved, documents in told]
    total = len({document.uid for _saved, documents in told for document in documents})
    subject = ngettext("%(n)s new lesson: %(search)s", "%(n)s new lessons: %(search)s", total) % {
        "n": total,
        "search": news[0].title if len(news) == 1 else f"{news[0].title} …",
    }
    context = {"user": user, "news": news, "list": settings.SITE_URL + reverse("search:saved")}
    text = render_to_string("search/mail/news.txt", context)
    headers = {}
    if len(news) == 1:
        # Mail programs show a button of their own and send a POST (RFC 8058).
        headers = {
            "List-Unsubscribe": f"<{news[0].stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    line = " ".join(subject.split())[:200]
    return EmailMessage(line, text, settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers)
