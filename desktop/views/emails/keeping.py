"""Saved views from the side of the list: what is shown now as a view, and a view shown again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.ids import ViewId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.saved_view import SavedView, ViewContent
from desktop.services.saved_views import save_view
from desktop.ui.frame import Frame
from desktop.ui.name_box import NameBox
from desktop.views.emails.listing import Wish
from desktop.views.emails.table import EmailTable

VIEW = "view:"


class Keeping(QObject):
    """Saves and reads views. *show* is given the wish of a view that is gone to."""

    def __init__(self, frame: Frame, table: EmailTable, screen: QWidget, show: Callable[[Wish], object]) -> None:
        super().__init__(screen)
        self._frame, self._table, self._screen, self._show = frame, table, screen, show
        self.mailboxes: Sequence[Mailbox] = ()
        self.box: NameBox | None = None
        self._name = ""

    def ask(self, wish: Wish, anchor: QWidget) -> None:
        """Ask below *anchor* under which name *wish* is kept."""
        if self.box is None:
            self.box = NameBox(self._screen.window())
        box, content = self.box, self._content(wish)

        def take(name: str) -> None:
            self._frame.ops.run(
                self,
                lambda uow, clock: save_view(uow, name, content, clock)[1],
                then=lambda _change: box.close_it(),
                failed=box.refuse,
            )

        box.open(anchor, self._name or wish.typed.strip(), take)

    def open(self, part: str) -> None:
        """Show the view that the sidebar names by *part*."""
        view_id = ViewId(int(part.removeprefix(VIEW)))
        self._frame.ops.read(
            self,
            lambda read: (read.saved_views.get(view_id), read.mailboxes.every()),
            lambda found: self._open(*found),
            slot="view",
        )

    def forget(self) -> None:
        """Another list is shown than the view that was gone to."""
        self._name = ""

    def _open(self, view: SavedView | None, mailboxes: Sequence[Mailbox]) -> None:
        if view is None:
            gone = "This view is gone."
            self._frame.ops.troubled.emit(AppError(ReasonCode.NOT_FOUND, gone, meaning="It was removed meanwhile."))
            return
        self._name = view.name
        content = view.content
        box = next((one.id for one in mailboxes if one.address == content.mailbox), None)
        self._table.arrange_as(content.columns)
        self._show(Wish(content.search, content.chip, box, None, content.order))

    def _content(self, wish: Wish) -> ViewContent:
        address = next((one.address for one in self.mailboxes if one.id == wish.mailbox_id), "")
        return ViewContent(wish.typed.strip(), wish.chip, address, wish.order, self._table.arrangements)
