"""The project's icons: reads static/sprite.svg once and gives symbols by name.

While a page is rendered, ``collect`` remembers which symbols it used, so that the page carries
those and no others; outside a page (an htmx partial) an icon brings its own drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parent.parent / "static" / "sprite.svg"
_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d. ]+)">(.*?)</symbol>', re.DOTALL)
_USE = re.compile(r'<use href="#([\w-]+)"/>')
_used: ContextVar[dict[str, None] | None] = ContextVar("used_symbols", default=None)


class Symbol(NamedTuple):
    """One drawing: its view box and what is inside."""

    box: str
    inner: str


@lru_cache(maxsize=1)
def symbols() -> dict[str, Symbol]:
    """All symbols by id (``logo``, ``i-…`` for icons, ``s-…`` for signs of subjects)."""
    found = _SYMBOL.findall(SOURCE.read_text(encoding="utf-8"))
    return {name: Symbol(box, inner) for name, box, inner in found}


@contextmanager
def collect() -> Iterator[dict[str, None]]:
    """The symbols used while a page is rendered, in the order of first use."""
    used: dict[str, None] = {}
    token = _used.set(used)
    try:
        yield used
    finally:
        _used.reset(token)


def content(name: str) -> str:
    """What goes inside ``<svg>`` to show a symbol. KeyError for a name that is not drawn."""
    symbol = symbols()[name]
    used = _used.get()
    if used is None:
        return symbol.inner
    used[name] = None
    return f'<use href="#{name}"/>'


def remember(names: Iterable[str]) -> None:
    """Counts symbols as used by the page: those of a piece that was rendered before."""
    used = _used.get()
    if used is not None:
        used.update(dict.fromkeys(names))


def drawn(html: str) -> str:
    """The same piece of a page with each symbol's drawing in its place."""
    return _USE.sub(lambda use: symbols()[use[1]].inner, html)


def definitions(names: dict[str, None]) -> str:
    """The hidden ``<svg>`` that a page carries for the symbols it used."""
    if not names:
        return ""
    drawn = ((name, symbols()[name]) for name in names)
    inside = "".join(f'<symbol id="{n}" viewBox="{s.box}">{s.inner}</symbol>' for n, s in drawn)
    return f"<svg hidden>{inside}</svg>"
