"""Search engines by name, made when first asked for."""

from __future__ import annotations

from django.conf import settings

from search.engines.base import Engine, EngineUnavailableError
from search.sources import Library

__all__ = ["DEFAULT", "EngineUnavailableError", "engine", "forget_engines", "names"]

DEFAULT = "embedded"
_engines: dict[str, Engine] = {}


def names() -> list[str]:
    """The engines that there are."""
    return [DEFAULT]


def engine(name: str = "") -> Engine:
    """The engine in use, or another by name. Raises KeyError for one that does not exist."""
    name = name or DEFAULT
    if name not in names():
        raise KeyError(name)
    made = _engines.get(name)
    if made is None:
        made = _engines[name] = _embedded()
    return made


def forget_engines() -> None:
    """Engines are made anew: settings or files have changed."""
    _engines.clear()


def _embedded() -> Engine:
    from search.engines.embedded import EmbeddedEngine
    from search.tasks import rebuild  # tasks need the engines

    return EmbeddedEngine(Library(), settings.SEARCH_INDEX, rebuild.enqueue)
