"""Finds the translatable strings of Python files and Django templates, without importing them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

SOURCES = ("accounts", "repository", "courses", "search", "cms", "templates")
# Position of context, singular and plural among the arguments; None where there is none.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_INLINE = re.compile(r"""_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
_QUOTED = re.compile(r"""^("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


@dataclass(frozen=True)
class Found:
    """One translatable string and where it stands (file:line)."""

    where: str
    text: str
    plural: str = ""
    context: str = ""


def find_strings(root: Path) -> Iterator[Found]:
    """Every translatable string below ``root``, in order of files."""
    for name in SOURCES:
        for path in sorted((root / name).rglob("*")):
            where = path.relative_to(root).as_posix()
            if path.suffix == ".py" and "/migrations/" not in where:
                yield from python_strings(path.read_text(encoding="utf-8"), where)
            elif path.suffix in {".html", ".txt"} and "templates/" in where:
                yield from template_strings(path.read_text(encoding="utf-8"), where)


def _constant(call: ast.Call, position: int | None) -> str | None:
    if position is None or position >= len(call.args):
        return None
    argument = call.args[position]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def python_strings(source: str, where: str) -> Iterator[Found]:
    """Calls of the gettext family whose text is a literal."""
    for node in ast.walk(ast.parse(source, where)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        context, single, plural = CALLS[name]
        text = _constant(node, single)
        if text:
            yield Found(
                f"{where}:{node.lineno}", text, _constant(node, plural) or "", _constant(node, context) or ""
            )


def _unquote(literal: str) -> str:
    """The text between the quotes; Django doubles percent signs of templates before it looks them up."""
    return literal[1:-1].replace(f"\\{literal[0]}", literal[0]).replace("\\\\", "\\").replace("%", "%%")


def _option(bits: list[str], name: str) -> str:
    """The quoted value after ``context``, or ''."""
    if name in bits and bits.index(name) + 1 < len(bits):
        match = _QUOTED.match(bits[bits.index(name) + 1])
        return _unquote(match.group(1)) if match else ""
    return ""


def template_strings(source: str, where: str) -> Iterator[Found]:
    """``{% translate %}``, ``{% blocktranslate %}`` and ``_("…")`` inside tags and variables."""
    tokens = iter(Lexer(source).tokenize())
    in_comment = False
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            bits = list(smart_split(token.contents))
            in_comment = (in_comment or bits[0] == "comment") and bits[0] != "endcomment"
            if in_comment:
                continue
            if bits[0] in {"translate", "trans"} and len(bits) > 1 and (match := _QUOTED.match(bits[1])):
                yield Found(f"{where}:{token.lineno}", _unquote(match.group(1)), "", _option(bits, "context"))
            if bits[0] in {"blocktranslate", "blocktrans"}:
                yield _block(tokens, token, bits, where)
        if token.token_type in {TokenType.BLOCK, TokenType.VAR} and not in_comment:
            for match in _INLINE.finditer(token.contents):
                yield Found(f"{where}:{token.lineno}", _unquote(match.group(1)))


def _block(tokens: Iterator[Token], opening: Token, bits: list[str], where: str) -> Found:
    """The text of a block, variables written as Django writes them: %(name)s."""
    texts = [""]
    for token in tokens:
        if token.token_type == TokenType.VAR:
            texts[-1] += f"%({token.contents.split('|')[0]})s"
        elif token.token_type == TokenType.TEXT:
            texts[-1] += token.contents.replace("%", "%%")
        elif token.token_type == TokenType.BLOCK and token.contents.strip() == "plural":
            texts.append("")
        elif token.token_type == TokenType.BLOCK:
            break
    if "trimmed" in bits:
        texts = [trim_whitespace(text) for text in texts]
    return Found(
        f"{where}:{opening.lineno}", texts[0], texts[1] if len(texts) > 1 else "", _option(bits, "context")
    )
