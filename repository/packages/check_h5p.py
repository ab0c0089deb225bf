"""Judging an H5P exercise: its description, the libraries it brings, programs that do not belong in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from . import h5p
from .codes import PackageRefused
from .limits import MB, Limits
from .mediatypes import extension
from .names import candidates, resolve, shown
from .report import Report

#: Drawings of the exercise that are read, and how much of each
_MOST_DRAWINGS, _DRAWING_BYTES = 200, 1 * MB
#: An exercise has some dozens of libraries.
_MOST_LIBRARIES = 500
_LIBRARY_BYTES = 1 * MB


class Package(Protocol):
    """What is asked of the run over an archive (`check`)."""

    report: Report
    limits: Limits
    paths: list[str]

    def find(self, path: str) -> str | None: ...
    def size_of(self, path: str) -> int: ...
    def read(self, path: str, at_most: int = ...) -> bytes: ...
    def note(self, code: str, paths: Sequence[str], **params: object) -> None: ...


def take_h5p(package: Package) -> None:
    """Write into the report what the exercise says of itself. Raises `PackageRefused`."""
    report = package.report
    path = min(
        (one for one in package.paths if one.rpartition("/")[2] == h5p.MAIN),
        key=lambda one: (one.count("/"), one),
    )
    report.tool = "H5P"
    report.manifest = report.launch = path
    report.base = path.rpartition("/")[0] + "/" if "/" in path else ""
    try:
        exercise = h5p.parse_exercise(_read(package, path))
    except h5p.H5pError as error:
        raise _unreadable(path, error) from None
    report.title = exercise.title[:300]
    if report.base:
        package.note("manifest_not_at_root", [report.base.rstrip("/")])
    _check_folders(package)
    _check_libraries(package, exercise)
    _check_content(package)


def _unreadable(path: str, error: h5p.H5pError) -> PackageRefused:
    if error.found:
        return PackageRefused("h5p_incomplete", path, found=shown(error.found))
    return PackageRefused("h5p_unreadable", path)


def _read(package: Package, path: str, *, limit: int = 0) -> bytes:
    limit = limit or package.limits.manifest_bytes
    size = package.size_of(path)
    if size > limit:
        raise PackageRefused("manifest_too_large", path, size=size // MB, limit=limit // MB)
    return package.read(path, at_most=limit)


def _check_folders(package: Package) -> None:
    """Every folder that claims to be a library must be called like one."""
    base = package.report.base
    for path in package.paths:
        folder, _, rest = path.removeprefix(base).partition("/")
        if rest == "library.json" and not h5p.is_library_folder(folder):
            raise PackageRefused("h5p_incomplete", path, found=shown(folder))


def _check_libraries(package: Package, exercise: h5p.Exercise) -> None:
    """All that is loaded with the exercise is there: the libraries, theirs, the scripts of each."""
    base = package.report.base
    versioned = _folder_of(package, exercise.needs[0], versioned=True) is not None
    wanted = list(dict.fromkeys(exercise.needs))
    known = set(wanted)
    lost: list[str] = []
    for needed in wanted:  # which grows by what each of them needs
        path = _folder_of(package, needed, versioned=versioned)
        if path is None:
            lost.append(needed.folder)
            continue
        try:
            library = h5p.parse_library(_read(package, path, limit=_LIBRARY_BYTES))
        except h5p.H5pError as error:
            raise _unreadable(path, error) from None
        folder = path.removeprefix(base).partition("/")[0]
        for script in library.scripts:
            target = resolve(f"{base}{folder}/", script)
            if not target or not any(package.find(spelling) for spelling in candidates(target)):
                raise PackageRefused("h5p_incomplete", path, found=shown(script))
        for one in library.needs:
            if one not in known and len(known) < _MOST_LIBRARIES:
                known.add(one)
                wanted.append(one)
    if lost:
        package.note("h5p_libraries_missing", lost)


def _folder_of(package: Package, needed: h5p.Needed, *, versioned: bool) -> str | None:
    """The library.json of a library: folders carry the version, or all of them do not."""
    folder = needed.folder if versioned else needed.name
    return package.find(f"{package.report.base}{folder}/library.json")


def _check_content(package: Package) -> None:
    base = package.report.base
    path = package.find(base + h5p.CONTENT)
    if path is None:
        raise PackageRefused("h5p_incomplete", package.report.manifest, found=h5p.CONTENT)
    try:
        content = h5p.parse_content(_read(package, path))
    except h5p.H5pError as error:
        raise _unreadable(path, error) from None
    folder = path.rpartition("/")[0] + "/"
    found = [resolve(folder, one) for one in content.files]
    lost = [one for one in found if one and not any(map(package.find, candidates(one)))]
    if lost:
        package.note("pages_lack", lost)
    drawings = [one for one in package.paths if one.startswith(folder) and extension(one) == "svg"]
    scripted = [path] if h5p.runs_programs(content.text) else []
    scripted += [
        one
        for one in drawings[:_MOST_DRAWINGS]
        if h5p.runs_programs(package.read(one, at_most=_DRAWING_BYTES))
    ]
    if scripted:
        package.note("markup_scripted", scripted)
