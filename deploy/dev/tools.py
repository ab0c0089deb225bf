"""Programs that tests use beside the services: installed where root may, else named. Needs no package."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from deploy.dev import software

#: Program → the Debian package that brings it, and what is tested with it.
PROGRAMS = {
    "chromium": ("chromium", "pages in a browser"),
    "nginx": ("nginx", "the configuration of deploy/nginx"),
    "openssl": ("openssl", "the same, with https"),
    "systemd-analyze": ("systemd", "the units of deploy/systemd"),
}


def main(names: list[str]) -> int:
    """0 whatever is missing: its tests say so themselves."""
    missing = [name for name in names or PROGRAMS if not software.find(name, "/usr/sbin")]
    packages = sorted({PROGRAMS[name][0] for name in missing})
    if not missing:
        return 0
    for name in missing:
        print(f"{name} is not installed; without it these tests are skipped: {PROGRAMS[name][1]}.")
    try:
        if software.may_install():
            print(f"Installing {', '.join(packages)}", flush=True)
        software.debian(*packages)
    except software.MissingError as error:
        print(f"To have them, {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
