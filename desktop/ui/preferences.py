"""The settings while the window is open: a change applies at once, and a worker writes it down."""

from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.settings.setting import AnySetting, Setting, T
from desktop.ui.ops import Job, Ops


class SettingsFile(Protocol):
    """Where settings are kept; the methods that change something also write it to the disk."""

    def get(self, setting: Setting[T]) -> T:
        """Return the value of *setting*."""

    def change(self, setting: Setting[T], value: T) -> None:
        """Set and write down; raises StoreError from the disk."""

    def reset(self, setting: AnySetting) -> None:
        """Put back at its default and write that down."""


class Preferences(QObject):
    """Values of settings, live."""

    changed = Signal(object)
    """The :class:`Setting` that has a new value."""

    def __init__(self, file: SettingsFile, ops: Ops, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._ops = file, ops
        self._unsaved: dict[str, Any] = {}

    def get(self, setting: Setting[T]) -> T:
        """Return the value of *setting*."""
        value: T = self._unsaved.get(setting.key, self._file.get(setting))
        return value

    def set(self, setting: Setting[T], value: T) -> None:
        """Give *setting* a value, use it at once and save it; raises ValueError when it is out of bounds."""
        right = setting.checked(value)
        if self.get(setting) == right:
            return
        self._take(setting, right)
        self._ops.work(self, lambda job: self._write(job, setting, right), lambda _none: None)

    def reset(self, setting: AnySetting) -> None:
        """Give *setting* its default again."""
        self._take(setting, setting.default)
        self._ops.work(self, lambda _job: self._file.reset(setting), lambda _none: None)

    def _take(self, setting: AnySetting, value: Any) -> None:
        self._unsaved[setting.key] = value
        self.changed.emit(setting)

    def _write(self, _job: Job, setting: AnySetting, value: Any) -> None:
        self._file.change(setting, value)
