"""Reading imsmanifest.xml of SCORM 1.2 and SCORM 2004 (2nd to 4th edition) into plain data.

It says what the manifest says: whether the files are there is judged in `check`.
Sources: SCORM 1.2 CAM 2.3, SCORM 2004 4th edition CAM 3.4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from . import xml

SCORM12 = "scorm12"
SCORM2004 = "scorm2004"

#: Deeper nesting than anybody can read; also keeps hostile manifests from exhausting the stack.
_DEEPEST = 40
MOST_ITEMS = 5_000
#: Characters of an address with its parameters, as many as are kept of one.
LONGEST_ADDRESS = 1_000


class AddressTooLongError(ValueError):
    """A launch address or a folder (xml:base) longer than any that can be kept."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: `href` with every xml:base before it, its own files, the resources it depends on."""

    identifier: str
    type: str
    scorm_type: str
    href: str
    files: tuple[str, ...]
    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A line of the table of contents. `href`: launch address with the item's parameters, "" for a folder.

    `resource` is the identifier it names, also where no such resource exists.
    """

    identifier: str
    title: str
    parent: str
    depth: int
    resource: str
    href: str
    scorm_type: str
    visible: bool
    parameters: str = ""
    prerequisites: str = ""
    mastery_score: str = ""
    max_time_allowed: str = ""
    time_limit_action: str = ""
    data_from_lms: str = ""
    completion_threshold: str = ""
    scaled_passing_score: str = ""
    hide_lms_ui: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says. `notes` are codes of what was put right in reading."""

    identifier: str
    title: str
    schema: str
    schema_version: str
    namespaces: frozenset[str]
    items: tuple[ManifestItem, ...]
    resources: tuple[Resource, ...]
    recovered: bool
    sequenced: bool
    notes: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:  # noqa: PLR0911  (one line an answer reads better than a chain)
        """`scorm12`, `scorm2004`, `imscc`, `qti`, or "" where it is neither; by namespace first."""
        spaces = self.namespaces
        # 1.1 to 1.3, then 1.0
        if any("imsccv1p" in space or "/imscc/" in space for space in spaces):
            return "imscc"
        types = [resource.type.lower() for resource in self.resources]
        if any(kind.startswith("imsqti") for kind in types) and not self._has_sco:
            return "qti"
        if any("adlcp_v1p3" in space for space in spaces):
            return SCORM2004
        if any("adlcp_rootv1p2" in space or "imscp_rootv1p1p2" in space for space in spaces):
            return SCORM12
        version = self.schema_version.lower()
        if "2004" in version or "cam" in version:
            return SCORM2004
        if self._has_sco or (version == "1.2" and "scorm" in self.schema.lower()):
            return SCORM12
        return ""

    @property
    def edition(self) -> str:
        """`1.2`, `2nd`, `3rd`, `4th`; "" where a 2004 manifest does not say."""
        if self.kind == SCORM12:
            return "1.2"
        if self.kind != SCORM2004:
            return ""
        version = self.schema_version.lower()
        for word, edition in (("4th", "4th"), ("3rd", "3rd"), ("cam", "2nd"), ("2nd", "2nd")):
            if word in version:
                return edition
        return ""

    @property
    def _has_sco(self) -> bool:
        return any(resource.scorm_type == "sco" for resource in self.resources)

    @property
    def declared_files(self) -> tuple[str, ...]:
        """Every file the manifest names, each once, in its order."""
        return tuple(dict.fromkeys(path for resource in self.resources for path in resource.files))


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest from bytes. Raises `ValueError` if there is no tree; its subclasses
    `xml.EntitiesDeclaredError` where the document declares entities, `xml.TooDeepError` where elements or
    items lie in each other too deeply, `AddressTooLongError`."""
    document = xml.parse(data)
    root = document.root
    if xml.local(root.tag) != "manifest":
        root = next((found for found in root.iter() if xml.local(found.tag) == "manifest"), root)
    resources = tuple(_resources(root))
    known = {resource.identifier: resource for resource in resources}
    notes: list[str] = []
    organization = _organization(root, notes)
    items: list[ManifestItem] = []
    if organization is not None:
        _items(organization, _Shared(known, _collection(root)), "", 0, items)
        if len(items) > MOST_ITEMS:
            notes.append("items_too_many")
            del items[MOST_ITEMS:]
    metadata = xml.child(root, "metadata")
    return Manifest(
        identifier=xml.attribute(root, "identifier"),
        title=_title(organization, metadata, items),
        schema=xml.child_text(metadata, "schema"),
        schema_version=xml.child_text(metadata, "schemaversion"),
        namespaces=frozenset(_namespaces(root)),
        items=tuple(items),
        resources=resources,
        recovered=document.recovered,
        sequenced=any(xml.local(found.tag) == "sequencing" for found in root.iter()),
        notes=tuple(notes),
    )


def _namespaces(root: etree._Element) -> Iterator[str]:
    """Those declared at the root and those in use: asking every element for all it inherits takes long."""
    yield from (space.lower() for space in root.nsmap.values() if space)
    for element in root.iter():
        for name in (element.tag, *element.attrib):
            if space := xml.namespace(name):
                yield space.lower()


def _base(element: etree._Element) -> str:
    """The element's own xml:base as a folder: "" or ending in a slash. A missing slash is a common slip."""
    base = _bounded(xml.attribute(element, "base").replace("\\", "/"))
    if not base or base.endswith("/"):
        return base
    head, _, last = base.rpartition("/")
    if "." not in last:
        return base + "/"
    return head + "/" if head else ""


