"""From the bytes of a file to a table of text: where the heading ends and the people begin."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.errors import Refusal
from accounts.roster.columns import recognise
from accounts.text import nfc

MOST_BYTES = 2_500_000
MOST_UNPACKED = 80_000_000
MOST_PARTS = 500
MOST_ROWS = 25_000
MOST_COLUMNS = 60
LONGEST_CELL = 300
HEADING_ROWS = 20


@dataclass(frozen=True)
class Table:
    """``first_row``: the number in the file of the first of ``rows``, as a person counts."""

    sheet: str
    headers: list[str]
    first_row: int
    rows: list[list[str]]


def read_table(content: bytes, filename: str) -> Table:
    """The sheet that has most columns we know. Raises Refusal with ``roster_…`` codes.

    Formulas are not worked out: what the program that saved the file had worked out is taken.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(
            "roster_too_large",
            _("The file is larger than %(limit)s MB. Delete pictures and other sheets, or split the list."),
            limit="2,5",
        )
    is_excel = content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    grids = _excel(content) if is_excel else [("", _csv(content))]
    best: tuple[int, Table] | None = None
    for name, grid in grids:
        found = _table(name, grid)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None:
        raise Refusal(
            "roster_no_heading",
            _("No row of headings with “Họ và tên” was found in %(name)s. Take the template as a pattern."),
            name=filename,
        )
    if not best[1].rows:
        raise Refusal("roster_empty", _("There are headings, but no people below them."))
    return best[1]


def _excel(content: bytes) -> list[tuple[str, list[list[str]]]]:
    _refuse_bomb(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names[:20]:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS * 4 or sheet.total_width > 16_000:
                raise _too_many()
            rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + HEADING_ROWS + 1)
            found.append((name, [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in rows]))
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile):
        raise _unreadable() from None
    return found


def _refuse_bomb(content: bytes) -> None:
    """A workbook is a zip: one that swells beyond reason is not opened."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _unreadable() from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_many()


def _too_many() -> Refusal:
    return Refusal(
        "roster_too_many",
        _("The list is longer than %(limit)s rows, or hides more than it shows. Split it."),
        limit=MOST_ROWS,
    )


def _unreadable() -> Refusal:
    return Refusal(
        "roster_unreadable",
        _("The file cannot be read. Save it anew as .xlsx or as CSV (UTF-8), without a password."),
    )


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "utf-16", "cp1258"):
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable()
    if "\x00" in text:
        raise _unreadable()
    first = text[:4000]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([_text(cell) for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS + HEADING_ROWS:
                break
    except csv.Error:
        raise _unreadable() from None
    return rows


def _text(cell: Any) -> str:
    """A cell as somebody would type it: whole numbers without a point, days as 23/11/2026."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return " ".join(nfc(str(cell)).split())[:LONGEST_CELL]


def _table(name: str, grid: list[list[str]]) -> tuple[int, Table] | None:
    """The table below the row of headings that says most, and how much it says."""
    best: tuple[int, int, list[str]] | None = None
    for n, row in enumerate(grid[:HEADING_ROWS]):
        for depth, headers in ((1, row), (2, _joined(row, grid[n + 1] if n + 1 < len(grid) else []))):
            known = recognise(headers)
            score = len(known) * 2 - (depth == 2)
            if ("full_name" in known or {"last_name", "first_name"} <= set(known)) and (
                best is None or score > best[0]
            ):
                best = (score, n + depth, headers)
    if best is None:
        return None
    score, start, headers = best
    width = len(headers)
    body = [(row + [""] * width)[:width] for row in grid[start:]]
    while body and not any(body[-1]):
        body.pop()
    if len(body) > MOST_ROWS:
        raise _too_many()
    return score, Table(name, headers, start + 1, body)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Two rows of headings as one: a merged cell stands above all its columns."""
    headers, above = [], ""
    for n in range(max(len(upper), len(lower))):
        top = upper[n] if n < len(upper) else ""
        below = lower[n] if n < len(lower) else ""
        above = top or above
        headers.append(f"{above} {below}".strip() if below and (top or above) and not top else below or top)
    return headers
