"""What every page of the wizard has: a heading, what the foot offers while it is shown, and where the focus goes."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.layouts import VBox
from desktop.ui.sheet import Heading


@dataclass(frozen=True, slots=True)
class Foot:
    """What the foot offers: the main button with its icon, whether it can be pressed and why not, and the others.

    ``extra`` is the quiet button at the far side; empty words mean no button.
    """

    main: str = "Next"
    icon: str = ""
    can: bool = True
    why_not: str = ""
    back: bool = True
    cancel: bool = True
    extra: str = ""


class Page(QWidget):
    """One page. Its parts go into ``column``."""

    SPACING = 16
    turned = Signal()
    """What the foot offers has changed, or where something is."""
    look = Signal(object)
    """A widget of the page is to be seen."""
    wants_next = Signal()
    """The page is done by itself."""

    def __init__(self, head: str, lead: str) -> None:
        super().__init__()
        self.heading = Heading(head, lead)
        self.column = VBox(self.SPACING, 0, self)
        self.column.addWidget(self.heading)

    @property
    def name(self) -> str:
        """What the page is about, as it is announced."""
        return self.heading.head.text()

    def foot(self) -> Foot:
        """Return what the foot offers now."""
        return Foot()

    def first(self) -> QWidget | None:
        """Return what gets the focus when the page is shown; None leaves it to the main button."""
        return None

    def set_busy(self, *, on: bool) -> None:
        """Let nothing be changed while something runs."""
        self.setEnabled(not on)
