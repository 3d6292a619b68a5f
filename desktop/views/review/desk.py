"""The body of the screen: queue, email with suggestions, customers; or that all is clear."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QSplitter, QStackedWidget, QWidget

from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.kit.theme import theme
from desktop.ui.preview.preview import MailPreview
from desktop.views.review.all_clear import AllClear
from desktop.views.review.customers_pane import CustomersPane
from desktop.views.review.decide_panel import DecidePanel
from desktop.views.review.drop_list import Refusal
from desktop.views.review.many import ManyPane
from desktop.views.review.queue_view import QueueView

WIDTHS = (416, 392, 264)
"""Queue, email and customers at the usual size of the window; other sizes have the same shares."""
LEAST = (240, 240, 208)
SHORT = 480
"""Below this height of the pane, what is decided keeps to few lines: the rest is the letter's."""
ROOM_FOR_ALL = 800
"""Below this width the customers give way: A opens them as a popup, and a drag shows them."""
STATE = "review.panes"


class Reading(QStackedWidget):
    """The email or the summary: takes what height is left, at least what is shown there needs to be read."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def hasHeightForWidth(self) -> bool:
        """Its height is no question of its width: what does not fit scrolls inside."""
        return False

    def event(self, event: QEvent) -> bool:
        """Keep the least room of what is shown now: what holds all this scrolls before the letter gives it up."""
        done = super().event(event)
        shown = self.currentWidget()
        if event.type() == QEvent.Type.LayoutRequest and shown is not None:
            self.setMinimumHeight(max(0, shown.minimumSizeHint().height()))
        return done


class Desk(QStackedWidget):
    """Lays the panes out; which of them are shown follows from the width and from a drag."""

    again = Signal()
    """The queue is to be read again."""
    cleared = Signal()
    """Chip and search are to be cleared."""

    def __init__(self, frame: Frame, view: QueueView, refusal: Refusal, refusal_to_ignore: Refusal) -> None:
        super().__init__()
        self._state = frame.state
        self._is_dragging = False
        self._is_moved = False
        self._has_mail = False
        self.view = view
        self.loading = LoadingRows(12, 42, avatar=True)
        self.nothing = EmptyState("search", "", "", "Show all")
        self.error = EmptyState("triangle-alert", "", "", "Try again")
        self.queue = QStackedWidget()
        self.queue.setAccessibleName("Emails to review")
        for state in (self.loading, view, self.nothing, self.error):
            self.queue.addWidget(state)
        self.preview = MailPreview(frame, brief=True)
        self.preview.page.strip.hide()  # everything here waits; how it came so is one key away
        self.many = ManyPane()
        self.panel = DecidePanel()
        self.customers = CustomersPane(frame, refusal, refusal_to_ignore)
        self.clear = AllClear()
        self.clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.middle = self._make_middle()
        self.work = QStackedWidget()
        self.inner, self.outer = QSplitter(), QSplitter()
        self._lay_out()
        self.nothing.primary.clicked.connect(self.cleared)
        self.error.primary.clicked.connect(self.again)

    @property
    def has_customers(self) -> bool:
        """Whether the customers stand at the side."""
        return self.customers.isVisibleTo(self)

    def show_queue(self, state: QWidget) -> None:
        """Show the queue in one of its states."""
        self.work.setCurrentWidget(self.inner)
        self.queue.setCurrentWidget(state)
        self._has_mail = state is not self.error
        self._fit()

    def show_clear(self) -> None:
        """Show that nothing waits."""
        self.work.setCurrentWidget(self.clear)

    @property
    def is_clear(self) -> bool:
        """Whether it is shown that nothing waits."""
        return self.work.currentWidget() is self.clear

    @property
    def first(self) -> QWidget:
        """What stands where the queue is, to take the focus: also while it is being read."""
        if self.is_clear:
            return self.clear
        return self.view if self.queue.currentWidget() is self.view else self.queue

    def show_email(self, *, many: bool) -> None:
        """Show one email in the middle, or the summary of several."""
        self.reading.setCurrentWidget(self.many if many else self.preview)

    def begin_drag(self, note: str, sender: str, why_no_sender: str) -> None:
        """Show the customers, in place of the email where there is no room for both."""
        self._is_dragging = True
        self.customers.begin_drag(note, sender, why_no_sender)
        self._fit()

    def end_drag(self) -> None:
        """Be as before the drag."""
        self._is_dragging = False
        self.customers.end_drag()
        self._fit()

    def keep(self) -> None:
        """Remember the widths of the panes, as a person has set them."""
        self._is_moved = True
        self._state.set(STATE, [*self.inner.sizes(), self.outer.sizes()[1]])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for what matters most."""
        super().resizeEvent(event)
        self._fit()
        if not self._is_moved:
            self._share()

    def _share(self) -> None:
        """Give each pane its share of the width."""
        customers = min(scaled(WIDTHS[2]), max(scaled(LEAST[2]), round(self.width() * WIDTHS[2] / sum(WIDTHS))))
        rest = self.width() - (customers if self.has_customers else 0)
        queue = round(rest * WIDTHS[0] / (WIDTHS[0] + WIDTHS[1]))
        self.inner.setSizes([queue, rest - queue])
        self.outer.setSizes([rest, customers])

    def _fit(self) -> None:
        half = max(1, self.width() // 2 - 1)  # large text in a small window: both panes are seen
        self.queue.setMinimumWidth(min(scaled(LEAST[0]), half))
        self.middle.setMinimumWidth(min(scaled(LEAST[1]), half))
        has_room = self.width() >= scaled(ROOM_FOR_ALL)
        self.customers.setVisible(has_room or self._is_dragging)
        self.middle.setVisible(self._has_mail and (has_room or not self._is_dragging))
        self.panel.set_short(is_short=self.height() < scaled(SHORT))

    def _make_middle(self) -> QScrollArea:
        inner, middle = QWidget(), QScrollArea()
        column = VBox(0, 0, inner)
        self.reading = Reading()
        self.reading.addWidget(QWidget())
        self.reading.addWidget(self.preview)
        self.reading.addWidget(self.many)
        column.addWidget(self.reading, 1)
        column.addWidget(self.panel)
        middle.setWidget(inner)
        middle.setWidgetResizable(True)
        middle.setFrameShape(QFrame.Shape.NoFrame)
        middle.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return middle

    def _lay_out(self) -> None:
        self.inner.addWidget(self.queue)
        self.inner.addWidget(self.middle)
        self.work.addWidget(self.inner)
        self.work.addWidget(self.clear)
        self.outer.addWidget(self.work)
        self.outer.addWidget(self.customers)
        for splitter in (self.inner, self.outer):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
            splitter.setStretchFactor(0, 1)
            splitter.splitterMoved.connect(lambda *_moved: self.keep())
        self.inner.setStretchFactor(1, 1)
        self.outer.setStretchFactor(1, 0)
        self.addWidget(self.outer)
        follow_theme(self._dress)
        kept = self._state.get(STATE)
        if isinstance(kept, list) and len(kept) == len(WIDTHS):
            self._is_moved = True
            self.inner.setSizes(kept[:2])
            self.outer.setSizes([sum(kept[:2]), kept[2]])

    def _dress(self) -> None:
        self.customers.setMinimumWidth(scaled(LEAST[2]))
        for pane in (self.queue, self.middle):
            palette = pane.palette()
            palette.setColor(QPalette.ColorRole.Window, theme().color("surface"))
            pane.setPalette(palette)
            pane.setAutoFillBackground(True)
        self._fit()
