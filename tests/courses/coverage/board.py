"""A target and the addresses of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from courses.coverage.models import Target
from tests.courses.world import Sector


@dataclass
class Board:
    sector: Sector
    target: Target

    def url(self, name: str = "target", **query: str) -> str:
        address = reverse(f"coverage:{name}", args=[self.target.uid])
        return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address
