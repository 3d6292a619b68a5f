"""Reads the list and its counts, and reads them again: never two readings at a time, and none that starves another.

While somebody types, each letter brings the beginning of its list; the whole and the counts wait for a pause.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
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
        self._counting: Job | None = None
        self._is_begun = self._is_paused = True

    def show(self, wish: Wish, *, paused: bool = True) -> None:
        """Read another list, its beginning first; without a pause in typing the rest waits for :meth:`pause`."""
        self.wish = wish
        today = day_began(self._frame.clock.now())
        self._busy.add("list")
        self._again.clear()
        self._is_begun, self._is_paused = False, paused
        if self._counting is not None:
            self._counting.cancel()
        self._frame.ops.read(
            self, lambda read: read_first(read, wish, today), self._take_first, failed=self._fail, slot="list"
        )
        if paused:
            self._count()

    def pause(self) -> None:
        """Nothing more is typed for now: read the whole list and the counts."""
        if not self._is_paused:
            self._is_paused = True
            self._count()
            if self._is_begun:
                self._read_whole()

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
        self._is_begun = True
        self.began.emit(listing)
        if self._is_paused:
            self._read_whole()

    def _read_whole(self) -> None:
        wish, in_view = self.wish, self._in_view()
        today = day_began(self._frame.clock.now())
        self._busy.add("list")
        self._frame.ops.read(
            self,
            lambda read: read_listing(read, wish, today, in_view),
            self._take,
            failed=self._fail,
            slot="list",
            whole=True,
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
        self._counting = self._frame.ops.read(
            self,
            lambda read: read_figures(read, wish, today),
            self._take_figures,
            failed=self._fail,
            slot="figures",
            whole=True,
        )

    def _take_figures(self, figures: Figures) -> None:
        self._busy.discard("figures")
        self._counting = None
        self.counted.emit(figures)
        if "figures" in self._again:
            self._again.discard("figures")
            self._count()

    def _fail(self, error: AppError) -> None:
        self._busy.clear()
        self._again.clear()
        self.failed.emit(error)
