"""Documentation that fails when it lies: settings, commands and codes against the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ["accounts", "repository", "courses", "search", "cms"]
READERS = {"text", "choice", "flag", "integer", "origin", "listener", "server"}
#: Where the environment is read.
SETTINGS = ("cms/settings.py", "cms/databases.py")


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def modules() -> list[tuple[str, ast.Module]]:
    paths = [
        path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    ]
    return [(p.relative_to(ROOT).as_posix(), ast.parse(p.read_text(encoding="utf-8"))) for p in paths]


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def literal(node: ast.Call, position: int) -> str:
    if len(node.args) <= position or not isinstance(node.args[position], ast.Constant):
        return ""
    value = node.args[position].value
    return value if isinstance(value, str) else ""


def settings_that_are_read() -> set[str]:
    trees = [ast.parse((ROOT / name).read_text(encoding="utf-8")) for name in SETTINGS]
    return {
        f"HOCLIEU_{literal(node, 0)}"
        for tree in trees
        for node in ast.walk(tree)
        if called(node) in READERS and getattr(getattr(node.func, "value", None), "id", "") == "env"
    }


def test_every_setting_is_documented():
    listed = set(re.findall(r"^\| `(HOCLIEU_\w+)` \|", page("settings.md"), re.M))
    assert listed == settings_that_are_read()


def test_no_setting_is_read_elsewhere():
    wrong = [
        name
        for name, tree in modules()
        if name
        not in {"cms/settings.py", "cms/env.py", "cms/supervisor.py", "cms/management/commands/serve.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"HOCLIEU_[A-Z_]+$", node.value)
    ]
    assert not wrong, f"Settings are read in cms/settings.py alone: {wrong}"


def test_every_command_is_documented():
    present = {
        path.stem
        for app in APPS
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if path.stem != "__init__"
    }
    listed = set(re.findall(r"^\| `([a-z0-9_]+)`[^|]*\|", page("commands.md"), re.M))
    assert listed == present


def test_every_command_has_help():
    from django.core.management import load_command_class

    for app in APPS:
        for path in (ROOT / app / "management" / "commands").glob("[a-z]*.py"):
            assert load_command_class(app, path.stem).help, f"{path.stem} says nothing in --help"


def refusal_classes() -> set[str]:
    """Refusal and everything derived from it, by name."""
    names = {"Refusal"}
    classes = [node for _, tree in modules() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(5):
        names |= {
            c.name for c in classes if any(getattr(b, "id", getattr(b, "attr", "")) in names for b in c.bases)
        }
    return names


def codes_in_the_code() -> dict[str, str]:
    """Code → where it is given: refusals, answers to commits, system checks."""
    found: dict[str, str] = {"not_allowed": "accounts/errors.py"}
    refusals = refusal_classes() - {"NotAllowed"}
    positions = {**dict.fromkeys(refusals, 0), "Answer": 1, "_refused": 0}
    for name, tree in modules():
        for node in ast.walk(tree):
            if called(node) in positions and (code := literal(node, positions[called(node)])):  # type: ignore[arg-type]
                found.setdefault(code, f"{name}:{node.lineno}")  # type: ignore[attr-defined]
            if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant):
                value = node.value.value
                if isinstance(value, str) and value.startswith("hoclieu."):
                    found.setdefault(value, name)
    return found


def listed_codes() -> set[str]:
    return set(re.findall(r"^\| `([\w.]+)` \|", page("codes.md"), re.M))


def test_every_code_is_documented():
    missing = {code: where for code, where in codes_in_the_code().items() if code not in listed_codes()}
    assert not missing, "List these in docs/codes.md:\n" + "\n".join(
        f"| `{c}` | {w} |" for c, w in missing.items()
    )


def test_every_documented_code_is_given():
    from repository.packages.codes import CODES

    text = "\n".join((ROOT / app_file).read_text(encoding="utf-8") for app_file, _ in modules())
    stale = {code for code in listed_codes() - set(CODES) if f'"{code}"' not in text}
    assert not stale, f"No code gives these: {sorted(stale)}"


def test_the_readme_is_short_and_its_links_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    broken = [link for link in re.findall(r"\]\((?!https?:)([^)#]+)", text) if not (ROOT / link).exists()]
    assert not broken


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_links_between_pages(path):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


def test_decisions_are_all_listed():
    names = {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}
    assert names
    assert names == set(re.findall(r"\]\((\d[^)]+\.md)\)", page("decisions/README.md")))
