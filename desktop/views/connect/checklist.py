"""The review of a mailbox's settings: what the program can tell is ticked with evidence, a person ticks the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QWidget

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.mailbox_review import MailboxReview, Point, checklist
from desktop.domain.signing_in import Grant
from desktop.services.mailbox_review import note_reviewed
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, day

LEAD = "What is ticked was looked up just now. The other points only a person can tell: tick them once you have looked."
NARROW = 400
BUTTONS = {
    "owner": "Edit details…",
    "recovery": "Edit details…",
    "sender": "Edit details…",
    "sign_in": "Reconnect…",
    "arrives": "Sync now",
    "sends": "Test…",
    "timeline": "Show its emails",
    "backfill": "",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a mailbox for its review."""

    mailbox: Mailbox
    grant: Grant | None
    health: Health
    review: MailboxReview | None


class ReviewSheet(Sheet):
    """All points of one mailbox; it can be noted as reviewed once each is ticked."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        address = mailbox.address
        super().__init__(parent, f"Review {address}", f"Review the settings of {address}", LEAD)
        self._frame, self._mailbox_id = frame, mailbox.id
        self._parent = parent
        self.points: dict[str, PointLine] = {}
        self._ticked: set[str] = set()
        self.why = Note("ok", "", glyph=True)
        self.why.hide()
        self.reviewed = Button("Note as reviewed", "check", "primary")
        self.reviewed.clicked.connect(lambda _checked=False: self._note())
        self._card = Card()
        self._column = VBox(0, (16, 4, 16, 4), self._card)
        self._loading: QWidget = LoadingRows(6, 48)
        self._assemble()
        frame.ops.changed.connect(self._hear)
        self._read()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._frame.ops.read(self, partial(_look, self._mailbox_id), self._show, failed=self._failed, slot="points")

    def _hear(self, change: ChangeSet) -> None:
        if change.changed & (Changed.MAILBOXES | Changed.HEALTH):
            self._read()

    def _show(self, looked: Looked | None) -> None:
        if looked is None:
            self.reject()
            return
        now = self._frame.clock.now()
        self._say_why(looked.review, now)
        points = checklist(looked.mailbox, looked.grant, looked.health, now)
        if [one.key for one in points] != list(self.points):
            self._list(points)
        for one in points:
            self.points[one.key].show_point(one, is_ticked=one.key in self._ticked)
        self._count()
        self.fit()

    def _failed(self, error: AppError) -> None:
        self._loading.hide()
        self.say("bad", str(error))

    def _say_why(self, review: MailboxReview | None, now: datetime) -> None:
        if review is None:
            return
        last = f" It was reviewed on {day(review.reviewed_at, now)}." if review.reviewed_at else ""
        if review.is_due(now):
            self.why.show_note("warn", f"The review is due. {review.words}{last}")
        else:
            self.why.show_note("ok", f"The next review is due on {day(review.due_at, now)}.{last}")
        self.why.show()

    # --- points -----------------------------------------------------------------------------------------------------

    def _list(self, points: Sequence[Point]) -> None:
        self._loading.hide()
        for old in self._card.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if old is not self._loading:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.points = {}
        for at, one in enumerate(points):
            if at:
                self._column.addWidget(Line(color="line"))
            line = PointLine(one, BUTTONS.get(one.key, ""))
            line.ticked.connect(partial(self._tick, one.key))
            line.asked.connect(self._act_of(one.key))
            self.points[one.key] = line
            self._column.addWidget(line)
            line.show()

    def _tick(self, key: str, on: bool) -> None:
        if on:
            self._ticked.add(key)
        else:
            self._ticked.discard(key)
        self._count()

    def _count(self) -> None:
        left = sum(1 for line in self.points.values() if not line.is_ticked)
        self.reviewed.setEnabled(bool(self.points) and not left)
        words = f"{counted(left, 'point is', 'points are')} not ticked yet" if left else ""
        self.reviewed.setToolTip(words)
        self.left.setText(words if self.points else "")

    def _act_of(self, key: str) -> Callable[[], None]:
        doors, sync, mailbox_id = self._frame.doors, self._frame.sync, self._mailbox_id
        acts: dict[str, Callable[[], object]] = {
            "sign_in": partial(doors.reconnect, mailbox_id),
            "arrives": partial(sync.sync_now, mailbox_id),
            "sends": partial(doors.test_mailbox, mailbox_id),
        }

        def act() -> None:
            if key == "timeline":
                self.accept()
                doors.go(Place("emails", mailbox_id=mailbox_id))
            else:
                acts.get(key, partial(doors.edit_details, mailbox_id))()

        return act

    # --- noting -----------------------------------------------------------------------------------------------------

    def _note(self) -> None:
        self.reviewed.setEnabled(False)
        mailbox_id = self._mailbox_id
        self._frame.ops.run(
            self,
            lambda uow, clock: note_reviewed(uow, mailbox_id, clock),
            then=lambda _change: self.accept(),
            failed=self._not_noted,
        )

    def _not_noted(self, error: AppError) -> None:
        self._count()
        self.say("bad", str(error))

    def _assemble(self) -> None:
        self.left = ElidedLabel("", "caption", "text2")
        self._column.addWidget(self._loading)
        self.inside.addWidget(self.why)
        self.inside.addWidget(self._card)
        self.inside.addStretch(1)
        self.buttons.addWidget(self.left, 1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.reviewed)
        self.cancel.setText("Close")
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)


class PointLine(QWidget):
    """One point: its tick, the evidence, and the button that helps. What is known to be fine needs none."""

    ticked = Signal(bool)
    asked = Signal()

    def __init__(self, point: Point, button: str) -> None:
        super().__init__()
        self.point = point
        self.setMinimumHeight(scaled(48))
        self.box, self._fine = QCheckBox(point.words), Glyph("ok", "Fine")
        self._words = Label(point.words, "body", wrap=True)
        self._glyph, self._more = Glyph("warn", px=14), Label("", "caption", "text3", wrap=True)
        self.button = Button(button, small=True)
        self.button.setVisible(False)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, scaled(4), 0, scaled(4))
        self._line.setSpacing(scaled(12))
        texts, known, below = VBox(0), HBox(8), HBox(4, (24, 0, 0, 0))
        known.addWidget(self._fine, 0, Qt.AlignmentFlag.AlignVCenter)
        known.addWidget(self._words, 1)
        below.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._more, 1)
        texts.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeading)
        texts.addLayout(known)
        texts.addLayout(below)
        self._line.addLayout(texts, 1)
        self._line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.box.clicked.connect(self.ticked)
        self.button.clicked.connect(lambda _checked=False: self.asked.emit())

    @property
    def is_ticked(self) -> bool:
        """Whether it is known to be fine, or somebody says so."""
        return self.point.is_fine is True or self.box.isChecked()

    def show_point(self, point: Point, *, is_ticked: bool) -> None:
        """Show what is known now; *is_ticked*: somebody has ticked it."""
        self.point = point
        is_known = point.is_fine is True
        self.box.setText(point.words)
        self.box.setChecked(is_ticked)
        self.box.setHidden(is_known)
        self._words.setText(point.words)
        for shown in (self._fine, self._words):
            shown.setVisible(is_known)
        self._glyph.setVisible(point.is_fine is False)
        self._more.setText(point.more)
        self.button.setVisible(bool(self.button.text()) and not is_known)
        state = "fine" if is_known else "look at it" if point.is_fine is None else "not right yet"
        self.box.setAccessibleName(point.words)
        self.box.setAccessibleDescription(f"{state}. {point.more}")
        self.button.setAccessibleName(f"{self.button.text().removesuffix('…')}: {point.words}")

    def minimumSizeHint(self) -> QSize:
        """A point is as narrow as its tick with its words: the button may stand below."""
        width = max(self.box.sizeHint().width(), self.button.sizeHint().width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button below where there is no room beside."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._line.setDirection(directions.TopToBottom if self.width() < scaled(NARROW) else directions.LeftToRight)

    def said(self) -> str:
        """What the line says, for tests."""
        return f"{'[x]' if self.is_ticked else '[ ]'} {self.point.words}. {self._more.text()}"


def _look(mailbox_id: MailboxId, read: Any) -> Looked | None:
    mailbox = next((one for one in read.mailboxes.every() if one.id == mailbox_id), None)
    if mailbox is None:
        return None
    return Looked(
        mailbox, read.grants.of(mailbox_id), read.mailboxes.health(mailbox_id), read.mailbox_reviews.of(mailbox_id)
    )
