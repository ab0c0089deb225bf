"""Workbooks made here: the template, the rows that are doubtful, the links for the first sign-in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """An .xlsx of (name, headings, rows). All cells are text: nothing typed by people becomes a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, headings, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            widths = [len(heading) + 2 for heading in headings]
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, heading, bold)
            for n, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    sheet.write_string(n, column, str(cell))
                    widths[column] = max(widths[column], min(len(str(cell)) + 1, 60))
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
    return out.getvalue()
