"""Reads settings from the environment.

A missing or half-set value ends the process with one sentence that names it; nothing is guessed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NoReturn
from urllib.parse import urlsplit

PREFIX = "HOCLIEU_"


class BadSetting(SystemExit):
    """A value from the environment that the process cannot start with."""


class Env:
    """Typed access to variables named ``HOCLIEU_…``."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self.known: set[str] = set()

    def refuse(self, name: str, why: str) -> NoReturn:
        raise BadSetting(f"{PREFIX}{name}: {why}")

    def text(self, name: str, default: str = "") -> str:
        self.known.add(PREFIX + name)
        return self._values.get(PREFIX + name, "").strip() or default

    def unknown(self) -> list[str]:
        """Variables with our prefix that no setting reads: most likely misspelt. TEST_… are the tests'."""
        ours = (n for n in self._values if n.startswith(PREFIX) and not n.startswith(f"{PREFIX}TEST_"))
        return sorted(name for name in ours if name not in self.known)

    def choice(self, name: str, options: Iterable[str], default: str) -> str:
        value = self.text(name, default)
        allowed = sorted(options)
        if value not in allowed:
            self.refuse(name, f"'{value}' is not one of {', '.join(allowed)}.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off", ""}:
            return False
        return self.refuse(name, f"'{value}' is neither 1 nor 0.")

    def integer(self, name: str, default: int, *, least: int = 1, most: int = 10**9) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            self.refuse(name, f"'{value}' is not a whole number.")
        if not least <= number <= most:
            self.refuse(name, f"{number} is not between {least} and {most}.")
        return number

    def origin(self, name: str, default: str) -> str:
        """An address without a path: scheme, host, perhaps a port."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            plain = not (parts.path or parts.query or parts.fragment or parts.username) and parts.port != 0
        except ValueError:
            plain = False
        if not plain or parts.scheme not in {"http", "https"} or not parts.hostname:
            self.refuse(name, f"'{value}' is not an address such as https://hoclieu.example.vn.")
        return value

    def server(self, name: str) -> str:
        """A web address that may carry a user and a password, or "" where none is given."""
        value = self.text(name).rstrip("/")
        try:
            parts = urlsplit(value)
            plain = not (parts.path or parts.query or parts.fragment) and parts.port != 0
        except ValueError:
            plain = False
        if value and not (plain and parts.scheme in {"http", "https"} and parts.hostname):
            # Not repeated: it may hold a password.
            self.refuse(name, "is not of the form http://user:password@host:9200.")
        return value

    def listener(self, name: str, default: str) -> tuple[str, int]:
        """Where a process listens: a host and a port, as in 127.0.0.1:8000."""
        value = self.text(name, default)
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
            self.refuse(name, f"'{value}' is not a host and a port such as 127.0.0.1:8000.")
        return host.strip("[]"), int(port)
