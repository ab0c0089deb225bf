"""An engine over documents of the caller's, in an index that is gone afterwards."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

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
    if name != "elasticsearch" or not settings.ELASTICSEARCH_URL:
        raise EngineUnavailableError(f"there is no engine called '{name}', or its address is not set")
    # Its library takes a while to load and is not needed elsewhere.
    from search.engines.elastic import ElasticEngine

    prefix = f"{settings.ELASTICSEARCH_PREFIX}-scratch-{uuid.uuid4().hex[:8]}"
    made = ElasticEngine(source, settings.ELASTICSEARCH_URL, prefix)
    try:
        made.rebuild()
        yield made
    finally:
        client = made.server.client
        for index in client.indices.get(index=f"{prefix}-*", expand_wildcards="all"):
            client.indices.delete(index=index)
