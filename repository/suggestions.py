"""What type of resource a file most likely is, by its name and ending; its author may say otherwise. Pure."""

from __future__ import annotations

import re

from accounts.text import fold

#: Endings of files → code of the type; everything else is a package.
_BY_ENDING = {
    "pdf": "tham-khao",
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg", "avif"), "tham-khao"),
    **dict.fromkeys(("mp3", "m4a", "ogg", "oga", "wav"), "da-phuong-tien"),
    **dict.fromkeys(("mp4", "webm", "m4v", "ogv"), "video"),
}
#: What teachers call their documents, without marks → code of the type; the first that is found.
_BY_WORD = (
    (r"de thi|de kiem tra|de khao sat|de cuong on thi", "de-thi"),
    (r"phieu|bai tap|cau hoi|trac nghiem|on tap", "cau-hoi"),
    (r"giao an|ke hoach bai day|khbd", "giao-an"),
    (r"thi nghiem|thuc hanh", "thi-nghiem"),
    (r"sang kien|skkn", "skkn"),
)


def type_of(filename: str) -> str:
    """The code of the type that a file of this name is suggested to have."""
    stem, _dot, ending = filename.rpartition(".")
    code = _BY_ENDING.get(ending.lower(), "e-learning")
    if ending.lower() != "pdf":
        return code
    words = " ".join(re.split(r"[\W_]+", fold(stem)))
    return next((found for pattern, found in _BY_WORD if re.search(rf"\b(?:{pattern})\b", words)), code)
