"""The stable codes with which a package or file is judged, each with its class, severity and sentence.

A sentence says in plain words what is wrong and what to do. Tests and scripts match codes, never sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Severity = Literal["block", "look", "auto"]

REASON_CLASSES = (
    "broken_archive",
    "encrypted",
    "unsafe_path",
    "too_large",
    "not_a_package",
    "bad_manifest",
    "missing_files",
    "flash",
    "unsupported_kind",
    "unsafe_markup",
    "litter",
)

#: The order in which findings are shown: what must be solved, what needs an eye, what was put right.
SEVERITIES: tuple[Severity, ...] = ("block", "look", "auto")


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its reason class (`REASON_CLASSES`), its severity and a sentence with named parameters."""

    name: str
    reason: str
    severity: Severity
    message: _StrPromise


_ALL = [
    # -- the file itself -------------------------------------------------------------------------------
    Code("empty_file", "broken_archive", "block",
         _("The file is empty (0 bytes). Choose it again; if it is still empty, export it once more.")),
    Code("truncated", "broken_archive", "block",
         _("The end of the file is missing: it was cut off while being copied or saved. "
           "Copy or export it again, then upload the whole file.")),
    Code("image_broken", "broken_archive", "block",
         _("The picture is damaged and cannot be opened. Open it on your computer, save it anew as PNG or "
           "JPEG and upload that.")),
    Code("image_too_large", "too_large", "block",
         _("The picture has %(pixels)s million pixels, more than the %(limit)s million allowed. "
           "Make it smaller and upload it again.")),
    Code("wrong_type", "not_a_package", "block",
         _("The name ends in “%(extension)s”, but the content is something else (%(found)s). "
           "Choose the right file; changing the name does not change what is inside.")),
    Code("unsupported_type", "unsupported_kind", "block",
         _("This kind of file (%(found)s) cannot be taken yet. Upload a SCORM or HTML5 package (.zip), a PDF "
           "or a picture (PNG, JPEG, GIF, WebP).")),
    Code("name_differs", "litter", "auto",
         _("The name ends in “%(extension)s”, but this is a %(kind)s file. It was taken for what it is.")),
    # -- the archive -----------------------------------------------------------------------------------
    Code("package_too_large", "too_large", "block",
         _("The file has %(size)s MB, more than the %(limit)s MB allowed. Compress videos and pictures, or "
           "divide the lesson, and export again.")),
    Code("too_many_entries", "too_large", "block",
         _("The package has %(count)s files, more than the %(limit)s allowed. Divide the lesson and export "
           "again.")),
    Code("unpacked_too_large", "too_large", "block",
         _("Unpacked, the package would take %(size)s MB, more than the %(limit)s MB allowed. Compress videos "
           "and pictures, or divide the lesson, and export again.")),
    Code("ratio_too_high", "too_large", "block",
         _("The file “%(path)s” swells more than %(limit)s times when unpacked, as files made to do harm do. "
           "Take it out of the package and export again.")),
    Code("archive_broken", "broken_archive", "block",
         _("The compressed file is damaged: its list of contents cannot be read. Open it on your computer; if "
           "that fails too, export the lesson again.")),
    Code("archive_split", "broken_archive", "block",
         _("This is one part of a compressed file in several parts. Compress the lesson into a single .zip "
           "file and upload that.")),
    Code("header_mismatch", "broken_archive", "block",
         _("The compressed file contradicts itself about “%(path)s”. Export the lesson again, or compress it "
           "anew as .zip.")),
    Code("name_broken", "broken_archive", "block",
         _("A file name in the package is damaged (“%(path)s”). Rename that file and compress again.")),
    Code("method_unsupported", "broken_archive", "block",
         _("“%(path)s” is compressed in a way that browsers cannot read (method %(method)s). Compress the "
           "lesson anew as an ordinary .zip file.")),
    Code("outside_archive", "broken_archive", "block",
         _("“%(path)s” should lie beyond the end of the compressed file: a part is missing. Copy or export "
           "the lesson again, then upload the whole file.")),
    Code("members_overlap", "broken_archive", "block",
         _("Two files of the package, one of them “%(path)s”, share the same bytes, which no proper program "
           "writes. Compress the lesson anew as .zip.")),
    Code("member_broken", "broken_archive", "block",
         _("“%(path)s” is damaged inside the package. Export the lesson again, or compress it anew as .zip.")),
    Code("encrypted", "encrypted", "block",
         _("The package is locked with a password (“%(path)s”). Export or compress it without a password.")),
    Code("path_unsafe", "unsafe_path", "block",
         _("The package wants to put a file outside its own folder (“%(path)s”), which could do harm. Export "
           "the lesson again with your authoring program, or compress only the lesson's folder.")),
    Code("link_inside", "unsafe_path", "block",
         _("“%(path)s” is a link or a device, not a file. Put the file itself into the package.")),
    Code("names_duplicate", "litter", "look",
         _("%(count)s names occur twice in the package, such as “%(path)s”; the later file counts. Check that "
           "the lesson looks right.")),
    Code("names_recoded", "litter", "auto",
         _("%(count)s file names were written in an old encoding and were put right, such as “%(path)s”.")),
    Code("litter_ignored", "litter", "auto",
         _("%(count)s needless files of the computer's system (such as “%(path)s”) were left aside.")),
    # -- what is it ------------------------------------------------------------------------------------
    Code("archive_empty", "not_a_package", "block",
         _("The compressed file has no files in it. Choose the lesson's folder and compress it again.")),
    Code("no_manifest", "not_a_package", "block",
         _("This compressed file is not a lesson: it has neither imsmanifest.xml nor index.html. Export from "
           "your authoring program as SCORM 1.2, SCORM 2004 or HTML5.")),
    Code("kind_unsupported", "unsupported_kind", "block",
         _("This is a package of the kind %(kind)s, which cannot be taken yet. Export the lesson as SCORM 1.2, "
           "SCORM 2004 or HTML5.")),
    Code("office_document", "unsupported_kind", "block",
         _("This is an office document (%(kind)s). Save it as PDF, or export it as SCORM or HTML5 with a "
           "program such as iSpring or ActivePresenter.")),
    # -- the manifest ----------------------------------------------------------------------------------
    Code("manifest_unreadable", "bad_manifest", "block",
         _("The lesson's table of contents (%(path)s) cannot be read. Export the lesson again; do not edit "
           "that file by hand.")),
    Code("manifest_too_large", "bad_manifest", "block",
         _("The lesson's table of contents (%(path)s) has %(size)s MB, more than the %(limit)s MB allowed. "
           "Export the lesson again.")),
    Code("manifest_entities", "bad_manifest", "block",
         _("The lesson's table of contents (%(path)s) declares XML entities, which could do harm. Export the "
           "lesson again with your authoring program.")),
    Code("nothing_to_launch", "bad_manifest", "block",
         _("The lesson's table of contents (%(path)s) names no page to open. Export again as SCORM 1.2 or "
           "SCORM 2004.")),
    Code("launch_outside", "bad_manifest", "block",
         _("The lesson opens a page outside the package (%(path)s). Export again with all files in the "
           "package.")),
    Code("manifest_recovered", "bad_manifest", "auto",
         _("The lesson's table of contents (%(path)s) has mistakes that were passed over. Check that the list "
           "of parts is right.")),
    Code("manifest_not_at_root", "bad_manifest", "auto",
         _("The lesson lies in the folder “%(path)s” of the compressed file; it is opened from there.")),
    Code("organization_missing", "bad_manifest", "auto",
         _("The table of contents lists no parts. It was made from the pages that are there: %(count)s.")),
    Code("organization_default", "bad_manifest", "auto",
         _("The table of contents to be used is not named properly; the first one was taken.")),
    Code("item_broken", "bad_manifest", "look",
         _("%(count)s parts of the table of contents cannot be opened, such as “%(title)s”. Check whether they "
           "are needed.")),
    Code("manifest_plain", "bad_manifest", "look",
         _("The package has a table of contents but is not SCORM: what learners do in it cannot be recorded. "
           "If it should be, export as SCORM 1.2 or SCORM 2004.")),
    # -- the files -------------------------------------------------------------------------------------
    Code("launch_missing", "missing_files", "block",
         _("The page that opens the lesson (“%(path)s”) is not in the package. Export again and compress the "
           "whole folder.")),
    Code("launch_incomplete", "missing_files", "block",
         _("The page “%(path)s” needs %(count)s files that are not in the package, such as “%(missing)s”. "
           "Export again as HTML5 and compress the whole folder.")),
    Code("launch_files_missing", "missing_files", "look",
         _("The page “%(path)s” asks for %(count)s files that are not in the package, such as “%(missing)s”. "
           "Try the lesson before submitting it.")),
    Code("item_missing", "missing_files", "look",
         _("%(count)s pages of the table of contents are not in the package, such as “%(path)s”. Export again "
           "if they are needed.")),
    Code("files_missing", "missing_files", "look",
         _("%(count)s of %(total)s files in the list are not in the package, such as “%(path)s”. Try the "
           "lesson; if pictures or sound are missing, export again.")),
    Code("flash_only", "flash", "block",
         _("The lesson is made with Flash (%(count)s .swf files, such as “%(path)s”), which no browser plays "
           "any more. Open the source in the authoring program and export again as HTML5.")),
    Code("flash_parts", "flash", "look",
         _("%(count)s files are Flash (.swf), which no browser plays any more, such as “%(path)s”. Try the "
           "lesson; if something stays empty, export again as HTML5.")),
]

CODES: Mapping[str, Code] = {code.name: code for code in _ALL}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a code, the parameters of its sentence, the file it is about and all such files."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    paths: tuple[str, ...] = ()

    @property
    def definition(self) -> Code:
        return CODES[self.code]

    @property
    def reason(self) -> str:
        """The reason class, one of `REASON_CLASSES`."""
        return self.definition.reason

    @property
    def severity(self) -> Severity:
        return self.definition.severity

    @property
    def message(self) -> str:
        """The sentence in the active language, filled in."""
        return str(self.definition.message) % {"path": self.path, **self.params}


class PackageRefused(Exception):
    """Stops the checks of a package at its first blocking fault; `finding` says which."""

    def __init__(self, code: str, path: str = "", **params: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code, params, path, (path,) if path else ())
