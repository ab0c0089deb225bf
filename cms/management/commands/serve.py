"""Runs the site, the content origin and the worker together."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from cms import statics, supervisor
from cms.demo import sign_ins
from search import engines


class Command(BaseCommand):
    help = "Runs site, content and worker; stops all when one ends or on Ctrl-C."
    requires_system_checks = ["hoclieu"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--workers", type=int, default=1, help="server processes for each of site and content"
        )
        parser.add_argument("--threads", type=int, default=8, help="threads in each of them")

        parser.add_argument(
            "--only", choices=["site", "content", "worker"], help="this one alone, in place of this process"
        )
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="first migrate and load the demo data; in production no demo",
        )

    def handle(self, *, workers: int, threads: int, prepare: bool, only: str | None, **options: Any) -> None:
        if prepare:
            self._prepare()
        if only:
            self._become(only, workers, threads)
        if statics.gather_if_changed():
            self.stdout.write("Static files: gathered anew")
        site, content = self._listeners()
        env = self._addresses(site, content)
        children = [
            supervisor.web_child("site", *site, env, workers=workers, threads=threads),
            supervisor.web_child("content", *content, env, workers=workers, threads=threads),
            supervisor.worker_child(env),
        ]
        health = [
            (f"http://{host}:{port}/health/", urlsplit(url).netloc)
            for (host, port), url in ((site, env["HOCLIEU_SITE_URL"]), (content, env["HOCLIEU_CONTENT_URL"]))
        ]

        def is_ready() -> bool:
            return all(supervisor.answers(url, host) for url, host in health)

        hint = first_steps() if prepare and settings.PRODUCTION else []
        connections.close_all()

        def on_ready() -> None:
            self.stdout.write(welcome(env["HOCLIEU_SITE_URL"], env["HOCLIEU_CONTENT_URL"], hint))
            self.stdout.flush()

        def write(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        code = supervisor.Supervisor(children, write).run(is_ready, on_ready)
        if code:
            sys.exit(code)

    def _become(self, name: str, workers: int, threads: int) -> None:
        """One kind of process under the machine's own supervisor, which then watches it itself."""
        if name == "site":
            statics.gather_if_changed()
        child = supervisor.worker_child({})
        if name != "worker":
            listen = settings.LISTEN_SITE if name == "site" else settings.LISTEN_CONTENT
            child = supervisor.web_child(name, *listen, {}, workers=workers, threads=threads)
        os.chdir(supervisor.ROOT)
        connections.close_all()
        os.execve(child.command[0], child.command, {**os.environ, **child.env})  # noqa: S606

    def _prepare(self) -> None:
        """In this process: each further start of Django would cost seconds."""
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Database: bringing it up to date (half a minute the first time)")
            self.stdout.flush()
            call_command("migrate", verbosity=0, skip_checks=True)
        if settings.PRODUCTION:
            if known := sign_ins.still_open():
                raise CommandError(
                    "HOCLIEU_PRODUCTION is 1, and the demo's people can sign in with a password that "
                    f"everybody may know: {', '.join(known)}. Take another HOCLIEU_VAR or database."
                )
            self._prepare_index()
        else:
            call_command("load_demo", quiet=True)

    def _prepare_index(self) -> None:
        """What is missing is built now, not by the first who searches. A part that is away stops nothing."""
        for name in engines.kept_up():
            try:
                with engines.engine(name).exclusive():
                    pass
            except engines.EngineUnavailableError as error:
                self.stderr.write(f"The search index of {name} was not looked at: {error}")

    def _listeners(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Where to listen: as set, or the next free pair of ports when nothing was set."""
        (site_host, site_port), (content_host, content_port) = settings.LISTEN_SITE, settings.LISTEN_CONTENT
        if settings.ADDRESSES_CHOSEN:
            for name, host, port in (("SITE", site_host, site_port), ("CONTENT", content_host, content_port)):
                if not supervisor.port_is_free(host, port):
                    raise CommandError(
                        f"Port {port} of {host} is taken by another program. "
                        f"Stop it, or choose another with HOCLIEU_{name}_URL or HOCLIEU_LISTEN_{name}."
                    )
            return (site_host, site_port), (content_host, content_port)
        try:
            free = supervisor.free_pair(site_host, site_port, content_port)
        except OSError as error:
            raise CommandError(f"{error}; set HOCLIEU_SITE_URL and HOCLIEU_CONTENT_URL.") from error
        if free != (site_port, content_port):
            self.stdout.write(
                f"Ports {site_port} and {content_port} are taken; using {free[0]} and {free[1]}."
            )
        return (site_host, free[0]), (content_host, free[1])

    def _addresses(self, site: tuple[str, int], content: tuple[str, int]) -> dict[str, str]:
        if settings.ADDRESSES_CHOSEN:
            site_url, content_url = settings.SITE_URL, settings.CONTENT_URL
        else:
            site_url = f"http://{settings.SITE_HOST}:{site[1]}"
            content_url = f"http://{settings.CONTENT_HOST}:{content[1]}"
        return {
            "HOCLIEU_SITE_URL": site_url,
            "HOCLIEU_CONTENT_URL": content_url,
            "HOCLIEU_VAR": str(settings.VAR),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "cms.settings"),
        }


def first_steps() -> list[str]:
    """What a new installation needs before anybody can sign in, as lines."""
    if get_user_model().objects.filter(is_active=True).exists():
        return []
    return [
        "",
        "  Nobody can sign in yet. Make the first administrator in another terminal, with the same settings:",
        f"    cd {supervisor.ROOT} && .venv/bin/python manage.py createsuperuser",
    ]


def welcome(site_url: str, content_url: str, more: Sequence[str] = ()) -> str:
    """The lines for the person who started it: addresses, and one sign-in for each kind of user."""
    lines = [
        "",
        f"  Hoclieu    {site_url}/",
        f"  Packages   {content_url}/",
        f"  Wagtail    {site_url}/admin/",
    ]
    if not settings.PRODUCTION and (sign_in_lines := sign_ins.lines(settings.VAR)):
        lines += ["", *sign_in_lines]
    return "\n".join([*lines, *more, "", "  Ctrl-C stops everything.", ""])
