"""The codes of what is told of a package beyond its verdict: what to export again, what was read in spite of
how it is written, what may go wrong elsewhere. A tip never changes a verdict: it is a hint, and may be wrong.

Nor do the codes of ``NO_VERDICT``, which are to be looked at all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What a page asks for may lie behind a condition that never holds: only trying the lesson tells.
NO_VERDICT = frozenset({"scripts_lack"})

#: (reason class, severity) → code → sentence, as in `codes`.
ADVICE: dict[tuple[str, str], dict[str, _StrPromise]] = {
    ("flash", "block"): {
        "slides_flash": _(
            "%(count)s slides are Flash films, from “%(path)s” to “%(last)s”: all of them must be exported "
            "again."
        ),
    },
    ("missing_files", "block"): {
        "launch_elsewhere": _(
            "The page “%(missing)s” is not where the lesson looks for it; one of that name lies at "
            "“%(path)s”. Compress the folder exactly as it was exported, without moving files."
        ),
        "missing_folder": _(
            "The folder “%(path)s” is missing with everything in it (%(count)s files): only part of the "
            "lesson was compressed."
        ),
    },
    ("missing_files", "look"): {
        "scripts_lack": _(
            "The package lacks %(count)s scripts (.js) that its pages ask for: %(names)s. Without them the "
            "lesson may open and then do nothing, or report nothing. Try it; if it does not work, export it "
            "again and compress the whole folder."
        ),
        "addresses_disk": _(
            "%(count)s addresses lead to the author's own computer, such as “%(path)s”; learners will see "
            "nothing there. Insert those files into the lesson and export again."
        ),
        "addresses_http": _(
            "%(count)s files are fetched from http: addresses, such as “%(path)s”, which browsers block on "
            "a secure site. Insert those files into the lesson and export again."
        ),
    },
    ("missing_files", "tip"): {
        "addresses_foreign": _(
            "%(count)s files come from other sites (%(hosts)s): they are missing without internet, or when "
            "those sites change. Insert the files into the lesson where possible."
        ),
        "pages_lack": _(
            "Pages ask for %(count)s files that are not in the package, such as “%(path)s”. Try the lesson "
            "and look whether a picture or sound is missing."
        ),
        "files_empty": _(
            "%(count)s files are empty (0 bytes), such as “%(path)s”. If something stays blank, insert it "
            "again in the authoring program and export again."
        ),
    },
    ("litter", "auto"): {
        "names_case": _(
            "%(count)s addresses are written with other capitals than the files, such as “%(written)s” for "
            "“%(path)s”; they open here all the same."
        ),
        "names_backslash": _(
            "%(count)s file names were written the Windows way, with a backslash, and were put right, such "
            "as “%(path)s”."
        ),
        "addresses_backslash": _(
            "%(count)s addresses are written the Windows way, with a backslash, such as “%(path)s”; they "
            "open here all the same."
        ),
    },
    ("bad_manifest", "tip"): {
        "completion_unseen": _(
            "The lesson reports to this site, but seems never to say that it is completed. Try it to the end;"
            " if it stays incomplete, set in the authoring program when it counts as completed, and export "
            "again."
        ),
        "reports_nothing": _(
            "The lesson seems to report nothing to this site: it opens, but may stay incomplete. Export it "
            "as SCORM with reporting to the LMS switched on."
        ),
    },
    ("too_large", "tip"): {
        "pictures_heavy": _(
            "%(count)s pictures are large (%(size)s MB together), such as “%(path)s”. At most 1,920 pixels "
            "wide they open faster on phones."
        ),
        "videos_heavy": _(
            "%(count)s videos are large (%(size)s MB together), such as “%(path)s”. Exported at 720p, or "
            "uploaded on their own, they make learners wait less."
        ),
    },
    ("unsupported_kind", "tip"): {
        "programs_inside": _(
            "%(count)s programs are in the package, such as “%(path)s”. Browsers do not run them; leave them "
            "out unless learners are to download them."
        ),
    },
}
