"""Launching a unit: what the platform says of it, and the address with which it opens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.access import new_fetch
from courses.runtime.cmi5.models import Cmi5Launch
from courses.runtime.cmi5.recording import apply_reached, reached_in, say, whole_satisfied
from courses.runtime.cmi5.writing import Launched, launch_query, launched_extensions
from courses.runtime.commits import announce
from courses.runtime.durations import as_interval
from courses.runtime.models import Attempt, RuntimeSession, ScoState, SessionMode
from courses.runtime.scos import all_scos
from repository.content.links import file_url
from repository.models import Sco


def launched_of(session: RuntimeSession, sco: Sco) -> Launched:
    """What is agreed on with the unit that a session opened. A guest is known by her session alone."""
    return Launched(
        site=settings.SITE_URL,
        learner=str(session.user.uid if session.user else session.uid),
        registration=str(session.attempt.uid if session.attempt else session.uid),
        session=str(session.uid),
        resource=str(session.version.resource.uid),
        unit=sco.facts or {},
        mode=session.mode,
    )


def is_tracked(session: RuntimeSession) -> bool:
    return session.mode == SessionMode.NORMAL and session.attempt_id is not None


@transaction.atomic
def begin(*, session: RuntimeSession, sco: Sco) -> str:
    """The address that opens the unit, once the player has; the launch is then on record.

    Sessions before it that never ended are abandoned (9.3.6); a unit without conditions is satisfied at once.
    """
    launched = launched_of(session, sco)
    secret, digest = new_fetch()
    endpoint = f"{settings.CONTENT_URL}/xapi/"
    query = launch_query(sco.query, launched, endpoint=endpoint, fetch=f"{endpoint}fetch/{secret}/")
    if is_tracked(session):
        _note_launch(session, sco, launched)
    Cmi5Launch.objects.create(session=session, fetch_hash=digest)
    return file_url(session.version, sco.path, query)


def _note_launch(session: RuntimeSession, sco: Sco, launched: Launched) -> None:
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    attempt = attempts.get(pk=session.attempt_id)
    _abandon_older(attempt, session)
    now = timezone.now()
    # The address without its secrets: statements are read by people.
    url = f"{settings.CONTENT_URL}/f/{session.version.uid}/{sco.path}"
    said = launched_extensions(launched, url)
    say(attempt, launched, words.LAUNCHED, now, session=session, sco=sco, extensions=said)
    state = ScoState.objects.select_for_update().get(attempt=attempt, sco_identifier=sco.identifier)
    if apply_reached(state, reached_in(state), sco):
        state.save()
        whole_satisfied(attempt, session, launched, now)
        announce(attempt)


def _abandon_older(attempt: Attempt, session: RuntimeSession) -> None:
    older = Cmi5Launch.objects.filter(
        session__attempt=attempt, session__mode=SessionMode.NORMAL, terminated_at=None, abandoned_at=None
    )
    scos: dict[str, Sco] = {}
    for launch in older.exclude(session=session).select_related(
        "session__user", "session__version__resource"
    ):
        scos = scos or {sco.identifier: sco for sco in all_scos(attempt.version)}
        sco = scos.get(launch.session.sco_identifier)
        now = timezone.now()
        launch.abandoned_at = now
        launch.save(update_fields=["abandoned_at"])
        if sco is not None:
            launch.session.attempt = attempt
            part = launch.session.parts.order_by("-seconds").first()
            result: dict[str, Any] = {"duration": as_interval(part.seconds if part else 0.0)}
            own = launched_of(launch.session, sco)
            say(attempt, own, words.ABANDONED, now, session=launch.session, sco=sco, result=result)
