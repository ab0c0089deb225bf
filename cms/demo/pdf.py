"""PDF documents written by hand, with Vietnamese text that can be selected and searched.

The fourteen standard fonts have no Vietnamese letters, and no font file is brought along. Each letter is
therefore a glyph of a Type 3 font: the plain letter of Helvetica with its marks drawn over it. A ToUnicode
map gives readers the real text. See ISO 32000-1, 9.6.5 (Type 3) and 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

_PAGE = (595, 842)
_MARGIN = 62
# Advance widths of Helvetica and Helvetica-Bold for codes 32 to 126, in thousandths of the size.
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 "
    "667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 "
    "500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 "
    "611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
_WIDTHS = {
    "regular": [int(w) for w in _REGULAR.split()],
    "bold": [int(w) for w in _BOLD.split()],
}
_HELVETICA = {"regular": "Helvetica", "bold": "Helvetica-Bold"}
# Signs of WinAnsi beyond ASCII that the texts use, with their advance width.
_SIGNS = {
    "–": (0x96, 556),
    "−": (0x96, 556),
    "…": (0x85, 1000),
    "“": (0x93, 333),
    "”": (0x94, 333),
    "×": (0xD7, 584),
    "·": (0xB7, 278),
    "°": (0xB0, 400),
    "²": (0xB2, 333),
    "³": (0xB3, 333),
}
# Signs of mathematics: their code in the standard Symbol font, with their advance width.
_SYMBOLS = {
    "π": (0x70, 549),
    "ω": (0x77, 686),
    "Δ": (0x44, 612),
    "√": (0xD6, 549),
    "≤": (0xA3, 549),
    "≥": (0xB3, 549),
    "≈": (0xBB, 549),
    "∈": (0xCE, 713),
    "∉": (0xCF, 713),
    "∩": (0xC7, 768),
    "∞": (0xA5, 713),
    "∫": (0xF2, 274),
    "→": (0xAE, 987),
}
# Small figures, above the line and below it.
_RAISED = {"⁴": "4", "⁵": "5", "⁶": "6"}
_LOWERED = {
    "₀": "0",
    "₁": "1",
    "₂": "2",
    "₃": "3",
    "₄": "4",
    "₅": "5",
    "₆": "6",
    "ₙ": "n",
    "₊": "+",
    "₋": "-",
}
_SMALL = {**_RAISED, **_LOWERED}
_BOX = "□"
_DOTLESS_I = 1
# Marks as strokes around (0, 0): the middle of the letter, at the height where marks begin.
_MARKS = {
    "\u0301": "-20 25 m 70 150 l S",
    "\u0300": "20 25 m -70 150 l S",
    "\u0303": "-120 50 m -60 160 40 -10 120 110 c S",
    "\u0309": "-35 125 m 10 190 85 140 45 85 c 20 55 0 60 0 20 c S",
    "\u0302": "-115 20 m 0 125 l 115 20 l S",
    "\u0306": "-105 125 m -70 10 70 10 105 125 c S",
}


@dataclass(frozen=True)
class Line:
    """A line of a document: text, its size in points, weight, and space above it in points."""

    text: str
    size: float = 11.5
    bold: bool = False
    above: float = 0


def heading(text: str) -> Line:
    return Line(text, 14, bold=True, above=12)


def title(text: str) -> Line:
    return Line(text, 20, bold=True, above=4)


def new_page(line: Line) -> Line:
    """The same line at the top of the next page."""
    return replace(line, above=_PAGE[1])


def document(name: str, lines: Iterable[Line]) -> bytes:
    """A4 pages with the lines, wrapped to the width; ``name`` becomes the document's title."""
    pages = _pages(_wrapped(lines))
    return _file(name, pages)


def _plain(char: str) -> tuple[str, list[str]]:
    """The plain letter and its marks; the horn and the stroke of đ are told as the letter itself."""
    if char in "đĐ":
        return {"đ": "d", "Đ": "D"}[char], ["stroke"]
    parts = unicodedata.normalize("NFD", char)
    return parts[0], list(parts[1:])


