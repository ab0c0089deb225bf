"""The stable codes with which a package or file is judged, each with its class, severity and sentence.

A sentence says in plain words what is wrong and what to do. Tests and scripts match codes, never sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from django.utils.translation import gettext_lazy as _

from .advice import ADVICE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Severity = Literal["block", "look", "auto", "tip"]

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

#: The order in which findings are shown: what must be solved, what needs an eye, what was put right, what is
#: only good to know and changes no verdict.
SEVERITIES: tuple[Severity, ...] = ("block", "look", "auto", "tip")


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its reason class (`REASON_CLASSES`), its severity and a sentence with named parameters."""

    name: str
    reason: str
    severity: Severity
    message: _StrPromise


_TABLE: dict[tuple[str, Severity], dict[str, _StrPromise]] = {
    ("broken_archive", "block"): {
        "empty_file": _(
            "The file is empty (0 bytes). Choose it again; if it is still empty, export it once more."
        ),
        "truncated": _(
            "The end of the file is missing: it was cut off while being copied or saved. Copy or "
            "export it again, then upload the whole file."
        ),
        "image_broken": _(
            "The picture is damaged and cannot be opened. Open it on your computer, save it anew as "
            "PNG or JPEG and upload that."
        ),
        "archive_broken": _(
            "The compressed file is damaged: its list of contents cannot be read. Open it on your "
            "computer; if that fails too, export the lesson again."
        ),
        "archive_split": _(
            "This is one part of a compressed file in several parts. Compress the lesson into a "
            "single .zip file and upload that."
        ),
        "header_mismatch": _(
            "The compressed file contradicts itself about “%(path)s”. Export the lesson again, or "
            "compress it anew as .zip."
        ),
        "name_broken": _(
            "A file name in the package is damaged (“%(path)s”). Rename that file and compress again."
        ),
        "method_unsupported": _(
            "“%(path)s” is compressed in a way that browsers cannot read (method %(method)s). "
            "Compress the lesson anew as an ordinary .zip file."
        ),
        "outside_archive": _(
            "“%(path)s” should lie beyond the end of the compressed file: a part is missing. Copy or "
            "export the lesson again, then upload the whole file."
        ),
        "members_overlap": _(
            "Two files of the package, one of them “%(path)s”, share the same bytes, which no proper "
            "program writes. Compress the lesson anew as .zip."
        ),
        "member_broken": _(
            "“%(path)s” is damaged inside the package. Export the lesson again, or compress it anew as .zip."
        ),
    },
    ("too_large", "block"): {
        "image_too_large": _(
            "The picture has %(pixels)s million pixels, more than the %(limit)s million allowed. Make"
            " it smaller and upload it again."
        ),
        "package_too_large": _(
            "The file has %(size)s MB, more than the %(limit)s MB allowed. Compress videos and "
            "pictures, or divide the lesson, and export again."
        ),
        "too_many_entries": _(
            "The package has %(count)s files, more than the %(limit)s allowed. Divide the lesson and "
            "export again."
        ),
        "unpacked_too_large": _(
            "Unpacked, the package would take %(size)s MB, more than the %(limit)s MB allowed. "
            "Compress videos and pictures, or divide the lesson, and export again."
        ),
        "ratio_too_high": _(
            "The file “%(path)s” swells more than %(limit)s times when unpacked, as files made to do "
            "harm do. Take it out of the package and export again."
        ),
    },
    ("not_a_package", "block"): {
        "wrong_type": _(
            "The name ends in “%(extension)s”, but the content is something else (%(found)s). Choose "
            "the right file; changing the name does not change what is inside."
        ),
        "archive_empty": _(
            "The compressed file has no files in it. Choose the lesson's folder and compress it again."
        ),
        "no_manifest": _(
            "This compressed file is not a lesson: it has neither imsmanifest.xml nor index.html. "
            "Export from your authoring program as SCORM 1.2, SCORM 2004 or HTML5."
        ),
    },
    ("unsupported_kind", "block"): {
        "unsupported_type": _(
            "This kind of file (%(found)s) cannot be taken yet. Upload a SCORM or HTML5 package "
            "(.zip), a PDF, a picture (PNG, JPEG, GIF, WebP), a video (MP4, WebM) or a sound "
            "(MP3, M4A, Ogg, WAV)."
        ),
        "media_unplayable": _(
            "Browsers cannot play this kind of file (%(found)s). Open it in a video or sound program, "
            "export it as MP4 (H.264 with AAC) or MP3, and upload that."
        ),
        "media_codec": _(
            "The picture or sound is coded as %(codec)s, which many browsers and phones cannot play. "
            "Export it again as MP4 with H.264 and AAC, or as MP3."
        ),
        "kind_unsupported": _(
            "This is a package of the kind %(kind)s, which cannot be taken yet. Export the lesson as "
            "SCORM 1.2, SCORM 2004 or HTML5."
        ),
        "units_elsewhere_only": _(
            "The lesson lies on another site (%(path)s): the package only points there, and what learners do "
            "there cannot be recorded. Export it with all pages in the package."
        ),
        "questions_only": _(
            "This holds questions only (QTI). They can be taken once the question bank is there; keep the "
            "file until then. Questions inside a Common Cartridge are kept today."
        ),
        "office_document": _(
            "This is an office document (%(kind)s). Save it as PDF, or export it as SCORM or HTML5 "
            "with a program such as iSpring or ActivePresenter."
        ),
    },
    ("litter", "auto"): {
        "name_differs": _(
            "The name ends in “%(extension)s”, but this is a %(kind)s file. It was taken for what it is."
        ),
        "names_recoded": _(
            "%(count)s file names were written in an old encoding and were put right, such as “%(path)s”."
        ),
        "litter_ignored": _(
            "%(count)s needless files of the computer's system (such as “%(path)s”) were left aside."
        ),
    },
    ("encrypted", "block"): {
        "encrypted": _(
            "The package is locked with a password (“%(path)s”). Export or compress it without a password."
        ),
    },
    ("unsafe_path", "block"): {
        "path_unsafe": _(
            "The package wants to put a file outside its own folder (“%(path)s”), which could do "
            "harm. Export the lesson again with your authoring program, or compress only the lesson's"
            " folder."
        ),
        "link_inside": _(
            "“%(path)s” is a link or a device, not a file. Put the file itself into the package."
        ),
    },
    ("litter", "look"): {
        "names_duplicate": _(
            "%(count)s names occur twice in the package, such as “%(path)s”; the later file counts. "
            "Check that the lesson looks right."
        ),
    },
    ("bad_manifest", "block"): {
        "manifest_unreadable": _(
            "The lesson's table of contents (%(path)s) cannot be read. Export the lesson again; do "
            "not edit that file by hand."
        ),
        "structure_invalid": _(
            "The lesson's table of contents (%(path)s) breaks the cmi5 standard at “%(found)s”. Export the "
            "lesson again; do not edit that file by hand."
        ),
        "h5p_unreadable": _(
            "The description of the H5P exercise (%(path)s) cannot be read. Save it again as .h5p with the "
            "program that made it; do not edit its files by hand."
        ),
        "h5p_incomplete": _(
            "The H5P exercise is not whole: %(path)s does not fit with “%(found)s”. Save it again as .h5p "
            "with the program that made it."
        ),
        "manifest_too_large": _(
            "The lesson's table of contents (%(path)s) has %(size)s MB, more than the %(limit)s MB "
            "allowed. Export the lesson again."
        ),
        "manifest_too_deep": _(
            "In the lesson's table of contents (%(path)s) the parts lie inside each other too deeply, as "
            "no authoring program writes them. Export the lesson again."
        ),
        "address_too_long": _(
            "The lesson's table of contents (%(path)s) holds an address of more than %(limit)s characters. "
            "Give the files shorter names and export again."
        ),
        "manifest_entities": _(
            "The lesson's table of contents (%(path)s) declares XML entities, which could do harm. "
            "Export the lesson again with your authoring program."
        ),
        "nothing_to_launch": _(
            "The lesson's table of contents (%(path)s) names no page to open. Export again as SCORM "
            "1.2 or SCORM 2004."
        ),
        "launch_outside": _(
            "The lesson opens a page outside the package (%(path)s). Export again with all files in "
            "the package."
        ),
    },
    ("bad_manifest", "auto"): {
        "manifest_recovered": _(
            "The lesson's table of contents (%(path)s) has mistakes that were passed over. Check that"
            " the list of parts is right."
        ),
        "manifest_not_at_root": _(
            "The lesson lies in the folder “%(path)s” of the compressed file; it is opened from there."
        ),
        "organization_missing": _(
            "The table of contents lists no parts. It was made from the pages that are there: %(count)s."
        ),
        "organization_default": _(
            "The table of contents to be used is not named properly; the first one was taken."
        ),
    },
    ("bad_manifest", "look"): {
        "items_too_many": _(
            "The table of contents has more than %(limit)s parts; the first %(limit)s were taken. Divide the "
            "lesson if the rest is needed."
        ),
        "item_broken": _(
            "%(count)s parts of the table of contents cannot be opened, such as “%(title)s”. Check "
            "whether they are needed."
        ),
        "manifest_plain": _(
            "The package has a table of contents but is not SCORM: what learners do in it cannot be "
            "recorded. If it should be, export as SCORM 1.2 or SCORM 2004."
        ),
    },
    ("unsupported_kind", "look"): {
        "questions_kept": _(
            "%(count)s sets of questions (%(questions)s questions, such as %(titles)s) are kept for the "
            "question bank to come; learners do not see them yet."
        ),
        "cartridge_bare": _(
            "No page of this cartridge can be opened in the library, so it cannot be submitted. Take it into "
            "a course (“Import from a Common Cartridge” there), or export it again with its pages."
        ),
        "tools_left_out": _(
            "%(count)s links to tools on other sites, such as “%(title)s”, are left out: they open only "
            "where that site knows the learner."
        ),
        "units_elsewhere": _(
            "%(count)s parts lie on other sites, such as “%(path)s”, and cannot be opened here. Export the "
            "lesson with all pages in the package if they are needed."
        ),
        "media_newer": _(
            "This file is coded as %(found)s, which older iPhones and iPads do not play. If learners may use "
            "those, upload it as MP4 (H.264 with AAC) or MP3."
        ),
    },
    ("unsafe_markup", "look"): {
        "markup_scripted": _(
            "%(count)s files of the exercise hold programs where only text or drawings belong, such as "
            "“%(path)s”. They are shown without those programs; look at them if you did not make them."
        ),
    },
    ("missing_files", "block"): {
        "h5p_libraries_missing": _(
            "The H5P exercise was saved without %(count)s of the libraries that play it, such as “%(path)s”. "
            "Save it as .h5p with its libraries."
        ),
        "launch_missing": _(
            "The page that opens the lesson (“%(path)s”) is not in the package. Export again and "
            "compress the whole folder."
        ),
        "launch_incomplete": _(
            "The page “%(path)s” needs %(count)s files that are not in the package, such as "
            "“%(missing)s”. Export again as HTML5 and compress the whole folder."
        ),
    },
    ("missing_files", "look"): {
        "launch_files_missing": _(
            "The page “%(path)s” asks for %(count)s files that are not in the package, such as "
            "“%(missing)s”. Try the lesson before submitting it."
        ),
        "item_missing": _(
            "%(count)s pages of the table of contents are not in the package, such as “%(path)s”. "
            "Export again if they are needed."
        ),
        "files_missing": _(
            "%(count)s of %(total)s files in the list are not in the package, such as “%(path)s”. Try"
            " the lesson; if pictures or sound are missing, export again."
        ),
    },
    ("flash", "block"): {
        "flash_only": _(
            "The lesson is made with Flash (%(count)s .swf files, such as “%(path)s”), which no "
            "browser plays any more. Open the source in the authoring program and export again as "
            "HTML5."
        ),
    },
    ("flash", "look"): {
        "flash_parts": _(
            "%(count)s files are Flash (.swf), which no browser plays any more, such as “%(path)s”. "
            "Try the lesson; if something stays empty, export again as HTML5."
        ),
    },
}

_ADVICE = cast("dict[tuple[str, Severity], dict[str, _StrPromise]]", ADVICE)

CODES: Mapping[str, Code] = {
    name: Code(name, reason, severity, message)
    for (reason, severity), sentences in (*_TABLE.items(), *_ADVICE.items())
    for name, message in sentences.items()
}


class _Parameters(dict[str, Any]):
    """Findings are kept for years: one stored before its sentence took a new parameter must still show."""

    def __missing__(self, key: str) -> str:
        return "…"


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
        return str(self.definition.message) % _Parameters({"path": self.path, **self.params})


class PackageRefused(Exception):  # noqa: N818  (not an error of ours: a verdict)
    """Stops the checks of a package at its first blocking fault; `finding` says which."""

    def __init__(self, code: str, path: str = "", **params: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code, params, path, (path,) if path else ())
