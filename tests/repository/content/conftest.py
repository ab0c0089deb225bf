"""A stored package, read over HTTP as the content process serves it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.test import Client

from repository.content import stored
from repository.models import (
    Blob,
    LearningResource,
    Licence,
    MediaMember,
    PackageIndex,
    ResourceType,
    Version,
)
from repository.packages import index
from repository.packages.check import check_upload
from repository.storage import blobs
from tests.factories import OrgUnitFactory, UserFactory
from tests.repository.packages.builders import PAGE, manifest, zipped

VIDEO = bytes(range(256)) * 400


@pytest.fixture(autouse=True)
def _content_process(settings, tmp_path: Path) -> None:
    settings.BLOBS_DIR = tmp_path / "blobs"
    settings.ROOT_URLCONF = "cms.urls_content"
    settings.MIDDLEWARE = []
    stored.forget()


@pytest.fixture
def origin() -> Client:
    return Client(headers={"accept-encoding": "gzip, deflate, br"})


def store(data: bytes, media_type: str = "") -> Blob:
    blob = Blob.objects.create(
        state=Blob.State.STORED,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=media_type,
    )
    with blobs().create(blob.uid) as writer:
        writer.write(data)
    return blob


@pytest.fixture
def make_version(db) -> Callable[..., Version]:
    author = UserFactory()
    unit = OrgUnitFactory()

    def make(data: bytes, filename: str = "bai.zip", *, media: Mapping[str, bytes] | None = None) -> Version:
        resource = LearningResource.objects.create(
            owner_unit=unit,
            author=author,
            title="Phân số",
            type=ResourceType.objects.first(),
            licence=Licence.objects.first(),
        )
        report = check_upload(io.BytesIO(data), filename=filename)
        assert not report.refused, report.findings
        blob = store(data, report.media_type)
        if report.index is not None:
            PackageIndex.objects.create(
                blob=blob,
                document=index.dump(report.index),
                files=report.files,
                unpacked_bytes=report.unpacked_bytes,
            )
        for path, content in (media or {}).items():
            MediaMember.objects.create(package=blob, path=path, blob=store(content))
        return Version.objects.create(
            resource=resource,
            number=1,
            blob=blob,
            filename=filename,
            by=author,
            ingest="ready",
            kind=report.kind,
            title=report.title,
            launch=report.launch,
        )

    return make


@pytest.fixture
def version(make_version: Callable[..., Version]) -> Version:
    """A package with deflated and stored members."""
    import zipfile

    buffer = io.BytesIO(
        zipped(
            {
                "imsmanifest.xml": manifest(),
                "index.html": PAGE,
                "Ảnh/Hình 1.PNG": b"\x89PNG" + bytes(2000),
                "js/a.js": "let a = 1;\n" * 4000,
                "noise.js": hashlib.sha512(b"1").digest() * 3,
                "empty.css": "",
                "100%.txt": "x",
                "bai2/index.html": "<p>2</p>",
                "clip.mp4": VIDEO,
            }
        )
    )
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("stored.mp4", VIDEO)
    return make_version(buffer.getvalue())
