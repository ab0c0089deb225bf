"""Puts the address of the person behind our own proxies where everything looks for it.

Without it everybody would seem to come from the proxy, and ten mistyped passwords in a minute
would close the door to a whole province.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def behind(forwarded: str, proxies: int) -> str:
    """The address that the outermost of ``proxies`` of ours saw; "" where the header tells none.

    Each proxy appends whom it saw: what stands further left was sent by the browser, and may be invented.
    """
    seen = [part.strip() for part in forwarded.split(",")]
    if not 0 < proxies <= len(seen):
        return ""
    try:
        return str(ip_address(seen[-proxies].strip("[]")))
    except ValueError:
        return ""


class RealAddress:
    """A WSGI application that believes ``proxies`` proxies in front of it."""

    def __init__(self, rest: Application, proxies: int) -> None:
        self.rest = rest
        self.proxies = proxies

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if address := behind(environ.get("HTTP_X_FORWARDED_FOR", ""), self.proxies):
            environ["REMOTE_ADDR"] = address
        return self.rest(environ, start_response)
