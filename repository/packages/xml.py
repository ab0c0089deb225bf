"""Parsing hostile or careless XML: bytes in, a tree out, no entities, no network, no DTD.

Names are compared without namespace prefix and without regard to case, because tools differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

#: Reading one attribute takes the longer the more there are; manifests have a dozen.
_MOST_ATTRIBUTES = 200
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


#: Longer text is no title and no figure; the same text can be asked for many times over.
_LONGEST_TEXT = 64_000


class TooDeepError(ValueError):
    """Elements inside elements, deeper than any program writes."""


class EntitiesDeclaredError(ValueError):
    """The document's own DTD declares entities: a bomb, or a reach for other files."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document and whether mistakes were passed over."""

    root: etree._Element
    recovered: bool


def parse(data: bytes) -> Document:
    """Parse bytes (never text: the declaration and byte-order mark name the encoding).

    Raises `EntitiesDeclaredError`, `TooDeepError`, or `ValueError` where no tree can be made.
    """
    document = _parse(data.lstrip(b" \t\r\n"))
    if any(len(element.attrib) > _MOST_ATTRIBUTES for element in document.root.iter()):
        raise ValueError("an element with too many attributes")
    return document


def _parse(data: bytes) -> Document:
    root = _attempt(data, recover=False)
    if root is not None:
        return Document(root, recovered=False)
    root = _attempt(data, recover=True)
    if root is not None and len(root):
        return Document(root, recovered=True)
    # The declared encoding may be a lie: try as Unicode text without declaration.
    for encoding in ("utf-8-sig", "utf-16-be" if data.startswith(b"\0") else "utf-16", "cp1258"):
        try:
            text = _DECLARATION.sub("", data.decode(encoding))
        except UnicodeError:
            continue
        again = _attempt(text.encode(), recover=True)
        if again is not None and len(again):
            return Document(again, recovered=True)
    if root is not None:
        return Document(root, recovered=True)
    raise ValueError("no XML document")


def _attempt(data: bytes, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        # The parser knows no entities and no network, which is what S320 is about.
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        root = None
    fatal = " ".join(str(error.message) for error in parser.error_log.filter_from_fatals())
    if "depth" in fatal:
        raise TooDeepError
    if "amplification" in fatal or "entity reference loop" in fatal.lower():
        raise EntitiesDeclaredError
    if root is None:
        return None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):  # type: ignore[union-attr]
        raise EntitiesDeclaredError
    return root


def local(name: object) -> str:
    """The local name of a tag or attribute, lower case: `{ns}scormType` and `adlcp:scormtype` are one."""
    if not isinstance(name, str):  # comments and entities have functions for tags
        return ""
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def namespace(name: object) -> str:
    return name[1:].partition("}")[0] if isinstance(name, str) and name.startswith("{") else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local(child.tag) == name]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    if element is None:
        return None
    return next((found for found in element if local(found.tag) == name), None)


def attribute(element: etree._Element | None, name: str) -> str:
    """The attribute with that local name, "" if there is none."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if local(key) == name:
            return str(value).strip()
    return ""


def text(element: etree._Element | None) -> str:
    """All text of an element in one line, without NUL, of a bounded length."""
    if element is None:
        return ""
    parts: list[str] = []
    left = _LONGEST_TEXT
    for part in element.itertext():
        parts.append(str(part)[:left])
        left -= len(parts[-1])
        if not left:
            break
    return " ".join("".join(parts).replace("\0", "").split())


def child_text(element: etree._Element | None, name: str) -> str:
    return text(child(element, name))
