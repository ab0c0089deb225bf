"""Reading a zip archive from a seekable file without trusting a word of it.

The directory is read with struct and compared with the local headers; members are inflated in bounded memory
with length and checksum compared. Nothing is unpacked, nested archives are never opened.
Clauses are those of PKWARE's APPNOTE 6.3.10.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from .codes import Finding, PackageRefused
from .limits import MB, Limits
from .names import clean_path, decode_name, extra_fields, is_litter, shown

STORED = 0
DEFLATED = 8

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")

_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_STREAMED_FLAG = 0x8
_DIRECTORY_SIGNATURE = b"PK\x05\x05"
_AES = 99
_FULL16 = 0xFFFF
_FULL32 = 0xFFFFFFFF
#: DEFLATE cannot do better than 1032:1 (RFC 1951: 258 bytes from 2 bits); a larger figure is a lie.
_DEFLATE_BEST = 1032
#: Whatever wrote it, DEFLATE is hardly longer than what it holds; what is was stuffed with empty blocks that
#: whoever goes by the size would read whole.
_DEFLATE_WORST = 2
_BLOCK = 256 * 1024


@dataclass(slots=True)
class Member:
    """A file of the archive. `offset` is where its compressed bytes begin, after the local header."""

    path: str
    header_offset: int
    compressed: int
    size: int
    method: int
    crc: int
    flags: int = 0
    raw_name: bytes = b""
    offset: int = 0


@dataclass(slots=True)
class Archive:
    """The members that count, in the order of the directory, and what was noticed on the way."""

    file: BinaryIO
    members: list[Member]
    findings: list[Finding] = field(default_factory=list)
    folders: list[Member] = field(default_factory=list)

    @property
    def unpacked_bytes(self) -> int:
        return sum(member.size for member in self.members)


@dataclass(frozen=True, slots=True)
class _Directory:
    offset: int
    size: int
    entries: int
    shift: int


def read_archive(file: BinaryIO, *, limits: Limits) -> Archive:
    """The checked directory of a zip; members that are litter are left out.

    Raises `PackageRefused` at the first fault, in this order: limits, encryption, paths, the two headers.
    """
    length = file.seek(0, 2)
    if length == 0:
        raise PackageRefused("empty_file")
    if length > limits.package_bytes:
        raise PackageRefused("package_too_large", size=length // MB, limit=limits.package_bytes // MB)
    directory = _find_directory(file, length)
    if directory.entries > limits.entries:
        raise PackageRefused("too_many_entries", count=directory.entries, limit=limits.entries)
    if directory.size > limits.directory_bytes:
        raise PackageRefused("archive_broken")
    entries = list(_read_directory(file, directory))
    for member, (name, _, _) in entries:
        if member.flags & _ENCRYPTED_FLAGS or member.method == _AES:
            raise PackageRefused("encrypted", shown(name))
    archive = _sort_out(file, entries, limits)
    everything = [member for member, _ in entries]
    _check_bounds(everything, directory, limits)
    _read_local_headers(file, everything, directory)
    for member in everything:
        if member.size == member.compressed == 0:
            member.method = STORED  # some programs call nothing "deflated", which it is not
    return archive


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


def _find_directory(file: BinaryIO, length: int) -> _Directory:
    """Where the central directory lies, from the end record (4.3.16) and, if need be, its zip64 form."""
    tail_start = max(0, length - _END.size - _FULL16)
    tail = _read_at(file, tail_start, length - tail_start)
    position = len(tail)
    while True:
        position = tail.rfind(b"PK\x05\x06", 0, position)
        if position < 0:
            raise PackageRefused("archive_broken")
        if position + _END.size <= len(tail):
            _, disk, start_disk, here, total, size, offset, comment = _END.unpack_from(tail, position)
            if position + _END.size + comment <= len(tail):
                break
    end = tail_start + position
    if _FULL16 in (disk, start_disk, here, total) or _FULL32 in (size, offset):
        record = _find_zip64(file, end)
        if record is not None:
            return record
    if disk or start_disk or here != total:
        raise PackageRefused("archive_split")
    # A program may stand before the archive (self-extracting): offsets count from the archive's own start.
    shift = end - size - offset
    if shift < 0:
        raise PackageRefused("archive_broken")
    return _Directory(offset + shift, size, total, shift)


def _find_zip64(file: BinaryIO, end: int) -> _Directory | None:
    """The zip64 end record (4.3.14) that the locator before the end record points at."""
    if end < _END64_LOCATOR.size:
        return None
    locator = _read_at(file, end - _END64_LOCATOR.size, _END64_LOCATOR.size)
    signature, start_disk, position, disks = _END64_LOCATOR.unpack(locator)
    if signature != b"PK\x06\x07":
        return None
    if start_disk or disks > 1:
        raise PackageRefused("archive_split")
    last = end - _END64_LOCATOR.size - _END64.size
    for place in (position, last):
        if not 0 <= place <= last:
            continue
        record = _read_at(file, place, _END64.size)
        if record[:4] == b"PK\x06\x06":
            _, _, _, _, disk, start, here, total, size, offset = _END64.unpack(record)
            if disk or start or here != total:
                raise PackageRefused("archive_split")
            shift = place - size - offset
            if shift < 0:
                raise PackageRefused("archive_broken")
            return _Directory(offset + shift, size, total, shift)
    raise PackageRefused("archive_broken")


def _read_directory(file: BinaryIO, directory: _Directory) -> Iterator[tuple[Member, tuple[str, bool, int]]]:
    """Each entry of the central directory (4.3.12): its name, whether that was guessed, its Unix mode."""
    data = _read_at(file, directory.offset, directory.size)
    position = 0
    for _entry in range(directory.entries):
        if position + _CENTRAL.size > len(data):
            raise PackageRefused("archive_broken")
        (signature, made_by, _, flags, method, _, _, crc, compressed, size, name_size, extra_size,
         comment_size, disk, _, external, header) = _CENTRAL.unpack_from(data, position)  # fmt: skip
        position += _CENTRAL.size
        stop = position + name_size + extra_size + comment_size
        if signature != b"PK\x01\x02" or stop > len(data):
            raise PackageRefused("archive_broken")
        raw = data[position : position + name_size]
        extra = data[position + name_size : position + name_size + extra_size]
        position = stop
        try:
            fields = extra_fields(extra)
        except ValueError:
            raise PackageRefused("header_mismatch", shown(decode_name(raw, flags, b"").text)) from None
        name = decode_name(raw, flags, extra)
        if disk not in (0, _FULL16):
            raise PackageRefused("archive_split")
        size, compressed, header = _zip64_figures(name.text, fields, size, compressed, header)
        mode = external >> 16 if made_by >> 8 == 3 else 0
        member = Member("", header + directory.shift, compressed, size, method, crc, flags, raw)
        yield member, (name.text, name.guessed, mode)
    # Entries that the end record does not count would be seen by other programs (4.3.13 allows a signature).
    if position != len(data) and not data.startswith(_DIRECTORY_SIGNATURE, position):
        raise PackageRefused("archive_broken")


def _zip64_figures(
    name: str, fields: list[tuple[int, bytes]], size: int, compressed: int, header: int
) -> tuple[int, int, int]:
    """The three figures with those that are full replaced from the zip64 field (4.5.3), in that order.

    Without such a field a full figure is taken at its word; the bounds then refuse it.
    """
    data = next((data for kind, data in fields if kind == 1), None)
    if data is None:
        return size, compressed, header
    figures = [size, compressed, header]
    position = 0
    for index, figure in enumerate(figures):
        if figure == _FULL32:
            if position + 8 > len(data):
                raise PackageRefused("header_mismatch", shown(name))
            figures[index] = struct.unpack_from("<Q", data, position)[0]
            position += 8
    return figures[0], figures[1], figures[2]


def _sort_out(file: BinaryIO, entries: list[tuple[Member, tuple[str, bool, int]]], limits: Limits) -> Archive:
    """Give members their paths; put folders, litter and repeated names aside."""
    kept: dict[str, Member] = {}
    folders: list[Member] = []
    litter: list[str] = []
    twice: list[str] = []
    recoded: list[str] = []
    turned: list[str] = []
    for member, (name, guessed, mode) in entries:
        member.path = clean_path(name, longest=limits.path_chars)
        if _is_folder(member.path, mode):
            folders.append(member)
        elif not member.path or is_litter(member.path):
            litter.append(shown(name))
        else:
            if member.path in kept:
                twice.append(shown(member.path))
            if guessed:
                recoded.append(shown(member.path))
            if "\\" in name:
                turned.append(shown(member.path))
            kept[member.path] = member
    archive = Archive(file, list(kept.values()), folders=folders)
    litter += [shown(member.path) for member in folders if is_litter(member.path)]
    for code, paths in (
        ("names_duplicate", twice),
        ("names_recoded", recoded),
        ("names_backslash", turned),
        ("litter_ignored", litter),
    ):
        if paths:
            archive.findings.append(Finding(code, {"count": len(paths)}, paths[0], tuple(paths)))
    return archive


def _is_folder(path: str, mode: int) -> bool:
    kind = stat.S_IFMT(mode)
    # Info-ZIP marks what it read from a pipe as one; the data are an ordinary file's.
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFIFO):
        raise PackageRefused("link_inside", shown(path))
    return path.endswith("/") or kind == stat.S_IFDIR


def _check_bounds(members: list[Member], directory: _Directory, limits: Limits) -> None:
    """No member beyond the directory, none on top of another, none that swells, not too much in all."""
    total = 0
    for member in members:
        if member.header_offset + _LOCAL.size + member.compressed > directory.offset:
            raise PackageRefused("outside_archive", shown(member.path))
        if member.method not in (STORED, DEFLATED):
            raise PackageRefused("method_unsupported", shown(member.path), method=member.method)
        total += member.size
    for member in members:
        # A few bytes of slack: an empty DEFLATE stream is two bytes long.
        swollen = member.compressed > _DEFLATE_WORST * member.size + _BLOCK
        if swollen or member.size > _DEFLATE_BEST * (member.compressed + 2):
            raise PackageRefused("member_broken", shown(member.path))
        if member.size > limits.ratio_over and member.size > limits.ratio * member.compressed:
            raise PackageRefused("ratio_too_high", shown(member.path), limit=limits.ratio)
    if total > limits.unpacked_bytes:
        raise PackageRefused("unpacked_too_large", size=total // MB, limit=limits.unpacked_bytes // MB)


def _read_local_headers(file: BinaryIO, members: list[Member], directory: _Directory) -> None:
    """Compare each local header (4.3.7) with the directory and learn where the data begin."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise PackageRefused("members_overlap", shown(member.path))
        file.seek(member.header_offset)
        head = file.read(_LOCAL.size + len(member.raw_name))
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise PackageRefused("header_mismatch", shown(member.path))
        _, _, flags, method, _, _, crc, compressed, size, name_size, extra_size = _LOCAL.unpack_from(head)
        member.offset = member.header_offset + _LOCAL.size + name_size + extra_size
        end = member.offset + member.compressed
        if end > directory.offset:
            raise PackageRefused("outside_archive", shown(member.path))
        figures_known = not flags & _STREAMED_FLAG and _FULL32 not in (compressed, size)
        # Old programs leave the three figures empty without saying so; the data are checked in any case.
        differs = (crc, compressed, size) not in ((0, 0, 0), (member.crc, member.compressed, member.size))
        if method != member.method or flags & _ENCRYPTED_FLAGS or (figures_known and differs):
            raise PackageRefused("header_mismatch", shown(member.path))
        if name_size != len(member.raw_name) or head[_LOCAL.size :] != member.raw_name:
            _check_local_name(file, member, flags, name_size, extra_size)


