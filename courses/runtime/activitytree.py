"""The activity tree of a stored package: its manifest, read once and remembered by version."""

from __future__ import annotations

import zlib
from functools import lru_cache
from uuid import UUID

from lxml import etree

from courses.runtime.sequencing import Definition, Node, read
from repository.content.sources import source_of
from repository.models import Kind, PackageIndex, Version
from repository.packages import index, xml
from repository.storage import blobs

_MANIFEST = "imsmanifest.xml"
#: Larger manifests are refused at import
_MOST_BYTES = 64 * 1024 * 1024


def definition_of(version: Version) -> Definition | None:
    """What the package says about its sequencing; None where there is nothing to sequence.

    Raises OSError where the stored package cannot be reached: then nothing is guessed.
    """
    if version.kind != Kind.SCORM2004 or version.blob_id is None:
        return None
    return _definition(version.uid)


@lru_cache(maxsize=128)
def _definition(version: UUID) -> Definition | None:
    data = _manifest(version)
    if data is None:
        return None
    try:
        root = xml.parse(data).root
        found = read(root)
    except ValueError:
        return None
    return found if found is not None and _orders(root, found) else None


def _orders(root: etree._Element, found: Definition) -> bool:
    """Whether the tree orders anything. Without any sequencing the learner goes freely, as in SCORM 1.2; one
    lone part whose tool wrote a passing score, as most do, keeps its place whatever it says at its end."""
    nodes = list(found.nodes.values())
    if any(node.data for node in nodes):
        return True
    if not any(xml.local(element.tag) == "sequencing" for element in root.iter()):
        return False
    return sum(node.is_leaf for node in nodes) > 1 or any(_demands(node) for node in nodes)


def _demands(node: Node) -> bool:
    rules = node.pre_rules or node.exit_rules or node.post_rules
    shared = any(objective.maps for objective in node.all_objectives)
    limited = node.limits.attempts is not None
    return bool(rules or shared or limited or node.objectives or node.hidden_controls)


def _manifest(version: UUID) -> bytes | None:
    """The bytes of the package's manifest, the one nearest to its top; None without a stored package."""
    rows = PackageIndex.objects.filter(blob__versions__uid=version)
    found = rows.values_list("document", "blob__uid", "blob__size").first()
    if found is None:
        return None
    document, blob, size = found
    manifests = [
        entry for entry in index.load(document) if entry.path.rpartition("/")[2].lower() == _MANIFEST
    ]
    if not manifests:
        return None
    entry = min(manifests, key=lambda one: (one.path.count("/"), one.path))
    data = source_of(blobs(), blob, size).read(entry.offset, entry.compressed)
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, _MOST_BYTES) if entry.deflated else data
