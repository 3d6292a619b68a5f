"""The first minute: look around in the demo, or connect a mailbox; what Postroom promises; light or dark."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.settings import registry
from desktop.settings.setting import AnySetting
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import app_icon
from desktop.ui.kit.labels import Icon, Label, Line
from desktop.ui.kit.surfaces import Card

CARD_WIDTH, MARK = 336, 56
THEMES = (("light", "Light"), ("dark", "Dark"), ("system", "System"))
DEMO = (
    "A working office with invented data.",
    ("3 mailboxes, one of them broken", "600 customers, 47 emails to review", "Nothing leaves this computer"),
)
REAL = (
    "About 3 minutes, with any IMAP mailbox.",
    (
        "You choose folders and how far back",
        "Exact matches only, until you say more",
        "Mailboxes are read, never changed",
    ),
)
PROMISES = (
    ("lock", "Encrypted on this disk", "Mail, addresses and passwords"),
    ("shield-check", "Read-only at the server", "Never flags, moves or deletes"),
    ("undo-2", "Undo everything", "Ctrl+Z takes it back"),
)


class WelcomePage(QWidget):
    """Shown while no mailbox is connected. Without *open_demo* there is only the real way."""

    def __init__(self, frame: Frame, open_demo: Callable[[], None] | None) -> None:
        super().__init__()
        self.setAccessibleName("Welcome to Postroom")
        self._frame = frame
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addLayout(self._head())
        column.addSpacing(scaled(24))
        column.addLayout(self._cards(open_demo))
        column.addSpacing(scaled(32))
        column.addLayout(self._promises())
        column.addStretch(1)
        column.addWidget(Line())
        column.addLayout(self._foot())
        frame.settings.changed.connect(self._hear)

    def showEvent(self, event: QShowEvent) -> None:
        """Let Enter take the first way."""
        super().showEvent(event)
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter anywhere on the page takes the first way."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.first_button().click()
            return
        super().keyPressEvent(event)

    def first_button(self) -> Button:
        """The button that Enter presses."""
        return self.demo or self.connect_button

    # --- layout -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _head() -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(scaled(12))
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(scaled(MARK), scaled(MARK)))
        title = Label("Welcome to Postroom", "number")
        words = Label(
            "Customer email from your shared inboxes, filed with the right customer. No message is lost, doubled or "
            "misfiled silently.",
            "section",
            "text2",
            wrap=True,
        )
        words.set_style("large")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFixedWidth(scaled(560))
        for widget in (mark, title, words):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        return column

    def _cards(self, open_demo: Callable[[], None] | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(scaled(16))
        row.addStretch(1)
        self.demo: Button | None = None
        if open_demo is not None:
            self.demo = Button("Explore with demo data", kind="primary", key_hint="Enter")
            self.demo.clicked.connect(lambda _checked=False: open_demo())
            row.addWidget(_card("flask-conical", "Look around first", *DEMO, self.demo))
        self.connect_button = Button("Connect a mailbox", kind="secondary" if open_demo is not None else "primary")
        self.connect_button.clicked.connect(lambda _checked=False: self._frame.doors.connect())
        row.addWidget(_card("plug", "Start for real", *REAL, self.connect_button))
        row.addStretch(1)
        return row

    @staticmethod
    def _promises() -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(scaled(32))
        row.addStretch(1)
        for name, title, words in PROMISES:
            promise = QHBoxLayout()
            promise.setSpacing(scaled(12))
            promise.addWidget(Icon(name, "text2", px=20), 0, Qt.AlignmentFlag.AlignTop)
            lines = QVBoxLayout()
            lines.setSpacing(0)
            lines.addWidget(Label(title, "medium"))
            lines.addWidget(Label(words, "caption", "text2"))
            promise.addLayout(lines)
            row.addLayout(promise)
        row.addStretch(1)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(scaled(24), scaled(12), scaled(24), scaled(12))
        row.setSpacing(scaled(12))
        row.addWidget(Label("Appearance", "body", "text2"))
        self.themes = Segments([text for _, text in THEMES], name="Appearance")
        self._hear(registry.THEME)
        self.themes.chosen.connect(lambda at: self._frame.settings.set(registry.THEME, THEMES[at][0]))
        row.addWidget(self.themes)
        row.addStretch(1)
        bring = Button("Import customers from a CSV file", "upload", "quiet")
        bring.setToolTip("Mail is filed by the addresses of customers: with them here, the first sync files by itself")
        bring.clicked.connect(lambda _checked=False: self._frame.doors.import_customers())
        row.addWidget(bring)
        return row

    def _hear(self, setting: AnySetting) -> None:
        if setting == registry.THEME:
            now = self._frame.settings.get(registry.THEME)
            self.themes.choose([name for name, _ in THEMES].index(now))


def _card(icon: str, title: str, words: str, points: tuple[str, ...], button: Button) -> Card:
    card = Card()
    card.setFixedWidth(scaled(CARD_WIDTH))
    column = QVBoxLayout(card)
    column.setContentsMargins(scaled(24), scaled(24), scaled(24), scaled(24))
    column.setSpacing(scaled(8))
    column.addWidget(Icon(icon, "accent_text", px=24))
    column.addWidget(Label(title, "section"))
    column.addWidget(Label(words, "body", "text2"))
    for point in points:
        line = QHBoxLayout()
        line.setSpacing(scaled(8))
        line.addWidget(Icon("check", "text2", px=16))
        line.addWidget(Label(point, "body", "text2"), 1)
        column.addLayout(line)
    column.addSpacing(scaled(8))
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    column.addWidget(button)
    return card
