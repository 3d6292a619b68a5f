"""Many rows at once go in as single ones do."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from desktop.store.store import Store
from desktop.store.tables import own_message
from desktop.store.writing.bulk import insert_rows
from tests.helpers.mails import NOON


def held(run: sa.Connection) -> list[tuple[str, datetime]]:
    return [tuple(row) for row in run.execute(sa.select(own_message).order_by(own_message.c.message_id))]


def test_rows_go_in_whatever_the_order_of_their_keys(store: Store) -> None:
    rows = [{"message_id": "a", "sent_at": NOON}, {"sent_at": NOON, "message_id": "b"}]
    with store.write() as uow:
        run = uow.intake._run
        insert_rows(run, sa.insert(own_message), rows)
        assert held(run) == [("a", NOON), ("b", NOON)]


def test_no_rows_are_no_statement(store: Store) -> None:
    with store.write() as uow:
        insert_rows(uow.intake._run, sa.insert(own_message), [])
        assert held(uow.intake._run) == []


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - what must not get in
    with store.write() as uow, pytest.raises(ValueError, match="must know its time zone"):
        insert_rows(uow.intake._run, sa.insert(own_message), [{"message_id": "a", "sent_at": naive}])
