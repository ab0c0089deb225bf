"""Text of PDF documents, page by page, by PDFium."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from repository.text.parts import Parts, UnreadableError

if TYPE_CHECKING:
    import pypdfium2 as pdfium

#: Of one page: drawings made of letters would fill everything.
_PAGE_CHARS = 60_000
_LOCKED = 4  # FPDF_ERR_PASSWORD


def read_pdf(file: BinaryIO, parts: Parts, *, label: str = "", place: str = "", start: int = 0) -> None:
    """Every page's text as a part numbered from 1. Raises UnreadableError where it is no PDF or locked."""
    import pypdfium2 as pdfium  # a tenth of a second and 20 MB, for processes that read no PDF as well

    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _LOCKED
        raise UnreadableError("text_locked" if locked else "text_broken") from None
    try:
        for number in range(len(document)):
            parts.add(_page(document, number), label=label, place=place, number=number + 1, start=start)
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, number: int) -> str:
    """One page's text; "" for a damaged page, which does not spoil the others."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
        try:
            text = page.get_textpage()
            try:
                count = min(text.count_chars(), _PAGE_CHARS)
                return str(text.get_text_range(0, count)) if count else ""
            finally:
                text.close()
        finally:
            page.close()
    except PdfiumError:
        return ""
