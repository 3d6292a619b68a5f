"""The saved views, in their order."""

import sqlalchemy as sa

from desktop.domain.ids import ViewId
from desktop.domain.saved_view import SavedView, content_of
from desktop.store.tables import saved_view


class SavedViewQueries:
    """Views as they stand in the sidebar."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[SavedView]:
        """Return all views."""
        rows = self._run.execute(sa.select(saved_view).order_by(saved_view.c.position, saved_view.c.id))
        return [SavedView(ViewId(row.id), row.name, content_of(row.content)) for row in rows]

    def get(self, view_id: ViewId) -> SavedView | None:
        """Return one view, or None."""
        return next((view for view in self.every() if view.id == view_id), None)
