"""What every screen has: a head with title, search and buttons, a bar of filters, a body, and when to read anew."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.changes import Changed, ChangeSet
from desktop.ui.frame import Frame, Place
from desktop.ui.head_row import HeadRow
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Line, follow_theme
from desktop.ui.toasts import ToastLane

BAR, MARGIN = 40, 16
SOON_MS = 120
"""How long changes are gathered before a visible screen reads again."""
SHORTEST_REST_MS = 100
SYNC = "sync"
"""Who begins what a sync changes (``ChangeSet.initiator``)."""


class Screen(QWidget):
    """One place of the sidebar. A subclass fills ``head``, ``bar`` and ``body`` and says what it shows."""

    id: ClassVar[str]
    title: ClassVar[str]
    watches: ClassVar[Changed] = Changed.NOTHING
    """The kinds of stored things that this screen shows."""
    has_bar: ClassVar[bool] = False
    has_head: ClassVar[bool] = True
    """Whether title and search stand in a row above all; a screen without arranges its own."""
    takes_emails: ClassVar[bool] = False
    """Whether something here takes emails that are dropped on it."""
    rest_ms: ClassVar[int] = 1000
    """How long the screen, once it has read, leaves alone what syncs change: a first one commits all the time.

    After a quiet while it reads at once, for a mail that arrives is to be seen; the more follows, the longer it rests.
    """

    foot_turned = Signal()
    """Something else may stand at the lower edge now (see :meth:`foot`)."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.setAccessibleName(self.title)
        self._is_stale = True
        self._rest = QElapsedTimer()
        self._rest_now_ms = SHORTEST_REST_MS
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head_row = HeadRow(self.title, self.head)
        if not self.has_head:
            self.head_row.hide()
        column.addWidget(self.head_row)
        self.bar = QHBoxLayout()
        self._bar_row: QWidget | None = None
        if self.has_bar:
            self._bar_row = QWidget()
            self._bar_row.setLayout(self.bar)
            column.addWidget(self._bar_row)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column.addLayout(self.body, 1)
        follow_theme(self._size_rows)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._refresh)
        frame.ops.changed.connect(self._hear)

    # --- what a subclass does ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what is shown. Called when the screen is shown stale, and soon after what it watches changed."""
        raise NotImplementedError

    def open(self, place: Place) -> None:
        """Show what *place* asks for; the screen is visible by then."""

    def panes(self) -> Sequence[QWidget]:
        """Return what F6 goes through, in reading order; each takes the focus."""
        raise NotImplementedError

    def search_field(self) -> QLineEdit | None:
        """Return the field that `/` goes to, if there is one."""
        return None

    def toast_lane(self) -> ToastLane | None:
        """Return the screen's own lane for toasts, if it has one; else they lie over its lower edge."""
        return None

    def foot(self) -> QWidget | None:
        """Return what stands at its lower edge and is never covered, if anything does now."""
        return None

    def escape(self) -> bool:
        """Clear the search, else the selection; True when there was something to clear."""
        field = self.search_field()
        if field is not None and field.text():
            field.clear()
            return True
        return False

    # --- what a subclass uses ---------------------------------------------------------------------------------------

    def set_subtitle(self, words: str) -> None:
        """Show a few words beside the title, such as a count."""
        self.head_row.words.setText(words)

    def insert_beside_title(self, widget: QWidget) -> None:
        """Put a widget (tabs, a choice of what is shown) beside the title."""
        self.head_row.put_beside(widget)

    def add_body(self, widget: QWidget, *, line_above: bool = True) -> None:
        """Put the screen's content below head and bar."""
        if line_above:
            self.body.addWidget(Line())
        self.body.addWidget(widget, 1)

    def refresh_soon(self) -> None:
        """Read again in a moment; several wishes become one."""
        if self.isVisible():
            self._soon.start(SOON_MS)
        else:
            self._is_stale = True

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Read again what has changed while nobody looked."""
        super().showEvent(event)
        if self._is_stale:
            self._refresh()

    def _size_rows(self) -> None:
        """Be as high as the text of now."""
        self.head.setSpacing(scaled(12))
        self.bar.setSpacing(scaled(8))
        if self._bar_row is not None:
            self._bar_row.setFixedHeight(scaled(BAR))
            self.bar.setContentsMargins(scaled(MARGIN), 0, scaled(MARGIN), scaled(8))

    def _refresh(self) -> None:
        self._is_stale = False
        is_busy = self._rest.isValid() and self._rest.elapsed() < 2 * self.rest_ms
        self._rest_now_ms = min(self.rest_ms, 2 * self._rest_now_ms) if is_busy else SHORTEST_REST_MS
        self._rest.start()
        self.refresh()

    def _hear(self, change: ChangeSet) -> None:
        if not change.changed & self.watches:
            return
        if change.initiator != SYNC or not self.isVisible():
            self.refresh_soon()
        elif not self._soon.isActive():
            left_ms = self._rest_now_ms - self._rest.elapsed() if self._rest.isValid() else 0
            self._soon.start(max(0, left_ms))
