"""What is fuzzed: each target takes any bytes and raises only where something is wrong with us."""

from __future__ import annotations

import contextlib
import io
import json
import time
import zlib
from collections.abc import Callable
from uuid import UUID

from courses.runtime import followed
from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.refusals import StatementRefused
from courses.runtime.cmi5.statements import Facts, SoFar, judge
from courses.runtime.ranges import MOST_SPEED, covered
from courses.training.cartridges import plan_of
from courses.training.prose import clean_blocks
from repository.packages import h5p, index, pages
from repository.packages.archive import read_archive
from repository.packages.cartridge import read_cartridge, read_questions
from repository.packages.check import check_package, check_upload
from repository.packages.cmi5 import parse_structure
from repository.packages.codes import CODES, PackageRefused
from repository.packages.index import build
from repository.packages.limits import Limits
from repository.packages.manifest import LONGEST_ADDRESS, MOST_ITEMS, parse_manifest
from repository.packages.names import candidates, clean_path, decode_name, fold, is_litter, resolve, shown
from repository.packages.verify import verify
from tests.repository.packages import hostile
from tests.repository.packages.builders import SCORM2004, manifest, package, raw_zip
from tests.repository.packages.test_cmi5 import structure as course_structure

#: So that a bomb that gets through ends the run instead of the machine.
LIMITS = Limits(unpacked_bytes=32 * 1024 * 1024, package_bytes=8 * 1024 * 1024)
#: Processor seconds that nothing of a fuzzer's size may take.
MOST_SECONDS = 3


class TooSlowError(AssertionError):
    """The answer came, but far too late."""


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return not path.startswith("/") and ".." not in parts and "" not in parts[:-1] and "\0" not in path


def archive(data: bytes) -> None:
    """The directory and headers of a zip, every member inflated, the index of what is there."""
    try:
        found = read_archive(io.BytesIO(data), limits=LIMITS)
        verify(found)
    except PackageRefused as refusal:
        assert refusal.finding.code in CODES
        return
    assert all(_is_safe(member.path) for member in found.members)
    assert found.unpacked_bytes <= LIMITS.unpacked_bytes
    again = index.load(index.dump(build(found.members)))
    assert all(again.find(member.path) is not None for member in found.members)


def upload(data: bytes) -> None:
    """The whole judgement of an upload."""
    report = check_upload(io.BytesIO(data), filename="bài.zip", limits=LIMITS)
    assert (report.index is None) or not report.refused
    assert all(finding.code in CODES for finding in report.findings)


def imsmanifest(data: bytes) -> None:
    """A manifest by itself, then as a package's."""
    try:
        found = parse_manifest(data)
    except ValueError:
        return
    assert isinstance(found.kind + found.edition + found.title, str)
    assert len(found.items) <= MOST_ITEMS
    assert all(len(item.href) <= LONGEST_ADDRESS for item in found.items)
    file = io.BytesIO(raw_zip([(b"imsmanifest.xml", data), (b"index.html", b"<p>x</p>")]))
    report = check_package(file, filename="a.zip", limits=LIMITS)
    if not report.refused:
        assert report.index is not None
        assert all(report.index.find(item.path) for item in report.items if item.path)


def names(data: bytes) -> None:
    """A name of an archive: flags, a length, its bytes, an extra field."""
    flags, cut = (data[0] & 1) * 0x800 if data else 0, data[1] if len(data) > 1 else 0
    raw, extra = data[2 : 2 + cut], data[2 + cut :]
    try:
        name = decode_name(raw, flags, extra).text
    except ValueError:
        return  # an extra field that runs over its end, which the archive refuses by its own code
    assert shown(name).isprintable()
    is_litter(name)
    for spelling in candidates(name):
        fold(spelling)
    target = resolve("bài/", name)
    assert target is None or _is_safe(target.replace("\0", "x"))
    try:
        path = clean_path(name, longest=LIMITS.path_chars)
    except PackageRefused:
        return
    assert _is_safe(path)
    assert clean_path(path, longest=LIMITS.path_chars) == path


