"""Which mail of a mailbox comes in: one of three, each with a sentence; and which folder holds sent mail."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from desktop.domain.mailbox import Direction
from desktop.domain.source import RemoteFolder
from desktop.domain.special_folders import all_mail, sent_folder, sent_is_missing
from desktop.ui.kit.inputs import Choice
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.views.connect.draft import SENT
from desktop.views.connect.rows import FormRow

WORDS = (
    (Direction.INBOUND, "Inbound only (recommended)", "What customers write comes in; what you send stays out."),
    (Direction.BOTH, "Both directions", "Sent mail comes in too, so that replies from a phone are seen."),
    (Direction.MANUAL, "Manual selection", "Nothing comes in by itself; you pick messages from the server's list."),
)
ASK = "No folder of sent mail was found by what the server says or by its name. Choose it."
NO_SENT = "Say which folder holds sent mail, or choose Inbound only."
NONE_YET = "Choose…"


class DirectionChoice(QWidget):
    """Three buttons, one under the other."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[Direction, QRadioButton] = {}
        self._group = QButtonGroup(self)
        column = VBox(4, (0, 4, 0, 0), self)
        for one, words, more in WORDS:
            button = QRadioButton(words)
            button.setAccessibleName(words)
            button.setAccessibleDescription(more)
            text = HBox(0, (24, 0, 0, 4))
            text.addWidget(Label(more, "caption", "text3", wrap=True))
            column.addWidget(button)
            column.addLayout(text)
            self.buttons[one] = button
            self._group.addButton(button)
            button.toggled.connect(self._telling())
        self.buttons[Direction.INBOUND].setChecked(True)

    @property
    def value(self) -> Direction:
        """What is chosen."""
        return next(one for one, button in self.buttons.items() if button.isChecked())

    def choose(self, direction: Direction) -> None:
        """Choose another."""
        self.buttons[direction].setChecked(True)

    def _telling(self) -> Callable[[bool], None]:
        return lambda on: self.changed.emit() if on else None


class DirectionRow(FormRow):
    """The choice with its label."""

    def __init__(self) -> None:
        self.choice = DirectionChoice()
        super().__init__("Direction", {"direction": self.choice})


class SentRow(FormRow):
    """The folder of sent mail: named when it was found, asked for when it was not. Shown for both directions only."""

    def __init__(self) -> None:
        self.choice = Choice([(NONE_YET, "")], name="Folder of sent mail")
        super().__init__("Sent mail", {SENT: self.choice}, [(self.choice, 0)])
        self._folders: Sequence[RemoteFolder] = ()

    @property
    def value(self) -> str:
        """The folder of sent mail; empty when nobody has said it."""
        return str(self.choice.value or "")

    def show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """Offer the server's folders, with the one of sent mail chosen if it can be told."""
        self._folders = folders
        was = self.value
        self.choice.clear()
        self.choice.addItem(NONE_YET, "")
        for one in folders:
            if one.selectable:
                self.choice.addItem(one.name, one.name)
        self.choice.choose(was or sent_folder(folders) or "")
        self.set_hint("" if sent_folder(folders) else ASK)

    @property
    def is_told(self) -> bool:
        """Whether the server's folders are known."""
        return bool(self._folders)

    def added_to(self, chosen: tuple[str, ...], direction: Direction) -> tuple[str, ...]:
        """Return the *chosen* folders, and the one of sent mail where it is wanted besides."""
        if direction is not Direction.BOTH or not self.value or all_mail(self._folders) in chosen:
            return chosen
        return chosen if self.value in chosen else (*chosen, self.value)

    def is_needed(self, direction: Direction, chosen: Sequence[str]) -> bool:
        """Tell whether a person has to say it."""
        return not self.value and sent_is_missing(self._folders, direction, chosen)
