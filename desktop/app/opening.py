"""Opens the profile away from the GUI thread, and tells how it went."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.security.keyfile import new_key_file
from desktop.store.errors import explain
from desktop.store.opening import database_path
from desktop.ui.state import UiState, load_state
from desktop.workspace.opening import Given, opened
from desktop.workspace.workspace import Workspace

log = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.Lock()
"""Migrations keep their environment in the process; an opening that was given up may still be at it."""


@dataclass(frozen=True, slots=True)
class OpenProfile:
    """A profile that was opened. Closing ``stack`` closes it; ``said`` are sentences for whoever opened it."""

    workspace: Workspace
    stack: ExitStack
    state: UiState
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it could not be opened. ``is_new``: there is no database yet, so a key may be chosen for it."""

    error: AppError
    is_new: bool = False
    key_file: str = ""


def open_profile(wanted: Given) -> OpenProfile:
    """Open *wanted* for writing; raises AppError. Blocks: the keyring may ask a person, a migration takes its time."""
    said: list[str] = []
    with ExitStack() as stack:
        workspace = stack.enter_context(opened(wanted, writing=True, tell=said.append))
        state = load_state(wanted.profile)
        return OpenProfile(workspace, stack.pop_all(), state, tuple(said))


def open_new_profile(wanted: Given) -> OpenProfile:
    """Open a profile that has no database yet, and make its key file where there is none."""
    if wanted.key_file is not None and not wanted.key_file.exists():
        new_key_file(wanted.key_file)
    return open_profile(wanted)


class Opening(QObject):
    """Runs one opening at a time in a thread of its own; answers in the GUI thread."""

    opened = Signal(object)
    """An :class:`OpenProfile`; who receives it closes it."""
    failed = Signal(object)
    """A :class:`Failure`."""
    _over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_wanted = True
        self._thread: threading.Thread | None = None
        self._over.connect(self._on_over, Qt.ConnectionType.QueuedConnection)

    def begin(self, wanted: Given, how: Callable[[Given], OpenProfile] = open_profile) -> None:
        """Open *wanted* in the background."""
        self._thread = threading.Thread(target=self._work, args=(wanted, how), name="opening", daemon=True)
        self._thread.start()

    def give_up(self, wait_s: float) -> bool:
        """Nobody waits for the answer any more; what is opened all the same is closed again.

        Waits up to *wait_s* for that, and tells whether it is over: a keyring may be asking a person.
        """
        self._is_wanted = False
        if self._thread is not None:
            self._thread.join(wait_s)
        return self._thread is None or not self._thread.is_alive()

    def _work(self, wanted: Given, how: Callable[[Given], OpenProfile]) -> None:
        try:
            with _ONE_AT_A_TIME:
                answer: OpenProfile | Failure = how(wanted)
        except Exception as error:  # noqa: BLE001 - the top of a thread's work: whatever it is, it gets its sentence
            answer = _failure(wanted, error)
        if self._is_wanted:
            self._over.emit(answer)
        elif isinstance(answer, OpenProfile):
            answer.stack.close()

    def _on_over(self, answer: OpenProfile | Failure) -> None:
        if isinstance(answer, Failure):
            self.failed.emit(answer)
        elif self._is_wanted:
            self.opened.emit(answer)
        else:
            answer.stack.close()


def _failure(wanted: Given, error: Exception) -> Failure:
    known = error if isinstance(error, AppError) else explain(error)
    if known is None:
        log.error("opening the profile ended by an unexpected error", exc_info=error)
        known = AppError(
            ReasonCode.INTERNAL_ERROR,
            f"Postroom made a mistake of its own ({type(error).__name__}) while it opened the profile.",
            meaning="What was stored before is whole.",
            action="Please report it with the log, and try again.",
        )
    try:
        is_new = not database_path(wanted.profile).exists()
    except OSError:
        is_new = False
    return Failure(known, is_new, str(load_state(wanted.profile).get("key_file", "")))
