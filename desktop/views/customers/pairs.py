"""All possible duplicates, the most likely first, each with what speaks for it: one key compares, one says no."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QFrame, QListView, QStackedWidget, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.duplicates import Duplicates, Pair, Strength
from desktop.ui import words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.paint import chip_width, leading, mirrored_in, paint_avatar, paint_chip, paint_line, saved
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.kit.text import draw_text, elided
from desktop.ui.kit.theme import theme
from desktop.ui.sheet import Sheet
from desktop.ui.tables import ROW
from desktop.views.customers.delegates import paint_ground

Index = QModelIndex | QPersistentModelIndex
HEIGHT, LIST_HEIGHT = 48, 420
STATES = {Strength.VERY_LIKELY: "warn", Strength.LIKELY: "info", Strength.WORTH_A_LOOK: "mute", Strength.NONE: "mute"}


class PairsModel(QAbstractListModel):
    """The pairs in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.pairs: Sequence[Pair] = ()

    def show(self, pairs: Sequence[Pair]) -> None:
        """List these."""
        self.beginResetModel()
        self.pairs = pairs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many pairs there are."""
        return 0 if parent.isValid() else len(self.pairs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a pair, or its sentence."""
        if not index.isValid():
            return None
        pair = self.pairs[index.row()]
        if role == ROW:
            return pair
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{pair.first.name} and {pair.second.name}. {pair.strength.words}: {pair.words}"
        return None


class PairDelegate(QStyledItemDelegate):
    """Two names, what speaks for them, and how likely it is."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are as high."""
        return QSize(scaled(200), scaled(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one pair."""
        pair: Pair = index.data(ROW)
        with saved(painter):
            paint_ground(painter, option)
            box = QRectF(option.rect)
            paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))
            inside = box.adjusted(scaled(12), 0, -scaled(12), 0)
            side, left = scaled(28), inside.left()
            for one in (pair.first, pair.second):
                avatar = QRectF(left, inside.center().y() - side / 2, side, side)
                paint_avatar(painter, mirrored_in(painter, avatar, inside), one.name, is_company=True)
                left = avatar.right() + scaled(4)
            left += scaled(8)
            wide = chip_width(STATES[pair.strength], pair.strength.words, glyph=False)
            chip = QRectF(inside.right() - wide, inside.center().y() - scaled(10), wide, scaled(20))
            paint_chip(
                painter, mirrored_in(painter, chip, inside), STATES[pair.strength], pair.strength.words, glyph=False
            )
            width = chip.left() - scaled(12) - left
            lines = (
                ("strong", "text", f"{pair.first.name}  /  {pair.second.name}", 6),
                ("caption", "text2", pair.words, 25),
            )
            for style, ink, text, top in lines:
                painter.setPen(theme().color(ink))
                line = mirrored_in(painter, QRectF(left, inside.top() + scaled(top), width, scaled(18)), inside)
                draw_text(painter, line, elided(text, font(style), width), leading(painter), font(style))


class PairsSheet(Sheet):
    """The list. ``compare_wanted`` and ``apart_wanted`` carry a pair; what is shown is whatever was found last."""

    compare_wanted = Signal(object)
    apart_wanted = Signal(object)
    again_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        lead = "Each may be one customer who is here twice. Nothing is merged before you have compared them."
        super().__init__(parent, "Possible duplicates", "Possible duplicates", lead)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = PairsModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Possible duplicates")
        self.list.setModel(self.model)
        self.list.setItemDelegate(PairDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.doubleClicked.connect(lambda _index: self._ask(self.compare_wanted.emit))
        self.empty = EmptyState("users", "No possible duplicates", "")
        self.problem = EmptyState("triangle-alert", "", "")
        self.problem.primary.clicked.connect(lambda _checked=False: self.again_wanted.emit())
        self.pages = QStackedWidget()
        self.bar, self.doing = ProgressBar(name="Looking for duplicates"), Label("", "caption", "text2")
        self.bar.setRange(0, 100)
        loading = QWidget()
        column = VBox(8, 0, loading)
        for widget in (self.bar, self.doing):
            column.addWidget(widget)
            widget.hide()
        column.addWidget(LoadingRows(7, HEIGHT, avatar=True), 1)
        for page in (loading, self.list, self.empty, self.problem):
            self.pages.addWidget(page)
        self.pages.setMinimumHeight(scaled(LIST_HEIGHT))
        self.inside.addWidget(self.pages, 1)
        self.left = Label("", "caption", "text3")
        self.apart = Button("Not the same", "x", "quiet", "X")
        self.apart.clicked.connect(lambda _checked=False: self._ask(self.apart_wanted.emit))
        self.compare = Button("Compare", None, "primary", "Enter")
        self.compare.clicked.connect(lambda _checked=False: self._ask(self.compare_wanted.emit))
        self.compare.setDefault(True)
        self.cancel.setText("Close")
        self.buttons.addWidget(self.apart)
        self.buttons.addWidget(self.left, 1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.compare)
        for key, act in (("X", self.apart.click), ("J", lambda: self._go(1)), ("K", lambda: self._go(-1))):
            QShortcut(QKeySequence(key), self, act)
        self._can()

    def show_found(self, found: Duplicates) -> None:
        """List what was found; the place in the list is kept."""
        at = max(self.list.currentIndex().row(), 0)
        self.model.show(found.pairs)
        self.left.setText(f"{words.number(found.more)} less likely ones are not listed" if found.more else "")
        self.empty.show_words(
            "No possible duplicates",
            f"{words.counted(found.looked_at, 'customer')} were compared by address, name, domain, phone and thread."
            if found.looked_at != 1
            else "There is only one customer.",
        )
        self.pages.setCurrentWidget(self.list if found.pairs else self.empty)
        if found.pairs:
            self.list.setCurrentIndex(self.model.index(min(at, len(found.pairs) - 1)))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._can()

    def show_progress(self, what: str, share: float) -> None:
        """Say how far the search is; closing the list ends it."""
        self.bar.setValue(round(100 * share))
        self.doing.setText(f"Comparing {what}: {self.bar.value()} %")
        self.bar.setAccessibleDescription(self.doing.text())
        self.bar.show()
        self.doing.show()

    def show_problem(self, sentence: str) -> None:
        """Say that nothing could be found, and why."""
        self.problem.show_words("The customers cannot be compared", sentence, "Try again")
        self.pages.setCurrentWidget(self.problem)
        self._can()

    def _go(self, by: int) -> None:
        at = self.list.currentIndex().row() + by
        if 0 <= at < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(at))

    def _can(self) -> None:
        can = self.pages.currentWidget() is self.list and bool(self.model.pairs)
        self.compare.setEnabled(can)
        self.apart.setEnabled(can)

    def _ask(self, tell: Callable[[Pair], object]) -> None:
        index = self.list.currentIndex()
        if index.isValid() and self.compare.isEnabled():
            tell(self.model.pairs[index.row()])
