"""Text from files made fit to be kept: NFC, printable, whole words, old fonts read as Unicode."""

from __future__ import annotations

import re
import unicodedata

from repository.text.legacy import modern

# PDFium writes U+FFFE (older: U+0002) for a hyphen that only breaks a word at the end of a line.
_BROKEN_WORD = re.compile(r"(?:[\ufffe\x02]|(?<=[a-zà-ỹđ])-)[ \t]*\r?\n[ \t]*(?=[a-zà-ỹđ])")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ufffc]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def clean(raw: str) -> str:
    """One line a paragraph or line of the file, single blanks, no control or private characters."""
    text = _BROKEN_WORD.sub("", raw).replace("\r\n", "\n").replace("\r", "\n")
    # An old font keeps ư where Unicode has the soft hyphen: read it before that is thrown away.
    text = modern(unicodedata.normalize("NFC", text))
    text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
