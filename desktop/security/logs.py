"""Sets up logging for a process: every handler redacts, and what crashes is logged through the same door."""

import contextlib
import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TextIO

from desktop.domain.errors import StoreError
from desktop.security import files
from desktop.security.redaction import RedactingFormatter

OWN = "desktop"
"""Our loggers' common name. Libraries log warnings at most: at DEBUG an IMAP library writes whole conversations."""

TERMINAL_FORMAT = "%(levelname)s %(name)s: %(message)s"
FILE_FORMAT = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"

_FILE_BYTES = 5 * 1024 * 1024
_FILES_KEPT = 3

_log = logging.getLogger(__name__)


class _QuietErrors(logging.Handler):
    """Handlers whose own failures are silent: logging's default prints the raw record to stderr."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Drop a record that cannot be written: the disk is full, or whoever read the stream is gone."""

    def close(self) -> None:
        """Close, whether or not the last lines can still be written."""
        with contextlib.suppress(OSError):
            super().close()


class RedactingStreamHandler(_QuietErrors, logging.StreamHandler[TextIO]):
    """Writes redacted lines to a stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(RedactingFormatter(TERMINAL_FORMAT))


class RedactingFileHandler(_QuietErrors, logging.handlers.RotatingFileHandler):
    """Writes redacted lines to a file of mode 0600; four files of 5 MB at most."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8", errors="backslashreplace"
        )
        formatter = RedactingFormatter(FILE_FORMAT)
        formatter.default_msec_format = "%s.%03d"
        self.setFormatter(formatter)

    def _open(self) -> IO[Any]:  # type: ignore[override]  # typeshed names the class that open() returns
        opener = files.private_opener
        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=opener)


def configure_logging(level: int, stream: TextIO, file: Path | None = None) -> None:
    """Log to *stream*, and to *file* if given, from *level* up; called again, it replaces what it set up before.

    A log file that cannot be opened is a warning on *stream*, not a reason to stop.
    """
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _QuietErrors):
            root.removeHandler(old)
            old.close()
    root.addHandler(RedactingStreamHandler(stream))
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger(OWN).setLevel(level)
    if file is not None:
        _add_file(root, file)


def _add_file(root: logging.Logger, file: Path) -> None:
    try:
        files.make_private_dir(file.parent)
        root.addHandler(RedactingFileHandler(file))
    except StoreError as error:
        _log.warning("No log file: %s", error)
    except OSError as error:
        _log.warning("No log file: %s cannot be opened (%s)", file, error.strerror)


def guard_uncaught() -> Callable[[], None]:
    """Send what nobody caught, in any thread, to the log instead of raw to stderr; returns what undoes it."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before[0](kind, error, trace)
        else:
            _log.critical("Postroom met an error that nothing in it expected", exc_info=(kind, error, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, SystemExit):
            uncaught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            _log.error("An error while cleaning up", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, uncaught_in_thread, unraisable
    return undo
