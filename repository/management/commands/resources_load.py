"""Takes over what another catalogue says of its resources: one JSON object a line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.errors import Refusal
from accounts.models import OrgUnit, User
from repository.actions.records import Catalogue, Loaded, load_records
from repository.records import Problem, Record, read_records

GOOD, BAD, ERROR = 0, 1, 2
BATCH = 500
MOST_TOLD = 1_000


class Command(BaseCommand):
    help = (
        "Loads what another catalogue says of its resources from a file of JSON lines (id, title, "
        "description, subject, level, grades, curriculum, type, year, author, unit, keywords, text) and "
        "publishes it at a unit, for which the person must be a reviewer. The files stay where they are. "
        "Loading again changes only what has changed. Exit 0: loaded, terms that nobody knows are listed "
        "and left empty; 1: lines of the file cannot be read, nothing was written; 2: could not be tried."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.jsonl", type=Path)
        parser.add_argument("--by", required=True, metavar="USER", help="sign-in name of who loads them")
        parser.add_argument("--unit", required=True, metavar="CODE", help="where they are published")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would happen")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON line")

    def handle(self, *, file: Path, by: str, unit: str, dry_run: bool, as_json: bool, **options: Any) -> None:
        started = time.perf_counter()
        try:
            total, wrong = _look(file)
            if wrong:
                self._report(Loaded(problems=wrong), total, started, as_json=as_json, dry_run=dry_run)
                raise SystemExit(BAD)
            loaded = self._load(file, total, by, unit, dry_run=dry_run)
        except (OSError, UnicodeDecodeError, Refusal, User.DoesNotExist, OrgUnit.DoesNotExist) as error:
            self.stderr.write(f"{file}: {error}")
            raise SystemExit(ERROR) from None
        self._report(loaded, total, started, as_json=as_json, dry_run=dry_run)

    def _load(self, file: Path, total: int, by: str, unit: str, *, dry_run: bool) -> Loaded:
        person, owner = User.objects.get(username=by), OrgUnit.objects.get(code=unit)
        catalogue = Catalogue(owner)
        all_of_them, done = Loaded(), 0
        found = (one for one in _records(file) if isinstance(one, Record))
        while batch := list(islice(found, BATCH)):
            loaded = load_records(by=person, unit=owner, batch=batch, catalogue=catalogue, dry_run=dry_run)
            all_of_them.created += loaded.created
            all_of_them.changed += loaded.changed
            all_of_them.unchanged += loaded.unchanged
            all_of_them.problems += loaded.problems
            done += len(batch)
            self.stderr.write(f"{done} / {total}")
        return all_of_them

    def _report(self, loaded: Loaded, total: int, started: float, *, as_json: bool, dry_run: bool) -> None:
        told = loaded.problems[:MOST_TOLD]
        if as_json:
            answer = {
                "schema": 1, "dry_run": dry_run, "records": total, "created": loaded.created,
                "changed": loaded.changed, "unchanged": loaded.unchanged,
                "problems": len(loaded.problems), "told": [asdict(one) for one in told],
                "seconds": round(time.perf_counter() - started, 2),
            }  # fmt: skip
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for one in told:
            self.stdout.write(f"line {one.line}: {one.field or 'line'} {one.code} {one.value}".rstrip())
        self.stdout.write(
            f"{total} records: {loaded.created} new, {loaded.changed} changed, {loaded.unchanged} as before, "
            f"{len(loaded.problems)} problems{', nothing written' if dry_run else ''}."
        )


def _records(file: Path) -> Iterator[Record | Problem]:
    with file.open(encoding="utf-8-sig") as lines:
        yield from read_records(lines)


def _look(file: Path) -> tuple[int, list[Problem]]:
    """How many records there are, and the lines that make the file unusable: nothing is written then."""
    total, wrong = 0, []
    for one in _records(file):
        if isinstance(one, Problem):
            wrong.append(one)
        else:
            total += 1
    return total, wrong
