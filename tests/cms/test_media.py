"""Pictures and documents of the portal, in a folder and in object storage: shown, private, made anew."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image

from tests.services import Bucket, use_bucket

# Wagtail leaves the file that it makes a rendition in to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (300, 200), colour).save(buffer, "PNG")
    return buffer.getvalue()


def in_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def in_object_storage(settings, s3: Bucket) -> None:
    use_bucket(settings, s3)
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "cms.media.MediaObjects"}}


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.service)])
def media(request: pytest.FixtureRequest, settings, tmp_path: Path) -> str:
    """Where media lie."""
    if request.param == "folder":
        in_folder(settings, tmp_path)
    else:
        in_object_storage(settings, request.getfixturevalue("s3"))
    return request.param


def test_a_picture_is_shown_and_its_original_is_not(db, media: str) -> None:
    image = Image.objects.create(title="Hội thảo", file=ContentFile(png(), "Hội thảo.png"))
    small = image.get_rendition("width-100|format-webp")
    assert small.url.startswith("/media/images/")
    answer = Client().get(small.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert Pillow.open(io.BytesIO(b"".join(answer.streaming_content))).size == (100, 66)  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(f"/media/{image.file.name}").status_code == 404
    head = Client().head(small.url)
    assert head.status_code == 200
    head.close()
    for wrong in ("images/none.webp", "images/../secret_key", "images/a/b.png", "images/x.html", "images"):
        assert Client().get(f"/media/{wrong}").status_code == 404


def test_two_pictures_of_one_name_do_not_overwrite_each_other(db, media: str) -> None:
    first, second = (
        default_storage.save("original_images/a.png", ContentFile(png(c))) for c in ("red", "blue")
    )
    assert first != second
    with default_storage.open(first) as file:
        assert file.read() == png("red")
    assert default_storage.size(first) == len(png("red"))
    default_storage.delete(first)
    assert not default_storage.exists(first)
    assert default_storage.exists(second)


def test_a_document_comes_as_an_attachment(db, media: str) -> None:
    document = Document.objects.create(title="Công văn", file=ContentFile(b"%PDF-1.4 x", "cong-van.pdf"))
    answer = Client().get(document.url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 x"  # type: ignore[attr-defined]
    assert Client().get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.service
def test_the_bucket_answers_nobody_else(db, settings, s3: Bucket) -> None:
    in_object_storage(settings, s3)
    name = default_storage.save("images/a.png", ContentFile(png()))
    bare = urllib3.request("GET", f"{s3.endpoint}/{s3.bucket}/media/{name}", retries=False)
    assert bare.status == 403


def test_while_object_storage_is_away_a_picture_is_missing_and_no_more(db, settings) -> None:
    in_object_storage(settings, Bucket("http://127.0.0.1:1", "bucket", "key", "secret", "us-east-1"))
    answer = Client().get("/media/images/a.png")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
