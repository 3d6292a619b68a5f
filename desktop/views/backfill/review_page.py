"""After a backfill: a few known customers to look at, what to look for, and the way back."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.backfill import CHECKLIST, Backfill, BackfillState, SpotCheck, UndoPreview
from desktop.domain.ids import CustomerId
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.sheet import Heading
from desktop.ui.words import counted
from desktop.views.backfill.words import head_words, undo_words

LOOK = "Look at a few customers before going further, or before another mailbox."
NONE_MATCHED = "None of these emails belong to a customer that is known. They wait under Needs Review."


class ReviewPage(QWidget):
    """The last page."""

    opened = Signal(object)
    """A customer to look at."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading("", "")
        self.warning = Note("warn", "", glyph=True)
        self.warning.hide()
        self.ticks: dict[CustomerId, QCheckBox] = {}
        self._list = VBox(8)
        column = VBox(12, 0, self)
        column.addWidget(self.heading)
        column.addLayout(self._list)
        self.what = Label("What to look for", "strong")
        column.addWidget(self.what)
        for words in CHECKLIST:
            column.addWidget(Label(f"•  {words}", "body", "text2", wrap=True))
        column.addWidget(self.warning)
        column.addStretch(1)

    def show_backfill(self, one: Backfill, spots: Sequence[SpotCheck]) -> None:
        """Show what it brought; customers that were ticked stay ticked."""
        made = one.figures
        words = f"{counted(made.stored, 'email')}: {made.matched:,} matched, {made.review:,} to review. "
        undone = one.state is BackfillState.UNDONE
        self.heading.show_words(head_words(one), "" if undone else words + (LOOK if spots else NONE_MATCHED))
        if [spot.customer_id for spot in spots] == list(self.ticks):
            return
        for tick in self.ticks.values():
            row = tick.parentWidget()
            if row is not None:
                row.deleteLater()
        self.ticks = {}
        for spot in spots:
            self._list.addWidget(self._row(spot))

    def ask_undo(self, taken: UndoPreview | None) -> None:
        """Say what undoing takes away; None takes the words away."""
        self.warning.show_note("warn", undo_words(taken) if taken is not None else "")
        self.warning.setVisible(taken is not None)

    def _row(self, spot: SpotCheck) -> QWidget:
        row = QWidget()
        line = HBox(8, 0, row)
        tick = QCheckBox(f"{spot.name}: {counted(spot.emails, 'email')}", row)
        tick.setToolTip("\n".join(spot.subjects))
        look = Button("Look", None, "quiet", small=True)
        look.setAccessibleName(f"Look at {spot.name}")
        look.clicked.connect(partial(self._open, spot.customer_id))
        line.addWidget(tick, 1)
        line.addWidget(look)
        self.ticks[spot.customer_id] = tick
        return row

    def _open(self, customer_id: CustomerId, _on: bool = False) -> None:
        self.opened.emit(customer_id)
