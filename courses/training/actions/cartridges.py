"""A Common Cartridge becomes sections of a course: begun by a person, read by a task, taken back on wish.

Everything is read first, without a transaction; then one transaction writes it, or nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.training.actions.building import changed, require_manages
from courses.training.actions.courses import add_section
from courses.training.actions.pages import add_pages
from courses.training.cartridges import Planned, plan_of
from courses.training.models import Activity, CartridgeImport, Course, KeptQuestions, RunPin, Section
from repository.models import Ingest, Kind, Version
from repository.packages.archive import read_archive, read_member
from repository.packages.cartridge import read_cartridge
from repository.packages.codes import PackageRefused
from repository.packages.detect import manifest_path
from repository.packages.limits import Limits
from repository.packages.manifest import parse_manifest
from repository.packages.names import fold
from repository.storage import StorageAwayError, blobs

logger = logging.getLogger(__name__)

State = CartridgeImport.State
#: The task has given up long before: its worker died each time.
DEAD_AFTER = timedelta(hours=6)
#: Progress is written after so many pages.
STEP = 10


def begin_import(*, by: User, course: Course, version: Version) -> CartridgeImport:
    """Plans the import; a task does it. Raises NotAllowed, or Refusal ``cartridge_not_ready``,
    ``cartridge_other_kind``, ``cartridge_under_way``."""
    require_manages(by, course.unit_id)
    if not Version.objects.filter(pk=version.pk).readable_by(by).exists():
        raise NotAllowed("version.read")
    if version.ingest != Ingest.READY:
        raise Refusal("cartridge_not_ready", _("The file is still being checked. Try again in a moment."))
    if version.kind != Kind.IMSCC:
        raise other_kind(version.resource.title)
    from courses.training.tasks import read_cartridge_in  # the task itself calls an action

    _give_up_dead(course)
    try:
        with transaction.atomic():
            planned = CartridgeImport.objects.create(course=course, version=version, by=by)
            read_cartridge_in.enqueue(planned.pk)
    except IntegrityError:
        raise Refusal(
            "cartridge_under_way", _("Another cartridge is being taken into this course. Wait for it to end.")
        ) from None
    return planned


def _give_up_dead(course: Course) -> None:
    old = CartridgeImport.objects.filter(course=course, created_at__lt=timezone.now() - DEAD_AFTER)
    old.filter(state__in=CartridgeImport.UNDER_WAY).update(
        state=State.FAILED, code="cartridge_failed", finished_at=timezone.now()
    )


def other_kind(title: str) -> Refusal:
    """The file is something else than a cartridge."""
    return Refusal(
        "cartridge_other_kind",
        _("“%(title)s” is no Common Cartridge. Choose a file with .imscc, exported for another system."),
        title=title,
    )


def carry_out(import_id: int) -> str:
    """Reads the cartridge and writes what it becomes; the state afterwards. Safe to run twice."""
    found = (
        CartridgeImport.objects.select_related("course", "version__blob", "by").filter(pk=import_id).first()
    )
    if found is None or found.state not in CartridgeImport.UNDER_WAY:
        return found.state if found else ""
    CartridgeImport.objects.filter(pk=import_id, state=State.WAITING).update(state=State.READING)
    try:
        planned = _read(found)
        with transaction.atomic():
            return _write(found, planned)
    except StorageAwayError:
        raise  # the task is tried again
    except Refusal as refusal:
        return _fail(import_id, refusal.code)
    except (PackageRefused, ValueError, OSError):
        return _fail(import_id, "cartridge_unreadable")
    except (OperationalError, InterfaceError):  # the task is tried again
        raise
    except Exception:  # a fault of ours must not bar the course for ever
        logger.exception("Import %s was not done.", import_id)
        return _fail(import_id, "cartridge_failed")


def _fail(import_id: int, code: str) -> str:
    rows = CartridgeImport.objects.filter(pk=import_id, state__in=CartridgeImport.UNDER_WAY)
    rows.update(state=State.FAILED, code=code, finished_at=timezone.now())
    return str(State.FAILED)


def _read(found: CartridgeImport) -> Planned:
    """Everything that the cartridge becomes, with the bytes of its questions."""
    version = found.version
    if version.blob is None:
        raise ValueError("no bytes")
    with blobs().at_hand(version.blob.uid) as file:
        archive = read_archive(file, limits=Limits.from_settings(settings))
        members = {member.path: member for member in archive.members}
        folded = {fold(path): path for path in reversed(members)}

        def find(path: str) -> str | None:
            return path if path in members else folded.get(fold(path))

        def read(path: str, most: int) -> bytes:
            return read_member(file, members[path], at_most=most)

        place = manifest_path(list(members))
        if place is None:
            raise ValueError("no manifest")
        manifest = parse_manifest(read(place, Limits().manifest_bytes))
        base = place.rpartition("/")[0] + "/" if "/" in place else ""
        cartridge = read_cartridge(manifest, base=base, find=find, read=read)
        return plan_of(
            cartridge,
            version=version.uid,
            base=base,
            find=find,
            read=read,
            unnamed=str(_("Other pages")),
            tell=_progress(found.pk),
        )


def _progress(import_id: int) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        if done % STEP == 0 or done == of:
            CartridgeImport.objects.filter(pk=import_id, state=State.READING).update(done=done, of=of)

    return tell


def _write(found: CartridgeImport, planned: Planned) -> str:
    """In the caller's transaction: sections, activities, kept questions, the report."""
    rows = CartridgeImport.objects.select_for_update().filter(pk=found.pk, state=State.READING)
    locked = rows.first()
    if locked is None:  # another worker was quicker
        return CartridgeImport.objects.values_list("state", flat=True).get(pk=found.pk)
    course = Course.objects.select_for_update().get(pk=found.course_id)
    sections: list[Section] = []
    activities: list[Activity] = []
    for wanted in planned.sections:
        section = add_section(by=found.by, course=course, title=wanted.title)
        sections.append(section)
        activities += add_pages(by=found.by, section=section, pages=wanted.pages)
    KeptQuestions.objects.bulk_create(
        KeptQuestions(source=locked, **one.as_fields()) for one in planned.questions
    )
    locked.sections.set(sections)
    locked.activities.set(activities)
    locked.report = planned.report()
    locked.state, locked.finished_at = State.DONE, timezone.now()
    locked.save(update_fields=["report", "state", "finished_at"])
    changed(course.pk)
    return str(State.DONE)


