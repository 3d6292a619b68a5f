"""The preview pane: reads what it is told to show, and shows it in the state it is in."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.domain.rows import AttachmentRow, EmailRow, PlaceRow
from desktop.parsing.shown import ShownMail
from desktop.services.tracing import would_say_now
from desktop.store.contents import shown_content
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.labels import Line
from desktop.ui.kit.states import EmptyState
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Job
from desktop.ui.preview.fetching import Fetching
from desktop.ui.preview.keeper import Keeper
from desktop.ui.preview.letter import Letter, read_letter
from desktop.ui.preview.page import LetterPage
from desktop.ui.preview.reading_acts import ReadingActs
from desktop.ui.preview.sheet import zoomed
from desktop.ui.preview.summary import Selection, SelectionSummary
from desktop.ui.preview.trace import explained_now

PLAIN, ZOOM = "preview.plain", "preview.zoom"


class MailPreview(QWidget):
    """Shows one email, a message that is not kept, several selected ones, or that there is nothing to show.

    *tools* are small buttons beside the subject, *brief* gives the height to the letter (see :class:`LetterPage`);
    :meth:`set_bar` puts a row above everything.
    """

    left = Signal()
    """Esc was pressed in the mail: whoever shows it takes the focus back."""
    shown = Signal()
    """What was asked for stands there."""

    def __init__(self, frame: Frame, *, tools: Sequence[QWidget] = (), brief: bool = False) -> None:
        super().__init__()
        self.frame = frame
        self.setAccessibleName("Email")
        self.setAutoFillBackground(True)
        self._wanted: EmailId | None = None
        self._asked: list[Job] = []
        self._explains_next: EmailId | None = None
        self.page = LetterPage(is_demo=frame.is_demo, now=frame.clock.now, tools=tools, brief=brief)
        self.summary = SelectionSummary()
        self.nothing = EmptyState("mail-open", "No email chosen", "Choose one in the list to read it here.")
        self.trouble = EmptyState("triangle-alert", "", "", "Try again")
        self.keeper = Keeper(frame, self)
        self._stack = QStackedWidget()
        for state in (self.nothing, self.page, self.summary, self.trouble):
            self._stack.addWidget(state)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        self._connect()
        self.fetching = Fetching(self)
        self.acts = ReadingActs(self)
        self._dress()
        theme().changed.connect(self._dress)

    # --- what a screen asks for -------------------------------------------------------------------------------------

    def show_email(self, email_id: EmailId | None) -> None:
        """Show an email as soon as it is read; None shows that none is chosen."""
        if email_id is None:
            self._forget()
            self._show(self.nothing)
            return
        if email_id != self._wanted or self._stack.currentWidget() is not self.page:
            self._wanted = email_id
            self._read(email_id, is_new=True)

    def show_seen(self, seen_id: int) -> None:
        """Show the verdict on a message that is not kept (``EmailRow.seen_id``)."""
        self._forget()
        job = self.frame.ops.read(
            self, lambda read: read.emails.seen(seen_id), self._take_place, failed=self._fail, slot="letter"
        )
        self._asked.append(job)

    def show_selection(self, count: int, rows: Sequence[EmailRow]) -> None:
        """Show that *count* emails are selected; *rows* are the first of them (see ``summary.LOOKED_AT``)."""
        self._forget()
        self.summary.show_selection(Selection(count, rows), self.frame.clock.now())
        self._show(self.summary)

    def refresh(self) -> None:
        """Read again what is shown, without touching a body that has not changed."""
        if self._wanted is not None:
            self._read(self._wanted, is_new=False)

    @property
    def letter(self) -> Letter | None:
        """The email that is shown, with all that is known of it; None in every other state."""
        return self.page.letter if self._stack.currentWidget() is self.page else None

    def set_bar(self, bar: QWidget) -> None:
        """Put a row of commands above the email, with a line below it."""
        self._column.insertWidget(0, bar)
        self._column.insertWidget(1, Line(color="line"))

    def explain(self) -> None:
        """Show how the email came here in place of its body, or the body again (M)."""
        if self._stack.currentWidget() is self.page:
            self.page.toggle_explanation()
            if self.page.sheet.is_explaining:
                self.page.sheet.explanation.setFocus()
                self._ask_rules()

    def explain_next(self, email_id: EmailId) -> None:
        """Explain this email as soon as it is shown."""
        self._explains_next = email_id
        self._explain_if_wanted()

    def _explain_if_wanted(self) -> None:
        shown = self.letter.row.id if self.letter is not None else None
        if shown is not None and shown == self._explains_next:
            self._explains_next = None
            if not self.page.sheet.is_explaining:
                self.explain()

    def _ask_rules(self) -> None:
        """Have the explanation say what the rules would say today, if they can be asked."""
        letter = self.letter
        if letter is None or letter.is_unreadable or letter.row.id is None:
            return
        email_id = letter.row.id

        def take(lines: Sequence[tuple[str, str]]) -> None:
            shown = self.letter.row.id if self.letter is not None else None
            if lines and shown == email_id:
                self.page.add_to_explanation(explained_now(lines))

        self.frame.ops.read(self, lambda read: would_say_now(read, email_id), take, slot="rules")

    def save_email(self) -> None:
        """Save the email that is shown as it was sent."""
        if self.letter is not None:
            self.keeper.save_email(self.letter)

    def save_files(self) -> None:
        """Save all attachments of the email that is shown."""
        if self.letter is not None:
            self.keeper.save_all(self.letter, self.letter.files_here)

    # --- looks ------------------------------------------------------------------------------------------------------

    @property
    def is_plain(self) -> bool:
        """Whether mail is shown as plain text."""
        return bool(self.frame.state.get(PLAIN, default=False))

    def set_plain(self, plain: bool) -> None:
        """Show this and the next emails as plain text, or as they were sent."""
        self.frame.state.set(PLAIN, plain)
        self.page.sheet.view.set_plain(plain)

    def zoom(self, steps: int) -> None:
        """Show mail larger or smaller by so many steps; none is back to normal."""
        self.frame.state.set(ZOOM, zoomed(self._zoom, steps))
        self._dress()

    @property
    def _zoom(self) -> int:
        kept = self.frame.state.get(ZOOM, default=100)
        return kept if isinstance(kept, int) else 100

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, theme().color("surface"))
        self.setPalette(palette)
        self.page.sheet.view.set_zoom(self._zoom / 100)

    # --- answers ----------------------------------------------------------------------------------------------------

    def _read(self, email_id: EmailId, *, is_new: bool) -> None:
        take = partial(self._take, is_new=is_new)
        job = self.frame.ops.read(
            self, lambda read: read_letter(read, email_id), take, failed=self._fail, slot="letter"
        )
        self._asked = [job]

    def _take(self, letter: Letter | None, *, is_new: bool) -> None:
        if letter is None:
            self._wanted = None
            self.trouble.show_words("This email is not here any more", "It was taken out while you looked.", "")
            self._show(self.trouble)
            return
        before = self.page.letter
        self.page.show_letter(letter)
        is_same = before is not None and before.row.id == letter.row.id and before.content == letter.content
        was_elsewhere = self._stack.currentWidget() is not self.page
        self._show(self.page)
        if is_new or not is_same or was_elsewhere:
            self._show_body(letter)

    def _show_body(self, letter: Letter) -> None:
        self.page.wait_for_body()
        if letter.is_unreadable or not letter.detail.whole or not letter.detail.details.get("has_html"):
            self.page.show_own_text()
            return
        mails, store, email_id = self.frame.mails, self.frame.ops.store, letter.row.id or EmailId(0)
        job = self.frame.ops.work(
            self,
            lambda _job: mails.read_view(shown_content(store, email_id)),
            self._take_view,
            failed=self.page.show_text_after,
            slot="view",
        )
        self._asked.append(job)

    def _take_view(self, mail: ShownMail) -> None:
        self.page.show_body(mail, plain=self.is_plain)

    def _take_place(self, place: PlaceRow | None) -> None:
        if place is None:
            self._take(None, is_new=True)
            return
        self.page.show_place(place)
        self._show(self.page)

    def _fail(self, error: AppError) -> None:
        self.trouble.show_words(error.what, f"{error.meaning} {error.action}".strip(), "Try again")
        self._show(self.trouble)

    def _forget(self) -> None:
        """What was asked for before is not wanted any more, and nothing of it is kept."""
        self._wanted = None
        for job in self._asked:
            job.cancel()
        self._asked.clear()
        self.page.sheet.view.clear()

    def _show(self, state: QWidget) -> None:
        self._stack.setCurrentWidget(state)
        self.acts.update()
        if state is not self.page:
            self.shown.emit()

    def _with_letter(self, act: Callable[[Letter, AttachmentRow], None], file: AttachmentRow) -> None:
        if self.letter is not None:
            act(self.letter, file)

    def _go_to_email(self, number: int) -> None:
        self.frame.doors.go(Place("emails", email_id=EmailId(number)))

    def _again(self) -> None:
        wanted, self._wanted = self._wanted, None
        self.show_email(wanted)

    def _connect(self) -> None:
        page = self.page
        page.sheet.shown.connect(self.shown)
        self.shown.connect(self._explain_if_wanted)
        page.sheet.left.connect(self.left)
        page.head.delivery.wanted.connect(self._go_to_email)
        page.explain_wanted.connect(self.explain)
        page.save_email_wanted.connect(self.save_email)
        page.save_file_wanted.connect(partial(self._with_letter, self.keeper.save_file))
        page.open_file_wanted.connect(partial(self._with_letter, self.keeper.open_file))
        self.trouble.primary.clicked.connect(self._again)
        self.setFocusProxy(page.sheet)
