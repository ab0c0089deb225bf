"""What a fault in the middle of long work leaves: nothing half done, and nobody barred by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from courses.models import CartridgeImport
from courses.runtime import carrying
from courses.training import actions
from courses.training.actions import cartridges, switch_version
from courses.training.actions import switching as switched
from courses.training.actions.learning import latest_attempt
from courses.training.models import SwitchedAttempt
from tests.courses.runtime.stage import lesson_from
from tests.courses.training.test_cartridges import cartridge
from tests.courses.training.versions import (
    SECOND,
    class_in_the_middle,
    next_version,
    one_more,
    opens,
    package,
    saves,
)
from tests.courses.world import make_sector

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", [KeyError("a tree of another make"), IntegrityError("twice")], ids=type)
def test_tracks_that_cannot_be_carried_hold_up_nobody_else(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    stage = class_in_the_middle()
    others = [one_more(stage), one_more(stage)]
    for enrolment in (stage.enrolment, *others):
        saves(opens(enrolment, stage.activity, "i1"), place="3")
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    switch = switch_version(by=None, activity=stage.activity, version=version, way="move")
    broken = latest_attempt(others[0], stage.activity)
    assert broken is not None
    carry = carrying.carry

    def stumbling(*, former: Any, **more: Any) -> Any:
        found = carry(former=former, **more)
        if former.pk == broken.pk:
            raise fault
        return found

    monkeypatch.setattr(switched, "carry", stumbling)
    assert switched.carry_on(switch_id=switch.pk) == 3
    switch.refresh_from_db()
    assert switch.state == "done"
    assert sorted(switch.attempts.values_list("state", flat=True)) == ["left", "moved", "moved"]
    assert latest_attempt(others[0], stage.activity) == broken
    for enrolment in (stage.enrolment, others[1]):
        assert latest_attempt(enrolment, stage.activity).version == version  # type: ignore[union-attr]
    assert SwitchedAttempt.objects.get(former=broken).successor is None


def test_an_import_that_stumbled_or_whose_worker_died_bars_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    sector = make_sector()
    version = lesson_from(sector.so, sector.manager, cartridge(), "goi.imscc")
    course = actions.create_course(by=sector.manager, unit=sector.so, title="Khóa", periods=5)

    def begin() -> CartridgeImport:
        return cartridges.begin_import(by=sector.manager, course=course, version=version)

    with monkeypatch.context() as patched:
        patched.setattr(cartridges, "plan_of", lambda *_, **__: {}["unknown"])
        first = begin()
        assert cartridges.carry_out(first.pk) == "failed"
    first.refresh_from_db()
    assert first.code == "cartridge_failed"
    second = begin()
    CartridgeImport.objects.filter(pk=second.pk).update(
        state="reading", created_at=timezone.now() - timedelta(hours=7)
    )
    third = begin()
    assert cartridges.carry_out(second.pk) == "failed"
    assert cartridges.carry_out(third.pk) == "done"
    assert course.sections.count() == 2
