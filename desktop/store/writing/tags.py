"""Gives emails tags and takes them away. A tag itself only comes: one that no email has is not listed."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from desktop.domain.ids import EmailId
from desktop.store.reading.email_rows import THESE, listed
from desktop.store.search_text import plain
from desktop.store.tables import email_tag, tag
from desktop.store.writing.bulk import insert_rows
from desktop.store.writing.tracked import TrackedRows

_GIVE = sa.insert(email_tag)


def tag_number(run: sa.Connection, name: str) -> int:
    """Return the number of the tag called *name*, however it is written; it is made when there is none."""
    key = plain(name)
    found = run.execute(sa.select(tag.c.id).where(tag.c.key == key)).scalar()
    if found is not None:
        return int(found)
    highest = run.execute(sa.select(sa.func.max(tag.c.id))).scalar()
    number = int(highest or 0) + 1
    run.execute(sa.insert(tag).values(id=number, name=name, key=key))
    return number


def give_ruled(run: sa.Connection, tags: Mapping[int, Sequence[str]]) -> None:
    """Give new emails, by number, the tags of rules that fit them; nobody's command, so nothing to undo."""
    known: dict[str, int] = {}
    rows: dict[tuple[int, int], dict[str, int]] = {}
    for email_id, names in tags.items():
        for name in names:
            number = known.get(name) or tag_number(run, name)
            known[name] = number
            rows[number, email_id] = {"tag_id": number, "email_id": email_id}
    insert_rows(run, _GIVE, list(rows.values()))


class TagWriter:
    """Every change is tracked for the journal."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def give(self, emails: Sequence[EmailId], name: str) -> int:
        """Give *emails* the tag; returns how many did not have it."""
        number = tag_number(self._run, name)
        have = self._having(emails, number)
        fresh = [email_id for email_id in emails if email_id not in have]
        self._tracked.insert_keys(email_tag, {"tag_id": number}, "email_id", fresh)
        return len(fresh)

    def take(self, emails: Sequence[EmailId], name: str) -> int:
        """Take the tag from *emails*; returns how many had it."""
        number = self._run.execute(sa.select(tag.c.id).where(tag.c.key == plain(name))).scalar()
        if number is None:
            return 0
        have = self._having(emails, number)
        self._tracked.delete_keys(email_tag, {"tag_id": number}, "email_id", sorted(have))
        return len(have)

    def _having(self, emails: Sequence[EmailId], number: int) -> set[int]:
        sql = f"SELECT email_id FROM email_tag WHERE tag_id = ? AND email_id IN {THESE}"
        return set(self._run.exec_driver_sql(sql, (number, listed(emails))).scalars())
