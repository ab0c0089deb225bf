"""The generated lessons in a browser, against a minimal API that keeps what it is told."""

import io
import json
import mimetypes
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

from cms.demo import packages

pytestmark = pytest.mark.browser

HOST = """<!doctype html><meta charset="utf-8"><iframe id="sco" width="380" height="800"></iframe><script>
var kept = JSON.parse(localStorage.kept || "{}"), calls = [];
function store() { localStorage.kept = JSON.stringify(kept); return "true"; }
function end() { localStorage.ended = Number(localStorage.ended || 0) + 1; return store(); }
var API = { LMSInitialize: function () { return "true"; }, LMSFinish: end, LMSCommit: store,
  LMSGetValue: function (k) { return kept[k] || ""; },
  LMSSetValue: function (k, v) { kept[k] = v; return "true"; } };
var API_1484_11 = { Initialize: API.LMSInitialize, Terminate: end, Commit: store,
  GetValue: API.LMSGetValue, SetValue: API.LMSSetValue };
document.getElementById("sco").src = location.search.slice(1);
</script>"""

HOSTS = {
    "host": HOST,
    "boxed": HOST.replace("<iframe", '<iframe sandbox="allow-scripts allow-same-origin"'),
    "": "the site",
}


class Shelf:
    """Serves the members of one package, and two pages that offer the API: /host, and /boxed."""

    def __init__(self) -> None:
        self.archive: zipfile.ZipFile | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, name: str, launch: str = "index.html") -> str:
        self.archive = zipfile.ZipFile(io.BytesIO(packages.build(name)))
        return f"{self.url}/host?/{launch}"

    def _handler(self):
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path).lstrip("/")
                known = path in shelf.archive.namelist()
                body = shelf.archive.read(path) if known else HOSTS.get(path, "no such file").encode()
                self.send_response(200 if known or path in HOSTS else 404)
                self.send_header(
                    "Content-Type", (mimetypes.guess_type(path)[0] if known else "") or "text/html"
                )
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        return Handler


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    yield made
    made.server.shutdown()
    made.server.server_close()


def kept(page) -> dict[str, str]:
    return page.evaluate("JSON.parse(localStorage.kept)")


def read_through(sco) -> None:
    for number in range(1, int(sco.locator("#page-count").inner_text()) + 1):
        assert sco.locator("#page-number").inner_text() == str(number)
        if sco.locator("#next").is_visible():
            sco.locator("#next").click()


@pytest.mark.parametrize("name", ["fractions_scorm12", "water_scorm2004_4th", "design_scorm2004_3rd"])
def test_resumes_on_its_page_and_reports_at_the_end(phone, shelf, name):
    phone.goto(shelf.put(name))
    sco = phone.frame_locator("#sco")
    sco.locator("#next").click()
    sco.locator("#next").click()
    phone.reload()
    assert sco.locator("#page-number").inner_text() == "3"
    sco.locator("#prev").click()
    sco.locator("#prev").click()
    read_through(sco)
    for answer in packages.ANSWERS[name]:
        sco.locator(f"#{answer}").check()
    sco.locator("#finish").click()
    assert "100/100" in sco.locator("#result").inner_text()
    ended = int(phone.evaluate("localStorage.ended || 0"))
    phone.goto(f"{shelf.url}/nothing")
    assert int(phone.evaluate("localStorage.ended")) == ended + 1
    told = kept(phone)
    if "12" in name:
        assert told["cmi.core.lesson_status"] == "passed"
        assert (told["cmi.core.score.raw"], told["cmi.core.score.max"]) == ("100", "100")
        assert (told["cmi.core.exit"], told["cmi.core.lesson_location"]) == ("", "7")
    else:
        assert (told["cmi.completion_status"], told["cmi.success_status"]) == ("completed", "passed")
        assert (told["cmi.score.scaled"], told["cmi.progress_measure"]) == ("1", "1")
        assert told["cmi.session_time"].startswith("PT0H0M")
        assert told["cmi.exit"] == "normal"


def test_wrong_answers_complete_the_lesson_but_do_not_pass(page, shelf):
    page.goto(shelf.put("fractions_scorm12"))
    sco = page.frame_locator("#sco")
    read_through(sco)
    sco.locator("#q1-a").check()
    sco.locator("#finish").click()
    assert kept(page)["cmi.core.lesson_status"] == "completed"
    assert kept(page)["cmi.core.score.raw"] == "0"
    assert sco.locator(".why.wrong").count() == 5


def test_the_quiz_with_a_mastery_score_can_be_failed(page, shelf):
    page.goto(shelf.put("packaging_scorm12_multi", "p3/index.html"))
    sco = page.frame_locator("#sco")
    read_through(sco)
    sco.locator("#finish").click()
    assert kept(page)["cmi.core.lesson_status"] == "failed"


@pytest.mark.parametrize(
    ("name", "launch"),
    [
        ("fractions_scorm12", "index.html"),
        ("water_scorm2004_4th", "index.html"),
        ("design_scorm2004_3rd", "index.html"),
        ("personification_scorm12", "index.html"),
        ("pho_hien_scorm12", "index.html"),
        ("packaging_scorm12_multi", "p1/index.html"),
        ("packaging_scorm12_multi", "p2/index.html"),
        ("packaging_scorm12_multi", "p3/index.html"),
    ],
)
def test_every_page_fits_a_phone(phone, shelf, name, launch):
    broken = []
    phone.on("response", lambda answer: broken.append(answer.url) if answer.status == 404 else None)
    phone.goto(shelf.put(name, launch))
    sco = phone.frame_locator("#sco")
    frame = phone.frames[1]
    pages = int(sco.locator("#page-count").inner_text())
    for number in range(1, pages + 1):
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{launch} {number}"
        if number < pages:
            sco.locator("#next").click()
    assert [url for url in broken if not url.endswith("favicon.ico")] == []


def test_without_a_system_around_it_the_lesson_says_that_nothing_is_kept(page, shelf):
    shelf.put("fractions_scorm12")
    page.goto(f"{shelf.url}/index.html")
    assert page.locator("#no-api").is_visible()
    page.locator("#next").click()
    assert page.locator("#page-number").inner_text() == "2"


def test_the_experiment_follows_the_law(page, shelf):
    shelf.put("ohm_html5")
    page.goto(f"{shelf.url}/index.html")
    page.locator("#voltage").fill("12")
    page.locator("#resistance").fill("24")
    assert page.locator("#law").inner_text() == "12,0 : 24 = 0,50 A"
    page.locator("#record").click()
    assert page.locator("#rows td").all_inner_texts() == ["1", "12,0", "24", "0,50"]


def test_the_probe_finds_the_way_out_where_nothing_holds_it(page, shelf):
    """Without sandbox the probe must report breaches: else its silence elsewhere would prove nothing."""
    shelf.put("probe_scorm12")
    page.goto(f"{shelf.url}/boxed?/index.html?site={shelf.url}")
    sco = page.frame_locator("#sco")
    sco.locator("body[data-done]").wait_for()
    findings = json.loads(sco.locator("#findings").inner_text())
    assert findings["api"] is True
    for way in ("parent_dom", "top_dom", "top_storage", "own_cookie", "site_fetch", "site_frame"):
        assert findings[way]["reached"], way
    assert not findings["top_navigation"]["reached"]
    assert json.loads(kept(page)["cmi.suspend_data"])["api"] is True
