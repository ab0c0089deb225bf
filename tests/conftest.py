"""What every test gets: compiled messages, no network but loopback, the browser where it is there."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from cms import messages
from tests import postgres, run_report, services
from tests.browser import CHROMIUM_HINT, Browsers
from tests.live import Live, start_live, template_database, template_var
from tests.services import (  # noqa: F401 -- fixtures for all tests
    elasticsearch_prefix,
    elasticsearch_url,
    postgres_url,
    redis_url,
    s3,
)

LOOPBACK = {"localhost", "::1", ""}

messages.compile_all()

# Slow drawing is what a busy machine does, not a fault of a test.
hypothesis.settings.register_profile("busy", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")


class ByFile(LoadScopeScheduling):
    """Files go to one process each; those that use the shared running site all to the same one.

    It is then started once. The groups of xdist 3.8 have no effect under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _scope_of(nodeid)


#: As many quick tests take about as long as a slow one.
SLOW_WEIGHS = 100


def _scope_of(nodeid: str) -> str:
    file = nodeid.split("::", maxsplit=1)[0]
    return "live" if _shares_the_site(file) else file


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: begun last, it would leave the other processes with nothing to do."""
    weights: Counter[str] = Counter()
    for item in items:
        weights[_scope_of(item.nodeid)] += SLOW_WEIGHS if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: (-weights[_scope_of(item.nodeid)], _scope_of(item.nodeid)))


_SHARED = re.compile(r"def \w+\([^)]*\blive\b")
_OWN = re.compile(r"def live\(|\bstart_live(_on)?\(")


@cache
def _shares_the_site(file: str) -> bool:
    source = (Path(__file__).resolve().parents[1] / file).read_text(encoding="utf-8")
    return bool(_SHARED.search(source)) and not _OWN.search(source)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What asks for a service is marked so: ``-m service`` runs it alone."""
    for name in services.asked_for(item.fixturenames):  # type: ignore[attr-defined]
        item.add_marker(pytest.mark.service(name))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.when == "call":
        run_report.note(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in run_report.lines(terminalreporter):
        terminalreporter.write_line(line)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    return host in LOOPBACK or host.startswith("127.")


class OutsideConnectionError(AssertionError):
    """A test tried to reach another machine."""


def _guard(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = getattr(socket.socket, method)

    def guarded(self: socket.socket, address: object) -> object:
        if not _is_local(address) and str(address[0]) not in services.hosts():  # type: ignore[index]
            raise OutsideConnectionError(f"A test connects to {address}; tests stay on this machine.")
        return real(self, address)

    monkeypatch.setattr(socket.socket, method, guarded)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        _guard("connect", monkeypatch)
        _guard("connect_ex", monkeypatch)
        yield


_kept: list[postgres.Kept] = []


def _fill_from_template() -> None:
    """What the migrations loaded: the template copied into the database in memory, or rows put back."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    if connection.vendor != "sqlite":
        connection.ensure_connection()
        _kept[0].put_back(connection.connection)
        ContentType.objects.clear_cache()
        return
    with contextlib.closing(sqlite3.connect(template_var(demo=False) / "hoclieu.sqlite3")) as source:
        source.backup(connection.connection)


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the migrated template: migrating takes half a minute."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = "file:memorydb_default?mode=memory&cache=shared"
            connection.ensure_connection()
            _fill_from_template()
            yield
            return
        server, name = os.environ["HOCLIEU_DATABASE_URL"], connection.settings_dict["NAME"]
        own = f"test_{name}_{worker_id}"
        template, _folder = template_database(server, demo=False)
        postgres.create(server, own, template)
        connection.settings_dict["NAME"] = own
        connection.ensure_connection()
        _kept.append(postgres.Kept(connection.connection))
        yield
        connection.close()
        postgres.drop(server, own)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions leaves the tables empty: what the migrations loaded comes back."""
    yield
    marker = item.get_closest_marker("django_db")
    emptied = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames  # type: ignore[attr-defined]
    if emptied and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            _fill_from_template()


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    from django.core.cache import cache
    from django.utils import translation

    yield
    cache.clear()
    translation.activate("vi")


@pytest.fixture
def shared_cases() -> Path:
    """The folder of test material beside the repository; tests that need it skip without it."""
    cases = Path(__file__).resolve().parents[2] / "shared" / "cases"
    if not cases.is_dir():
        pytest.skip("the folder ../shared/cases is not there")
    return cases


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """Debian's chromium; skipped where it is missing, failed where CI is set."""
    chromium = shutil.which("chromium")
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail(f"chromium is missing. {CHROMIUM_HINT}")
        pytest.skip(f"chromium is missing. {CHROMIUM_HINT}")
    with Browsers(chromium) as running:
        yield running


@pytest.fixture
def page(browsers: Browsers) -> Iterator:
    """A fresh window, 1280 px wide."""
    with browsers.window() as window:
        yield window


@pytest.fixture
def phone(browsers: Browsers) -> Iterator:
    """The same, 390 px wide and touched with fingers."""
    with browsers.window(width=390, height=844, has_touch=True) as window:
        yield window


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Site, content and worker as real processes over the small demo province; one for the whole run."""
    with start_live(tmp_path_factory.mktemp("live"), demo=True) as running:
        yield running
