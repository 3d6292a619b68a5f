"""What stands in a cell of the list, painted: each column a function, in one line or in two."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.domain.rows import EmailRow
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    centred,
    chip_width,
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_box,
    paint_chip,
    paint_glyph,
    paint_status,
    status_width,
    text_width,
    trailing,
)
from desktop.ui.kit.theme import theme
from desktop.ui.preview.verdicts import happened_to, match_of, sender_of, status_of, subject_of
from desktop.ui.tables import Column
from desktop.views.emails.columns import short_date

FIRST_LINE, SECOND_LINE = (4, 18), (22, 16)
"""Top and height of the two lines in px at 100 %: their baselines lie at 18 and 35."""
GAP, CHIP, GLYPH, SMALL_GLYPH, BAR = 8, 20, 14, 12, 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to paint: *box* is its room without paddings."""

    painter: QPainter
    box: QRectF
    row: EmailRow
    column: Column[EmailRow]
    is_two_line: bool
    now: datetime

    def line(self, place: tuple[int, int]) -> QRectF:
        """Return the room of one of the two lines."""
        top, height = place
        return QRectF(self.box.left(), self.box.top() + scaled(top), self.box.width(), scaled(height))

    def write(self, box: QRectF, text: str, style: str = "body", ink: str = "text", mode: str = "right") -> None:
        """Write one line at the side where reading begins."""
        kind = font(style)
        self.painter.setPen(theme().color(ink))
        draw_text(self.painter, box, elided(text, kind, box.width(), mode), leading(self.painter), kind)

    def write_two(self, first: str, second: str, style: str = "body", mode: str = "right") -> None:
        """Write a line and a quieter one under it; alone, the first stands in the middle."""
        if not second:
            self.write(self.box, first, style)
            return
        self.write(self.line(FIRST_LINE), first, style)
        self.write(self.line(SECOND_LINE), second, "caption", "text3", mode)

    def write_beside(self, first: str, second: str, style: str = "body", mode: str = "right") -> None:
        """Write two texts in one line, the second quieter and only where there is room."""
        taken = min(text_width(first, font(style)) + scaled(GAP), self.box.width())
        self.write(self.box, first, style)
        rest = QRectF(self.box.left() + taken, self.box.top(), self.box.width() - taken, self.box.height())
        if second and rest.width() > scaled(40):
            self.write(mirrored_in(self.painter, rest, self.box), second, "caption", "text3", mode)


def paint_from(cell: Cell) -> None:
    """Who sent it: the name, and the address, which keeps its domain when it is cut."""
    name = sender_of(cell.row)
    address = cell.row.from_address if cell.row.from_address != name else ""
    write = cell.write_two if cell.is_two_line else cell.write_beside
    write(name, address, "strong", "address")


def paint_subject(cell: Cell) -> None:
    """What it is about and, under it, what became of it."""
    if cell.row.tags and cell.is_two_line:
        cell.write(cell.line(FIRST_LINE), subject_of(cell.row))
        line = cell.line(SECOND_LINE)
        room = QRectF(line.left(), line.top(), line.width() * 0.6, line.height())
        taken = _paint_tags(cell, room) + scaled(4)
        rest = QRectF(line.left() + taken, line.top(), line.width() - taken, line.height())
        cell.write(mirrored_in(cell.painter, rest, cell.box), happened_to(cell.row), "caption", "text3")
    elif cell.is_two_line:
        cell.write_two(subject_of(cell.row), happened_to(cell.row))
    else:
        cell.write(cell.box, subject_of(cell.row))


def paint_why(cell: Cell) -> None:
    """What became of it."""
    cell.write(cell.box, happened_to(cell.row), ink="text2")


def paint_tags(cell: Cell) -> None:
    """Its tags, each a chip; those without room are a number."""
    _paint_tags(cell, cell.box)


