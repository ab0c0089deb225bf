"""The PDF documents of the demo library: worksheets, plans, tests, guides."""

from __future__ import annotations

from cms.demo.pdf import Line, document, heading, title
from cms.demo.texts import TEXTS


def pdf(name: str) -> bytes:
    """The document of that name in ``TEXTS``.

    In a text, ``# `` begins the title, ``## `` a heading; every other line is a paragraph.
    """
    lines = TEXTS[name].strip().splitlines()
    made = []
    for line in lines:
        if line.startswith("# "):
            made.append(title(line[2:]))
        elif line.startswith("## "):
            made.append(heading(line[3:]))
        elif line:
            made.append(Line(line, above=4))
    return document(lines[0].removeprefix("# "), made)