@cache
def _width(char: str, weight: str) -> int:
    """The advance of a letter, in thousandths of the size. ValueError for one that cannot be drawn."""
    if char in _SIGNS:
        return _SIGNS[char][1]
    if char in _SYMBOLS:
        return _SYMBOLS[char][1]
    if char in _SMALL:
        return _width(_SMALL[char], weight) * 6 // 10
    if char == _BOX:
        return 700
    plain, marks = _plain(char)
    if not 32 <= ord(plain) < 127:
        raise ValueError(f"no drawing for {char!r}")
    return _WIDTHS[weight][ord(plain) - 32] + (90 if "\u031b" in marks else 0)


def _measure(text: str, weight: str, size: float) -> float:
    return sum(_width(char, weight) for char in text) * size / 1000


def _wrapped(lines: Iterable[Line]) -> list[Line]:
    made = []
    room = _PAGE[0] - 2 * _MARGIN
    for line in lines:
        weight = "bold" if line.bold else "regular"
        row, above = "", line.above
        for word in line.text.split(" "):
            longer = f"{row} {word}" if row else word
            if row and _measure(longer, weight, line.size) > room:
                made.append(Line(row, line.size, line.bold, above))
                row, above = word, 0
            else:
                row = longer
        made.append(Line(row, line.size, line.bold, above))
    return made


def _pages(lines: Sequence[Line]) -> list[list[tuple[float, Line]]]:
    pages: list[list[tuple[float, Line]]] = [[]]
    y = _PAGE[1] - _MARGIN
    for line in lines:
        y -= line.size * 1.5 + line.above
        if y < _MARGIN and pages[-1]:
            pages.append([])
            y = _PAGE[1] - _MARGIN - line.size * 1.5
        pages[-1].append((y, line))
    return pages


@cache
def _glyph(char: str, weight: str) -> bytes:
    """The stream that draws one letter in thousandths of the size: Helvetica's letter, then its marks."""
    return _stream(_drawn(char, weight))


def _drawn(char: str, weight: str) -> bytes:
    width = _width(char, weight)
    if char in _SYMBOLS:
        return f"{width} 0 d0 BT /S 1000 Tf <{_SYMBOLS[char][0]:02x}> Tj ET".encode()
    if char in _SMALL:
        rise = 320 if char in _RAISED else -140
        return f"{width} 0 d0 BT /H 600 Tf 0 {rise} Td <{ord(_SMALL[char]):02x}> Tj ET".encode()
    if char == _BOX:
        return f"{width} 0 d0 45 w 70 0 560 620 re S".encode()
    if char in _SIGNS:
        code, marks = _SIGNS[char][0], []
    else:
        plain, marks = _plain(char)
        dotless = plain == "i" and marks and marks != ["\u0323"]
        code = _DOTLESS_I if dotless else ord(plain)
    drawn = [f"{width} 0 d0 BT /H 1000 Tf <{code:02x}> Tj ET"]
    if marks:
        drawn.append(f"{75 if weight == 'bold' else 55} w 1 J 1 j")
    plain_width = width - (90 if "\u031b" in marks else 0)
    level = 740 if char.isupper() else 560
    for mark in marks:
        drawn.append(_mark(mark, _plain(char)[0], plain_width, level))
        if mark in "\u0302\u0306":
            level += 110
    return " ".join(drawn).encode()


def _mark(mark: str, letter: str, width: int, level: int) -> str:
    if mark == "stroke":
        return "20 360 m 330 360 l S" if letter == "D" else f"{width - 290} 610 m {width + 20} 610 l S"
    if mark == "\u0323":
        middle = width / 2  # a little longer than a point: not every reader draws a line of no length
        return f"q 90 w {middle - 2:g} -140 m {middle + 2:g} -140 l S Q"
    if mark == "\u031b":
        top = 700 if letter.isupper() else 500
        curve = f"{width + 40} {top - 10} {width + 75} {top + 30} {width + 70} {top + 110} c"
        return f"{width - 60} {top} m {curve} S"
    drawing = _MARKS[mark]
    return f"q 1 0 0 1 {width / 2:g} {level} cm {drawing} Q"


