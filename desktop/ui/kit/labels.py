"""Words and small marks that only show: labels by style, chips, counts, key caps, avatars, lines."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.ui.kit.fonts import font, line_height, scaled
from desktop.ui.kit.icons import app_icon, draw_icon
from desktop.ui.kit.paint import (
    CHIP_HEIGHT,
    COUNT_HEIGHT,
    KEYCAP_HEIGHT,
    chip_width,
    count_text,
    count_width,
    draw_text,
    elided,
    keycap_width,
    leading,
    paint_avatar,
    paint_chip,
    paint_count,
    paint_glyph,
    paint_keycap,
    paint_line,
    paint_status,
    painter_on,
    saved,
    status_width,
    text_width,
)
from desktop.ui.kit.text import Paragraph
from desktop.ui.kit.theme import theme

WIDEST = 640
"""How wide a paragraph wishes to be at most: 60 to 80 letters."""
WORDS = {"ok": "OK", "warn": "Warning", "bad": "Error", "info": "Information", "mute": "Paused"}


def follow_theme(dress: Callable[[], None]) -> None:
    """Call *dress*, a method of a widget, now and whenever colours or sizes change, for as long as the widget lives."""
    dress()
    theme().changed.connect(dress)


class Label(QLabel):
    """Words in a style of text and a colour by its token's name; what is given is shown as it is, never as markup.

    ``setWordWrap(True)`` makes it a paragraph on the line height of its style.
    """

    def __init__(self, text: str = "", style: str = "body", color: str = "text", *, wrap: bool = False) -> None:
        super().__init__(text)
        self._style, self._color = style, color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._is_laid_out = False
        follow_theme(self._dress)

    def set_style(self, style: str) -> None:
        """Use another style of text."""
        if style != self._style:
            self._style = style
            self._dress()

    def set_color(self, color: str) -> None:
        """Use another colour, by its token's name."""
        if color != self._color:
            self._color = color
            self._dress()

    def sizeHint(self) -> QSize:
        """Return the room for the words on the line height of their style."""
        if not self.pixmap().isNull():
            return super().sizeHint()
        if self.wordWrap():
            widest = self._paragraph(min(scaled(WIDEST), self.maximumWidth()))
            return self._with_margins(QSize(round(widest.width) + 1, widest.height))
        return self._with_margins(QSize(text_width(self.text(), self.font()), line_height(self._style)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room: all the words of a line, a few of a paragraph."""
        if self.wordWrap():
            return self._with_margins(QSize(scaled(60), line_height(self._style)))
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        """A paragraph is as high as its lines."""
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:
        """Return how high the paragraph is at a width."""
        if not self.wordWrap():
            return -1
        margins = self.contentsMargins()
        room = width - margins.left() - margins.right()
        return self._paragraph(room).height + margins.top() + margins.bottom()

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self._keep_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height of all lines: layouts of windows do not ask by themselves, and would cut some."""
        super().resizeEvent(event)
        self._is_laid_out = True
        self._keep_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words by their baseline."""
        if not self.pixmap().isNull():
            super().paintEvent(event)
            return
        painter = painter_on(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = QRectF(self.contentsRect())
        if self.wordWrap():
            lines = self._paragraph(room.width())
            spare = max(0.0, room.height() - lines.height)
            top = room.top() + (0 if self.alignment() & Qt.AlignmentFlag.AlignTop else spare // 2)
            lines.draw(painter, QPointF(room.left(), top))
        else:
            painter.setFont(self.font())
            draw_text(painter, room, self.shown_text(), self._side(painter))

    def shown_text(self) -> str:
        """Return the words as they stand there now."""
        return self.text()

    def wrapped_text(self, _width: float) -> str:
        """Return the words as they are broken into lines of a width; a newline is a break."""
        return self.text()

    def _side(self, painter: QPainter) -> Qt.AlignmentFlag:
        align = self.alignment()
        if align & Qt.AlignmentFlag.AlignHCenter:
            return Qt.AlignmentFlag.AlignHCenter
        is_far = bool(align & Qt.AlignmentFlag.AlignRight)
        if not is_far:
            return leading(painter)
        is_left = leading(painter) == Qt.AlignmentFlag.AlignLeft
        return Qt.AlignmentFlag.AlignRight if is_left else Qt.AlignmentFlag.AlignLeft

    def _paragraph(self, width: float) -> Paragraph:
        align = Qt.AlignmentFlag.AlignLeft
        if self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            align = Qt.AlignmentFlag.AlignHCenter
        elif self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        return Paragraph(self.wrapped_text(width), self._style, width, align)

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _keep_height(self) -> None:
        if self._is_laid_out and self.wordWrap():
            self.setMinimumHeight(self.heightForWidth(self.width()))

    def _dress(self) -> None:
        self.setFont(font(self._style))
        palette = self.palette()
        palette.setColor(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText, theme().color(self._color))
        palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.WindowText, theme().color(self._color))
        self.setPalette(palette)
        self._keep_height()
        self.updateGeometry()
        self.update()


class ElidedLabel(Label):
    """One line that gives way: cut at a letter, whole in its tooltip. *mode*: right, middle or address."""

    def __init__(self, text: str = "", style: str = "body", color: str = "text", *, mode: str = "right") -> None:
        super().__init__(text, style, color)
        self._mode = mode
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the least room: a few letters."""
        return QSize(scaled(24), self.sizeHint().height())

    def shown_text(self) -> str:
        """Return the words as they fit."""
        return elided(self.text(), self.font(), self.contentsRect().width(), self._mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the whole text in the tooltip as soon as it does not fit."""
        super().resizeEvent(event)
        self._tell_whole()

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self._tell_whole()

    def _tell_whole(self) -> None:
        if self.toolTip() == self._whole:  # a tooltip that somebody else has set says more
            self._whole = self.text() if self.shown_text() != self.text() else ""
            self.setToolTip(self._whole)


class Mark(QWidget):
    """A small thing that is painted and has a name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._resized)

    def minimumSizeHint(self) -> QSize:
        """Marks are never cut."""
        return self.sizeHint()

    def _resized(self) -> None:
        self.updateGeometry()
        self.update()


class Chip(Mark):
    """A filled chip: state (ok, warn, bad, info, mute, tag) and word; without glyph it holds a figure."""

    def __init__(self, state: str, word: str, *, glyph: bool = True) -> None:
        super().__init__(word)
        self.state, self.word, self._glyph = state, word, glyph

    def show_state(self, state: str, word: str) -> None:
        """Show another state."""
        self.state, self.word = state, word
        self.setAccessibleName(word)
        self._resized()

    def sizeHint(self) -> QSize:
        """Return the chip's room."""
        return QSize(chip_width(self.state, self.word, glyph=self._glyph), scaled(CHIP_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chip."""
        paint_chip(painter_on(self), self.rect(), self.state, self.word, glyph=self._glyph)


class Status(Mark):
    """A quiet status: glyph and word without fill (ok, warn, bad, info, mute, none, half, todo)."""

    def __init__(self, state: str, word: str) -> None:
        super().__init__(word)
        self.state, self.word = state, word

    def show_state(self, state: str, word: str) -> None:
        """Show another status."""
        self.state, self.word = state, word
        self.setAccessibleName(word)
        self._resized()

    def sizeHint(self) -> QSize:
        """Return the room of glyph and word."""
        return QSize(status_width(self.word), line_height("body"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint glyph and word."""
        paint_status(painter_on(self), self.rect(), self.state, self.word)


class Glyph(Mark):
    """A status glyph alone; its name says the state in words."""

    def __init__(self, state: str, name: str = "", *, px: int = 16) -> None:
        super().__init__(name or WORDS.get(state, state))
        self.state, self._px = state, px

    def show_state(self, state: str, name: str = "") -> None:
        """Show another state."""
        self.state = state
        self.setAccessibleName(name or WORDS.get(state, state))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the glyph's room."""
        return QSize(scaled(self._px), scaled(self._px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the glyph."""
        with saved(painter_on(self)) as painter:
            paint_glyph(painter, self.rect(), self.state)


class Icon(Mark):
    """A Lucide icon that only shows, in a colour by its token's name."""

    def __init__(self, name: str, color: str = "text2", *, px: int = 16) -> None:
        super().__init__("")
        self._name, self._color, self._px = name, color, px

    def show_icon(self, name: str, color: str = "text2") -> None:
        """Show another icon."""
        self._name, self._color = name, color
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's room."""
        return QSize(scaled(self._px), scaled(self._px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        draw_icon(painter_on(self), self.rect(), self._name, theme().color(self._color))


class Count(Mark):
    """A count; ``is_bad`` gives it the error glyph, ``is_accent`` the accent's fill."""

    def __init__(self, count: int, name: str = "", *, is_bad: bool = False, is_accent: bool = False) -> None:
        super().__init__(name or count_text(count))
        self._count, self._name, self._is_bad, self._is_accent = count, name, is_bad, is_accent

    def set_count(self, count: int, name: str = "") -> None:
        """Show another count; *name* says it in words."""
        self._count = count
        self.setAccessibleName(name or count_text(count))
        self._resized()

    def sizeHint(self) -> QSize:
        """Return the count's room."""
        return QSize(count_width(self._count, is_bad=self._is_bad), scaled(COUNT_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the count."""
        paint_count(painter_on(self), self.rect(), self._count, is_bad=self._is_bad, is_accent=self._is_accent)


class KeyCap(Mark):
    """A key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._key = key

    def sizeHint(self) -> QSize:
        """Return the cap's room."""
        return QSize(keycap_width(self._key), scaled(KEYCAP_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cap."""
        paint_keycap(painter_on(self), self.rect(), self._key)


class Avatar(Mark):
    """The initials of a person or a company, 24, 28, 32 or 40 px."""

    def __init__(self, name: str, px: int = 28, *, is_company: bool = False) -> None:
        super().__init__(name)
        self._name, self._px, self._is_company = name, px, is_company

    def show_name(self, name: str, *, is_company: bool | None = None) -> None:
        """Show another name's initials."""
        self._name = name
        self._is_company = self._is_company if is_company is None else is_company
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the avatar's room."""
        return QSize(scaled(self._px), scaled(self._px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the initials."""
        paint_avatar(painter_on(self), self.rect(), self._name, is_company=self._is_company)


class Line(QWidget):
    """A line of 1 px between panes (``border``) or rows (``line``)."""

    def __init__(self, *, upright: bool = False, color: str = "border") -> None:
        super().__init__()
        self._color = color
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the line."""
        paint_line(painter_on(self), self.rect(), self._color)


class AppMark(QWidget):
    """The program's icon and name, as they stand on top of the sidebar."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = QLabel()
        self._name = Label("Postroom", "section")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._name, 1)
        follow_theme(self._dress)

    def show_name(self, shown: bool) -> None:
        """Show the name beside the icon, or the icon alone."""
        self._name.setVisible(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew where the resolution is another one."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ScreenChangeInternal:
            self._dress()

    def _dress(self) -> None:
        side = scaled(22)
        self.setFixedHeight(scaled(52))
        self._row.setContentsMargins(scaled(16), 0, scaled(16), 0)
        self._row.setSpacing(scaled(8))
        self._icon.setPixmap(app_icon().pixmap(QSize(side, side), self.devicePixelRatio()))
        self._icon.setFixedSize(side, side)
