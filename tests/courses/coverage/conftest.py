"""A target of the whole Sở, and how its pages are asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.days import today
from courses.coverage import actions
from tests.courses.coverage.board import Board
from tests.courses.world import make_sector
from tests.factories import LONG_AGO


@pytest.fixture
def board(db: None) -> Board:
    sector = make_sector()
    target = actions.create_target(
        by=sector.manager,
        unit=sector.so,
        course=sector.course,
        name="70 % đạt kĩ năng CNTT cơ bản",
        percent=70,
        first_day=LONG_AGO,
        deadline=today() + timedelta(days=100),
    )
    return Board(sector, target)
