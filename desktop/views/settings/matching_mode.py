"""The two modes of matching, each told by what it does to a mail."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from desktop.domain.rule_limits import MatchingMode
from desktop.services.matching import MODE_WORDS
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.views.settings.rows import Found

EFFECTS = {
    MatchingMode.EXACT: (
        "Only an address that a customer has, letter for letter, is a match. Mail from ann+shop@acme.example is not "
        "suggested for ann@acme.example for being like it."
    ),
    MatchingMode.SIMILAR: (
        "Mail from ann+shop@acme.example is suggested for ann@acme.example, with 80 % and the reason. It waits in "
        "Needs Review until you say so. This is the default."
    ),
}
ALWAYS = (
    "In both, only an exact address files mail by itself. An address that several customers share always waits for "
    "you, and so does a sender in doubt."
)
INDENT = 24


class ModeRows(Found):
    """The choice. ``chosen`` with the mode that a person wants."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.words = " ".join((*MODE_WORDS.values(), *EFFECTS.values(), ALWAYS, "strict similar variations"))
        self.group = QButtonGroup(self)
        self.buttons: dict[MatchingMode, QRadioButton] = {}
        self._effects: list[Label] = []
        self._column = VBox(4, 0, self)
        for mode, words in MODE_WORDS.items():
            button = QRadioButton(words)
            button.setAccessibleDescription(EFFECTS[mode])
            button.clicked.connect(lambda _checked=False, mode=mode: self.chosen.emit(mode))
            effect = Label(EFFECTS[mode], "caption", "text3", wrap=True)
            self.group.addButton(button)
            self.buttons[mode] = button
            self._effects.append(effect)
            self._column.addWidget(button)
            self._column.addWidget(effect)
        self.error = Note("bad", "", glyph=True)
        self.error.hide()
        self._column.addWidget(self.error)
        self._column.addWidget(Note("info", ALWAYS))
        follow_theme(self._dress)

    def show_mode(self, mode: MatchingMode) -> None:
        """Show what holds now."""
        self.buttons[mode].setChecked(True)
        self.error.hide()

    def refuse(self, words: str) -> None:
        """Say why the last choice was not taken."""
        self.error.show_note("bad", words)
        self.error.show()

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(scaled(4))
        for effect in self._effects:
            is_mirrored = self.isRightToLeft()
            side = scaled(INDENT)
            effect.setContentsMargins(0 if is_mirrored else side, 0, side if is_mirrored else 0, scaled(8))
