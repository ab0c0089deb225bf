"""Free ports for the programs that a test starts."""

from __future__ import annotations

import secrets
import socket

#: Below those that the kernel hands out to connections, any of which could take one between two starts.
FIRST, COUNT = 20_000, 10_000


def free_ports(count: int) -> list[int]:
    """As many different ports of 127.0.0.1 at which nobody listens."""
    found: list[int] = []
    while len(found) < count:
        port = FIRST + secrets.randbelow(COUNT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
