"""Excusing a learner from a unit: the platform's own statement, which satisfies it (9.3.7)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.recording import apply_reached, reached_in, say, whole_satisfied
from courses.runtime.cmi5.writing import Launched
from courses.runtime.commits import announce
from courses.runtime.models import Attempt, ScoState
from courses.runtime.outcome import COMPLETE
from courses.runtime.scos import all_scos
from repository.models import Kind

#: The reasons that the standard knows (9.5.5.2)
REASONS = {
    "administrative": "Administrative",
    "tested": "Tested Out",
    "equivalent": "Equivalent AU",
    "outside": "Equivalent Outside Activity",
}


@transaction.atomic
def waive(*, attempt: Attempt, sco: str, reason: str) -> bool:
    """The unit counts as satisfied from now on; False where it is already, or is none.

    The caller has checked who may say so.
    """
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("version__resource", "user")
    attempt = rows.get(pk=attempt.pk)
    unit = next((one for one in all_scos(attempt.version) if one.identifier == sco and one.path), None)
    state = ScoState.objects.select_for_update().filter(attempt=attempt, sco_identifier=sco).first()
    if attempt.version.kind != Kind.CMI5 or unit is None or state is None or state.completion == COMPLETE:
        return False
    now = timezone.now()
    launched = Launched(
        site=settings.SITE_URL,
        learner=str(attempt.user.uid),
        registration=str(attempt.uid),
        session=str(uuid4()),  # of no launch
        resource=str(attempt.version.resource.uid),
        unit=unit.facts or {},
    )
    extensions = {words.REASON: REASONS[reason]}
    result: dict[str, Any] = {"completion": True, "success": True, "extensions": extensions}
    say(attempt, launched, words.WAIVED, now, session=None, sco=unit, result=result)
    reached = reached_in(state)
    reached.waived = True
    apply_reached(state, reached, unit)
    state.save(update_fields=["document", "completion", "success"])
    whole_satisfied(attempt, None, launched, now)
    announce(attempt)
    return True
