"""The search page, suggestions while typing, and the resource picker of other screens."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import OrgUnit
from search import results, suggestions
from search.documents import RESOURCE
from search.engines.base import EngineUnavailableError
from search.forms import PickForm, SearchForm
from search.queries import MAX_CHARS
from search.ways_on import parts, ways_on


@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """The library: everything the person may see, narrowed by words and facets."""
    form = SearchForm(request.GET)
    form.is_valid()  # what is not valid is left out
    given = form.cleaned_data
    context: dict[str, object] = {"form": form, "text": given["q"], "most": MAX_CHARS}
    status = 200
    try:
        found = results.search(
            request.user,
            given["q"],
            form.filters(),
            exact=given.get("exact", False),
            sort=given.get("sort", ""),
            page=given.get("page") or 1,
            what=given.get("what") or RESOURCE,
            address=request.GET,
        )
        context["results"] = found
        context["left_out"] = found.left_out or form.left_out
        if not found.rows:
            context["ways"] = ways_on(request.user, found.query, form.filters(), request.GET)
        if found.relaxed or found.apart or not found.rows:
            context["parts"] = parts(request.user, found.query, form.filters(), request.GET)
    except EngineUnavailableError:
        status = 503
    part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "search/answer.html" if part else "search/search.html"
    # htmx shows no page that came with an error status.
    return render(request, template, context, status=200 if part else status)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The options of the list under the search box; nothing where nothing fits."""
    form = SearchForm(request.GET)
    context = {}
    if form.is_valid() and form.cleaned_data["q"]:
        with suppress(EngineUnavailableError):
            context["suggestions"] = suggestions.suggest(request.user, form.cleaned_data["q"])
    return render(request, "search/suggest.html", context)


@require_safe
@login_required
def pick(request: HttpRequest) -> HttpResponse:
    """A list of radios, one a resource, for the form of another screen."""
    form = PickForm(request.GET)
    context: dict[str, object] = {"form": form, "name": "resource"}
    if form.is_valid():
        given = form.cleaned_data
        unit = get_object_or_404(OrgUnit, code=given["unit"]) if given["unit"] else None
        context["name"] = given["name"] or "resource"
        try:
            context["rows"] = suggestions.pick(request.user, given["q"], kind=given["kind"], usable=unit)
        except EngineUnavailableError:
            context["unavailable"] = True
    return render(request, "search/pick.html", context, status=200 if form.is_valid() else 400)
