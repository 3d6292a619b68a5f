"""The settings while the window is open: a change applies at once and is saved by a worker."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.security.files import write_private
from desktop.settings.setting import AnySetting, Setting, T
from desktop.settings.settings import Settings, save_settings
from desktop.ui.ops import Job, Ops


class Preferences(QObject):
    """Values of settings, live."""

    changed = Signal(object)
    """The :class:`Setting` that has a new value."""

    def __init__(self, settings: Settings, profile: Path, ops: Ops, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._profile, self._ops = settings, profile, ops

    @property
    def settings(self) -> Settings:
        """The values of now."""
        return self._settings

    def get(self, setting: Setting[T]) -> T:
        """Return the value of *setting*."""
        return self._settings.get(setting)

    def set(self, setting: Setting[T], value: T) -> None:
        """Give *setting* a value, use it at once and save it; raises ValueError when it is out of bounds."""
        if self._settings.get(setting) != value:
            self._take(self._settings.with_value(setting, value), setting)

    def reset(self, setting: AnySetting) -> None:
        """Give *setting* its default again."""
        self._take(self._settings.without(setting), setting)

    def _take(self, settings: Settings, changed: AnySetting) -> None:
        self._settings = settings
        self.changed.emit(changed)
        self._ops.work(self, self._save, lambda _done: None)

    def _save(self, _job: Job) -> None:
        save_settings(self._profile, self._settings, write=write_private)
