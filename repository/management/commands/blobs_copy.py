"""Copies what lies in folders into object storage, or back, before the settings change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import BaseCommand, CommandParser

from repository.models import Blob
from repository.storage import FolderStorage, S3Storage, StorageAwayError
from repository.storage.moving import COPIED, DIFFERENT, MISSING, THERE, copy_blob
from repository.storage.s3client import place

GOOD, BAD, ERROR = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Copies stored files, pictures and documents from the folders below HOCLIEU_VAR into the bucket that "
        "HOCLIEU_S3_… names; what is there already is left, so it may run again. Nothing is deleted. Exit 0: "
        "all is there; 1: some files are missing or differ from their hash; 2: could not be tried."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--back", action="store_true", help="from the bucket to the folder")
        parser.add_argument("--verify", action="store_true", help="read and compare what is there already")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON line")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.S3_ENDPOINT:
            self._fail("HOCLIEU_S3_ENDPOINT is not set: there is nothing to copy to or from.")
        counted: Counter[str] = Counter()
        try:
            for what, became in self._all(back=options["back"], verify=options["verify"]):
                counted[became] += 1
                if became in (MISSING, DIFFERENT):
                    self.stderr.write(f"{became}: {what}")
        except StorageAwayError as error:
            self._fail(f"Object storage does not answer: {error}. Run this again later.")
        found = {name: counted[name] for name in (COPIED, THERE, MISSING, DIFFERENT)}
        if options["as_json"]:
            self.stdout.write(json.dumps({"schema": 1, **found}))
        else:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in found.items()))
        if counted[MISSING] or counted[DIFFERENT]:
            raise SystemExit(BAD)

    def _fail(self, message: str) -> None:
        self.stderr.write(message)
        raise SystemExit(ERROR)

    def _all(self, *, back: bool, verify: bool) -> Iterator[tuple[str, str]]:
        folder = FolderStorage(Path(settings.BLOBS_DIR))
        objects = S3Storage(place(), Path(settings.WORK_DIR))
        source, target = (objects, folder) if back else (folder, objects)
        stored = Blob.objects.filter(state=Blob.State.STORED).exclude(sha256=None).order_by("pk")
        for uid, sha256, size in stored.values_list("uid", "sha256", "size").iterator(chunk_size=500):
            yield str(uid), copy_blob(source, target, uid, sha256=sha256 or "", size=size, verify=verify)
        yield from _copy_media(back=back)


def _copy_media(*, back: bool) -> Iterator[tuple[str, str]]:
    """Pictures and documents, by name and size: they have no hash of ours."""
    folder = FileSystemStorage()
    source, target = (default_storage, folder) if back else (folder, default_storage)
    for name in _names(source, ""):
        if target.exists(name) and target.size(name) == source.size(name):
            yield name, THERE
            continue
        with source.open(name) as file:
            target.delete(name)
            target.save(name, File(file))
        yield name, COPIED


def _names(storage: Any, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name:
            yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _names(storage, f"{folder}{name}/")
