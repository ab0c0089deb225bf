"""Whatever comes in, a report comes out."""

from __future__ import annotations

import io
from xml.sax.saxutils import quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repository.packages import index
from repository.packages.check import check_upload
from repository.packages.manifest import parse_manifest
from repository.packages.report import Report

from .builders import SCORM2004, manifest, package, raw_zip

PACKAGE = package({"a/b.js": "let a = 1;" * 20, "a/c.png": b"\x89PNG" + bytes(200)})
MANIFEST = manifest(namespaces=SCORM2004, version="2004 3rd Edition").encode()

often = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def judged(data: bytes, name: str = "a.zip") -> Report:
    report = check_upload(io.BytesIO(data), filename=name)
    for finding in report.findings:
        assert finding.message
    if report.refused:
        assert report.index is None
    return report


@often
@given(st.lists(st.tuples(st.integers(0, len(PACKAGE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(PACKAGE)
    for at, value in changes:
        data[at] = value
    judged(bytes(data))


@often
@given(st.integers(0, len(PACKAGE)), st.integers(0, len(PACKAGE)), st.binary(max_size=64))
def test_pieces_cut_out_and_put_in(start: int, stop: int, between: bytes) -> None:
    judged(PACKAGE[:start] + between + PACKAGE[stop:])


@often
@given(st.binary(max_size=400), st.sampled_from(["a.zip", "a.pdf", "a.png", "a.h5p", ""]))
def test_noise(data: bytes, name: str) -> None:
    judged(data, name)
    judged(b"PK\x03\x04" + data + b"PK\x05\x06" + data, name)


@often
@given(
    st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=30)), max_size=5),
    st.sampled_from([0, 0x800]),
)
def test_any_names(entries: list[tuple[bytes, bytes]], flags: int) -> None:
    page = [(b"index.html", b"<p>x</p>")]
    report = judged(raw_zip(page + entries, flags=flags))
    if report.index is not None:
        for path in report.index.paths:
            assert not path.startswith("/")
            assert ".." not in path.split("/")
            assert "\0" not in path
        assert index.load(index.dump(report.index)).paths == list(report.index.paths)


@often
@given(st.binary(max_size=300), st.integers(0, len(MANIFEST)), st.integers(0, len(MANIFEST)))
def test_any_manifest(noise: bytes, start: int, stop: int) -> None:
    for data in (noise, MANIFEST[:start] + noise + MANIFEST[stop:]):
        try:
            found = parse_manifest(data)
        except ValueError:
            continue
        assert isinstance(found.kind, str)
        judged(
            package(before="") if not data else raw_zip([(b"imsmanifest.xml", data), (b"index.html", b"<p>")])
        )


@often
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_the_places_that_count(href: str, base: str, parameters: str) -> None:
    href, base, parameters = (
        quoteattr("".join(character for character in text if character.isprintable()))
        for text in (href, base, parameters)
    )
    items = f'<item identifier="i" identifierref="r" parameters={parameters}><title>x</title></item>'
    resources = (
        f'<resource identifier="r" adlcp:scormtype="sco" href={href} xml:base={base}>'
        f"<file href={base}/></resource>"
    )
    judged(package(items=items, resources=resources))
