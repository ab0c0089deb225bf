"""Asks a search engine what the page would ask, as a person or as a guest. Exit 2: it cannot."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from accounts.models import User
from search import answering, engines, highlight, sources
from search.documents import Key
from search.engines.base import SearchRequest
from search.forms import SearchForm
from search.queries import parse
from search.scope import scope_of
from search.vocabulary import terms


class Command(BaseCommand):
    help = "Searches the library from the command line, with the rights of a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--as", dest="user", default="", help="username; a guest without it")
        parser.add_argument("--engine", default="", choices=engines.names())
        parser.add_argument("--facet", action="append", default=[], metavar="FIELD=CODE")
        parser.add_argument("--sort", default="relevance", choices=["relevance", "new"])
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--exact", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self._user(options["user"])
        known = terms().words
        query = parse(options["query"], known, exact=options["exact"])
        request = SearchRequest(
            query, scope_of(user), self._filters(options["facet"]), options["sort"], options["page"]
        )
        try:
            found = answering.answer(engines.engine(options["engine"]), request, known)
        except engines.EngineUnavailableError as error:
            raise CommandError(f"The engine does not answer: {error}", returncode=2) from error
        allowed = sources.shown_now(user, (hit.document for hit in found.page.hits))
        answer = self._answer(found, allowed)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{answer['total']} found in {answer['took_ms']} ms")
        for hit in answer["hits"]:
            self.stdout.write(f"{hit['score']:>14.3f}  {hit['id']}  {hit['title']}")

    def _user(self, username: str) -> Any:
        if not username:
            return AnonymousUser()
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is nobody called '{username}'.", returncode=2) from None

    def _filters(self, given: list[str]) -> dict[str, tuple[str, ...]]:
        chosen = QueryDict(mutable=True)
        for pair in given:
            field, mark, code = pair.partition("=")
            if not mark or field not in SearchForm().fields:
                raise CommandError(f"'{pair}' is not of the form FIELD=CODE.", returncode=2)
            chosen.appendlist(field, code)
        form = SearchForm(chosen)
        form.is_valid()
        return form.filters()

    def _answer(self, found: answering.Answer, allowed: set[Key]) -> dict[str, Any]:
        page, query = found.page, found.query
        hits = [hit for hit in page.hits if hit.document.key in allowed]
        return {
            "schema": 1,
            "took_ms": page.took_ms,
            "total": page.total - (len(page.hits) - len(hits)),
            "corrected": found.correction.text if found.correction else None,
            "relaxed": page.relaxed,
            "hits": [
                {
                    "id": hit.document.uid,
                    "title": hit.document.title,
                    "score": round(hit.score, 6),
                    "highlight": {
                        "title": highlight.marked(hit.document.title, query),
                        "description": highlight.snippet(hit.document.description, query),
                    },
                }
                for hit in hits
            ],
            "facets": {name: dict(counts) for name, counts in page.facets.items()},
        }
