"""Carries what a worker tells into the GUI thread, for as long as who asked still wants to hear it."""

from PySide6.QtCore import QObject, Signal


class Relay(QObject):
    """It lives by itself until the work is over, unlike a dialog."""

    told = Signal(object, object)
    """The job of the work, and what it tells."""
