"""Writes saved views; every change is tracked for the journal."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import ViewId
from desktop.domain.saved_view import ViewContent
from desktop.store.tables import saved_view
from desktop.store.writing.tracked import TrackedRows


class SavedViewWriter:
    """Adds, changes, orders and removes views."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def add(self, name: str, content: ViewContent) -> ViewId:
        """Store a new view behind the others."""
        number = int(self._run.execute(sa.select(sa.func.max(saved_view.c.id))).scalar() or 0) + 1
        last = int(self._run.execute(sa.select(sa.func.max(saved_view.c.position))).scalar() or 0)
        row = {"id": number, "position": last + 1, "name": name, "content": content.as_json()}
        self._tracked.insert(saved_view, [row])
        return ViewId(number)

    def change(self, view_id: ViewId, *, name: str | None = None, content: ViewContent | None = None) -> None:
        """Give a view another name, or other content."""
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = name
        if content is not None:
            values["content"] = content.as_json()
        self._tracked.update(saved_view, {"id": view_id}, values)

    def order(self, views: Sequence[ViewId]) -> None:
        """Have the views stand in this order."""
        for position, view_id in enumerate(views, 1):
            self._tracked.update(saved_view, {"id": view_id}, {"position": position})

    def remove(self, view_id: ViewId) -> None:
        """Remove a view, if it is there."""
        self._tracked.delete(saved_view, {"id": view_id})
