"""The report and its people as a sheet: XLSX or CSV, written row by row. No HTTP, no rights here."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

TEXT, WHOLE, SHARE, DAY = "text", "whole", "share", "day"
_FORMATS = {WHOLE: "#,##0", SHARE: "0.0%", DAY: "dd/mm/yyyy"}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the kind of its values, and its width in characters."""

    title: str
    kind: str = TEXT
    width: int = 12


@dataclass(slots=True)
class Sheet:
    """``about`` stands above the headings: pairs of a label and a value. Cells are str, int, float
    (a share from 0 to 1), date or None. ``levels`` are the outline levels of the rows, where they have any.
    """

    title: str
    about: list[tuple[str, str]]
    columns: list[Column]
    rows: Iterable[Sequence[Any]]
    levels: Sequence[int] = field(default_factory=tuple)


def plain(value: Any) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def write_xlsx(sheet: Sheet, out: IO[bytes]) -> None:
    """One row at a time in constant memory; text is always written as text, never as a formula or link."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": _FORMATS[DAY],
    }
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(_tab(sheet.title))
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "vcenter"})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        for n, column in enumerate(sheet.columns):
            page.set_column(n, n, column.width)
        page.write_string(0, 0, sheet.title, bold)
        for n, (label, value) in enumerate(sheet.about, start=1):
            page.write_string(n, 0, f"{label}: {value}")
        top = len(sheet.about) + 2
        for n, column in enumerate(sheet.columns):
            page.write_string(top, n, column.title, head)
        page.freeze_panes(top + 1, 1)
        page.repeat_rows(top)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        last = top
        for last, row in enumerate(sheet.rows, start=top + 1):
            if sheet.levels and (level := sheet.levels[last - top - 1]):
                page.set_row(last, None, None, {"level": min(level, 7)})
            _write_row(page, last, row, sheet.columns, formats)
        page.autofilter(top, 0, last, len(sheet.columns) - 1)


def _write_row(
    page: Any, at: int, row: Sequence[Any], columns: list[Column], formats: dict[str, Any]
) -> None:
    for n, value in enumerate(row):
        if value is None or value == "":
            continue
        kind = columns[n].kind
        if kind == DAY:
            page.write_datetime(at, n, _as_day(value), formats[DAY])
        elif kind == TEXT:
            page.write_string(at, n, str(value))
        else:
            page.write_number(at, n, value, formats[kind])


def _as_day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _tab(title: str) -> str:
    """A name that a tab may have: 31 characters, none of []:*?/\\."""
    return title.translate(str.maketrans("[]:*?/\\", "       "))[:31].strip() or "1"


class _Line:
    """What ``csv`` writes to; keeps the last line."""

    def write(self, text: str) -> str:
        return text


def csv_lines(sheet: Sheet) -> Iterator[bytes]:
    """The same as CSV in UTF-8 with a byte order mark, so that Excel shows Vietnamese; shares in percent."""
    writer = csv.writer(_Line(), delimiter=";")
    yield b"\xef\xbb\xbf"
    for label, value in [(sheet.title, ""), *sheet.about]:
        yield str(writer.writerow([plain(label), plain(value)])).encode()
    yield str(writer.writerow([])).encode()
    yield str(writer.writerow([column.title for column in sheet.columns])).encode()
    for row in sheet.rows:
        cells = [_as_text(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        yield str(writer.writerow(cells)).encode()


def _as_text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == DAY:
        return f"{_as_day(value):%d/%m/%Y}"
    if kind == SHARE:
        return f"{100 * value:.1f}".replace(".", ",")
    return plain(value) if kind == TEXT else str(value)
