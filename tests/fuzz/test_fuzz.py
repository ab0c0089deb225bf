"""A short run of every target, and every finding of the longer runs, which stay mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .strategies import changed
from .targets import SEEDS, TARGETS, run

CASES = sorted((Path(__file__).parent / "cases").glob("*.hex"))


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_anything(name: str, data: st.DataObject) -> None:
    run(name, data.draw(changed(SEEDS[name])))


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str) -> None:
    for seed in SEEDS[name]:
        run(name, seed)


def test_findings_stay_mended() -> None:
    for case in CASES:
        run(case.stem.partition("-")[0], bytes.fromhex(case.read_text()))
