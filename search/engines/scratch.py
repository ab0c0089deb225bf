"""An engine over documents of the caller's, in an index that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines.base import Engine, EngineUnavailableError, Source
from search.engines.embedded import EmbeddedEngine


@contextmanager
def scratch_engine(name: str, source: Source) -> Iterator[Engine]:
    """Filled from the source. Raises EngineUnavailableError for one that is not there."""
    if name == EmbeddedEngine.name:
        with tempfile.TemporaryDirectory(prefix="hoclieu-search-") as folder:
            engine = EmbeddedEngine(source, Path(folder) / "search.sqlite3")
            engine.rebuild()
            yield engine
            engine.file.close()
        return
    raise EngineUnavailableError(f"there is no engine called '{name}'")
