"""Ranges and conditions, clause by clause of RFC 9110."""

from __future__ import annotations

import pytest

from repository.content.ranges import (
    ByteRange,
    UnsatisfiableRangeError,
    accepts_gzip,
    matches,
    requested_range,
)

ETAG = '"1f-64-id"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-1000", (90, 100)),
        ("Bytes = 5 - 9", (5, 10)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-5", None),
        ("bytes=a-b", None),
        ("bytes", None),
    ],
)
def test_ranges_of_a_hundred_bytes(header: str | None, expected: tuple[int, int] | None) -> None:
    found = requested_range(header, None, ETAG, 100)
    assert found == (ByteRange(*expected) if expected else None)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("bytes=0-", (0, 30)), ("bytes=80-", (80, 100)), ("bytes=0-99", (0, 100)), ("bytes=-50", (50, 100))],
)
def test_only_a_range_without_an_end_is_cut(header: str, expected: tuple[int, int]) -> None:
    assert requested_range(header, None, ETAG, 100, piece=30) == ByteRange(*expected)


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"])
def test_beyond_the_end(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        requested_range(header, None, ETAG, 100)


def test_nothing_to_send_a_range_of() -> None:
    for header in ("bytes=0-", "bytes=-5"):
        with pytest.raises(UnsatisfiableRangeError):
            requested_range(header, None, ETAG, 0)


@pytest.mark.parametrize(
    ("if_range", "partial"),
    [
        (ETAG, True),
        (f" {ETAG} ", True),
        (f"W/{ETAG}", False),
        ('"other"', False),
        ("Sun, 22 Nov 2026 10:00:00 GMT", False),
    ],
)
def test_if_range_needs_the_strong_etag(if_range: str, partial: bool) -> None:
    assert (requested_range("bytes=0-9", if_range, ETAG, 100) is not None) == partial


def test_content_range_is_inclusive() -> None:
    assert ByteRange(0, 10).content_range(100) == "bytes 0-9/100"
    assert ByteRange(0, 10).length == 10


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        (ETAG, True),
        (f"W/{ETAG}", True),
        (f'"x", {ETAG}', True),
        ("*", True),
        ('"1f-64-gz"', False),
    ],
)
def test_if_none_match(header: str | None, expected: bool) -> None:
    assert matches(header, ETAG) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*", True),
        ("identity", False),
        ("br, xgzip", False),
        ("gzip;q=nonsense..", False),
        ("", False),
        (None, False),
    ],
)
def test_accept_encoding(header: str | None, expected: bool) -> None:
    assert accepts_gzip(header) == expected
