"""Reading the text of a file in a process of its own, which may fail, hang or be killed without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from repository.text.package import Start
from repository.text.parts import MB, Bounds, Part

_CODE = Path(__file__).resolve().parents[2]
_LINE_BYTES = 1 * MB
#: Beyond the bound on processor time: a process that only waits is ended too.
_GRACE_SECONDS = 5


@dataclass(slots=True)
class Outcome:
    """What was read. ``code`` says what stopped it before the end, "" where nothing did:

    text_too_long, text_too_many_parts, text_too_much_to_read, text_too_slow (bounds), text_locked,
    text_broken, text_memory, text_reader_died.
    """

    parts: list[Part] = field(default_factory=list)
    code: str = ""


def read(
    file: BinaryIO,
    size: int,
    *,
    kind: str,
    starts: Sequence[Start] = (),
    launch: str = "",
    bounds: Bounds | None = None,
) -> Outcome:
    """The text of a stored file of ``size`` bytes. ``kind``: "pdf", else it is a package.

    What was read before a bound was reached or the reader died is kept. Raises OSError where ``file``
    itself cannot be read, and nothing because of what is in it.
    """
    bounds = bounds or Bounds()
    job = {
        "kind": kind, "size": size, "launch": launch, "bounds": asdict(bounds),
        "starts": [asdict(start) for start in starts],
    }  # fmt: skip
    # No secret of this process is handed on; -P would hide the code itself.
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "repository.text.child"],
        cwd=_CODE,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        late = threading.Event()
        watch = threading.Timer(bounds.seconds + _GRACE_SECONDS, _end, (process, late))
        watch.daemon = True
        watch.start()
        try:
            outcome = _converse(process, file, size, job, bounds)
        finally:
            watch.cancel()
            process.kill()
    if late.is_set() and outcome.code == "text_reader_died":
        outcome.code = "text_too_slow"
    return outcome


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _converse(
    process: subprocess.Popen[bytes], file: BinaryIO, size: int, job: dict[str, Any], bounds: Bounds
) -> Outcome:
    """Answers the reader's wishes for bytes and takes its parts; nothing it says is believed."""
    outcome = Outcome()
    ask, answer = process.stdout, process.stdin
    assert ask is not None and answer is not None  # noqa: S101 -- both are pipes
    left = bounds.text_bytes
    try:
        answer.write(json.dumps(job).encode() + b"\n")
        answer.flush()
        while line := ask.readline(_LINE_BYTES):
            said = json.loads(line)
            if "read" in said:
                offset, length = (int(figure) for figure in said["read"])
                if not (offset >= 0 and 0 < length <= MB and offset + length <= size):
                    break
                answer.write(_exactly(file, offset, length))
                answer.flush()
            elif "part" in said:
                part = Part(**said["part"])
                left -= len(part.text.encode())
                if left < 0 or len(outcome.parts) >= bounds.parts:
                    break
                outcome.parts.append(part)
            else:
                outcome.code = str(said["end"])[:40]
                return outcome
    except (BrokenPipeError, ValueError, TypeError, KeyError):
        pass
    outcome.code = "text_reader_died"
    return outcome


def _exactly(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    pieces = []
    while length > 0 and (piece := file.read(length)):
        pieces.append(piece)
        length -= len(piece)
    if length:
        raise OSError("the stored file is shorter than it was")
    return b"".join(pieces)