@transaction.atomic
def undo_import(*, by: User, course: Course, uid: UUID) -> CartridgeImport:
    """Takes out what an import made, while no class has opened with any of it.

    Sections to which something else was added stay with that. The cartridge itself stays in the library.
    Raises Refusal ``cartridge_not_done``, ``cartridge_in_use``.
    """
    require_manages(by, course.unit_id)
    found = CartridgeImport.objects.select_for_update().filter(course=course, uid=uid).first()
    if found is None or found.state != State.DONE:
        raise Refusal("cartridge_not_done", _("There is nothing of this import to take back."))
    # Locked: a class that opens now either has its pins already, or finds the activities gone.
    made = list(found.activities.select_for_update().values_list("pk", flat=True))
    if RunPin.objects.filter(activity__in=made).exists():
        raise Refusal(
            "cartridge_in_use",
            _(
                "A class has opened with pages of this import. Take single activities out of the course "
                "instead."
            ),
        )
    Activity.objects.filter(pk__in=made).delete()
    for section in found.sections.all():
        if not section.activities.exists():
            section.delete()
    found.questions.all().delete()
    found.state = State.UNDONE
    found.save(update_fields=["state"])
    changed(course.pk)
    return found


def can_undo(found: CartridgeImport) -> bool:
    """Whether nothing of an import is in a class yet."""
    if found.state != State.DONE:
        return False
    return not RunPin.objects.filter(activity__in=found.activities.values("pk")).exists()


def report_of(found: CartridgeImport) -> dict[str, Any]:
    """What was made, with the figures that a page shows."""
    return {"pages": 0, "files": 0, "links": 0, "topics": 0, "questions": [], **found.report}
