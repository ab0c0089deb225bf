"""Writes the generated packages and files into a folder, to try things by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cms.demo.big import big as big_package
from cms.demo.packages import PACKAGES, build, file_name


class Command(BaseCommand):
    help = "Write the generated packages, sound and broken, into a folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--only", choices=sorted(PACKAGES), action="append", help="may be repeated")
        parser.add_argument("--big", type=int, metavar="FILES", help="also one of so many files")
        parser.add_argument("--megabytes", type=float, default=105, help="how large that one is (105)")

    def handle(self, *, folder: Path, only: list[str] | None, big: int | None, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in only or PACKAGES:
            self._write(folder / file_name(name), build(name))
        if big:
            self._write(folder / f"big_{big}.zip", big_package(big, options["megabytes"]))

    def _write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        self.stdout.write(f"{path} {len(data)}")
