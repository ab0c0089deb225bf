"""Reading the text inside a ready version and keeping it, once; searches are told by signal.

``run`` may be called at any time and by several at once: whoever holds the lease reads. A file that
cannot be read ends in the state ``text_failed`` with a code, never in a task that comes again for ever.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from repository.models import InnerText, Kind, Publication, Sco, TextReading, Version
from repository.models.resources import Ingest
from repository.signals import inner_text_read
from repository.storage import blobs
from repository.text.extract import extract
from repository.text.package import Start
from repository.text.reading import Outcome, read

logger = logging.getLogger(__name__)

#: Longer than reading may take: whose lease has run out is dead.
LEASE = timedelta(minutes=3)
MOST_TRIES = 4
#: How many are enqueued in one go by the sweep: as many as a worker reads until the next.
SWEEP_SIZE = 200
GAVE_UP, MISSING = "text_gave_up", "text_missing"
WITH_TEXT = frozenset({Kind.PDF, Kind.SCORM12, Kind.SCORM2004, Kind.CMI5, Kind.HTML5, Kind.H5P, Kind.IMSCC})


def enqueue(version_id: int) -> None:
    """A task that calls ``run``; it commits with the caller's transaction."""
    from repository.tasks import extract_text  # tasks import this module

    extract_text.enqueue(version_id)


def take_up() -> int:
    """Enqueues ready versions that nobody has read: published ones first, then the newest.

    Those from before there was reading, those whose task was lost, those whose reader died. While
    earlier ones still wait nothing is added.
    """
    from django_tasks_db.models import DBTaskResult

    from repository.tasks import extract_text

    if DBTaskResult.objects.ready().filter(task_path=extract_text.module_path).exists():
        return 0
    ids = waiting()
    for pk in ids:
        extract_text.enqueue(pk)
    return len(ids)


def waiting(most: int = SWEEP_SIZE) -> list[int]:
    """Ids of ready versions without a finished reading."""
    stale = timezone.now() - LEASE
    unread = Version.objects.filter(ingest=Ingest.READY, blob__isnull=False).order_by("-pk")
    left = unread.filter(text_reading__state=TextReading.State.READING, text_reading__at__lt=stale)
    new = unread.filter(text_reading=None)
    shown = new.filter(publications__in=Publication.objects.in_force()).distinct()
    found: dict[int, None] = {}
    for rows in (left, shown, new):
        found |= dict.fromkeys(rows.values_list("pk", flat=True)[: most - len(found)])
        if len(found) >= most:
            break
    return list(found)


def run(version_id: int) -> str:
    """Reads a version's text unless that is done or somebody is at it; the state afterwards."""
    version = _take(version_id)
    if version is None:
        return TextReading.objects.filter(pk=version_id).values_list("state", flat=True).first() or ""
    held: TextReading = version.text_reading
    if held.tries > MOST_TRIES:
        return keep(version, Outcome(code=GAVE_UP), held.at)
    if version.kind not in WITH_TEXT:
        return keep(version, Outcome(), held.at)
    try:
        outcome = _read(version)
    except FileNotFoundError:
        outcome = Outcome(code=MISSING)
    except Exception:
        # Storage is away: nobody's fault, and the next try need not wait for the lease.
        TextReading.objects.filter(pk=version.pk, at=held.at).update(
            at=held.at - LEASE, tries=max(held.tries - 1, 0)
        )
        raise
    return keep(version, outcome, held.at)


@transaction.atomic
def _take(version_id: int) -> Version | None:
    """The version with a lease of ours on its reading, or None."""
    version = (
        Version.objects.select_for_update(of=("self",))
        .select_related("blob")
        .filter(pk=version_id, ingest=Ingest.READY, blob__isnull=False)
        .first()
    )
    if version is None:
        return None
    now = timezone.now()
    reading, is_new = TextReading.objects.get_or_create(version=version, defaults={"at": now, "tries": 1})
    if not is_new:
        if reading.state != TextReading.State.READING or reading.at > now - LEASE:
            return None
        reading.at, reading.tries = now, reading.tries + 1
        reading.save(update_fields=["at", "tries"])
    version.text_reading = reading
    return version


def _read(version: Version) -> Outcome:
    assert version.blob is not None  # noqa: S101 -- _take saw to it
    with blobs().open(version.blob.uid) as file:
        return read(
            file,
            version.blob.size,
            kind="pdf" if version.kind == Kind.PDF else "package",
            starts=starts_of(version),
            launch=version.launch,
        )


def read_here(version: Version) -> str:
    """Reads a version's text in this very process: only what we made ourselves. The state afterwards."""
    TextReading.objects.get_or_create(version=version, defaults={"at": timezone.now(), "tries": 1})
    if version.kind not in WITH_TEXT or version.blob is None:
        return keep(version, Outcome())
    outcome = Outcome()
    with blobs().open(version.blob.uid) as file:
        kind = "pdf" if version.kind == Kind.PDF else "package"
        outcome.code = extract(
            file, outcome.parts.append, kind=kind, starts=starts_of(version), launch=version.launch
        )
    return keep(version, outcome)


def starts_of(version: Version) -> list[Start]:
    """What of a package can be launched, in its order; each member once."""
    scos = Sco.objects.filter(version=version).exclude(path="").order_by("position")
    return [Start(pk, path, title) for pk, path, title in scos.values_list("pk", "path", "title")]


def keep(version: Version, outcome: Outcome, held_since: datetime | None = None) -> str:
    """Writes what was read, in one transaction, and announces it; the state of the reading.

    ``held_since``: only if the lease is still the one taken then.
    """
    rows = [
        InnerText(
            version=version,
            position=position,
            label=part.label,
            place=part.place,
            number=part.number or None,
            sco_id=part.start or None,
            text=part.text,
        )
        for position, part in enumerate(outcome.parts)
    ]
    with transaction.atomic():
        reading = TextReading.objects.select_for_update().filter(pk=version.pk).first()
        if reading is None or (held_since is not None and reading.at != held_since):
            logger.warning("The text of version %s was read by another process meanwhile.", version.uid)
            return reading.state if reading else ""
        InnerText.objects.filter(version=version).delete()
        InnerText.objects.bulk_create(rows, batch_size=200)
        reading.state = _state(outcome)
        reading.code, reading.at = outcome.code, timezone.now()
        reading.parts = len(rows)
        reading.characters = sum(len(row.text) for row in rows)
        reading.digest = digest_of([(part.label, part.text) for part in outcome.parts])
        reading.save()
        if rows and Publication.objects.in_force().filter(version=version).exists():
            inner_text_read.send(sender=Version, resource_ids=[version.resource_id])
    if outcome.code:
        logger.info("The text of version %s: %s after %s parts.", version.uid, outcome.code, len(rows))
    return reading.state


def _state(outcome: Outcome) -> str:
    if not outcome.code:
        return TextReading.State.DONE
    return TextReading.State.PARTIAL if outcome.parts else TextReading.State.FAILED


def digest_of(texts: Sequence[tuple[str, str]]) -> str:
    """What a ``TextReading`` keeps of its texts, given as label and text; "" where there are none."""
    if not texts:
        return ""
    total = hashlib.sha256()
    for each in texts:
        for said in each:
            total.update(said.encode())
            total.update(b"\0")
    return total.hexdigest()[:32]
