"""Emails dragged over the sidebar: a place they rest over opens, so that they can be dropped on what is there."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from desktop.ui.mail_drag import carries_emails
from desktop.ui.sidebar_places import ITEM, PlaceList

SPRING_MS = 600
"""How long a drag rests over a place before it opens."""


class SpringPlaces(QObject):
    """Listens for drags over lists of places. Nothing is ever dropped on a place itself."""

    rested = Signal(str)
    """A drag of emails has rested over a place that takes them, by its id: it opens."""
    told = Signal(str)
    """What holding still would do, or why a place takes no emails; empty when the drag has left."""

    def __init__(self, lists: Sequence[PlaceList], parent: QObject) -> None:
        super().__init__(parent)
        self.why_not: Callable[[str], str] = lambda _place_id: ""
        """Says why a place takes no emails; empty when it does."""
        self._lists = {view.viewport(): view for view in lists}
        self._over = ""
        self._timer = QTimer(self, singleShot=True, interval=SPRING_MS)
        self._timer.timeout.connect(self._open)
        for viewport in self._lists:
            viewport.setAcceptDrops(True)
            viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer a drag of emails; every other drag is the list's."""
        view = next((view for viewport, view in self._lists.items() if viewport is watched), None)
        if view is not None and event.type() == QEvent.Type.DragLeave:
            self._rest(view, "", "")
        if view is None or not isinstance(event, QDropEvent) or not carries_emails(event.mimeData()):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Drop:
            self._rest(view, "", "")
        else:  # entering and moving are drops that have not happened yet
            index = view.indexAt(event.position().toPoint())
            item = index.data(ITEM) if index.isValid() else None
            self._rest(view, *((item.id, item.text) if item is not None else ("", "")))
        event.setAccepted(isinstance(event, QDragEnterEvent))
        return True

    def _rest(self, view: PlaceList, place_id: str, name: str) -> None:
        """Be over a place, by its id; over none when it is empty."""
        if place_id == self._over:
            return
        self._over = place_id
        is_here = any(
            one.currentIndex().isValid() and one.currentIndex().data(ITEM).id == place_id
            for one in self._lists.values()
        )
        why_not = self.why_not(place_id) if place_id and not is_here else ""
        opens = bool(place_id) and not is_here and not why_not
        self._light(view, place_id if opens else "")
        self.told.emit(why_not or (f"Hold still to open {name}. Esc cancels." if opens else ""))
        if opens:
            self._timer.start()
        else:
            self._timer.stop()

    def _light(self, view: PlaceList, place_id: str) -> None:
        view.lit = place_id
        view.viewport().update()

    def _open(self) -> None:
        place_id = self._over
        for view in self._lists.values():
            self._light(view, "")
        self.told.emit("")
        self.rested.emit(place_id)
