"""The words of the tus 1.0 protocol for resumable uploads (tus.io), as far as the library speaks it. Pure."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from email.utils import format_datetime

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PART_TYPE = "application/offset+octet-stream"
_METADATA_CHARS = 4096


def parse_metadata(header: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs "key base64", parted by commas; a key alone has the value "".

    Raises ValueError for what is no such list.
    """
    if len(header) > _METADATA_CHARS:
        raise ValueError("Upload-Metadata is too long")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError(f"Upload-Metadata: '{key}' is not base64 of UTF-8") from None
    return found


def natural_number(text: str | None) -> int | None:
    """The number in a header, None for anything but ASCII digits."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 15:
        return None
    return int(text)


def expires(moment: datetime) -> str:
    """``Upload-Expires``: an HTTP date. ``moment`` is aware, in UTC."""
    return format_datetime(moment, usegmt=True)
