"""The settings of one profile: read from ``settings.json``, never a reason not to start."""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.settings import registry
from desktop.settings.setting import AnySetting, Setting, T

SETTINGS_FILE = "settings.json"

_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SettingState:
    """One setting as a list shows it."""

    setting: AnySetting
    value: Any
    changed: bool


class Settings:
    """Values of settings: the profile's own where it has valid ones, defaults elsewhere. Immutable.

    ``complaints`` are sentences about what was found wrong in the file; values and keys that are not understood are
    kept in it as they are. ``unreadable`` is the one about a file that could not be read at all.
    """

    def __init__(self, stored: Mapping[str, object] | None = None, *, unreadable: str = "") -> None:
        self._known = {setting.key: setting for setting in registry.SETTINGS}
        self._stored, notes = self._current_names(stored or {})
        self._values: dict[str, Any] = {}
        for key, value in self._stored.items():
            notes += self._take(key, value)
        self.unreadable = unreadable
        self.complaints: tuple[str, ...] = (*([unreadable] if unreadable else []), *notes)

    def get(self, setting: Setting[T]) -> T:
        """Return the value of *setting*."""
        value: T = self._values.get(setting.key, setting.default)
        return value

    def with_value(self, setting: Setting[T], value: T) -> "Settings":
        """Return these settings with *setting* at *value*; raises ValueError when it is out of bounds."""
        return Settings({**self._stored, setting.key: setting.checked(value)}, unreadable=self.unreadable)

    def with_text(self, key: str, text: str) -> "Settings":
        """Return these settings with *key* at the value a person typed; raises CommandRefused with a sentence."""
        setting = self._known.get(registry.RENAMED.get(key, key))
        if setting is None:
            raise CommandRefused(
                ReasonCode.BAD_INPUT, f"There is no setting {key!r}.", action="See postroom settings for all of them."
            )
        try:
            return self.with_value(setting, setting.parse(text))
        except ValueError as error:
            raise CommandRefused(ReasonCode.BAD_INPUT, str(error)) from error

    def without(self, setting: AnySetting) -> "Settings":
        """Return these settings with *setting* back at its default."""
        left = {key: value for key, value in self._stored.items() if key != setting.key}
        return Settings(left, unreadable=self.unreadable)

    def describe_all(self) -> list[SettingState]:
        """Return every setting with its value, in the order of the registry."""
        return [SettingState(one, self.get(one), one.key in self._values) for one in registry.SETTINGS]

    def to_json(self) -> bytes:
        """Return the file's content: changed values, and whatever else was found in it."""
        return json.dumps(self._stored, indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8") + b"\n"

    def _take(self, key: str, value: object) -> list[str]:
        setting = self._known.get(key)
        if setting is None:
            return [f"There is no setting {key!r}; it is kept and does nothing."]
        try:
            self._values[key] = setting.checked(value)
        except ValueError as error:
            return [f"{error} Its default {setting.default} is used."]
        return []

    @staticmethod
    def _current_names(stored: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
        kept: dict[str, object] = {}
        notes = []
        for key, value in stored.items():
            name = registry.RENAMED.get(key, key)
            if name != key and name in stored:
                notes.append(f"{key!r} is called {name!r} now, which is set as well and counts.")
            elif key not in registry.DELETED:
                kept[name] = value
        return kept, notes


def load_settings(profile_dir: Path) -> Settings:
    """Read the settings of *profile_dir*; what cannot be read is complained about and defaults are used."""
    path = profile_dir / SETTINGS_FILE
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
        fields = json.loads(content)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(unreadable=f"{path} cannot be read ({error.strerror}); defaults are used.")
    except (ValueError, RecursionError):
        return Settings(unreadable=f"{path} is not valid JSON; defaults are used.")
    if not isinstance(fields, dict):
        return Settings(unreadable=f"{path} is not a JSON object; defaults are used.")
    return Settings(fields)


def save_settings(profile_dir: Path, settings: Settings, *, write: Callable[[Path, bytes], None]) -> None:
    """Write *settings* with *write*, which replaces a file in one step (``desktop.security.files.write_private``).

    A file that could not be read stays beside the new one as ``settings.json.unreadable``.
    """
    path = profile_dir / SETTINGS_FILE
    if settings.unreadable:
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{SETTINGS_FILE}.unreadable"))
    write(path, settings.to_json())
