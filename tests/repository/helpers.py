"""Packages to upload and ways to upload them, for the tests of the library."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from django.db.models import QuerySet
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from repository import actions
from repository.metadata import Metadata
from repository.models import Upload

METADATA = Metadata(
    title="Phân số bằng nhau", subject="toan", grades=("lop-5",), licence="cc-by", keywords="phân số"
)


def stored_files(folder: Path) -> list[Path]:
    """All files under a storage folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def small_html5(text: str = "Xin chào", members: dict[str, bytes] | None = None) -> bytes:
    """An HTML5 package of one page, and what else is wanted in it."""
    page = f"<!doctype html><title>{text}</title><p>{text}</p>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"index.html": page, **(members or {})}.items():
            # A day of its own: two packages of the same text are the same bytes at any time.
            info = zipfile.ZipInfo(name, (2026, 9, 1, 8, 0, 0))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def arrived(user: User, data: bytes, filename: str = "bai.zip") -> Upload:
    """A file that has arrived in one piece."""
    upload = actions.begin_upload(by=user, filename=filename, size=len(data))
    actions.append_part(by=user, upload=upload, offset=0, length=len(data), pieces=[data])
    return actions.finish_upload(by=user, upload=upload)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ingest_tasks() -> QuerySet[DBTaskResult]:
    """Enqueued ingestions; other apps enqueue work of their own."""
    return DBTaskResult.objects.filter(task_path="repository.tasks.ingest_version")
