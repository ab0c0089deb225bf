"""The budget of what every page loads, and what templates may not hold."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cms import sprite

ROOT = Path(settings.BASE_DIR)
BUDGET = 15_000
FRONT_PAGE = 60_000


#: What the page in which a lesson plays may load: the first always, of the others one.
PLAYS = ("content", "2004", "h5p", "html5", "left", "media")


def packed(pattern: str) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in ROOT.glob(pattern))


def templates() -> list[Path]:
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    assert len(found) > 20
    return [path for path in found if "admin" not in path.parts]


@pytest.mark.parametrize("pattern", ["static/css/*.css", "static/js/[!pu]*.js", "static/js/upload*.js"])
def test_styles_and_scripts_keep_their_budget(pattern: str) -> None:
    """Scripts of ordinary pages and those of uploads, apart."""
    assert 1_000 < packed(pattern) <= BUDGET


def test_scripts_of_the_player_keep_their_budget() -> None:
    """Those of the page around a lesson, and those of the page in which one plays."""
    always, *one_of = [packed(f"static/js/player-{name}.js") for name in PLAYS]
    assert min(always, *one_of) > 100
    assert always + max(one_of) <= BUDGET
    assert 1_000 < packed("static/js/player-*.js") - always - sum(one_of) <= BUDGET


@pytest.mark.django_db
def test_the_front_page_keeps_its_budget(client: Client) -> None:
    page = client.get("/").content
    script = (ROOT / "static/js/app.js").read_bytes()
    assert len(gzip.compress(page)) + packed("static/css/*.css") + len(gzip.compress(script)) <= FRONT_PAGE


def test_templates_hold_no_style_and_no_script_of_their_own() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in templates()
        for hit in re.finditer(
            r"""\sstyle=["']|<style|<script(?![^>]*\b(?:src|type="application/json")\b)|\son\w+=["']""",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert not wrong, "The policy refuses these:\n" + "\n".join(wrong)


def test_icons_of_templates_are_drawn() -> None:
    names = {
        name
        for path in templates()
        for name in re.findall(r'\{% icon "(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert names
    assert {f"i-{name}" for name in names} <= set(sprite.symbols())


def test_signs_of_subjects_are_drawn() -> None:
    from repository.migrations import _taxonomy

    assert {f"s-{subject[4]}" for subject in _taxonomy.SUBJECTS} <= set(sprite.symbols())
