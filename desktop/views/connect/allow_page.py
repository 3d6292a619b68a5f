"""The second page for a provider: waiting for a person to sign in and allow in the browser, and what went wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import Permission, SignInAsk, SignInProgress, SignInStage
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.states import ErrorPanel
from desktop.ui.kit.surfaces import Card
from desktop.ui.toasts import announce
from desktop.ui.words import in_time
from desktop.views.connect.help_rows import HelpRows
from desktop.views.connect.marks import StageLine, Tile
from desktop.views.connect.page import Foot, Page
from desktop.views.connect.providers import admin_sentence, kind_of
from desktop.views.connect.refusals import Way, sentence_of, title_of, ways_of
from desktop.views.connect.signing import SigningWork

OpenUrl = Callable[[QUrl], bool]
TICK_MS = 1000
SHORT = {Permission.READ: "read email", Permission.SEND: "send", Permission.IDENTITY: "see your address"}
COUNTS = {1: "one permission", 2: "two permissions", 3: "three permissions"}
LINK_COPIED = "The link was copied. Open it in a browser of this computer."


class _Lines(NamedTuple):
    opened: StageLine
    allowed: StageLine
    checked: StageLine


class AllowPage(Page):
    """Begins a sign-in, shows how far it is, opens the browser; ``signed_in`` when somebody has."""

    signed_in = Signal(object)
    """The :class:`SignedIn`."""
    wants_app = Signal()
    wants_shared = Signal()
    """The account that signed in is to be taken, because the mailbox is shared with it."""

    def __init__(self, frame: Frame, open_url: OpenUrl) -> None:
        super().__init__("", "")
        self._frame, self._open_url = frame, open_url
        self.can_go_back = True
        self.work = SigningWork(frame, self)
        self._ask: SignInAsk | None = None
        self._client_id = ""
        self._progress: SignInProgress | None = None
        self._opened_at: datetime | None = None
        self.error: AppError | None = None
        self.tile, self.left, self._left_word = Tile("globe"), Label("", "section"), Label("left", "caption", "text3")
        self.bar = ProgressBar(thick=True, name="Waiting for your browser")
        self.bar.setRange(0, 0)
        self.lines = _Lines(StageLine(), StageLine(), StageLine())
        self.again = Button("Open browser again", "external-link", "primary")
        self.copy = Button("Copy link", "copy")
        self._tip = Label("Closed the tab? Nothing is lost, open it again.", "caption", "text3", wrap=True)
        self.help = HelpRows()
        self.ways: dict[Way, Button] = {}
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._assemble()
        self._listen()

    @property
    def asked(self) -> SignInAsk | None:
        """What was asked for last."""
        return self._ask

    # --- going on ---------------------------------------------------------------------------------------------------

    def begin(self, ask: SignInAsk, client_id: str) -> None:
        """Ask somebody to sign in; the browser is opened as soon as there is a page to open.

        *client_id* is of the registered app, for the sentence to an administrator.
        """
        self._client_id = client_id
        self._ask, self._progress, self._opened_at, self.error = ask, None, None, None
        kind = kind_of(ask.provider)
        self.help.show_for(kind.who, ask, client_id)
        self._show_waiting("Getting ready", f"Asking {kind.who} for a page to sign in on.")
        self.lines.opened.show_stage("todo", "Open the browser", "As soon as there is a page to show")
        self.lines.allowed.show_stage("todo", "Sign in and choose Allow", _asked_words(kind.who, ask))
        checks = "Only after the test the mailbox counts as connected"
        self.lines.checked.show_stage("todo", "Postroom checks the answer and lists the folders", checks)
        self.work.begin(ask)
        self._timer.start()

    def stop(self) -> None:
        """Wait no more."""
        self._timer.stop()
        self.work.stop()

    def show_checking(self) -> None:
        """Somebody has signed in: what they may read is looked at."""
        self._timer.stop()
        self._show_waiting("Checking the answer", "The browser can be closed now.")
        for line in (self.lines.opened, self.lines.allowed):
            line.be("ok")
        self.lines.checked.be("info")
        self.left.setText("")
        self._left_word.hide()
        announce(self, self.name)

    def show_refusal(self, error: AppError, title: str = "") -> None:
        """Say what happened, what it means and what to do, with a button for it; *title* says it in a few words."""
        ask = self._ask
        if ask is None:
            return
        self.stop()
        self.error = error
        for widget in (self.bar, self._waiting, self.help, self.left, self._left_word):
            widget.hide()
        self.tile.show_icon("octagon-x", "bad")
        verb = "connected" if ask.pinned is None else "reconnected"
        self.heading.show_words(title or title_of(error), f"{ask.address} was not {verb}; nothing was changed.")
        self._show_panel(error, ways_of(error, ask))
        announce(self, str(error))
        self.turned.emit()
        next(iter(self.ways.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def foot(self) -> Foot:
        """It goes on by itself."""
        return Foot(can=False, why_not="It goes on by itself once you have signed in", back=self.can_go_back)

    def first(self) -> QWidget | None:
        """What helps most has the focus."""
        return next(iter(self.ways.values())) if self.error is not None else self.again

    def tick(self) -> None:
        """Count down."""
        progress, now = self._progress, self._frame.clock.now()
        if progress is None or progress.until is None or progress.stage is not SignInStage.WAITING:
            return
        seconds = max(0, int((progress.until - now).total_seconds()))
        self.left.setText(f"{seconds // 60}:{seconds % 60:02}")
        self.left.setAccessibleName(f"{in_time(seconds)} left")
        self.left.show()
        self._left_word.show()
        if self._opened_at is not None:
            ago = in_time((now - self._opened_at).total_seconds())
            self.lines.opened.say(f"A tab at {progress.host}, {ago} ago")

    # --- the browser ------------------------------------------------------------------------------------------------

    def open_browser(self) -> None:
        """Show the provider's page in the system's browser."""
        if self._progress is None or not self._progress.url:
            return
        if self._open_url(QUrl(self._progress.url)):
            self._opened_at = self._frame.clock.now()
            self.lines.opened.show_stage("ok", "Browser opened", f"A tab at {self._progress.host}, just now")
        else:
            more = "Copy the link and open it in a browser of this computer"
            self.lines.opened.show_stage("warn", "No browser could be opened", more)
            announce(self, more)
        self.lines.allowed.be("info")

    def copy_link(self) -> None:
        """Put the page's address on the clipboard, for another browser of this computer."""
        if self._progress is not None and self._progress.url:
            QGuiApplication.clipboard().setText(self._progress.url)
            self._tip.setText(LINK_COPIED)
            announce(self, LINK_COPIED)

    def _heard(self, progress: SignInProgress) -> None:
        was_waiting = self._progress is not None and self._progress.stage is SignInStage.WAITING
        self._progress = progress
        if progress.stage is SignInStage.CHECKING:
            self.show_checking()
        elif progress.stage is SignInStage.WAITING and not was_waiting and self._ask is not None:
            words = f"Finish signing in to {self._ask.address} there. This page moves on by itself."
            self._show_waiting("Waiting for your browser", words)
            self.help.show_port(progress.port)
            for button in (self.again, self.copy):
                button.setEnabled(True)
            self.open_browser()
            self.tick()
            announce(self, self.name)
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy_sentence(self) -> None:
        if self._ask is not None:
            words = sentence_of(self.error) if self.error is not None else ""
            words = words or admin_sentence(self._ask.provider, self._ask.address, self._client_id)
            QGuiApplication.clipboard().setText(words)
            announce(self, "The sentence was copied")
            self.ways[Way.COPY].setText("Copied")

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_waiting(self, head: str, lead: str) -> None:
        self.error = None
        self.tile.show_icon("globe")
        self.heading.show_words(head, lead)
        self._panel_box.hide()
        for widget in (self.bar, self._waiting, self.help):
            widget.show()
        is_ready = self._progress is not None and bool(self._progress.url)
        for button in (self.again, self.copy):
            button.setEnabled(is_ready)
        self._tip.setText("Closed the tab? Nothing is lost, open it again.")
        self.left.setText("")
        self._left_word.hide()
        self.turned.emit()

    def _show_panel(self, error: AppError, ways: tuple[Way, ...]) -> None:
        if (old := self._panel_column.takeAt(0)) is not None and (panel := old.widget()) is not None:
            panel.hide()
            panel.deleteLater()
        acts = {
            Way.AGAIN: self._try_again,
            Way.OTHER_ACCOUNT: self._choose_account,
            Way.SHARED: self.wants_shared.emit,
            Way.COPY: self._copy_sentence,
            Way.APP: self.wants_app.emit,
        }
        self.ways = {}
        for way in ways:
            button = Button(way.value, "copy" if way is Way.COPY else None, "secondary" if self.ways else "primary")
            button.clicked.connect(_calling(acts[way]))
            self.ways[way] = button
        made = ErrorPanel(error.what, error.meaning, error.action, list(self.ways.values()))
        self._panel_column.addWidget(made)
        made.show()
        self._panel_box.show()

    def _try_again(self) -> None:
        if self._ask is not None:
            self.begin(self._ask, self._client_id)

    def _choose_account(self) -> None:
        if self._ask is not None:
            self.begin(replace(self._ask, picks_account=True), self._client_id)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        self.column.removeWidget(self.heading)
        head, time = HBox(16), VBox(0)
        time.addWidget(self.left, 0, Qt.AlignmentFlag.AlignRight)
        time.addWidget(self._left_word, 0, Qt.AlignmentFlag.AlignRight)
        head.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.heading, 1, Qt.AlignmentFlag.AlignTop)
        head.addLayout(time)
        head.setAlignment(time, Qt.AlignmentFlag.AlignTop)
        self._waiting = QWidget()
        waiting = VBox(16, 0, self._waiting)
        card = Card()
        stages = VBox(0, (16, 8, 16, 8), card)
        for line in self.lines:
            stages.addWidget(line)
        buttons = FlowLayout(8)
        for widget in (self.again, self.copy):
            buttons.addWidget(widget)
        below = HBox(8)
        below.addLayout(buttons)
        below.addStretch(1)
        below.addWidget(self._tip)
        waiting.addWidget(card)
        waiting.addLayout(below)
        waiting.addWidget(Line())
        self._panel_box = QWidget()
        self._panel_column = VBox(0, 0, self._panel_box)
        self._panel_box.hide()
        self.column.addLayout(head)
        for part in (self.bar, self._waiting, self.help, self._panel_box):
            self.column.addWidget(part)
        self.column.addStretch(1)

    def _listen(self) -> None:
        self.work.progressed.connect(self._heard)
        self.work.failed.connect(self.show_refusal)
        self.work.signed_in.connect(self.signed_in)
        self.again.clicked.connect(lambda _on: self.open_browser())
        self.copy.clicked.connect(lambda _on: self.copy_link())


def _asked_words(who: str, ask: SignInAsk) -> str:
    if ask.provider is OAuthProvider.GOOGLE:
        return "Tick every box. Google names all of Gmail, as for every mail program"
    asked = [SHORT[one] for one in SHORT if one in ask.permissions]
    return f"{who[:1].upper()}{who[1:]} lists {COUNTS[len(asked)]}: {', '.join(asked)}"


def _calling(act: Callable[[], object]) -> Callable[[bool], None]:
    def call(_on: bool) -> None:
        act()

    return call
