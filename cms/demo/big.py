"""A package as large as is asked for, for benchmarks and limits: random media, compressible pages."""

from __future__ import annotations

import random

from cms.demo import manifests
from cms.demo.archive import pack

_WORDS = (  # noqa: SIM905 - a sentence is read more easily than a list
    "bài giảng học sinh giáo viên phân số hình học thí nghiệm câu hỏi đáp án quan sát nhận xét kết luận"
).split(" ")


def big(n_files: int = 2000, megabytes: float = 105, seed: int = 1) -> bytes:
    """A SCORM 1.2 package of ``n_files`` members, about ``megabytes`` of 10⁶ bytes unpacked.

    Two members in three are media that do not compress; the rest are pages of text.
    """
    dice = random.Random(seed)  # noqa: S311 - the same bytes every time, nothing secret
    weights = [0.2 + dice.random() ** 2 * 3 for _ in range(n_files - 2)]
    scale = megabytes * 1_000_000 / sum(weights)
    members: dict[str, bytes] = {}
    for n, weight in enumerate(weights):
        size = max(64, int(weight * scale))
        folder = f"chuong{n % 40 + 1:02d}"
        if n % 3:
            members[f"{folder}/anh{n:05d}.jpg"] = b"\xff\xd8\xff\xe0" + dice.randbytes(size - 4)
        else:
            text = " ".join(dice.choices(_WORDS, k=400))
            body = f"<!doctype html><meta charset=utf-8><title>Trang {n}</title><p>{text}</p>".encode()
            members[f"{folder}/trang{n:05d}.html"] = (body * (size // len(body) + 1))[:size]
    pages = [name for name in members if name.endswith(".html")]
    links = "".join(f'<li><a href="{name}">{name}</a></li>' for name in pages[:50])
    index = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>Gói lớn</title><ul>{links}</ul></html>'
    )
    sco = manifests.Sco("Gói lớn", "index.html", ["index.html", *members])
    manifest = manifests.scorm12("GOI-LON", "Gói lớn", [sco])
    return pack({"imsmanifest.xml": manifest, "index.html": index.encode(), **members}, level=1)
