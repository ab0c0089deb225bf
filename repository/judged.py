"""Reports of files that this process has judged: a moment later the same bytes need no second reading.

A teacher sees the report on a file that has arrived, then saves it. Blobs never change once they are stored.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from repository.packages.check import check_upload
from repository.packages.limits import Limits
from repository.packages.passing import Seen
from repository.packages.report import Report

#: Seconds that a report is remembered, how many, and of how many files together (about 500 bytes each).
SECONDS = 900
MOST = 16
MOST_FILES = 40_000

#: Files that came in here and are not judged yet: what their members' bytes were.
MOST_SEEN = 4

_Key = tuple[UUID, str, Limits]
_reports: OrderedDict[_Key, tuple[float, Report]] = OrderedDict()
_seen: OrderedDict[UUID, Seen] = OrderedDict()
_lock = threading.Lock()


def note_seen(uid: UUID, seen: Seen) -> None:
    """For the judgement of the stored blob ``uid``, all of whose bytes were seen while they came in."""
    with _lock:
        _seen[uid] = seen
        while len(_seen) > MOST_SEEN:
            _seen.popitem(last=False)


def report_on(uid: UUID, file: BinaryIO, filename: str) -> Report:
    """The judgement of the stored blob ``uid``, which ``file`` reads. Nobody may change it."""
    key = (uid, filename, Limits.from_settings(settings))
    with _lock:
        until, report = _reports.pop(key, (0.0, None))
        seen = _seen.pop(uid, None)
    if report is None or until < time.monotonic():
        report = check_upload(file, filename=filename, limits=key[2], seen=seen)
    with _lock:
        _reports[key] = (time.monotonic() + SECONDS, report)
        files = sum(one.files for _until, one in _reports.values())
        while len(_reports) > 1 and (len(_reports) > MOST or files > MOST_FILES):
            files -= _reports.popitem(last=False)[1][1].files
    return report


def forget() -> None:
    """Drop everything remembered (tests)."""
    with _lock:
        _reports.clear()
        _seen.clear()
