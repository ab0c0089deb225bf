"""Small SVG drawings for the demo lessons: bars, arrows, boxes with words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK = "#1d2327"
_FONT = 'font-family="Segoe UI, Roboto, Noto Sans, sans-serif"'


def svg(width: int, height: int, label: str, *parts: str) -> str:
    """A document of the given size whose ``label`` is read to those who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img"><title>{escape(label)}</title>{"".join(parts)}</svg>'
    )


def rect(x: float, y: float, w: float, h: float, fill: str, *, line: str = INK, radius: float = 0) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{radius:g}" fill="{fill}" '
        f'stroke="{line}" stroke-width="2"/>'
    )


def circle(x: float, y: float, r: float, fill: str, *, line: str = INK) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}" stroke="{line}" stroke-width="2"/>'


def path(d: str, *, fill: str = "none", line: str = INK, width: float = 2) -> str:
    return f'<path d="{d}" fill="{fill}" stroke="{line}" stroke-width="{width:g}" stroke-linejoin="round"/>'


def words(x: float, y: float, text: str, *, size: int = 18, fill: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="middle" fill="{fill}"{weight} {_FONT}>'
        f"{escape(text)}</text>"
    )


def arrow(x1: float, y1: float, x2: float, y2: float, *, line: str = INK) -> str:
    """A straight arrow; the head is drawn, not a marker, so that every reader shows it."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - 12 * ux, y2 - 12 * uy
    head = f"M{x2:.1f} {y2:.1f} L{bx - 6 * uy:.1f} {by + 6 * ux:.1f} L{bx + 6 * uy:.1f} {by - 6 * ux:.1f} Z"
    return path(f"M{x1:g} {y1:g} L{bx:.1f} {by:.1f}", line=line, width=3) + path(head, fill=line, line=line)


def fraction_bar(  # noqa: PLR0917 - a place, a size and a count read best in a row
    x: float, y: float, w: float, parts: int, filled: int, fill: str, *, h: float = 44
) -> str:
    """A bar cut into equal parts, the first ``filled`` of them coloured."""
    step = w / parts
    return "".join(rect(x + i * step, y, step, h, fill if i < filled else "#ffffff") for i in range(parts))


def chain(texts: Sequence[str], *, fill: str, width: int = 640, label: str) -> str:
    """Boxes in a row joined by arrows: the steps of something. A line break in a text is ``|``."""
    gap, height = 26, 130
    box = (width - 20 - gap * (len(texts) - 1)) / len(texts)
    parts = []
    for i, text in enumerate(texts):
        x = 10 + i * (box + gap)
        parts.append(rect(x, 20, box, height - 40, fill, radius=8))
        lines = text.split("|")
        for j, one in enumerate(lines):
            parts.append(words(x + box / 2, 73 + (j - (len(lines) - 1) / 2) * 27, one, size=22))
        if i:
            parts.append(arrow(x - gap + 2, height / 2, x - 2, height / 2))
    return svg(width, height, label, *parts)
