"""Statements written by hand, and locks, on PostgreSQL: a piece of the suite in a run that is on SQLite.

The whole suite runs there by one variable (docs/operations.md).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Where SQL stands in the code, and where two transactions meet.
PIECE = (
    "tests/accounts/test_prepared.py",
    "tests/accounts/test_standing.py",
    "tests/cms/test_admin_search.py::test_pages_and_resources_are_found_as_vietnamese_is_typed",
    "tests/courses/coverage/test_concurrency.py",
    "tests/courses/runtime/test_commits.py",
    "tests/repository/test_resource_page.py",
    "tests/search/test_actions.py",
)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.skipif(bool(os.environ.get("HOCLIEU_DATABASE_URL")), reason="the whole run is on PostgreSQL")
def test_hand_written_statements_and_locks_hold_on_postgresql(postgres_url: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PIECE],
        cwd=ROOT,
        env=env | {"HOCLIEU_DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert "embedded (PostgreSQL" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1], done.stdout[-2000:]
