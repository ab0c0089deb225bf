"""Says of packages and files what the upload screen would say, and writes nothing."""

from __future__ import annotations

import hashlib
import json
import re
import time
from io import BufferedReader
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from repository.packages.check import check_upload
from repository.packages.limits import MB, Limits
from repository.packages.report import Report

GOOD, BAD, ERROR = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Judges packages, PDF and pictures as an upload would, without storing anything. "
        "Exit 0: all can be used; 1: one is refused; 2: one cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON line a file")

    def handle(self, *args: Any, files: list[str], as_json: bool, **options: Any) -> None:
        limits = Limits.from_settings(settings)
        code = GOOD
        for name in files:
            try:
                result = judge(Path(name), limits)
            except OSError as error:
                self.stderr.write(f"{name}: {error.strerror or error}")
                code = ERROR
                continue
            if result["verdict"] == "refused":
                code = max(code, BAD)
            self.stdout.write(json.dumps(result, ensure_ascii=False) if as_json else as_text(result))
        if code:
            raise SystemExit(code)


def judge(path: Path, limits: Limits) -> dict[str, Any]:
    """The command's answer for one file. Raises OSError where it cannot be read.

    `seconds` is the wall clock of hashing and judging, `peak_mb` the most memory this process has had.
    """
    started = time.perf_counter()
    with path.open("rb") as file:
        sha256 = digest(file)
        report = check_upload(file, filename=path.name, limits=limits)
    seconds = time.perf_counter() - started
    return {
        "schema": 1,
        "file": str(path),
        "sha256": sha256,
        **as_dict(report),
        "seconds": round(seconds, 3),
        "peak_mb": round(peak_bytes() / 1024 / 1024, 1),
    }


def peak_bytes() -> int:
    """The most memory this program has had, in bytes; 0 where the system does not tell.

    Not getrusage(): what that tells of a program begins with the memory of the process that started it.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def as_dict(report: Report) -> dict[str, Any]:
    """A report as plain data, its sentences in the active language."""
    return {
        "kind": report.kind,
        "edition": report.edition,
        "tool": report.tool,
        "title": report.title,
        "verdict": report.verdict,
        "codes": [
            {
                "code": finding.code,
                "class": finding.reason,
                "severity": finding.severity,
                "path": finding.path,
                "message": finding.message,
            }
            for finding in report.findings
        ],
        "items": [
            {
                "id": item.identifier,
                "title": item.title,
                "launch": item.launch,
                "scorm_type": item.scorm_type,
            }
            for item in report.items
        ],
        "launch": report.launch,
        "files": report.files,
        "unpacked_bytes": report.unpacked_bytes,
        "repaired": report.repaired,
    }


def as_text(result: dict[str, Any]) -> str:
    """What a person reads in a terminal."""
    verdict = {"accepted": _("accepted"), "warned": _("accepted with remarks"), "refused": _("refused")}
    kind = " ".join(part for part in (result["kind"], result["edition"], result["tool"]) if part)
    size = result["unpacked_bytes"] / MB
    head = f"{result['file']}: {verdict[result['verdict']]} – {kind or '?'}, {result['files']}, {size:.1f} MB"
    lines = [f"  [{code['code']}] {code['message']}" for code in result["codes"]]
    return "\n".join([head, *lines])
