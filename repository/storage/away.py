"""What can go wrong with storage, said in the words of the file system whatever lies behind it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

#: Codes with which object storage says that something is not there.
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})


class StorageBusyError(Exception):
    """Another request is writing the same part just now."""


class PartLostError(Exception):
    """Storage has less of an arriving file than was acknowledged: it was changed, or lost, in between."""

    def __init__(self, reached: int) -> None:
        super().__init__(f"{reached} bytes are there")
        self.reached = reached


class StorageAwayError(OSError):
    """Object storage does not answer, or answers that it cannot now: try again later."""


@contextlib.contextmanager
def told_plainly() -> Iterator[None]:
    """Turns the errors of boto3 into FileNotFoundError, StorageAwayError and OSError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _MISSING:
            raise FileNotFoundError(str(error)) from error
        if status >= 500 or status == 429:
            raise StorageAwayError(str(error)) from error
        raise OSError(str(error)) from error
    except BotoCoreError as error:
        raise StorageAwayError(str(error)) from error
