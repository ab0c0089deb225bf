"""What system checks say, one fault at a time."""

from pathlib import Path

import pytest

from cms import checks, messages


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_nothing_to_say_about_a_folder_that_can_be_written(settings, tmp_path):
    settings.VAR = tmp_path
    assert ids(checks.state_is_writable()) == []


def test_a_folder_that_cannot_be_written(settings):
    settings.VAR = Path("/proc/nowhere")
    assert ids(checks.state_is_writable()) == ["hoclieu.E001"]


def test_missing_browser_libraries_are_named(settings, tmp_path):
    settings.BROWSER_LIBS = tmp_path
    for name in checks.BROWSER_FILES[1:]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (message,) = checks.browser_libraries_are_there()
    assert message.id == "hoclieu.W002"
    assert "htmx/htmx.min.js" in message.msg
    assert "scorm" not in message.msg


def test_messages_that_are_not_compiled(tmp_path, monkeypatch):
    assert ids(checks.messages_are_compiled()) == []
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "a.po").write_text('msgid "A"\nmsgstr "B"\n')
    assert ids(checks.messages_are_compiled()) == ["hoclieu.W003"]


def test_misspelt_variables(settings):
    settings.UNKNOWN_VARIABLES = ["HOCLIEU_SIET_URL"]
    (message,) = checks.variables_are_known()
    assert "HOCLIEU_SIET_URL" in message.msg


@pytest.mark.parametrize("production", [False, True])
def test_deployment(settings, production):
    settings.PRODUCTION = settings.HTTPS = production
    settings.EMAIL_HOST = "mail.example.vn" if production else ""
    found = ids(checks.production_is_meant())
    assert "hoclieu.W013" in found
    for one_machine_only in ("hoclieu.W010", "hoclieu.E011", "hoclieu.W014"):
        assert (one_machine_only in found) is not production
