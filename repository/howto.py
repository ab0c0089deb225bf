"""How a lesson is exported again, step by step, in the words of the program that made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: Codes that only a new export puts right; the first of them on a page carries the steps.
EXPORT_CODES = frozenset(
    {"slides_flash", "flash_only", "flash_parts", "missing_folder", "launch_missing", "launch_incomplete",
     "launch_files_missing", "scripts_lack", "files_missing", "item_missing", "addresses_disk",
     "addresses_http", "completion_unseen", "reports_nothing", "manifest_unreadable", "nothing_to_launch",
     "launch_outside", "h5p_unreadable", "h5p_incomplete", "h5p_libraries_missing"}
)  # fmt: skip

_UPLOAD_AS_IT_IS = gettext_lazy("Upload the .zip file exactly as the program wrote it, without unpacking it.")

#: Program → its steps; the last one is the same for all.
_STEPS: dict[str, tuple[_StrPromise, ...]] = {
    "Adobe Presenter": (
        gettext_lazy(
            "Open the PowerPoint file of the lesson on a computer with Adobe Presenter 10 or 11; version 7 "
            "writes nothing but Flash."
        ),
        gettext_lazy("On the Adobe Presenter tab choose Quiz Manage › Reporting and switch on SCORM 1.2."),
        gettext_lazy(
            "Choose Publish › My Computer, take HTML5 as the output format, tick Zip files, Publish."
        ),
        gettext_lazy(
            "Without a newer version: open the same PowerPoint file in iSpring Suite or ActivePresenter and "
            "export it from there as SCORM, HTML5."
        ),
    ),
    "iSpring": (
        gettext_lazy(
            "Open the PowerPoint file of the lesson; on the iSpring Suite tab choose Publish › LMS."
        ),
        gettext_lazy(
            "Choose the profile SCORM 1.2 and the format HTML5 (in old versions: Mobile or Combined)."
        ),
    ),
    "Articulate Storyline": (
        gettext_lazy("Open the .story file, choose Publish › LMS, format HTML5 only, SCORM 1.2."),
        gettext_lazy("After publishing press ZIP, so that the whole folder is compressed."),
    ),
    "Articulate Rise": (
        gettext_lazy("Open the course, choose Publish › LMS, then SCORM 1.2, and download the .zip file."),
    ),
    "Adobe Captivate": (
        gettext_lazy("Open the .cptx file, choose Quiz Preferences › Reporting and switch on SCORM 1.2."),
        gettext_lazy("Choose Publish to Computer, output format HTML5, tick Zip Files."),
    ),
    "ActivePresenter": (
        gettext_lazy("Open the .approj file, choose Export › HTML5."),
        gettext_lazy("On the tab SCORM/xAPI switch on SCORM 1.2, and tick the packing into a .zip file."),
    ),
    "LectureMAKER": (
        gettext_lazy("Open the lesson in LectureMAKER 3 or later and export it as HTML5 or SCORM."),
        gettext_lazy("Old versions write Flash only: export the lesson as a video (MP4) and upload that."),
    ),
    "eXeLearning": (gettext_lazy("Open the .elp or .elpx file, choose File › Export › SCORM 1.2."),),
    "H5P": (
        gettext_lazy(
            "In Lumi open the exercise and choose File › Save as; on an H5P site choose Reuse › Download as "
            "an .h5p file."
        ),
        gettext_lazy(
            "Upload the .h5p file exactly as it was written; do not unpack or rename what is in it."
        ),
    ),
    "Violet": (
        gettext_lazy("Open the .xvl file in Violet 1.9 or later and pack it as SCORM or HTML5, not as .exe."),
    ),
}
_ANY: tuple[_StrPromise, ...] = (
    gettext_lazy("Open the source file of the lesson in the program that made it."),
    gettext_lazy(
        "Export it as SCORM 1.2 or HTML5, as a single .zip file, with all pictures, sounds and videos."
    ),
)

#: Parameters of ``missing_folder`` → what they count.
_USES = (
    ("slides", gettext_lazy("slides: %(n)s")),
    ("pages", gettext_lazy("pages: %(n)s")),
    ("pictures", gettext_lazy("pictures: %(n)s")),
    ("sounds", gettext_lazy("sounds: %(n)s")),
    ("videos", gettext_lazy("videos: %(n)s")),
    ("films", gettext_lazy("Flash films: %(n)s")),
    ("scripts", gettext_lazy("scripts and data: %(n)s")),
    ("others", gettext_lazy("other files: %(n)s")),
)


def steps(tool: str) -> list[str]:
    """The steps of exporting again with a program; general ones where it is not known."""
    return [str(step) for step in (*_STEPS.get(tool, _ANY), _UPLOAD_AS_IT_IS)]


def title(tool: str) -> str:
    """What the steps are called."""
    return _("How to export again from %(tool)s") % {"tool": tool} if tool else _("How to export again")


def detail(code: str, params: Mapping[str, Any]) -> str:
    """What was in a folder that is missing, counted by use; "" for other findings."""
    if code != "missing_folder":
        return ""
    counted = [str(text) % {"n": params[name]} for name, text in _USES if params.get(name)]
    return _("To be exported again: %(list)s.") % {"list": "; ".join(counted)} if counted else ""
