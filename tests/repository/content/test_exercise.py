"""The page that plays an H5P exercise: what it may load, where its files lie, what its drawings may."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from django.test import Client

from cms.demo import packages
from repository.content import libs
from repository.content.links import current_key, file_url
from repository.models import Version
from tests.repository.packages.builders import manifest, zipped
from tests.repository.packages.test_h5p import exercise

from .test_viewer import directives, shown

pytestmark = pytest.mark.django_db
Make = Callable[..., Version]
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def test_the_page_names_the_exercise_and_its_libraries(origin: Client, make_version: Make) -> None:
    version = make_version(packages.build("capitals_h5p"), "thu-do.h5p")
    page = shown(origin, version, bare=True)
    text = page.content.decode()
    assert f'data-h5p="/f/{version.uid}/{current_key(version)}"' in text
    script = re.search(r'<script src="([^"]+)"', text)[1]
    assert origin.get(script).status_code == 200
    lib = re.search(r'data-lib="([^"]+)"', text)[1]
    style = origin.get(f"{lib}styles/h5p.css")
    assert style["Content-Type"].startswith("text/css")
    fonts = re.findall(rb"url\('\.\./(fonts/[^'?]+)", gzip.decompress(style.content))
    assert {origin.get(f"{lib}{font.decode()}").status_code for font in fonts[:3]} == {200}
    assert origin.get(f"{lib}../../secret_key").status_code == 404


def test_programs_come_from_its_files_and_ours(origin: Client, make_version: Make, settings) -> None:
    version = make_version(packages.build("capitals_h5p"), "thu-do.h5p")
    policy = directives(shown(origin, version))
    files, own = f"{settings.CONTENT_URL}/f/{version.uid}/", f"{settings.CONTENT_URL}/v/lib/"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split()[:2] == [own, files]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "https:", "*"} & set(policy["script-src"].split())
    assert policy["connect-src"] == files
    assert policy["frame-ancestors"] == f"'self' {settings.SITE_URL}"
    assert "allow-top-navigation" not in policy["sandbox"]


def test_one_below_a_folder(origin: Client, make_version: Make) -> None:
    files = {f"bài tập/{name}": value for name, value in exercise().items()}
    version = make_version(zipped(files), "bai.h5p")
    text = shown(origin, version).content.decode()
    assert f'data-h5p="/f/{version.uid}/{current_key(version)}/b%C3%A0i%20t%E1%BA%ADp"' in text


def test_without_the_library_it_says_so(origin: Client, make_version: Make, settings, tmp_path) -> None:
    settings.BROWSER_LIBS = tmp_path
    assert not libs.plays_h5p()
    version = make_version(packages.build("capitals_h5p"), "thu-do.h5p")
    text = shown(origin, version).content.decode()
    assert "<script" not in text
    assert "chưa chạy được bài tập H5P" in text


def test_a_drawing_of_an_exercise_runs_nothing(origin: Client, make_version: Make) -> None:
    version = make_version(zipped(exercise(**{"content/a.svg": DRAWING})), "a.h5p")
    address = file_url(version, "content/a.svg")
    answer = origin.get(address[address.index("/f/") :])
    assert answer.status_code == 200
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    # A lesson of SCORM is a program as a whole, its drawings too.
    lesson = make_version(
        zipped({"imsmanifest.xml": manifest(), "index.html": "x", "content/a.svg": DRAWING})
    )
    address = file_url(lesson, "content/a.svg")
    answer = origin.get(address[address.index("/f/") :])
    assert "script-src" not in answer["Content-Security-Policy"]
