"""Receiving files in pieces: rights, quota, offsets, breaks, the same bytes twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.errors import NotAllowed, Refusal
from repository import actions
from repository.models import Blob, Upload
from repository.storage import StorageBusyError, blobs
from tests.repository.helpers import arrived, small_html5, stored_files

KB = 1024


def begin(user, size=10):
    return actions.begin_upload(by=user, filename="bai.zip", size=size)


def test_pieces_add_up_to_the_file(world):
    upload = begin(world.teacher, 6)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=4, pieces=[b"ab", b"cd"])
    actions.append_part(by=world.teacher, upload=upload, offset=4, length=2, pieces=[b"ef"])
    actions.finish_upload(by=world.teacher, upload=upload)
    with blobs().open(upload.blob.uid) as file:
        assert file.read() == b"abcdef"
    assert upload.blob.state == Blob.State.STORED
    assert upload.blob.size == 6


def test_a_wrong_offset_is_refused_and_changes_nothing(world):
    upload = begin(world.teacher, 6)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=4, pieces=[b"abcd"])
    for offset in (0, 3, 5):
        with pytest.raises(Refusal) as refusal:
            actions.append_part(by=world.teacher, upload=upload, offset=offset, length=1, pieces=[b"x"])
        assert (refusal.value.code, refusal.value.status) == ("upload_offset", 409)
    assert Upload.objects.get().offset == 4
    assert blobs().part_path(upload.blob.uid).read_bytes() == b"abcd"


def test_what_came_before_a_break_is_kept_and_continued(world):
    upload = begin(world.teacher, 6)

    def breaking():
        yield b"abc"
        raise OSError("connection lost")

    with pytest.raises(OSError, match="lost"):
        actions.append_part(by=world.teacher, upload=upload, offset=0, length=6, pieces=breaking())
    again = actions.find_upload(by=world.teacher, uid=upload.uid)
    assert again.offset == 3
    actions.append_part(by=world.teacher, upload=again, offset=3, length=3, pieces=[b"def"])
    actions.finish_upload(by=world.teacher, upload=again)
    with blobs().open(again.blob.uid) as file:
        assert file.read() == b"abcdef"


def test_bytes_that_were_written_but_not_acknowledged_are_cut_off(world):
    """A process killed between the write and the row: the client sends from the row's offset."""
    upload = begin(world.teacher, 6)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=2, pieces=[b"ab"])
    with blobs().part_path(upload.blob.uid).open("ab") as file:
        file.write(b"garbage")
    actions.append_part(by=world.teacher, upload=upload, offset=2, length=4, pieces=[b"cdef"])
    actions.finish_upload(by=world.teacher, upload=upload)
    with blobs().open(upload.blob.uid) as file:
        assert file.read() == b"abcdef"


def test_two_requests_for_one_file_do_not_mix(world):
    upload = begin(world.teacher, 6)
    with blobs().part(upload.blob.uid), pytest.raises(Refusal) as refusal:
        actions.append_part(by=world.teacher, upload=upload, offset=0, length=1, pieces=[b"a"])
    assert (refusal.value.code, refusal.value.status) == ("upload_busy", 423)
    with blobs().part(upload.blob.uid), pytest.raises(StorageBusyError):
        blobs().part(upload.blob.uid).__enter__()


def test_more_than_was_announced_is_refused(world):
    upload = begin(world.teacher, 3)
    with pytest.raises(Refusal, match="package_too_large"):
        actions.append_part(by=world.teacher, upload=upload, offset=0, length=4, pieces=[b"abcd"])
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=3, pieces=[b"abcdef"])
    assert blobs().part_path(upload.blob.uid).stat().st_size == 3


def test_a_piece_has_a_largest_size(world, settings):
    settings.UPLOAD_CHUNK_MB = 1
    upload = begin(world.teacher, 3 * KB * KB)
    with pytest.raises(Refusal, match="part_too_large"):
        actions.append_part(by=world.teacher, upload=upload, offset=0, length=2 * KB * KB, pieces=[])


def test_a_file_that_is_not_complete_is_not_finished(world):
    upload = begin(world.teacher, 3)
    with pytest.raises(Refusal, match="upload_incomplete"):
        actions.finish_upload(by=world.teacher, upload=upload)


@pytest.mark.parametrize(
    ("size", "code"), [(0, "empty_file"), (-1, "empty_file"), (5 * KB * KB, "package_too_large")]
)
def test_size_is_checked_before_a_byte_comes(world, settings, size, code):
    settings.UPLOAD_MAX_MB = 4
    with pytest.raises(Refusal, match=code):
        begin(world.teacher, size)
    assert not Blob.objects.exists()


