"""The settings of a profile: whatever is in the file, there are settings, and nothing is lost."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.security.files import write_private
from desktop.settings import registry
from desktop.settings.registry import BATCH_MESSAGES, CONNECT_TIMEOUT, READ_TIMEOUT
from desktop.settings.setting import AnySetting, Setting
from desktop.settings.settings import SETTINGS_FILE, Settings, load_settings, save_settings

DEFAULTS = {
    "network.connect_timeout_s": 15.0,
    "network.read_timeout_s": 60.0,
    "sync.batch_messages": 500,
    "sync.batch_bytes": 8 * 1024 * 1024,
    "sync.fetch_limit_bytes": 25 * 1024 * 1024,
    "sync.parallel_mailboxes": 4,
    "sync.full_listing_hours": 24,
    "sync.audit": "daily",
    "sync.quiet_from_hour": 20,
    "sync.quiet_until_hour": 7,
    "parse.workers": 0,
    "parse.timeout_s": 10.0,
    "log.keep_days": 90,
    "log.keep_entries": 50_000,
    "appearance.theme": "system",
    "appearance.text_percent": 100,
    "keys.single_letters": True,
    "oauth.google_client_file": "",
    "oauth.google_client_id": "",
    "oauth.microsoft_client_file": "",
    "oauth.microsoft_client_id": "",
    "oauth.microsoft_tenant": "common",
    "oauth.custom_client_file": "",
    "oauth.custom_client_id": "",
    "oauth.custom_issuer": "",
    "oauth.custom_scopes": "",
}


def written(tmp_path: Path, content: object) -> Settings:
    (tmp_path / SETTINGS_FILE).write_text(content if isinstance(content, str) else json.dumps(content))
    return load_settings(tmp_path)


# the registry


def test_the_defaults() -> None:
    assert {setting.key: setting.default for setting in registry.SETTINGS} == DEFAULTS


@pytest.mark.parametrize("setting", registry.SETTINGS, ids=lambda setting: setting.key)
def test_every_default_is_allowed_and_has_words(setting: AnySetting) -> None:
    assert setting.checked(setting.default) == setting.default
    assert setting.words[0].isupper()
    assert not setting.words.endswith(".")
    assert setting.description.endswith(".")


def test_every_setting_is_registered_once() -> None:
    declared = [value for value in vars(registry).values() if isinstance(value, Setting)]
    assert {one.key for one in declared} == {one.key for one in registry.SETTINGS}
    assert len({one.key for one in registry.SETTINGS}) == len(registry.SETTINGS)


def test_renames_lead_to_settings_and_no_old_key_is_used_again() -> None:
    keys = {one.key for one in registry.SETTINGS}
    assert set(registry.RENAMED.values()) <= keys
    assert not (set(registry.RENAMED) | registry.DELETED) & keys


# reading


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.complaints == ()
    assert settings.get(BATCH_MESSAGES) == 500
    assert [state.value for state in settings.describe_all()] == list(DEFAULTS.values())
    assert not any(state.changed for state in settings.describe_all())


def test_values_of_the_file_count(tmp_path: Path) -> None:
    settings = written(tmp_path, {"sync.batch_messages": 10, "network.read_timeout_s": 1})
    assert settings.complaints == ()
    assert settings.get(BATCH_MESSAGES) == 10
    assert settings.get(READ_TIMEOUT) == 1.0
    assert [state.setting.key for state in settings.describe_all() if state.changed] == [
        "network.read_timeout_s",
        "sync.batch_messages",
    ]


def test_a_wrong_value_is_a_sentence_and_its_default_is_used(tmp_path: Path) -> None:
    settings = written(tmp_path, {"sync.batch_messages": "many", "network.connect_timeout_s": 3})
    assert settings.get(BATCH_MESSAGES) == 500
    assert settings.get(CONNECT_TIMEOUT) == 3.0
    assert settings.complaints == (
        "sync.batch_messages cannot be 'many' (it takes: whole number, 1 to 5,000). Its default 500 is used.",
    )


def test_an_unknown_key_is_reported_and_kept(tmp_path: Path) -> None:
    settings = written(tmp_path, {"sync.colour": {"a": [1]}, "parse.timeout_s": None})
    assert len(settings.complaints) == 2
    changed = settings.with_value(BATCH_MESSAGES, 5)
    save_settings(tmp_path, changed, write=write_private)
    kept = {"sync.colour": {"a": [1]}, "parse.timeout_s": None, "sync.batch_messages": 5}
    assert json.loads((tmp_path / SETTINGS_FILE).read_bytes()) == kept


@pytest.mark.parametrize("content", ["", "{", '{"sync.batch_messages": 10', "[]", "7", "null", "\0\0", "[" * 100_000])
def test_half_a_file_is_a_sentence_and_is_kept_beside_the_next_one(tmp_path: Path, content: str) -> None:
    settings = written(tmp_path, content)
    assert len(settings.complaints) == 1
    assert "defaults are used" in settings.complaints[0]
    assert settings.get(BATCH_MESSAGES) == 500
    save_settings(tmp_path, settings.with_value(BATCH_MESSAGES, 7), write=write_private)
    assert load_settings(tmp_path).get(BATCH_MESSAGES) == 7
    assert (tmp_path / "settings.json.unreadable").read_text() == content


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).mkdir()
    assert "cannot be read" in load_settings(tmp_path).complaints[0]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_breaks_it(value: object) -> None:
    settings = Settings(dict.fromkeys(DEFAULTS, value))
    for setting in registry.SETTINGS:
        assert setting.checked(settings.get(setting)) == settings.get(setting)
    assert Settings(json.loads(settings.to_json())).describe_all() == settings.describe_all()


# changing


def test_a_value_is_checked_before_it_is_set() -> None:
    with pytest.raises(ValueError, match=r"sync\.batch_messages cannot be 0"):
        Settings().with_value(BATCH_MESSAGES, 0)


def test_settings_are_not_changed_in_place() -> None:
    settings = Settings()
    assert settings.with_value(BATCH_MESSAGES, 9).get(BATCH_MESSAGES) == 9
    assert settings.get(BATCH_MESSAGES) == 500
    assert settings.with_value(BATCH_MESSAGES, 9).without(BATCH_MESSAGES).get(BATCH_MESSAGES) == 500


def test_what_a_person_types_is_set_or_refused_with_a_sentence() -> None:
    assert Settings().with_text("sync.batch_messages", "12").get(BATCH_MESSAGES) == 12
    for key, text, words in (
        ("sync.batch_messages", "0", r"it takes: whole number, 1 to 5,000"),
        ("sync.nonsense", "1", "There is no setting 'sync.nonsense'"),
    ):
        with pytest.raises(CommandRefused, match=words) as refused:
            Settings().with_text(key, text)
        assert refused.value.code is ReasonCode.BAD_INPUT


def test_what_is_saved_reads_back_and_is_private(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings().with_value(READ_TIMEOUT, 0.2), write=write_private)
    assert load_settings(tmp_path).get(READ_TIMEOUT) == 0.2
    assert (tmp_path / SETTINGS_FILE).read_text() == '{\n "network.read_timeout_s": 0.2\n}\n'
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / SETTINGS_FILE).stat().st_mode) == 0o600


# names that change


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RENAMED", {"sync.chunk": "sync.batch_messages"})
    monkeypatch.setattr(registry, "DELETED", frozenset({"ui.old_theme"}))


@pytest.mark.usefixtures("renamed")
def test_a_renamed_setting_keeps_its_value_and_is_written_under_its_new_name() -> None:
    settings = Settings({"sync.chunk": 12})
    assert settings.get(BATCH_MESSAGES) == 12
    assert settings.complaints == ()
    assert json.loads(settings.to_json()) == {"sync.batch_messages": 12}
    assert Settings().with_text("sync.chunk", "13").get(BATCH_MESSAGES) == 13


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("order", [1, -1])
def test_of_two_names_the_new_one_counts(order: int) -> None:
    both = dict([("sync.chunk", 12), ("sync.batch_messages", 20)][::order])
    settings = Settings(both)
    assert settings.get(BATCH_MESSAGES) == 20
    assert "is called 'sync.batch_messages' now" in settings.complaints[0]


@pytest.mark.usefixtures("renamed")
def test_a_deleted_setting_goes_without_a_word() -> None:
    settings = Settings({"ui.old_theme": "dark"})
    assert settings.complaints == ()
    assert json.loads(settings.to_json()) == {}
