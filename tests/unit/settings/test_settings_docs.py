"""docs/settings.md is what the declarations say."""

from pathlib import Path

import pytest

from desktop.settings import registry
from tools import settings_docs


def test_the_page_is_current() -> None:
    assert settings_docs.main(["--check"]) == 0


def test_every_setting_is_on_it_with_default_and_bounds() -> None:
    page = settings_docs.page()
    for setting in registry.SETTINGS:
        row = next(line for line in page.splitlines() if f"`{setting.key}`" in line)
        assert setting.words in row
        assert setting.value_words(setting.default) in row
        assert setting.bounds_words in row


def test_a_page_that_is_not_current_is_told_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings_docs, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    assert settings_docs.main(["--check"]) == 1
    assert "python -m tools.settings_docs" in capsys.readouterr().err
    assert settings_docs.main([]) == 0
    assert settings_docs.main(["--check"]) == 0


def test_renamed_and_deleted_keys_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_docs, "RENAMED", {"sync.chunk": "sync.batch_messages"})
    monkeypatch.setattr(settings_docs, "DELETED", frozenset({"ui.old_theme"}))
    assert "`sync.chunk` is `sync.batch_messages` now" in settings_docs.page()
    assert "- `ui.old_theme`" in settings_docs.page()
