"""The learning record store of cmi5 units on the content origin: what such a unit needs of xAPI, no more.

No cookie, no sign-in: each request carries the token of one runtime session.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from courses.runtime import codes
from courses.runtime.cmi5 import documents
from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.access import exchange, launch_in
from courses.runtime.cmi5.documents import Document
from courses.runtime.cmi5.launching import launched_of
from courses.runtime.cmi5.models import Cmi5Launch, Statement
from courses.runtime.cmi5.recording import record
from courses.runtime.cmi5.refusals import StatementRefused, malformed
from courses.runtime.cmi5.statements import account_of, read_id
from courses.runtime.cmi5.writing import Launched, launch_data
from courses.runtime.leases import sco_of
from courses.runtime.libs import lib_url
from courses.runtime.refusals import note_refusal
from courses.runtime.snapshot import clean, clean_text
from repository.models import Sco

MOST_BYTES = 1024 * 1024
MOST_AT_ONCE = 500
#: Statements of one answer, and how many are looked at for them
_MOST_LISTED, _MOST_LOOKED_AT = 200, 1_000
View = Callable[..., HttpResponse]


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Experience-API-Version"] = words.XAPI_VERSION
    response["X-Experience-API-Consistent-Through"] = timezone.now().isoformat()
    response["Content-Length"] = str(len(response.content))
    return response


def _refused(error: StatementRefused) -> HttpResponse:
    response = JsonResponse({"code": error.code, "reason": error.reason}, status=error.status)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="xAPI"'
    return response


class Asked:
    """A request with the launch that its token belongs to."""

    def __init__(self, request: HttpRequest) -> None:
        version = request.headers.get("X-Experience-API-Version", words.XAPI_VERSION)
        if not version.startswith("1.0"):
            raise malformed("version 1.0 of xAPI is spoken here")
        self.request = request
        self.launch: Cmi5Launch = launch_in(request.headers.get("Authorization", ""))
        self.sco: Sco = sco_of(self.launch.session)
        self.launched: Launched = launched_of(self.launch.session, self.sco)

    @property
    def query(self) -> QueryDict:
        return self.request.GET

    def figure(self, name: str) -> int:
        """A whole number of the address, 0 for what is none."""
        text = self.query.get(name, "")
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0

    def body(self) -> bytes:
        """What was sent. Raises StatementRefused where it is too long."""
        length = self.request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES:
            raise StatementRefused(413, "xapi_too_large", "a request has 1 MiB at most")
        return self.request.read(MOST_BYTES + 1)

    def json(self) -> Any:
        try:
            return clean(json.loads(self.body().decode(), parse_constant=_no_constant))
        except (ValueError, RecursionError):
            raise malformed("the body is not JSON") from None

    @property
    def match(self) -> tuple[str, str]:
        headers = self.request.headers
        return headers.get("If-Match", ""), headers.get("If-None-Match", "")

    @property
    def language(self) -> str:
        user = self.launch.session.user
        return (user.language if user else "") or settings.LANGUAGE_CODE

    def document(self) -> Document:
        kind = self.request.headers.get("Content-Type", "application/octet-stream")
        return Document(self.body(), kind)

    def check_agent(self) -> None:
        """The agent of the address is the learner of the launch (8.1.3)."""
        try:
            agent = json.loads(self.query.get("agent", ""))
        except (ValueError, RecursionError):
            raise malformed("agent must be a JSON object") from None
        if account_of(agent) != (self.launched.site, self.launched.learner):
            raise StatementRefused(403, "xapi_agent", "agent is not the one of the launch")


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def resource(*methods: str) -> Callable[[Callable[[Asked], HttpResponse]], View]:
    """A resource of xAPI: checks method and token, turns refusals into answers."""

    def decorate(view: Callable[[Asked], HttpResponse]) -> View:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise StatementRefused(405, "xapi_method", "not this method")
                return _plain(view(Asked(request)))
            except StatementRefused as error:
                return _plain(_refused(error))

        return answer

    return decorate


@require_POST
def fetch(request: HttpRequest, secret: str) -> HttpResponse:
    """The token of a launch, once (8.2)."""
    token, error = exchange(secret)
    if token:
        return _plain(JsonResponse({"auth-token": token}))
    text = {"1": "This address has been used.", "2": "The session is over."}[error]
    return _plain(JsonResponse({"error-code": error, "error-text": text}))


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return _plain(JsonResponse({"version": [words.XAPI_VERSION]}))


@resource("GET", "HEAD", "PUT", "POST")
def statements(asked: Asked) -> HttpResponse:
    if asked.request.method in ("GET", "HEAD"):
        return _said(asked)
    if not asked.request.headers.get("Content-Type", "").startswith("application/json"):
        raise malformed("statements are application/json; attachments are not taken")
    data = asked.json()
    single = asked.request.method == "PUT"
    sent = data if isinstance(data, list) and not single else [data]
    if len(sent) > MOST_AT_ONCE or not all(isinstance(one, dict) for one in sent):
        raise malformed(f"a list of at most {MOST_AT_ONCE} statements is needed")
    if single:
        named = asked.query.get("statementId", "")
        if read_id(sent[0].setdefault("id", named)) != read_id(named):
            raise malformed("statementId and id differ")
    try:
        ids = record(launch=asked.launch, sco=asked.sco, launched=asked.launched, statements=sent)
    except StatementRefused:
        note_refusal(session=asked.launch.session.uid, answer=codes.STATEMENT_REFUSED)
        raise
    return HttpResponse(status=204) if single else JsonResponse([str(uid) for uid in ids], safe=False)


def _said(asked: Asked) -> HttpResponse:
    """The statements of this registration; nobody else's can be asked for."""
    rows = Statement.objects.filter(attempt=asked.launch.session.attempt_id)
    if "statementId" in asked.query:
        row = rows.filter(uid=read_id(asked.query["statementId"])).first()
        if row is None:
            raise StatementRefused(404, "statement_unknown", "there is no such statement")
        return JsonResponse(_stored(row))
    if verb := asked.query.get("verb"):
        rows = rows.filter(verb=clean_text(verb))
    order = ("stored_at", "pk") if asked.query.get("ascending") == "true" else ("-stored_at", "-pk")
    skip, most = asked.figure("skip"), min(asked.figure("limit") or _MOST_LISTED, _MOST_LISTED)
    activity, found, size, looked = asked.query.get("activity"), [], 0, 0
    for row in rows.order_by(*order)[skip : skip + _MOST_LOOKED_AT].iterator(chunk_size=20):
        looked += 1
        one = _stored(row)
        if not activity or one["object"].get("id") == activity:
            found.append(one)
            size += len(row.document)
        if len(found) >= most or size >= MOST_BYTES:
            break
    more = _rest(asked, skip + looked) if rows.count() > skip + looked else ""
    return JsonResponse({"statements": found, "more": more})


