"""Which tags there are, and which ones emails have."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import EmailId
from desktop.domain.rows import TagRow
from desktop.store.reading.email_rows import chunks
from desktop.store.search_text import plain
from desktop.store.tables import email_tag, tag


class TagQueries:
    """Tags by name; one that no email has is not among them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[TagRow]:
        """Return the tags that emails have, with how many have each."""
        return self._counted(sa.select(tag.c.name, sa.func.count()).join(email_tag, email_tag.c.tag_id == tag.c.id))

    def of(self, emails: Sequence[EmailId]) -> list[TagRow]:
        """Return the tags that any of *emails* has, with how many of them have each."""
        found: dict[str, int] = {}
        joined = sa.select(tag.c.name, sa.func.count()).join(email_tag, email_tag.c.tag_id == tag.c.id)
        for part in chunks(emails):
            for row in self._counted(joined.where(email_tag.c.email_id.in_(part))):
                found[row.name] = found.get(row.name, 0) + row.emails
        return [TagRow(name, found[name]) for name in sorted(found, key=plain)]

    def is_known(self, name: str) -> bool:
        """Tell whether any email has the tag called *name*, however it is written."""
        query = (
            sa.select(email_tag.c.email_id).join(tag, tag.c.id == email_tag.c.tag_id).where(tag.c.key == plain(name))
        )
        return self._run.execute(query.limit(1)).first() is not None

    def having(self, emails: Sequence[EmailId], name: str) -> set[EmailId]:
        """Return those of *emails* that have the tag called *name*, however it is written."""
        query = (
            sa.select(email_tag.c.email_id).join(tag, tag.c.id == email_tag.c.tag_id).where(tag.c.key == plain(name))
        )
        found: set[EmailId] = set()
        for part in chunks(emails):
            found.update(map(EmailId, self._run.execute(query.where(email_tag.c.email_id.in_(part))).scalars()))
        return found

    def _counted(self, query: Any) -> list[TagRow]:
        rows = self._run.execute(query.group_by(tag.c.id).order_by(tag.c.key))
        return [TagRow(name, count) for name, count in rows]
