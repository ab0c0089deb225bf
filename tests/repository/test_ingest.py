"""Ingestion: verdicts, the lease, taking up what a dead process left, nothing left of what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.demo import packages
from repository import actions, ingest, judged
from repository.models import Blob, MediaMember, PackageIndex, Upload, Version
from repository.packages import index as package_index
from repository.storage import blobs
from tests.repository.helpers import METADATA, arrived, ingest_tasks, small_html5, stored_files
from tests.repository.packages.media_files import VIDEO


def received(world, lesson, data: bytes, filename: str = "bai.zip") -> Version:
    """A version whose file nobody has looked at: its process died right after the commit."""
    from repository.actions.versions import _receive

    return _receive(world.teacher, lesson, arrived(world.teacher, data, filename), "", quick=True)


def submit(world, lesson, data: bytes, filename: str = "bai.zip") -> Version:
    upload = arrived(world.teacher, data, filename)
    return actions.submit_version(by=world.teacher, resource=lesson, upload=upload)


def test_a_scorm_package_becomes_ready(world, lesson):
    version = submit(world, lesson, packages.build("packaging_scorm12_multi"))
    assert (version.ingest, version.kind, version.edition) == ("ready", "scorm12", "1.2")
    assert version.title == "Đóng gói bài giảng theo chuẩn SCORM"
    assert version.launch == "p1/index.html"
    scos = list(version.scos.all())
    assert [sco.path for sco in scos if sco.path] == [f"p{n}/index.html" for n in (1, 2, 3)]
    assert scos[-1].facts["mastery_score"]
    document = PackageIndex.objects.get(blob=version.blob)
    assert package_index.load(document.document).find("p2/index.html") is not None
    assert version.leased_until is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fractions_scorm12", "scorm12"),
        ("water_scorm2004_4th", "scorm2004"),
        ("ohm_html5", "html5"),
        ("worksheet_pdf", "pdf"),
        ("clock_faces_png", "image"),
    ],
)
def test_every_kind_is_taken(world, lesson, name, kind):
    version = submit(world, lesson, packages.build(name), packages.file_name(name))
    assert (version.ingest, version.kind) == ("ready", kind), version.findings
    assert version.by == world.teacher


@pytest.mark.parametrize("name", ["broken_missing_launch", "broken_flash_only", "broken_truncated"])
def test_what_is_refused_leaves_nothing_in_storage(world, lesson, blobs_dir, name):
    version = submit(world, lesson, packages.build(name))
    assert version.ingest == "rejected"
    assert version.findings[0]["code"]
    assert version.blob is None
    assert not Blob.objects.exists()
    assert not Upload.objects.exists()
    assert stored_files(blobs_dir) == []


def test_a_disguised_type_is_judged_by_its_content(world, lesson):
    version = submit(world, lesson, b"MZ\x90\x00 this program cannot be run" * 20, "bai.pdf")
    assert version.ingest == "rejected"
    assert {finding["code"] for finding in version.findings} & {"wrong_type", "unsupported_type"}


def test_refusing_a_copy_leaves_the_blob_that_others_use(world, lesson, version, settings):
    """The same bytes, refused under a limit that was lowered meanwhile."""
    settings.PACKAGE_MAX_ENTRIES = 0
    other = actions.create_resource(by=world.teacher, owner_unit=world.school, metadata=METADATA)
    again = submit(world, other, small_html5())
    assert again.ingest == "rejected"
    assert blobs().exists(version.blob.uid)
    assert Blob.objects.get().refused is False


def test_media_members_are_stored_on_their_own_once(world, lesson, blobs_dir):
    sound = b"not really a sound " * 1000
    data = small_html5(members={"am/mot.mp3": sound, "am/hai.mp3": sound, "hinh.png": b"x" * 100})
    version = submit(world, lesson, data)
    members = MediaMember.objects.filter(package=version.blob).order_by("path")
    assert [member.path for member in members] == ["am/hai.mp3", "am/mot.mp3"]
    assert len({member.blob_id for member in members}) == 1
    with blobs().open(members[0].blob.uid) as file:
        assert file.read() == sound
    assert len(stored_files(blobs_dir)) == 2


def test_running_again_changes_nothing(version):
    before = Version.objects.values().get(pk=version.pk)
    assert ingest.run(version.pk) == "ready"
    assert Version.objects.values().get(pk=version.pk) == before


def test_a_living_lease_is_respected(world, lesson):
    version = received(world, lesson, small_html5())
    Version.objects.update(ingest="checking", leased_until=timezone.now() + timedelta(seconds=30))
    assert ingest.run(version.pk) == "checking"
    assert not PackageIndex.objects.exists()


def test_the_work_of_a_dead_process_is_taken_up(world, lesson):
    version = received(world, lesson, small_html5())
    Version.objects.update(ingest="checking", leased_until=timezone.now() - timedelta(seconds=1))
    ingest_tasks().delete()
    assert ingest.take_up() == 1
    assert ingest_tasks().get().args_kwargs["args"] == [version.pk]
    assert ingest.run(version.pk) == "ready"
    assert ingest.take_up() == 0


def test_received_and_never_begun_is_taken_up(world, lesson):
    version = received(world, lesson, small_html5())
    assert ingest.take_up() == 0
    Version.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert ingest.take_up() == 1
    assert ingest.run(version.pk) == "ready"


def test_a_lease_plants_the_task_that_takes_over(world, lesson):
    version = received(world, lesson, small_html5())
    ingest_tasks().delete()
    taken = ingest._take(version.pk)
    task = ingest_tasks().get()
    assert task.run_after > taken.leased_until


def test_who_lost_the_lease_writes_nothing(world, lesson, monkeypatch):
    version = received(world, lesson, small_html5())
    real = judged.check_upload

    def slow(file, **more):
        Version.objects.update(leased_until=timezone.now() + timedelta(minutes=5))  # somebody else's now
        return real(file, **more)

    monkeypatch.setattr(judged, "check_upload", slow)
    assert ingest.run(version.pk) == "checking"
    assert not PackageIndex.objects.exists()


def test_a_file_that_kills_its_checker_is_given_up(world, lesson, monkeypatch, blobs_dir):
    version = received(world, lesson, small_html5())

    def dies(*args, **more):
        raise MemoryError

    monkeypatch.setattr(judged, "check_upload", dies)
    for _attempt in range(ingest.MOST_TRIES):
        with pytest.raises(MemoryError):
            ingest.run(version.pk)
        Version.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert ingest.run(version.pk) == "rejected"
    version.refresh_from_db()
    assert [finding["code"] for finding in version.findings] == ["check_failed"]
    assert stored_files(blobs_dir) == []


def test_a_large_video_is_judged_at_once(world, lesson, settings):
    """Little of it is read, however long it is."""
    settings.INGEST_INLINE_MB = 0
    version = submit(world, lesson, VIDEO, "phim.mp4")
    assert (version.ingest, version.kind) == ("ready", "video")


def test_what_its_author_has_seen_the_report_on_is_not_read_again(world, lesson, monkeypatch):
    read = []
    real = judged.check_upload
    monkeypatch.setattr(judged, "check_upload", lambda *args, **more: read.append(1) or real(*args, **more))
    upload = arrived(world.teacher, small_html5())
    assert actions.preview_upload(by=world.teacher, upload=upload).verdict == "accepted"
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert (version.ingest, len(read)) == ("ready", 1)
    judged.forget()
    assert (
        actions.preview_upload(by=world.teacher, upload=arrived(world.teacher, small_html5("b"))) is not None
    )
    monkeypatch.setattr(judged, "SECONDS", -1)  # long ago
    other = arrived(world.teacher, small_html5("c"))
    for _ in range(2):
        actions.preview_upload(by=world.teacher, upload=other)
    assert len(read) == 4


def test_large_files_are_left_to_the_task(world, lesson, settings):
    settings.INGEST_INLINE_MB = 0
    version = submit(world, lesson, small_html5())
    assert version.ingest == "received"
    task = ingest_tasks().get()
    assert task.queue_name == "slow"
    task.task.call(*task.args_kwargs["args"])
    version.refresh_from_db()
    assert version.ingest == "ready"


def test_a_storage_that_fails_leaves_the_work_for_later(world, lesson, monkeypatch):
    version = received(world, lesson, small_html5())
    with monkeypatch.context() as patch:
        patch.setattr(blobs().__class__, "open", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            ingest.run(version.pk)
    version.refresh_from_db()
    assert version.ingest == "checking"
    Version.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert ingest.run(version.pk) == "ready"


def test_identifiers_given_twice_are_told_apart(world, lesson):
    from repository.packages.report import Item

    version = submit(world, lesson, small_html5())
    item = Item("a", "A", "a.html", "a.html", "", "sco", 0, "", True)
    ingest._write_items(version, [item, item])
    assert [sco.identifier for sco in version.scos.all()] == ["a", "a#1"]


def test_what_stands_in_a_block_with_a_long_identifier_stays_in_it(world, lesson):
    from repository.packages.report import Item

    version = submit(world, lesson, small_html5())
    block = Item("urn:" + "x" * 500, "Khối", "", "", "", "", 0, "", True)
    unit = Item("a", "A", "a.html", "a.html", "", "au", 1, block.identifier, True)
    ingest._write_items(version, [block, unit])
    first, second = version.scos.all()
    assert second.parent_identifier == first.identifier
