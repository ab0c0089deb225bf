"""What the benchmarks of content and runtime stand on: a database, a process, stored versions."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]

MANIFEST = (
    '<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><organizations><organization><title>t</title>'
    '<item identifier="i" identifierref="r"><title>t</title></item></organization></organizations>'
    '<resources><resource identifier="r" adlcp:scormtype="sco" href="index.html"/></resources></manifest>'
)


def noise(size: int, seed: int) -> bytes:
    """Bytes that DEFLATE makes no smaller."""
    return random.Random(seed).randbytes(size)


@contextmanager
def storage_settings(storage: str) -> Iterator[dict[str, str]]:
    """The variables that choose it; a bucket goes with all that lies in it."""
    if storage == "folder":
        yield {}
        return
    from tests.services import fresh_bucket

    with fresh_bucket() as bucket:
        yield {
            "HOCLIEU_S3_ENDPOINT": bucket.endpoint,
            "HOCLIEU_S3_BUCKET": bucket.bucket,
            "HOCLIEU_S3_ACCESS_KEY": bucket.access_key,
            "HOCLIEU_S3_SECRET_KEY": bucket.secret_key,
            "HOCLIEU_S3_REGION": bucket.region,
        }


def prepare(folder: Path, storage: Mapping[str, str] | None = None) -> None:
    """A database of its own, and Django set up over it."""
    from tests.live import template_var
    from tests.ports import free_ports

    site, content = free_ports(2)
    for name in [
        name for name in os.environ if name.startswith("HOCLIEU_") and name != "HOCLIEU_DATABASE_URL"
    ]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "HOCLIEU_VAR": str(folder),
        "HOCLIEU_SITE_URL": f"http://localhost:{site}",
        "HOCLIEU_CONTENT_URL": f"http://127.0.0.1:{content}",
        "HOCLIEU_LOG_LEVEL": "WARNING",
        **(storage or {}),
    }
    if "HOCLIEU_DATABASE_URL" in os.environ:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, check=True)
    else:
        shutil.copy(template_var(demo=False) / "hoclieu.sqlite3", folder)
    import django

    django.setup()


@contextmanager
def content_process() -> Iterator[tuple[str, int, int]]:
    """Host, port and process id of a running content process."""
    from django.conf import settings

    from cms import supervisor

    address = urlsplit(settings.CONTENT_URL)
    host, port = str(address.hostname), int(address.port or 80)
    child = supervisor.web_child("content", host, port, {})
    process = supervisor.start(child, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 40
        while not supervisor.answers(f"{settings.CONTENT_URL}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the content process did not start"
            time.sleep(0.1)
        yield host, port, process.pid
    finally:
        supervisor.stop([process])


def author() -> Any:
    """A teacher of a unit of her own."""
    from accounts.models import User
    from tests.factories import OrgUnitFactory, person

    found = User.objects.filter(username="benchmark").first()
    return found or person(OrgUnitFactory(code="benchmark"), "teacher", username="benchmark")


def store_version(source: bytes | Path) -> Any:
    """A ready version over these bytes, written straight to the models."""
    import hashlib

    from accounts.models import OrgUnit
    from repository.models import Blob, LearningResource, Licence, PackageIndex, ResourceType, Version
    from repository.packages import index
    from repository.packages.check import check_upload
    from repository.storage import blobs

    filename = source.name if isinstance(source, Path) else "a.zip"
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        blob = Blob.objects.create(state="stored", sha256=digest, size=file.seek(0, 2))
        file.seek(0)
        with blobs().create(blob.uid, blob.size) as writer:
            while piece := file.read(1_000_000):
                writer.write(piece)
        report = check_upload(file, filename=filename)
    assert not report.refused, report.findings
    Blob.objects.filter(pk=blob.pk).update(media_type=report.media_type)
    if report.index is not None:
        PackageIndex.objects.create(
            blob=blob,
            document=index.dump(report.index),
            files=report.files,
            unpacked_bytes=report.unpacked_bytes,
        )
    user = author()
    resource = LearningResource.objects.create(
        owner_unit=OrgUnit.objects.get(code="benchmark"),
        author=user,
        title="t",
        type=ResourceType.objects.all()[0],
        licence=Licence.objects.all()[0],
    )
    return Version.objects.create(
        resource=resource,
        number=1,
        blob=blob,
        filename=filename,
        by=user,
        ingest="ready",
        kind=report.kind,
        launch=report.launch,
    )
