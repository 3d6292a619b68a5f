"""The dialog of manual selection: look at the server's messages, tick some, bring them in."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.activity import Fix
from desktop.domain.browsing import EnvelopePage
from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Mailbox, MailboxState
from desktop.domain.source import RemoteFolder
from desktop.domain.troubles import fix_of
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import ElidedLabel
from desktop.ui.kit.layouts import HBox
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.ops import Job
from desktop.ui.sheet import Sheet
from desktop.ui.toasts import announce
from desktop.ui.words import counted, number
from desktop.views.picking.bar import PickBar
from desktop.views.picking.shelf import Shelf
from desktop.views.picking.words import Brought, outcome_words
from desktop.views.picking.work import BringingIn

TITLE = "Choose messages"
LEAD = (
    "This is the server's own list, and looking at it changes nothing there. What you tick is brought in and filed "
    "like any other email; everything else stays where it is."
)


class PickDialog(Sheet):
    """Opened for *mailbox_id*, or for the mailbox that is picked by hand."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox_id: MailboxId | None = None) -> None:
        super().__init__(parent, TITLE, TITLE, LEAD)
        self._frame, self._wanted = frame, mailbox_id
        self._mailbox: Mailbox | None = None
        self._page: EnvelopePage | None = None
        self._is_bare = False
        self._asking: Job | None = None
        self._work = BringingIn(frame, self)
        self.bar, self.shelf = PickBar(), Shelf(frame.clock.now)
        self.model, self.list = self.shelf.model, self.shelf.list
        self.counted = ElidedLabel("", "caption", "text2")
        self.all_button = Button("Choose all shown", kind="quiet", small=True)
        self.more_button = Button("Show more", "chevron-down", "quiet", small=True)
        self.progress = ProgressBar(thick=True, name="Messages brought in")
        self.bring_button = Button("Bring in", "download", "primary")
        self._assemble()
        self._listen()
        self._show_choice()
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)
        frame.ops.read(self, _mailboxes, self._show_mailboxes, failed=self.shelf.show_error)

    # --- where ------------------------------------------------------------------------------------------------------

    def _show_mailboxes(self, mailboxes: Sequence[Mailbox]) -> None:
        chosen = next((one for one in mailboxes if one.id == self._wanted), None)
        by_hand = (one for one in mailboxes if one.direction is Direction.MANUAL)
        chosen = chosen or next(by_hand, None) or next(iter(mailboxes), None)
        self._is_bare = chosen is None
        self.bar.setVisible(chosen is not None)
        if chosen is None:
            self.shelf.show_no_mailbox()
            return
        self.bar.show_mailboxes(mailboxes, chosen)
        self._go_to(chosen)

    def _go_to(self, mailbox: Mailbox) -> None:
        """Look at another mailbox: its folders first."""
        self._mailbox = mailbox
        self.setWindowTitle(f"{TITLE} from {mailbox.address}")
        self.bar.show_folders(())
        self.say("ok", "")
        connections = self._frame.connections
        self._ask(partial(_folders, connections, mailbox), self._show_folders)

    def _show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        self.bar.show_folders(folders)
        if self.bar.folder_name:
            self._browse()
        else:
            self.shelf.show_nothing("", "")

    # --- looking ----------------------------------------------------------------------------------------------------

    def _browse(self, before: int | None = None) -> None:
        """Ask for the messages that fit, or with *before* for those after the ones shown."""
        if self._mailbox is None or not self.bar.folder_name:
            return
        picking, mailbox, folder, search = self._frame.picking, self._mailbox, self.bar.folder_name, self.bar.words
        self.more_button.setEnabled(False)
        self._ask(
            lambda job: picking.browse(job, mailbox, folder, search, before),
            self._add_page if before is not None else self._show_page,
            keeps_rows=before is not None,
        )

    def _ask(self, task: Any, then: Any, *, keeps_rows: bool = False) -> None:
        self._end_asking()
        if not keeps_rows:
            self._page = None
            self.model.show(())
            self.shelf.show_loading()
        failed = self._more_failed if keeps_rows else self._failed
        self._asking = self._frame.ops.work(self, task, then, failed=failed, slot="asking")
        self._show_choice()

    def _show_page(self, page: EnvelopePage) -> None:
        self._page = page
        self.model.show(page.rows)
        if page.rows:
            self.shelf.show_list()
            self.list.setCurrentIndex(self.model.index(0, 0))
        else:
            self.shelf.show_nothing(page.folder, self.bar.words)
        self._show_choice()
        announce(self.list, self.counted.text())

    def _add_page(self, page: EnvelopePage) -> None:
        if self._page is not None and page.epoch != self._page.epoch:
            self._browse()  # the server numbers its messages anew: what is shown is worth nothing
            return
        first = len(self.model.rows)
        self._page = page
        self.model.add(page.rows)
        self.list.setCurrentIndex(self.model.index(first, 0) if len(self.model.rows) > first else QModelIndex())
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_choice()

    def _failed(self, error: AppError) -> None:
        self.shelf.show_error(error)
        self._show_choice()

    def _more_failed(self, error: AppError) -> None:
        self.say("bad", str(error))
        self._show_choice()

    def _again(self) -> None:
        if self._is_bare:
            self.reject()
            self._frame.doors.connect()
        elif self._mailbox is None:
            self._frame.ops.read(self, _mailboxes, self._show_mailboxes, failed=self.shelf.show_error)
        elif self.bar.folder_name:
            self._browse()
        else:
            self._go_to(self._mailbox)

    # --- bringing in ------------------------------------------------------------------------------------------------

    def _bring_in(self) -> None:
        refs = self.model.chosen
        if refs and self._mailbox is not None and self._page is not None and not self._work.is_running:
            self.say("ok", "")
            self._work.begin(self._mailbox, self._page, refs)
            self._show_choice()

    def _moved(self, brought: Brought) -> None:
        is_more = brought.asked > brought.done > 0
        self.progress.setRange(0, brought.asked if is_more else 0)
        self.progress.setValue(brought.done)
        self.counted.setText(f"Bringing in {number(brought.done)} of {number(brought.asked)}")

    def _ended(self, brought: Brought) -> None:
        state, words = outcome_words(brought)
        self._browse()  # the server's list, with what is here now marked as such
        self.say(state, words)

    def _stop_or_close(self) -> None:
        if self._work.is_running:
            self._work.stop()
        else:
            self.reject()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_choice(self) -> None:
        """Say what is shown and chosen, and what can be done about it."""
        chosen, page, is_running = len(self.model.chosen), self._page, self._work.is_running
        shown = len(self.model.rows)
        self.progress.setVisible(is_running)
        if not is_running:
            many = f"{number(shown)} of {counted(page.total, 'message')} shown" if page is not None and shown else ""
            some = f"{number(chosen)} chosen" if chosen else ""
            self.counted.setText(", ".join(part for part in (many, some) if part))
        every = self.model.can_choose_more
        self.all_button.setText("Choose all shown" if every or not chosen else "Choose none")
        self.all_button.setEnabled((every or bool(chosen)) and not is_running)
        self.more_button.setEnabled(page is not None and page.before is not None and not is_running)
        self.bring_button.setText(f"Bring in {counted(chosen, 'message')}" if chosen else "Bring in")
        self.bring_button.setEnabled(bool(chosen) and not is_running)
        self.cancel.setText("Stop" if is_running else "Close")
        for widget in (self.bar, self.list):
            widget.setEnabled(not is_running)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        self.inside.addWidget(self.bar)
        self.inside.addWidget(self.shelf, 1)
        below = HBox(8)
        below.addWidget(self.counted, 1)
        below.addWidget(self.all_button)
        below.addWidget(self.more_button)
        self.inside.addLayout(below)
        self.inside.addWidget(self.progress)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.bring_button)

    def _listen(self) -> None:
        self.cancel.clicked.disconnect()
        self.cancel.clicked.connect(lambda _checked=False: self._stop_or_close())
        self.bar.mailbox_chosen.connect(self._go_to)
        self.bar.asked.connect(self._browse)
        self.bar.left.connect(lambda: self.list.setFocus(Qt.FocusReason.OtherFocusReason))
        self.model.choice_changed.connect(self._show_choice)
        self.list.taken.connect(self._bring_in)
        self.list.search_wanted.connect(lambda: self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.shelf.again.connect(self._again)
        self.shelf.mend.connect(self._mend)
        self.all_button.clicked.connect(lambda _checked=False: self.model.choose_all(on=self.model.can_choose_more))
        self.more_button.clicked.connect(lambda _checked=False: self._browse(self._page.before if self._page else None))
        self.bring_button.clicked.connect(lambda _checked=False: self._bring_in())
        self._work.moved.connect(self._moved)
        self._work.ended.connect(self._ended)

    def _mend(self, error: AppError) -> None:
        doors, mailbox = self._frame.doors, self._mailbox
        self.reject()
        if mailbox is not None:
            open_door = doors.edit_mailbox if fix_of(error.code) in {Fix.SETTINGS, Fix.FOLDERS} else doors.reconnect
            open_door(mailbox.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is for the field or list that has the focus, not for the dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """End what runs: its sockets are closed at once."""
        self._mailbox = None  # so that nothing is asked any more
        self._work.stop()
        self._end_asking()
        super().done(result)

    def _end_asking(self) -> None:
        job, self._asking = self._asking, None
        if job is not None:
            job.cancel()


def _mailboxes(read: Any) -> list[Mailbox]:
    return [one for one in read.mailboxes.every() if one.state is not MailboxState.DISCONNECTED]


def _folders(connections: Any, mailbox: Mailbox, job: Job) -> Sequence[RemoteFolder]:
    return list(connections.folders(job, mailbox, None))
