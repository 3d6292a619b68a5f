"""The head of an email: what it is about, who sent it, when and to whom."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.rows import PlaceRow
from desktop.ui import words
from desktop.ui.kit.folding import FoldingNote
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Avatar, ElidedLabel, Label, follow_theme
from desktop.ui.kit.messages import Note
from desktop.ui.preview.delivery_note import DeliveryNote
from desktop.ui.preview.letter import Letter
from desktop.ui.preview.verdicts import sender_of, subject_of

FAR = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NAMED = 20
"""So many recipients are named in a tooltip."""


class LetterHead(QWidget):
    """Shows the head of one email. *tools* stand beside the subject; *brief* keeps each note to one line."""

    def __init__(self, tools: Sequence[QWidget] = (), *, brief: bool = False) -> None:
        super().__init__()
        self.subject = Label("", "section", wrap=True)
        self.avatar = Avatar("", 32)
        self.name = ElidedLabel("", "strong")
        self.address = ElidedLabel("", "caption", "text3", mode="address")
        self.date = Label("", "caption", "text3")
        self.to = ElidedLabel("", "caption", "text3")
        self.people = tuple(ElidedLabel("", "caption", "text3") for _ in range(2))
        self.tags = ElidedLabel("", "caption", "text2")
        note = FoldingNote if brief else Note
        self.doubt, self.wrote = note("warn", "", glyph=True), note("info", "")
        self.delivery = DeliveryNote(note("bad", "", glyph=True))
        for label in (self.date, self.to):
            label.setAlignment(FAR)
        self.tells_doubt = True
        """Whether the doubt about the sender is told here, and not beside what is decided."""
        self._is_low = False
        self._column = QVBoxLayout(self)
        self._assemble(tools)
        follow_theme(self._dress)

    def show_letter(self, letter: Letter, now: datetime) -> None:
        """Show an email's head; its day is named as it is called *now*."""
        row = letter.row
        self.subject.setText(subject_of(row))
        self.avatar.show_name(sender_of(row))
        self.name.setText(sender_of(row))
        self.address.setText(row.from_address if row.from_name else "")
        moment = row.received_at or row.stored_at
        self.date.setText(f"{words.day(moment, now)} {words.clock_time(moment)}")
        self.date.setToolTip(words.exact(moment))
        to, cc = letter.people("to"), letter.people("cc")
        self.to.setText(_short(to) or f"to {words.local_part(row.mailbox)}")
        self.to.setToolTip(_long("To", to))
        for label, caption, people in zip(self.people, ("To", "Cc"), (to, cc), strict=True):
            label.setText(f"{caption} {_names(people)}")
            label.setToolTip(_long(caption, people))
            label.setVisible(bool(people) and (len(to) > 1 or bool(cc)))
        self.tags.setText(f"{'Tags' if len(row.tags) > 1 else 'Tag'}  {', '.join(row.tags)}" if row.tags else "")
        self.tags.setVisible(bool(row.tags))
        doubt = letter.note("sender_doubt") or letter.parties.unproven
        self.doubt.show_note("warn", doubt)
        self.doubt.setVisible(bool(doubt) and self.tells_doubt)
        self.wrote.show_note("info", letter.parties.told)
        self.wrote.setVisible(bool(letter.parties.told))
        self.delivery.show_delivery(letter.delivery)
        self._say()

    def show_place(self, place: PlaceRow) -> None:
        """Show the head of a message that is not kept: all that is known is where it lies."""
        self.subject.setText("Not kept" if place.code != "FETCH_RETRYING" else "Not delivered yet")
        self.avatar.show_name("?")
        self.name.setText(f"Message {place.ref}")
        self.address.setText(f"in {place.folder} of {place.mailbox}")
        self.date.setText(words.clock_time(place.seen_at))
        self.date.setToolTip(words.exact(place.seen_at))
        self.to.setText("")
        for label in (*self.people, self.tags, self.doubt, self.wrote, self.delivery):
            label.hide()
        self._say()

    def set_low(self, *, is_low: bool) -> None:
        """Keep margins that a low pane can spare."""
        if self._is_low != is_low:
            self._is_low = is_low
            self._dress()

    def _say(self) -> None:
        parts = (self.subject.text(), f"from {self.name.text()} {self.address.text()}", self.date.toolTip())
        notes = (note.accessibleName() for note in (self.doubt, self.wrote, self.delivery) if not note.isHidden())
        self.setAccessibleName(", ".join((*parts, *notes)))

    def _assemble(self, tools: Sequence[QWidget]) -> None:
        title = QHBoxLayout()
        title.setSpacing(scaled(4))
        title.addWidget(self.subject, 1)
        for tool in tools:
            title.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(title)
        who = QHBoxLayout()
        who.setSpacing(scaled(12))
        who.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        for first, second, stretch in ((self.name, self.address, 1), (self.date, self.to, 0)):
            lines = QVBoxLayout()
            lines.setSpacing(0)
            lines.addWidget(first)
            lines.addWidget(second)
            lines.addStretch(1)
            who.addLayout(lines, stretch)
        self._column.addLayout(who)
        for label in self.people:
            self._column.addWidget(label)
        self._column.addWidget(self.tags)
        for note in (self.doubt, self.wrote, self.delivery):
            self._column.addWidget(note)

    def _dress(self) -> None:
        margin = scaled(8 if self._is_low else 12)
        self._column.setContentsMargins(scaled(16), margin, scaled(16), margin)
        self._column.setSpacing(scaled(4 if self._is_low else 8))
        self.to.setMaximumWidth(scaled(160))


def _short(people: Sequence[tuple[str, str]]) -> str:
    if not people:
        return ""
    more = f" +{len(people) - 1}" if len(people) > 1 else ""
    return f"to {words.local_part(people[0][1])}{more}"


def _names(people: Sequence[tuple[str, str]]) -> str:
    return ", ".join(name or address for name, address in people[:NAMED])


def _long(caption: str, people: Sequence[tuple[str, str]]) -> str:
    lines = [f"{name} <{address}>" if name else address for name, address in people[:NAMED]]
    more = [f"and {len(people) - NAMED} more"] if len(people) > NAMED else []
    return "\n".join([f"{caption}:", *lines, *more]) if people else ""
