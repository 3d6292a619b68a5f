"""What is shown before it is done: suggestions to be accepted together, and what ignoring a sender would hide."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from desktop.services.ignoring import SenderRule, preview_sender
from desktop.ui.toasts import announce
from desktop.views.review.choice import Choice
from desktop.views.review.sender_sheet import SenderSheet
from desktop.views.review.sure_sheet import SureSheet

if TYPE_CHECKING:
    from desktop.views.review.screen import ReviewScreen


class Previews(QObject):
    """Opens the two sheets, and has done what they are pressed for."""

    closed = Signal()
    """A sheet is gone, whatever came of it."""

    def __init__(self, screen: "ReviewScreen") -> None:
        super().__init__(screen)
        self._screen = screen

    def ask_sure(self) -> None:
        """Show what is sure enough of all that is looked at."""
        sure = self._screen.shelf.sure()
        if sure:
            sheet = SureSheet(self._screen.window(), sure)
            sheet.wanted.connect(self._screen.decisions.accept_all)
            self._open(sheet)

    def ignore(self) -> None:
        """Ignore the choice; of a sender who was ignored before, ask about all their mail."""
        choice = self._screen.choice()
        if choice.sender and choice.sender in self._screen.filing.sitting.ignored:
            self.ask_sender(choice)
        else:
            self._screen.decisions.ignore(choice)

    def ask_sender(self, choice: Choice) -> None:
        """Show what ignoring the sender of *choice* would do."""
        address = choice.sender
        if address:
            self._screen.frame.ops.read(
                self,
                lambda read: preview_sender(read, address),
                lambda rule: self._show_sender(rule, choice),
                slot="sender",
            )

    def _show_sender(self, rule: SenderRule, choice: Choice) -> None:
        screen = self._screen
        theirs = screen.shelf.choice_of(rule.mail.waiting)
        sheet = SenderSheet(screen.window(), rule, theirs, at_hand=len(choice.items))
        sheet.wanted.connect(lambda: screen.decisions.ignore_sender(theirs, rule.address))
        sheet.this_wanted.connect(lambda: screen.decisions.ignore(choice))
        self._open(sheet)
        announce(sheet, " ".join(sheet.lines()))

    def _open(self, sheet: QDialog) -> None:
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.finished.connect(lambda _result: self.closed.emit())
        sheet.open()
