"""Signed addresses of parts: against published and botocore's signatures, and against a real server."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore.config import Config

from repository.storage import presign
from repository.storage.place import Place
from repository.storage.presign import presign_part
from tests.services import Bucket, client_of

MB = 1024 * 1024
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PLACE = Place("https://kho.example.vn", "hoc-lieu", "nguoi-ki", "rat-bi-mat", "us-east-1")


# The signature


def test_the_example_of_the_documentation_of_s3() -> None:
    where = Place(
        "https://s3.amazonaws.com",
        "examplebucket",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "us-east-1",
    )
    url = presign.presign(
        where,
        method="GET",
        scheme="https",
        path="/test.txt",
        query={},
        headers={"host": "examplebucket.s3.amazonaws.com"},
        at=datetime(2013, 5, 24, tzinfo=UTC),
        seconds=86400,
    )
    assert url.endswith("=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


@pytest.mark.parametrize("endpoint", ["https://kho.example.vn", "http://127.0.0.1:18070", "http://[::1]:9"])
@pytest.mark.parametrize("multipart", ["abc-1", "x/y+z=~ é&?"])
def test_botocore_signs_the_same(endpoint: str, multipart: str) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=PLACE.access_key,
        aws_secret_access_key=PLACE.secret_key,
        region_name=PLACE.region,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
        ),
    )
    theirs = client.generate_presigned_url(
        "upload_part",
        Params={
            "Bucket": PLACE.bucket,
            "Key": "incoming/a b+é",
            "UploadId": multipart,
            "PartNumber": 12,
            "ContentLength": 8 * MB,
        },
        ExpiresIn=900,
    )
    client.close()
    asked = dict(parse_qsl(urlsplit(theirs).query))
    ours = presign_part(
        replace(PLACE, endpoint=endpoint),
        key="incoming/a b+é",
        multipart=multipart,
        number=12,
        length=8 * MB,
        at=datetime.strptime(asked["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        seconds=900,
    )
    assert dict(parse_qsl(urlsplit(ours).query)) == asked
    assert ours.partition("?")[0] == theirs.partition("?")[0]


def test_length_and_host_are_signed_and_no_secret_is_shown() -> None:
    url = presign_part(PLACE, key="incoming/a", multipart="m", number=1, length=5, at=NOW, seconds=60)
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked["X-Amz-SignedHeaders"] == "content-length;host"
    assert asked["X-Amz-Expires"] == "60"
    assert PLACE.secret_key not in url
    longer = presign_part(PLACE, key="incoming/a", multipart="m", number=1, length=6, at=NOW, seconds=60)
    assert longer != url


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_no_address_outlives_an_hour(seconds: int) -> None:
    with pytest.raises(ValueError, match="3600"):
        presign_part(PLACE, key="k", multipart="m", number=1, length=5, at=NOW, seconds=seconds)


# Parts


def test_a_file_is_divided_into_parts_that_s3_takes() -> None:
    assert presign.part_bytes(20 * MB, 8 * MB) == 8 * MB
    assert presign.part_bytes(20 * MB, 1 * MB) == presign.LEAST_PART
    huge = 200 * 1024 * MB
    part = presign.part_bytes(huge, 8 * MB)
    assert part % MB == 0
    assert presign.part_count(huge, part) <= presign.MOST_PARTS
    assert presign.part_count(huge, part - MB) > presign.MOST_PARTS


def test_the_lengths_of_all_parts_are_the_file() -> None:
    for size in (1, 8 * MB - 1, 8 * MB, 8 * MB + 1, 21 * MB + 5):
        count = presign.part_count(size, 8 * MB)
        lengths = [presign.part_length(n, size=size, part=8 * MB) for n in range(1, count + 1)]
        assert sum(lengths) == size
        assert min(lengths) > 0
        for number in (0, -1, count + 1):
            with pytest.raises(ValueError, match="no part"):
                presign.part_length(number, size=size, part=8 * MB)


# The server's verdict


class Room:
    """A multipart upload in a real bucket, and addresses of its parts."""

    def __init__(self, s3: Bucket, client: Any) -> None:
        self.where = Place(s3.endpoint, s3.bucket, s3.access_key, s3.secret_key, s3.region)
        self.client = client
        made = self.client.create_multipart_upload(Bucket=s3.bucket, Key="incoming/hers")
        self.multipart = made["UploadId"]

    def url(self, **more) -> str:
        facts = {
            "key": "incoming/hers",
            "multipart": self.multipart,
            "number": 1,
            "length": 10,
            "at": datetime.now(UTC),
            "seconds": 300,
        }
        return presign_part(self.where, **{**facts, **more})

    def parts(self) -> list[int]:
        listed = self.client.list_parts(
            Bucket=self.where.bucket, Key="incoming/hers", UploadId=self.multipart
        )
        return [part["Size"] for part in listed.get("Parts", [])]


@pytest.fixture(scope="module")
def room(s3) -> Iterator[Room]:
    with client_of(s3) as client:
        yield Room(s3, client)


def put(url: str, body: bytes, method: str = "PUT") -> int:
    request = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


@pytest.mark.service
class TestTheServer:
    def test_takes_the_part_that_was_signed(self, room: Room) -> None:
        assert put(room.url(), b"0123456789") == 200
        assert room.parts() == [10]

    @pytest.mark.parametrize("body", [b"012345678", b"0123456789+", b""])
    def test_refuses_another_length(self, room: Room, body: bytes) -> None:
        before = room.parts()
        assert put(room.url(number=2), body) in (400, 403)
        assert room.parts() == before

    def test_refuses_a_tampered_signature(self, room: Room) -> None:
        url = room.url()
        other = url[:-1] + ("0" if url[-1] != "0" else "1")
        assert put(other, b"0123456789") == 403

    @pytest.mark.parametrize(
        ("what", "becomes"),
        [
            ("incoming/hers", "incoming/anothers"),
            ("incoming/hers", "blobs/ab/finished"),
            ("partNumber=1", "partNumber=2"),
            ("X-Amz-Expires=300", "X-Amz-Expires=3000"),
            ("content-length%3Bhost", "host"),
        ],
    )
    def test_refuses_what_was_not_signed(self, room: Room, what: str, becomes: str) -> None:
        url = room.url()
        assert what in url
        assert put(url.replace(what, becomes), b"0123456789") in (400, 403)

    def test_refuses_an_address_that_has_expired(self, room: Room) -> None:
        assert put(room.url(at=datetime.now(UTC) - timedelta(seconds=301)), b"0123456789") == 403

    @pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
    def test_refuses_another_verb(self, room: Room, method: str) -> None:
        assert put(room.url(), b"0123456789", method) in (400, 403, 405)

    def test_refuses_another_key_pair(self, room: Room) -> None:
        own, room.where = room.where, replace(room.where, secret_key="guessed")
        try:
            assert put(room.url(), b"0123456789") == 403
        finally:
            room.where = own
