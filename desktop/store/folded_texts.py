"""By what names, companies and addresses beyond ASCII are found in ``folded_text``."""

from collections.abc import Iterable

import sqlalchemy as sa

from desktop.store.search_text import plain

_KNOW = "INSERT OR IGNORE INTO folded_text (text, folded) VALUES (?, ?)"
_IS_BEYOND = "length(CAST({text} AS BLOB)) != length({text})"
_HELD = " UNION ".join(
    f"SELECT {text} FROM {table} WHERE {_IS_BEYOND.format(text=text)}"
    for text, table in (("name_key", "customer"), ("company", "customer"), ("address", "customer_address"))
)
_AT_ONCE = 10_000


def know_texts(run: sa.Connection, texts: Iterable[str] | None = None) -> None:
    """Remember how *texts* of customers are folded; without any, all there are: a migration knows no folding."""
    held = texts if texts is not None else map(str, run.exec_driver_sql(_HELD).scalars())
    beyond = sorted({text for text in held if not text.isascii()})
    for first in range(0, len(beyond), _AT_ONCE):
        run.exec_driver_sql(_KNOW, [(text, plain(text)) for text in beyond[first : first + _AT_ONCE]])