def _rest(asked: Asked, skip: int) -> str:
    """The address of what an answer had no room for."""
    query = asked.query.copy()
    query["skip"] = str(skip)
    return f"{asked.request.path}?{query.urlencode()}"


def _stored(row: Statement) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(row.document)
    stamp = row.stored_at.isoformat().replace("+00:00", "Z")
    account = {"homePage": settings.SITE_URL, "name": "platform"}
    authority = {"objectType": "Agent", "account": account}
    return {
        "timestamp": stamp,
        **said,
        "stored": stamp,
        "version": words.XAPI_VERSION,
        "authority": authority,
    }


@resource("GET", "HEAD", "PUT", "POST", "DELETE")
def state(asked: Asked) -> HttpResponse:
    """Documents of the unit; LMS.LaunchData among them, which the platform writes (10)."""
    asked.check_agent()
    if asked.query.get("activityId") != asked.launched.activity:
        raise StatementRefused(403, "xapi_activity", "activityId is not the one of the launch")
    if asked.query.get("registration", asked.launched.registration).lower() != asked.launched.registration:
        raise StatementRefused(403, "xapi_registration", "registration is not the one of the launch")
    name = asked.query.get("stateId", "")
    if asked.request.method in ("PUT", "POST"):
        merge = asked.request.method == "POST"
        documents.keep(asked.launch, name, asked.document(), merge=merge, match=asked.match)
        return HttpResponse(status=204)
    if asked.request.method == "DELETE":
        documents.forget(asked.launch, name)
        return HttpResponse(status=204)
    if not name:
        return JsonResponse(documents.names(asked.launch), safe=False)
    if name == words.LAUNCH_DATA:
        data = launch_data(asked.launched, return_url=f"{settings.CONTENT_URL}/xapi/left/")
        return _document(documents.as_document(data))
    return _document(documents.kept(asked.launch, name))


def _document(found: Document | None) -> HttpResponse:
    if found is None:
        raise StatementRefused(404, "document_unknown", "there is no such document")
    # Nothing that a lesson stored is ever a page: no browser may be led to show it.
    shown = found.media_type.startswith(("application/json", "text/plain"))
    response = HttpResponse(
        found.body, content_type=found.media_type if shown else "application/octet-stream"
    )
    response["ETag"] = found.etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@resource("GET", "HEAD", "PUT", "POST", "DELETE")
def agent_profile(asked: Asked) -> HttpResponse:
    """The learner's preferences (11); other profiles are not kept."""
    asked.check_agent()
    name = asked.query.get("profileId", "")
    reads = asked.request.method in ("GET", "HEAD")
    if reads and not name:
        return JsonResponse([words.PREFERENCES], safe=False)
    if name != words.PREFERENCES or asked.request.method == "DELETE":
        raise StatementRefused(404 if reads else 403, "profile_unknown", "only preferences are kept")
    if not reads:
        documents.keep_profile(asked.launch, asked.document(), language=asked.language, match=asked.match)
        return HttpResponse(status=204)
    return _document(documents.profile(asked.launch, asked.language))


@resource("GET", "HEAD")
def agents(asked: Asked) -> HttpResponse:
    asked.check_agent()
    account = [{"homePage": asked.launched.site, "name": asked.launched.learner}]
    return JsonResponse({"objectType": "Person", "account": account})


@resource("GET", "HEAD")
def activities(asked: Asked) -> HttpResponse:
    identifier = asked.query.get("activityId", "")
    return JsonResponse({"objectType": "Activity", "id": identifier})


@resource("GET", "HEAD")
def activity_profile(asked: Asked) -> HttpResponse:
    raise StatementRefused(404, "profile_unknown", "no profiles of activities are kept")


@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Where a unit goes when it has ended (returnURL): it tells the player around it, which leads on."""
    with translation.override(settings.LANGUAGE_CODE):
        page = render_to_string("runtime/left.html", {"script": lib_url("player-left.js")})
    response = HttpResponse(page)
    sources = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'"
    response["Content-Security-Policy"] = f"{sources}; frame-ancestors 'self' {settings.SITE_URL}"
    response["Referrer-Policy"] = "same-origin"
    return _plain(response)
