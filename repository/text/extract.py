"""All the text of one file, whatever its kind. Runs in the reader's process; of one's own files anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from repository.text.package import Start, read_package
from repository.text.parts import BoundReachedError, Bounds, Part, Parts, UnreadableError
from repository.text.pdf import read_pdf


def extract(
    file: BinaryIO,
    send: Callable[[Part], None],
    *,
    kind: str,
    starts: Sequence[Start] = (),
    launch: str = "",
    bounds: Bounds | None = None,
) -> str:
    """Sends every part; returns the code of what stopped it, "" at the end. Raises nothing for bad content.

    ``kind``: "pdf", else it is a package. Of the bounds those of time and memory are the process's.
    """
    bounds = bounds or Bounds()
    try:
        if kind == "pdf":
            read_pdf(file, Parts(send, bounds))
        else:
            read_package(file, Parts(send, bounds, frames=True), starts, launch)
    except (BoundReachedError, UnreadableError) as stopped:
        return stopped.code
    except MemoryError:
        return "text_memory"
    except Exception:  # noqa: BLE001 -- whatever a hostile file brings about is the file's fault
        return "text_broken"
    return ""
