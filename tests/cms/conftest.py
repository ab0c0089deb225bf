"""What a process meets whose database does not answer."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection


@pytest.fixture
def database_gone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", broken)
