"""The widget that shows one mail in the best form there is, and says when that is not the one it was sent in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.parsing.shown import ShownMail
from desktop.ui.mail_view.confirm import ask_to_open
from desktop.ui.mail_view.links import read_link
from desktop.ui.mail_view.plain import PlainView
from desktop.ui.mail_view.rich import RichView
from desktop.ui.mail_view.sandbox import NOT_INSTALLED, let_the_demo_in, why_no_engine

if TYPE_CHECKING:
    from desktop.ui.mail_view.web import WebView


class MailView(QWidget):
    """Shows a mail: as it was sent, else simplified, else its text. A click on a link asks before it opens anything.

    With *is_demo* the mail is ours, and the browser engine may run without its sandbox where it has none.

    Signals:
        remote_blocked: how many pictures on the network the mail names and nobody has asked for (an int).
        link_hovered: the address under the mouse, made visible, ``""`` when there is none.
        link_activated: the :class:`Link` that was clicked; the question whether to open it is asked here.
        noted: the sentence shown above the mail, ``""`` for none.
        shown: the mail stands on the screen.
        left: Esc was pressed in it.
    """

    remote_blocked = Signal(int)
    link_hovered = Signal(str)
    link_activated = Signal(object)
    noted = Signal(str)
    shown = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None, *, is_demo: bool = False) -> None:
        super().__init__(parent)
        self._is_demo = is_demo
        self._mail = ShownMail("")
        self._note = ""
        self._wants_plain = False
        self._zoom = 1.0
        self._web: WebView | None = None
        self._plain, self._rich = PlainView(), RichView()
        self._sentence = _sentence_label()
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._sentence)
        column.addWidget(self._stack, 1)
        for form in (self._plain, self._rich):
            self._add(form)
        self.setFocusProxy(self._stack)

    # --- what a screen asks for -------------------------------------------------------------------------------------

    def show_mail(self, mail: ShownMail, *, plain: bool = False) -> None:
        """Show *mail*, or with *plain* its text."""
        self._mail, self._note, self._wants_plain = mail, "", plain
        self._show_best()

    def show_plain(self, text: str, note: str = "") -> None:
        """Show a text, with a sentence above it why it is not more, if there is something to say."""
        self._mail, self._note, self._wants_plain = ShownMail(text), note, True
        self._show_best()

    def set_plain(self, wants_plain: bool) -> None:
        """Show the text of this mail, or go back to its best form."""
        if wants_plain != self._wants_plain:
            self._wants_plain = wants_plain
            self._show_best()

    def clear(self) -> None:
        """Show nothing, and keep nothing of the mail."""
        self._mail, self._note, self._wants_plain = ShownMail(""), "", True
        self._forget_page()
        self._show_form(self._plain, "")

    def load_remote(self) -> None:
        """Load the pictures on the network that the mail shown names: this mail, this once."""
        if self._web is not None and self._stack.currentWidget() is self._web:
            self._web.show_page(self._mail.html, self._mail.pictures, remote=True)
            self.remote_blocked.emit(0)

    def set_zoom(self, factor: float) -> None:
        """Show everything *factor* times as large (1.0 is normal; 0.3 to 5)."""
        self._zoom = min(max(factor, 0.3), 5.0)
        font = QFont(self.font())
        if font.pixelSize() > 0:  # as our own type is given; a system's font has points
            font.setPixelSize(max(1, round(font.pixelSize() * self._zoom)))
        else:
            font.setPointSizeF(font.pointSizeF() * self._zoom)
        for form in (self._plain, self._rich):
            form.setFont(font)
        if self._web is not None:
            self._web.set_zoom(self._zoom)

    @property
    def form(self) -> str:
        """The form shown now: ``web`` (as it was sent), ``rich`` (simplified) or ``plain``."""
        now = self._stack.currentWidget()
        return "plain" if now is self._plain else "rich" if now is self._rich else "web"

    @property
    def note(self) -> str:
        """The sentence shown above the mail, ``""`` for none."""
        return self._sentence.text()

    # --- choosing the form ------------------------------------------------------------------------------------------

    def _show_best(self) -> None:
        mail = self._mail
        if self._wants_plain or not (mail.html or mail.rich or mail.why_simple):
            self._show_text(self._note)
            return
        if not mail.html:
            self._show_simple(mail.why_simple)
            return
        why_not = why_no_engine(is_demo=self._is_demo) or self._start_engine()
        if why_not or self._web is None:
            self._show_simple(why_not)
            return
        self._web.show_page(mail.html, mail.pictures)
        self._show_form(self._web, mail.note, remote=mail.remote)

    def _show_simple(self, why: str) -> None:
        """Show the simplified form, or the text if there is none, and say why."""
        self._forget_page()
        sentence = " ".join(part for part in (why, self._mail.note) if part)
        if not self._mail.rich:
            self._show_text(why)
            return
        self._rich.show_page(self._mail.rich, self._mail.pictures)
        self._show_form(self._rich, sentence)
        self.shown.emit()

    def _show_text(self, note: str) -> None:
        self._forget_page()
        self._plain.show_text(self._mail.text)
        self._show_form(self._plain, note)
        self.shown.emit()

    def _show_form(self, form: QWidget, note: str, *, remote: int = 0) -> None:
        had_focus = self.hasFocus()
        self._stack.setCurrentWidget(form)
        self.setFocusProxy(form)
        if form is not self._rich:
            self._rich.show_page("", ())
        if form is not self._plain or not self._mail.text:
            self._plain.show_text("")
        if had_focus:
            form.setFocus()
        self._sentence.setText(note)
        self._sentence.setVisible(bool(note))
        self.noted.emit(note)
        self.remote_blocked.emit(remote)

    def _forget_page(self) -> None:
        if self._web is not None and self._stack.currentWidget() is self._web:
            self._web.forget()

    def _start_engine(self) -> str:
        """Have the browser engine ready; return why that cannot be, or ``""``."""
        if self._web is None:
            let_the_demo_in(is_demo=self._is_demo)
            try:
                from desktop.ui.mail_view.web import WebView  # 0.2 s and 200 MB: at the first HTML mail, not before
            except ImportError:
                return NOT_INSTALLED
            self._web = WebView()
            self._web.set_zoom(self._zoom)
            self._web.failed.connect(self._on_failed)
            self._web.shown.connect(self._on_shown)
            self._add(self._web)
        return ""

    def _add(self, form: "PlainView | RichView | WebView") -> None:
        self._stack.addWidget(form)
        form.link_clicked.connect(self._on_clicked)
        form.link_hovered.connect(self._on_hovered)
        form.left.connect(self.left)

    # --- what happens in it -----------------------------------------------------------------------------------------

    def _on_failed(self, why: str) -> None:
        if self._stack.currentWidget() is self._web:
            self._show_simple(why)

    def _on_shown(self) -> None:
        if self._stack.currentWidget() is self._web:
            self.shown.emit()

    def _on_hovered(self, address: str) -> None:
        self.link_hovered.emit(read_link(address).hint if address else "")

    def _on_clicked(self, address: str) -> None:
        words = next((said for target, said in self._mail.links if _is_same(target, address)), "")
        link = read_link(address, words)
        self.link_activated.emit(link)
        ask_to_open(link, self)


def _is_same(target: str, address: str) -> bool:
    """Tell whether an address in the mail is the one that was clicked, which has been through Qt or Chromium since."""
    return target == address or read_link(target).address == read_link(address).address


def _sentence_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(12, 8, 12, 8)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
    label.hide()
    return label
