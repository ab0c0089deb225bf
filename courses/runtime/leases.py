"""What a runtime session may write, read from its rows: for the player's page and for the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.runtime.keys import Lease
from courses.runtime.launchdata import LaunchFacts, launch_data
from courses.runtime.models import RuntimeSession, ScoState, SequencingState, SessionMode
from courses.runtime.scos import all_scos, standard_of, terms_in
from repository.models import Kind, Sco


def sco_of(session: RuntimeSession) -> Sco:
    """The part a session opened; versions never change, so it is there."""
    scos = all_scos(session.version)
    return next(sco for sco in scos if sco.identifier == session.sco_identifier)


def lease_of(session: RuntimeSession, sco: Sco, state: ScoState | None = None) -> Lease:
    terms = (session.attempt.terms if session.attempt else None) or {}
    return Lease(
        session=session.uid,
        attempt=session.attempt_id or 0,
        sco=sco.identifier,
        standard=standard_of(session.version, sco),
        tracked=session.mode == SessionMode.NORMAL and session.attempt_id is not None,
        opened=session.opened_at.timestamp(),
        terms=terms_in(session.version, sco, terms),
        completion=state.completion if state else "unknown",
        success=state.success if state else "unknown",
    )


def state_of(session: RuntimeSession) -> ScoState | None:
    if session.attempt_id is None:
        return None
    return ScoState.objects.filter(attempt=session.attempt_id, sco_identifier=session.sco_identifier).first()


def launched_of(session: RuntimeSession) -> dict[str, Any]:
    """What the activity tree handed to the part that a tracked session opens; empty without a tree."""
    tracked = session.mode == SessionMode.NORMAL and session.attempt_id is not None
    if not tracked or session.version.kind != Kind.SCORM2004:
        return {}
    trees = SequencingState.objects.filter(attempt=session.attempt_id)
    document = trees.values_list("document", flat=True).first()
    launched: dict[str, Any] = json.loads(document).get("launched") or {} if document else {}
    return launched if launched.get("sco") == session.sco_identifier else {}


def data_of(
    session: RuntimeSession, sco: Sco, state: ScoState | None, launched: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The data model the SCO starts with; ``launched`` is what an activity tree hands to it."""
    facts, tree = sco.facts or {}, launched or {}
    return launch_data(
        LaunchFacts(
            standard=session.version.kind,
            learner_id=str(session.user.uid if session.user else session.uid),
            learner_name=session.user.full_name if session.user else str(_("Guest")),
            mode=session.mode,
            entry=state.entry if state and session.mode == SessionMode.NORMAL else "ab-initio",
            total_seconds=tree.get("told", state.told_seconds if state else 0.0),
            document=json.loads(state.document) if state else {},
            launch_data=str(facts.get("launch_data") or ""),
            mastery_score=str(facts.get("mastery_score") or ""),
            max_time_allowed=str(facts.get("max_time_allowed") or ""),
            time_limit_action=str(facts.get("time_limit_action") or ""),
            completion_threshold=str(facts.get("completion_threshold") or ""),
            scaled_passing_score=str(facts.get("scaled_passing_score") or ""),
            primary=tree.get("primary", {}),
            objectives=tree.get("objectives", ()),
            stores=tree.get("stores"),
        )
    )
