"""Places at the foot of the customers that are there while a drag lasts: a new customer, and ignoring the sender."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.layouts import VBox
from desktop.views.review.drop_list import Refusal
from desktop.views.review.zone import IGNORE, NEW, Zone


class Zones(QWidget):
    """Both zones; hidden but for a drag."""

    dropped_on_new = Signal(object)
    """The ids of emails dropped on the place for a new customer."""
    dropped_on_ignore = Signal(object)
    """The ids of emails dropped on the place for ignoring their sender."""
    hovered = Signal(str)
    """What a drop would do now; empty when nothing."""

    def __init__(self, refusal: Refusal, refusal_to_ignore: Refusal) -> None:
        super().__init__()
        self.new, self.ignoring = Zone(NEW, refusal), Zone(IGNORE, refusal_to_ignore)
        column = VBox(8, 0, self)
        column.addWidget(self.new)
        column.addWidget(self.ignoring)
        self.new.dropped.connect(self.dropped_on_new)
        self.ignoring.dropped.connect(self.dropped_on_ignore)
        for zone in (self.new, self.ignoring):
            zone.hovered.connect(self.hovered)
        self.hide()

    def begin(self, note: str, sender: str, why_no_sender: str) -> None:
        """Be there, and say whom it is about, or why there is no one sender."""
        self.new.show_note(note)
        self.ignoring.show_note(sender, why_no_sender)
        self.show()
