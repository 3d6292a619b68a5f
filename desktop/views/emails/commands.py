"""Every command of the Emails screen: declared once, carried out here."""

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.services.bulk import Step
from desktop.services.tags import add_tag, remove_tag
from desktop.ui import words
from desktop.ui.frame import Frame, Place
from desktop.ui.ops import Job
from desktop.ui.preview.dialogs import ask_file
from desktop.ui.preview.letter import Letter, read_letter
from desktop.ui.preview.preview import MailPreview
from desktop.ui.preview.reading_acts import SAVE
from desktop.ui.tables import selected_ids
from desktop.views.emails import acts
from desktop.views.emails.assigning import LOOKED_AT, Assigning
from desktop.views.emails.changing import Changing
from desktop.views.emails.chosen import NOTHING, Chosen
from desktop.views.emails.copying import MOST, for_clipboard
from desktop.views.emails.exporting import export
from desktop.views.emails.footer import Footer
from desktop.views.emails.table import EmailTable
from desktop.views.emails.tagging import TagPicker
from desktop.views.emails.window import MailWindow

EXPORT_NAME, CSV = "Emails.csv", "Tables (*.csv)"


class EmailCommands(QObject):
    """Carries out what is asked of the list."""

    exporting = Signal(int, int)
    """How many of how many rows are written; zero of zero when it is over."""

    def __init__(self, frame: Frame, screen: QWidget, table: EmailTable, preview: MailPreview, footer: Footer) -> None:
        super().__init__(screen)
        self._frame, self._screen, self._table = frame, screen, table
        self._preview, self._footer = preview, footer
        self._export: Job | None = None
        self.changing = Changing(frame, self)
        self.assigning = Assigning(frame, screen, self.changing)
        self.tags: TagPicker | None = None
        self.dialog: QWidget | None = None
        """The dialog that was opened last."""
        self.windows: list[MailWindow] = []
        self.exporting.connect(self._show_export)
        self.changing.progressed.connect(footer.show_job)
        preview.acts.action(SAVE).triggered.connect(self.save)
        preview.shown.connect(self.update)
        footer.cancelled.connect(self.cancel_export)
        footer.cancelled.connect(self.changing.cancel)

    def add_acts(self, sides: QWidget, toggle_preview: Callable[[], object], columns: Callable[[], object]) -> None:
        """Declare the commands. Letters work in *sides*, which hold list and preview, and never in a field."""
        table, screen = self._table, self._screen
        for act, run, within in (
            (acts.OPEN, self.open, table),
            (acts.ASSIGN, self.assign, sides),
            (acts.TAG, self.ask_tags, sides),
            (acts.IGNORE, self.ignore, sides),
            (acts.CUSTOMER, self.open_customer, sides),
            (acts.COPY, self.copy, table),
            (acts.SELECT_ALL, table.select_all, screen),
            (acts.TOGGLE, table.toggle_current, sides),
            (acts.EXPORT, self.export, screen),
            (acts.PREVIEW, toggle_preview, screen),
            (acts.PEEK, toggle_preview, table),
            (acts.COLUMNS, columns, screen),
            (acts.NEXT, lambda: table.go_by(1), sides),
            (acts.PREVIOUS, lambda: table.go_by(-1), sides),
        ):
            self._frame.actions.add(act, run, within=within)

    def update(self) -> None:
        """Say what can be done with what is chosen."""
        chosen, enable = self.chosen(), self._frame.actions.enable
        is_empty = not len(self._table.emails.ids)
        for act, why_not in (
            (acts.OPEN, chosen.why_not_open),
            (acts.ASSIGN, chosen.why_no_email),
            (acts.TAG, chosen.why_no_email),
            (acts.IGNORE, chosen.why_not_ignore),
            (acts.CUSTOMER, chosen.why_no_customer),
            (acts.COPY, "" if len(chosen.ids) else NOTHING),
            (acts.EXPORT, "There is nothing to export." if is_empty else ""),
            (acts.SELECT_ALL, "There is nothing to select." if is_empty else ""),
        ):
            enable(act.id, not why_not, why_not)
        if len(chosen.ids) > 1 or not self._preview.isVisible():
            enable(SAVE.id, not chosen.why_no_email, chosen.why_no_email)

    def chosen(self) -> Chosen:
        """Return what is chosen now."""
        row = self._table.currentIndex().row()
        current = self._table.emails.row_at(row) if row >= 0 else None
        return Chosen.of(selected_ids(self._table, self._table.emails), current)

    def show_menu(self, at: QPoint) -> None:
        """Offer the commands for what is chosen."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        self.dialog = self._frame.actions.fill(menu, acts.MENU)
        menu.popup(at)

    # --- one email --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the current email in a window of its own, or bring that window to the front."""
        emails = self.chosen().emails
        if not emails:
            return
        for window in self.windows:
            if window.email_id == emails[0]:
                window.raise_()
                window.activateWindow()
                return
        window = MailWindow(self._frame, emails[0], self._screen.window())
        window.destroyed.connect(partial(self._forget, window))
        self.windows.append(window)
        window.show()

    def open_customer(self) -> None:
        """Go to the customer of the current email."""
        customer_id = self.chosen().customer_id
        if customer_id is not None:
            self._frame.doors.go(Place("customers", customer_id=customer_id))

    def _forget(self, window: MailWindow, _gone: QObject | None = None) -> None:
        self.windows = [one for one in self.windows if one is not window]

    def assign(self) -> None:
        """Ask for a customer, and file what is chosen there."""
        emails = self.chosen().emails
        if emails:
            rows = self._table.first_selected(LOOKED_AT)
            self.assigning.ask(emails, rows, self._preview if self._preview.isVisible() else self._table)

    def ask_tags(self) -> None:
        """Ask which tags what is chosen is to have."""
        emails = self.chosen().emails
        if not emails:
            return
        if self.tags is None:
            self.tags = TagPicker(self._frame, self._screen.window())
            self.tags.wanted.connect(self._tag)
        self.tags.open(emails, self._preview if self._preview.isVisible() else self._table)

    def _tag(self, name: str, gives: bool) -> None:
        emails, change = self.chosen().emails, add_tag if gives else remove_tag
        self.changing.run(
            emails,
            "Tagging" if gives else "Taking the tag",
            lambda uow, clock, step: change(uow, emails, name, clock, step=step),
        )

    def ignore(self) -> None:
        """Decide that what is chosen and waits is nobody's."""
        emails = self.chosen().emails
        if emails:
            self.changing.run(emails, "Ignoring", lambda uow, clock, step: _ignored(uow, emails, clock, step))

    # --- many -------------------------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, as the columns show them."""
        ids = self.chosen().ids
        shown = [
            self._table.emails.columns[self._table.emails.column_of(key)] for key in self._table.arrangement.in_order()
        ]
        wanted = ids[:MOST]

        def take(rows: list[EmailRow]) -> None:
            QApplication.clipboard().setMimeData(for_clipboard(rows, shown))
            more = f" of {words.number(len(ids))}: export takes them all" if len(ids) > MOST else ""
            self._frame.doors.toast(f"Copied {words.counted(len(rows), 'email')}{more}")

        if wanted:
            self._frame.ops.read(self, lambda read: read.email_list.rows(wanted), take, slot="copy")

    def save(self) -> None:
        """Save what is chosen as it was sent, where the preview does not do it: several emails, or one not shown."""
        emails = self.chosen().emails
        is_here = self._screen.isVisible() and QApplication.activeWindow() in {None, self._screen.window()}
        if not is_here or not emails or (len(emails) == 1 and self._preview.isVisible()):
            return
        keeper = self._preview.keeper
        if len(emails) > 1:
            keeper.save_emails(emails)
            return

        def take(letter: Letter | None) -> None:
            if letter is not None:
                keeper.save_email(letter)

        self._frame.ops.read(self, lambda read: read_letter(read, emails[0]), take, slot="save")

    def export(self) -> None:
        """Ask for a file, and write the selection there, or all that is listed when there is none to speak of."""
        chosen = self.chosen().ids
        ids = chosen if len(chosen) > 1 else self._table.emails.ids[:]
        if len(ids):
            title = f"Export {words.counted(len(ids), 'email')}"
            self.dialog = ask_file(
                self._screen, self._frame.state, title, EXPORT_NAME, lambda path: self._start(ids, path), kind=CSV
            )

    def cancel_export(self) -> None:
        """End the running export; nothing of it stays."""
        if self._export is not None:
            self._export.cancel()
            self._over()

    def _start(self, ids: "array[int]", path: Path) -> None:
        self.cancel_export()
        store, total = self._frame.ops.store, len(ids)
        self.exporting.emit(0, total)

        def progress(done: int) -> None:
            self.exporting.emit(done, total)

        def done(count: int) -> None:
            self._over()
            self._frame.doors.toast(f"Exported {words.counted(count, 'email')} to {path.name}")

        def failed(error: AppError) -> None:
            self._over()
            self._frame.ops.troubled.emit(error)

        self._export = self._frame.ops.work(
            self, lambda job: export(store, ids, path, job, progress), done, failed=failed
        )

    def _show_export(self, done: int, total: int) -> None:
        self._footer.show_job(done, total, "Exporting")

    def _over(self) -> None:
        self._export = None
        self.exporting.emit(0, 0)


def _ignored(uow: Any, emails: Sequence[EmailId], clock: Clock, step: Step) -> ChangeSet:
    """Ignore *emails*: what judges by filters is loaded by the first that is ignored, in the lane of commands."""
    from desktop.services.ignoring import ignore_emails, ignore_waiting

    if len(emails) == 1:
        return ignore_emails(uow, emails, clock).change
    return ignore_waiting(uow, emails, clock, step=step)
