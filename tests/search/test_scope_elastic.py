"""The same questions about who finds what, asked of Elasticsearch."""

from __future__ import annotations

import pytest

from tests.search.test_scope import (  # noqa: F401 -- its tests and what they are given
    published,
    test_a_moved_unit_sees_what_its_new_parent_publishes,
    test_courses_are_found_by_those_who_see_them,
    test_every_role_at_every_unit,
    test_guests_the_inactive_and_those_without_unit,
    test_past_and_future_memberships_do_not_count,
    test_roles_away_from_the_place_of_work,
)

pytestmark = pytest.mark.service


@pytest.fixture(autouse=True)
def _elasticsearch(on_elasticsearch) -> None:
    """Each test asks it."""
