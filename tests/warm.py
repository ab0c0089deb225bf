"""A process of the project that has begun already: each command runs in a fork of it, as if newly started.

Starting Django costs a second and a half; a fork some hundredths. Run as ``python -m tests.warm`` it reads a
line of JSON for each command (its arguments) and answers with one: status, output, errors.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from cms import supervisor

ROOT = Path(__file__).resolve().parent.parent


class Warm:
    """The process, with the environment that it was started in; begun when it is first asked."""

    def __init__(self) -> None:
        self._env: Mapping[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        """``manage.py`` with these arguments in this environment."""
        process = self._ready(env)
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(arguments).encode() + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise AssertionError(f"no answer to manage.py {' '.join(arguments)}: {process.poll()}")
        return subprocess.CompletedProcess(arguments, **json.loads(answer))

    def _ready(self, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        if self._process and (self._env != env or self._process.poll() is not None):
            self.stop()
        if not self._process:
            self._env = dict(env)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm"],
                cwd=ROOT,
                env={**env, "HOCLIEU_PROCESS": "command"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                preexec_fn=supervisor.die_with_parent,  # noqa: PLW1509 -- as the supervisor does
            )
        return self._process

    def stop(self) -> None:
        if self._process:
            self._process.communicate()  # the end of its orders is its end
            self._process = None


def _in_a_fork(arguments: Sequence[str]) -> dict[str, object]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        if not (child := os.fork()):
            _carry_out(arguments, out.fileno(), errors.fileno())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told = []
        for file in (out, errors):
            file.seek(0)
            told.append(file.read().decode(errors="replace"))
    return {"returncode": status, "stdout": told[0], "stderr": told[1]}


def _carry_out(arguments: Sequence[str], out: int, errors: int) -> NoReturn:
    """Ends the fork as a process ends that has done nothing else."""
    from django.core.management import execute_from_command_line

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(errors, 2)
    execute_from_command_line(["manage.py", *arguments])
    sys.exit()


def _serve() -> None:
    import django
    from django.db import connections

    django.setup()
    connections.close_all()
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        answers.write(json.dumps(_in_a_fork(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
