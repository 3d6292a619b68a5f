"""The form for a new or an edited customer: errors beside their fields, and nothing is lost when it is refused."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QScrollArea, QWidget

from desktop.domain.errors import AppError
from desktop.services.customer_values import ADDRESSES
from desktop.ui.customer_draft import COMPANY, NAME, OWNER, PHONES, TAGS, CustomerDraft, problems_of
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.drawing.fields import ERROR
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Field, text_field
from desktop.ui.kit.labels import Glyph, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.reading_order import move_focus
from desktop.ui.toasts import announce

WIDTH, FOOT, SPARE = 440, 64, 32


class AddressRow(QWidget):
    """One address with its button to take it away, and what is wrong with it below."""

    removed = Signal(object)
    """The row itself."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.editor = text_field(address, placeholder="name@company.example", name="Address")
        self.remove = IconButton("x", "Remove this address")
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit(self))
        self._glyph, self._wrong = Glyph("bad", px=14), Label("", "caption", "bad", wrap=True)
        line = HBox(4)
        line.addWidget(self.editor, 1)
        line.addWidget(self.remove)
        note = HBox(4)
        note.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        note.addWidget(self._wrong, 1)
        column = VBox(4, 0, self)
        column.addLayout(line)
        column.addLayout(note)
        self.editor.textEdited.connect(lambda _text: self.show_error(""))
        self.show_error("")

    def show_error(self, text: str) -> None:
        """Say what is wrong with the address; empty for nothing."""
        self.editor.setProperty(ERROR, bool(text))
        self.editor.setAccessibleDescription(text)
        self.editor.update()
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
        self._glyph.setVisible(bool(text))

    @property
    def error(self) -> str:
        """What is said to be wrong; empty when nothing is."""
        return self._wrong.text()


