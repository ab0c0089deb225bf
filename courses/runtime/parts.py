"""The launchable parts of a stored version with what their files come to, to be compared with another's."""

from __future__ import annotations

from courses.runtime.mapping import Part, digests
from courses.runtime.scos import all_scos, launchable
from repository.models import PackageIndex, Version
from repository.packages import index

_MANIFEST = "imsmanifest.xml"


def parts_of(version: Version) -> list[Part]:
    """In the order of the table of contents; two queries. A single file is one part."""
    scos = launchable(all_scos(version))
    kept = PackageIndex.objects.filter(blob__versions=version).values_list("document", flat=True).first()
    if kept is None:
        whole = (version.blob.sha256 or "") if version.blob else ""
        return [Part(sco.identifier, sco.title, sco.path + sco.query, whole) for sco in scos]
    files = [(entry.path, entry.crc, entry.size) for entry in index.load(kept)]
    base = _base([path for path, _crc, _size in files])
    sums = digests(
        [sco.path.removeprefix(base) for sco in scos],
        [(path.removeprefix(base), crc, size) for path, crc, size in files],
    )
    return [
        Part(sco.identifier, sco.title, sco.path.removeprefix(base) + sco.query, digest)
        for sco, digest in zip(scos, sums, strict=True)
    ]


def _base(paths: list[str]) -> str:
    """The folder of the manifest, with its slash; "" without one or where it lies at the top."""
    manifests = [path for path in paths if path.rpartition("/")[2].lower() == _MANIFEST]
    if not manifests:
        return ""
    nearest = min(manifests, key=lambda path: (path.count("/"), path))
    return nearest[: -len(_MANIFEST)]
