"""Every string that people see speaks Vietnamese."""

import pytest

from cms import messages


@pytest.mark.parametrize("kind", ["missing", "obsolete", "fuzzy", "placeholders", "duplicates"])
def test_translations(kind):
    for language in messages.languages():
        found = getattr(messages.check_language(language), kind)
        assert not found, f"{language}: {len(found)} {kind}\n" + "\n".join(found[:60])


def test_the_compiled_catalogue_speaks_vietnamese():
    from django.utils import translation

    with translation.override("vi"):
        assert translation.gettext("Teacher") == "Giáo viên"
    with translation.override("en"):
        assert translation.gettext("Teacher") == "Teacher"
