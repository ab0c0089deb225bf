"""Packages of several parts in several versions, a class in the middle of them, and what a learner saves."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accounts.models import User
from courses.models import Enrolment, ScoState
from courses.runtime.actions import Launch
from courses.training.actions import open_lesson
from courses.training.models import Activity, CourseRun, RunPin
from repository import actions, ingest
from repository.models import LearningResource, MetadataRevision, Publication, Version
from tests.courses.runtime.helpers import commit
from tests.courses.runtime.stage import Stage, make_stage
from tests.factories import LONG_AGO, UserFactory
from tests.repository.packages.builders import manifest, zipped

#: identifier, title, folder, what its page says
PartFacts = tuple[str, str, str, str]
FIRST: tuple[PartFacts, ...] = (
    ("i1", "Mở đầu", "mo-dau", "một"),
    ("i2", "Luyện tập", "luyen-tap", "hai"),
    ("i3", "Ôn tập", "on-tap", "ba"),
)
#: One part as it was, one with another page, one gone, one new
SECOND: tuple[PartFacts, ...] = (
    ("i1", "Mở đầu", "mo-dau", "một"),
    ("i2", "Luyện tập", "luyen-tap", "hai, sửa lại"),
    ("i4", "Vận dụng", "van-dung", "bốn"),
)


#: Says where the learner was, and keeps a place on a press
_SCRIPT = """<p id="place"></p><button id="keep">Ghi nhớ trang 2</button><script>
var place = window;
while (place !== place.parent && !place.API) place = place.parent;
var api = place.API;
if (api) {
  api.LMSInitialize("");
  document.getElementById("place").textContent = "Chỗ: " + api.LMSGetValue("cmi.core.lesson_location");
  document.getElementById("keep").onclick = function () {
    api.LMSSetValue("cmi.core.lesson_location", "trang-2");
    api.LMSSetValue("cmi.core.lesson_status", "incomplete");
    api.LMSSetValue("cmi.core.exit", "suspend");
    api.LMSCommit("");
  };
}
</script>"""


def package(parts: Sequence[PartFacts]) -> bytes:
    """A SCORM 1.2 package with a part a folder."""
    items = "".join(
        f'<item identifier="{name}" identifierref="r-{name}"><title>{title}</title></item>'
        for name, title, _folder, _page in parts
    )
    resources = "".join(
        f'<resource identifier="r-{name}" type="webcontent" adlcp:scormtype="sco"'
        f' href="{folder}/index.html"/>'
        for name, _title, folder, _page in parts
    )
    pages = {
        f"{folder}/index.html": f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{page}</p>{_SCRIPT}"
        for _name, title, folder, page in parts
    }
    return zipped({"imsmanifest.xml": manifest(items=items, resources=resources), **pages})


def next_version(resource: LearningResource, author: User, data: bytes, *, note: str = "") -> Version:
    """One more version through upload and ingestion, published where the lesson is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bai.zip"
        path.write_bytes(data)
        with path.open("rb") as file:
            upload = actions.receive_file(by=author, filename="bai.zip", size=len(data), file=file)
    version = actions.submit_version(by=author, resource=resource, upload=upload, note=note)
    ingest.run(version.pk)
    version.refresh_from_db()
    assert version.ingest == "ready", version.findings
    publish(version)
    return version


def publish(version: Version) -> None:
    resource = version.resource
    described, _created = MetadataRevision.objects.get_or_create(
        resource=resource, number=resource.revision, defaults={"data": {"title": resource.title}}
    )
    version.review = "approved"
    version.save(update_fields=["review"])
    unit = resource.owner_unit
    Publication.objects.in_force().filter(version__resource=resource, unit=unit).update(withdrawn_on=LONG_AGO)
    Publication.objects.create(version=version, metadata=described, unit=unit, published_on=LONG_AGO)


def class_in_the_middle(parts: Sequence[PartFacts] = FIRST) -> Stage:
    """A class whose lesson is a package of these parts; nobody has opened it."""
    stage = make_stage()
    stage.version = next_version(stage.activity.resource, stage.author, package(parts))
    RunPin.objects.filter(run=stage.run).update(version=stage.version)
    return stage


def one_more(stage: Stage, run: CourseRun | None = None) -> Enrolment:
    return Enrolment.objects.create(run=run or stage.run, user=UserFactory())


def opens(enrolment: Enrolment, activity: Activity, sco: str = "") -> Launch:
    """The learner opens the lesson, as the page's request does."""
    pin = RunPin.objects.select_related("activity", "version").get(run=enrolment.run_id, activity=activity)
    enrolment = Enrolment.objects.select_related("run", "user").get(pk=enrolment.pk)
    opened = open_lesson(by=enrolment.user, enrolment=enrolment, pin=pin, sco=sco)
    assert isinstance(opened, Launch)
    return opened


def saves(opened: Launch, *, seq: int = 1, status: str = "incomplete", place: str = "7", **more: Any) -> None:
    cmi = {
        "suspend_data": "nhớ " + place,
        "core": {
            "lesson_status": status,
            "lesson_location": place,
            "score": {"raw": "80"},
            "exit": "suspend",
        },
    }
    commit(opened, seq, cmi, **more)


def tracks(attempt: Any) -> dict[str, ScoState]:
    return {state.sco_identifier: state for state in attempt.states.order_by("pk")}
