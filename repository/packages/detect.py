"""Telling from a package's file names and manifest what kind it is and which program made it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .names import fold

HTML5 = "html5"

#: Names for kinds that are known but not yet taken.
UNSUPPORTED_NAMES = {
    "h5p": "H5P",
    "imscc": "Common Cartridge",
    "qti": "QTI",
    "cmi5": "cmi5",
    "aicc": "AICC",
}

#: Entry pages of HTML5 packages, best first. The second line is what authoring programs write.
_ENTRIES = (
    "index.html", "index.htm", "index_lms_html5.html",
    "story.html", "story_html5.html", "presentation.html", "index_lms.html", "multiscreen.html",
    "default.html",
)  # fmt: skip

_OFFICE = {"word/": "Word", "ppt/": "PowerPoint", "xl/": "Excel"}

#: Program → a pattern over the folded paths of the package, tried in this order.
_TOOLS_BY_FILES = (
    ("Articulate Rise", r"(^|/)scormcontent/|(^|/)lib/rise/"),
    ("Articulate Storyline", r"(^|/)story_content/|(^|/)story(_html5|_flash)?\.html$"),
    ("Articulate Studio", r"(^|/)presentation_content/"),
    ("Adobe Captivate", r"(^|/)cplibraryall\.css$|(^|/)cpm\.js$|(^|/)assets/toc_icons/"),
    ("Adobe Presenter", r"(^|/)breeze-manifest\.xml$"),
    ("eXeLearning", r"(^|/)(contentv[23]\.xml|exe_export\.js|exe_lms\.js|common_i18n\.js|[^/]+\.elpx?)$"),
    ("ActivePresenter", r"(^|/)rl(player|prj|prj_html5)[^/]*\.(js|css)$|activepresenter"),
    ("LectureMAKER", r"lecturemaker|(^|/)lm_?(player|viewer)[^/]*\.js$"),
    ("iSpring", r"ispring|(^|/)data/browsersupport\.js$|(^|/)data/slide1\.(js|css)$"),
    ("Camtasia", r"(^|/)[^/]+_player\.html$|(^|/)techsmith-smart-player"),
    ("Xerte", r"(^|/)xenith\.js$|(^|/)common_html5/"),
)  # fmt: skip

_TOOLS_BY_TEXT = (
    ("Articulate Storyline", r"articulate storyline"),
    ("Articulate Rise", r"articulate rise|rise 360"),
    ("iSpring", r"ispring"),
    ("Adobe Captivate", r"captivate"),
    ("Adobe Presenter", r"adobe[ _]presenter"),
    ("eXeLearning", r"exelearning|identifier=\"exe-"),
    ("ActivePresenter", r"activepresenter|atomi systems"),
    ("LectureMAKER", r"lecture ?maker|daulsoft"),
    ("H5P", r"lumi education|h5p-standalone"),
)


def kind_without_manifest(paths: Sequence[str]) -> str:
    """The kind of a package without imsmanifest.xml: h5p, cmi5, aicc, office, html5 or "" (none)."""
    names = {fold(path) for path in paths}
    lasts = {name.rpartition("/")[2] for name in names}
    if "h5p.json" in names or ("h5p.json" in lasts and any("content/content.json" in name for name in names)):
        return "h5p"
    if "cmi5.xml" in lasts:
        return "cmi5"
    if "[content_types].xml" in names:
        return "office"
    if entry_page(paths) is not None:
        return HTML5
    if any(name.endswith((".cst", ".au", ".crs")) for name in lasts):
        return "aicc"
    return ""


def office_kind(paths: Sequence[str]) -> str:
    """Word, PowerPoint or Excel, by the folders of an Office Open XML file."""
    return next(
        (kind for folder, kind in _OFFICE.items() if any(path.startswith(folder) for path in paths)), "Office"
    )


def single_folder(paths: Sequence[str]) -> str:
    """The one folder that holds everything ("x/", also several levels deep), "" if there is none."""
    if not paths:
        return ""
    parts = paths[0].split("/")[:-1]
    for path in paths:
        others = path.split("/")[:-1]
        length = next(
            (n for n, (a, b) in enumerate(zip(parts, others, strict=False)) if a != b),
            min(len(parts), len(others)),
        )
        parts = parts[:length]
    return "/".join(parts) + "/" if parts else ""


def entry_page(paths: Sequence[str]) -> str | None:
    """The page that opens an HTML5 package: at the root, or in the one folder that holds everything."""
    base = single_folder(paths)
    by_name = {fold(path): path for path in paths}
    return next((by_name[fold(base + name)] for name in _ENTRIES if fold(base + name) in by_name), None)


def manifest_path(paths: Sequence[str]) -> str | None:
    """The shallowest imsmanifest.xml, the first by name where several are equally deep."""
    found = [path for path in paths if fold(path.rpartition("/")[2]) == "imsmanifest.xml"]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def authoring_tool(paths: Sequence[str], *texts: str) -> str:
    """The program that made the package, "" if it left no mark. `texts`: manifest and entry page, in part."""
    together = "\n".join(fold(path) for path in paths)
    for tool, pattern in _TOOLS_BY_FILES:
        if re.search(pattern, together, re.MULTILINE):
            return tool
    for text in texts:
        lowered = text.lower()
        for tool, pattern in _TOOLS_BY_TEXT:
            if re.search(pattern, lowered):
                return tool
    return ""
