"""The house rules that a machine can check; each message says why the rule is there."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ["accounts", "repository", "courses", "search", "cms"]
# Within courses: what each package may not import. Playing knows nothing of classes, classes
# nothing of targets; news travels the other way by signals.
COURSES = {
    "courses.runtime": ["courses.training", "courses.coverage"],
    "courses.training": ["courses.coverage"],
}
# Modules that decide and translate only: they can be tested, and trusted, without a database.
PURE = [
    "accounts/ancestry.py",
    "accounts/text.py",
    "accounts/unit_history.py",
    "accounts/work/retry.py",
    "cms/env.py",
    "cms/message_gaps.py",
    "cms/message_sources.py",
    "courses/runtime/cmi5/refusals.py",
    "courses/runtime/cmi5/statements.py",
    "courses/runtime/cmi5/vocabulary.py",
    "courses/runtime/cmi5/writing.py",
    "courses/runtime/outcome.py",
    "courses/training/cartridges.py",
    "courses/training/completion.py",
    "courses/training/ics.py",
    "courses/training/imported.py",
    "courses/training/prose.py",
    "courses/training/pace.py",
    "courses/training/pasted.py",
    "search/analysis.py",
    "search/asked.py",
    "search/keyboard.py",
    "search/lexicon.py",
    "search/names.py",
    "search/queries.py",
    "search/ranking.py",
    "search/reading.py",
    "search/spelling.py",
    "search/thesaurus.py",
]
PURE_FOLDERS = ["accounts/roster", "repository/packages"]
NOT_PURE: dict[str, str] = {}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
# What is longer, and why.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


@cache
def sources() -> tuple[Path, ...]:
    return tuple(
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module named by an import, also inside functions, with its line."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield node.lineno, module
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_imports_point_one_way():
    wrong = set()
    for path in sources():
        place = APPS.index(path.relative_to(ROOT).parts[0])
        for line, module in imports(path):
            if any(within(module, app) for app in APPS[place + 1 :]):
                wrong.add(f"{name_of(path)}:{line} imports {module}")
            for package, forbidden in COURSES.items():
                inside = within(".".join(path.relative_to(ROOT).with_suffix("").parts), package)
                if inside and any(within(module, other) for other in forbidden):
                    wrong.add(f"{name_of(path)}:{line} imports {module}")
    assert not wrong, "An app may know only what stands to its left; send a signal instead:\n" + "\n".join(
        sorted(wrong)
    )


def test_the_application_does_not_import_tests():
    wrong = [name_of(path) for path in sources() if any(within(m, "tests") for _, m in imports(path))]
    assert not wrong, f"Tests are not installed in production: {wrong}"


def pure_modules() -> list[Path]:
    folders = [path for folder in PURE_FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in [*(ROOT / name for name in PURE), *folders] if name_of(path) not in NOT_PURE]


@pytest.mark.parametrize("path", pure_modules(), ids=name_of)
def test_pure_modules_touch_nothing(path):
    forbidden = [
        "django.db",
        "django.http",
        "django.core.files",
        "django.utils.timezone",
        "requests",
        "socket",
    ]
    forbidden += [f"{app}.models" for app in APPS] + ["courses.runtime.models", "courses.training.models"]
    wrong = [f"line {line}: {m}" for line, m in imports(path) if any(within(m, bad) for bad in forbidden)]
    assert not wrong, f"{name_of(path)} decides only; the caller reads and writes: {wrong}"


def test_modules_are_short():
    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    wrong = {name: n for name, n in long.items() if n > LONGEST_MODULE and name not in LONG_MODULES}
    assert not wrong, (
        f"Over {LONGEST_MODULE} lines: make it a package by concept, or give a reason here: {wrong}"
    )


def functions() -> Iterator[tuple[str, int]]:
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_are_short():
    wrong = {name: n for name, n in functions() if n > LONGEST_FUNCTION and name not in LONG_FUNCTIONS}
    assert not wrong, f"Over {LONGEST_FUNCTION} lines: split it, or give a reason here: {wrong}"


def test_exceptions_to_length_are_still_needed():
    modules = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    lengths = dict(functions())
    stale = [name for name in LONG_MODULES if modules.get(name, 0) <= LONGEST_MODULE]
    stale += [name for name in LONG_FUNCTIONS if lengths.get(name, 0) <= LONGEST_FUNCTION]
    assert not stale, f"Take these off the lists: {stale}"


def test_models_do_no_work_on_saving():
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if "models" in path.parts or path.name == "models.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert not wrong, f"Work belongs to actions, where it is locked, recorded and announced: {wrong}"


def test_modules_say_what_lives_in_them():
    wrong = [
        name_of(path) for path in sources() if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert not wrong, f"A module begins with one to five lines on what lives there: {wrong}"


def test_bodies_are_never_read_whole_by_the_uploads():
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if path.name.startswith("upload")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "body"
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
    ]
    assert not wrong, f"Parts are read with request.read(): request.body holds them in memory: {wrong}"


def templates() -> list[Path]:
    return [path for app in ["templates", *APPS] for path in sorted((ROOT / app).rglob("*.html"))]


INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style[\s>]", re.I),
    "an inline event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\b(?:src\s*=|type=\"application/json\"))[^>]*>", re.I),
    "a javascript address": re.compile(r"(?:href|action|src)\s*=\s*[\"']\s*javascript:", re.I),
    "another host's file": re.compile(
        r"<(?:script|link|img)[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I
    ),
}


def test_templates_hold_no_script_and_no_style():
    wrong = []
    for path in templates():
        text = re.sub(
            r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        # What a tag puts out is not the template's own text.
        text = re.sub(r"{%.*?%}|{{.*?}}", "x", text, flags=re.S)
        wrong += [f"{name_of(path)}: {what}" for what, pattern in INLINE.items() if pattern.search(text)]
    assert not wrong, "The policy of the site blocks it; use a class, a module in static/js:\n" + "\n".join(
        wrong
    )


LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt", "browser/package-lock.json"]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_host(name):
    text = (ROOT / "deploy" / name).read_text()
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links", text), (
        "networks differ; hashes suffice"
    )


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "deploy" / name).read_text(), re.M))


def test_the_lock_of_the_tests_holds_the_versions_of_production():
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert run
    assert {name: dev.get(name) for name in run} == run


def test_browser_libraries_are_pinned():
    wanted = json.loads((ROOT / "deploy/browser/package.json").read_text())["dependencies"]
    lock = json.loads((ROOT / "deploy/browser/package-lock.json").read_text())["packages"]
    assert wanted
    for name, version in wanted.items():
        entry = lock[f"node_modules/{name}"]
        assert entry["version"] == version
        assert entry["integrity"].startswith("sha512-")


def test_no_large_or_foreign_file_is_committed():
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    large = [name for name in names if (ROOT / name).stat().st_size > 1_000_000]
    foreign = [
        name for name in names if re.search(r"\.min\.(?:js|css)$|node_modules/|\.(?:zip|mo|woff2?)$", name)
    ]
    assert not large + foreign, "Libraries come at set-up, samples from code"
