"""The third page: which folders, which direction, how far back and how often, and whose the mailbox is."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.domain.mailbox import Direction
from desktop.domain.source import RemoteFolder
from desktop.domain.special_folders import suggested_folders
from desktop.ui.kit.labels import Line
from desktop.views.connect.attachments import AttachmentsRow
from desktop.views.connect.details import DetailsForm
from desktop.views.connect.direction import NO_SENT, DirectionRow, SentRow
from desktop.views.connect.draft import FOLDER, REPLY_TO, SENT, Problems, Spot, is_address
from desktop.views.connect.folders import FolderRow
from desktop.views.connect.form import FrequencyRow, SinceRow
from desktop.views.connect.page import Page
from desktop.views.connect.rows import FormRow

NO_FOLDER = "Choose at least one folder; INBOX is the usual one."
NO_ADDRESS = "Enter one whole address, or leave it empty for the mailbox's own."


class ChoosePage(Page):
    """Everything about what comes in. The folders are the server's own."""

    def __init__(self, now: datetime) -> None:
        super().__init__("What shall come in?", "Only this is read; all of it can be changed later.")
        self.direction, self.sent = DirectionRow(), SentRow()
        self.folders, self.since, self.frequency = FolderRow(), SinceRow(now), FrequencyRow()
        self.attachments, self.details = AttachmentsRow(), DetailsForm()
        self._remote: Sequence[RemoteFolder] = ()
        for row in (self.direction, self.folders, self.sent, self.since, self.frequency, self.attachments):
            self.column.addWidget(row)
        self.column.addWidget(Line())
        self.column.addWidget(self.details)
        self.column.addStretch(1)
        self.folders.button.hide()
        self.direction.choice.changed.connect(self._follow)
        self.sent.choice.activated.connect(lambda _at: self._follow())
        self._follow()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The folders to sync, the one of sent mail among them where it is wanted."""
        return self.sent.added_to(self.folders.list.chosen, self.value)

    @property
    def value(self) -> Direction:
        """The direction."""
        return self.direction.choice.value

    def show_folders(self, folders: Sequence[RemoteFolder], *, sends: bool) -> None:
        """Offer what the server has; the usual ones are ticked unless a person has ticked others."""
        is_first = not self._remote
        self._remote = folders
        if is_first:
            self.folders.list.show_chosen(())
        self.folders.show_folders(folders)
        self.sent.show_folders(folders)
        if is_first:
            self._suggest()
        self.details.show_sending(on=sends)
        self._follow()

    def problems(self) -> Problems:
        """Return what is missing."""
        found: Problems = {}
        if not self.chosen:
            found[Spot(FOLDER)] = NO_FOLDER
        if self.sent.is_needed(self.value, self.folders.list.chosen):
            found[Spot(SENT)] = NO_SENT
        reply_to = self.details.value.reply_to
        if reply_to and not is_address(reply_to):
            found[Spot(REPLY_TO)] = NO_ADDRESS
        return found

    def show_error(self, spot: Spot, words: str) -> QWidget | None:
        """Say what is wrong beside its field; returns it, or None for one of another page."""
        rows: dict[str, FormRow] = {**self.details.rows, FOLDER: self.folders, SENT: self.sent}
        row = rows.get(spot.field)
        if row is None:
            return None
        row.set_error(spot.field, words)
        return row.editors[spot.field]

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for row in self.findChildren(FormRow):
            row.clear_errors()

    def first(self) -> QWidget:
        """Begin with the direction."""
        return self.direction.choice.buttons[self.value]

    def _follow(self) -> None:
        self.sent.setVisible(self.value is Direction.BOTH)
        is_manual = self.value is Direction.MANUAL
        self.since.setVisible(not is_manual)
        self.frequency.setVisible(not is_manual)
        hint = "These can be looked through; nothing of them comes in until you pick it." if is_manual else ""
        self.folders.set_hint(hint)
        self.turned.emit()

    def _suggest(self) -> None:
        for name in suggested_folders(self._remote, Direction.INBOUND):
            self.folders.list.tick(name, on=True)
