"""The page of keys: whether single letters are commands, and every key there is, by the place it works in."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.settings import registry
from desktop.ui.frame import Frame
from desktop.ui.kit.labels import KeyCap
from desktop.ui.kit.layouts import HBox
from desktop.ui.shortcuts import keys_by_place
from desktop.views.settings.editors import row_for
from desktop.views.settings.page import Page
from desktop.views.settings.rows import Row, Section

SOON_MS = 100


class KeyboardPage(Page):
    """Keys."""

    id = "keyboard"
    title = "Keyboard"
    icon = "keyboard"
    hint = "Every command is in a menu too"
    keywords = "shortcuts keys accelerators single letters"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.letters = row_for(frame, registry.SINGLE_LETTERS)
        self.add_section(Section("", [self.letters]))
        self._typed = ""
        self._listed: dict[str, list[tuple[str, list[str]]]] = {}
        self._is_stale = True
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.list_keys)
        frame.actions.changed.connect(self._age)

    def showEvent(self, event: QShowEvent) -> None:
        """List the keys as they are now."""
        super().showEvent(event)
        self.list_keys()

    def narrow(self, typed: str) -> bool:
        """Find commands by their words and their keys."""
        self._typed = typed
        if typed:
            self.list_keys()
        return super().narrow(typed)

    def list_keys(self) -> None:
        """Make the rows anew where keys are others than those listed; that many widgets are not made for nothing."""
        if not self._is_stale:
            return
        self._is_stale = False
        places = {place: lines for place, lines in keys_by_place(self.frame.actions).items() if lines}
        if places == self._listed:
            return
        self._listed = places
        self.remove_sections(keep=1)
        for place, lines in places.items():
            self.add_section(
                Section(place, [Row(words, "", _caps(keys), keywords=place, is_low=True) for words, keys in lines])
            )
        super().narrow(self._typed)

    def _age(self) -> None:
        """An action came, or one can or cannot run any more, as happens with every step of the focus."""
        self._is_stale = True
        if self.isVisible():
            self._soon.start()


def _caps(keys: list[str]) -> QWidget:
    box = QWidget()
    line = HBox(4, 0, box)
    for key in keys:
        line.addWidget(KeyCap(key))
    return box
