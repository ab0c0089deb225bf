"""Search engines by name, made when first asked for; which of them answers, and which are kept up."""

from __future__ import annotations

from django.conf import settings

from search.engines.base import Engine, EngineUnavailableError
from search.sources import Library

__all__ = ["EngineUnavailableError", "engine", "forget_engines", "kept_up", "main", "names"]

EMBEDDED, ELASTICSEARCH = "embedded", "elasticsearch"
#: Elasticsearch, and the embedded engine while that is away.
WITH_FALLBACK = "elasticsearch, else embedded"
_engines: dict[str, Engine] = {}


def names() -> list[str]:
    """The engines that there are: Elasticsearch where its address is known."""
    return [EMBEDDED, ELASTICSEARCH] if settings.ELASTICSEARCH_URL else [EMBEDDED]


def main() -> str:
    """The engine that answers as long as it can."""
    return names()[-1]


def kept_up() -> list[str]:
    """The engines whose index follows the database."""
    return names() if settings.SEARCH_FALLBACK else [main()]


def engine(name: str = "") -> Engine:
    """An engine by name, or the one that answers. Raises KeyError for one that does not exist."""
    if not name and len(kept_up()) > 1:
        name = WITH_FALLBACK
    elif not name:
        name = main()
    elif name not in names():
        raise KeyError(name)
    made = _engines.get(name)
    if made is None:
        made = _engines[name] = _MAKERS[name]()
    return made


def forget_engines() -> None:
    """Engines are made anew: settings or files have changed."""
    _engines.clear()


def _embedded() -> Engine:
    from search.engines.embedded import EmbeddedEngine
    from search.tasks import rebuild  # tasks need the engines

    return EmbeddedEngine(Library(), settings.SEARCH_INDEX, lambda: rebuild.enqueue(EMBEDDED))


def _elasticsearch() -> Engine:
    # Its library takes a while to load and is not needed elsewhere.
    from search.engines.elastic import ElasticEngine
    from search.tasks import rebuild

    return ElasticEngine(
        Library(),
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_PREFIX,
        lambda: rebuild.enqueue(ELASTICSEARCH),
    )


def _with_fallback() -> Engine:
    from search.engines.fallback import FallbackEngine

    return FallbackEngine(engine(ELASTICSEARCH), engine(EMBEDDED))


_MAKERS = {EMBEDDED: _embedded, ELASTICSEARCH: _elasticsearch, WITH_FALLBACK: _with_fallback}
