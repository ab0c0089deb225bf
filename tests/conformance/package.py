"""Builds the package of a test case: its manifest, and one small page wherever an item is launched. Pure."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from lxml import etree

SCRIPT = Path(__file__).with_name("sco.js")
#: Pages of the suite that end only when they are taken away.
ENDS_LATE = "SingleDoTerminate"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PAGE = """<!doctype html>
<html lang="en" data-terminate="{terminate}">
<head><meta charset="utf-8"><title>{name}</title></head>
<body><h1>{name}</h1><p id="status">playing</p><script src="{up}sco.js"></script></body>
</html>
"""


def build(manifest: bytes) -> bytes:
    """The package as a zip. Raises lxml.etree.XMLSyntaxError for a manifest that is none."""
    root = etree.fromstring(manifest, etree.XMLParser(resolve_entities=False, no_network=True))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("sco.js", SCRIPT.read_bytes())
        pages, others = files_of(root)
        for path in sorted(pages):
            archive.writestr(path, page(path))
        for path in sorted(others - pages - {"sco.js"}):
            archive.writestr(path, b"")
    return made.getvalue()


def page(path: str) -> str:
    """The page that is launched at a path of the package."""
    terminate = "unload" if ENDS_LATE in path else "last"
    return _PAGE.format(name=Path(path).name, terminate=terminate, up="../" * path.count("/"))


def files_of(root: etree._Element) -> tuple[set[str], set[str]]:
    """The paths that are launched, and all that the manifest lists."""
    pages, files = set(), set()
    above = root.get(_BASE, "")
    for resources in root.iter("{*}resources"):
        for resource in resources.iter("{*}resource"):
            base = above + resources.get(_BASE, "") + resource.get(_BASE, "")
            if href := resource.get("href"):
                pages.add(_path(base, href))
            files |= {_path(base, file.get("href", "")) for file in resource.iter("{*}file")}
    return pages, files


def _path(base: str, href: str) -> str:
    return normpath(unquote(base + href.partition("?")[0].partition("#")[0]))
