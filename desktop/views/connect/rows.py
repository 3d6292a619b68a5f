"""One line of a form: a label, what is filled in beside it, and below that a hint or what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from desktop.ui.kit.drawing.fields import ERROR, HEIGHT
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Glyph, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox

LABEL_WIDTH, NARROW = 112, 440


def on_edit(editor: QWidget, act: Callable[[], object]) -> None:
    """Call *act* whenever a person changes what is filled in."""
    if isinstance(editor, QLineEdit):
        editor.textEdited.connect(lambda _text: act())
    elif isinstance(editor, QComboBox):
        editor.activated.connect(lambda _at: act())
    elif isinstance(editor, QCheckBox):
        editor.clicked.connect(lambda _on: act())
    elif isinstance(editor, QSpinBox):
        editor.valueChanged.connect(lambda _number: act())


class FormRow(QWidget):
    """A line of the form. *editors* are the things that can be wrong, by name; *line* is what stands beside the label.

    The label is of the first editor; others have names of their own.
    """

    def __init__(self, label: str, editors: Mapping[str, QWidget], line: Sequence[tuple[QWidget, int]] = ()) -> None:
        super().__init__()
        self.editors = dict(editors)
        self._hint, self._wrong = "", dict[str, str]()
        self._label = Label(label, "body", "text3")
        self._glyph, self._note = Glyph("bad", px=14), Label("", "caption", "text3", wrap=True)
        first = next(iter(self.editors.values()))
        self._label.setBuddy(first)
        if label:
            first.setAccessibleName(label)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._assemble(line or [(editor, 1) for editor in self.editors.values()])
        for name, editor in self.editors.items():
            on_edit(editor, self._forgetting(name))
        follow_theme(self._dress)
        self._tell()

    @property
    def errors(self) -> dict[str, str]:
        """What is said to be wrong, by editor."""
        return dict(self._wrong)

    @property
    def hint(self) -> str:
        """The words below, when nothing is wrong."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Show other words below."""
        self._hint = hint
        self._tell()

    def set_error(self, name: str, words: str) -> None:
        """Outline an editor in red and say below what is wrong; no words: nothing is, any more."""
        if words:
            self._wrong[name] = words
        else:
            self._wrong.pop(name, None)
        self._tell()

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        self._wrong.clear()
        self._tell()

    def align_top(self, widget: QWidget) -> None:
        """Keep a widget of the line at its top, beside something high."""
        self._editors_row.setAlignment(widget, Qt.AlignmentFlag.AlignTop)

    def _forgetting(self, name: str) -> Callable[[], None]:
        return lambda: self.set_error(name, "")

    def _tell(self) -> None:
        for name, editor in self.editors.items():
            words = self._wrong.get(name, "")
            if bool(editor.property(ERROR)) != bool(words):
                editor.setProperty(ERROR, bool(words))
                editor.update()
            editor.setAccessibleDescription(words or self._hint)
        said = " ".join(dict.fromkeys(self._wrong.values()))
        self._note.setText(said or self._hint)
        self._note.set_color("bad" if said else "text3")
        self._glyph.setVisible(bool(said))
        self._note.setVisible(bool(said or self._hint))

    def minimumSizeHint(self) -> QSize:
        """A row is as narrow as what is filled in, because the label may stand above."""
        size = super().minimumSizeHint()
        return QSize(min(size.width(), self._inner.minimumSize().width()), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the label above where there is no room beside."""
        super().resizeEvent(event)
        self._arrange()

    def _assemble(self, line: Sequence[tuple[QWidget, int]]) -> None:
        self._editors_row, self._note_row, self._inner = HBox(8), HBox(4), VBox(4)
        for widget, stretch in line:
            self._editors_row.addWidget(widget, stretch, Qt.AlignmentFlag.AlignVCenter)
        if not any(stretch for _, stretch in line):
            self._editors_row.addStretch(1)
        self._note_row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        self._note_row.addWidget(self._note, 1)
        self._inner.addLayout(self._editors_row)
        self._inner.addLayout(self._note_row)
        self._outer.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        self._outer.addLayout(self._inner, 1)

    def _arrange(self) -> None:
        is_narrow = self.width() < scaled(NARROW)
        directions = QBoxLayout.Direction
        self._outer.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._outer.setSpacing(scaled(4 if is_narrow else 8))
        self._label.setMinimumHeight(0 if is_narrow else scaled(HEIGHT))
        self._label.setFixedWidth(max(scaled(LABEL_WIDTH), self._label.sizeHint().width()))
        self._label.setHidden(is_narrow and not self._label.text())

    def _dress(self) -> None:
        self._inner.setSpacing(scaled(4))
        self._editors_row.setSpacing(scaled(8))
        self._note_row.setSpacing(scaled(4))
        self._arrange()


class Tick(QWidget):
    """A box to tick, with what is wrong about it below."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.box = QCheckBox(text)
        self.box.setAccessibleName(text)
        self._glyph, self._note = Glyph("bad", px=14), Label("", "caption", "bad", wrap=True)
        note = HBox(4)
        note.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        column = VBox(4, 0, self)
        column.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeading)
        column.addLayout(note)
        self.box.clicked.connect(lambda _on: self.set_error(""))
        self.set_error("")

    @property
    def error(self) -> str:
        """What is said to be wrong; empty when nothing is."""
        return self._note.text()

    @property
    def is_on(self) -> bool:
        """Whether it is ticked and shown."""
        return self.box.isChecked() and not self.isHidden()

    def set_error(self, words: str) -> None:
        """Say what is wrong; no words: nothing is."""
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self._glyph.setVisible(bool(words))
        self.box.setAccessibleDescription(words)
