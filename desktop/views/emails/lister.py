"""Reads the list and its counts, and reads them again: never two readings at a time, and none that starves another."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError
from desktop.ui.frame import Frame
from desktop.views.emails.listing import (
    Figures,
    Listing,
    Wish,
    day_began,
    read_figures,
    read_first,
    read_listing,
)


class Lister(QObject):
    """Keeps one wish fulfilled. A new wish ends what was read for the last one; changes wait for what is under way."""

    began = Signal(object)
    """The beginning of a new :class:`Listing`; the whole comes next."""
    listed = Signal(object)
    """A whole :class:`Listing`."""
    counted = Signal(object)
    """The :class:`Figures`."""
    failed = Signal(object)
    """An :class:`AppError`: the list could not be read."""

    def __init__(self, frame: Frame, in_view: Callable[[], Sequence[int]], parent: QObject) -> None:
        super().__init__(parent)
        self._frame, self._in_view = frame, in_view
        self.wish = Wish()
        self._busy: set[str] = set()
        self._again: set[str] = set()

    def show(self, wish: Wish) -> None:
        """Read another list, its beginning first."""
        self.wish = wish
        today = day_began(self._frame.clock.now())
        self._busy.add("list")
        self._again.clear()
        self._frame.ops.read(
            self, lambda read: read_first(read, wish, today), self._take_first, failed=self._fail, slot="list"
        )
        self._count()

    def change(self, **changes: object) -> None:
        """Read another list that differs from this one in these fields of the wish."""
        self.show(replace(self.wish, **changes))  # type: ignore[arg-type]  # the names are those of the fields

    def again(self) -> None:
        """Read the same list again, and the counts."""
        if "list" in self._busy:
            self._again.add("list")
        else:
            self._read_whole()
        if "figures" in self._busy:
            self._again.add("figures")
        else:
            self._count()

    def _take_first(self, listing: Listing) -> None:
        self.began.emit(listing)
        self._read_whole()

    def _read_whole(self) -> None:
        wish, in_view = self.wish, self._in_view()
        today = day_began(self._frame.clock.now())
        self._busy.add("list")
        self._frame.ops.read(
            self, lambda read: read_listing(read, wish, today, in_view), self._take, failed=self._fail, slot="list"
        )

    def _take(self, listing: Listing) -> None:
        self._busy.discard("list")
        self.listed.emit(listing)
        if "list" in self._again:
            self._again.discard("list")
            self._read_whole()

    def _count(self) -> None:
        wish, today = self.wish, day_began(self._frame.clock.now())
        self._busy.add("figures")
        self._frame.ops.read(
            self, lambda read: read_figures(read, wish, today), self._take_figures, failed=self._fail, slot="figures"
        )

    def _take_figures(self, figures: Figures) -> None:
        self._busy.discard("figures")
        self.counted.emit(figures)
        if "figures" in self._again:
            self._again.discard("figures")
            self._count()

    def _fail(self, error: AppError) -> None:
        self._busy.clear()
        self._again.clear()
        self.failed.emit(error)
