"""What a unit keeps for later: documents of its own, and the learner's preferences."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.models import Cmi5Launch, UnitDocument
from courses.runtime.cmi5.refusals import StatementRefused, forbidden, malformed
from courses.runtime.cmi5.writing import preferences
from courses.runtime.models import Attempt, LearnerRecord, RuntimeSession, SessionMode

#: Of one document, and how many of them one unit may keep in an attempt.
MOST_BYTES = 1024 * 1024
MOST_DOCUMENTS = 100
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
    """A document of the unit that this launch opened; looking back sees what the attempt keeps."""
    session = launch.session
    rows = UnitDocument.objects.filter(attempt=session.attempt_id, sco_identifier=session.sco_identifier)
    row = rows.filter(name=name).first() if session.attempt_id else None
    return Document(bytes(row.body), row.media_type) if row else None


def names(launch: Cmi5Launch) -> list[str]:
    session = launch.session
    rows = UnitDocument.objects.filter(attempt=session.attempt_id, sco_identifier=session.sco_identifier)
    return [words.LAUNCH_DATA, *(rows.order_by("name").values_list("name", flat=True))]


def _writes(session: RuntimeSession) -> bool:
    return session.mode == SessionMode.NORMAL and session.attempt_id is not None


@transaction.atomic
def keep(launch: Cmi5Launch, name: str, document: Document, *, merge: bool, match: tuple[str, str]) -> None:
    """Keeps a document under its name; ``merge``: its members join those of the one that is there.

    ``match``: the headers If-Match and If-None-Match. Looking writes nothing, and is no error.
    Raises StatementRefused.
    """
    if name == words.LAUNCH_DATA:
        raise forbidden("document_of_platform", "LMS.LaunchData is the platform's")
    if not 0 < len(name) <= _LONGEST_NAME or "\0" in name:
        raise malformed("a name of 1 to 400 characters is needed")
    session = launch.session
    if not _writes(session):
        return
    Attempt.objects.select_for_update(of=("self",)).get(pk=session.attempt_id)
    before = kept(launch, name)
    _check_match(before, *match)
    if merge and before is not None:
        document = _merged(before, document)
    if len(document.body) > MOST_BYTES:
        raise StatementRefused(413, "document_too_large", "a document has 1 MiB at most")
    if before is None and len(names(launch)) > MOST_DOCUMENTS:
        raise StatementRefused(429, "documents_too_many", "no more documents are kept")
    UnitDocument.objects.update_or_create(
        attempt_id=session.attempt_id,
        sco_identifier=session.sco_identifier,
        name=name,
        defaults={"media_type": document.media_type[:100], "body": document.body},
    )


def _check_match(before: Document | None, if_match: str, if_none_match: str) -> None:
    stale = if_match and (before is None or if_match.strip() not in ("*", before.etag))
    there = before is not None and if_none_match.strip() in ("*", before.etag)
    if stale or there:
        raise StatementRefused(412, "document_changed", "the document is another by now")


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
    return data


@transaction.atomic
def forget(launch: Cmi5Launch, name: str) -> None:
    """Deletes a document, or with "" all of the unit's."""
    if name == words.LAUNCH_DATA:
        raise forbidden("document_of_platform", "LMS.LaunchData is the platform's")
    session = launch.session
    if _writes(session):
        mine = UnitDocument.objects.filter(attempt=session.attempt_id, sco_identifier=session.sco_identifier)
        (mine.filter(name=name) if name else mine).delete()


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
def keep_profile(launch: Cmi5Launch, document: Document) -> None:
    """Keeps the two preferences that the standard knows (11.1, 11.2). Raises StatementRefused."""
    data = _members(document)
    language, audio = data.get("languagePreference"), data.get("audioPreference")
    if not isinstance(language, str) or len(language) > 200 or audio not in ("on", "off"):
        raise malformed("languagePreference and audioPreference (on, off) are needed")
    session = launch.session
    if session.user is not None and _writes(session):
        LearnerRecord.objects.update_or_create(
            user=session.user,
            scope=LearnerRecord.Scope.PROFILE,
            identifier=words.PREFERENCES,
            defaults={"value": {"languagePreference": language, "audioPreference": audio}},
        )
