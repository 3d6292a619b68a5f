"""Ids of emails in order, each order along the index that has it.

Measured on a million emails (``python -m benchmarks.queries``): a first page takes 2 to 60 ms, a
whole list 0.3 to 1.5 s.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa

from desktop.domain.email_list import EmailFilter, EmailOrder
from desktop.store.giving_up import go_on
from desktop.store.reading.email_conditions import (
    Conditions,
    Values,
    on_columns,
    on_recipient,
    on_sender,
    on_unkept,
)
from desktop.store.reading.email_rows import chunks
from desktop.store.reading.email_words import EmailWords

FEW = 2000
"""So many emails are looked up one by one sooner than the whole order is walked."""

_FIRST_STEP = 500

_BY_TIME = {EmailOrder.NEWEST: "DESC", EmailOrder.OLDEST: "ASC"}
_BY_STATUS = {
    EmailOrder.STATUS: ("error", "pending", "synced"),
    EmailOrder.STATUS_REVERSED: ("synced", "pending", "error"),
}
_BY_SENDER = {EmailOrder.SENDER: "ASC", EmailOrder.SENDER_REVERSED: "DESC"}
_BY_CUSTOMER = {EmailOrder.CUSTOMER: "ASC", EmailOrder.CUSTOMER_REVERSED: "DESC"}

_Row = Sequence[Any]
_KEYS: dict[EmailOrder, Callable[[_Row], Any]] = {
    EmailOrder.SENDER: lambda row: row[2],
    EmailOrder.SENDER_REVERSED: lambda row: row[2],
    EmailOrder.CUSTOMER: lambda row: (row[3] is None, row[3], row[4]),
    EmailOrder.CUSTOMER_REVERSED: lambda row: (row[3] is None, row[3], row[4]),
}
"""By what rows of (id, received_at, from_address, customer's name, customer's id) are sorted, newest first before."""


class EmailWalk:
    """Walks the emails that fit a filter, in an order."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._words = EmailWords(connection)

    def every(self, wanted: EmailFilter, order: EmailOrder) -> "array[int]":
        """Return all ids that fit, negative ones for messages that are not kept."""
        unkept = self.unkept(wanted)
        if not unkept:
            return array("q", self._emails(wanted, order, self._hits(wanted)))
        if order in _BY_SENDER or order in _BY_CUSTOMER:
            return array("q", chain((number for _, number in unkept), self._emails(wanted, order, None)))
        together = sorted([*self._dated(wanted), *unkept], reverse=order is not EmailOrder.OLDEST)
        return array("q", (number for _, number in together))

    def first(self, wanted: EmailFilter, order: EmailOrder, limit: int) -> Sequence[int]:
        """Return the first *limit* of :meth:`every`."""
        if self.unkept(wanted):
            return self.every(wanted, order)[:limit]
        if order in _BY_TIME and wanted.asks_people_or_words:
            found = self._first_by_time(wanted, order, limit)
            if found is not None:
                return found
        return list(islice(self._emails(wanted, order, self._hits(wanted)), limit))

    def unkept(self, wanted: EmailFilter) -> list[tuple[int, int]]:
        """Return (when, negative id) of the messages that fit and are not kept, newest first.

        They are listed when errors are wanted (what failed) or by their code (what was left out on purpose too), and
        not at all when something is asked that only an email has.
        """
        where = on_unkept(wanted)
        if where is None:
            return []
        sql = (
            "SELECT coalesce(received_at, seen_at) AS moment, -id FROM ledger INDEXED BY ix_ledger_unkept "
            f"WHERE {where.sql} ORDER BY 1 DESC, 2 DESC"
        )
        return [(moment, number) for moment, number in self._run.exec_driver_sql(sql, where.values)]

    # --- orders -----------------------------------------------------------------------------------------------------

    def _emails(self, wanted: EmailFilter, order: EmailOrder, hits: "array[int] | None") -> Iterable[int]:
        if hits is not None and not hits:
            return ()
        if order in _BY_STATUS:
            chosen = [status for status in _BY_STATUS[order] if wanted.status in {"", status}]
            chosen += ["left_out"] if wanted.every_code and not wanted.status else []
            narrowed = (replace(wanted, status=status) for status in chosen)
            return chain.from_iterable(self._emails(one, EmailOrder.NEWEST, hits) for one in narrowed)
        if hits is not None and len(hits) <= FEW:
            return self._sorted_few(hits, wanted, order)
        if order in _BY_TIME:
            return _among(self._by_time(wanted, order), hits)
        if hits is None and wanted == EmailFilter() and not self._has_left_out():
            return self._all_by(order)
        fitting = array("q", self._emails(wanted, EmailOrder.NEWEST, hits))
        if len(fitting) <= FEW:
            return self._sorted_few(fitting, wanted, order)
        return _among(self._all_by(order), fitting)

    def _has_left_out(self) -> bool:
        sql = "SELECT 1 FROM email INDEXED BY ix_email_open WHERE status != 'synced' AND status = 'left_out' LIMIT 1"
        return next(self._read(sql, {}), None) is not None

    def _by_time(self, wanted: EmailFilter, order: EmailOrder) -> Iterator[int]:
        where, index = _conditions_for(wanted)
        way = _BY_TIME[order]
        table = f"email INDEXED BY {index}"
        return self._read(
            f"SELECT id FROM {table} WHERE {where.sql} ORDER BY received_at {way}, id {way}", where.values
        )

    def _all_by(self, order: EmailOrder) -> Iterator[int]:
        if order in _BY_SENDER:
            way = _BY_SENDER[order]
            table = "email INDEXED BY ix_email_sender"
            return self._read(f"SELECT id FROM {table} ORDER BY from_address {way}, received_at DESC", {})
        way = _BY_CUSTOMER[order]
        filed = self._read(
            "SELECT email.id FROM customer INDEXED BY ix_customer_search CROSS JOIN email INDEXED BY ix_email_customer "
            "ON email.customer_id = customer.id AND email.customer_id IS NOT NULL "
            f"ORDER BY customer.name_key {way}, customer.id {way}, email.received_at DESC",
            {},
        )
        unfiled = self._read(
            "SELECT id FROM email INDEXED BY ix_email_list WHERE customer_id IS NULL "
            "ORDER BY received_at DESC, id DESC",
            {},
        )
        return chain(filed, unfiled) if order is EmailOrder.CUSTOMER else chain(unfiled, filed)

    def _sorted_few(self, ids: "array[int]", wanted: EmailFilter, order: EmailOrder) -> list[int]:
        """Return those of *ids* that fit, in order, by looking each of them up."""
        where = on_columns(wanted)
        found: list[_Row] = []
        for part in chunks(ids):
            numbers = ", ".join(str(number) for number in part)
            sql = (
                "SELECT email.id, received_at, from_address, customer.name_key, customer.id "
                "FROM email LEFT JOIN customer ON customer.id = email.customer_id "
                f"WHERE email.id IN ({numbers}) AND {where.sql}"
            )
            found += self._run.exec_driver_sql(sql, where.values).all()
        found.sort(key=lambda row: (row[1], row[0]), reverse=order is not EmailOrder.OLDEST)
        if order in _KEYS:
            found.sort(key=_KEYS[order], reverse=order in {EmailOrder.SENDER_REVERSED, EmailOrder.CUSTOMER_REVERSED})
        return [row[0] for row in found]

    def _dated(self, wanted: EmailFilter) -> list[tuple[int, int]]:
        where, index = _conditions_for(wanted)
        sql = f"SELECT received_at, id FROM email INDEXED BY {index} WHERE {where.sql}"
        return [(moment, number) for moment, number in self._run.exec_driver_sql(sql, where.values)]

    # --- words and people -------------------------------------------------------------------------------------------

    def _hits(self, wanted: EmailFilter) -> "array[int] | None":
        """Return the emails with the words and people that are wanted; None when neither is asked for."""
        hits: array[int] | None = None
        if wanted.asks_words:
            words = self._words.asked(wanted)
            hits = array("q", self._with_words(words) if words else ())
            if wanted.to.strip():
                hits = array("q", self._looked_up(hits, on_recipient(wanted.to)))
        if wanted.sender.strip():
            sender = on_sender(wanted.sender)
            walk = self._read(f"SELECT id FROM email INDEXED BY ix_email_sender WHERE {sender.sql}", sender.values)
            hits = array("q", _among(walk, hits))
        for one in self._barred(wanted):
            every = iter(hits) if hits is not None else self._read("SELECT id FROM email", {})
            hits = array("q", _except(every, self._hits(one) or array("q")))
        return hits

    def _barred(self, wanted: EmailFilter) -> Sequence[EmailFilter]:
        """Return what must not hold and is asked for by itself."""
        beyond = (one for one in wanted.without if one.asks_people_or_words)
        return [one for one in beyond if not self._words.is_in(wanted, one)]

    def _with_words(self, words: Conditions, more: str = "") -> Iterator[int]:
        return self._read(f"SELECT rowid FROM email_fts WHERE {words.sql}{more}", words.values)

    def is_rare(self, words: Conditions) -> bool:
        """Tell whether only few emails have these words."""
        return sum(1 for _ in self._with_words(words, f" LIMIT {FEW + 1}")) <= FEW

    def _first_by_time(self, wanted: EmailFilter, order: EmailOrder, limit: int) -> list[int] | None:
        """Walk along the order in growing steps, and look only at each step's emails for the words and the people.

        None when that is the longer way: for words that few emails have, and for a sender not met soon.
        """
        words = self._words.asked(wanted) if wanted.asks_words else None
        if wanted.asks_words and words is None:
            return []
        walk, size = self._by_time(wanted, order), _FIRST_STEP
        found: list[int] = []
        while True:
            step = list(islice(walk, size))
            found += self._fitting(step, wanted, words)
            if len(found) >= limit or len(step) < size:
                return found[:limit]
            is_rare = size == _FIRST_STEP and words is not None and self.is_rare(words)
            if is_rare or (wanted.sender.strip() and size > _FIRST_STEP):
                return None
            size = min(size * 4, 100_000)

    def _fitting(self, step: Sequence[int], wanted: EmailFilter, words: Conditions | None) -> Sequence[int]:
        """Return those of *step* with the words and the people.

        Mail is numbered nearly as it arrives, so a step is nearly one stretch of numbers for the text index.
        """
        if step and words is not None:
            with_words = set(self._with_words(words, f" AND rowid BETWEEN {min(step)} AND {max(step)}"))
            step = [number for number in step if number in with_words]
        if wanted.to.strip():
            step = self._looked_up(step, on_recipient(wanted.to))
        if wanted.sender.strip():
            step = self._looked_up(step, on_sender(wanted.sender))
        for one in self._barred(wanted):
            asked = self._words.asked(one) if one.asks_words else None
            never = set(self._fitting(step, one, asked)) if asked is not None or not one.asks_words else set()
            step = [number for number in step if number not in never]
        return step

    def _looked_up(self, numbers: Sequence[int], where: Conditions) -> list[int]:
        """Return those of *numbers* of which *where* holds, in their order, by looking at each."""
        found: set[int] = set()
        for part in chunks(numbers):
            listed = ", ".join(str(number) for number in part)
            found.update(self._read(f"SELECT id FROM email WHERE id IN ({listed}) AND {where.sql}", where.values))
        return [number for number in numbers if number in found]

    def _read(self, sql: str, values: Values) -> Iterator[int]:
        """Run *sql* on the driver itself: a million rows through the layer above it would take four times as long."""
        go_on(self._run)
        connection = self._run.connection.driver_connection
        assert connection is not None  # noqa: S101 - while a connection is in use, it has one
        return (number for (number,) in connection.execute(sql, values))


