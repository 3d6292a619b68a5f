"""Knows what the search can offer: mailboxes, providers and tags there are."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.domain.mailbox import Mailbox
from desktop.domain.rows import TagRow
from desktop.ui.frame import Frame
from desktop.ui.kit.inputs import SearchField
from desktop.views.emails.hints import SearchHints


class Hinting(QObject):
    """Makes the hints once there is a window to float in, and keeps what they know."""

    def __init__(self, frame: Frame, field: SearchField, screen: QWidget) -> None:
        super().__init__(screen)
        self._frame, self._field, self._screen = frame, field, screen
        self._mailboxes: Sequence[Mailbox] = ()
        self._tags: Sequence[TagRow] = ()
        self.box: SearchHints | None = None

    def tell(self, mailboxes: Sequence[Mailbox]) -> None:
        """These mailboxes there are; tags are asked for."""
        self._mailboxes = mailboxes
        if self.box is None:
            values = {"mailbox": self._addresses, "provider": self._providers, "tag": self._names}
            self.box = SearchHints(self._field, values, self._screen.window())
        self._frame.ops.read(self, lambda read: read.tags.every(), self._know, slot="tags")

    def _know(self, tags: Sequence[TagRow]) -> None:
        self._tags = tags

    def _addresses(self) -> list[str]:
        return [one.address for one in self._mailboxes]

    def _providers(self) -> list[str]:
        return sorted({one.provider for one in self._mailboxes})

    def _names(self) -> list[str]:
        return [tag.name for tag in self._tags]
