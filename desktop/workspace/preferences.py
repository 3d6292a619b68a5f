"""The settings of an open profile, as they are now: read by whoever needs one, changed one at a time."""

import threading
from collections.abc import Callable
from pathlib import Path

from desktop.security.files import write_private
from desktop.settings.setting import AnySetting, Setting, T
from desktop.settings.settings import Settings, SettingState, load_settings, save_settings


class Preferences:
    """Settings that may be changed while the program runs. Any thread may read; changes take turns."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._settings = load_settings(profile)
        self._turn = threading.Lock()

    @property
    def now(self) -> Settings:
        """All settings as they are at this moment."""
        return self._settings

    @property
    def complaints(self) -> tuple[str, ...]:
        """Sentences about what was found wrong in the file."""
        return self._settings.complaints

    def get(self, setting: Setting[T]) -> T:
        """Return the value of *setting*."""
        return self._settings.get(setting)

    def describe_all(self) -> list[SettingState]:
        """Return every setting with its value, in the order of the registry."""
        return self._settings.describe_all()

    def change(self, setting: Setting[T], value: T) -> None:
        """Set *setting* to *value* and write it down; raises ValueError out of bounds, StoreError from the disk."""
        self._make(lambda settings: settings.with_value(setting, value))

    def change_text(self, key: str, text: str) -> None:
        """Set the setting *key* to what a person typed; raises CommandRefused with a sentence."""
        self._make(lambda settings: settings.with_text(key, text))

    def reset(self, setting: AnySetting) -> None:
        """Put *setting* back at its default."""
        self._make(lambda settings: settings.without(setting))

    def _make(self, change: Callable[[Settings], Settings]) -> None:
        with self._turn:
            changed = change(load_settings(self._profile))  # another command may have changed one meanwhile
            save_settings(self._profile, changed, write=write_private)
            self._settings = changed
