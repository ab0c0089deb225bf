"""Static files gathered under names that change with their content: packed once, kept by browsers."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "gathered-from.txt"


class GatheredFiles(CompressedManifestStaticFilesStorage):
    """Our modules find each other under the new names; other people's scripts stay as they are."""

    patterns = (
        CompressedManifestStaticFilesStorage.patterns[0],
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
    # A file that somebody else's template names and nobody ships must not take the page down.
    manifest_strict = False


def fingerprint() -> str:
    """Changes when a source file changes, appears or goes: its name, size and time."""
    total = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            status = Path(storage.path(path)).stat()
            total.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def gather_if_changed() -> bool:
    """Brings ``STATIC_ROOT`` up to date; whether anything had to be done.

    Older names stay: a page opened before still finds its files.
    """
    stamp = Path(settings.STATIC_ROOT) / STAMP
    value = fingerprint()
    if stamp.is_file() and stamp.read_text() == value:
        return False
    command = Command()
    command.storage = GatheredFiles(location=str(settings.STATIC_ROOT))
    call_command(command, interactive=False, verbosity=0, skip_checks=True)
    stamp.write_text(value)
    return True
