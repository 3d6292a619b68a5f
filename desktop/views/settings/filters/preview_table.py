"""The emails that the draft would leave out or let in, with the row that does it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import icon
from desktop.ui.kit.theme import theme
from desktop.ui.line_tables import Index, LineModel, LineTable
from desktop.ui.preview.verdicts import sender_of, subject_of
from desktop.ui.reasons import shorter
from desktop.views.settings.filters.rehearsing import Shown

VERDICT, SENDER, CUSTOMER, SUBJECT, BECAUSE, NEVER = range(6)
TITLES = ("Verdict", "From", "Customer", "Subject", "Because", "")
WIDTHS = {VERDICT: 84, SENDER: 136, CUSTOMER: 124, BECAUSE: 200, NEVER: 108}
NARROW = {SENDER: 108, CUSTOMER: 100, BECAUSE: 124}
ROW, SHOWN = 30, 6
NEVER_SKIP = "Never skip"


class PreviewModel(LineModel[Shown]):
    """The lines of one answer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(TITLES, parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is asked of a cell."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()

        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXTS[column](line)
        if role == Qt.ItemDataRole.ToolTipRole:
            whole = {SENDER: line.row.from_address, BECAUSE: line.verdict.reason}
            return whole.get(column) or _TEXTS[column](line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return sentence_of(line) if column == VERDICT else _TEXTS[column](line)
        return _looks(line, column, role)


def sentence_of(line: Shown) -> str:
    """Return a line as a screen reader says it."""
    whose = f", {line.row.customer}" if line.row.customer else ""
    return f"{verdict_word(line)}: {sender_of(line.row)}{whose}, {subject_of(line.row)}. {line.verdict.reason}"


def verdict_word(line: Shown) -> str:
    """Return what would become of a mail."""
    return "Keep" if line.verdict.kept else "Skip"


def _looks(line: Shown, column: int, role: int) -> object:
    if role == Qt.ItemDataRole.DecorationRole and column == VERDICT:
        return icon("check" if line.verdict.kept else "ban")
    if role == Qt.ItemDataRole.FontRole:
        return font("medium" if column == CUSTOMER and line.row.customer else "body")
    if role == Qt.ItemDataRole.ForegroundRole:
        if column == NEVER:
            return theme().color("accent_text")
        return theme().color("text2" if column in {VERDICT, BECAUSE} or not _TEXTS[column](line) else "text")
    return None


_TEXTS: dict[int, Callable[[Shown], str]] = {
    VERDICT: verdict_word,
    SENDER: lambda line: sender_of(line.row),
    CUSTOMER: lambda line: line.row.customer or ("Known address" if line.is_known else ""),
    SUBJECT: lambda line: subject_of(line.row),
    BECAUSE: lambda line: shorter(line.verdict.reason),
    NEVER: lambda line: NEVER_SKIP if not line.verdict.kept and line.row.from_address else "",
}


class PreviewTable(LineTable):
    """Shows :class:`PreviewModel`. ``never_wanted`` with a line whose sender is never to be skipped."""

    never_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, model: PreviewModel) -> None:
        super().__init__("Emails that the filters would skip or keep", (ROW, SHOWN), WIDTHS, (SUBJECT, 96))
        self._lines = model
        self.setModel(model)

    @property
    def current(self) -> Shown | None:
        """The line that the keys are about."""
        at = self.currentIndex().row()
        return self._lines.lines[at] if 0 <= at < len(self._lines.lines) else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The words at the end of a line are pressed like a button."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == NEVER and index.data() and self.current is not None:
            self.never_wanted.emit(self.current)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a line, by the second button, the Menu key and Shift+F10."""
        if self.current is not None:
            self.menu_wanted.emit(QMenu(self), self.menu_place(event))

    def stretch(self) -> None:
        """Give the subjects what room there is."""
        room = self.viewport().width()
        narrow = room < scaled(700)
        for column, width in NARROW.items():
            self.setColumnWidth(column, scaled(width if narrow else WIDTHS[column]))
        self.setColumnHidden(NEVER, narrow)  # its key and its menu stay
        super().stretch()