def _stream(data: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    return (
        f"<< /Length {len(packed)} /Filter /FlateDecode {extra}>>\nstream\n".encode()
        + packed
        + b"\nendstream"
    )


def _to_unicode(codes: dict[str, int]) -> bytes:
    rows = "\n".join(f"<{code:02x}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Text def /CMapType 2 def "
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar "
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


class _Objects:
    """The numbered objects of a file while it is written."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: bytes | str) -> int:
        self.bodies.append(body.encode() if isinstance(body, str) else body)
        return len(self.bodies)

    def file(self, root: int, info: int) -> bytes:
        out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
        trailer = f"<< /Size {len(places) + 1} /Root {root} 0 R /Info {info} 0 R >>"
        out += f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


def _font(objects: _Objects, weight: str, chars: Sequence[str]) -> tuple[int, dict[str, int]]:
    codes = {char: 33 + i for i, char in enumerate(chars)}
    base = objects.add(
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{_HELVETICA[weight]} "
        "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /dotlessi] >> >>"
    )
    symbols = objects.add("<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>")
    procs = " ".join(f"/g{code} {objects.add(_glyph(char, weight))} 0 R" for char, code in codes.items())
    names = " ".join(f"/g{code}" for code in codes.values())
    widths = " ".join(str(_width(char, weight)) for char in codes)
    unicode_map = objects.add(_stream(_to_unicode(codes)))
    last = 32 + len(codes)
    return objects.add(
        f"<< /Type /Font /Subtype /Type3 /FontBBox [-100 -300 1200 1200] /FontMatrix [0.001 0 0 0.001 0 0] "
        f"/CharProcs << {procs} >> /Encoding << /Type /Encoding /Differences [33 {names}] >> "
        f"/FirstChar 33 /LastChar {last} /Widths [{widths}] /ToUnicode {unicode_map} 0 R "
        f"/Resources << /Font << /H {base} 0 R /S {symbols} 0 R >> >> >>"
    ), codes


def _file(name: str, pages: Sequence[Sequence[tuple[float, Line]]]) -> bytes:
    objects = _Objects()
    fonts: dict[str, tuple[int, dict[str, int]]] = {}
    for weight in ("regular", "bold"):
        used = {
            char
            for page in pages
            for _, line in page
            if line.bold == (weight == "bold")
            for char in line.text
        }
        fonts[weight] = _font(objects, weight, sorted(used or {" "}))
    resources = f"<< /Font << /R {fonts['regular'][0]} 0 R /B {fonts['bold'][0]} 0 R >> >>"
    tree = len(objects.bodies) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        content = objects.add(_stream(_content(page, fonts)))
        kids.append(
            objects.add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {_PAGE[0]} {_PAGE[1]}] "
                f"/Resources {resources} /Contents {content} 0 R >>"
            )
        )
    objects.add(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")
    root = objects.add(f"<< /Type /Catalog /Pages {tree} 0 R /Lang (vi) >>")
    info = objects.add(f"<< /Title <feff{name.encode('utf-16-be').hex()}> /Producer (Hoclieu) >>")
    return objects.file(root, info)


def _content(page: Sequence[tuple[float, Line]], fonts: dict[str, tuple[int, dict[str, int]]]) -> bytes:
    rows = []
    for y, line in page:
        codes = fonts["bold" if line.bold else "regular"][1]
        text = "".join(f"{codes[char]:02x}" for char in line.text)
        rows.append(f"BT /{'B' if line.bold else 'R'} {line.size:g} Tf {_MARGIN} {y:.1f} Td <{text}> Tj ET")
    return "\n".join(rows).encode()
