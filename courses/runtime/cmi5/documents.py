"""What a unit keeps for later: documents of its own, and the learner's preferences."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Length

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.access import require_open
from courses.runtime.cmi5.models import Cmi5Launch, UnitDocument
from courses.runtime.cmi5.refusals import StatementRefused, forbidden, malformed
from courses.runtime.cmi5.writing import preferences
from courses.runtime.models import Attempt, LearnerRecord, RuntimeSession, SessionMode
from courses.runtime.snapshot import clean

#: Of one document; how many of them one unit may keep in an attempt, and how large they may be together.
MOST_BYTES = 1024 * 1024
MOST_DOCUMENTS = 100
MOST_TOGETHER = 8 * 1024 * 1024
_LONGEST_NAME = 400
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Document:
    body: bytes
    media_type: str = _JSON

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()}"'


def as_document(data: Any) -> Document:
    return Document(json.dumps(data, ensure_ascii=False).encode())


def kept(launch: Cmi5Launch, name: str) -> Document | None:
    """A document of the unit that this launch opened; looking back sees what the attempt keeps.

    Raises StatementRefused for what is no name.
    """
    row = _of_unit(launch.session).filter(name=_named(name)).first()
    return Document(bytes(row.body), row.media_type) if row else None


def names(launch: Cmi5Launch) -> list[str]:
    return [words.LAUNCH_DATA, *(_of_unit(launch.session).order_by("name").values_list("name", flat=True))]


def _of_unit(session: RuntimeSession) -> QuerySet[UnitDocument]:
    """None for a session without an attempt: no document is without one."""
    return UnitDocument.objects.filter(attempt=session.attempt_id, sco_identifier=session.sco_identifier)


def _named(name: str) -> str:
    if not 0 < len(name) <= _LONGEST_NAME or "\0" in name:
        raise malformed("a name of 1 to 400 characters is needed")
    return name


def _writes(session: RuntimeSession) -> bool:
    return session.mode == SessionMode.NORMAL and session.attempt_id is not None


def _lock(launch: Cmi5Launch) -> None:
    """The attempt's row is the lock of its documents. Raises StatementRefused where the session has ended, or
    a newer launch took over, while this one waited."""
    Attempt.objects.select_for_update(of=("self",)).get(pk=launch.session.attempt_id)
    require_open(Cmi5Launch.objects.select_related("session").get(pk=launch.pk))


@transaction.atomic
def keep(launch: Cmi5Launch, name: str, document: Document, *, merge: bool, match: tuple[str, str]) -> None:
    """Keeps a document under its name; ``merge``: its members join those of the one that is there.

    ``match``: the headers If-Match and If-None-Match. Looking writes nothing, and is no error.
    Raises StatementRefused.
    """
    if name == words.LAUNCH_DATA:
        raise forbidden("document_of_platform", "LMS.LaunchData is the platform's")
    session = launch.session
    if not _writes(session):
        _named(name)
        return
    _lock(launch)
    before = kept(launch, name)
    _check_match(before, *match)
    if merge and before is not None:
        document = _merged(before, document)
    if len(document.body) > MOST_BYTES:
        raise StatementRefused(413, "document_too_large", "a document has 1 MiB at most")
    others = _of_unit(session).exclude(name=name).aggregate(count=Count("pk"), bytes=Sum(Length("body")))
    if others["count"] >= MOST_DOCUMENTS or (others["bytes"] or 0) + len(document.body) > MOST_TOGETHER:
        raise StatementRefused(429, "documents_too_many", "no more documents are kept")
    UnitDocument.objects.update_or_create(
        attempt_id=session.attempt_id,
        sco_identifier=session.sco_identifier,
        name=name,
        defaults={"media_type": document.media_type[:100], "body": document.body},
    )


def _check_match(before: Document | None, if_match: str, if_none_match: str) -> None:
    if (if_match and not _is_among(before, if_match)) or _is_among(before, if_none_match):
        raise StatementRefused(412, "document_changed", "the document is another by now")


def _is_among(document: Document | None, tags: str) -> bool:
    return document is not None and not {"*", document.etag}.isdisjoint(
        tag.strip() for tag in tags.split(",")
    )


def _merged(before: Document, document: Document) -> Document:
    """xAPI 1.0.3, part three, 2.2: both must be JSON objects."""
    return as_document({**_members(before), **_members(document)})


def _members(document: Document) -> dict[str, Any]:
    try:
        data = json.loads(document.body) if document.media_type.startswith(_JSON) else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise malformed("only JSON objects can be merged")
    members: dict[str, Any] = clean(data)
    return members


@transaction.atomic
def forget(launch: Cmi5Launch, name: str) -> None:
    """Deletes a document, or with "" all of the unit's."""
    if name == words.LAUNCH_DATA:
        raise forbidden("document_of_platform", "LMS.LaunchData is the platform's")
    mine = _of_unit(launch.session)
    found = mine.filter(name=_named(name)) if name else mine
    if _writes(launch.session):
        _lock(launch)
        found.delete()


def profile(launch: Cmi5Launch, language: str) -> Document:
    """The learner's preferences: what she left in a lesson, else her language on the site."""
    user = launch.session.user
    if user is not None:
        row = _profiles(user).first()
        if row is not None:
            return as_document(row.value)
    return as_document(preferences(language))


def _profiles(user: Any) -> Any:
    return LearnerRecord.objects.filter(
        user=user, scope=LearnerRecord.Scope.PROFILE, identifier=words.PREFERENCES
    )


@transaction.atomic
def keep_profile(launch: Cmi5Launch, document: Document, *, language: str, match: tuple[str, str]) -> None:
    """Keeps the two preferences that the standard knows (11.1, 11.2). Raises StatementRefused."""
    data = _members(document)
    wanted, audio = data.get("languagePreference"), data.get("audioPreference")
    if not isinstance(wanted, str) or len(wanted) > 200 or audio not in ("on", "off"):
        raise malformed("languagePreference and audioPreference (on, off) are needed")
    session = launch.session
    if session.user is not None and _writes(session):
        _lock(launch)
        _check_match(profile(launch, language), *match)
        LearnerRecord.objects.update_or_create(
            user=session.user,
            scope=LearnerRecord.Scope.PROFILE,
            identifier=words.PREFERENCES,
            defaults={"value": {"languagePreference": wanted, "audioPreference": audio}},
        )
