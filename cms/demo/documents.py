"""The documents of the demo library: worksheets, plans, tests, guides as PDF; a long page to read."""

from __future__ import annotations

from html import escape

from cms.demo.archive import pack
from cms.demo.pdf import Line, document, heading, title
from cms.demo.texts import READINGS, TEXTS


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


_STYLE = """body { margin: 0 auto; padding: 1.5rem; max-width: 40rem; color: #1d2327; }
body { font: 1.125rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.35; } h2 { margin-top: 2.5rem; font-size: 1.25rem; }
"""


def reading(name: str) -> bytes:
    """The text of that name in ``READINGS`` as one long page of HTML, a package without a manifest."""
    first, *rest = [line for line in READINGS[name].strip().splitlines() if line]
    body = "".join(
        f"<h2>{escape(line[3:])}</h2>\n" if line.startswith("## ") else f"<p>{escape(line)}</p>\n"
        for line in rest
    )
    name_ = escape(first.removeprefix("# "))
    made = (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{name_}</title>\n<link rel="stylesheet" href="trang.css">\n</head>\n'
        f"<body>\n<h1>{name_}</h1>\n{body}</body>\n</html>\n"
    )
    return pack({"index.html": made.encode(), "trang.css": _STYLE.encode()})
