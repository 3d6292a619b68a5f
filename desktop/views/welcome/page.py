"""The welcome: two ways to begin, what is promised, and how it looks. No account, no questions."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from desktop.settings import registry
from desktop.settings.setting import AnySetting
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import app_icon
from desktop.ui.kit.labels import Icon, Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.surfaces import Card

CARD_WIDTH, BUTTON_HEIGHT, LOGO, FOOT, SENTENCE = 336, 36, 56, 56, 560
THEMES = (("light", "Light", "sun"), ("dark", "Dark", "moon"), ("system", "System", "monitor"))
CENTRE = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class Way:
    """One way to begin."""

    icon: str
    title: str
    sentence: str
    points: tuple[str, str, str]
    button: str


DEMO = Way(
    "flask-conical",
    "Look around first",
    "A working office with invented data.",
    ("3 mailboxes, one of them broken", "600 customers, 47 emails to review", "Nothing leaves this computer"),
    "Explore with demo data",
)
REAL = Way(
    "plug",
    "Start for real",
    "About 3 minutes: any IMAP mailbox.",
    (
        "You choose folders and how far back",
        "Exact matches only, until you say more",
        "Mailboxes are read, never changed",
    ),
    "Connect a mailbox",
)
PROMISES = (
    ("lock", "Encrypted on this disk", "Mail, addresses and passwords"),
    ("shield-check", "Read-only at the server", "Never flags, moves or deletes"),
    ("undo-2", "Undo everything", "Ctrl+Z takes it back"),
)


class WayCard(Card):
    """A way to begin, as a card with its button."""

    def __init__(self, way: Way, *, is_first: bool) -> None:
        super().__init__()
        self.setAccessibleName(f"{way.title}. {way.sentence} {'. '.join(way.points)}.")
        self.button = Button(way.button, None, "primary" if is_first else "secondary", "Enter" if is_first else "")
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._column, self._points = VBox(12, 24), VBox(8)
        self._column.addWidget(Icon(way.icon, "accent_text", px=24))
        words = VBox(4)
        words.addWidget(Label(way.title, "section", wrap=True))
        words.addWidget(Label(way.sentence, "body", "text2", wrap=True))
        self._column.addLayout(words)
        for point in way.points:
            line = HBox(8)
            line.addWidget(Icon("check"), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(point, "body", "text2", wrap=True), 1)
            self._points.addLayout(line)
        self._column.addLayout(self._points)
        self._column.addSpacing(scaled(4))
        self._column.addStretch(1)
        self._column.addWidget(self.button)
        self.setLayout(self._column)
        follow_theme(self._dress)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(24), scaled(24), scaled(24), scaled(24))
        self._column.setSpacing(scaled(12))
        self.setFixedWidth(scaled(CARD_WIDTH))
        self.button.setFixedHeight(scaled(BUTTON_HEIGHT))


class WelcomePage(QWidget):
    """The first page of a profile without mailboxes. Without *open_demo* there is one way to begin."""

    def __init__(self, frame: Frame, open_demo: Callable[[], None] | None) -> None:
        super().__init__()
        self._frame = frame
        self.setAccessibleName("Welcome to Postroom")
        self.demo_card = WayCard(DEMO, is_first=True) if open_demo is not None else None
        self.real_card = WayCard(REAL, is_first=open_demo is None)
        self.demo = self.demo_card.button if self.demo_card is not None else None
        self.connect_button = self.real_card.button
        self.importing = Button("Import customers from a CSV file", "upload", "quiet")
        self.importing.setToolTip(
            "Mail is filed by the addresses of customers: with them here, the first sync files by itself"
        )
        self.themes = Segments([words for _, words, _ in THEMES], small=True, name="Appearance")
        self._logo = QLabel()
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._promises, self._promise_row = QBoxLayout(QBoxLayout.Direction.LeftToRight), QWidget()
        self._assemble()
        if self.demo is not None and open_demo is not None:
            self.demo.clicked.connect(lambda _checked=False: open_demo())
        self.connect_button.clicked.connect(lambda _checked=False: frame.doors.connect())
        self.importing.clicked.connect(lambda _checked=False: frame.doors.import_customers())
        self._show_theme(registry.THEME)
        self.themes.chosen.connect(lambda at: frame.settings.set(registry.THEME, THEMES[at][0]))
        frame.settings.changed.connect(self._show_theme)
        follow_theme(self._dress)

    def first_button(self) -> Button:
        """Return the button that Enter presses."""
        return self.demo or self.connect_button

    def showEvent(self, event: QShowEvent) -> None:
        """Let Enter begin."""
        super().showEvent(event)
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the first way wherever the focus is, unless it is on a button."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.first_button().click()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two cards beside each other where there is room, else one above the other."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        directions = QBoxLayout.Direction
        is_wide = self.width() >= scaled(2 * CARD_WIDTH + 16 + 48)
        for layout in (self._ways, self._promises):
            layout.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
        self._promise_row.setFixedWidth(scaled(2 * CARD_WIDTH - 32 if is_wide else CARD_WIDTH - 48))

    def _show_theme(self, setting: AnySetting) -> None:
        if setting.key == registry.THEME.key:
            mode = self._frame.settings.get(registry.THEME)
            self.themes.choose([name for name, _, _ in THEMES].index(mode))

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        inner = QWidget()
        middle = VBox(32, (24, 24, 24, 24), inner)
        middle.addStretch(1)
        middle.addLayout(self._head())
        for card in (self.demo_card, self.real_card):
            if card is not None:
                self._ways.addWidget(card)
        middle.addLayout(_centred(self._ways))
        self._promise_row.setLayout(self._promises)
        middle.addWidget(self._promise_row, 0, CENTRE)
        for promise in PROMISES:
            self._promises.addWidget(_Promise(*promise), 1)
        middle.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        column = VBox(0, 0, self)
        column.addWidget(area, 1)
        column.addWidget(Line())
        column.addWidget(self._foot())

    def _head(self) -> VBox:
        head = VBox(12)
        head.addWidget(self._logo, 0, CENTRE)
        title = Label("Welcome to Postroom", "number", wrap=True)
        words = Label(
            "Customer email from your shared inboxes, filed with the right customer. "
            "No message is lost, doubled or misfiled silently.",
            "large",
            "text2",
            wrap=True,
        )
        self._sentence = words
        for label in (title, words):
            label.setAlignment(CENTRE | Qt.AlignmentFlag.AlignTop)
            head.addWidget(label, 0, CENTRE)
        return head

    def _foot(self) -> QWidget:
        self._bar = QWidget()
        foot = HBox(12, (24, 0, 24, 0), self._bar)
        foot.addWidget(Label("Appearance", "body", "text3"))
        foot.addWidget(self.themes)
        foot.addStretch(1)
        foot.addWidget(self.importing)
        for at, (_, _, icon) in enumerate(THEMES):
            self.themes.button(at).set_icon(icon)
        return self._bar

    def _dress(self) -> None:
        side = scaled(LOGO)
        self._logo.setPixmap(app_icon().pixmap(QSize(side, side), self.devicePixelRatio()))
        self._logo.setFixedSize(side, side)
        self._ways.setSpacing(scaled(16))
        self._promises.setSpacing(scaled(16))
        self._promises.setContentsMargins(0, 0, 0, 0)
        self._sentence.setMaximumWidth(scaled(SENTENCE))
        self._bar.setMinimumHeight(scaled(FOOT))
        self._arrange()


class _Promise(QWidget):
    def __init__(self, icon: str, what: str, more: str) -> None:
        super().__init__()
        line = HBox(12, 0, self)
        line.addWidget(Icon(icon, "text2", px=20), 0, Qt.AlignmentFlag.AlignTop)
        words = VBox(0)
        words.addWidget(Label(what, "medium"))
        words.addWidget(Label(more, "caption", "text3"))
        line.addLayout(words, 1)


def _centred(layout: QBoxLayout) -> HBox:
    line = HBox(0)
    line.addStretch(1)
    line.addLayout(layout)
    line.addStretch(1)
    return line
