"""Archives made to do harm, each built by code: what a stranger may send to the upload page."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable

from .builders import PAGE, manifest, package, raw_zip, zipped

UNIX = 3 << 8


def stored(**of_manifest: str) -> bytes:
    """Not compressed, so that the ratio does not end it first."""
    return zipped({"imsmanifest.xml": manifest(**of_manifest), "index.html": PAGE}, method=zipfile.ZIP_STORED)


def symlink() -> bytes:
    entries = [(b"index.html", b"<p>x</p>"), (b"etc", b"/etc/passwd")]
    return raw_zip(entries, made_by=UNIX, mode=stat.S_IFLNK | 0o777)


def utf16_manifest(encoding: str) -> bytes:
    data = manifest(before="", title="Phân số").encode(encoding)
    return zipped({"imsmanifest.xml": data, "index.html": PAGE})


def utf16_entities() -> bytes:
    """A bomb of entities in an encoding that a search for its letters does not see."""
    steps = "".join(f'<!ENTITY {chr(98 + step)} "{("&" + chr(97 + step) + ";") * 20}">' for step in range(8))
    text = (
        f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE manifest [<!ENTITY a "{"x" * 1000}">{steps}]>'
        '<manifest identifier="&i;"><title>&i;</title></manifest>'
    )
    return zipped({"imsmanifest.xml": text.encode("utf-16"), "index.html": PAGE})


def vietnamese_names() -> bytes:
    """Names as Vietnamese Windows writes them, without saying in which encoding."""
    page = b'<a href="B%E0i%201.html">x</a>'
    names = ["Bài 1.html", "Hình/Tam giác đều.png", "Âm thanh/Đọc.mp3"]
    return raw_zip([(b"index.html", page), *((_cp1258(name), b"<p>x") for name in names)])


def _cp1258(name: str) -> bytes:
    """The letter with its hat, then the tone as a character of its own, where the page has no such letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    made = []
    for letter in name:
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in apart if mark in tones)
        plain = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones))
        try:
            made.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            made.append((plain + tone).encode("cp1258"))
    return b"".join(made)


def empty_entries(count: int, *, said: int | None = None) -> bytes:
    """`count` entries of nothing; the end record owns up to `said` of them."""
    data = raw_zip([(b"index.html", b"<p>x</p>"), *((f"{number}".encode(), b"") for number in range(count))])
    if said is None:
        return data
    return data[:-22] + struct.pack("<4s4H", b"PK\x05\x06", 0, 0, said, said) + data[-12:]


def overlapping(count: int = 200) -> bytes:
    """Every entry's bytes are all the headers that follow and one kernel, inflated again by each."""
    kernel = _deflated(bytes(1_000_000))
    crc, size = zlib.crc32(bytes(1_000_000)), 1_000_000
    names = [b"index.html", *(f"{number:04d}".encode() for number in range(count))]
    body, directory = bytearray(), bytearray()
    for name in names:
        figures = struct.pack("<3L2H", crc, len(kernel), size, len(name), 0)
        directory += struct.pack("<4s6H", b"PK\x01\x02", 20, 20, 0, 8, 0, 0) + figures
        directory += struct.pack("<3HLL", 0, 0, 0, 0, len(body)) + name
        body += struct.pack("<4s5H", b"PK\x03\x04", 20, 0, 8, 0, 0) + figures + name
    body += kernel
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return bytes(body + directory + end)


def same_bytes_twice() -> bytes:
    """Two entries of the directory that mean one place."""
    data = zipped({"index.html": PAGE, "a": "a"})
    first = data.index(b"PK\x01\x02")
    entry = data[first : first + 46 + len("index.html")]
    end = bytearray(data[-22:])
    count, size = struct.unpack_from("<H", end, 10)[0] + 1, struct.unpack_from("<L", end, 12)[0] + len(entry)
    struct.pack_into("<2HL", end, 8, count, count, size)
    return data[:first] + entry + data[first:-22] + bytes(end)


def manifest_of_ten_megabytes() -> bytes:
    return stored(title="x" * 10 * 1024 * 1024)


def items_nested(levels: int) -> bytes:
    inner = '<item identifier="i1" identifierref="r1"><title>x</title></item>'
    return stored(items='<item identifier="a"><title>t</title>' * levels + inner + "</item>" * levels)


def repeated_base() -> bytes:
    """One long folder before each of many files: 150 GB, were they all joined."""
    files = '<file href="a"/>' * 100_000
    return stored(
        resources=f'<resource identifier="r1" adlcp:scormtype="sco" href="index.html" '
        f'xml:base="{"a" * 1_500_000}">{files}</resource>'
    )


def repeated_address() -> bytes:
    """One long address, repeated with parameters by each of many items: 10 GB."""
    items = '<item identifierref="r1" parameters="?a"/>' * 5_000
    return stored(
        items=items,
        resources=f'<resource identifier="r1" adlcp:scormtype="sco" href="{"a" * 2_000_000}"/>',
    )


def repeated_text() -> bytes:
    inner = "<hideLMSUI>" * 200 + "x " * 1_500_000 + "</hideLMSUI>" * 200
    return stored(items=f'<item identifierref="r1"><presentation>{inner}</presentation></item>')


_MARKS = "\u0301\u0323"


def accents_in_the_manifest() -> bytes:
    """Accents in the wrong order: putting them right takes the square of their number."""
    return stored(
        resources=f'<resource identifier="r1" adlcp:scormtype="sco" href="index.html">'
        f'<file href="{_MARKS * 500_000}"/></resource>'
    )