def _paint_tags(cell: Cell, box: QRectF) -> float:
    """Paint the tags from the side where reading begins, and return how much room they took."""
    kind, left, taken = font("caption"), list(cell.row.tags), 0.0
    height = min(scaled(18), box.height())
    while left:
        more = f"+{len(left) - 1}" if len(left) > 1 else ""
        spare = text_width(more, kind) + scaled(GAP) if more else 0
        width = min(text_width(left[0], kind) + scaled(12), box.width() - taken - spare)
        if width < scaled(28):
            rest = QRectF(box.left() + taken, box.top(), box.width() - taken, box.height())
            cell.write(mirrored_in(cell.painter, rest, cell.box), f"+{len(left)}", "caption", "text3")
            return min(box.width(), taken + text_width(f"+{len(left)}", kind) + scaled(4))
        chip = centred(QRectF(box.left() + taken, box.top(), width, box.height()), width, height)
        chip = mirrored_in(cell.painter, chip, cell.box)
        paint_box(cell.painter, chip, scaled(4), theme().color("surface"), theme().color("control"))
        cell.painter.setPen(theme().color("text2"))
        inside = chip.adjusted(scaled(6), 0, -scaled(6), 0)
        draw_text(cell.painter, inside, elided(left[0], kind, inside.width() + 1), leading(cell.painter), kind)
        left, taken = left[1:], taken + width + scaled(4)
    return taken


def paint_date(cell: Cell) -> None:
    """When it came."""
    cell.write(cell.box, short_date(cell.row, cell.now))


def paint_customer(cell: Cell) -> None:
    """Whose it is and how that is known; a glyph and words where nobody was found."""
    match = match_of(cell.row)
    if not match.glyph:
        write = cell.write_two if cell.is_two_line else cell.write_beside
        write(match.name, match.why)
    elif match.why and cell.is_two_line:
        cell.write(cell.line(FIRST_LINE), match.name, ink="text2")
        _paint_suggested(cell, match.why)
    else:
        paint_status(cell.painter, cell.box, match.glyph, match.name)


def _paint_suggested(cell: Cell, why: str) -> None:
    line, side = cell.line(SECOND_LINE), scaled(SMALL_GLYPH)
    glyph = QRectF(line.left(), line.top() + (line.height() - side) / 2, side, side)
    paint_glyph(cell.painter, mirrored_in(cell.painter, glyph, cell.box), "half")
    rest = line.adjusted(side + scaled(4), 0, 0, 0)
    cell.write(mirrored_in(cell.painter, rest, cell.box), why, "caption", "text3")


def paint_state(cell: Cell) -> None:
    """Its status: quiet when all is well, a filled chip for an error; the glyph alone where there is no more room."""
    state, word = status_of(cell.row)
    if state == "bad" and chip_width(state, word) <= cell.box.width():
        chip = centred(cell.box, chip_width(state, word), scaled(CHIP))
        chip.moveLeft(cell.box.left())
        paint_chip(cell.painter, mirrored_in(cell.painter, chip, cell.box), state, word)
    elif status_width(word) <= cell.box.width():
        paint_status(cell.painter, cell.box, state, word)
    else:
        glyph = centred(cell.box, scaled(GLYPH), scaled(GLYPH))
        glyph.moveLeft(cell.box.left())
        paint_glyph(cell.painter, mirrored_in(cell.painter, glyph, cell.box), state)


def paint_plain(cell: Cell) -> None:
    """Any other column: its text; figures stand at the end."""
    text, kind = cell.column.text(cell.row), font("body")
    side = trailing(cell.painter) if cell.column.trailing else leading(cell.painter)
    cell.painter.setPen(theme().color("text2"))
    draw_text(cell.painter, cell.box, elided(text, kind, cell.box.width()), side, kind)


PAINTERS: Mapping[str, Callable[[Cell], None]] = {
    "from": paint_from,
    "subject": paint_subject,
    "why": paint_why,
    "tags": paint_tags,
    "date": paint_date,
    "customer": paint_customer,
    "status": paint_state,
}
"""By column; the others are painted as :func:`paint_plain`."""


def paint_bars(painter: QPainter, box: QRectF, *, is_two_line: bool) -> None:
    """Paint where words will stand, while a row is being read."""
    width = min(box.width(), scaled(160)) * 0.7
    lines = [(box, 1.0)]
    if is_two_line:
        places = ((FIRST_LINE, 1.0), (SECOND_LINE, 0.6))
        lines = [
            (QRectF(box.left(), box.top() + scaled(top), box.width(), scaled(height)), part)
            for (top, height), part in places
        ]
    for line, part in lines:
        bar = centred(line, width * part, scaled(BAR))
        bar.moveLeft(box.left())
        paint_box(painter, mirrored_in(painter, bar, box), scaled(BAR) / 2, theme().color("badge"))
