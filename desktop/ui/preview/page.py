"""One email on a page: head, trace, what is blocked, body, files."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.attachments import AttachmentState
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import PlaceRow
from desktop.parsing.shown import ShownMail
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.preview.files import FilesRow
from desktop.ui.preview.head import LetterHead
from desktop.ui.preview.letter import Letter
from desktop.ui.preview.pending import AwaitedFiles
from desktop.ui.preview.sheet import MailSheet, RemoteNote
from desktop.ui.preview.trace import Part, as_text, explained, explained_seen, steps_of, steps_of_seen
from desktop.ui.preview.trace_strip import TraceStrip
from desktop.ui.words import size

EXPLAIN, BACK = "Explain this", "Show the email"
LEAST_BODY = 100
"""The least height of a letter whose page is brief, in px at 100 %: what holds the page scrolls before."""
LOW = 280
"""Below this height a brief page has no room to spare."""
NOT_MADE_READY = "It could not be made ready to be shown, so here is its text."


class LetterPage(QWidget):
    """Shows one letter, or the verdict on a message that is not kept.

    *brief* gives the height to the letter: notes keep to one line, and what explains it is an icon at the subject.
    """

    explain_wanted = Signal()
    save_email_wanted = Signal()
    save_file_wanted = Signal(object)
    open_file_wanted = Signal(object)

    def __init__(
        self, *, is_demo: bool, now: Callable[[], datetime], tools: Sequence[QWidget] = (), brief: bool = False
    ) -> None:
        super().__init__()
        self._now, self._is_brief = now, brief
        self.letter: Letter | None = None
        self._parts: tuple[Part, ...] = ()
        self._blocked = 0
        self.why = IconButton("info", f"{EXPLAIN} (M)", small=True) if brief else _explain_button()
        self.pictures = IconButton("image-off", "", small=True, parent=self)
        self.head = LetterHead((*tools, self.pictures, self.why) if brief else tools, brief=brief)
        self.strip = TraceStrip()
        self.remote = RemoteNote()
        self.sheet = MailSheet(is_demo=is_demo)
        self.awaited, self.files = AwaitedFiles(), FilesRow()
        self._column = QVBoxLayout(self)
        self._inner = QVBoxLayout()
        self._foot = QHBoxLayout()
        self._assemble()
        self.sheet.remote_blocked.connect(self._show_remote)
        for remote in (self.remote.wanted, self.pictures.clicked):
            remote.connect(lambda *_checked: self.sheet.view.load_remote())
        self.why.clicked.connect(self.explain_wanted)
        self.files.save_wanted.connect(self.save_file_wanted)
        self.files.open_wanted.connect(self.open_file_wanted)
        self._show_remote(0)
        follow_theme(self._dress)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def show_letter(self, letter: Letter) -> None:
        """Show all of a letter but its body."""
        self.letter = letter
        self.head.show_letter(letter, self._now())
        self.strip.show_steps(steps_of(letter))
        self._parts = explained(letter)
        self._show_files(letter)
        self._explain_again()

    def show_place(self, place: PlaceRow) -> None:
        """Show the verdict on a message that is not kept."""
        self.letter = None
        self.head.show_place(place)
        self.strip.show_steps(steps_of_seen(place))
        self._parts = explained_seen(place)
        self._explain_again()
        self.files.show_files(())
        self.awaited.hide()
        self._show_remote(0)
        wait = "The next sync asks for it again." if place.code == "FETCH_RETRYING" else "Nothing needs to be done."
        self.sheet.show_trouble(
            (place.reason, "It is not in Postroom: only that it was seen, and why, is noted.", wait)
        )

    def _show_files(self, letter: Letter) -> None:
        """Show what is here as cards, and what is not as rows that say why. What is unreadable is kept as it came."""
        detail = letter.detail
        self.files.show_files(letter.files_here)
        self.awaited.show_files(detail.attachments, detail.rest, is_text=detail.whole, held=letter.held)

    def wait_for_body(self) -> None:
        """The body is on its way."""
        self._show_remote(0)
        self.sheet.wait()

    def show_body(self, mail: ShownMail, *, plain: bool) -> None:
        """Show the body."""
        self.sheet.show_mail(mail, plain=plain)

    def show_own_text(self) -> None:
        """Show the text that was stored, or why there is none."""
        letter = self.letter
        if letter is None:
            return
        if letter.is_unreadable:
            why = letter.note("why") or letter.row.reason
            self._show_trouble(
                (
                    "Postroom could not read this email.",
                    f"{why} Its bytes are kept as they were sent.",
                    "Save it, and open it with another mail program.",
                ),
            )
        elif not letter.detail.whole:
            rest = letter.detail.rest
            is_gone = rest.state is AttachmentState.GONE
            self._show_trouble(
                (
                    f"Only the headers of this email are here: it has {size(letter.detail.size_bytes)}.",
                    letter.held or rest.words,
                    "Ask whoever sent it to send it again." if is_gone else "It can be filed meanwhile.",
                ),
                can_save=False,
            )
        else:
            self.sheet.show_text(letter.detail.text)

    def show_text_after(self, error: AppError) -> None:
        """The body could not be made ready: show the text that was stored, and why it is not more."""
        if error.code is ReasonCode.STOPPED or self.letter is None:
            return
        self.sheet.show_text(self.letter.detail.text, f"{error.what} {NOT_MADE_READY}")

    def toggle_explanation(self) -> None:
        """Show how the message came here in place of its body, or the body again."""
        self.sheet.explain(() if self.sheet.is_explaining else self._parts)
        words = BACK if self.sheet.is_explaining else EXPLAIN
        if isinstance(self.why, IconButton):
            self.why.set_name(f"{words} (M)")
        else:
            self.why.setText(words)

    def add_to_explanation(self, part: Part) -> None:
        """Show one part more of the explanation, in place of an older one of its kind."""
        self._parts = (*(one for one in self._parts if one.title != part.title), part)
        self._explain_again()

    def explanation(self) -> str:
        """Return how the message came here, as text."""
        return as_text(self._parts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what is blocked, and leave margins, where there is room for it."""
        super().resizeEvent(event)
        self.head.set_low(is_low=self._is_low)
        self._inner.setContentsMargins(*_margins(is_low=self._is_low))
        self._show_remote(self._blocked)

    @property
    def _is_low(self) -> bool:
        return self._is_brief and self.height() < scaled(LOW)

    def _show_remote(self, count: int) -> None:
        """Say that so many pictures are blocked; on a brief page that is low, an icon at the subject does."""
        self._blocked = count
        self.remote.show_count(count)
        self.remote.setVisible(count > 0 and not self._is_low)
        self.pictures.setVisible(count > 0 and self._is_low)
        self.pictures.set_name(f"{self.remote.label.text()}. {self.remote.show_once.text()}")

    def _explain_again(self) -> None:
        if self.sheet.is_explaining:
            self.sheet.explain(self._parts)

    # --- making -----------------------------------------------------------------------------------------------------

    def _show_trouble(self, sentences: tuple[str, str, str], *, can_save: bool = True) -> None:
        buttons: list[QWidget] = []
        if can_save:
            save = Button("Save as .eml…", "download", small=True)
            save.clicked.connect(self.save_email_wanted)
            buttons.append(save)
        self.sheet.show_trouble(sentences, buttons)

    def _assemble(self) -> None:
        self._column.addWidget(self.head)
        self._column.addLayout(self._inner, 1)
        for widget, stretch in ((self.strip, 0), (self.remote, 0), (self.sheet, 1), (self.awaited, 0)):
            self._inner.addWidget(widget, stretch)
        self._foot.addWidget(self.files, 1)
        if not self._is_brief:
            self._foot.addStretch(0)
            self._foot.addWidget(self.why, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._inner.addLayout(self._foot)

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._inner.setContentsMargins(*_margins(is_low=self._is_low))
        self._inner.setSpacing(scaled(12))
        self._foot.setContentsMargins(-4, 0, 0, 0)  # where the ring of a focused card lies
        self._foot.setSpacing(scaled(8))
        if self._is_brief:
            self.sheet.view.setMinimumHeight(scaled(LEAST_BODY))


def _margins(*, is_low: bool) -> tuple[int, int, int, int]:
    return scaled(16), 0, scaled(16), scaled(8 if is_low else 12)


def _explain_button() -> Button:
    return Button(EXPLAIN, kind="quiet", key_hint="M", small=True)
