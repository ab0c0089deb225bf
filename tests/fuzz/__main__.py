"""`python -m tests.fuzz [--seconds 60] [--target NAME]`: coverage-guided with atheris where it is installed,
else hypothesis until the time is over. Findings lie in var/fuzz; `--keep FILE --target NAME` keeps one.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

GUIDED = importlib.util.find_spec("atheris") is not None
if GUIDED and "--one" in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["repository.packages"]):
        from .targets import SEEDS, TARGETS, run
else:
    from .targets import SEEDS, TARGETS, run

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parent / "cases"
FOUND = ROOT / "var" / "fuzz"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    parser.add_argument("--target", choices=TARGETS, help="this one only")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="copy a finding to the cases of the tests")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.keep:
        print(keep(options.target, options.keep.read_bytes()))
        return 0
    if options.one:
        return fuzz(options.target, options.seconds)
    print("with atheris" if GUIDED else "with hypothesis (pip install atheris: guided by coverage)")
    failed = []
    for name in [options.target] if options.target else TARGETS:
        command = [sys.executable, "-m", "tests.fuzz", "--one", "--target", name]
        done = subprocess.run([*command, "--seconds", str(options.seconds)], cwd=ROOT, check=False)
        print(f"{name}: {'clean' if done.returncode == 0 else 'FOUND SOMETHING'}", flush=True)
        if done.returncode:
            failed.append(name)
    return 1 if failed else 0


def keep(name: str, data: bytes) -> Path:
    """A case that the tests run from now on: text, so that nothing binary lies in the repository."""
    case = CASES / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.hex"
    case.write_text(data.hex("\n", -32) + "\n")
    return case


def fuzz(name: str, seconds: int) -> int:
    corpus = FOUND / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    if not GUIDED:
        return _by_hypothesis(name, seconds)
    flags = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={FOUND}/{name}-",
        "-timeout=20",
        "-rss_limit_mb=1024",
    ]
    atheris.Setup([sys.argv[0], *flags, "-max_len=20000", str(corpus)], lambda data: run(name, data))
    atheris.Fuzz()
    return 0


def _by_hypothesis(name: str, seconds: int) -> int:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.database import DirectoryBasedExampleDatabase

    from .strategies import changed

    until = time.monotonic() + seconds
    last = b""

    @settings(
        max_examples=2_000,
        deadline=None,
        database=DirectoryBasedExampleDatabase(FOUND / "examples"),
        suppress_health_check=list(HealthCheck),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
    )
    @given(changed(SEEDS[name]))
    def once(data: bytes) -> None:
        nonlocal last
        try:
            run(name, data)
        except BaseException:
            last = data
            raise

    while time.monotonic() < until:
        try:
            once()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is a finding)
            path = FOUND / f"{name}-{hashlib.sha256(last).hexdigest()[:12]}"
            path.write_bytes(last)
            print(f"{type(error).__name__}: {error}\n{path}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
