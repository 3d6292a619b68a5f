"""The command palette (Ctrl+K): every command, place and customer by a few letters; what cannot run says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer import Customer
from desktop.ui.actions import Actions, key_words
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.messages import KeyLane
from desktop.ui.kit.paint import paint_icon, paint_keys
from desktop.ui.kit.text import draw_text, elided, text_width
from desktop.ui.kit.theme import theme
from desktop.ui.ranking import Hit, rank
from desktop.ui.toasts import announce

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole

WIDTH, TOP, ROW_HEIGHT, GROUP_HEIGHT = 624, 72, 36, 32
COMMANDS, CUSTOMERS = 40, 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a caption of a group, or something to run. ``why_not`` greys it and says why."""

    text: str
    kind: str = ""
    icon: str = ""
    key: str = ""
    why_not: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    run: Callable[[], object] | None = None


class _Lines(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is asked of a line."""
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == ROW:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (line.text, line.kind, line.key, line.why_not) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Captions cannot be chosen."""
        if not index.isValid() or self.lines[index.row()].run is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Captions are a little lower."""
        is_caption = index.data(ROW).run is None and not index.data(ROW).why_not
        return QSize(scaled(100), scaled(GROUP_HEIGHT if is_caption else ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        line: Line = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = option.rect.adjusted(scaled(8), 0, -scaled(8), 0)
        if line.run is None and not line.why_not:
            painter.setFont(font("caption"))
            painter.setPen(theme().color("text3"))
            draw_text(painter, room.adjusted(scaled(12), scaled(6), 0, 0), line.text, Qt.AlignmentFlag.AlignVCenter)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().color("sel"))
                painter.drawRoundedRect(room, 6, 6)
            self._paint_line(painter, room, line)
        painter.restore()

    def _paint_line(self, painter: QPainter, room: QRect, line: Line) -> None:
        tokens = theme().tokens
        inside = room.adjusted(scaled(12), 0, -scaled(8), 0)
        glyph = QRect(inside.left(), inside.center().y() - scaled(8) + 1, scaled(16), scaled(16))
        paint_icon(painter, glyph, line.icon or "chevron-right", tokens.disabled if line.why_not else tokens.text2)
        right = inside.right()
        if line.key:
            right -= paint_keys(painter, inside, line.key) + scaled(10)
        note = line.why_not or line.kind
        painter.setFont(font("body"))
        painter.setPen(theme().color("text3"))
        note_width = min(text_width(note, font("body")), scaled(280))
        note_room = QRect(right - note_width, inside.top(), note_width, inside.height())
        trailing = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        draw_text(painter, note_room, elided(note, font("body"), note_width), trailing)
        left = glyph.right() + scaled(14)
        words = QRect(left, inside.top(), note_room.left() - scaled(12) - left, inside.height())
        paint_marked(painter, words, line.text, line.marks, theme().color("disabled" if line.why_not else "text"))


def paint_marked(painter: QPainter, room: QRect, text: str, marks: Sequence[tuple[int, int]], color: QColor) -> None:
    """Paint one line of text with the letters that were typed in the accent's colour; what does not fit is elided."""
    shown = elided(text, font("body"), room.width())
    at, done = room.left(), 0
    pieces = []
    for start, end in marks:
        pieces += [(shown[done:start], False), (shown[start:end], True)]
        done = max(done, end)
    pieces.append((shown[done:], False))
    for piece, is_mark in pieces:
        style = font("strong" if is_mark else "body")
        painter.setFont(style)
        painter.setPen(theme().color("accent_text") if is_mark else color)
        width = text_width(piece, style)
        draw_text(painter, QRect(at, room.top(), width + 2, room.height()), piece, Qt.AlignmentFlag.AlignVCenter)
        at += width


class CommandPalette(QFrame):
    """A child of the window that floats over it; Esc or a click elsewhere closes it."""

    def __init__(self, frame: Frame, window: QWidget) -> None:
        super().__init__(window)
        self._frame, self._window, self._recent = frame, window, list[str]()
        self.setAccessibleName("Command palette")
        self.setAutoFillBackground(False)
        self.field = SearchField("Commands, places, customers")
        self.field.setAccessibleName("Command palette: type a command, a place or a customer")
        self._model = _Lines(self)
        self.list = QListView()
        self.list.setAccessibleName("Commands and places found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(scaled(12), scaled(12), scaled(12), scaled(8))
        head.addWidget(self.field)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(KeyLane([("Enter", "Run"), ("Up", "Down", "Move"), ("Esc", "Close")]))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self._before: QWidget | None = None
        self._customers: Sequence[Customer] = ()
        self.hide()

    def open(self) -> None:
        """Show the palette with the last commands first, and take the focus."""
        self._before = self.window().focusWidget()
        self.field.clear()
        self._customers = ()
        self._list("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        announce(self, "Command palette")

    def close_it(self) -> None:
        """Hide, and give the focus back."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def lines(self) -> Sequence[Line]:
        """What is listed now."""
        return self._model.lines

    # --- finding ----------------------------------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        self._list(typed)
        if len(typed.strip()) >= 2:
            text = typed.strip()
            self._frame.ops.read(
                self, lambda read: read.customer_list.search(text, CUSTOMERS), self._found, slot="search"
            )

    def _found(self, customers: Sequence[Any]) -> None:
        self._customers = customers
        self._list(self.field.text())

    def _list(self, typed: str) -> None:
        if not typed.strip():
            self._customers = ()
        commands = rank(typed, self._commands(), COMMANDS)
        able = [hit for hit in commands if not hit.item.why_not]
        unable = [hit for hit in commands if hit.item.why_not]
        lines = [Line("Commands"), *map(_marked, [*able, *unable])] if commands else []
        if self._customers:
            people = [(self._customer_line(one), one.name) for one in self._customers]
            marked = {hit.item.text: _marked(hit) for hit in rank(typed, people, CUSTOMERS)}
            lines += [Line("Customers"), *(marked.get(line.text, line) for line, _ in people)]
        if not lines:
            lines = [Line(f"Nothing is called “{typed.strip()}”. Esc closes.")]
        self._model.show(lines)
        self._choose(0, 1)

    def _commands(self) -> list[tuple[Line, str]]:
        actions: Actions = self._frame.actions
        found = []
        for act, action in actions.every():
            if not action.isVisible() or act.id == "go.palette":
                continue
            why_not = "" if action.isEnabled() else actions.reason(act.id) or f"Works in {act.place}"
            line = Line(act.plain, act.menu, act.icon, key_words(action), why_not, run=action.trigger)
            place = self._recent.index(act.id) if act.id in self._recent else len(self._recent)
            found.append((place, act.id, line))
        found.sort(key=lambda item: item[0])
        return [(line, line.text) for _, _, line in found]

    def _customer_line(self, customer: Any) -> Line:
        doors = self._frame.doors
        place = Place("customers", customer_id=customer.id)
        return Line(customer.name, "Customer", "users", run=lambda: doors.go(place))

    # --- keys and place ---------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the field has the focus; the window's size moves the palette."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._choose(self.list.currentIndex().row() + step, step)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._run(self.list.currentIndex())
        else:
            return False
        return True

    def _choose(self, row: int, step: int) -> None:
        """Choose the next line from *row* on that can be chosen."""
        lines = self._model.lines
        while 0 <= row < len(lines) and lines[row].run is None:
            row += step
        if 0 <= row < len(lines):
            self.list.setCurrentIndex(self._model.index(row))
            announce(self, lines[row].text)

    def _run(self, index: QModelIndex) -> None:
        line: Line | None = index.data(ROW) if index.isValid() else None
        if line is None or line.run is None:
            return
        if line.why_not:
            announce(self, line.why_not)
            return
        self.close_it()
        self._remember(line.text)
        line.run()

    def _remember(self, text: str) -> None:
        for act, _ in self._frame.actions.every():
            if act.plain == text:
                self._recent = [act.id, *(one for one in self._recent if one != act.id)][:8]

    def _place(self) -> None:
        window = self._window
        width = min(scaled(WIDTH), window.width() - scaled(32))
        height = min(scaled(470), window.height() - scaled(TOP) - scaled(24))
        self.setGeometry((window.width() - width) // 2, scaled(TOP), width, height)

    def paintEvent(self, _event: Any) -> None:
        """A raised surface with an edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().color("control"))
        painter.setBrush(theme().color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def _marked(hit: Hit[Line]) -> Line:
    line = hit.item
    return Line(line.text, line.kind, line.icon, line.key, line.why_not, hit.marks, line.run)
