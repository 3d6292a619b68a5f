"""Where is looked, and for what: mailbox, folder, search."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.domain.mailbox import Mailbox
from desktop.domain.source import RemoteFolder
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, SearchField
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.layouts import HBox

REST_MS = 600
"""The server is asked when nothing was typed for so long, or at Enter."""
INBOX = "INBOX"
NARROW = 480


class PickBar(QWidget):
    """Three fields in a row. The mailbox is shown only where there are several."""

    mailbox_chosen = Signal(object)
    """A :class:`Mailbox`."""
    asked = Signal()
    """Another folder or other words: the server is to be asked."""
    left = Signal()
    """Down was pressed in the search: the list is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._mailboxes: list[Mailbox] = []
        self.mailbox, self.folder = Choice(name="Mailbox"), Choice(name="Folder on the server")
        self.search = _Search("Search sender or subject", "/")
        self._said = ""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_if_new)
        self._places, self._row = HBox(8), QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._places.addWidget(self.mailbox)
        self._places.addWidget(self.folder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(self._places)
        self._row.addWidget(self.search, 1)
        self.mailbox.activated.connect(lambda at: self.mailbox_chosen.emit(self._mailboxes[at]))
        self.folder.activated.connect(lambda _at: self._ask())
        self.search.textChanged.connect(lambda _text: self._rest.start())
        self.search.returnPressed.connect(self._ask_if_new)
        self.search.went_down.connect(self.left)
        follow_theme(self._dress)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.search.text().strip()

    @property
    def folder_name(self) -> str:
        """The folder that is looked at; empty while none is known."""
        return str(self.folder.value or "")

    def show_mailboxes(self, mailboxes: Sequence[Mailbox], chosen: Mailbox) -> None:
        """Offer these mailboxes."""
        self._mailboxes = list(mailboxes)
        self.mailbox.clear()
        for one in mailboxes:
            self.mailbox.addItem(one.address, one.id)
        self.mailbox.choose(chosen.id)
        self.mailbox.setVisible(len(mailboxes) > 1)

    def show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """Offer these folders, the inbox first."""
        names = sorted((one.name for one in folders if one.selectable), key=lambda name: (name.upper() != INBOX, name))
        self.folder.clear()
        for name in names:
            self.folder.addItem(name, name)
        self.folder.setEnabled(bool(names))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the search in a line of its own where there is no room beside the places."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if self.width() < scaled(NARROW) else directions.LeftToRight)

    def _ask_if_new(self) -> None:
        self._rest.stop()
        if self.words != self._said:
            self._ask()

    def _ask(self) -> None:
        self._said = self.words
        self.asked.emit()

    def minimumSizeHint(self) -> QSize:
        """The bar is as narrow as its widest line can be."""
        return QSize(
            max(self._places.minimumSize().width(), self.search.minimumWidth()), super().minimumSizeHint().height()
        )

    def _dress(self) -> None:
        self.mailbox.setMaximumWidth(scaled(220))
        self.folder.setMaximumWidth(scaled(200))
        self.search.setMinimumWidth(scaled(160))
        self._row.setSpacing(scaled(8))


class _Search(SearchField):
    went_down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes into the list."""
        if event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
            return
        super().keyPressEvent(event)
