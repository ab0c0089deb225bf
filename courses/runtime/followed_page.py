"""What the player's page is told of a lesson without a SCORM API: what follows it, and what was kept."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from courses.runtime.followed import played_in
from courses.runtime.keys import Lease
from courses.runtime.libs import lib_url
from courses.runtime.models import NEVER, RuntimeSession, ScoState
from courses.runtime.outcome import H5P, HTML5, MEDIA
from repository.content.links import file_url, view_url
from repository.models import Sco

#: After so long without a sign of her the learner is not at work on a page.
IDLE_SECONDS = 120


def followed_page(session: RuntimeSession, sco: Sco, state: ScoState | None, lease: Lease) -> dict[str, Any]:
    """More for the page's config; nothing for a lesson that speaks SCORM or of which nothing is asked."""
    if lease.standard == MEDIA:
        return _media(session, sco, state, lease)
    if lease.standard == H5P:
        return {
            "adapter": lib_url("player-h5p.js"),
            "data": {"cmi": _kept(state)},
            "src": view_url(session.version, bare=True),
        }
    if lease.standard == HTML5 and lease.tracked and lease.terms.asks:
        return {
            "adapter": lib_url("player-html5.js"),
            "data": {"cmi": _kept(state)},
            "follow": _asked(state, lease),
        }
    return {}


def _kept(state: ScoState | None) -> dict[str, Any]:
    return (json.loads(state.document).get("cmi") if state else None) or {}


def _asked(state: ScoState | None, lease: Lease) -> dict[str, Any]:
    """What is asked, and how many seconds of this session are still wanting, None where none are."""
    due = state.seconds_due if state else NEVER
    return {
        "asks": lease.terms.asks,
        "share": lease.terms.share,
        "left": due if due < NEVER else None,
        "idle": IDLE_SECONDS,
    }


def _media(session: RuntimeSession, sco: Sco, state: ScoState | None, lease: Lease) -> dict[str, Any]:
    kept = played_in(state.document if state else "{}")
    return {
        "adapter": lib_url("player-media.js"),
        "data": {"cmi": kept.as_cmi()},
        "follow": _asked(state, lease),
        "src": "",
        "media": {
            "kind": session.version.kind,
            "address": file_url(session.version, sco.path),
            "length": session.version.seconds or 0,
        },
        "texts": {
            "share": _("{n} percent played so far"),
            "resumed": _("Goes on from {at}."),
            "again": _("From the beginning"),
            "failed": _("It cannot be played here. Check the network, then open the lesson again."),
            "keys": _("Space: play or pause; arrow keys: 5 seconds back or on."),
        },
    }