def test_quota_counts_versions_and_files_on_their_way(world, settings, version):
    settings.UPLOAD_QUOTA_MB = 1
    free = KB * KB - version.blob.size
    begin(world.teacher, free - 10)
    begin(world.teacher, 10)
    with pytest.raises(Refusal) as refusal:
        begin(world.teacher, 1)
    assert (refusal.value.code, refusal.value.status) == ("upload_quota", 413)
    begin(world.sister_teacher, 1)


def test_without_a_role_nothing_is_received(world):
    with pytest.raises(NotAllowed):
        begin(world.plain)
    assert not Upload.objects.exists()


def test_another_persons_upload_is_not_there(world):
    upload = begin(world.teacher)
    with pytest.raises(Refusal) as refusal:
        actions.find_upload(by=world.sister_teacher, uid=upload.uid)
    assert (refusal.value.code, refusal.value.status) == ("upload_missing", 404)
    with pytest.raises(Refusal, match="upload_missing"):
        actions.append_part(by=world.sister_teacher, upload=upload, offset=0, length=1, pieces=[b"a"])


def test_the_same_bytes_share_one_blob(world, blobs_dir):
    first = arrived(world.teacher, small_html5())
    second = arrived(world.sister_teacher, small_html5())
    assert first.blob_id == second.blob_id
    assert Blob.objects.count() == 1
    assert len(stored_files(blobs_dir)) == 1


def test_finishing_twice_is_harmless(world):
    upload = arrived(world.teacher, b"abc")
    blob = upload.blob_id
    actions.finish_upload(by=world.teacher, upload=upload)
    again = actions.find_upload(by=world.teacher, uid=upload.uid)
    assert actions.finish_upload(by=world.teacher, upload=again).blob_id == blob


def test_a_finish_that_was_killed_half_way_is_finished_by_the_next(world):
    """Killed after the rename, before the row: the bytes are in their place, the row says arriving."""
    upload = begin(world.teacher, 3)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=3, pieces=[b"abc"])
    blobs().finish(upload.blob.uid)
    assert actions.finish_upload(by=world.teacher, upload=upload).blob.sha256
    with blobs().open(upload.blob.uid) as file:
        assert file.read() == b"abc"


@pytest.mark.django_db(transaction=True)
def test_cancelling_removes_the_bytes(world, blobs_dir):
    upload = begin(world.teacher, 3)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=2, pieces=[b"ab"])
    actions.cancel_upload(by=world.teacher, upload=upload)
    assert not Upload.objects.exists()
    assert not Blob.objects.exists()
    assert stored_files(blobs_dir) == []


def test_uploads_expire_and_are_swept(world, blobs_dir, django_capture_on_commit_callbacks):
    upload = begin(world.teacher, 3)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=2, pieces=[b"ab"])
    assert actions.sweep_uploads() == 0
    Upload.objects.update(expires_at=F("created_at") - timedelta(days=1))
    with pytest.raises(Refusal, match="upload_missing"):
        actions.find_upload(by=world.teacher, uid=upload.uid)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep_uploads() == 1
    assert not Blob.objects.exists()
    assert stored_files(blobs_dir) == []


def test_the_sweep_spares_what_is_used_and_waits_thirty_days(world, version, blobs_dir):
    unused = arrived(world.teacher, b"something else")
    unused.delete()
    assert actions.sweep_blobs() == 0
    assert len(stored_files(blobs_dir)) == 2
    Blob.objects.exclude(unused_since=None).update(unused_since=timezone.now() - timedelta(days=31))
    assert actions.sweep_blobs() == 1
    assert Blob.objects.get() == version.blob
    assert stored_files(blobs_dir) == [blobs().path(version.blob.uid)]


def test_bytes_that_fell_out_of_use_are_found_again(world, version, blobs_dir):
    """Uploaded anew within the thirty days: the blob is used again and not swept."""
    version.delete()
    actions.sweep_blobs()
    again = arrived(world.teacher, small_html5())
    assert again.blob.unused_since is None
    Blob.objects.update(unused_since=timezone.now() - timedelta(days=31))
    assert actions.sweep_blobs() == 0


def test_a_blob_whose_file_was_lost_is_not_shared(world):
    first = arrived(world.teacher, b"abc")
    blobs().delete(first.blob.uid)
    second = arrived(world.teacher, b"abc")
    assert second.blob_id != first.blob_id
    assert blobs().exists(second.blob.uid)
