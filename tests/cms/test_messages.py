"""The extraction and merging of translations."""

from pathlib import Path

import pytest

from cms import messages
from cms.message_sources import python_strings, template_strings

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext
a = _("One")
b = _(
    "Two "
    "parts"
)
c = ngettext("%(n)s lesson", "%(n)s lessons", 3)
d = npgettext("month", "May", "Mays", 1)
e = _(variable)
f = obj._("Method")
"""
TEMPLATE = """{% load i18n %}
{% translate "Sign in" %} {% trans 'May' context "verb" %}
{% blocktranslate trimmed with n=x %}
  Hello {{ n }},
  you have 5 %
{% endblocktranslate %}
{% blocktranslate count k=v context "c" %}{{ k }} file{% plural %}{{ k }} files{% endblocktranslate %}
{% include "x.html" with label=_("Inline \\"quoted\\"") %}{{ v|default:_("None") }}
{% comment %}{% translate "not this" %}{% endcomment %}{# {% translate "nor this" %} #}
"""


def test_python_strings():
    found = [(f.text, f.plural, f.context) for f in python_strings(PYTHON, "x.py")]
    assert found == [
        ("One", "", ""),
        ("Two parts", "", ""),
        ("%(n)s lesson", "%(n)s lessons", ""),
        ("May", "Mays", "month"),
        ("Method", "", ""),
    ]


def test_template_strings():
    found = [(f.text, f.plural, f.context) for f in template_strings(TEMPLATE, "x.html")]
    assert found == [
        ("Sign in", "", ""),
        ("May", "", "verb"),
        ("Hello %(n)s, you have 5 %%", "", ""),
        ("%(k)s file", "%(k)s files", "c"),
        ('Inline "quoted"', "", ""),
        ("None", "", ""),
    ]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    (tmp_path / "locale" / "vi").mkdir(parents=True)
    (tmp_path / "cms").mkdir()
    return tmp_path


def write(tree: Path, name: str, text: str) -> None:
    (tree / name).write_text(text, encoding="utf-8")


def test_check_names_each_fault(tree: Path):
    write(tree, "cms/a.py", 'x = [_("Missing"), _("Good"), _("Hi %(name)s"), _("Empty"), _("Doubtful")]')
    write(
        tree,
        "locale/vi/a.po",
        'msgid "Good"\nmsgstr "Tốt"\n\nmsgid "Hi %(name)s"\nmsgstr "Chào %(ten)s"\n\n'
        'msgid "Empty"\nmsgstr ""\n\nmsgid "Gone"\nmsgstr "Mất"\n\n#, fuzzy\n'
        'msgid "Doubtful"\nmsgstr "Ngờ"\n',
    )
    write(tree, "locale/vi/allauth.po", 'msgid "Theirs"\nmsgstr "Của họ"\n')
    report = messages.check_language("vi")
    assert report.missing == ["cms/a.py:1 'Missing'", "cms/a.py:1 'Empty'"]
    assert report.placeholders == ["cms/a.py:1 'Hi %(name)s' → 'Chào %(ten)s'"]
    assert report.obsolete == ["a.po 'Gone'"]
    assert report.fuzzy == ["a.po 'Doubtful'"]


def test_parts_that_contradict_each_other_are_refused(tree: Path):
    write(tree, "locale/vi/a.po", 'msgid "Class"\nmsgstr "Lớp"\n')
    write(tree, "locale/vi/b.po", 'msgid "Class"\nmsgstr "Lớp học"\n')
    with pytest.raises(SystemExit, match=r"'Class' differs between a\.po and b\.po"):
        messages.compile_all()
    write(
        tree,
        "locale/vi/b.po",
        'msgid "Class"\nmsgstr "Lớp"\n\nmsgid "Two"\nmsgstr "2"\n\nmsgid "Two"\nmsgstr "3"\n',
    )
    with pytest.raises(SystemExit, match="'Two' is there 2 times"):
        messages.compile_all()


def test_compiles_only_what_changed(tree: Path):
    write(tree, "locale/vi/a.po", 'msgid "Class"\nmsgstr "Lớp"\n')
    assert messages.compile_all() == ["vi"]
    assert messages.compile_all() == []
    from gettext import GNUTranslations

    with (tree / "locale/vi/LC_MESSAGES/django.mo").open("rb") as file:
        assert GNUTranslations(file).gettext("Class") == "Lớp"
