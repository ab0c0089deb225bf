"""Reading the text inside versions: by task, once, within bounds, whatever the file does."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.demo import packages
from repository import actions, inner_texts
from repository.models import InnerText, TextReading, Version
from repository.signals import inner_text_read
from repository.storage import blobs
from repository.text.parts import Bounds
from repository.text.reading import Outcome, read
from tests.repository.helpers import METADATA, arrived, small_html5


def submit(world, lesson, data: bytes, filename: str = "bai.zip") -> Version:
    upload = arrived(world.teacher, data, filename)
    return actions.submit_version(by=world.teacher, resource=lesson, upload=upload)


def text_tasks():
    return DBTaskResult.objects.filter(task_path="repository.tasks.extract_text")


def test_a_version_that_becomes_ready_is_read_by_task(world, lesson):
    version = submit(world, lesson, packages.build("packaging_scorm12_multi"))
    assert [task.args_kwargs["args"] for task in text_tasks()] == [[version.pk]]
    assert inner_texts.run(version.pk) == "done"
    texts = list(version.inner_texts.all())
    by_sco = {text.sco.path: text for text in texts if text.sco and text.place == text.sco.path}
    assert set(by_sco) == {f"p{n}/index.html" for n in (1, 2, 3)}
    first = by_sco["p1/index.html"]
    assert first.label == "SCORM là gì và để làm gì"
    assert "Bồi dưỡng giáo viên" in first.text
    reading = version.text_reading
    assert (reading.state, reading.code, reading.parts) == ("done", "", len(texts))
    assert reading.characters == sum(len(text.text) for text in texts)
    assert reading.digest


def test_a_pdf_is_read_page_by_page(world, lesson):
    version = submit(world, lesson, packages.build("worksheet_pdf"), "phieu.pdf")
    assert inner_texts.run(version.pk) == "done"
    page = version.inner_texts.get()
    assert page.number == 1
    assert "Phiếu bài tập: cộng, trừ hai phân số khác mẫu số" in page.text


def test_reading_twice_is_harmless_and_a_living_lease_is_left_alone(world, version):
    assert inner_texts.run(version.pk) == "done"
    kept = list(InnerText.objects.values_list("pk", flat=True))
    assert inner_texts.run(version.pk) == "done"
    assert list(InnerText.objects.values_list("pk", flat=True)) == kept
    TextReading.objects.update(state="reading", at=timezone.now())
    assert inner_texts.run(version.pk) == "reading"
    assert list(InnerText.objects.values_list("pk", flat=True)) == kept


def test_a_dead_reader_is_taken_over_and_given_up_after_a_few(world, version):
    dead = timezone.now() - inner_texts.LEASE - timedelta(seconds=1)
    TextReading.objects.create(version=version, at=dead, tries=1)
    assert inner_texts.waiting() == [version.pk]
    assert inner_texts.run(version.pk) == "done"
    TextReading.objects.update(state="reading", at=dead, tries=inner_texts.MOST_TRIES)
    assert inner_texts.run(version.pk) == "text_failed"
    assert TextReading.objects.get().code == "text_gave_up"
    assert inner_texts.waiting() == []


def test_the_sweep_takes_up_what_was_missed_published_first_and_once(world, lesson, version):
    other = actions.create_resource(by=world.teacher, owner_unit=world.school, metadata=METADATA)
    newer = submit(world, other, small_html5("Bài mới hơn"))
    actions.submit_for_review(by=world.teacher, version=version)
    actions.publish(by=world.so_reviewer, version=version, unit=world.so)
    assert inner_texts.waiting() == [version.pk, newer.pk]
    assert inner_texts.take_up() == 0, "their tasks still wait"
    text_tasks().delete()
    assert inner_texts.take_up() == 2
    assert inner_texts.take_up() == 0


def test_pictures_have_no_text_and_are_not_asked_for_again(world, lesson):
    version = submit(world, lesson, packages.build("clock_faces_png"), "dong-ho.png")
    assert inner_texts.run(version.pk) == "done"
    assert inner_texts.waiting() == []


def test_a_lost_file_fails_and_storage_that_is_away_is_tried_again(world, version, monkeypatch):
    def away(_uid):
        raise OSError("storage is away")

    with monkeypatch.context() as patched:
        patched.setattr(
            "repository.inner_texts.blobs", lambda: type("Away", (), {"open": staticmethod(away)})
        )
        with pytest.raises(OSError, match="away"):
            inner_texts.run(version.pk)
    assert TextReading.objects.get().state == "reading"
    blobs().delete(version.blob.uid)
    assert inner_texts.run(version.pk) == "text_failed"
    assert TextReading.objects.get().code == "text_missing"


def test_search_is_told_of_published_versions_only(world, submitted):
    told: list[list[int]] = []

    def hear(resource_ids, **_kwargs):
        told.append(resource_ids)

    inner_text_read.connect(hear)
    try:
        inner_texts.run(submitted.pk)
        assert told == []
        actions.publish(by=world.so_reviewer, version=submitted, unit=world.so)
        TextReading.objects.all().delete()
        inner_texts.run(submitted.pk)
    finally:
        inner_text_read.disconnect(hear)
    assert told == [[submitted.resource_id]]


# The reader's process


def outcome_of(data: bytes, kind: str = "package", **bounds: int) -> Outcome:
    return read(io.BytesIO(data), len(data), kind=kind, bounds=Bounds(**bounds))


def test_bounds_keep_what_was_read_before():
    pages = {f"trang{n}.html": f"<p>Trang số {n} nói về phân số bằng nhau</p>".encode() for n in range(9)}
    found = outcome_of(small_html5(members=pages), parts=4)
    assert (found.code, len(found.parts)) == ("text_too_many_parts", 4)
    found = outcome_of(small_html5(members=pages), text_bytes=120)
    assert found.code == "text_too_long"
    assert found.parts
    assert sum(len(part.text.encode()) for part in found.parts) <= 120
    found = outcome_of(small_html5(members=pages), read_bytes=40)
    assert (found.code, found.parts) == ("text_too_much_to_read", [])


def test_a_reader_without_memory_or_time_is_ended():
    text = "".join(f"bài {n} tính {n * 7919 % 10007}\n" for n in range(120_000)).encode()
    found = outcome_of(small_html5(members={"dai.txt": text * 4}), memory_bytes=45 * 1024 * 1024)
    assert found.code in ("text_memory", "text_reader_died")
    data = small_html5(members={f"dai{n}.html": text.replace(b"\n", b"<p>") for n in range(8)})
    found = outcome_of(data, seconds=1, text_bytes=1_000_000_000)
    assert found.code in ("text_reader_died", "text_too_slow")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\nno document\n%%EOF", "pdf"),
        (b"PK\x03\x04 no archive", "package"),
        (b"", "package"),
        (bytes(range(256)) * 40, "pdf"),
    ],
)
def test_what_is_broken_says_so(data, kind):
    assert outcome_of(data, kind).code == "text_broken"
