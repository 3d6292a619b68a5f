"""Words asked of the text index: what was typed as FTS5 has it, quick for words that half of all mail has.

FTS5 reads every place of every word that begins with an unfinished one: 70 ms for a common word among a million
emails, before the first row. A whole word it finds in a stretch of mail at once. So an unfinished word becomes the
words of the index that begin so, as long as they are few; those of many are each in little mail.
"""

from typing import Any

import sqlalchemy as sa

from desktop.domain.email_list import EmailFilter
from desktop.store.reading.email_conditions import Conditions, named, on_recipient, on_sender
from desktop.store.search_text import terms_of

_WORDS_AT_MOST = 12
_NEXT_WORD = "SELECT term FROM temp.email_word WHERE term >= ? ORDER BY term LIMIT 1"
_KNOWN = "words that begin so"


class EmailWords:
    """Makes conditions on the text index. What words there are is kept for as long as nothing is written."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def asked(self, wanted: EmailFilter) -> Conditions | None:
        """Return what the index is asked for; None when there is nothing in it to look for (``!!!``).

        What must not occur is in it where something must: what :meth:`is_in` tells.
        """
        parts: list[str] = []
        for column, typed in (("", wanted.search), ("subject", wanted.subject), ("people", wanted.to)):
            if typed.strip():
                expression = self._expression(typed)
                if not expression:
                    return None
                parts.append(f"{column} : ({expression})" if column else f"({expression})")
        whole = " AND ".join(parts)
        for one in wanted.without:
            never = self.asked(one) if self.is_in(wanted, one) else None
            if never is not None:
                whole = f"({whole}) NOT ({never.values['words']})"
        return Conditions("email_fts MATCH :words", {"words": whole})

    @staticmethod
    def is_in(wanted: EmailFilter, never: EmailFilter) -> bool:
        """Tell whether :meth:`asked` of *wanted* answers for one of what it does without."""
        return wanted.asks_words and never.asks_words and not never.to

    def _expression(self, typed: str) -> str:
        terms = terms_of(typed)
        return " AND ".join(term.as_fts(self._finished(term.text) if term.unfinished else ()) for term in terms)

    def _finished(self, begun: str) -> tuple[str, ...]:
        """Return the words of the index that begin so; none when they are many, or none is known."""
        if not begun.isalnum():
            return ()
        known = self._known()
        if begun not in known:
            known[begun] = self._look_up(begun)
        return known[begun]

    def _look_up(self, begun: str) -> tuple[str, ...]:
        found: list[str] = []
        at = begun
        while len(found) <= _WORDS_AT_MOST:
            word = self._run.exec_driver_sql(_NEXT_WORD, (at,)).scalar()
            if word is None or not word.startswith(begun):
                return tuple(found)
            found.append(word)
            at = f"{word}\x01"
        return ()

    def _known(self) -> dict[str, tuple[str, ...]]:
        """What was looked up on this connection, forgotten as soon as anybody has written."""
        info: dict[Any, Any] = self._run.info
        version = self._run.exec_driver_sql("PRAGMA data_version").scalar()
        written = self._run.connection.driver_connection
        stamp = (version, getattr(written, "total_changes", 0))
        if info.get(_KNOWN, (None,))[0] != stamp:
            info[_KNOWN] = (stamp, {})
        words: dict[str, tuple[str, ...]] = info[_KNOWN][1]
        return words


def on_people_and_words(wanted: EmailFilter, words: EmailWords, prefix: str = "") -> Conditions:
    """Return what must hold of an email's words and people, as conditions on its id: for lists that are read whole."""
    where = Conditions("1", {})
    if wanted.asks_words:
        asked = words.asked(wanted)
        if asked is None:
            return Conditions("0", {})
        found = f"email.id IN (SELECT rowid FROM email_fts WHERE email_fts MATCH :{prefix}words)"
        where = where.also(found, {f"{prefix}words": asked.values["words"]})
    if wanted.to.strip():
        to = named(on_recipient(wanted.to), prefix)
        where = where.also(to.sql, to.values)
    if wanted.sender.strip():
        sender = named(on_sender(wanted.sender), prefix)
        where = where.also(
            f"email.id IN (SELECT id FROM email INDEXED BY ix_email_sender WHERE {sender.sql})", sender.values
        )
    for at, one in enumerate(wanted.without):
        if one.asks_people_or_words and not words.is_in(wanted, one):
            never = on_people_and_words(one, words, f"{prefix}without{at}_")
            where = where.also(f"NOT coalesce(({never.sql}), 0)", never.values)
    return where
