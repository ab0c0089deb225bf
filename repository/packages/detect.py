"""Telling from a package's file names and manifest what kind it is and which program made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .names import fold

HTML5 = "html5"

#: Names for kinds that are known but not yet taken.
UNSUPPORTED_NAMES = {
    "qti": "QTI",
    "aicc": "AICC",
}

#: Entry pages of HTML5 packages, best first. The second line is what authoring programs write.
_ENTRIES = (
    "index.html", "index.htm", "index_lms_html5.html",
    "story.html", "story_html5.html", "presentation.html", "index_lms.html", "multiscreen.html",
    "default.html",
)  # fmt: skip

_OFFICE = {"word/": "Word", "ppt/": "PowerPoint", "xl/": "Excel"}


@dataclass(frozen=True, slots=True)
class _Marks:
    """What an authoring program leaves in a package: folders, file names, a pattern over file names."""

    tool: str
    folders: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    pattern: str = ""


#: Tried in this order: programs that build on others come first.
_MARKS = (
    _Marks("Articulate Rise", folders=frozenset({"scormcontent"})),
    _Marks(
        "Articulate Storyline",
        folders=frozenset({"story_content"}),
        names=frozenset({"story.html", "story_html5.html", "story_flash.html"}),
    ),
    _Marks("Articulate Studio", folders=frozenset({"presentation_content"})),
    _Marks(
        "Adobe Captivate", folders=frozenset({"toc_icons"}), names=frozenset({"cplibraryall.css", "cpm.js"})
    ),
    _Marks("Adobe Presenter", names=frozenset({"breeze-manifest.xml"})),
    _Marks(
        "eXeLearning",
        names=frozenset({"contentv2.xml", "contentv3.xml", "exe_export.js", "exe_lms.js", "common_i18n.js"}),
        pattern=r"\.elpx?$",
    ),
    _Marks("ActivePresenter", pattern=r"^rl(player|prj)\w*\.(js|css)$|activepresenter"),
    _Marks("LectureMAKER", pattern=r"lecturemaker|^lm_?(player|viewer)\w*\.js$"),
    _Marks("Violet", pattern=r"\.xvl$|^violet[\w.-]*\.(js|css|swf|exe)$"),
    _Marks("Avina", pattern=r"^avina[\w.-]*\.(js|css|xml|html?)$"),
    _Marks("iSpring", names=frozenset({"browsersupport.js", "ispringpresenter.js"}), pattern="^ispring"),
    _Marks("Camtasia", names=frozenset({"techsmith-smart-player.min.js"}), pattern=r"_player\.html$"),
    _Marks("Xerte", folders=frozenset({"common_html5"}), names=frozenset({"xenith.js"})),
)
#: Longer names are nobody's mark.
_LONGEST_MARK = 80

_TOOLS_BY_TEXT = (
    ("Articulate Storyline", r"articulate storyline"),
    ("Articulate Rise", r"articulate rise|rise 360"),
    ("iSpring", r"ispring"),
    ("Adobe Captivate", r"captivate"),
    ("Adobe Presenter", r"adobe[ _]presenter"),
    ("eXeLearning", r"exelearning|identifier=\"exe-"),
    ("ActivePresenter", r"activepresenter|atomi systems"),
    ("LectureMAKER", r"lecture ?maker|daulsoft"),
    ("Violet", r"violet\.vn|bachkim\.vn"),
    ("Avina", r"\bavina\b"),
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
    folders: set[str] = set()
    names: set[str] = set()
    for path in paths:
        *parts, name = fold(path).split("/")
        folders.update(parts)
        if len(name) <= _LONGEST_MARK:
            names.add(name)
    for marks in _MARKS:
        if not marks.folders.isdisjoint(folders) or not marks.names.isdisjoint(names):
            return marks.tool
        if marks.pattern:
            pattern = re.compile(marks.pattern)
            if any(pattern.search(name) for name in names):
                return marks.tool
    for text in texts:
        lowered = text.lower()
        for tool, words in _TOOLS_BY_TEXT:
            if re.search(words, lowered):
                return tool
    return ""
