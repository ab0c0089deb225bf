"""A second look at a package that plays: what may go wrong on another computer, and what is told to nobody.

Pages, styles and scripts are read within a budget of bytes, files and processor time; what is beyond it stays
unread, and nothing is said then that only holds of the whole. Nothing here refuses a package.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from . import pages, references
from .archive import Member, read_member
from .codes import Finding
from .limits import MB
from .mediatypes import extension, media_type
from .names import candidates, resolve, shown

_PAGES = frozenset({"html", "htm", "xhtml", "xht"})
_SCRIPTS = frozenset({"js", "mjs"})
_PROGRAMS = frozenset({"exe", "msi", "bat", "cmd", "scr", "com", "vbs", "jar", "apk"})

#: What a script that ever reports to the platform cannot do without.
_TALKS = (b"LMSInitialize", b"API_1484_11", b"SetValue")
_BEGINS = re.compile(rb"Initialize\s{0,3}\(")
#: What a script that reports completion says: the data model's own words, or those of wide-spread wrappers.
#: In lower case, looked for as plain words: an expression without regard to case takes thirty times as long.
_COMPLETES = (
    *(b"lesson_status", b"completion_status", b"success_status", b"progress_measure", b"setreachedend"),
    *(b"setpassed", b"setcompleted", b"setcompletionstatus", b"setlessonstatus"),
)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is read at most: bytes in all and of one file, files, seconds of this thread's processor."""

    total_bytes: int = 8 * MB
    member_bytes: int = 2 * MB
    files: int = 500
    seconds: float = 0.1
    picture_bytes: int = 3 * MB
    video_bytes: int = 50 * MB


@dataclass(slots=True)
class _Seen:
    """What was come upon; dictionaries keep the order and drop what comes again."""

    http: dict[str, None] = field(default_factory=dict)
    foreign: dict[str, None] = field(default_factory=dict)
    disk: dict[str, None] = field(default_factory=dict)
    lost: dict[str, None] = field(default_factory=dict)
    scripts: dict[str, None] = field(default_factory=dict)
    case: dict[str, str] = field(default_factory=dict)
    backslash: dict[str, None] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    talks: bool = False
    completes: bool = False
    whole: bool = True


#: So many missing scripts are named in the sentence itself.
_NAMED = 3
#: More of one sort than this is not counted: the message says so many, the list stays readable.
_MOST = 200
#: Addresses of one file that are looked at: the clock is read between files only.
_MOST_REFERENCES = 2000


#: For a look that nobody waits for: all of a package as large as they come.
THOROUGH = Budget(total_bytes=1024 * MB, member_bytes=32 * MB, files=20_000, seconds=120.0)


def examine(
    file: BinaryIO,
    members: Sequence[Member],
    *,
    find: Callable[[str], str | None],
    tracked: bool,
    budget: Budget | None = None,
) -> list[Finding]:
    """Everything worth saying of a package that is not refused. `tracked`: it has parts that report.

    Raises PackageRefused where a member's bytes are not what the directory says.
    """
    return look(file, members, find=find, tracked=tracked, budget=budget)[0]


def look(
    file: BinaryIO,
    members: Sequence[Member],
    *,
    find: Callable[[str], str | None],
    tracked: bool,
    budget: Budget | None = None,
    told: Collection[str] = (),
) -> tuple[list[Finding], bool]:
    """As `examine`, and whether everything was read that can be. `told`: files known to be missing."""
    budget = budget or Budget()
    seen = _Seen()
    _read(file, members, find, seen, budget)
    for path in told:
        seen.scripts.pop(path, None)
        seen.lost.pop(path, None)
    found = _addresses(seen) + (_reports(seen) if tracked else []) + _sizes(members, budget)
    return found, seen.whole


def _order(member: Member) -> tuple[int, int, str]:
    """Pages first, the shallow ones before the deep; then styles, then scripts, the short ones first."""
    last = extension(member.path)
    if last in _PAGES:
        return 0, member.path.count("/"), member.path
    return (1 if last == "css" else 2), member.size, member.path


def _read(
    file: BinaryIO,
    members: Sequence[Member],
    find: Callable[[str], str | None],
    seen: _Seen,
    budget: Budget,
) -> None:
    texts = [member for member in members if extension(member.path) in _PAGES | _SCRIPTS | {"css"}]
    texts.sort(key=_order)
    left = budget.total_bytes
    stop = time.thread_time() + budget.seconds
    for number, member in enumerate(texts):
        if number >= budget.files or left <= 0 or time.thread_time() > stop:
            seen.whole = False
            return
        data = read_member(file, member, at_most=min(budget.member_bytes, left))
        left -= len(data)
        seen.whole &= len(data) == member.size
        _one(member.path, data, find, seen)


