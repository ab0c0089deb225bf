"""The pages that show one file: what stands on them, what they may load, and what they are made of."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from repository.content import libs
from repository.content.links import view_url
from repository.models import (
    LearningResource,
    Licence,
    MetadataRevision,
    Publication,
    ResourceUse,
    Version,
)
from tests.repository.packages.media_files import VIDEO, mp3, sound
from tests.repository.packages.test_files import PDF, picture

from .test_files import address, body, get

pytestmark = pytest.mark.django_db
Make = Callable[..., Version]


def shown(origin: Client, version: Version, **more: bool):
    target = urlsplit(view_url(version, **more))
    return origin.get(f"{target.path}?{target.query}")


def directives(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


@pytest.fixture
def pdf(make_version: Make) -> Version:
    return make_version(PDF, "Giáo án.pdf")


def test_a_pdf_is_shown_by_our_viewer(origin: Client, pdf: Version) -> None:
    page = shown(origin, pdf).content.decode()
    assert f'data-pdf="{address(pdf, "Giáo án.pdf")}"' in page
    script = re.search(r'<script type="module" src="([^"]+)"', page)[1]
    assert origin.get(script).status_code == 200
    assert origin.get(script.replace("viewer-pdf.js", "pdf.min.mjs")).status_code == 200
    assert "Nếu chưa thấy PDF ở đây" in page
    assert f'href="{address(pdf, "Giáo án.pdf")}" target="_blank"' in page


def test_without_the_library_the_ways_out_remain(origin: Client, pdf: Version, settings, tmp_path) -> None:
    settings.BROWSER_LIBS = tmp_path
    page = shown(origin, pdf).content.decode()
    assert "<script" not in page
    assert "Mở PDF trong thẻ riêng" in page


def test_only_our_scripts_and_this_versions_files(origin: Client, pdf: Version, settings) -> None:
    policy = directives(shown(origin, pdf))
    own = f"{settings.CONTENT_URL}/v/lib/"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["style-src"] == own
    assert policy["connect-src"].split() == [
        f"{settings.CONTENT_URL}/f/{pdf.uid}/",
        own,
        f"{settings.CONTENT_URL}/v/{pdf.uid}/",
    ]
    assert settings.SITE_URL in policy["frame-ancestors"]
    assert "allow-popups-to-escape-sandbox" in policy["sandbox"]
    assert "unsafe" not in str(policy)


def test_the_worker_may_compile_a_decoder_but_no_script(origin: Client) -> None:
    response = origin.get(f"/v/lib/{libs.mark()}/pdf.worker.min.mjs")
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert "'wasm-unsafe-eval'" in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]


def test_libraries_are_packed_and_kept(origin: Client) -> None:
    packed = origin.get(f"/v/lib/{libs.mark()}/viewer.css")
    assert packed["Content-Type"].startswith("text/css")
    assert "immutable" in packed["Cache-Control"]
    plain = Client().get(f"/v/lib/{libs.mark()}/viewer.css")
    assert gzip.decompress(packed.content) == plain.content
    assert origin.get("/v/lib/0000/viewer.css")["Cache-Control"] == "no-cache"
    for name in ("settings.py", "..", "htmx.min.js", "%2e%2e%2flibs.py"):
        assert origin.get(f"/v/lib/{libs.mark()}/{name}").status_code == 404


def test_a_picture_has_words_for_who_does_not_see_it(origin: Client, make_version: Make) -> None:
    version = make_version(picture("PNG"), "Hình 1.png")
    LearningResource.objects.update(title="Trục số", description="Tia số từ 0 đến 10")
    page = shown(origin, version).content.decode()
    assert f'<img src="{address(version, "Hình 1.png")}" alt="Tia số từ 0 đến 10">' in page
    assert "<figcaption>Trục số</figcaption>" in page
    bare = shown(origin, version, bare=True).content.decode()
    assert 'alt="Tia số từ 0 đến 10"' in bare
    assert "<footer" not in bare
    assert "<script" not in bare


def test_what_was_approved_is_said_not_what_was_written_since(origin: Client, make_version: Make) -> None:
    version = make_version(picture("PNG"), "a.png")
    data = {"title": "Được duyệt", "description": "", "licence": {"allows_download": False}}
    revision = MetadataRevision.objects.create(resource=version.resource, number=1, data=data)
    Publication.objects.create(
        version=version, metadata=revision, unit=version.resource.owner_unit, published_on="2026-11-20"
    )
    LearningResource.objects.update(title="Chưa duyệt", licence=Licence.objects.get(code="cc-by"))
    page = shown(origin, version, save=True).content.decode()
    assert "Được duyệt" in page
    assert "Chưa duyệt" not in page
    assert "download=" not in page


@pytest.mark.parametrize(("code", "offered"), [("cc-by", True), ("all-rights", False)])
@pytest.mark.parametrize(
    ("data", "name"), [(PDF, "a.pdf"), (picture("PNG"), "a.png"), (VIDEO, "a.mp4"), (mp3(), "a.mp3")]
)
def test_the_file_is_offered_where_its_licence_allows(  # noqa: PLR0917 -- parameters
    origin, make_version, data, name, code, offered
) -> None:
    version = make_version(data, name)
    LearningResource.objects.update(licence=Licence.objects.get(code=code))
    assert (f'download="{name}"' in shown(origin, version, save=True).content.decode()) is offered
    # To guests the page of the lesson says that they sign in first
    assert "download=" not in shown(origin, version).content.decode()


def test_words_follow_the_site(origin: Client, pdf: Version) -> None:
    assert '<html lang="vi">' in shown(origin, pdf).content.decode()
    with translation.override("en"):
        page = shown(origin, pdf).content.decode()
    assert '<html lang="en">' in page
    assert "Open the PDF in its own tab" in page
    assert origin.get(urlsplit(view_url(pdf)).path + "?lang=xx").status_code == 200


@pytest.mark.parametrize(
    ("data", "name", "tag", "kind"),
    [
        (VIDEO, "Bài 1.mp4", '<video controls preload="metadata" playsinline data-used="used/"', "video/mp4"),
        (sound(), "Bài 1.wav", '<audio controls preload="metadata" data-used="used/"', "audio/wav"),
    ],
)
def test_sound_and_video_are_played(  # noqa: PLR0917 -- parameters
    origin, make_version, data, name, tag, kind
) -> None:
    version = make_version(data, name)
    page = shown(origin, version)
    assert f'{tag} src="{address(version, name)}"' in page.content.decode()
    assert directives(page)["media-src"].endswith(f"/f/{version.uid}/")
    whole = get(origin, version, name)
    assert (whole["Content-Type"], whole["Accept-Ranges"], body(whole)) == (kind, "bytes", data)


def test_a_video_that_was_begun_counts_once_a_visitor(
    origin, make_version, django_capture_on_commit_callbacks
) -> None:
    cache.clear()
    version = make_version(VIDEO, "a.mp4")
    Version.objects.update(review="approved")
    begun = urlsplit(view_url(version)).path + "used/"

    def post(client: Client, address: str) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address).status_code

    assert [post(origin, begun) for _ in range(3)] == [204, 204, 204]
    assert post(Client(REMOTE_ADDR="10.0.0.9"), begun) == 204
    assert ResourceUse.objects.get().count == 2
    assert origin.get(begun).status_code == 404
    assert post(origin, begun.replace(str(version.uid), "-" * 36)) == 404
    Version.objects.update(review="draft")
    assert post(Client(REMOTE_ADDR="10.0.0.10"), begun) == 204
    assert ResourceUse.objects.get().count == 2


def test_every_kind_of_range_of_a_video(origin: Client, make_version: Make) -> None:
    version, size = make_version(VIDEO, "a.mp4"), len(VIDEO)
    for asked, first, stop in (
        ("bytes=0-1", 0, 2),
        ("bytes=100-", 100, size),
        ("bytes=-300", size - 300, size),
        (f"bytes=50-{size * 2}", 50, size),
    ):
        part = get(origin, version, "a.mp4", range=asked)
        assert part.status_code == 206, asked
        assert part["Content-Range"] == f"bytes {first}-{stop - 1}/{size}"
        assert body(part) == VIDEO[first:stop]
    several = get(origin, version, "a.mp4", range="bytes=0-1,5-9")
    assert (several.status_code, body(several)) == (200, VIDEO)
    assert get(origin, version, "a.mp4", range=f"bytes={size}-").status_code == 416
    etag = several["ETag"]
    assert get(origin, version, "a.mp4", if_none_match=etag).status_code == 304
    assert get(origin, version, "a.mp4", range="bytes=0-1", if_range=etag).status_code == 206
    assert get(origin, version, "a.mp4", range="bytes=0-1", if_range='"other"').status_code == 200
    head = origin.head(address(version, "a.mp4"))
    assert (head["Content-Length"], head["Content-Type"], head.content) == (str(size), "video/mp4", b"")


def test_a_long_video_goes_in_pieces(origin: Client, make_version: Make) -> None:
    from tests.repository.packages.media_files import SOUND_TRACK, VIDEO_TRACK, mp4

    data = mp4(VIDEO_TRACK, SOUND_TRACK, content=bytes(5 * 1024 * 1024))
    version = make_version(data, "a.mp4")
    whole = get(origin, version, "a.mp4")
    assert whole.streaming
    pieces: Iterator[bytes] = iter(whole)  # type: ignore[call-overload]
    assert len(next(pieces)) <= 256 * 1024
    whole.close()
    part = get(origin, version, "a.mp4", range="bytes=0-")
    assert int(part["Content-Length"]) <= 1024 * 1024


def test_the_longest_video_takes_no_memory(origin: Client, make_version: Make, settings) -> None:
    """300 MB (a hole in a file, which costs nothing to make) through the answers of the content process."""
    import tracemalloc

    from repository.content import stored
    from repository.models import Blob
    from tests.repository.helpers import stored_files

    version = make_version(VIDEO, "a.mp4")
    size = 300_000_000
    (path,) = stored_files(settings.BLOBS_DIR)
    os.truncate(path, size)
    Blob.objects.update(size=size)
    stored.forget()
    whole = get(origin, version, "a.mp4")
    assert whole["Content-Length"] == str(size)
    tracemalloc.start()
    try:
        assert sum(map(len, whole)) == size  # type: ignore[call-overload]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024
    last = get(origin, version, "a.mp4", range=f"bytes={size - 10}-")
    assert (last.status_code, body(last)) == (206, bytes(10))
