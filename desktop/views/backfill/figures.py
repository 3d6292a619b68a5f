"""Four large figures side by side, each with what it counts."""

from collections.abc import Sequence

from desktop.ui.kit.labels import Icon, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.surfaces import Card


class FigureRow(Card):
    """Figures named once; :meth:`show_figures` gives them their numbers, in order."""

    def __init__(self, names: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.values = [Label("0", "number") for _ in names]
        self.names = [Label(name, "body", "text2") for name, _, _ in names]
        row = HBox(0, 0, self)
        for at, (_, icon, color) in enumerate(names):
            if at:
                row.addWidget(Line(upright=True))
            cell, below = VBox(0, (16, 8, 8, 8)), HBox(4)
            cell.addWidget(self.values[at])
            below.addWidget(Icon(icon, color, px=14))
            below.addWidget(self.names[at], 1)
            cell.addLayout(below)
            row.addLayout(cell, 1)

    def show_figures(self, numbers: Sequence[str]) -> None:
        """Show other numbers."""
        for value, text in zip(self.values, numbers, strict=True):
            value.setText(text)
        told = (f"{value.text()} {name.text()}" for value, name in zip(self.values, self.names, strict=True))
        self.setAccessibleName(", ".join(told))
