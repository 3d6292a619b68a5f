"""What nobody caught, in a slot or a thread: logged as everywhere, and told to the person as a sentence."""

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode


class Uncaught(QObject):
    """Stands in the interpreter's hooks from :meth:`listen` to :meth:`leave`; ``met`` carries an AppError."""

    met = Signal(object)

    def listen(self) -> None:
        """Begin: whatever stood in the hooks before still hears of every error first (it writes the log)."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook, threading.excepthook = self._on_error, self._on_thread_error

    def leave(self) -> None:
        """Put back what stood there before."""
        sys.excepthook, threading.excepthook = self._before

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before[0](kind, error, trace)
        if issubclass(kind, Exception):
            self.met.emit(_sentence(kind))

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        self._before[1](args)
        if issubclass(args.exc_type, Exception):
            self.met.emit(_sentence(args.exc_type))


def _sentence(kind: type[BaseException]) -> AppError:
    """Name the kind only: the words of an error may quote a mail."""
    return AppError(
        ReasonCode.INTERNAL_ERROR,
        f"Postroom made a mistake of its own ({kind.__name__}).",
        meaning="What was stored before is whole.",
        action="Please report it with the log; if something looks wrong, close the window and open it again.",
    )