def _bounded(address: str) -> str:
    """The same; many resources and items repeat what is written once, so a long one would fill the memory."""
    if len(address) > LONGEST_ADDRESS:
        raise AddressTooLongError
    return address


def _join(base: str, href: str) -> str:
    absolute = href.startswith("/") or "://" in href.split("?", 1)[0]
    return href if absolute or not href else base + href


def _resources(root: etree._Element) -> Iterator[Resource]:
    outer = _base(root)
    for holder in xml.children(root, "resources"):
        middle = _join(outer, _base(holder)) or outer
        for element in xml.children(holder, "resource"):
            base = _join(middle, _base(element)) or middle
            yield Resource(
                identifier=xml.attribute(element, "identifier"),
                type=xml.attribute(element, "type"),
                scorm_type=xml.attribute(element, "scormtype").lower(),
                href=_bounded(_join(base, xml.attribute(element, "href"))),
                files=tuple(
                    _join(base, href)
                    for file in xml.children(element, "file")
                    if (href := xml.attribute(file, "href"))
                ),
                dependencies=tuple(
                    xml.attribute(dependency, "identifierref")
                    for dependency in xml.children(element, "dependency")
                ),
            )


def _organization(root: etree._Element, notes: list[str]) -> etree._Element | None:
    """The default organization, else the first that lists anything."""
    holder = xml.child(root, "organizations")
    found = xml.children(holder, "organization") if holder is not None else []
    if not found:
        return None
    wanted = xml.attribute(holder, "default")
    for organization in found:
        if wanted and xml.attribute(organization, "identifier") == wanted:
            return organization
    if len(found) > 1:
        notes.append("organization_default")
    return next((one for one in found if xml.child(one, "item") is not None), found[0])


@dataclass(frozen=True, slots=True)
class _Shared:
    """What items refer to by identifier: resources, and the sequencing that several have in common."""

    resources: dict[str, Resource]
    sequencing: dict[str, dict[str, etree._Element]]


def _collection(root: etree._Element) -> dict[str, dict[str, etree._Element]]:
    """Of each sequencing by its ID what items need of it, looked for once however many refer to it."""
    holder = xml.child(root, "sequencingcollection")
    parts = [] if holder is None else xml.children(holder, "sequencing")
    return {
        xml.attribute(part, "id"): {
            name: found[0] for name in ("limitconditions", "primaryobjective") if (found := _all(part, name))
        }
        for part in parts
    }


