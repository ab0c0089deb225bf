"""Uploads that go to object storage directly, against a real server: what is believed, what is swept."""

from __future__ import annotations

import hashlib
import random
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, Refusal
from accounts.work import worker
from repository import actions, tasks
from repository.actions import direct
from repository.models import Blob, Upload
from repository.storage import blobs, incoming
from repository.storage.s3client import client
from tests.repository.helpers import arrived, small_html5
from tests.services import use_bucket

MB = 1024 * 1024

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_s3(settings, s3) -> None:
    """Blobs in the bucket, which browsers reach at the same address."""
    use_bucket(settings, s3)
    settings.S3_PUBLIC_ENDPOINT = s3.endpoint
    for name, multipart in incoming.left_over(timezone.now() + timedelta(days=1)):
        incoming.remove(name, multipart)
    for key in keys("blobs/"):
        client().delete_object(Bucket=s3.bucket, Key=key)


@pytest.fixture
def small_parts(settings, monkeypatch) -> int:
    """The least that S3 takes, so that a file of several parts is soon made."""
    monkeypatch.setattr(direct, "PART_BYTES", 5 * MB)
    return 5 * MB


def keys(prefix: str) -> list[str]:
    listed = client().list_objects_v2(Bucket=incoming.place().bucket, Prefix=prefix)
    return [entry["Key"] for entry in listed.get("Contents", [])]


def begun() -> list[str]:
    listed = client().list_multipart_uploads(Bucket=incoming.place().bucket, Prefix="incoming/")
    return [entry["Key"] for entry in listed.get("Uploads", [])]


