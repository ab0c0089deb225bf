"""What a licence allows, in a sentence that needs no law degree. Pure.

The sentences are ours for the licences that every library has; another licence is told by its own summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_PLAIN = {
    "cc-by": _("May be downloaded, used, changed and shared, also in what is sold; name the author."),
    "cc-by-sa": _(
        "May be downloaded, used, changed and shared; name the author, and share what was changed under the "
        "same licence."
    ),
    "cc-by-nc": _("May be downloaded, used, changed and shared, but not sold; name the author."),
    "cc-by-nc-sa": _(
        "May be downloaded, used, changed and shared, but not sold; name the author, and share what was "
        "changed under the same licence."
    ),
    "all-rights": _("May be seen here and used in classes here; not downloaded, changed or passed on."),
    "public-domain": _("May be used freely by everybody; nobody need be asked."),
}


def plain_sentence(licence: Mapping[str, Any]) -> str:
    """What the licence of a metadata snapshot (``code``, ``summary``) allows, in the active language."""
    return str(_PLAIN.get(str(licence.get("code", ""))) or licence.get("summary") or "")
