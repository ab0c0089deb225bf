"""H5P exercises of the demo library, played by a small library of our own. Data and a little packing."""

from __future__ import annotations

import json
from typing import Any

from cms.demo.archive import pack
from cms.demo.lesson import asset

_LIBRARY = "H5P.HoclieuChoice"


def capitals() -> bytes:
    """A question about the map of Việt Nam."""
    return _choice(
        "Thủ đô của nước ta",
        {
            "question": "Thủ đô của nước Cộng hoà xã hội chủ nghĩa Việt Nam là thành phố nào?",
            "answers": ["Thành phố Hồ Chí Minh", "Hà Nội", "Huế", "Đà Nẵng"],
            "correct": 1,
            "check": "Kiểm tra",
            "right": "Đúng. Hà Nội là thủ đô của nước ta.",
            "wrong": "Chưa đúng. Em hãy xem lại bản đồ rồi chọn lại.",
        },
    )


def _choice(title: str, content: dict[str, Any]) -> bytes:
    version = {"majorVersion": 1, "minorVersion": 0}
    described = {
        "title": title,
        "language": "vi",
        "mainLibrary": _LIBRARY,
        "embedTypes": ["div"],
        "license": "CC BY",
        "preloadedDependencies": [{"machineName": _LIBRARY, **version}],
    }
    library = {
        "title": "Một câu hỏi, nhiều phương án",
        "machineName": _LIBRARY,
        **version,
        "patchVersion": 0,
        "runnable": 1,
        "preloadedJs": [{"path": "choice.js"}],
        "preloadedCss": [{"path": "choice.css"}],
    }
    folder = f"{_LIBRARY}-1.0"
    return pack(
        {
            "h5p.json": _json(described),
            "content/content.json": _json(content),
            f"{folder}/library.json": _json(library),
            f"{folder}/choice.js": asset("choice.js"),
            f"{folder}/choice.css": asset("choice.css"),
        }
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
