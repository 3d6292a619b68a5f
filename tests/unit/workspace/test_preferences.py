"""Settings that change while the program runs."""

from pathlib import Path

import pytest

from desktop.domain.errors import CommandRefused
from desktop.settings import registry
from desktop.workspace.preferences import Preferences


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path)


def test_a_change_counts_at_once_and_after_a_restart(preferences: Preferences, tmp_path: Path) -> None:
    preferences.change(registry.BATCH_MESSAGES, 7)
    assert preferences.get(registry.BATCH_MESSAGES) == 7
    assert Preferences(tmp_path).get(registry.BATCH_MESSAGES) == 7
    preferences.reset(registry.BATCH_MESSAGES)
    assert Preferences(tmp_path).get(registry.BATCH_MESSAGES) == registry.BATCH_MESSAGES.default


def test_what_another_program_changed_meanwhile_is_kept(preferences: Preferences, tmp_path: Path) -> None:
    Preferences(tmp_path).change(registry.LOG_KEEP_DAYS, 5)
    preferences.change(registry.BATCH_MESSAGES, 7)
    after = Preferences(tmp_path)
    assert (after.get(registry.LOG_KEEP_DAYS), after.get(registry.BATCH_MESSAGES)) == (5, 7)


def test_a_refused_change_leaves_all_as_it_was(preferences: Preferences) -> None:
    with pytest.raises(CommandRefused):
        preferences.change_text("sync.batch_messages", "0")
    with pytest.raises(CommandRefused):
        preferences.change_text("no.such", "1")
    with pytest.raises(ValueError, match="batch_messages"):
        preferences.change(registry.BATCH_MESSAGES, 0)
    assert not [one for one in preferences.describe_all() if one.changed]
