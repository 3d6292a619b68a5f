"""The queue on screen: keys pass over heads, clicks open and close them, and selected emails can be dragged away."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from desktop.domain.ids import EmailId
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from desktop.ui.mail_drag import DraggedMail, mail_drag, mail_mime
from desktop.ui.tables import TableView
from desktop.views.review.choice import Choice, name_of
from desktop.views.review.queue import GroupRow, MailRow
from desktop.views.review.queue_delegate import HEAD_HEIGHT, MAIL_HEIGHT, QueueDelegate, is_on_action, is_on_retry
from desktop.views.review.queue_model import QueueModel

Flag = QItemSelectionModel.SelectionFlag
Cursor = QAbstractItemView.CursorAction


class QueueView(TableView):
    """Shows a :class:`QueueModel`. Heads are never selected; a closed one can be the current row, to be opened."""

    chosen = Signal()
    """Other emails are selected, or another one is current."""
    fold_wanted = Signal(str, bool)
    """Show all emails of a group, or only the first few."""
    close_wanted = Signal(str, bool)
    """Close a group, or open it."""
    retry_wanted = Signal(int)
    """An assignment that failed is to be tried again: the email's id."""
    menu_wanted = Signal(QPoint)
    """The commands for the selection, at this place of the screen."""
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, model: QueueModel) -> None:
        super().__init__("Emails to review", scaled(MAIL_HEIGHT))
        self.queue = model
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(self))
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.moved.connect(lambda _row: self.chosen.emit())
        model.shown.connect(self._size_rows)
        theme().changed.connect(self._size_rows)

    # --- what is chosen ---------------------------------------------------------------------------------------------

    def choice(self) -> Choice:
        """Return the selected emails; without a selection the current one."""
        rows = [row for at in self.selected_rows() if (row := self.queue.mail(at)) is not None]
        if not rows and (current := self.queue.mail(self.currentIndex().row())) is not None:
            rows = [current]
        return Choice(tuple(row.item for row in rows))

    def go_to(self, row: int) -> None:
        """Make the email at or below *row* the current and only selected one."""
        place = self.queue.mail_near(row)
        if place >= 0:
            super().go_to(place)
        else:
            self.clearSelection()

    def go_by(self, steps: int) -> None:
        """Move the current row, over heads."""
        self._step(self._beside(self.currentIndex().row(), 1 if steps > 0 else -1))

    def select(self, emails: set[EmailId]) -> None:
        """Select these emails, as far as they are shown, and make the first of them current."""
        places = [
            at for at, row in enumerate(self.queue.rows) if isinstance(row, MailRow) and row.item.mail.id in emails
        ]
        if not places:
            return
        selection = QItemSelection()
        for place in places:
            index = self.queue.index(place, 0)
            selection.select(index, index)
        self.selectionModel().setCurrentIndex(self.queue.index(places[0], 0), Flag.NoUpdate)
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        self.scrollTo(self.queue.index(places[0], 0))

    # --- keys -------------------------------------------------------------------------------------------------------

    def moveCursor(self, action: Cursor, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrows, pages, Home and End land on emails, or on a head whose emails are away."""
        steps = {Cursor.MoveUp: -1, Cursor.MovePrevious: -1, Cursor.MoveDown: 1, Cursor.MoveNext: 1}
        if action in steps:
            place = self._beside(self.currentIndex().row(), steps[action])
            return self.queue.index(place, 0) if place >= 0 else self.currentIndex()
        found = super().moveCursor(action, modifiers)
        place = self.queue.mail_near(found.row()) if found.isValid() else -1
        return self.queue.index(place, 0) if place >= 0 else QModelIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left closes a group step by step, Right opens it; the rest is the table's."""
        forward = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        backward = Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left
        head = self._head_of_current()
        if head is not None and event.key() in {forward, backward} and not event.modifiers() & ~_KEYPAD:
            self._turn(head, opens=event.key() == forward)
            event.accept()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter(event)
        elif event.text().strip() and not event.modifiers() & ~_TYPED:
            event.ignore()  # a letter that is no command now: the screen says why
        else:
            super().keyPressEvent(event)

    def _enter(self, event: QKeyEvent) -> None:
        row = self.queue.row(self.currentIndex().row())
        if isinstance(row, GroupRow):
            self.close_wanted.emit(row.key, not row.is_closed)
        else:
            event.ignore()

    def _turn(self, head: GroupRow, *, opens: bool) -> None:
        if opens and head.is_closed:
            self.close_wanted.emit(head.key, False)
        elif opens and head.hidden:
            self.fold_wanted.emit(head.key, False)
        elif not opens and head.can_fold and not head.hidden:
            self.fold_wanted.emit(head.key, True)
        elif not opens and not head.is_closed:
            self.close_wanted.emit(head.key, True)

    def _head_of_current(self) -> GroupRow | None:
        row = self.queue.row(self.currentIndex().row())
        if row is None or isinstance(row, GroupRow):
            return row
        return next((one for one in self.queue.rows if isinstance(one, GroupRow) and one.key == row.group), None)

    def _beside(self, row: int, step: int) -> int:
        """Return the next place from *row* on that keys stop at, or -1."""
        place = row + step
        while (found := self.queue.row(place)) is not None:
            if self.queue.mail(place) is not None or (isinstance(found, GroupRow) and found.is_closed):
                return place
            place += step
        return -1

    def _step(self, place: int) -> None:
        if place >= 0:
            index = self.queue.index(place, 0)
            self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect | Flag.Rows)
            self.scrollTo(index)

    # --- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a head, or on Retry, chooses nothing."""
        index = self.indexAt(event.position().toPoint())
        row = self.queue.row(index.row())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            box, x = QRectF(self.visualRect(index)), event.position().x()
            if isinstance(row, GroupRow):
                self._click_head(row, box, x)
                event.accept()
                return
            if is_on_retry(row, box, x, mirrored=self.isRightToLeft()):
                self.retry_wanted.emit(row.item.mail.id)
                event.accept()
                return
        super().mousePressEvent(event)

    def _click_head(self, row: GroupRow, box: QRectF, x: float) -> None:
        selected = self.queue.selected.get(row.key, 0)
        if is_on_action(row, selected, box, x, mirrored=self.isRightToLeft()):
            self.fold_wanted.emit(row.key, not row.hidden)
        else:
            self.close_wanted.emit(row.key, not row.is_closed)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Carry the selected emails away; says so before and after, for the targets to show themselves."""
        choice = self.choice()
        if not choice.items:
            return
        first = self.queue.mail(self.currentIndex().row())
        top = first.item if first is not None and first.item in choice.items else choice.items[0]
        data = mail_mime([item.mail.id for item in choice.items], [item.mail.subject for item in choice.items])
        card = DraggedMail(name_of(top), top.mail.subject or "No subject", len(choice.items))
        drag = mail_drag(self, data, card, targets_left=self.isRightToLeft())
        self.drag_began.emit()
        try:
            drag.exec(Qt.DropAction.MoveAction)
        finally:
            self.drag_ended.emit()

    # --- inner ------------------------------------------------------------------------------------------------------

    def _selection_changed(self) -> None:
        counts: dict[str, int] = {}
        if self.selected_count() > 1:
            for at in self.selected_rows():
                row = self.queue.mail(at)
                if row is not None:
                    counts[row.group] = counts.get(row.group, 0) + 1
        if counts != self.queue.selected:
            self.queue.selected = counts
            self.queue.repaint_heads()
        self.chosen.emit()

    def _size_rows(self) -> None:
        """Heads are lower than emails; sections keep their size only while rows do not move."""
        header = self.verticalHeader()
        mail, head = scaled(MAIL_HEIGHT), scaled(HEAD_HEIGHT)
        header.setDefaultSectionSize(mail)
        for at, row in enumerate(self.queue.rows):
            wanted = head if isinstance(row, GroupRow) else mail
            if header.sectionSize(at) != wanted:
                header.resizeSection(at, wanted)

    def _ask_for_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid() or not self.viewport().rect().contains(place):
            index = self.currentIndex()
            place = self.visualRect(index).center()
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_TYPED = _KEYPAD | Qt.KeyboardModifier.ShiftModifier
