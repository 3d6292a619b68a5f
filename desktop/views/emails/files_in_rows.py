"""Keeps what rows say of files that follow their mail up to date, without reading the list again."""

from PySide6.QtCore import QObject, QTimer

from desktop.domain.changes import Changed, ChangeSet
from desktop.ui.frame import Frame
from desktop.views.emails.table import EmailTable

REST_MS = 1000
"""Of a large file every piece is told, and a row says only that it is on its way."""


class FilesInRows(QObject):
    """Reads the rows in view again, at most once a second."""

    def __init__(self, frame: Frame, table: EmailTable) -> None:
        super().__init__(table)
        self._soon = QTimer(self, singleShot=True, interval=REST_MS)
        self._soon.timeout.connect(table.emails.read_again)
        frame.ops.changed.connect(self._hear)

    def _hear(self, change: ChangeSet) -> None:
        if Changed.ATTACHMENTS in change.changed and Changed.EMAILS not in change.changed and not self._soon.isActive():
            self._soon.start()