def accents_in_names() -> bytes:
    entries = [(f"{number}{_MARKS * 15_000}".encode(), b"") for number in range(50)]
    return raw_zip([(b"index.html", b"<p>x</p>"), *entries])


def accents_in_a_page() -> bytes:
    return zipped({"index.html": f'<p>x</p><script src="{_MARKS * 60_000}"></script>'})


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


# -- a quine -------------------------------------------------------------------------------------------------
# After Russ Cox, "Zip Files All The Way Down" (2010): a DEFLATE program of literals and repetitions that
# prints its archive's head, itself and its archive's tail. Every instruction takes one unit.

_UNIT = 10


class _Bits:
    def __init__(self) -> None:
        self.value = self.count = 0

    def put(self, value: int, width: int) -> None:
        """Least significant bit first."""
        self.value |= value << self.count
        self.count += width

    def put_code(self, code: int, width: int) -> None:
        """A Huffman code: most significant bit first (RFC 1951, 3.1.1)."""
        self.put(int(f"{code:0{width}b}"[::-1], 2), width)

    def aligned(self) -> bytes:
        return self.value.to_bytes(-(-self.count // 8), "little")


def _instruction(bits: _Bits, *, last: bool, length: int) -> bytes:
    """Pads with empty blocks of fixed codes and ends with a stored block of `length` bytes to come."""
    while bits.count + 3 <= 8 * (_UNIT - 5):
        bits.put(0b010, 3)
        bits.put_code(0, 7)
    bits.put(int(last), 3)
    made = bits.aligned() + struct.pack("<2H", length, length ^ 0xFFFF)
    assert len(made) == _UNIT
    return made


def _literal(length: int) -> bytes:
    return _instruction(_Bits(), last=False, length=length)


def _repeat(length: int, *, last: bool = False) -> bytes:
    """Prints the last `length` bytes (35 to 162) again."""
    bits = _Bits()
    bits.put(0b010, 3)
    first, symbol, extra = next(
        row for row in ((131, 281, 5), (115, 280, 4), (99, 279, 4), (83, 278, 4), (67, 277, 4), (59, 276, 3),
                        (51, 275, 3), (43, 274, 3), (35, 273, 3)) if row[0] <= length
    )  # fmt: skip
    bits.put_code(symbol - 256 if symbol < 280 else 0b11000000 + symbol - 280, 7 if symbol < 280 else 8)
    bits.put(length - first, extra)
    first, symbol, extra = next(
        row for row in ((129, 14, 6), (97, 13, 5), (65, 12, 5), (49, 11, 4), (33, 10, 4)) if row[0] <= length
    )
    bits.put_code(symbol, 5)
    bits.put(length - first, extra)
    bits.put_code(0, 7)
    return _instruction(bits, last=last, length=0)


def _program(head: bytes, tail: bytes) -> bytes:
    """A DEFLATE stream that inflates to head + itself + tail."""
    none, one, four = _literal(0), _literal(_UNIT), _literal(4 * _UNIT)
    heads, tails = _literal(len(head) + _UNIT), _literal(len(tail) + _UNIT)
    again, ends, fours = (
        _repeat(len(head) + _UNIT), _repeat(len(tail) + _UNIT, last=True), _repeat(4 * _UNIT)
    )  # fmt: skip
    return b"".join([
        heads, head, heads, again,
        one, again, one, one,
        four, again, one, one, four, fours,
        four, fours, four, fours, four, fours,
        four, fours, none, none, tails, fours,
        none, none, tails, ends, tail, ends,
    ])  # fmt: skip


def quine() -> bytes:
    """A zip whose one file is the zip itself: whoever unpacks what is packed never ends."""
    name = b"r.zip"
    length = len(_program(bytes(30 + len(name)), bytes(46 + len(name) + 22)))
    total = 30 + len(name) + length + 46 + len(name) + 22

    def archive(crc: int) -> bytes:
        figures = struct.pack("<3L2H", crc, length, total, len(name), 0)
        head = struct.pack("<4s5H", b"PK\x03\x04", 20, 0, 8, 0, 33) + figures + name
        tail = struct.pack("<4s6H", b"PK\x01\x02", 20, 20, 0, 8, 0, 33) + figures
        tail += struct.pack("<3HLL", 0, 0, 0, 0, 0) + name
        tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(tail), len(head) + length, 0)
        return head + _program(head, tail) + tail

    return archive(_fixed_point(lambda crc: zlib.crc32(archive(crc))))


def _fixed_point(checksum: Callable[[int], int]) -> int:
    """The x for which checksum(x) = x. CRC is affine over single bits, so 33 of its values say all of it."""
    constant = checksum(0)
    columns = [checksum(1 << bit) ^ constant ^ (1 << bit) for bit in range(32)]
    rows = [
        sum((columns[bit] >> row & 1) << bit for bit in range(32)) | (constant >> row & 1) << 32
        for row in range(32)
    ]
    answer = 0
    pivots: list[tuple[int, int]] = []
    for bit in range(32):
        place = next((n for n in range(len(pivots), 32) if rows[n] >> bit & 1), None)
        if place is None:
            continue
        rows[len(pivots)], rows[place] = rows[place], rows[len(pivots)]
        pivot = rows[len(pivots)]
        rows = [row ^ pivot if n != len(pivots) and row >> bit & 1 else row for n, row in enumerate(rows)]
        pivots.append((len(pivots), bit))
    for row, bit in pivots:
        answer |= (rows[row] >> 32 & 1) << bit
    assert checksum(answer) == answer
    return answer


def package_with_quine() -> bytes:
    return package({"r.zip": quine()})
