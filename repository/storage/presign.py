"""Addresses with which a browser may put one part of a file into object storage, and nothing else.

AWS Signature Version 4 in the query string. Pure: no client, no clock, no network. The length of the
part is among the signed headers, for a server lets any size through that was not signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from repository.storage.place import Place

#: No address outlives an hour, whatever is asked for.
MOST_SECONDS = 3600
#: What S3 allows in one file, and the least size of all its parts but the last.
MOST_PARTS = 10_000
LEAST_PART = 5 * 1024 * 1024
_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "s3"


def part_bytes(size: int, wanted: int) -> int:
    """Bytes of each part but the last: ``wanted``, or more where a file would have too many parts."""
    mega = 1024 * 1024
    needed = -(-size // MOST_PARTS)
    return max(wanted, LEAST_PART, -(-needed // mega) * mega)


def part_count(size: int, part: int) -> int:
    """How many parts a file of ``size`` bytes has; they are numbered from 1."""
    return -(-size // part)


def part_length(number: int, *, size: int, part: int) -> int:
    """Bytes of the part of that number. Raises ValueError for one that the file does not have."""
    if not 1 <= number <= part_count(size, part):
        raise ValueError(f"there is no part {number}")
    return min(part, size - (number - 1) * part)


def presign_part(
    where: Place, *, key: str, multipart: str, number: int, length: int, at: datetime, seconds: int
) -> str:
    """An address for one PUT of exactly ``length`` bytes as part ``number`` of a multipart upload.

    ``at`` is aware and in UTC. Raises ValueError where ``seconds`` is no time or over an hour.
    """
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"an address lives between 1 and {MOST_SECONDS} seconds, not {seconds}")
    return presign(
        where,
        method="PUT",
        scheme=urlsplit(where.endpoint).scheme,
        path=f"/{where.bucket}/{key}",
        query={"partNumber": str(number), "uploadId": multipart},
        headers={"content-length": str(length), "host": host_of(where.endpoint)},
        at=at,
        seconds=seconds,
    )


def host_of(endpoint: str) -> str:
    """The Host header that a browser sends there: without the port that the scheme has anyway."""
    address = urlsplit(endpoint)
    name = address.hostname or ""
    name = f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}.get(address.scheme)
    return name if address.port in (None, usual) else f"{name}:{address.port}"


def presign(
    where: Place,
    *,
    method: str,
    scheme: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    at: datetime,
    seconds: int,
) -> str:
    """Any request, signed in its query. ``headers`` in lower case, "host" among them; all are signed.

    As in "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" of the S3 API;
    the body stays unsigned.
    """
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{where.region}/{_SERVICE}/aws4_request"
    names = ";".join(sorted(headers))
    asked = {
        **query,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{where.access_key}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": names,
    }
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in asked.items())
    line = "&".join(f"{name}={value}" for name, value in pairs)
    place = quote(path, safe="/~")
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)]
    request = "\n".join([method, place, line, *lines, "", names, "UNSIGNED-PAYLOAD"])
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(
        _key(where, moment[:8]), "\n".join([_ALGORITHM, moment, scope, digest]).encode(), "sha256"
    )
    return f"{scheme}://{headers['host']}{place}?{line}&X-Amz-Signature={signature.hexdigest()}"


def _escaped(text: str) -> str:
    return quote(text, safe="~")


@lru_cache(maxsize=8)
def _key(where: Place, day: str) -> bytes:
    key = f"AWS4{where.secret_key}".encode()
    for step in (day, where.region, _SERVICE, "aws4_request"):
        key = hmac.new(key, step.encode(), "sha256").digest()
    return key
