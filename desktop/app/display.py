"""Whether a window can be shown here at all; asked before Qt is loaded, because Qt ends the program when it cannot."""

import importlib
import os
import sys
from collections.abc import Mapping

from desktop.app import libraries
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode

WITHOUT = "The command line does the same work without a window: postroom --help."


def require_window(environ: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> None:
    """Raise AppError, with what to do, when there is no display or the system lacks libraries of Qt's."""
    if platform.startswith("linux"):
        _require_display(environ)
        wanted = libraries.WIDGETS + (libraries.X11 if _is_x11(environ) else ())
        if lacking := libraries.missing(wanted):
            raise _lacking(lacking)
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise AppError(
            ReasonCode.NOT_AVAILABLE,
            "The window cannot be shown: Qt (PySide6) cannot be loaded.",
            meaning=WITHOUT,
            action="Install Postroom anew, or run ./run --setup-only in its folder.",
            detail=str(error),
        ) from error


def _require_display(environ: Mapping[str, str]) -> None:
    if not any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise AppError(
            ReasonCode.NOT_AVAILABLE,
            "There is no display to show the window on: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            meaning=WITHOUT,
            action="Start it in a desktop session; over SSH, with ssh -X.",
        )


def _is_x11(environ: Mapping[str, str]) -> bool:
    chosen = environ.get("QT_QPA_PLATFORM", "")
    return chosen.startswith("xcb") if chosen else bool(environ.get("DISPLAY")) and not environ.get("WAYLAND_DISPLAY")


def _lacking(lacking: list[libraries.Library]) -> AppError:
    names = ", ".join(name for library in lacking for name in library.names)
    return AppError(
        ReasonCode.NOT_AVAILABLE,
        f"The window cannot be shown: this system lacks {names}.",
        meaning=WITHOUT,
        action=f"Install what is missing: {libraries.command_for(lacking)}",
    )
