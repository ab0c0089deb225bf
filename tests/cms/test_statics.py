"""Files that browsers keep: named by their content, packed, gathered anew when one changes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.test import Client

from cms import statics

pytestmark = pytest.mark.usefixtures("gathered")


@pytest.fixture
def gathered(settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    assert statics.gather_if_changed()
    return settings.STATIC_ROOT


def test_names_change_with_the_content_and_all_is_packed(gathered: Path) -> None:
    names = json.loads((gathered / "staticfiles.json").read_text())["paths"]
    assert re.fullmatch(r"css/components\.[0-9a-f]{12}\.css", names["css/components.css"])
    packed = gathered / (names["css/components.css"] + ".gz")
    assert gzip.decompress(packed.read_bytes()) == (gathered / names["css/components.css"]).read_bytes()


def test_modules_import_each_other_under_the_new_names(gathered: Path) -> None:
    names = json.loads((gathered / "staticfiles.json").read_text())["paths"]
    player = (gathered / names["js/player-site.js"]).read_text()
    assert Path(names["js/outbox.js"]).name in player
    assert '"./outbox.js"' not in player


def test_nothing_is_done_while_nothing_changed(settings, tmp_path: Path) -> None:
    assert not statics.gather_if_changed()
    own = tmp_path / "own"
    own.mkdir()
    (own / "new.css").write_text("a{}")
    settings.STATICFILES_DIRS = [own]
    get_finders_cache_clear()
    try:
        assert statics.gather_if_changed()
        assert list(settings.STATIC_ROOT.glob("new.*.css"))
    finally:
        get_finders_cache_clear()


def get_finders_cache_clear() -> None:
    from django.contrib.staticfiles.finders import get_finder

    get_finder.cache_clear()
    assert list(get_finders())


@pytest.mark.django_db
def test_pages_travel_packed_to_whoever_takes_that(client: Client) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
