"""Reading what an H5P exercise says of itself: h5p.json, its libraries' library.json, content.json. Pure.

Source: the H5P file format (h5p.org/documentation/developers/h5p-specification, json-file-definitions).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

H5P = "h5p"
#: The file that makes a package one of H5P, and the exercise's own folder
MAIN, CONTENT = "h5p.json", "content/content.json"

#: A library needs some dozens of others.
_MOST_NEEDS = 500
_MACHINE_NAME = re.compile(r"[A-Za-z][\w.]{0,99}")
#: How the folder of a library is called: its name, usually with its version.
_FOLDER = re.compile(r"[A-Za-z][\w.-]*")
_TAG = re.compile(r"<[^>]*>")
#: What makes a text or a drawing run a program. Bounded everywhere: the text is a stranger's.
_SCRIPTED = re.compile(
    rb"<\s{0,20}(?:[a-z]{1,20}:)?(?:script|foreignobject)\b|<[a-z][^<>]{0,2000}\son[a-z]{3,30}\s{0,20}="
    rb"|javascript\s{0,20}:",
    re.IGNORECASE,
)


class H5pError(ValueError):
    """A description that cannot be followed; `found` says at what."""

    def __init__(self, found: str = "") -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Needed:
    """A library as others name it. `folder` is where an exercise keeps it."""

    name: str
    major: str
    minor: str

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class Exercise:
    """h5p.json: the title without markup, the library that plays it, everything that is loaded with it."""

    title: str
    language: str
    main: str
    needs: tuple[Needed, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """library.json: its name and version, the scripts it is made of, the libraries it needs itself."""

    name: str
    scripts: tuple[str, ...]
    needs: tuple[Needed, ...]


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise H5pError from error
    if not isinstance(value, dict):
        raise H5pError
    return value


def _version(value: Any) -> str:
    """A part of a version: a figure, which some programs write as text."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not re.fullmatch(r"\d{1,6}", str(value))
    ):
        raise H5pError("majorVersion, minorVersion")
    return str(value)


def _needs(value: Any) -> tuple[Needed, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MOST_NEEDS:
        raise H5pError("preloadedDependencies")
    return tuple(_needed(one) for one in value)


def _needed(one: Any) -> Needed:
    name = one.get("machineName") if isinstance(one, dict) else None
    if not isinstance(name, str) or not _MACHINE_NAME.fullmatch(name):
        raise H5pError("machineName")
    return Needed(name, _version(one.get("majorVersion")), _version(one.get("minorVersion")))


def parse_exercise(data: bytes) -> Exercise:
    """Raises H5pError: not JSON, without a main library, or with one that is not loaded."""
    value = _object(data)
    main, title = value.get("mainLibrary"), value.get("title")
    if not isinstance(main, str) or not _MACHINE_NAME.fullmatch(main):
        raise H5pError("mainLibrary")
    needs = _needs(value.get("preloadedDependencies"))
    if main not in {one.name for one in needs}:
        raise H5pError(main)
    language = value.get("language")
    return Exercise(
        title=" ".join(_TAG.sub("", title).split()) if isinstance(title, str) else "",
        language=language if isinstance(language, str) else "",
        main=main,
        needs=needs,
    )


def parse_library(data: bytes) -> Library:
    """Raises H5pError: not JSON, or without name, version or addresses of scripts."""
    value = _object(data)
    own = _needed(value)
    scripts = value.get("preloadedJs") or []
    if not isinstance(scripts, list):
        raise H5pError("preloadedJs")
    paths = [one.get("path") if isinstance(one, dict) else None for one in scripts]
    if not all(isinstance(path, str) and path for path in paths):
        raise H5pError("preloadedJs")
    return Library(own.name, tuple(str(path) for path in paths), _needs(value.get("preloadedDependencies")))


def is_library_folder(name: str) -> bool:
    return _FOLDER.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Content:
    """content.json: the files it names, below its folder, and all its texts under each other."""

    files: tuple[str, ...]
    text: bytes


def parse_content(data: bytes) -> Content:
    """Raises H5pError for what is no JSON object."""
    pending: list[Any] = [_object(data)]
    files: dict[str, None] = {}
    texts: list[str] = []
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and isinstance(value.get("mime"), str) and "://" not in path:
                files[path.removesuffix("#tmp")] = None
            pending += value.values()
    return Content(tuple(files), "\n".join(texts).encode("utf-8", "replace"))


def runs_programs(data: bytes) -> bool:
    """Whether a drawing or a text holds a program: a script, a handler, an address that is one."""
    return _SCRIPTED.search(data) is not None
