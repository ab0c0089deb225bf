"""imsmanifest.xml of the demo packages: SCORM 1.2, 2004 3rd and 4th edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_NS_12 = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
)
_NS_2004 = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)


@dataclass(frozen=True)
class Sco:
    """An item of the table of contents with its launch file and the files it needs."""

    title: str
    href: str
    files: Sequence[str]
    mastery: int | None = None
    shared: Sequence[str] = field(default_factory=tuple)


def scorm12(identifier: str, title: str, scos: Sequence[Sco]) -> bytes:
    """A 1.2 manifest with one flat organization; files in ``shared`` become one asset resource."""
    items = "".join(
        f'<item identifier="I{n}" identifierref="R{n}" isvisible="true"><title>{escape(sco.title)}</title>'
        + (f"<adlcp:masteryscore>{sco.mastery}</adlcp:masteryscore>" if sco.mastery is not None else "")
        + "</item>\n"
        for n, sco in enumerate(scos, 1)
    )
    return _document(
        identifier,
        _NS_12,
        version="1.2",
        title=title,
        items=items,
        resources=_resources(scos, 'adlcp:scormtype="{}"'),
    )


def scorm2004(identifier: str, title: str, scos: Sequence[Sco], edition: str) -> bytes:
    """A 2004 manifest; ``edition`` as the standard spells it, "2004 3rd Edition" or "2004 4th Edition"."""
    tracked = (
        '<imsss:sequencing><imsss:deliveryControls completionSetByContent="true" '
        'objectiveSetByContent="true"/></imsss:sequencing>'
    )
    items = "".join(
        f'<item identifier="I{n}" identifierref="R{n}"><title>{escape(sco.title)}</title>{tracked}</item>\n'
        for n, sco in enumerate(scos, 1)
    )
    control = '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>'
    return _document(
        identifier,
        _NS_2004,
        version=edition,
        title=title,
        items=items,
        resources=_resources(scos, 'adlcp:scormType="{}"'),
        control=control,
    )


def _resources(scos: Sequence[Sco], kind: str) -> str:
    shared = tuple(dict.fromkeys(name for sco in scos for name in sco.shared))
    depends = '<dependency identifierref="SHARED"/>' if shared else ""
    made = "".join(
        f'<resource identifier="R{n}" type="webcontent" {kind.format("sco")} href={quoteattr(sco.href)}>'
        f"{_files(sco.files)}{depends}</resource>\n"
        for n, sco in enumerate(scos, 1)
    )
    if shared:
        attributes = f'identifier="SHARED" type="webcontent" {kind.format("asset")}'
        made += f"<resource {attributes}>{_files(shared)}</resource>\n"
    return made


def _files(names: Iterable[str]) -> str:
    return "".join(f"<file href={quoteattr(name)}/>" for name in names)


def _document(
    identifier: str,
    namespaces: str,
    *,
    version: str,
    title: str,
    items: str,
    resources: str,
    control: str = "",
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier}" version="1.0" {namespaces}>
<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
<organizations default="TOC"><organization identifier="TOC"><title>{escape(title)}</title>
{items}{control}</organization></organizations>
<resources>
{resources}</resources>
</manifest>
""".encode()
