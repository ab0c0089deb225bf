"""Translations: one readable .po file per part, one compiled catalogue per language.

``python -m cms.messages compile`` merges ``locale/<language>/*.po``; ``check [PATH…]`` compares them
with the strings in the code and the templates. Needs no Django settings.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cms.message_sources import Found, find_strings

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
# Strings of other people's packages that our screens show: not found in our sources.
FOREIGN_PARTS = {"allauth", "wagtail"}
# Names of our own data (subjects, grades, licences …) as they are loaded first: Vietnamese to English.
DATA_PART = "data"
# The language of the sources: it needs no translation but that of the data.
SOURCE_LANGUAGE = "en"

Key = tuple[str, str]
"""Context ("" for none) and singular English text."""

_ENTRY = re.compile(
    r'^(?:msgctxt (?P<context>"[^\n]*"(?:\n"[^\n]*")*)\n)?msgid (?P<id>"[^\n]*"(?:\n"[^\n]*")*)', re.M
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")


@dataclass
class Report:
    """What is wrong with the translations into one language."""

    missing: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        for name, entries in vars(self).items():
            for entry in entries:
                yield f"{name}: {entry}"


def key_of(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", text)


def parts(language: str) -> list[Path]:
    """The .po files of a language, in a stable order."""
    return sorted((LOCALE / language).glob("*.po"))


def catalogue_path(language: str) -> Path:
    """Where Django reads the compiled catalogue."""
    return LOCALE / language / "LC_MESSAGES" / "django.mo"


def read_part(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, charset="utf-8", abort_invalid=True)


def doubled_keys(path: Path) -> list[str]:
    """Texts that one file translates twice; Babel would silently keep the last."""
    found = Counter(
        (match["context"] or "", "".join(re.findall(r'"(.*)"', match["id"])))
        for match in _ENTRY.finditer(path.read_text(encoding="utf-8"))
    )
    return [
        f"{path.name}: '{text}' is there {count} times" for (_, text), count in found.items() if count > 1
    ]


def merged(language: str) -> tuple[Catalog, list[str]]:
    """All parts in one catalogue, and what contradicts itself."""
    whole = Catalog(locale=language, domain="django", fuzzy=False, charset="utf-8")
    origin: dict[Key, tuple[str, object]] = {}
    clashes: list[str] = []
    for path in parts(language):
        clashes += doubled_keys(path)
        for message in read_part(path):
            if not message.id:
                continue
            key = key_of(message)
            before = origin.get(key)
            if before and before[1] != message.string:
                clashes.append(f"'{key[1]}' differs between {before[0]} and {path.name}")
            elif before is None or not isinstance(message.id, str):
                origin[key] = (path.name, message.string)
                whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole, clashes


def compile_language(language: str) -> bool:
    """Writes the compiled catalogue if a part is newer; True if it was written."""
    target = catalogue_path(language)
    sources = parts(language)
    if not sources:
        return False
    # The folder's own time tells of a part that was removed.
    newest = max(path.stat().st_mtime_ns for path in [*sources, LOCALE / language, Path(__file__)])
    if target.exists() and target.stat().st_mtime_ns >= newest:
        return False
    catalog, clashes = merged(language)
    if clashes:
        raise SystemExit("Translations contradict each other:\n  " + "\n  ".join(clashes))
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_name(f".django.{os.getpid()}.mo")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(target)
    return True


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def compile_all() -> list[str]:
    """Compiles every language; returns those that were written."""
    return [language for language in languages() if compile_language(language)]


def placeholders(text: str) -> Counter[str]:
    return Counter(match.group(0) for match in _PLACEHOLDER.finditer(text))


def _judge_text(found: Found, message: Message | None, report: Report) -> None:
    where = f"{found.where} '{found.text}'"
    strings = (
        [] if message is None else [message.string] if isinstance(message.string, str) else message.string
    )
    if not strings or not all(strings):
        report.missing.append(where)
        return
    wanted = set(placeholders(found.plural or found.text)) | set(placeholders(found.text))
    if found.plural and isinstance(message.id if message else "", str):
        report.missing.append(f"{where}: has a plural; write msgid_plural and msgstr[0]")
    for string in strings:
        given = set(placeholders(string))
        # A language may leave out the number where the singular says it in words, never invent one.
        if given - wanted or (not found.plural and wanted - given):
            report.placeholders.append(f"{where} → '{string}'")


def check_language(language: str, paths: list[str] | None = None) -> Report:
    """Compares the sources under ``paths`` (default: all) with the translations into ``language``."""
    report = Report()
    catalog, report.duplicates = merged(language)
    known = {key_of(message): message for message in catalog if message.id}
    used: set[Key] = set()
    if language == SOURCE_LANGUAGE:
        return _check_data(report, known)
    for found in find_strings(ROOT):
        key = (found.context, found.text)
        first = key not in used
        used.add(key)
        if first and (not paths or any(found.where.startswith(path) for path in paths)):
            _judge_text(found, known.get(key), report)
    for path in parts(language):
        for message in read_part(path):
            if message.id and message.fuzzy:
                report.fuzzy.append(f"{path.name} '{key_of(message)[1]}'")
            if message.id and path.stem not in FOREIGN_PARTS and key_of(message) not in used:
                report.obsolete.append(f"{path.name} '{key_of(message)[1]}'")
    return report


def data_names() -> set[str]:
    """The names of the taxonomy, and the portal's own pages, as they are made first.

    Textbook series are titles: they stay.
    """
    seeds = importlib.import_module("repository.migrations._taxonomy")
    rows = (seeds.CURRICULA, seeds.LEVELS, seeds.GRADES, seeds.SUBJECTS, seeds.RESOURCE_TYPES, seeds.LICENCES)
    return (
        {row[1] for group in rows for row in group}
        | {row[4] for row in seeds.LICENCES}
        | {row[2] for row in seeds.LEVELS}
        | importlib.import_module("cms.migrations._own_pages").NAMES
    )


def _check_data(report: Report, known: dict[Key, Message]) -> Report:
    names = data_names()
    report.missing = sorted(name for name in names if ("", name) not in known)
    report.obsolete = sorted(text for _context, text in known if text not in names)
    return report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m cms.messages", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("compile", help="write the catalogues that Django reads")
    check = commands.add_parser("check", help="list strings without a translation, and the reverse")
    check.add_argument("paths", nargs="*", help="only strings from files that begin so, e.g. accounts/")
    options = parser.parse_args(arguments)
    if options.command == "compile":
        for language in compile_all():
            print(f"compiled {language}")
        return 0
    lines = [
        f"{language}: {line}"
        for language in languages()
        for line in check_language(language, options.paths).lines()
    ]
    print("\n".join(lines) or "Every string is translated.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