def document(data: bytes) -> None:
    """An index document (before it is compressed), of which every fault must be a ValueError."""
    try:
        found = index.load(zlib.compress(data, 1))
    except ValueError:
        return
    for path in found.paths:
        assert found.find(path) is not None


def page(data: bytes) -> None:
    """A launch page, as a rough reading of HTML."""
    text = pages.decode(data)
    found = pages.read_page(text)
    there, missing = pages.local_files("a/b.html", found.scripts + found.frames + found.links, lambda _: None)
    assert not there
    assert all(_is_safe(path) for path in missing)


def _small_index() -> index.Index:
    return index.build(read_archive(io.BytesIO(package({"a/b.js": "x"})), limits=LIMITS).members)


#: A cartridge of one part of each sort; a fuzzed member is all of them.
CARTRIDGE = manifest(
    namespaces='xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"',
    items='<item identifier="s"><title>s</title>'
    + "".join(
        f'<item identifier="i{kind}" identifierref="{kind}"><title>{kind}</title></item>' for kind in "qltp"
    )
    + "</item>",
    resources='<resource identifier="q" type="imsqti_xmlv1p2" href="q.xml"/>'
    '<resource identifier="l" type="imswl_xmlv1p1" href="l.xml"/>'
    '<resource identifier="t" type="imsdt_xmlv1p1" href="t.xml"/>'
    '<resource identifier="p" type="webcontent" href="p.html"/>',
).encode()
FACTS = Facts(account=("https://a", "b"), registration="c", session="d", activity="https://e", mastery=0.5)
STATEMENT = {
    "id": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    "actor": {"account": {"homePage": "https://a", "name": "b"}},
    "verb": {"id": words.PASSED},
    "object": {"id": "https://e"},
    "result": {"success": True, "score": {"scaled": 0.7}, "duration": "PT1S"},
    "context": {
        "registration": "c",
        "contextActivities": {"category": [{"id": words.CATEGORY}]},
        "extensions": {words.SESSION_ID: "d"},
    },
}

#: h5p.json and library.json in one, so that each reader gets far
EXERCISE = {
    "title": "a",
    "mainLibrary": "H5P.A",
    "machineName": "H5P.A",
    "majorVersion": 1,
    "minorVersion": "0",
    "preloadedJs": [{"path": "a.js"}],
    "preloadedDependencies": [{"machineName": "H5P.A", "majorVersion": 1, "minorVersion": 0}],
}

#: What each begins with; the fuzzer changes it.
SEEDS: dict[str, list[bytes]] = {
    "archive": [
        package({"a/b.js": "let a = 1;" * 20}),
        hostile.quine(),
        hostile.overlapping(3),
        hostile.symlink(),
    ],
    "upload": [
        package(),
        hostile.vietnamese_names(),
        b"%PDF-1.7\n%%EOF",
        b"\x89PNG\r\n\x1a\n",
        b"OggS",
        b"ID3",
    ],
    "imsmanifest": [
        manifest().encode(),
        manifest(namespaces=SCORM2004, version="2004 4th Edition").encode(),
        manifest(before="").encode("utf-16"),
    ],
    "names": [b"\0\x05b\xc3\xa0i.", b"\1\x09../../etc", "\0\x20Hình\\Tam giác.png".encode()],
    "document": [zlib.decompress(index.dump(_small_index()))],
    "page": [
        b"<!doctype html><script src='a.js'></script><iframe src='../b.html?x#y'></iframe><a href='c.htm'>c"
    ],
    "structure": [course_structure().encode()],
    "cartridge": [
        b"<html><body><h2>a</h2><p>b <b>c</b><ul><li>d</ul><img src='p.html'><blockquote>e</blockquote>",
        b'<questestinterop><assessment ident="a" title="b"><item ident="c"/></assessment></questestinterop>',
        b'<webLink><title>a</title><url href="https://a.example/"/></webLink>',
        b"<topic><title>a</title><text texttype='text/html'>&lt;p&gt;b&lt;/p&gt;</text></topic>",
    ],
    "statement": [json.dumps(STATEMENT).encode()],
    "exercise": [
        json.dumps(EXERCISE).encode(),
        b'{"text": "<p onclick=1>a</p>", "a": {"path": "b", "mime": "c"}}',
    ],
    "played": [b'{"location": "3.5", "duration": 9, "ranges": [[0, 3.5], [5, 9], [8, 1e6]]}'],
}


