"""A page of the settings: a head, and sections of rows that scroll."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.domain.errors import AppError
from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Section, fits

WIDEST = 880
HEAD = 52


class Page(QWidget):
    """One page. A subclass fills ``content`` with sections and says which words it is found by."""

    id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    hint: ClassVar[str] = ""
    """A few words at the end of the head."""
    keywords: ClassVar[str] = ""
    filled = Signal()
    """Something was read that a search may find."""
    has_commands: ClassVar[bool] = False
    """Whether it brings commands: menus and palette know them from the start, so it is made with the window."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.setAccessibleName(self.title)
        self.sections: list[Section] = []
        self.head, self.content = HBox(12), VBox(16)
        self._title = Label(self.title, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._hint = ElidedLabel(self.hint, "caption", "text3")
        self._inner, self.area = QWidget(), QScrollArea()
        self._lay_out()

    # --- what a subclass does ---------------------------------------------------------------------------------------

    def show_known(self, known: Known) -> None:
        """Show what was read from the store, if the page shows any of it."""

    def show_failure(self, error: AppError) -> None:
        """Say that nothing could be read, if the page shows any of it."""

    # --- search -----------------------------------------------------------------------------------------------------

    def narrow(self, typed: str) -> bool:
        """Show what fits; all of it when the page's own name does. Returns whether anything does."""
        is_whole = fits(typed, f"{self.title} {self.hint} {self.keywords}")
        found = [section.narrow("" if is_whole else typed) for section in self.sections]
        return is_whole or any(found)

    def add_section(self, section: Section) -> Section:
        """Put a section below the last one."""
        self.sections.append(section)
        self.content.addWidget(section)
        return section

    def remove_sections(self, keep: int = 0) -> None:
        """Take the sections after the first *keep* away, to show others."""
        for section in self.sections[keep:]:
            section.setParent(None)
            section.deleteLater()
        del self.sections[keep:]

    # --- focus ------------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """Give the focus to the first thing that can be done here."""
        stops = self.stops()
        if stops:
            stops[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def stops(self) -> Sequence[QWidget]:
        """Return what takes the focus by Tab, in order."""
        found = [widget for widget in self.findChildren(QWidget) if _is_stop(widget)]
        found.sort(key=lambda widget: widget.mapTo(self, widget.rect().topLeft()).toTuple()[::-1])
        return found

    def reveal(self, widget: QWidget) -> None:
        """Scroll so that *widget* is seen."""
        self.area.ensureWidgetVisible(widget, 0, scaled(32))

    # --- making -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.head_row = QWidget()
        self.head.addWidget(self._title, 0, Qt.AlignmentFlag.AlignVCenter)
        self.head.addStretch(1)
        if self.hint:
            self.head.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignVCenter)
        self.head_row.setLayout(self.head)
        inside = VBox(16, 0, self._inner)
        inside.addLayout(self.content)
        inside.addStretch(1)
        self._inner.setMaximumWidth(scaled(WIDEST))
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        column = VBox(0, 0, self)
        column.addWidget(self.head_row)
        column.addWidget(self.area, 1)
        follow_theme(self._dress)

    def _dress(self) -> None:
        self.head_row.setMinimumHeight(scaled(HEAD))
        self.head.setContentsMargins(scaled(16), 0, scaled(16), 0)
        layout = self._inner.layout()
        if layout is not None:
            layout.setContentsMargins(scaled(16), scaled(4), scaled(16), scaled(16))
        self._inner.setMaximumWidth(scaled(WIDEST))


def _is_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
