"""Writing objects without boto3: signed addresses and pooled connections, as ``ranged`` reads.

An address says method, key and part. The body is not signed, which would cost both ends a second hash of it:
TLS guards it, or the line to the storage is trusted, as it is for all that is read from there.
Everything here raises FileNotFoundError, StorageAwayError, or OSError for any other refusal.
"""

from __future__ import annotations

import contextlib
import html
import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from repository.storage import lines
from repository.storage.away import StorageAwayError
from repository.storage.place import Place
from repository.storage.ranged import signed
from repository.storage.s3client import READ_SECONDS

#: What S3 takes in one request.
MOST_AT_ONCE = 5 * 1024**3
#: A number and a mark, which completing asks for.
Part = tuple[int, str]
Body = bytes | bytearray | memoryview


def _refuse(status: int, body: bytes, key: str) -> None:
    """Raises what an answer means, unless it is a good one. Completing may fail with a 200."""
    found = re.search(rb"<Error>.*?<Code>(\w+)</Code>", body, re.DOTALL)
    code = found[1].decode() if found else ""
    if 200 <= status < 300 and not code:
        return
    if status == 404 or code in ("NoSuchUpload", "NoSuchKey"):
        raise FileNotFoundError(f"{code or status} for {key}")
    if status >= 500 or status == 429 or code in ("InternalError", "SlowDown"):
        raise StorageAwayError(f"{status} {code} for {key}")
    raise OSError(f"{status} {code} for {key}")


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer that was read whole, and the mark it names (an ETag)."""

    mark: str
    data: bytes


def _ask(where: Place, method: str, key: str, query: Mapping[str, str], body: Body | None = b"") -> _Told:
    """The answer. Once more where the line broke or the server was not at its best."""
    for last in (False, True):
        try:
            answer = lines.ask(method, signed(where, key, method, query), body=body)
            told = _Told(answer.headers.get("ETag", ""), answer.finish())
            _refuse(answer.status, told.data, key)
        except lines.LineBrokenError as error:
            if last:
                raise StorageAwayError(f"{where.endpoint}: {error}") from None
        except StorageAwayError:
            if last:
                raise
        else:
            return told
    raise AssertionError("unreachable")


def put(where: Place, key: str, data: Body) -> None:
    """An object of these bytes."""
    _ask(where, "PUT", key, {}, data)


def delete(where: Place, key: str) -> None:
    """Twice is harmless."""
    _ask(where, "DELETE", key, {})


def names(where: Place, prefix: str) -> list[str]:
    """The first keys that begin so, a thousand at most."""
    answer = _ask(where, "GET", "", {"list-type": "2", "prefix": prefix}, None)
    return [html.unescape(key.decode()) for key in re.findall(rb"<Key>([^<]+)</Key>", answer.data)]


def begin(where: Place, key: str) -> str:
    """Opens a multipart upload; its name at the server."""
    found = re.search(rb"<UploadId>([^<]+)</UploadId>", _ask(where, "POST", key, {"uploads": ""}).data)
    if found is None:
        raise OSError(f"no multipart upload was begun for {key}")
    return html.unescape(found[1].decode())


def send_part(where: Place, key: str, multipart: str, number: int, data: Body) -> Part:
    """Stores a part of at least 5 MB, unless it is the last one."""
    answer = _ask(where, "PUT", key, {"partNumber": str(number), "uploadId": multipart}, data)
    return number, answer.mark


def complete(where: Place, key: str, multipart: str, parts: Sequence[Part]) -> None:
    """The object of these parts in the order of their numbers; parts not named are thrown away."""
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{html.escape(mark)}</ETag></Part>"
        for number, mark in parts
    )
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    _ask(where, "POST", key, {"uploadId": multipart}, body)


def abort(where: Place, key: str, multipart: str) -> None:
    """Throws the parts of a multipart upload away. FileNotFoundError where it is gone."""
    _ask(where, "DELETE", key, {"uploadId": multipart})


class ObjectWriter:
    """Writes one object, or a part, of a known length in one request, while its bytes come; nothing of it is
    kept here.

    It is in its place when the ``with`` block ends well. The last bytes wait for that: without them the
    server keeps nothing.
    """

    def __init__(self, where: Place, key: str, size: int, query: Mapping[str, str] | None = None) -> None:
        self._where, self._key, self._announced, self._query = where, key, size, query
        self.size = 0
        #: What the server calls these bytes, when it has them all.
        self.mark = ""
        self._last = b""

    def __enter__(self) -> ObjectWriter:
        end, target = lines.end_of(signed(self._where, self._key, "PUT", self._query))
        try:
            self._line = lines.connect(end)
        except lines.LineBrokenError as error:
            raise self._away(str(error)) from None
        try:
            self._line.putrequest("PUT", target, skip_accept_encoding=True)
            self._line.putheader("Content-Length", str(self._announced))
            self._line.endheaders()
        except OSError as error:
            self._line.close()
            raise self._away(type(error).__name__) from None
        return self

    def write(self, data: bytes | memoryview) -> None:
        if self.size + len(data) > self._announced:
            raise OSError(f"{self._key}: more came than the {self._announced} bytes that were announced")
        self.size += len(data)
        if self.size == self._announced:
            self._last += bytes(data)
        else:
            self._send(data)

    def _send(self, data: bytes | memoryview) -> None:
        try:
            self._line.send(data)
        except OSError as error:
            self._hear_why()
            raise self._away(type(error).__name__) from None

    def _hear_why(self) -> None:
        """The server may have refused before all was sent."""
        with contextlib.suppress(StorageAwayError):
            self._hear()

    def _hear(self) -> None:
        try:
            answer = self._line.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._away(type(error).__name__) from None
        _refuse(answer.status, body, self._key)
        self.mark = answer.headers.get("ETag", "")

    def _away(self, why: str) -> StorageAwayError:
        return StorageAwayError(f"{self._where.endpoint}: {why}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self.close()

    def finish(self) -> None:
        """Sends what was held back and hears whether all is well."""
        if self.size != self._announced:
            raise OSError(f"{self._key}: {self.size} bytes came, {self._announced} were announced")
        self._send(self._last)
        self._line.sock.settimeout(READ_SECONDS)
        self._hear()

    def close(self) -> None:
        self._line.close()