class CustomerForm(QDialog):
    """Asks for a customer's values. Whoever opens it carries the wish out, then closes it or shows the refusal."""

    wanted = Signal(object)
    """A checked :class:`CustomerDraft` that is to be stored: answer with ``accept()`` or :meth:`refuse`."""

    def __init__(self, title: str, save: str, draft: CustomerDraft, parent: QWidget, *, note: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAccessibleName(title)
        self.name = Field("Name", text_field(draft.name))
        self.company = Field("Company", text_field(draft.company))
        self.owner = Field("Owner", text_field(draft.owner), hint="Who looks after this customer")
        self.tags = Field("Tags", text_field(draft.tags), hint="Separated by commas")
        self.phones = Field("Phones", text_field(draft.phones), hint="Separated by commas")
        self.rows: list[AddressRow] = []
        self.add = Button("Add an address", "plus", "quiet", small=True)
        self.save = Button(save, None, "primary", "Enter")
        self.cancel = Button("Cancel", None, "secondary", "Esc")
        self._addresses = VBox(4)
        self._glyph, self._refused = Glyph("bad"), Label("", "body", "bad", wrap=True)
        self._lay_out(title, note)
        for address in draft.addresses or ("",):
            self._add_row(address)
        self.add.clicked.connect(lambda _checked=False: self._add_row("").editor.setFocus())
        self.save.clicked.connect(lambda _checked=False: self._submit())
        self.cancel.clicked.connect(lambda _checked=False: self.reject())
        self.save.setDefault(True)
        field = self._field(NAME)
        field.setFocus()
        field.selectAll()

    # --- values -----------------------------------------------------------------------------------------------------

    def draft(self) -> CustomerDraft:
        """Return what is filled in now."""
        texts = {name: self._field(name).text().strip() for name in (NAME, COMPANY, OWNER, TAGS, PHONES)}
        addresses = tuple(row.editor.text().strip() for row in self.rows)
        return CustomerDraft(texts[NAME], addresses, texts[COMPANY], texts[OWNER], texts[TAGS], texts[PHONES])

    def refuse(self, error: AppError) -> None:
        """Show why it could not be stored; everything filled in stays."""
        self.save.setEnabled(True)
        words = " ".join(part for part in (error.what, error.action) if part)
        self._refused.setText(words)
        self._refused.show()
        self._glyph.show()
        announce(self, words)

    @property
    def refusal(self) -> str:
        """What is said about the last try; empty when nothing is."""
        return self._refused.text() if self._refused.isVisibleTo(self) else ""

    def _submit(self) -> None:
        draft = self.draft()
        wrong = problems_of(draft)
        self._show_problems(wrong)
        if wrong:
            first = next(iter(wrong))
            editor = self.rows[first].editor if isinstance(first, int) else self._field(first)
            editor.setFocus()
            announce(self, wrong[first])
            return
        self._refused.hide()
        self._glyph.hide()
        self.save.setEnabled(False)
        self.wanted.emit(draft)

    def _show_problems(self, wrong: dict[str | int, str]) -> None:
        for name, field in self._fields().items():
            if name in wrong:
                field.set_error(wrong[name])
            else:
                field.clear_error()
        for at, row in enumerate(self.rows):
            row.show_error(wrong.get(at, ""))

    def _fields(self) -> dict[str, Field]:
        return {NAME: self.name, COMPANY: self.company, OWNER: self.owner, TAGS: self.tags, PHONES: self.phones}

    def _field(self, name: str) -> QLineEdit:
        editor = self._fields()[name].editor
        assert isinstance(editor, QLineEdit)  # noqa: S101 - made as such above
        return editor

    # --- addresses --------------------------------------------------------------------------------------------------

    def _add_row(self, address: str) -> AddressRow:
        row = AddressRow(address)
        row.removed.connect(self._remove_row)
        self.rows.append(row)
        self._addresses.addWidget(row)
        self._name_rows()
        return row

    def _remove_row(self, row: AddressRow) -> None:
        at = self.rows.index(row)
        self.rows.remove(row)
        self._addresses.removeWidget(row)
        row.hide()
        row.deleteLater()
        if self.rows:
            self.rows[min(at, len(self.rows) - 1)].editor.setFocus()
        else:
            self.add.setFocus()
        self._name_rows()

    def _name_rows(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            row.editor.setAccessibleName("Address" if len(self.rows) == 1 else f"Address {number}")
            row.remove.set_name(f"Remove {row.editor.text()}" if row.editor.text() else "Remove this address")
        self.add.setEnabled(len(self.rows) < ADDRESSES)

    # --- making -----------------------------------------------------------------------------------------------------

    def _lay_out(self, title: str, note: str) -> None:
        self._inner = inner = QWidget()
        fields = VBox(12, (24, 16, 24, 16), inner)
        fields.addWidget(Label(title, "title"))
        if note:
            fields.addWidget(Label(note, "body", "text2", wrap=True))
        fields.addWidget(self.name)
        group = VBox(4)
        group.addWidget(Label("Addresses", "caption", "text3"))
        group.addLayout(self._addresses)
        group.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        fields.addLayout(group)
        for field in (self.phones, self.company, self.owner, self.tags):
            fields.addWidget(field)
        fields.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        column = VBox(0, 0, self)
        column.addWidget(scroll, 1)
        column.addWidget(Line())
        column.addLayout(self._foot())

    def _foot(self) -> VBox:
        foot = VBox(8, (24, 12, 24, 12))
        refused = HBox(8)
        refused.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        refused.addWidget(self._refused, 1)
        self._glyph.hide()
        self._refused.hide()
        buttons = HBox(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        foot.addLayout(refused)
        foot.addLayout(buttons)
        return foot

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes in reading order, also through addresses that were added."""
        return move_focus(self, forward=is_next)

    def sizeHint(self) -> QSize:
        """Be as large as the fields need, but never larger than the screen."""
        wanted = QSize(scaled(WIDTH), self._inner.sizeHint().height() + scaled(FOOT) + scaled(SPARE))
        room = self.screen().availableSize() - QSize(scaled(32), scaled(64))
        return wanted.boundedTo(room)