def _check_local_name(file: BinaryIO, member: Member, flags: int, name_size: int, extra_size: int) -> None:
    """Some programs write one name in two encodings; they must still be one name."""
    data = _read_at(file, member.header_offset + _LOCAL.size, name_size + extra_size)
    try:
        local = decode_name(data[:name_size], flags, data[name_size:]).text
        same = clean_path(local, longest=_FULL16) == member.path
    except (PackageRefused, ValueError):
        same = False
    if not same:
        raise PackageRefused("header_mismatch", shown(member.path))


def inflate(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The bytes of a member in blocks; `PackageRefused("member_broken")` if they are not exactly what the
    directory declares (length, CRC-32, nothing after the end of the DEFLATE stream)."""
    return _inflate_stored(file, member) if member.method == STORED else _inflate_deflated(file, member)


def _blocks(file: BinaryIO, member: Member) -> Iterator[bytes]:
    position, left = member.offset, member.compressed
    while left:
        block = _read_at(file, position, min(_BLOCK, left))
        if not block:
            raise PackageRefused("outside_archive", shown(member.path))
        position += len(block)
        left -= len(block)
        yield block


def _inflate_stored(file: BinaryIO, member: Member) -> Iterator[bytes]:
    if member.size != member.compressed:
        raise PackageRefused("member_broken", shown(member.path))
    crc = 0
    for block in _blocks(file, member):
        crc = zlib.crc32(block, crc)
        yield block
    if crc != member.crc:
        raise PackageRefused("member_broken", shown(member.path))


def _inflate_deflated(file: BinaryIO, member: Member) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    crc = written = 0
    try:
        for block in _blocks(file, member):
            pending = block
            while pending:
                if inflater.eof:
                    raise PackageRefused("member_broken", shown(member.path))
                data = inflater.decompress(pending, _BLOCK)
                pending = inflater.unconsumed_tail or inflater.unused_data
                crc = zlib.crc32(data, crc)
                written += len(data)
                if written > member.size:
                    raise PackageRefused("member_broken", shown(member.path))
                if data:
                    yield data
        # What the window still holds back comes out without input.
        while not inflater.eof and (data := inflater.decompress(b"", _BLOCK)):
            crc = zlib.crc32(data, crc)
            written += len(data)
            if written > member.size:
                raise PackageRefused("member_broken", shown(member.path))
            yield data
    except zlib.error:
        raise PackageRefused("member_broken", shown(member.path)) from None
    if not inflater.eof or written != member.size or crc != member.crc:
        raise PackageRefused("member_broken", shown(member.path))


def read_member(file: BinaryIO, member: Member, *, at_most: int) -> bytes:
    """The first `at_most` bytes of a member (all of it, checked, where it is no longer)."""
    parts: list[bytes] = []
    size = 0
    for block in inflate(file, member):
        parts.append(block)
        size += len(block)
        if size >= at_most:
            break
    return b"".join(parts)[:at_most]
