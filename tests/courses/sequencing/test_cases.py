"""The published conformance cases and our own, played against the sequencer without browser or server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import cases, own
from tests.conformance.properties import PUBLISHED as FOLDER
from tests.courses.sequencing.replay import replay


def _families() -> list[str]:
    return sorted({name.partition("-")[0] for name in cases.names(FOLDER)}) or ["none"]


@pytest.mark.parametrize("family", _families())
def test_each_case_delivers_its_activities_in_order(family: str) -> None:
    if not FOLDER.is_dir():
        pytest.skip("../shared/cases is not here")
    words = cases.vocabulary(FOLDER)
    wrong: dict[str, list[str]] = {}
    for name in cases.names(FOLDER):
        if name.partition("-")[0] == family:
            played = replay(FOLDER, name, words)
            if played.wrong:
                wrong[name] = played.wrong[:3]
    assert wrong == {}


@pytest.mark.parametrize("name", own.OWN)
def test_each_case_of_our_own(name: str, tmp_path: Path) -> None:
    own.write(tmp_path)
    assert replay(tmp_path, name).wrong == []


def test_every_manifest_can_be_read() -> None:
    if not FOLDER.is_dir():
        pytest.skip("../shared/cases is not here")
    packages = [package for name in cases.names(FOLDER) for package in cases.read(FOLDER, name).packages]
    assert len(set(packages)) == 116
