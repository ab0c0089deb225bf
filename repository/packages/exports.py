"""Of a refused package: what exactly its author has to export again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from . import contents
from .codes import Finding
from .names import fold, shown
from .report import Report

#: More missing folders than this are not told apart.
_MOST_FOLDERS = 5


def what_again(report: Report, paths: Sequence[str]) -> list[Finding]:
    """Findings that belong beside those that refuse: slides made of Flash, folders left out, a page that was
    moved. Each only beside a refusal of its own class, so that no reason is added."""
    codes = {finding.code: finding for finding in report.findings}
    found = []
    if "flash_only" in codes:
        found += _slides(paths)
    if missing := codes.get("launch_missing"):
        found += _moved(missing.path, paths)
    if ("launch_missing" in codes or "launch_incomplete" in codes) and "files_missing" in codes:
        found += _folders(codes["files_missing"].paths, paths)
    return found


def _slides(paths: Sequence[str]) -> list[Finding]:
    numbered: dict[int, str] = {}
    for path in paths:
        number = contents.slide_number(path) if path.lower().endswith(".swf") else None
        if number is not None:
            numbered.setdefault(number, path)
    if not numbered:
        return []
    slides = [shown(numbered[number]) for number in sorted(numbered)]
    params = {"count": len(slides), "last": slides[-1].rpartition("/")[2]}
    return [Finding("slides_flash", params, slides[0], tuple(slides))]


def _moved(missing: str, paths: Sequence[str]) -> list[Finding]:
    name = fold(missing.replace("\\", "/").rpartition("/")[2])
    there = next((path for path in paths if fold(path.rpartition("/")[2]) == name), None)
    if not name or there is None:
        return []
    return [Finding("launch_elsewhere", {"missing": missing}, shown(there))]


def _folders(missing: Sequence[str], paths: Sequence[str]) -> list[Finding]:
    """Folders of which nothing at all is there, those with the most files first."""
    there = {fold(path.partition("/")[0]) for path in paths if "/" in path}
    lost: dict[str, list[str]] = {}
    for path in missing:
        folder, slash, _rest = path.partition("/")
        if slash and fold(folder) not in there:
            lost.setdefault(folder, []).append(path)
    ordered = sorted(lost.items(), key=lambda pair: -len(pair[1]))[:_MOST_FOLDERS]
    return [
        Finding(
            "missing_folder",
            {"count": len(files), **asdict(contents.count(files))},
            shown(folder) + "/",
            tuple(files),
        )
        for folder, files in ordered
    ]
