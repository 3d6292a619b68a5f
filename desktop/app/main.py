"""The window's way in: what it needs is looked at before Qt is loaded."""

import gc

from desktop.app.display import require_window
from desktop.workspace.start import Start


def open_window(start: Start) -> int:
    """Show the window until it is closed; returns the exit code. Raises AppError when no window can be shown."""
    require_window()
    gc.disable()  # until the window is there (app/garbage.py): what is loaded for it is there to stay
    from desktop.app.imports import leave_sources_unread

    leave_sources_unread()
    from desktop.app.program import run

    return run(start)
