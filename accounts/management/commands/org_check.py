"""Says whether the dated tree is whole: intervals, overlaps, and the closure against the links."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import OrgUnit
from accounts.tree_check import check_tree


class Command(BaseCommand):
    help = "Checks the dated tree of units. Exit 0: whole; 1: problems were found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON line a problem, then a summary")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = list(check_tree())
        for problem in problems:
            if options["json"]:
                self.stdout.write(json.dumps({"schema": 1, **vars(problem)}, ensure_ascii=False))
            else:
                self.stdout.write(f"{problem.code}: {problem.unit} {problem.detail}".rstrip())
        units = OrgUnit.objects.count()
        if options["json"]:
            self.stdout.write(json.dumps({"schema": 1, "units": units, "problems": len(problems)}))
        else:
            self.stdout.write(f"{units} units, {len(problems)} problems")
        if problems:
            sys.exit(1)