def _items(
    holder: etree._Element,
    shared: _Shared,
    parent: str,
    depth: int,
    items: list[ManifestItem],
) -> None:
    """Append the items below `holder`, parents before children."""
    for element in xml.children(holder, "item"):
        if depth > _DEEPEST:
            raise xml.TooDeepError
        if len(items) > MOST_ITEMS:
            return
        item = _item(element, shared, parent, depth)
        items.append(item)
        _items(element, shared, item.identifier, depth + 1, items)


def _item(element: etree._Element, shared: _Shared, parent: str, depth: int) -> ManifestItem:
    reference = xml.attribute(element, "identifierref")
    resource = shared.resources.get(reference)
    parameters = xml.attribute(element, "parameters")
    return ManifestItem(
        identifier=xml.attribute(element, "identifier"),
        title=xml.child_text(element, "title"),
        parent=parent,
        depth=depth,
        resource=reference,
        href=_bounded(with_parameters(resource.href, parameters)) if resource and resource.href else "",
        scorm_type=(resource.scorm_type or "asset") if resource else "",
        visible=xml.attribute(element, "isvisible").lower() not in ("false", "0"),
        parameters=parameters,
        prerequisites=xml.child_text(element, "prerequisites"),
        mastery_score=xml.child_text(element, "masteryscore"),
        max_time_allowed=xml.child_text(element, "maxtimeallowed")
        or xml.attribute(_find(element, "limitconditions", shared), "attemptabsolutedurationlimit"),
        time_limit_action=xml.child_text(element, "timelimitaction"),
        data_from_lms=xml.child_text(element, "datafromlms"),
        completion_threshold=_completion_threshold(xml.child(element, "completionthreshold")),
        scaled_passing_score=_passing_score(_find(element, "primaryobjective", shared)),
        hide_lms_ui=tuple(xml.text(found) for found in _all(xml.child(element, "presentation"), "hidelmsui")),
    )


def _completion_threshold(element: etree._Element | None) -> str:
    """cmi.completion_threshold: the element's text up to the 3rd edition; in the 4th the attribute
    minProgressMeasure (1.0 if absent), which counts only where completedByMeasure is true (CAM 5.1.1.8)."""
    if element is None or (figure := xml.text(element)):
        return "" if element is None else figure
    if xml.attribute(element, "completedbymeasure").lower() not in ("true", "1"):
        return ""
    return xml.attribute(element, "minprogressmeasure") or "1.0"


def _find(element: etree._Element, name: str, shared: _Shared) -> etree._Element | None:
    """`name` inside the item's own sequencing, not in that of items below it; else inside the one of the
    collection that it refers to (CAM 5.1.1)."""
    own = xml.child(element, "sequencing")
    referred = shared.sequencing.get(xml.attribute(own, "idref"), {})
    return next(iter(_all(own, name)), referred.get(name))


def _all(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [found for found in element.iter() if xml.local(found.tag) == name]


def _passing_score(primary: etree._Element | None) -> str:
    """cmi.scaled_passing_score: the primary objective's minimum (1.0 if unsaid), if measure decides."""
    if xml.attribute(primary, "satisfiedbymeasure").lower() not in ("true", "1"):
        return ""
    return xml.child_text(primary, "minnormalizedmeasure") or "1.0"


def with_parameters(href: str, parameters: str) -> str:
    """`href` with an item's parameters, by the algorithm of SCORM 2004 CAM 3.4.1.12; 1.2 means the same."""
    parameters = parameters.lstrip("?&")
    if not parameters:
        return href
    if parameters.startswith("#"):
        return href if "#" in href else href + parameters
    address, hash_mark, fragment = href.partition("#")
    return address + ("&" if "?" in address else "?") + parameters + hash_mark + fragment


def _title(
    organization: etree._Element | None, metadata: etree._Element | None, items: list[ManifestItem]
) -> str:
    """The organization's title, else the metadata's, else the first item's."""
    found = xml.child_text(organization, "title")
    if not found and metadata is not None:
        general = next(iter(_all(metadata, "general")), None)
        found = xml.child_text(general, "title")
    return found or next((item.title for item in items if item.title), "")
