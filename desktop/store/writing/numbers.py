"""Numbers of emails: one that was given is not given again, also when its email was taken back.

Whoever read an email and has not written yet - its file is on its way, a parser has it, a person looks at it - means
that one, and must find nothing under its number rather than another.
"""

from collections.abc import Collection, Iterator
from itertools import count

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.ids import EmailId
from desktop.store.tables import email, meta

NEXT = "next_email_id"
"""The first number behind those of emails that were taken back, as long as none higher is in use."""


def free_numbers(run: sa.Connection) -> Iterator[int]:
    """Yield numbers that no email has or had."""
    highest = run.execute(sa.select(sa.func.max(email.c.id))).scalar()
    return count(max((highest or 0) + 1, _kept_free(run)))


def keep_free(run: sa.Connection, emails: Collection[EmailId]) -> None:
    """Note that the numbers of *emails*, which go, are not to be given again."""
    value = str(max(_kept_free(run), *(number + 1 for number in emails)))
    statement = upsert(meta).values(key=NEXT, value=value)
    run.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _kept_free(run: sa.Connection) -> int:
    return int(run.execute(sa.select(meta.c.value).where(meta.c.key == NEXT)).scalar() or 1)
