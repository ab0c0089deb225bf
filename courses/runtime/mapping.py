"""Which part of a newer version of a package is which of the older, so that tracks can go along. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

#: How a pair was found, the surest first
IDENTIFIER, ADDRESS, TITLE, PLACE = "identifier", "address", "title", "place"
#: Of every package, never loaded by a part: they differ from export to export
_NOT_LOADED = (".xsd", ".dtd")
_MANIFEST = "imsmanifest.xml"


@dataclass(frozen=True, slots=True)
class Part:
    """A launchable part. ``address`` is its path with query, from the folder of the manifest on;
    ``digest`` stands for every file it may load, "" where they are not known."""

    identifier: str
    title: str
    address: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A part of the newer version and the one of the older whose track it goes on with."""

    new: Part
    old: Part
    by: str

    @property
    def same_files(self) -> bool:
        """Whether nothing that the part may load has changed; False where that is not known."""
        return bool(self.new.digest) and self.new.digest == self.old.digest


@dataclass(frozen=True, slots=True)
class Mapping:
    """``pairs`` and ``anew`` in the order of the newer version, ``gone`` in that of the older."""

    pairs: tuple[Pair, ...]
    anew: tuple[Part, ...]
    gone: tuple[Part, ...]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _alike(new: Part, old: Part) -> bool:
    return _folded(new.title) == _folded(old.title) or new.address == old.address


class _Pairing:
    """Pairs found so far: by the newer part's identifier the older part and how it was recognised."""

    def __init__(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        self.old, self.new = old, new
        self.found: dict[str, tuple[Part, str]] = {}
        self.taken: set[str] = set()

    def add(self, new: Part, old: Part, by: str) -> None:
        self.found[new.identifier] = (old, by)
        self.taken.add(old.identifier)

    def left(self) -> list[Part]:
        return [part for part in self.new if part.identifier not in self.found]

    def equal(self, key: Callable[[Part], Hashable], by: str, *, alike: bool = False) -> None:
        """Pairs what no other part of its version shares the key of; ``alike``: title or address too."""
        often = Counter(map(key, self.new)), Counter(map(key, self.old))
        waiting = {key(part): part for part in self.old if part.identifier not in self.taken}
        for part in self.left():
            other = waiting.get(key(part))
            if other is None or any(count[key(part)] > 1 for count in often):
                continue
            if not alike or _alike(part, other):
                self.add(part, other, by)

    def titles(self) -> None:
        """Pairs equal titles, in their order where there are several."""
        waiting: dict[str, list[Part]] = {}
        for part in self.old:
            if part.identifier not in self.taken:
                waiting.setdefault(_folded(part.title), []).append(part)
        for part in self.left():
            if others := waiting.get(_folded(part.title)):
                self.add(part, others.pop(0), TITLE)

    def places(self) -> None:
        """Pairs what stands at the same place, where both have as many parts and nothing else tells anything.

        Beside parts that were recognised, one that was not is another.
        """
        if not self.found and len(self.old) == len(self.new):
            for new, old in zip(self.new, self.old, strict=True):
                self.add(new, old, PLACE)


def map_parts(old: Sequence[Part], new: Sequence[Part]) -> Mapping:
    """Pairs by identifier, then by launch address, then by title, else by place where both have as many.

    Programs that number their items give a moved part another's identifier: so identifiers that title or
    address bear out come first, then parts whose title and address are both the same, then other identifiers.
    An address that several parts of a version share tells nothing. Equal titles are paired in their order.
    """
    pairing = _Pairing(old, new)
    pairing.equal(lambda part: part.identifier, IDENTIFIER, alike=True)
    pairing.equal(lambda part: (part.address, _folded(part.title)), ADDRESS)
    pairing.equal(lambda part: part.identifier, IDENTIFIER)
    pairing.equal(lambda part: part.address, ADDRESS)
    pairing.titles()
    pairing.places()
    found = pairing.found
    return Mapping(
        tuple(Pair(part, *found[part.identifier]) for part in new if part.identifier in found),
        tuple(part for part in new if part.identifier not in found),
        tuple(part for part in old if part.identifier not in pairing.taken),
    )


def digests(paths: Sequence[str], files: Iterable[tuple[str, int, int]]) -> list[str]:
    """A digest for each launch path, of all files that part may load: (path, check, size) of each file.

    What lies in the folder of another part is that one's alone; everything else may be loaded by any. So a
    change in a shared script is a change of every part. Paths are relative to the manifest's folder.
    """
    folders = [path.rpartition("/")[0] for path in paths]
    own = set(folders) - {""}
    sums = {folder: hashlib.sha256() for folder in own}
    shared = hashlib.sha256()
    for path, check, size in sorted(files):
        name = path.rpartition("/")[2].lower()
        if name == _MANIFEST or name.endswith(_NOT_LOADED):
            continue
        line = f"{path}\0{check}\0{size}\n".encode()
        homes = [folder for folder in own if path.startswith(folder + "/")]
        for folder in homes:
            sums[folder].update(line)
        if not homes:
            shared.update(line)
    everything = shared.hexdigest()
    return [_of_folder(folder, own, sums, everything) for folder in folders]


def _of_folder(folder: str, own: set[str], sums: dict[str, hashlib._Hash], shared: str) -> str:
    """Of the shared files and those of the folder and the parts' folders around it; at the top, of all."""
    around = [one for one in own if f"{folder}/".startswith(f"{one}/")] if folder else own
    within = sorted(around)
    return hashlib.sha256((shared + "".join(sums[one].hexdigest() for one in within)).encode()).hexdigest()
