"""The Emails screen: search and chips above, the list beside one open email."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from desktop.domain.changes import Changed
from desktop.domain.email_list import Chip, without_chip
from desktop.domain.errors import AppError
from desktop.ui import words
from desktop.ui.frame import EXPLAIN, Frame, Place
from desktop.ui.kit.fonts import scaled
from desktop.ui.screen import Screen
from desktop.ui.tables import in_place
from desktop.views.emails.acts import COLUMNS, EXPORT, SAVE_VIEW
from desktop.views.emails.bar import PreviewBar
from desktop.views.emails.body import EmailsBody
from desktop.views.emails.chips import ChipBar
from desktop.views.emails.columns_menu import columns_menu
from desktop.views.emails.commands import EmailCommands
from desktop.views.emails.dragging import Dragging
from desktop.views.emails.files_in_rows import FilesInRows
from desktop.views.emails.following import Following
from desktop.views.emails.head import ROOMY, EmailsHead
from desktop.views.emails.hinting import Hinting
from desktop.views.emails.keeping import VIEW, Keeping
from desktop.views.emails.lister import Lister
from desktop.views.emails.listing import Figures, Listing, Wish
from desktop.views.emails.states import EmptyList, Why, why_none

TYPING_MS = 150
"""A pause in typing: each letter lists the first rows, a pause lists and counts all."""
LETTERS = 3
"""A shorter beginning of a word stands for half of all mail, and is looked for only after a pause."""


class EmailsScreen(Screen):
    """Find any email, and see what became of it."""

    id = "emails"
    title = "Emails"
    watches = Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES
    has_bar = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._figures: Figures | None = None
        self._wanted: int | None = None
        """A row (by its id in the list) to be made the current one as soon as it is listed."""
        self._is_listed = False
        self.top = EmailsHead()
        self.head.addWidget(self.top)
        self.chips = ChipBar()
        self.bar.addWidget(self.chips, 1)
        self.sides = EmailsBody(frame, EmptyList(frame, self.clear_filter, self.refresh))
        self.table, self.preview = self.sides.table, self.sides.preview
        self.footer = self.sides.footer
        self.add_body(self.sides)
        self.columns: QMenu | None = None
        self.hints = Hinting(frame, self.top.search, self)
        self.keeping = Keeping(frame, self.table, self, self._show_view)
        self._lister = Lister(frame, self._in_view, self)
        self._following = Following(frame, self.sides)
        self._files = FilesInRows(frame, self.table)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.commands = EmailCommands(frame, self, self.table, self.preview, self.footer)
        self.dragging = Dragging(frame, self.table, self.commands)
        self.commands.add_acts(self.sides, self.sides.toggle_preview, self.show_columns)
        frame.actions.add(SAVE_VIEW, lambda: self.keeping.ask(self.wish, self.top.search), within=self)
        self.top.follow(frame.actions.action(COLUMNS.id), frame.actions.action(EXPORT.id))
        self.preview.acts.listen_in(self.sides)
        self.preview.set_bar(PreviewBar(frame))
        self._connect()
        self.commands.update()

    # --- what the window asks ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list again, in its place, and what is open."""
        if self._is_listed:
            self._lister.again()
        else:
            self._lister.show(self._lister.wish)
        self.preview.refresh()

    def open(self, place: Place) -> None:
        """Show an email in the whole list, or the list narrowed to a mailbox, a customer, a chip or words."""
        if place == Place(self.id):
            return
        if place.part.startswith(VIEW):
            self.keeping.open(place.part)
            return
        self.keeping.forget()
        chip = Chip(place.part) if place.part in set(Chip) else Chip.ALL
        self._wanted = place.email_id
        if place.part == EXPLAIN and place.email_id is not None:
            self.preview.explain_next(place.email_id)
        self._set_search(place.search)
        self._lister.show(Wish(place.search, chip, place.mailbox_id, place.customer_id, self._lister.wish.order))
        self._show_wish()

    def panes(self) -> Sequence[QWidget]:
        """The list, or the button in its place; then the open email."""
        main = self.sides.main
        return [main, self.preview] if self.sides.has_preview else [main]

    def foot(self) -> QWidget | None:
        """Return the row below the list: what is selected, and what its keys do."""
        return self.footer

    def search_field(self) -> QLineEdit | None:
        """The search in the head."""
        return self.top.search

    def escape(self) -> bool:
        """Clear the search, else let go of all but the current row."""
        if super().escape():
            return True
        if self.table.selected_count() > 1:
            self.table.go_to(self.table.currentIndex().row())
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the head in words where there is room."""
        super().resizeEvent(event)
        self.top.set_roomy(roomy=self.width() >= scaled(ROOMY))
        self._show_total()

    # --- what a person wants listed ---------------------------------------------------------------------------------

    @property
    def wish(self) -> Wish:
        """What is listed."""
        return self._lister.wish

    def clear_filter(self) -> None:
        """List everything again."""
        self._set_search("")
        self._change(Wish(order=self.wish.order))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_columns(self, at: QPoint | None = None) -> None:
        """Open the menu of the columns: below its button, or *at* a point of the screen."""
        anchor = self.top.columns_anchor
        self.columns = columns_menu(self.table, anchor, self.wish.order)
        self.columns.popup(at or anchor.mapToGlobal(QPoint(0, anchor.height() + scaled(4))))

    def _show_view(self, wish: Wish) -> None:
        """List what a saved view lists."""
        self._set_search(wish.typed)
        self._change(wish)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        """List what a letter more brings, unless it stands for too much; the pause afterwards does the rest."""
        words = self.top.search.text().split()
        if not words or len(words[-1]) >= LETTERS:
            self._search(paused=False)
        self._typing.start()

    def _pause(self) -> None:
        self._search(paused=True)
        self._lister.pause()

    def _search(self, *, paused: bool) -> None:
        """Search for what is typed; words that say a status or a day are in place of the chip that says one too."""
        typed = self.top.search.text()
        if typed != self.wish.typed:
            asked = Wish(typed).filter(self.frame.clock.now())
            chip = self.wish.chip if without_chip(asked) == asked else Chip.ALL
            self._change(replace(self.wish, typed=typed, chip=chip), paused=paused)

    def _change(self, wish: Wish, *, paused: bool = True) -> None:
        """List something else; the email that is open stays open if it is listed there too."""
        row = self.table.currentIndex().row()
        self._wanted = self.table.emails.ids[row] if row >= 0 and self.table.selected_count() else None
        self._lister.show(wish, paused=paused)
        self._show_wish()

    def _show_wish(self) -> None:
        self.chips.show_choice(self.wish.chip, self.wish.mailbox_id)
        self.table.show_order(self.wish.order)

    def _set_search(self, text: str) -> None:
        with QSignalBlocker(self.top.search):
            self.top.search.setText(text)
        self._typing.stop()

    # --- answers ----------------------------------------------------------------------------------------------------

    def _in_view(self) -> Sequence[int]:
        ids = self.table.emails.ids
        return [ids[row] for row in self.table.visible_rows() if 0 <= row < len(ids)]

    def _take_beginning(self, listing: Listing) -> None:
        self._put(listing)
        self.table.scrollToTop()
        self._find_wanted()

    def _take(self, listing: Listing) -> None:
        is_first, self._is_listed = not self._is_listed, True
        with in_place(self.table, self.table.emails):
            self._put(listing)
        self._find_wanted()
        self._wanted = None
        self._show_state()
        self._selected()
        if is_first and self.isVisible() and not self.top.search.hasFocus():
            self.sides.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, listing: Listing) -> None:
        self.table.emails.show(listing.ids)
        for first, rows in listing.pages.items():
            self.table.emails.give(first, rows)
        if len(listing.ids):
            self.sides.show_list()

    def _find_wanted(self) -> None:
        row = self.table.emails.position_of(self._wanted) if self._wanted is not None else -1
        if row >= 0 and (row != self.table.currentIndex().row() or not self.table.selected_count()):
            self.table.go_to(row)

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        self.sides.notes.show_notes(figures.notes)
        self.hints.tell(figures.mailboxes)
        self.keeping.mailboxes = figures.mailboxes
        self.chips.show_counts(figures.counts, figures.mailboxes)
        self._show_total()
        self._show_state()

    def _show_total(self) -> None:
        total = self._figures.total if self._figures is not None else 0
        has_room = self.width() >= scaled(ROOMY)
        self.set_subtitle(f"{words.number(total)} synced" if total and has_room else "")

    def _show_state(self) -> None:
        """Say how much of everything is listed, when it is a part; and why nothing is, when nothing is."""
        count, figures, wish = len(self.table.emails.ids), self._figures, self.wish
        total = figures.total if figures is not None else 0
        self.chips.show_found(f"{words.number(count)} of {words.number(total)}" if total and wish.is_narrow else "")
        self.commands.update()
        if count or figures is None or not self._is_listed:
            return
        why = Why.NOTHING_FITS if total else why_none(figures.mailboxes)
        self.sides.empty.show_why(why, wish.typed)
        self.sides.show_empty()

    def _fail(self, error: AppError) -> None:
        if len(self.table.emails.ids):
            self.frame.ops.troubled.emit(error)
            return
        self.sides.empty.show_why(Why.UNREADABLE, error=error)
        self.sides.show_empty()

    def _selected(self) -> None:
        first, last = self.table.visible_rows()
        self.footer.show_selection(self.table.selected_count(), len(self.table.emails.ids), last - first + 1)
        self.commands.update()
        self._following.follow()

    # --- making -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        lister, table, search = self._lister, self.table, self.top.search
        lister.began.connect(self._take_beginning)
        lister.listed.connect(self._take)
        lister.counted.connect(self._take_figures)
        lister.failed.connect(self._fail)
        self._typing.timeout.connect(self._pause)
        search.textChanged.connect(lambda _text: self._typed())
        search.returnPressed.connect(lambda: self.sides.main.setFocus(Qt.FocusReason.OtherFocusReason))
        self.chips.chosen.connect(lambda chip: self._change(replace(self.wish, chip=chip)))
        self.chips.mailbox_chosen.connect(lambda one: self._change(replace(self.wish, mailbox_id=one)))
        table.order_wanted.connect(lambda order: self._change(replace(self.wish, order=order)))
        table.asked_for_columns.connect(self.show_columns)
        table.selection_changed.connect(self._selected)
        table.moved.connect(lambda _row: self._selected())
        table.emails.filled.connect(self.commands.update)
        table.opened.connect(lambda _row: self.commands.open())
        table.asked_for_menu.connect(self.commands.show_menu)
        self.footer.all_wanted.connect(table.select_all)
        self.sides.preview_toggled.connect(self._selected)
        self.preview.left.connect(lambda: table.setFocus(Qt.FocusReason.OtherFocusReason))
