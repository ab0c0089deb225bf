"""The lessons of the sessions, and what they write: as a zip for the site, as text for who compares. Pure."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from cms.demo import manifests
from tests.loss.plan import PARTS

SCRIPT = Path(__file__).with_name("sco.js")
LONG = 64_000
_SENTENCES = (
    "Đường thẳng đi qua hai điểm. Học sinh ghi vở, trả lời câu hỏi và nhớ kĩ điều vừa học được ở nhà. "
)
_PAGE = """<!doctype html>
<html lang="vi" data-part="{part}">
<head><meta charset="utf-8"><title>Phần {part}</title></head>
<body><h1>Phần {part}</h1><script src="sco.js"></script></body>
</html>
"""


def long_text(n: int) -> str:
    """What a step writes that writes much: 64,000 characters, none of them beyond the first plane."""
    return f"{n}|{_SENTENCES * (LONG // len(_SENTENCES) + 1)}"[:LONG]


def _script() -> str:
    """The lesson's script, with the same long text."""
    told = json.dumps(_SENTENCES)
    long = (
        f"window.lossLong = (n) => (n + '|' + {told}.repeat({LONG // len(_SENTENCES) + 1})).slice(0, {LONG});"
    )
    return f"{long}\n{SCRIPT.read_text(encoding='utf-8')}"


def build(standard: str) -> bytes:
    """The package for one of ``plan.STANDARDS``."""
    parts = PARTS if standard == "sequenced" else PARTS[:1]
    scos = [manifests.Sco(f"Phần {part}", f"{part}.html", [f"{part}.html", "sco.js"]) for part in parts]
    if standard == "scorm12":
        manifest = manifests.scorm12("CHET-12", "Bài SCORM 1.2", scos)
    else:
        manifest = manifests.scorm2004(f"CHET-{standard}", f"Bài {standard}", scos, "2004 4th Edition")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("sco.js", _script())
        for part in parts:
            archive.writestr(f"{part}.html", _PAGE.format(part=part))
    return held.getvalue()