def structure(data: bytes) -> None:
    """A cmi5 course structure by itself, then as a package's."""
    try:
        found = parse_structure(data)
    except ValueError:
        return
    assert len({entry.identifier for entry in found.entries}) == len(found.entries) <= MOST_ITEMS
    file = io.BytesIO(raw_zip([(b"cmi5.xml", data), (b"index.html", b"<p>x</p>")]))
    report = check_package(file, filename="a.zip", limits=LIMITS)
    if not report.refused:
        assert report.index is not None
        assert report.index.find(report.items[0].path or report.launch.partition("?")[0]) is not None


def cartridge(data: bytes) -> None:
    """A member of a cartridge: as questions, link, topic and page at once."""
    read_questions(data)
    names = ("imsmanifest.xml", "q.xml", "l.xml", "t.xml", "p.html")
    members = dict.fromkeys(names, data) | {"imsmanifest.xml": CARTRIDGE}
    found = read_cartridge(
        parse_manifest(CARTRIDGE),
        base="",
        find=lambda path: path if path in members else None,
        read=lambda path, most: members[path][:most],
    )
    assert len(found.parts) <= 5
    planned = plan_of(
        found,
        version=UUID(int=1),
        base="",
        find=lambda path: path if path in members else None,
        read=lambda path, most: members[path][:most],
    )
    for section in planned.sections:
        for one in section.pages:
            clean_blocks(one.blocks)


def statement(data: bytes) -> None:
    """What a cmi5 unit may send, judged."""
    try:
        sent = json.loads(data)
        judge(sent, FACTS, SoFar(initialized=True))
    except (ValueError, RecursionError, StatementRefused):
        return


def exercise(data: bytes) -> None:
    """The descriptions of an H5P exercise, one by one, then all of a package."""
    for parse in (h5p.parse_exercise, h5p.parse_library, h5p.parse_content):
        with contextlib.suppress(h5p.H5pError):
            parse(data)
    h5p.runs_programs(data)
    names = (b"h5p.json", b"H5P.A-1.0/library.json", b"content/content.json")
    report = check_package(
        io.BytesIO(raw_zip([*((name, data) for name in names), (b"H5P.A-1.0/a.js", b"1")])),
        filename="a.h5p",
        limits=LIMITS,
    )
    assert report.refused or report.index is not None


def played(data: bytes) -> None:
    """What a player says that it has played, added to nothing and to itself."""
    try:
        sent = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(sent, dict):
        return
    once = followed.add_up(followed.Played(), followed.played(sent), open_for=30)
    assert 0 <= once.share <= 1
    assert covered(once.ranges) <= 30 * MOST_SPEED + 1 + len(once.ranges) / 2
    again = followed.played_in(json.dumps({"cmi": once.as_cmi()}))
    assert abs(again.share - once.share) < 0.05


TARGETS: dict[str, Callable[[bytes], None]] = {
    "archive": archive,
    "upload": upload,
    "imsmanifest": imsmanifest,
    "names": names,
    "document": document,
    "page": page,
    "structure": structure,
    "cartridge": cartridge,
    "statement": statement,
    "exercise": exercise,
    "played": played,
}


def run(name: str, data: bytes) -> None:
    """One input for one target; raises where it fails or takes too long."""
    started = time.process_time()
    TARGETS[name](data)
    took = time.process_time() - started
    if took > MOST_SECONDS:
        raise TooSlowError(f"{name}: {took:.1f} s for {len(data)} bytes")
