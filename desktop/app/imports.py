"""Loads Qt, and has PySide leave the sources of what is loaded afterwards unread.

PySide takes part in every import statement from then on: it reads the source of each module that was loaded, for it
might ask for another spelling of Qt's names (``from __feature__ import``), and what it read is kept. For the window
that is a thousand files, a tenth of the start and 27 MB; nobody here asks for another spelling.
"""

import builtins
import importlib


def leave_sources_unread() -> None:
    """Load Qt, and put what imported before back in its place."""
    importlib.import_module("PySide6.QtCore")
    before = getattr(builtins, "__orig_import__", None)
    if before is not None:
        builtins.__import__ = before
