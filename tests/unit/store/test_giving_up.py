"""A question that nobody wants answered any more ends wherever it is, and leaves its connection as good as new."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

from desktop.domain.email_list import EmailFilter, EmailOrder
from desktop.store.reading.reader import Reader
from desktop.store.store import Store
from tests.helpers.mails import NOON
from tests.unit.store.screens import TODAY, busy_office

ENDED = (sa.exc.OperationalError, sqlcipher.OperationalError)
Question = Callable[[Reader], object]
Door = Callable[[], AbstractContextManager[Reader]]
QUESTIONS: tuple[Question, ...] = (
    lambda read: read.records.events(limit=10),
    lambda read: read.email_list.ids(EmailFilter(), EmailOrder.SENDER),
    lambda read: read.email_list.first_page(EmailFilter(search="inv")),
    lambda read: read.email_list.chip_counts(EmailFilter(), today=TODAY),
)


def given_up(door: Door, ask: Question) -> None:
    with door() as read:
        read.interrupt()
        ask(read)


def given_up_soon(door: Door, sql: str) -> None:
    with door() as read:
        ender = threading.Timer(0.05, read.interrupt)
        ender.start()
        try:
            read.email_list._run.exec_driver_sql(sql)
        finally:
            ender.join()


def test_given_up_between_two_statements_it_ends_at_the_next(store: Store) -> None:
    busy_office(store)
    for ask in QUESTIONS:
        with store.read() as read:
            before = ask(read)
        for door in (store.read, store.walk):
            with pytest.raises(ENDED, match="interrupted"):
                given_up(door, ask)
            with door() as read:
                assert ask(read) == before


def test_given_up_in_the_middle_of_a_statement_it_ends_there(store: Store) -> None:
    forever = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(ENDED, match="interrupted"):
        given_up_soon(store.walk, forever)


def test_a_walk_sees_one_state_as_a_read_does(store: Store) -> None:
    for door in (store.read, store.walk):
        with door() as read:
            known = len(read.records.events(limit=10))
            with store.write() as uow:
                uow.records.say("info", "meanwhile", NOON)
            assert len(read.records.events(limit=10)) == known
        with door() as read:
            assert len(read.records.events(limit=10)) == known + 1