_PARTIAL = {"ix_email_open": "status != 'synced'", "ix_email_customer": "customer_id IS NOT NULL"}
"""What a statement must say for SQLite to see that all it wants is in a partial index."""


def _conditions_for(wanted: EmailFilter) -> tuple[Conditions, str]:
    where, index = on_columns(wanted), _index_for(wanted)
    return (where.also(_PARTIAL[index]) if index in _PARTIAL else where), index


def _index_for(wanted: EmailFilter) -> str:
    if wanted.customer_id is not None:
        return "ix_email_customer"
    if wanted.status in {"error", "pending"} and wanted.needs_review is None and wanted.has_attachments is None:
        return "ix_email_open"
    on_row = replace(wanted, search="", sender="", to="", subject="")
    by_mailbox = replace(on_row, mailbox_id=None, since=None, until=None) == EmailFilter()
    return "ix_email_mailbox" if wanted.mailbox_id is not None and by_mailbox else "ix_email_list"


def _among(walk: Iterator[int], hits: "array[int] | None") -> Iterator[int]:
    """Return those of *walk* that are in *hits*; all when that is None."""
    if hits is None:
        return walk
    wanted = bytearray(max(hits, default=0) + 1)
    for number in hits:
        wanted[number] = 1
    end = len(wanted)
    return (number for number in walk if number < end and wanted[number])


def _except(walk: Iterator[int], never: "array[int]") -> Iterator[int]:
    """Return those of *walk* that are not in *never*."""
    barred = bytearray(max(never, default=0) + 1)
    for number in never:
        barred[number] = 1
    end = len(barred)
    return (number for number in walk if number >= end or not barred[number])