def _completes(data: bytes) -> bool:
    lower = data.lower()
    return any(word in lower for word in _COMPLETES)


def _talks(data: bytes) -> bool:
    return any(word in data for word in _TALKS) or _BEGINS.search(data) is not None


def _one(path: str, data: bytes, find: Callable[[str], str | None], seen: _Seen) -> None:
    """Take in one page, style sheet or script."""
    last = extension(path)
    if last != "css":
        seen.completes = seen.completes or _completes(data)
        seen.talks = seen.talks or seen.completes or _talks(data)
    text = pages.decode(data)
    if last in _PAGES:
        found = references.in_page(text)
    elif last == "css":
        found = references.in_style(text)
    else:
        found = references.in_script(text)
    folder = path.rpartition("/")[0]
    for reference in itertools.islice(found, _MOST_REFERENCES):
        if reference.sort == "local":
            _local(reference, folder + "/" if folder else "", last in _PAGES, find, seen)
        elif reference.loads:
            kept: dict[str, None] = getattr(seen, reference.sort)
            if len(kept) < _MOST:
                kept[shown(reference.address)] = None
            if reference.sort == "foreign":
                seen.hosts[references.host(reference.address)] = None


def _local(
    reference: references.Reference, base: str, in_page: bool, find: Callable[[str], str | None], seen: _Seen
) -> None:
    plain = re.split(r"[?#]", reference.address, maxsplit=1)[0]
    path = resolve(base, plain)
    if not path:
        return
    if "\\" in plain and len(seen.backslash) < _MOST:
        seen.backslash[shown(plain)] = None
    spellings = candidates(path)
    there = next((match for spelling in spellings if (match := find(spelling))), None)
    if there is None:
        lost = seen.scripts if extension(path) in _SCRIPTS else seen.lost
        if in_page and reference.loads and extension(path) and len(lost) < _MOST:
            lost[shown(spellings[-1])] = None
    elif there not in spellings and len(seen.case) < _MOST:
        seen.case[shown(spellings[-1])] = shown(there)


def _finding(code: str, paths: Sequence[str], **params: object) -> Finding:
    return Finding(code, {"count": len(paths), **params}, paths[0], tuple(paths))


def _addresses(seen: _Seen) -> list[Finding]:
    found = []
    if seen.disk:
        found.append(_finding("addresses_disk", list(seen.disk)))
    if seen.http:
        found.append(_finding("addresses_http", list(seen.http)))
    if seen.foreign:
        hosts = ", ".join(list(seen.hosts)[:3])
        found.append(_finding("addresses_foreign", list(seen.foreign), hosts=hosts))
    if seen.scripts:
        scripts = list(seen.scripts)
        names = ", ".join(scripts[:_NAMED]) + (" …" if len(scripts) > _NAMED else "")
        found.append(_finding("scripts_lack", scripts, names=names))
    if seen.lost:
        found.append(_finding("pages_lack", list(seen.lost)))
    if seen.case:
        written, there = next(iter(seen.case.items()))
        found.append(
            Finding("names_case", {"count": len(seen.case), "written": written}, there, tuple(seen.case))
        )
    if seen.backslash:
        found.append(_finding("addresses_backslash", list(seen.backslash)))
    return found


def _reports(seen: _Seen) -> list[Finding]:
    """Said only where everything was read: the words may stand in what was not."""
    if not seen.whole or seen.completes:
        return []
    return [Finding("completion_unseen" if seen.talks else "reports_nothing")]


def _sizes(members: Sequence[Member], budget: Budget) -> list[Finding]:
    pictures = [
        member
        for member in members
        if member.size > budget.picture_bytes and media_type(member.path).startswith("image/")
    ]
    videos = [
        member
        for member in members
        if member.size > budget.video_bytes and media_type(member.path).startswith("video/")
    ]
    found = [
        _heavy(code, some) for code, some in (("pictures_heavy", pictures), ("videos_heavy", videos)) if some
    ]
    empty = [shown(member.path) for member in members if not member.size and _matters(member.path)]
    if empty:
        found.append(_finding("files_empty", empty))
    programs = [shown(member.path) for member in members if extension(member.path) in _PROGRAMS]
    if programs:
        found.append(_finding("programs_inside", programs))
    return found


def _heavy(code: str, members: list[Member]) -> Finding:
    ordered = sorted(members, key=lambda member: -member.size)
    size = sum(member.size for member in ordered)
    return _finding(code, [shown(member.path) for member in ordered], size=size // MB)


def _matters(path: str) -> bool:
    return extension(path) in _PAGES or media_type(path).partition("/")[0] in ("image", "audio", "video")
