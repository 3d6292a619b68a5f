"""What a page is made of: cards in columns, rows in cards, controls in a pose."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QStyle,
    QStyleOptionButton,
    QStyleOptionFrame,
    QWidget,
)

from desktop.ui.kit.buttons import KitButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.surfaces import Card

State = QStyle.StateFlag
STANDING = State.State_None
POSES = {"Normal": STANDING, "Hover": State.State_MouseOver, "Pressed": State.State_Sunken}
RINGED: list[QWidget] = []
Parts = Sequence[QWidget | QLayout]


def row(*parts: QWidget | QLayout | int, spacing: int = 8) -> QHBoxLayout:
    """Put parts side by side; a number is a space."""
    line = HBox(spacing)
    for part in parts:
        if isinstance(part, int):
            line.addSpacing(scaled(part))
        elif isinstance(part, QWidget):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            line.addLayout(part)
    line.addStretch(1)
    return line


def wide(text: str, width: int) -> Label:
    """A caption of a fixed width."""
    label = Label(text, "caption", "text3")
    label.setFixedWidth(scaled(width))
    return label


def sheet(title: str, caption: str, parts: Parts, *, spacing: int = 12) -> Card:
    """A card with a title and parts."""
    card = Card()
    column = VBox(spacing, (12, 17, 16, 17), card)
    column.setContentsMargins(scaled(17), scaled(13), scaled(17), scaled(17))
    head = VBox(0)
    head.setSpacing(scaled(2))
    head.addWidget(Label(title, "section"))
    head.addWidget(Label(caption, "caption", "text3", wrap=True))
    column.addLayout(head)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    return card


def page(title: str, columns: Sequence[tuple[int, Sequence[QWidget]]]) -> QWidget:
    """A window of columns of cards."""
    whole = QWidget()
    rows = VBox(12, 0, whole)
    rows.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(16))
    head = Label(title, "title")
    head.setFixedHeight(scaled(32))
    rows.addWidget(head)
    line = HBox(12)
    for width, cards in columns:
        column = VBox(12)
        for number, card in enumerate(cards):
            column.addWidget(card, 1 if number == len(cards) - 1 else 0)
            if width:
                card.setFixedWidth(scaled(width))
        line.addLayout(column, 0 if width else 1)
    rows.addLayout(line, 1)
    return whole


def ringed(widget: QWidget) -> QWidget:
    """Show the focus ring around a widget that has not the focus."""
    RINGED.append(widget)
    return widget


class Posed(KitButton):
    """A button in a pose."""

    pose = STANDING

    def initStyleOption(self, option: QStyleOptionButton) -> None:  # noqa: N802 - Qt calls it so  # noqa: N802 - Qt calls it so
        """Add the pose to the state."""
        super().initStyleOption(option)
        option.state |= self.pose


class PosedField(QLineEdit):
    """A field as if it had the focus."""

    def initStyleOption(self, option: QStyleOptionFrame) -> None:  # noqa: N802 - as above  # noqa: N802 - Qt calls it so
        """Add the focus to the state."""
        super().initStyleOption(option)
        option.state |= State.State_HasFocus
