"""Packages with the faults that teachers' packages have, and one that attacks the site. For tests."""

from __future__ import annotations

import unicodedata

from cms.demo import manifests
from cms.demo.archive import pack
from cms.demo.lesson import asset

_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{body}</body></html>
"""


# Marks that make another vowel, as in ă, â, ơ; the others are tones.
_QUALITIES = "\u0302\u0306\u031b"


def _page(title: str, body: str) -> bytes:
    return _PAGE.format(title=title, body=body).encode()


def missing_launch() -> bytes:
    """The manifest names bai1/index.html, which was never packed."""
    sco = manifests.Sco("Các số có bốn chữ số", "bai1/index.html", ["bai1/index.html", "bai1/slide1.jpg"])
    manifest = manifests.scorm12("THIEU-TEP", "Các số có bốn chữ số", [sco])
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
    return pack({"imsmanifest.xml": manifest, "bai1/slide1.jpg": picture})


def flash_only() -> bytes:
    """A launch page whose whole content is a Flash film."""
    film = b"FWS\x09" + (1024).to_bytes(4, "little") + bytes(1016)
    body = (
        '<object classid="clsid:D27CDB6E-AE6D-11cf-96B8-444553540000" width="960" height="540">'
        '<param name="movie" value="viewer.swf"><embed src="viewer.swf" type="application/x-shockwave-flash" '
        'width="960" height="540"></object>'
    )
    sco = manifests.Sco("Quang hợp ở thực vật", "index.html", ["index.html", "viewer.swf"])
    manifest = manifests.scorm12("CHI-CO-FLASH", "Quang hợp ở thực vật", [sco])
    members = {"index.html": _page("Quang hợp ở thực vật", body), "viewer.swf": film}
    return pack({"imsmanifest.xml": manifest, **members})


def truncated(whole: bytes) -> bytes:
    """The first three fifths of an archive, as a broken transfer leaves it."""
    return whole[: len(whole) * 3 // 5]


def litter(members: dict[str, bytes]) -> bytes:
    """The members below one top folder, with what macOS and Windows leave behind."""
    top = "Bai giang cua toi/"
    dirty = {f"{top}{name}": data for name, data in members.items()}
    resource_fork = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(32)
    dirty[f"{top}.DS_Store"] = b"\x00\x00\x00\x01Bud1" + bytes(64)
    dirty[f"{top}Thumbs.db"] = b"\xd0\xcf\x11\xe0" + bytes(64)
    dirty[f"__MACOSX/{top}._index.html"] = resource_fork
    dirty[f"__MACOSX/._{top.rstrip('/')}"] = resource_fork
    return pack(dirty)


def cp1258(text: str) -> bytes:
    """Vietnamese in the Windows code page, whose tone marks are characters of their own."""
    out = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in marks if mark not in _QUALITIES)
            vowel = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark != tone))
            out += (vowel + tone).encode("cp1258")
    return out


def cp1258_names() -> bytes:
    """Member names in cp1258 without the UTF-8 flag, as old archivers on Vietnamese Windows wrote them."""
    names = ("hình/Bài tập về nhà.svg", "Bài giảng số một.html")
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    sco = manifests.Sco("Bài giảng số một", names[1], list(reversed(names)))
    page = _page("Bài giảng số một", f'<img src="{names[0]}" alt="">')
    # Stand-ins of the same length in bytes are exchanged after packing: zipfile writes only cp437 or UTF-8.
    stand_ins = [f"{n}".rjust(len(cp1258(name)), "X").encode() for n, name in enumerate(names)]
    whole = pack(
        {
            "imsmanifest.xml": manifests.scorm12("TEN-CP1258", "Bài giảng số một", [sco]),
            stand_ins[0].decode(): picture.encode(),
            stand_ins[1].decode(): page,
        }
    )
    for stand_in, name in zip(stand_ins, names, strict=True):
        whole = whole.replace(stand_in, cp1258(name))
    return whole


def probe_sco(site: str = "http://localhost:8000") -> bytes:
    """A SCORM 1.2 SCO that tries to reach the site around it.

    It writes its findings as JSON into ``#findings`` and suspend_data, then sets ``data-done`` on the body.
    The site's address comes from ``?site=``, from the hash, or from the package's site.json. ``reached``
    must be false for parent_dom, top_dom, top_storage, top_navigation, opener, cookies,
    site_fetch, site_post and site_frame; the entries own_… speak of the content origin's own storage.
    """
    body = '<pre id="findings"></pre><script src="find_api.js"></script><script src="probe.js"></script>'
    members = {
        "index.html": _page("Kiểm tra ranh giới", body),
        "find_api.js": asset("find_api.js"),
        "probe.js": asset("probe.js"),
        "site.json": f'{{"site": "{site}"}}'.encode(),
    }
    sco = manifests.Sco("Kiểm tra ranh giới", "index.html", list(members))
    manifest = manifests.scorm12("THAM-DO", "Kiểm tra ranh giới", [sco])
    return pack({"imsmanifest.xml": manifest, **members})
