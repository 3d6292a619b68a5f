"""The files of an email that are not here: how each stands, why, and a button that brings it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.domain.attachments import AttachmentState, AttachmentStatus
from desktop.domain.rows import AttachmentRow
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Icon, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import centred, paint_glyph, paint_icon, painter_on, saved
from desktop.ui.kit.theme import theme
from desktop.ui.preview.standing import Awaited, awaited_of, head_words, state_words

MARK, ICON, LINE, ROW = 20, 16, 3, 44
TALLEST, MOST = 116, 50
"""So high are the rows together in px at 100 %, a part of one showing that there are more; and so many are made."""
VERBS = {AttachmentState.ON_DEMAND: "Download", AttachmentState.FAILED: "Try again"}


class StandingMark(QWidget):
    """How a file stands, as a picture: a ring that closes as it comes, an arrow, or a glyph."""

    def __init__(self) -> None:
        super().__init__()
        self._status = AttachmentStatus(AttachmentState.COMING)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_status(self, status: AttachmentStatus) -> None:
        """Show another."""
        self._status = status
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the ring."""
        return QSize(scaled(MARK), scaled(MARK))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = painter_on(self)
        box = centred(self.rect(), scaled(ICON), scaled(ICON))
        match self._status.state:
            case AttachmentState.COMING:
                self._paint_ring(painter)
            case AttachmentState.FAILED:
                paint_glyph(painter, box, "bad")
            case AttachmentState.GONE:
                paint_icon(painter, box, "ban", theme().color("text3"))
            case _:
                paint_icon(painter, box, "download", theme().color("text2"))

    def _paint_ring(self, painter: QPainter) -> None:
        share = self._status.arrived / self._status.total if self._status.total else 0.0
        inset = scaled(LINE) / 2 + 1
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        with saved(painter):
            painter.setPen(QPen(theme().color("border"), scaled(LINE)))
            painter.drawEllipse(box)
            pen = QPen(theme().color("progress"), scaled(LINE))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(box, 90 * 16, -round(min(1.0, share) * 360 * 16))  # from the top, in 16ths of a degree


class AwaitedRow(QWidget):
    """One file. ``asked`` when it is to be fetched, ``taken_back`` when it is not wanted any more."""

    asked = Signal(str)
    taken_back = Signal(str)

    def __init__(self, one: Awaited) -> None:
        super().__init__()
        self.one = one
        self.mark = StandingMark()
        self.name, self.words = ElidedLabel("", "body", mode="middle"), Label("", "caption", "text2", wrap=True)
        self.button = Button("", None, small=True)
        self.button.clicked.connect(lambda _on=False: self._pressed())
        row, lines = HBox(12, (12, 4, 8, 4), self), VBox(0)
        row.addWidget(self.mark)
        lines.addWidget(self.name)
        lines.addWidget(self.words)
        row.addLayout(lines, 1)
        row.addWidget(self.button)
        self.show_awaited(one)
        follow_theme(self._dress)

    def show_awaited(self, one: Awaited) -> None:
        """Show how the file stands now."""
        self.one = one
        told = state_words(one)
        self.mark.show_status(one.status)
        self.name.setText(one.name)
        self.words.setText(told)
        self.words.set_color("bad" if one.status.state is AttachmentState.FAILED else "text2")
        verb = VERBS.get(one.status.state, "Cancel" if one.can_take_back else "")
        self.button.setText(verb)
        self.button.setVisible(bool(verb))
        self.button.setAccessibleName(f"{verb} {one.name}")
        self.button.setAccessibleDescription(told)
        self.setAccessibleName(f"{one.name}: {told}")

    def _dress(self) -> None:
        self.setMinimumHeight(scaled(ROW))

    def _pressed(self) -> None:
        signal = self.asked if self.one.status.state in VERBS else self.taken_back
        signal.emit(self.one.part)


class AwaitedFiles(QFrame):
    """All files of an email that are not here. ``asked`` with the parts that are to be fetched."""

    asked = Signal(object)
    taken_back = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Attachments that are not here yet")
        self.rows: list[AwaitedRow] = []
        self.head, self.more = Label("", "caption_medium", "text2", wrap=True), Label("", "caption", "text3")
        self.all = Button("Download all", "download", "quiet", small=True)
        self.all.clicked.connect(lambda _on=False: self.asked.emit(self.to_ask))
        self._scroll, inner = QScrollArea(), QWidget()
        self._list = VBox(0, 0, inner)
        self._scroll.setWidget(inner)
        self._assemble(inner)
        self.hide()

    @property
    def to_ask(self) -> list[str]:
        """The parts that come only when somebody asks."""
        return [row.one.part for row in self.rows if row.one.status.state in VERBS]

    def show_files(self, files: Sequence[AttachmentRow], rest: AttachmentStatus, *, is_text: bool, held: str) -> None:
        """Show those of *files* that are not here, and the *rest* of the email; none hides all.

        *is_text*: the text itself is here. *held* says why nothing comes now; empty when it does.
        """
        found = awaited_of(files, rest, is_text=is_text, held=held)
        shown = found[:MOST]
        if [row.one.part for row in self.rows] != [one.part for one in shown]:
            self._make(shown)
        for row, one in zip(self.rows, shown, strict=True):
            row.show_awaited(one)
        self.head.setText(head_words(found))
        self.more.setText(f"and {len(found) - MOST} more" if len(found) > MOST else "")
        self.more.setVisible(len(found) > MOST)
        self.all.setVisible(len(self.to_ask) > 1)
        self.setVisible(bool(found))
        self._fit()

    def show_progress(self, part: str, arrived: int, total: int) -> None:
        """Show that more of a file is here."""
        for row in self.rows:
            if row.one.part == part:
                row.show_awaited(row.one.come_to(arrived, total))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines above and below, which part it from mail and files."""
        painter = painter_on(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme().color("line"))

    def _make(self, found: Sequence[Awaited]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [AwaitedRow(one) for one in found]
        for row in self.rows:
            row.asked.connect(self._asking(self.asked.emit))
            row.taken_back.connect(self._asking(self.taken_back.emit))
            self._list.addWidget(row)

    @staticmethod
    def _asking(emit: Callable[[list[str]], None]) -> Callable[[str], None]:
        return lambda part: emit([part])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow rows are higher: they say why in two lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = max(0, self._list.totalHeightForWidth(self._scroll.viewport().width()))
        self._scroll.setFixedHeight(min(wanted, scaled(TALLEST)))

    def _assemble(self, inner: QWidget) -> None:
        inner.setAutoFillBackground(False)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        column, head = VBox(4, (0, 8, 0, 0), self), HBox(8)
        head.addWidget(Icon("paperclip"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.head, 1)
        head.addWidget(self.all)
        column.addLayout(head)
        column.addWidget(self._scroll)
        column.addWidget(self.more)
        follow_theme(self._fit)
