"""Every string that people see speaks Vietnamese and English, and none stands outside translation."""

from pathlib import Path

import pytest
from django.utils import translation

from cms import message_gaps, messages
from repository.terms import data_name

ROOT = messages.ROOT
APPS = ("accounts", "repository", "courses", "search", "cms")
#: Modules that work with Vietnamese text, and what of it they hold.
ABOUT_VIETNAMESE = {
    "accounts/forms/account.py": "the language is called by its own name",
    "accounts/roster/cells.py": "an old font",
    "accounts/text.py": "letters without marks",
    "cms/admin_search.py": "the letters that carry marks",
    "cms/front.py": "words taken out of searches",
    "cms/message_gaps.py": "the letters themselves",
    "cms/portal.py": "the name of a site nobody has named yet",
    "cms/settings.py": "the language is called by its own name",
    "repository/packages/likeness.py": "words that stand in the names of most lessons",
    "repository/text/clean.py": "letters between which a hyphen parts a word",
    "repository/text/data.py": "letters by which prose is told from code",
    "repository/text/legacy.py": "old fonts",
    "search/documents.py": "words of grades in the index",
    "search/inner.py": "a text on which the making of texts is tried",
    "search/engines/elastic_index.py": "samples of how text is read",
    "search/engines/index_file.py": "the alphabet of the index",
    "search/evaluation.py": "names of grades in judged sets",
    "search/inside.py": "the alphabet of a passage",
    "search/keyboard.py": "the letters that keys stand for",
    "search/names.py": "words that stand before a licence's name",
    "search/queries.py": "a letter of abbreviations",
    "search/reading.py": "how grades and ages are typed",
    "search/schoolyear.py": "how terms, weeks and lessons are typed",
    "search/framing.py": "what is said around the subject of a question",
    "search/spellings.py": "names and terms spelled otherwise",
    "search/thesaurus.py": "abbreviations and words that mean the same",
}
#: Text of a template that is no words: names of classes.
NOT_WORDS = {("templates/cms/home.html", "flush")}


@pytest.mark.parametrize("kind", ["missing", "obsolete", "fuzzy", "placeholders", "duplicates"])
def test_translations(kind):
    for language in messages.languages():
        found = getattr(messages.check_language(language), kind)
        assert not found, f"{language}: {len(found)} {kind}\n" + "\n".join(found[:60])


def test_the_compiled_catalogues_speak_both_languages():
    with translation.override("vi"):
        assert translation.gettext("Teacher") == "Giáo viên"
        assert translation.gettext("Toán") == "Toán"
    with translation.override("en"):
        assert translation.gettext("Teacher") == "Teacher"
        assert translation.gettext("Toán") == "Mathematics"


def test_no_template_has_words_outside_translation():
    wrong = [
        f"{name}:{line} {text}"
        for path in message_gaps.templates(ROOT)
        for line, text in message_gaps.bare_text(path.read_text(encoding="utf-8"))
        if ((name := path.relative_to(ROOT).as_posix()), text) not in NOT_WORDS
    ]
    assert not wrong, "Wrap these in {% translate %}:\n" + "\n".join(wrong)


def python_files():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and not name.startswith("cms/demo"):
                yield name, path.read_text(encoding="utf-8")


def test_no_module_answers_in_vietnamese_alone():
    found = {name: list(message_gaps.vietnamese_in_python(source, name)) for name, source in python_files()}
    wrong = [
        f"{name}:{line} {text}"
        for name, rows in found.items()
        for line, text in rows
        if name not in ABOUT_VIETNAMESE
    ]
    assert not wrong, "Write English inside gettext; the Vietnamese belongs in locale/vi:\n" + "\n".join(
        wrong
    )
    idle = [name for name in ABOUT_VIETNAMESE if not found.get(name)]
    assert not idle, f"Nothing Vietnamese is in these any more; take them off the list: {idle}"


def test_no_script_has_words_of_its_own():
    wrong = [
        f"{path.name}:{line} {text}"
        for path in sorted((ROOT / "static" / "js").rglob("*.js"))
        for line, text in message_gaps.words_in_script(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "Hand the words over in data attributes of the page:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Save now</p>", ["Save now"]),
        ('{% translate "Save" %}<b>{{ name }}</b>', []),
        ("{% blocktranslate %}Save {{ n }}{% endblocktranslate %}", []),
        ("{# a note #}{% comment %}of ours{% endcomment %}", []),
        ('<a href="{% url "x" %}" title="Open it">{{ n }} MB</a>', ["title=Open it"]),
        ('<img alt="{% translate "A cat" %}" src="cat.png">', []),
        ('<button lang="en">English</button><i>more</i>', ["more"]),
        ("<svg><text>x</text></svg><p>{% if a %}Yes, do{% else %}{{ b }}{% endif %}</p>", ["Yes, do"]),
        ("<p>Lưu</p>", ["Lưu"]),
    ],
)
def test_bare_text_is_found(source, words):
    assert [text for _line, text in message_gaps.bare_text(source)] == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('x = _("Họ và tên of a person")', []),
        ('"""Lời đầu."""\ndef f():\n    """Họ tên."""\n    return "Đã lưu"', ["Đã lưu"]),
        ('x = f"Lớp {n}"', ["Lớp "]),
        ('x = "Saved"', []),
    ],
)
def test_vietnamese_in_python_is_found(source, words):
    assert [text for _line, text in message_gaps.vietnamese_in_python(source, "x.py")] == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('box.textContent = "Saved";', ["Saved"]),
        ("box.textContent = box.dataset.saved;", []),
        ("toast(`Saved ${n}`)", ["Saved "]),
        ('button.setAttribute("aria-label", "Close it")', ["Close it"]),
        ("// Đã lưu\nconst a = 'x';", []),
        ('const a = "Đã lưu";', ["Đã lưu"]),
    ],
)
def test_words_in_scripts_are_found(source, words):
    assert [text for _line, text in message_gaps.words_in_script(source)] == words


def test_every_name_of_our_data_has_english():
    assert len(messages.data_names()) > 80
    assert Path(ROOT / "locale" / "en" / "data.po").exists()


def test_names_with_an_addition_are_known_by_their_parts():
    with translation.override("en"):
        assert data_name("Toán (GDTX)") == "Mathematics (Continuing education)"
        assert data_name("Tên ai đó đặt (2)") == "Tên ai đó đặt (2)"
    with translation.override("vi"):
        assert data_name("Toán (GDTX)") == "Toán (GDTX)"
