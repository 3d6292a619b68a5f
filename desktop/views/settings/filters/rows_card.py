"""The rows of the filters in their order: added, removed, moved by drag or key, begun from a preset."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.filters import FilterRow
from desktop.domain.ids import MailboxId
from desktop.filtering.presets import PRESETS, Preset
from desktop.ui.kit.buttons import Button, FilterChip
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.surfaces import Card
from desktop.ui.toasts import announce
from desktop.views.settings.filters.drafting import moved, new_row
from desktop.views.settings.filters.editor import RowEditor, numbered

ROOMY = 960
NO_ROWS = "All mail comes in. Add a filter, or begin with a preset."


class RowsCard(Card):
    """Edits the rows of a draft. Rows of other mailboxes than the one that is looked at keep their places."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.editors: list[RowEditor] = []
        self._rows: list[FilterRow] = []
        self._mailbox: MailboxId | None = None
        self._addresses: Mapping[MailboxId, str] = {}
        self._lines = VBox(0)
        self.nothing = Label(NO_ROWS, "body", "text2", wrap=True)
        self.add_button = Button("Add filter", "plus", "quiet", small=True)
        self.presets = {preset.name: FilterChip(preset.name) for preset in PRESETS}
        self._assemble()
        follow_theme(self._dress)

    # --- the draft --------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[FilterRow, ...]:
        """All rows as they are edited now, those that are not shown too."""
        edited = {id(one): editor.row for one, editor in zip(self._shown(), self.editors, strict=True)}
        return tuple(edited.get(id(row), row) for row in self._rows)

    @property
    def wrong(self) -> str:
        """Why the rows cannot be stored, with the number of the first that cannot; empty when they can."""
        return next((f"Filter {at}: {one.wrong}" for at, one in enumerate(self.editors, 1) if one.wrong), "")

    def show_rows(
        self, rows: Sequence[FilterRow], mailbox_id: MailboxId | None, addresses: Mapping[MailboxId, str]
    ) -> None:
        """Edit *rows*, of which those that hold for a mailbox are shown, or all."""
        self._rows, self._mailbox, self._addresses = list(rows), mailbox_id, addresses
        self._make_editors()

    def show_hits(self, hits: Sequence[int], customers: Sequence[int]) -> None:
        """Say at each row how many emails it decides; the counts are of :attr:`rows` without those that are wrong."""
        told = iter(zip(hits, customers, strict=True))
        shown = {id(row): editor for row, editor in zip(self._shown(), self.editors, strict=True)}
        for row in self._rows:
            editor = shown.get(id(row))
            if editor is not None and editor.wrong:
                editor.show_hits(None)
                continue
            count = next(told, (0, 0))
            if editor is not None:
                editor.show_hits(*count)

    def add(self, row: FilterRow, at: int | None = None) -> RowEditor:
        """Add a row and be ready to fill it in; before place *at* of all rows (from 0) if given."""
        self._keep()
        self._rows.insert(len(self._rows) if at is None else at, row)
        self._make_editors()
        editor = self.editors[-1] if at is None else self.editors[0]
        editor.take_focus()
        self.changed.emit()
        return editor

    def add_new(self) -> None:
        """Add a row to be filled in."""
        self.add(new_row(self._mailbox))

    def add_preset(self, preset: Preset) -> None:
        """Add the row of a preset, if there is none like it; the fields that ask for something say what."""
        self._update_presets()
        if any(_is_alike(row, preset.row) for row in self.rows):
            return
        editor = self.add(replace(preset.row, mailbox_id=self._mailbox))
        if preset.asks_for:
            editor.values.setPlaceholderText(preset.asks_for)

    def move_focused(self, by: int) -> None:
        """Move the row that has the focus up or down."""
        focus = QApplication.focusWidget()
        for at, editor in enumerate(self.editors):
            if focus is not None and (editor is focus or editor.isAncestorOf(focus)):
                self._move(at, at + by, focus.accessibleName().partition(", ")[2])
                return

    # --- what the rows do -------------------------------------------------------------------------------------------

    def _move(self, at: int, to: int, part: str = "") -> None:
        if not 0 <= to < len(self.editors) or at == to:
            return
        shown = self._shown()
        target = self._index(shown[to])
        self._keep()
        self._rows = moved(self._rows, self._index_of_shown(at), target)
        self._make_editors()
        numbered(self.editors)
        self._focus_part(self.editors[to], part)
        announce(self, f"Filter moved to place {to + 1} of {len(self.editors)}")
        self.changed.emit()

    def _focus_part(self, editor: RowEditor, part: str) -> None:
        widgets = (editor.effect, editor.field, editor.how, editor.values, editor.kinds, editor.remove)
        wanted: Sequence[QWidget] = [one for one in widgets if part and one.accessibleName().endswith(part)]
        (wanted[0] if wanted else editor.effect).setFocus()

    def _remove(self, editor: RowEditor) -> None:
        at = self.editors.index(editor)
        self._keep()
        del self._rows[self._index_of_shown(at)]
        self._make_editors()
        left = self.editors[min(at, len(self.editors) - 1)].remove if self.editors else self.add_button
        left.setFocus()
        self.changed.emit()

    def _dragged(self, editor: RowEditor, where: QPoint) -> None:
        """Follow the pointer: the row changes places as soon as it is over the middle of another."""
        at, y = self.editors.index(editor), self.mapFromGlobal(where).y()
        middles = [one.geometry().center().y() for one in self.editors]
        to = sum(1 for place, middle in enumerate(middles) if place != at and middle < y)
        if to == at:
            return
        self._rows = moved(self._kept(), self._index_of_shown(at), self._index(self._shown()[to]))
        self.editors.insert(to, self.editors.pop(at))
        for place, one in enumerate(self.editors):
            self._lines.removeWidget(one)
            self._lines.insertWidget(place, one)
        numbered(self.editors)

    def _dropped(self) -> None:
        self.changed.emit()

    def _changed(self) -> None:
        numbered(self.editors)
        self._update_presets()
        self.changed.emit()

    # --- making -----------------------------------------------------------------------------------------------------

    def _shown(self) -> list[FilterRow]:
        return [row for row in self._rows if self._mailbox is None or row.mailbox_id in {None, self._mailbox}]

    def _index(self, row: FilterRow) -> int:
        return next(at for at, one in enumerate(self._rows) if one is row)

    def _index_of_shown(self, at: int) -> int:
        return self._index(self._shown()[at])

    def _kept(self) -> list[FilterRow]:
        self._keep()
        return self._rows

    def _keep(self) -> None:
        """Take what was typed over into the rows."""
        self._rows = [replace(row) for row in self.rows]

    def _make_editors(self) -> None:
        for editor in self.editors:
            self._lines.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self.editors = []
        for row in self._shown():
            only = self._addresses.get(row.mailbox_id, "") if row.mailbox_id is not None else ""
            editor = RowEditor(row, only)
            editor.changed.connect(self._changed)
            editor.removed.connect(partial(QTimer.singleShot, 0, partial(self._remove, editor)))
            editor.handle.dragged.connect(partial(self._dragged, editor))
            editor.handle.dropped.connect(self._dropped)
            self._lines.addWidget(editor)
            self.editors.append(editor)
        numbered(self.editors)
        self.nothing.setVisible(not self.editors)
        self._update_presets()

    def _update_presets(self) -> None:
        for preset in PRESETS:
            self.presets[preset.name].setChecked(any(_is_alike(row, preset.row) for row in self.rows))

    def _assemble(self) -> None:
        self._foot = HBox(8)
        self._foot.addWidget(self.add_button)
        self._foot.addWidget(Label("Presets", "caption", "text3"))
        flow = FlowLayout(8)
        for preset in PRESETS:
            chip = self.presets[preset.name]
            chip.clicked.connect(lambda _checked=False, preset=preset: self.add_preset(preset))
            chip.setAccessibleName(f"Preset: {preset.name}")
            flow.addWidget(chip)
        self._foot.addLayout(flow, 1)
        self.hint = ElidedLabel("Alt+Up, Alt+Down to move a filter", "caption", "text3")
        self._foot.addWidget(self.hint)
        self.add_button.clicked.connect(lambda _checked=False: self.add_new())
        column = VBox(0, 0, self)
        column.addLayout(self._lines)
        column.addWidget(self.nothing)
        column.addLayout(self._foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hint out where the presets need its room."""
        super().resizeEvent(event)
        self.hint.setVisible(self.width() >= scaled(ROOMY))

    def _dress(self) -> None:
        self._foot.setContentsMargins(scaled(8), scaled(8), scaled(12), scaled(8))
        self.nothing.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))


def _is_alike(row: FilterRow, preset: FilterRow) -> bool:
    same = (row.effect, row.field, row.comparison) == (preset.effect, preset.field, preset.comparison)
    return same and bool(preset.values) and set(preset.values) <= set(row.values)
