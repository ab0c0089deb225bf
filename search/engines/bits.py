"""Sets of documents as one long number whose bits are theirs. Pure."""

from __future__ import annotations

from collections.abc import Collection
from itertools import compress

#: With fewer than one in so many set, single bits are quicker than a run over all.
SPARSE = 32
_FLAGS = bytes.maketrans(b"01", b"\0\1")


def bits_of(numbers: Collection[int]) -> int:
    """A number with these bits set."""
    if not numbers:
        return 0
    size = max(numbers) + 1
    if len(numbers) * SPARSE < size:
        packed = bytearray(size // 8 + 1)
        for number in numbers:
            packed[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(packed, "little")
    flags = bytearray(b"0") * size
    for number in numbers:
        flags[number] = 49
    flags.reverse()
    return int(flags, 2)


def numbers_in(bits: int) -> list[int]:
    """The bits that are set, in order."""
    flags = bin(bits)[:1:-1].encode()
    if bits.bit_count() * SPARSE < len(flags):
        found = []
        at = flags.find(b"1")
        while at >= 0:
            found.append(at)
            at = flags.find(b"1", at + 1)
        return found
    return list(compress(range(len(flags)), flags.translate(_FLAGS)))
