"""The ring around the control that has the focus: 2 px, 1 px outside its edge."""

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QFocusFrame, QRadioButton, QStyleOption, QStyleOptionButton, QWidget

from desktop.ui.kit.drawing.buttons import shape_of
from desktop.ui.kit.drawing.choices import is_switch, mark_rect
from desktop.ui.kit.face import RINGED, face_of
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.paint import paint_box
from desktop.ui.kit.theme import theme

OUTSIDE = 3


def draw_ring(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw the ring of a focus frame around its widget; of a check box, around its mark only."""
    target = widget.widget() if isinstance(widget, QFocusFrame) else None
    if target is None:
        return
    box, radius = option.rect, shape_of(face_of(target)).radius
    if isinstance(target, QCheckBox | QRadioButton):
        inside = QStyleOptionButton()
        inside.initFrom(target)
        mark = mark_rect(inside, target).translated(QPoint(scaled(OUTSIDE), scaled(OUTSIDE)))
        out = scaled(OUTSIDE)
        box = mark.adjusted(-out, -out, out, out)
        radius = 9 if is_switch(target) else 8 if isinstance(target, QRadioButton) else 4
    elif target.property(RINGED) is not None:
        radius = int(target.property(RINGED))
    _ring(painter, box, radius)


def _ring(painter: QPainter, box: QRect, radius: int) -> None:
    ring = QRectF(box)
    paint_box(painter, ring, scaled(radius) + scaled(OUTSIDE), edge=theme().color("focus"), width=scaled(2))
