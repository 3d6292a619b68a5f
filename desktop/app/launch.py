"""From the start to the main window: opens the profile, asks for its key if need be, builds the window, ends it all."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.afterwards import Afterwards
from desktop.app.opening import Failure, Opening, OpenProfile, open_new_profile, open_profile
from desktop.app.parts import Parts
from desktop.app.session import Session
from desktop.app.start_window import StartWindow
from desktop.domain.errors import KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.workspace.opening import Given

if TYPE_CHECKING:
    from desktop.app.unlock import Way

log = logging.getLogger(__name__)

PATIENCE_MS = 300
"""How long opening may take before it is shown that it is going on."""

GIVING_UP_S = 2.0
"""How long an opening that nobody waits for any more may take to end."""

Build = Callable[[Parts], QWidget]


class Plan(Protocol):
    """What is opened: a person's profile, or the demo."""

    @property
    def words(self) -> str:
        """What is said while it takes its time."""

    def open(self, given: Given) -> OpenProfile:
        """Open it, in a worker; raises AppError."""

    def parts(self, session: Session) -> Parts:
        """Make the parts of a session on it."""

    def give_up(self) -> None:
        """Nobody waits for :meth:`open` any more: let it end soon; from any thread."""


class ProfilePlan:
    """A person's own profile."""

    words = "Opening…"

    def open(self, given: Given) -> OpenProfile:
        """Open the profile that was given."""
        return open_profile(given)

    def parts(self, session: Session) -> Parts:
        """Make its parts."""
        return session.parts()

    def give_up(self) -> None:
        """Opening ends by itself; what was opened all the same is closed again."""


class Launch(QObject):
    """One start of the window. When the last window is closed, or after ``ended``, :meth:`close` ends everything."""

    ended = Signal()
    """Whoever asked for it has given up, or the system wants it to end."""
    began = Signal()
    """The main window is shown."""
    _asked_to_end = Signal()

    def __init__(self, given: Given, build: Build, plan: Plan | None = None) -> None:
        super().__init__()
        self._given, self._build, self._plan = given, build, plan or ProfilePlan()
        self._how: Callable[[Given], OpenProfile] = self._plan.open
        self._is_way_tried = False
        self.has_failed = False
        self.session: Session | None = None
        self.window: QWidget | None = None
        self._start_window: StartWindow | None = None
        self._opening = Opening(self)
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(self._on_failed)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_over)
        self._asked_to_end.connect(self._on_asked_to_end, Qt.ConnectionType.QueuedConnection)

    @property
    def start_window(self) -> StartWindow:
        """What is shown meanwhile, made when it is first needed: mostly the profile is there at once."""
        if self._start_window is None:
            self._start_window = shown = StartWindow(self._given.profile, self._plan.words)
            shown.way_given.connect(self._on_way_given)
            shown.asked_again.connect(self._on_asked_again)
            shown.closed.connect(self._on_given_up)
        return self._start_window

    # --- asked from outside -------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the profile; what is shown meanwhile comes only if it takes a while."""
        self._patience.start()
        self._open(self._given, self._how)

    def ask_to_end(self) -> None:
        """Close what is shown; from any thread."""
        self._plan.give_up()
        self._asked_to_end.emit()

    def show_up(self) -> None:
        """Bring what is shown before the eyes: the person has started the program once more."""
        window = self.window or self.start_window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> bool:
        """End everything, bounded; False when something hangs."""
        self._plan.give_up()
        is_over = self._opening.give_up(GIVING_UP_S)
        self._patience.stop()
        session, self.session = self.session, None
        is_over = (session is None or session.close()) and is_over
        for window in (self.window, self._start_window):
            if window is not None:
                window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # while there is an application
        return is_over

    # --- opening ------------------------------------------------------------------------------------------------------

    def _open(self, given: Given, how: Callable[[Given], OpenProfile]) -> None:
        self._given, self._how = given, how
        self._opening.begin(given, how)

    def _on_way_given(self, way: "Way") -> None:
        is_new = self.start_window.is_new
        self._is_way_tried = True
        self.start_window.set_busy(busy=True)
        given = replace(self._given, key_file=way.key_file, passphrase=way.passphrase)
        self._open(given, open_new_profile if is_new and way.key_file is not None else self._plan.open)

    def _on_asked_again(self) -> None:
        self._is_way_tried = False
        self.start_window.show_opening()
        self._open(self._given, self._how)

    def _on_failed(self, failure: Failure) -> None:
        log.info("the profile was not opened: %s", failure.error.code)
        self._patience.stop()
        self.has_failed = True
        form = self.start_window.form
        if form is not None and self._is_way_tried and isinstance(failure.error, KeyUnavailable):
            self.start_window.set_busy(busy=False)
            form.show_error(failure.error)
        elif failure.error.code is ReasonCode.KEYRING_MISSING:
            self.start_window.ask_after(failure)
        else:
            self.start_window.show_failure(failure)
        self.start_window.show()

    def _on_opened(self, profile: OpenProfile) -> None:
        self._patience.stop()
        self.has_failed = False
        self.session = Session(profile)
        if self._is_way_tried and self._given.key_file is not None:
            profile.state.set("key_file", str(self._given.key_file))  # asked for again next time, filled in
        self.window = self._build(self._plan.parts(self.session))
        self.window.show()
        if self._start_window is not None:
            self._start_window.leave()
        Afterwards(self.window, self.session.ops.is_idle, self._start_session).begin()
        self.began.emit()

    def is_calm(self) -> bool:
        """Tell whether nothing is under way for a person."""
        return self.session is None or self.session.ops.is_idle()

    def _start_session(self) -> bool:
        if self.session is not None:
            self.session.start()
        return False

    def _on_patience_over(self) -> None:
        self.start_window.show()

    def _on_given_up(self) -> None:
        if self.window is None:
            self.ended.emit()

    def _on_asked_to_end(self) -> None:
        for window in (self.window, self._start_window):
            if window is not None:
                window.close()
        self.ended.emit()
