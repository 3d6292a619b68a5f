"""One condition of a rule to fill in: where it looks, and what it looks for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.match_rule import Condition, Where
from desktop.parsing.reader import FLAGS
from desktop.services.match_rules import checked_condition
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.drawing.fields import ERROR
from desktop.ui.kit.inputs import Choice, text_field
from desktop.ui.kit.labels import Glyph, Label
from desktop.ui.kit.layouts import HBox, VBox

WHERE = {
    Where.SENDER: ("Sender is", "*@acme.example"),
    Where.RECIPIENT: ("Recipient is", "sales@*"),
    Where.SUBJECT: ("Subject has", "pallet"),
    Where.BODY: ("Text has", "order number"),
    Where.HEADER: ("Header is", "list-*"),
}


class ConditionRow(QWidget):
    """A condition. ``changed`` with every key; ``gone`` when it is taken away."""

    changed = Signal()
    gone = Signal()

    def __init__(self, condition: Condition) -> None:
        super().__init__()
        self.where = Choice([(words, where) for where, (words, _) in WHERE.items()], name="What is looked at")
        self.header = Choice([(name, name) for name in sorted(FLAGS)], name="Which header")
        self.pattern = text_field(condition.pattern, name="What is looked for")
        self.remove = IconButton("x", "Remove this condition", small=True)
        self._glyph, self._wrong = Glyph("bad", px=14), Label("", "caption", "bad", wrap=True)
        self.where.choose(condition.where)
        self.header.choose(condition.header)
        line, wrong = HBox(8), HBox(4)
        line.addWidget(self.where)
        line.addWidget(self.header)
        line.addWidget(self.pattern, 1)
        line.addWidget(self.remove)
        wrong.addWidget(self._glyph)
        wrong.addWidget(self._wrong, 1)
        column = VBox(4, 0, self)
        column.addLayout(line)
        column.addLayout(wrong)
        self._show_where()
        self.set_error("")
        self.where.currentIndexChanged.connect(self._moved)
        self.header.currentIndexChanged.connect(self.changed)
        self.pattern.textChanged.connect(self.changed)
        self.remove.clicked.connect(self.gone)

    @property
    def condition(self) -> Condition:
        """What is filled in."""
        where = Where(str(self.where.value))
        header = str(self.header.value) if where is Where.HEADER else ""
        return Condition(where, self.pattern.text(), header)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filled in yet."""
        return not self.pattern.text().strip()

    @property
    def error(self) -> str:
        """What is wrong; empty when nothing is."""
        return self._wrong.text()

    def check(self) -> bool:
        """Say what is wrong with it; returns whether nothing is. What is empty is not wrong yet."""
        try:
            if not self.is_empty:
                checked_condition(self.condition)
        except AppError as error:
            self.set_error(error.what)
            return False
        self.set_error("")
        return True

    def set_error(self, words: str) -> None:
        """Say what is wrong; no words: nothing is."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))
        self._glyph.setVisible(bool(words))
        self.pattern.setProperty(ERROR, bool(words))
        self.pattern.setAccessibleDescription(words)
        self.pattern.update()

    def _moved(self) -> None:
        self._show_where()
        self.changed.emit()

    def _show_where(self) -> None:
        where = Where(str(self.where.value))
        self.header.setVisible(where is Where.HEADER)
        self.pattern.setPlaceholderText(WHERE[where][1])
