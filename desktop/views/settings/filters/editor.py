"""One row of the filters: what it does, with what mail, a sentence, how much it decides, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QSizePolicy, QStackedWidget, QWidget

from desktop.domain.filters import NAMED_KINDS, Comparison, Effect, Field, FilterRow
from desktop.ui.kit.buttons import FilterChip, IconButton
from desktop.ui.kit.drawing.fields import ERROR
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.inputs import Choice, LeadingField
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import paint_line, painter_on
from desktop.ui.kit.theme import theme
from desktop.ui.words import number
from desktop.views.settings.filters.drafting import (
    COMPARISONS,
    EFFECTS,
    EXAMPLES,
    FIELDS,
    KIND_NAMES,
    kind_hint,
    kinds_of,
    kinds_text,
    text_of,
    with_field,
    with_text,
    wrong_with,
)

NARROW = 700
"""Below this width what a row looks for stands under what it does."""
_DONE = {Effect.EXCLUDE: "skips", Effect.INCLUDE: "keeps", Effect.KEEP: "keeps"}


class Handle(QWidget):
    """What a row is dragged by. ``dragged`` with where the pointer is, ``dropped`` when it is let go."""

    dragged = Signal(QPoint)
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to move this filter, or Alt+Up and Alt+Down")
        follow_theme(self._dress)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where the pointer is."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.dropped.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        side = scaled(16)
        box = QRectF((self.width() - side) / 2, (self.height() - side) // 2, side, side)
        draw_icon(painter_on(self), box, "grip-vertical", theme().color("text3"))

    def _dress(self) -> None:
        self.setFixedSize(scaled(24), scaled(32))


class RowEditor(QWidget):
    """Edits one row in place."""

    changed = Signal()
    removed = Signal()

    def __init__(self, row: FilterRow, only_for: str = "") -> None:
        super().__init__()
        self.row, self._only_for = row, only_for
        self.handle, self._number = Handle(), Label("", "body", "text3")
        self.effect = Choice(EFFECTS, name="What the filter does", small=True)
        self.field = Choice(FIELDS, name="What it looks at", small=True)
        self.how = Choice(name="How it compares", small=True)
        self.values = LeadingField(text_of(row), name="What it looks for", small=True)
        self.kinds = FilterChip("", menu=True)
        self._what = QStackedWidget()
        self.hits, self._glyph = Label("", "body", "text2"), Glyph("warn", px=14)
        self.remove = IconButton("x", "Remove this filter", small=True)
        self.sentence = ElidedLabel("", "caption", "text3")
        self.error = Label("", "caption", "bad", wrap=True)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._assemble()
        self._show_row()
        self._listen()
        follow_theme(self._dress)

    # --- showing ----------------------------------------------------------------------------------------------------

    @property
    def wrong(self) -> str:
        """Why this row cannot be stored; empty when it can."""
        return wrong_with(self.row)

    def show_number(self, at: int) -> None:
        """Say which row this is, from 1."""
        self._number.setText(str(at))
        self.setAccessibleName(f"Filter {at}: {self.row.sentence() if self.row.values else 'not finished'}")
        for widget, name in (
            (self.effect, "what it does"),
            (self.field, "what it looks at"),
            (self.how, "how it compares"),
            (self.values, "what it looks for"),
            (self.kinds, f"kinds: {kinds_text(self.row)}"),
            (self.remove, "remove"),
        ):
            widget.setAccessibleName(f"Filter {at}, {name}")

    def show_hits(self, hits: int | None, customers: int = 0) -> None:
        """Say how many emails this row decides, and how many of them are left out though from known customers."""
        told = "" if hits is None else f"{_DONE[self.row.effect]} {number(hits)}"
        warns = bool(customers) and self.row.effect is Effect.EXCLUDE
        self.hits.setText(told)
        self.hits.set_style("medium" if warns else "body")
        self.hits.set_color("warn" if warns else "text2")
        self._glyph.setVisible(warns)
        who = "is from a known customer" if customers == 1 else "are from known customers"
        self._say(f"{number(customers)} of these {who}." if warns else "")

    def show_error(self, *, is_asked: bool) -> None:
        """Say what is wrong with the row; while nothing was typed yet only if that is *asked* for."""
        words = self.wrong if is_asked or self.row.values else ""
        self.error.setText(words)
        self.error.setVisible(bool(words))
        for widget in (self.values, self.kinds):
            widget.setProperty(ERROR, bool(words))
            widget.setAccessibleDescription(words or self.sentence.text())
            widget.update()

    def take_focus(self) -> None:
        """Be ready to be filled in."""
        widget = self.kinds if self.row.field is Field.KIND else self.values
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, warning: str) -> None:
        sentence = (
            self.row.sentence() if self.row.values else "Say what it looks for: several things, with commas between."
        )
        only = f" Only for {self._only_for}." if self._only_for else ""
        self.sentence.setText(f"{warning} {sentence}{only}".strip())
        self.sentence.set_color("warn" if warning else "text3")

    def _show_row(self) -> None:
        self.effect.choose(self.row.effect)
        self.field.choose(self.row.field)
        self._show_ways()
        self._what.setCurrentIndex(1 if self.row.field is Field.KIND else 0)
        self.values.setPlaceholderText(EXAMPLES[self.row.comparison])
        self.kinds.setText(kinds_text(self.row))
        self.kinds.setChecked(bool(kinds_of(self.row)))
        self._say("")

    def _show_ways(self) -> None:
        ways = COMPARISONS[self.row.field]
        if [self.how.itemData(at) for at in range(self.how.count())] != [way for _, way in ways]:
            self.how.clear()
            for words, way in ways:
                self.how.addItem(words, way)
        self.how.choose(self.row.comparison)

    # --- editing ----------------------------------------------------------------------------------------------------

    def set_row(self, row: FilterRow) -> None:
        """Become another row, as if it had been typed."""
        self.row = row
        self._show_row()
        self.show_error(is_asked=False)
        self.changed.emit()

    def kinds_menu(self) -> QMenu:
        """Return the kinds to choose from; those of the row are checked."""
        menu = QMenu(self)
        menu.setAccessibleName("Kinds of mail")
        for kind in NAMED_KINDS:
            action: QAction = menu.addAction(KIND_NAMES[kind])
            action.setCheckable(True)
            action.setChecked(kind in kinds_of(self.row))
            action.setToolTip(kind_hint(kind))
            action.toggled.connect(lambda on, value=kind.value: self._turn_kind(value, on=on))
        return menu

    def _turn_kind(self, value: str, *, on: bool) -> None:
        held = [one for one in self.row.values if one != value]
        self.set_row(replace(self.row, values=(*held, value) if on else tuple(held)))

    def _open_kinds(self) -> None:
        self.kinds_menu().popup(self.kinds.mapToGlobal(QPoint(0, self.kinds.height())))

    def _typed(self, text: str) -> None:
        self.row = with_text(self.row, text)
        self._say("")
        self.show_error(is_asked=False)
        self.changed.emit()

    def _listen(self) -> None:
        self.effect.activated.connect(
            lambda _at: self.set_row(replace(self.row, effect=Effect(str(self.effect.value))))
        )
        self.field.activated.connect(lambda _at: self._turn_field(Field(str(self.field.value))))
        self.how.activated.connect(
            lambda _at: self.set_row(replace(self.row, comparison=Comparison(str(self.how.value))))
        )
        self.values.textChanged.connect(self._typed)
        self.values.editingFinished.connect(lambda: self.show_error(is_asked=True))
        self.kinds.clicked.connect(lambda _checked=False: self._open_kinds())
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit())

    def _turn_field(self, field: Field) -> None:
        self.row = with_field(self.row, field)
        self.values.setText(text_of(self.row) if field is not Field.KIND else "")
        self.set_row(self.row)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line to the next row."""
        paint_line(painter_on(self), QRectF(1, self.height() - 1, self.width() - 2, 1))

    # --- making -----------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """A row is as narrow as what it does, because what it looks for may stand under that."""
        return QSize(self._first.minimumSize().width() + scaled(16), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the values under the rest where there is no room beside it."""
        super().resizeEvent(event)
        is_narrow = self.width() < scaled(NARROW)
        ways = QBoxLayout.Direction
        wanted = ways.TopToBottom if is_narrow else ways.LeftToRight
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self._second.setContentsMargins(scaled(52) if is_narrow else 0, 0, 0, 0)

    def _assemble(self) -> None:
        self._what.addWidget(self.values)
        beside = QWidget()
        line = HBox(0, 0, beside)
        line.addWidget(self.kinds)
        line.addStretch(1)
        self._what.addWidget(beside)
        self._what.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._first, self._second = HBox(8), HBox(8)
        for widget in (self.handle, self._number, self.effect, self.field, self.how):
            self._first.addWidget(widget)
        self._first.addStretch(0)
        self._second.addWidget(self._what, 1)
        for end in (self._glyph, self.hits, self.remove):
            self._second.addWidget(end)
        self._line.addLayout(self._first)
        self._line.addLayout(self._second, 1)
        below = VBox(0)
        below.addWidget(self.sentence)
        below.addWidget(self.error)
        self._below = HBox(0)
        self._below.addLayout(below)
        self._column = VBox(0, 0, self)
        self._column.addLayout(self._line)
        self._column.addLayout(self._below)
        self._glyph.hide()
        self.error.hide()

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(4), scaled(8), scaled(8), scaled(4))
        self._below.setContentsMargins(scaled(52), 0, scaled(8), 0)
        self._line.setSpacing(scaled(8))
        self._number.setFixedWidth(scaled(12))
        self.effect.setFixedWidth(max(scaled(96), self.effect.sizeHint().width()))
        self.field.setFixedWidth(max(scaled(100), self.field.sizeHint().width()))
        self.how.setFixedWidth(max(scaled(116), self.how.sizeHint().width()))
        self.hits.setMinimumWidth(scaled(92))
        self.hits.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def numbered(editors: Sequence[RowEditor]) -> None:
    """Give each row its number."""
    for at, editor in enumerate(editors, 1):
        editor.show_number(at)