def put(url: str, data: bytes) -> str:
    """The ETag of a part, as a browser gets it; "" where it is refused."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method="PUT"), timeout=30) as got:
            return got.headers["ETag"].strip('"')
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return ""


def send(user, upload: Upload, data: bytes, only: set[int] | None = None) -> dict[int, str]:
    """All parts of a file, or only some, each in its signed place."""
    count = -(-len(data) // upload.part_bytes)
    numbers = [n for n in range(1, count + 1) if only is None or n in only]
    found = {}
    for number, url in actions.sign_parts(by=user, upload=upload, numbers=numbers):
        start = (number - 1) * upload.part_bytes
        found[number] = put(url, data[start : start + upload.part_bytes])
    return found


def begin(user, size: int, name: str = "bai.zip") -> Upload:
    return actions.begin_direct(by=user, filename=name, size=size)


def brought(user, data: bytes, name: str = "bai.zip") -> Upload:
    upload = begin(user, len(data), name)
    etags = send(user, upload, data)
    return actions.complete_direct(by=user, upload=upload, etags=etags)


def large(size: int = 12 * MB) -> bytes:
    return small_html5(members={"du-lieu.bin": random.Random(7).randbytes(size)})


def code_of(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    return refusal.value.code


# The way of a file


def test_several_parts_become_a_blob_under_a_key_of_its_own(world, small_parts):
    data = large()
    upload = brought(world.teacher, data)
    assert upload.state == Upload.State.RECEIVED
    assert upload.blob.sha256 == hashlib.sha256(data).hexdigest()
    assert (upload.blob.state, upload.blob.size) == (Blob.State.STORED, len(data))
    with blobs().open(upload.blob.uid) as file:
        assert file.read() == data
    assert keys("incoming/") == []
    assert begun() == []
    assert str(upload.uid) not in "".join(keys("blobs/"))


def test_it_becomes_a_version_like_any_other(world, lesson):
    upload = brought(world.teacher, small_html5("Thẳng vào kho"))
    report = actions.preview_upload(by=world.teacher, upload=upload)
    assert (report.verdict, report.title) == ("accepted", "Thẳng vào kho")
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert version.ingest == "ready"


def test_a_hostile_file_gets_the_same_verdict_on_both_ways(world):
    from cms.demo import packages

    data = packages.build("broken_flash_only")
    reports = [
        actions.preview_upload(by=world.teacher, upload=bring(world.teacher, data))
        for bring in (arrived, brought)
    ]
    assert reports[0].refused
    assert [(f.code, f.path) for f in reports[0].findings] == [(f.code, f.path) for f in reports[1].findings]
    assert Blob.objects.count() == 0


def test_the_same_bytes_share_a_blob_with_those_through_the_site(world):
    data = small_html5("một lần")
    first = arrived(world.sister_teacher, data)
    second = brought(world.teacher, data)
    assert second.blob_id == first.blob_id
    assert len(keys("blobs/")) == 1


def test_a_large_file_is_settled_by_task(world, settings):
    settings.INGEST_INLINE_MB = 0
    data = small_html5("lớn")
    upload = brought(world.teacher, data)
    assert upload.state == Upload.State.SETTLING
    assert actions.direct_state(by=world.teacher, upload=upload).upload.state == Upload.State.SETTLING
    with pytest.raises(Refusal) as refusal:
        actions.preview_upload(by=world.teacher, upload=upload)
    assert (code_of(refusal), refusal.value.status) == ("upload_busy", 423)
    assert tasks.settle_upload.call(upload.pk) == Upload.State.RECEIVED
    upload.refresh_from_db()
    assert upload.blob.sha256 == hashlib.sha256(data).hexdigest()
    assert tasks.settle_upload.call(upload.pk) == Upload.State.RECEIVED


# Rights and quota


def test_what_can_be_refused_is_refused_before_anything_is_opened(world, settings):
    settings.UPLOAD_MAX_MB, settings.UPLOAD_QUOTA_MB = 10, 15
    with pytest.raises(NotAllowed):
        begin(world.plain, 10)
    for size, code in ((0, "empty_file"), (11 * MB, "package_too_large")):
        with pytest.raises(Refusal) as refusal:
            begin(world.teacher, size)
        assert code_of(refusal) == code
    begin(world.teacher, 9 * MB)
    with pytest.raises(Refusal) as refusal:
        begin(world.teacher, 9 * MB)
    assert code_of(refusal) == "upload_quota"
    assert len(begun()) == 1


def test_nobody_else_reaches_an_upload(world):
    upload = begin(world.teacher, 10)
    other = world.sister_teacher
    for ask in (
        lambda: actions.find_upload(by=other, uid=upload.uid),
        lambda: actions.sign_parts(by=other, upload=upload, numbers=[1]),
        lambda: actions.direct_state(by=other, upload=upload),
        lambda: actions.complete_direct(by=other, upload=upload, etags={}),
        lambda: actions.cancel_upload(by=other, upload=upload),
    ):
        with pytest.raises(Refusal) as refusal:
            ask()
        assert code_of(refusal) == "upload_missing"


def test_only_parts_within_the_announced_size_are_signed(world, small_parts):
    upload = begin(world.teacher, 12 * MB)
    for numbers in ([0], [4], [1, 2, 3, 4], [-1], list(range(60))):
        with pytest.raises(Refusal) as refusal:
            actions.sign_parts(by=world.teacher, upload=upload, numbers=numbers)
        assert code_of(refusal) == "part_unknown"
    [(_number, last)] = actions.sign_parts(by=world.teacher, upload=upload, numbers=[3])
    assert put(last, bytes(2 * MB + 1)) == ""
    assert put(last, bytes(2 * MB)) != ""


def test_where_it_is_not_offered_nothing_begins(world, settings):
    settings.S3_PUBLIC_ENDPOINT = ""
    with pytest.raises(Refusal) as refusal:
        begin(world.teacher, 10)
    assert code_of(refusal) == "direct_not_offered"
    assert not Upload.objects.exists()


# Nothing is believed


def test_missing_parts_are_named_whatever_the_browser_says(world, small_parts):
    data = large()
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data, only={2})
    with pytest.raises(Refusal) as refusal:
        actions.complete_direct(by=world.teacher, upload=upload, etags={**etags, 1: etags[2], 3: "x"})
    assert code_of(refusal) == "parts_missing"
    assert refusal.value.params["numbers"] == [1, 3]
    state = actions.direct_state(by=world.teacher, upload=upload)
    assert [(part.number, part.etag) for part in state.parts] == [(2, etags[2])]
    assert state.upload.offset == 5 * MB
    etags |= send(world.teacher, upload, data, only={1, 3})
    assert actions.complete_direct(by=world.teacher, upload=upload, etags=etags).state == "received"


def test_a_part_that_changed_behind_the_browser_must_come_again(world):
    data = small_html5("bản thứ nhất")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    send(world.teacher, upload, bytes(len(data)))
    with pytest.raises(Refusal) as refusal:
        actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    assert code_of(refusal) == "parts_missing"


def test_a_signed_address_opens_nothing_once_the_file_is_complete(world):
    data = small_html5("xong")
    upload = begin(world.teacher, len(data))
    [(number, url)] = actions.sign_parts(by=world.teacher, upload=upload, numbers=[1])
    upload = actions.complete_direct(by=world.teacher, upload=upload, etags={number: put(url, data)})
    assert put(url, bytes(len(data))) == ""
    with blobs().open(upload.blob.uid) as file:
        assert file.read() == data
    with pytest.raises(Refusal) as refusal:
        actions.sign_parts(by=world.teacher, upload=upload, numbers=[1])
    assert code_of(refusal) == "upload_complete"


def test_an_object_of_another_size_is_given_up(world):
    """As if somebody with the keys had put something else in its place."""
    data = small_html5("khác cỡ")
    upload = begin(world.teacher, len(data))
    incoming.remove(str(upload.uid), upload.multipart)
    client().put_object(Bucket=incoming.place().bucket, Key=incoming.key_of(upload.uid), Body=b"x")
    with pytest.raises(Refusal) as refusal:
        actions.complete_direct(by=world.teacher, upload=upload, etags={})
    assert code_of(refusal) == "upload_missing"
    assert keys("incoming/") == []
    assert not Upload.objects.exists()


# Twice, and cut short


def test_everything_twice_is_harmless(world):
    data = small_html5("hai lần")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    first = actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    stale = Upload.objects.get(pk=upload.pk)
    stale.state = Upload.State.ARRIVING  # as read by a request that came at the same moment
    second = actions.complete_direct(by=world.teacher, upload=stale, etags=etags)
    assert (first.state, second.state) == ("received", "received")
    assert first.blob_id == second.blob_id
    assert len(keys("blobs/")) == 1
    assert direct.settle(upload.pk) == Upload.State.RECEIVED


@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (incoming, "complete"),
        (incoming, "whole_size"),
        (direct, "_to_be_settled"),
        (direct, "settle"),
        (incoming, "clear"),
        (direct, "hash_of"),
        (direct, "store_blob"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_step_loses_nothing(world, monkeypatch, owner, step, when):
    class Killed(BaseException):
        """What no handler of errors may catch, as a kill is none."""

    data = small_html5(f"bị cắt {step} {when}")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    real = getattr(owner, step)

    def dying(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, dying)
        with pytest.raises(Killed):
            actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    # The page asks where it stands, and asks again for what is left to do.
    upload = actions.find_upload(by=world.teacher, uid=upload.uid)
    Upload.objects.filter(pk=upload.pk).exclude(leased_until=None).update(leased_until=timezone.now())
    state = actions.direct_state(by=world.teacher, upload=upload)
    told = {part.number: part.etag for part in state.parts}
    done = actions.complete_direct(by=world.teacher, upload=state.upload, etags=told)
    assert done.state == Upload.State.RECEIVED
    assert done.blob.sha256 == hashlib.sha256(data).hexdigest()
    assert keys("incoming/") == []
    assert [key.rpartition("/")[2] for key in keys("blobs/")] == [str(done.blob.uid)]


def test_the_worker_takes_over_from_a_request_that_died(world, monkeypatch):
    data = small_html5("máy chủ tắt")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    monkeypatch.setattr(direct, "settle_here", lambda by, upload: upload)
    actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    Upload.objects.update(leased_until=timezone.now() - timedelta(minutes=6))
    assert direct.take_up_settling() == 1
    assert direct.take_up_settling() == 0  # not again while that one waits its turn
    worker.Worker(["slow"]).run_until_idle("slow")
    assert Upload.objects.get().state == Upload.State.RECEIVED


def test_two_at_once_settle_a_file_once(world, monkeypatch):
    data = small_html5("cùng lúc")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    real = direct.hash_of
    seen = []

    def hashing(blob):
        seen.append(direct.settle(upload.pk))  # another process, while this one is at it
        return real(blob)

    monkeypatch.setattr(direct, "hash_of", hashing)
    done = actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    assert seen == [Upload.State.SETTLING]
    assert done.state == Upload.State.RECEIVED


# Giving up


def test_cancelling_leaves_nothing(world, small_parts):
    upload = begin(world.teacher, 12 * MB)
    send(world.teacher, upload, bytes(12 * MB), only={1})
    actions.cancel_upload(by=world.teacher, upload=upload)
    assert (begun(), keys("incoming/"), keys("blobs/")) == ([], [], [])
    assert not Upload.objects.exists()
    assert not Blob.objects.exists()


def test_cancelling_while_it_is_settled_takes_the_copy_along(world, monkeypatch):
    data = small_html5("đổi ý")
    upload = begin(world.teacher, len(data))
    etags = send(world.teacher, upload, data)
    real = direct.hash_of

    def hashing(blob):
        actions.cancel_upload(by=world.teacher, upload=upload)
        return real(blob)

    monkeypatch.setattr(direct, "hash_of", hashing)
    with pytest.raises(Refusal) as refusal:
        actions.complete_direct(by=world.teacher, upload=upload, etags=etags)
    assert code_of(refusal) == "upload_missing"
    assert (keys("incoming/"), keys("blobs/"), Upload.objects.count()) == ([], [], 0)


def test_what_nobody_took_up_again_is_swept(world, small_parts, monkeypatch):
    expired = begin(world.teacher, 12 * MB)
    send(world.teacher, expired, bytes(12 * MB), only={1})
    kept = begin(world.teacher, 12 * MB)
    Upload.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    orphan = incoming.begin(Blob().uid)  # its row was never written
    client().put_object(Bucket=incoming.place().bucket, Key="incoming/la", Body=b"x")
    assert orphan
    assert direct.sweep_incoming() == 0  # all of it is younger than a day
    monkeypatch.setattr(direct, "_ORPHANED", timedelta(seconds=-60))
    tasks.sweep_storage.call()
    assert begun() == [incoming.key_of(kept.uid)]
    assert keys("incoming/") == []
    assert list(Upload.objects.values_list("pk", flat=True)) == [kept.pk]


def test_storage_that_is_away_is_said_and_costs_no_quota(world, settings):
    upload = begin(world.teacher, 10)
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    for ask in (
        lambda: begin(world.teacher, 20),
        lambda: actions.direct_state(by=world.teacher, upload=upload),
        lambda: actions.complete_direct(by=world.teacher, upload=upload, etags={}),
    ):
        with pytest.raises(Refusal) as refusal:
            ask()
        assert (code_of(refusal), refusal.value.status) == ("storage_away", 503)
    assert [one.size for one in Upload.objects.all()] == [10]
