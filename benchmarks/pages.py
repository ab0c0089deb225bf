"""Processor time of the pages people open most, on the demo province and on one ten times as large.

Run as `python -m benchmarks.pages [--world tenth big] [--rounds 3] [--seconds 4] [--together 1]`.
`big` has 20,000 people and 1,000 courses, made by the demo's generator; both are kept in the tests' cache
until the apps change. Figures are milliseconds of the site process a request, sessions and all.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import closed_loop, machine, median_of, yardstick
from tests.live import Live, start_live

#: Page → who opens it, its path by the names of the world's facts, the goal of performance in ms CPU.
PAGES = {
    "front page, guest": ("", "/", 1.5),
    "front page, guest, rendered": ("", "/?level=x{n}", 15.0),
    "search": ("teacher", "/library/?q=phan+so", None),
    "resource": ("teacher", "/library/{resource_package}/", None),
    "course, 40 activities": ("trainee", "/courses/{course_40}/", 10.0),
    "my learning": ("trainee", "/learning/", 9.0),
    "coverage": ("training_manager", "/manage/targets/{target}/", None),
}


def sign_in(live: Live, role: str) -> str:
    """The session cookie of one of the demo's people, without the form: it is not what is measured."""
    code = (
        "from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY\n"
        "from importlib import import_module\n"
        "from django.conf import settings\n"
        "from accounts.models import User\n"
        f"user = User.objects.get(username={live.sign_ins()[role]['username']!r})\n"
        "session = import_module(settings.SESSION_ENGINE).SessionStore()\n"
        "session[SESSION_KEY] = str(user.pk)\n"
        "session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]\n"
        "session[HASH_SESSION_KEY] = user.get_session_auth_hash()\n"
        "session.create()\n"
        "print(settings.SESSION_COOKIE_NAME + '=' + session.session_key)"
    )
    return live.python(code)


def request(live: Live, path: str, cookie: str) -> bytes:
    host = urlsplit(live.site_url).netloc
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/html", "Accept-Language: vi"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


def measure(live: Live, *, rounds: int, seconds: float, together: list[int]) -> list[dict[str, object]]:
    """One row a page and number of connections; every answer is a 200 or the run stops."""
    facts = dict(live.ask("facts()", imports="from tests.screen_facts import facts"))  # type: ignore[call-overload]
    cookies = {role: sign_in(live, role) if role else "" for role, _, _ in PAGES.values()}
    parts = urlsplit(live.site_url)
    address = ("127.0.0.1", int(parts.port or 80))
    process = live.processes["site"].pid
    rows: list[dict[str, object]] = []
    for name, (role, path, goal) in PAGES.items():
        if not all(facts.get(key, "") for key in ("course_40",) if "{" + key + "}" in path):
            continue
        # Enough different addresses that none is asked twice where the path has a number
        asked = [
            request(live, path.format_map({**facts, "n": n}), cookies[role])
            for n in range(2000 if "{n}" in path else 1)
        ]
        for connections in together:
            closed_loop(address, asked, process, connections=connections, seconds=1.5)
            loop = median_of(
                [
                    closed_loop(address, asked, process, connections=connections, seconds=seconds)
                    for _ in range(rounds)
                ]
            )
            print(
                f"  {name:32} {connections} at once: {loop}" + (f"   goal ≤ {goal} ms" if goal else ""),
                flush=True,
            )
            rows.append(
                {"page": name, "connections": connections, "cpu_ms": loop.cpu_ms, "p95_ms": loop.p95_ms}
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", nargs="+", default=["tenth", "big"], choices=["small", "tenth", "big"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--together", type=int, nargs="+", default=[1])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(f"{machine()}; yardstick {yardstick():.0f} ms")
    measured = {}
    for world in options.world:
        with (
            tempfile.TemporaryDirectory() as folder,
            start_live(Path(folder), demo=True, scale=world, names=("site",)) as live,
        ):
            print(f"{world}: {live.ask('counts()', imports='from tests.screen_facts import counts')}")
            measured[world] = measure(
                live, rounds=options.rounds, seconds=options.seconds, together=options.together
            )
    print(f"{machine()}; yardstick {yardstick():.0f} ms")
    if options.json:
        print(json.dumps({"schema": 1, "worlds": measured}))


if __name__ == "__main__":
    main()
