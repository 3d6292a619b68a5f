"""Where the messages stand, or why there are none: loading, nothing fits, offline, refused."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.domain.activity import Fix
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.toasts import announce
from desktop.views.picking.list import EnvelopeList
from desktop.views.picking.model import EnvelopesModel

AGAIN = "Try again"
MENDS = {Fix.RECONNECT: "Reconnect…", Fix.SETTINGS: "Change settings…", Fix.FOLDERS: "Change settings…"}


class Shelf(Card):
    """One of the states at a time."""

    again = Signal()
    """The button of what is said was pressed: the same is to be asked again, or a mailbox to be connected."""
    mend = Signal(object)
    """The :class:`AppError` that is shown, of which a person wants to be rid."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.model = EnvelopesModel(now, self)
        self.list = EnvelopeList(self.model)
        self.said = EmptyState("search", "", "")
        self._error: AppError | None = None
        self._loading = LoadingRows(8)
        self._stack = QStackedWidget()
        for widget in (self._loading, self.list, self.said):
            self._stack.addWidget(widget)
        column = VBox(0, 0, self)
        column.setContentsMargins(1, 4, 1, 4)  # the round corners stay free
        column.addWidget(self._stack)
        self.said.primary.clicked.connect(lambda _checked=False: self._do(self.said.primary.text()))
        self.said.secondary.clicked.connect(lambda _checked=False: self._do(self.said.secondary.text()))

    @property
    def is_loading(self) -> bool:
        """Whether an answer is waited for."""
        return self._stack.currentWidget() is self._loading

    def show_loading(self) -> None:
        """The server is asked."""
        self._stack.setCurrentWidget(self._loading)

    def show_list(self) -> None:
        """There are messages."""
        self._stack.setCurrentWidget(self.list)

    def show_nothing(self, folder: str, words: str) -> None:
        """Nothing is there, or nothing fits *words*."""
        if words:
            self._say("search", f"No message in {folder} matches “{words}”", "Sender and subject are looked through.")
        elif folder:
            self._say("inbox", f"{folder} is empty", "Another folder may have what you look for.")
        else:
            self._say("folder", "The server shows no folder", "Ask whoever looks after it.", AGAIN)

    def show_no_mailbox(self) -> None:
        """There is nothing to look at."""
        self._error = None
        self._say(
            "mail-plus", "No mailbox yet", "Connect one, and its messages are listed here.", "", "Connect mailbox"
        )

    def show_error(self, error: AppError) -> None:
        """The server, or the store, could not be asked."""
        self._error = error
        is_offline = error.code == ReasonCode.OFFLINE
        mend = MENDS.get(fix_of(error.code), "")
        sentence = f"{error.meaning} {error.action}".strip()
        icon = "wifi-off" if is_offline else "triangle-alert"
        self._say(icon, error.what, sentence, *((mend, AGAIN) if mend else (AGAIN, "")))

    def _do(self, button: str) -> None:
        if button in MENDS.values():
            self.mend.emit(self._error)
        else:
            self.again.emit()

    def _say(self, icon: str, title: str, sentence: str, primary: str = "", secondary: str = "") -> None:
        self.said.icon.show_icon(icon, "text3")
        self.said.show_words(title, sentence, primary, secondary)
        self._stack.setCurrentWidget(self.said)
        announce(self.said, f"{title}. {sentence}")
