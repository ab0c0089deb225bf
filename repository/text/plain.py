"""Plain text and subtitles."""

from __future__ import annotations

import re

from repository.text.html import text_of

_TIMES = re.compile(r"^\s*[\d:.,]+\s*-->\s*[\d:.,]+.*$")
_NOTHING_SAID = re.compile(r"^\s*(\d+|WEBVTT.*|NOTE\b.*|STYLE|REGION|Kind:.*|Language:.*)\s*$")
_TAG = re.compile(r"</?[a-z][^<>]{0,60}>|\{\\[^{}]{0,40}\}|<\d[\d:.]*>", re.IGNORECASE)


def read_plain(data: bytes) -> str:
    """A text file's characters."""
    return text_of(data)


def read_subtitles(data: bytes) -> str:
    """What is said in a WebVTT or SubRip file, without times and numbers; a line said twice is there once."""
    lines: list[str] = []
    for line in text_of(data).replace("\r\n", "\n").split("\n"):
        if _TIMES.match(line) or _NOTHING_SAID.match(line):
            continue
        said = _TAG.sub("", line).strip()
        if said and said != (lines[-1] if lines else ""):
            lines.append(said)
    return "\n".join(lines)
