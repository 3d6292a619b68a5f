"""Has files brought that are not here, and shows how far they are."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.domain.attachments import AttachmentProgress
from desktop.domain.changes import Changed, ChangeSet
from desktop.services import attachments
from desktop.ui.toasts import announce

if TYPE_CHECKING:
    from desktop.ui.preview.preview import MailPreview

ASKED, TAKEN_BACK = "It is asked for.", "It is not asked for any more."
SOON_MS = 200
"""Every piece of a large file is a change."""

CONCERNS = Changed.ATTACHMENTS | Changed.HEALTH | Changed.MAILBOXES


class Fetching(QObject):
    """For the email that a preview shows. What is asked for is remembered until it is here, also over a restart."""

    def __init__(self, preview: "MailPreview") -> None:
        super().__init__(preview)
        self._preview = preview
        preview.page.awaited.asked.connect(self.download)
        preview.page.awaited.taken_back.connect(self.take_back)
        preview.frame.sync.attachment_progressed.connect(self._progressed)
        preview.frame.ops.changed.connect(self._heard)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(preview.refresh)

    def download(self, parts: Collection[str]) -> None:
        """Have *parts* fetched."""
        self._order(partial(attachments.ask, parts=parts), ASKED)

    def download_all(self) -> None:
        """Have everything fetched that comes only when somebody asks."""
        self.download(self._preview.page.awaited.to_ask)

    def take_back(self, parts: Collection[str]) -> None:
        """Do not want *parts* any more."""
        self._order(lambda uow, email_id, clock: attachments.take_back(uow, email_id, parts), TAKEN_BACK)

    def _order(self, order: Callable[..., ChangeSet], done: str) -> None:
        letter = self._preview.letter
        if letter is None or letter.row.id is None:
            return
        email_id, held = letter.row.id, letter.held

        def tell(_change: ChangeSet) -> None:
            announce(self._preview, f"{done} {held}".strip())

        self._preview.frame.ops.run(self, lambda uow, clock: order(uow, email_id, clock=clock), then=tell, quiet=True)

    def _progressed(self, progress: AttachmentProgress) -> None:
        letter = self._preview.letter
        if letter is not None and letter.row.id == progress.email_id:
            self._preview.page.awaited.show_progress(progress.part, progress.arrived, progress.total)

    def _heard(self, change: ChangeSet) -> None:
        """Read again what is not all here when something of it came, or its mailbox is reached again."""
        letter = self._preview.letter
        is_awaited = letter is not None and not letter.detail.is_complete
        if CONCERNS & change.changed and is_awaited and not self._soon.isActive():
            self._soon.start()
