"""Health written by an older version is understood: what was wrong is neither forgotten nor reported again."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.health import Condition, Trouble, TroubleKind, Waiting
from desktop.domain.health_rules import judge
from desktop.store.engines import connect
from desktop.store.opening import database_path, open_store
from tests.helpers.mails import KEY, NOON
from tests.unit.store.schema import build_released

AT, BEFORE, LATER = 1772366400000, 1772362800000, 1772366460000
"""NOON in March, an hour before, a minute later."""

COLUMNS = "mailbox_id, state, code, reason, next_step, failures, failing_since, retry_at, last_try, last_sync"


@pytest.mark.parametrize(
    ("row", "kind", "waiting"),
    [
        (("healthy", "SYNCED", "Fine.", "", 0, None, None, AT, AT), None, ""),
        (("attention", "SERVER_UNREACHABLE", "Down.", "Wait.", 1, AT, LATER, AT, BEFORE), "passing", ""),
        (("disconnected", "SERVER_UNREACHABLE", "Down.", "Wait.", 7, AT, LATER, AT, BEFORE), "passing", ""),
        (("disconnected", "ACCOUNT_SIGN_IN", "Refused.", "Do it.", 1, AT, None, AT, BEFORE), "sign_in", ""),
        (("disconnected", "TLS_REFUSED", "Strange.", "Look.", 1, AT, LATER, AT, BEFORE), "setting", ""),
        (("attention", "FOLDER_MISSING", "Gone.", "Choose.", 1, AT, None, AT, AT), "partial", ""),
        (("attention", "", "Resumed; not synced since.", "Sync now.", 0, None, None, AT, AT), None, "resumed"),
        (
            ("attention", "", "Not synced since its settings changed.", "Sync now.", 0, None, None, AT, AT),
            None,
            "changed",
        ),
    ],
)
def test_an_older_verdict_is_taken_over(
    tmp_path: Path, row: tuple[object, ...], kind: str | None, waiting: str
) -> None:
    build_released("0003", database_path(tmp_path))
    connection = connect(database_path(tmp_path), KEY)
    connection.execute(f"INSERT INTO health ({COLUMNS}) VALUES (1, {', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    store = open_store(tmp_path, KEY, writing=True)
    with store.read() as read:
        (box,) = read.mailboxes.every()
        health, condition = read.mailboxes.health(box.id), read.mailboxes.condition(box.id)
    store.close()
    assert (condition.trouble.kind if condition.trouble else None) == (TroubleKind(kind) if kind else None)
    assert condition.waiting is Waiting(waiting)
    now = judge(condition, box, NOON)
    assert (now.state, now.code, now.failures, now.retry_at) == (
        health.state,
        health.code,
        health.failures,
        health.retry_at,
    )


def test_a_mailbox_nothing_is_known_of_has_nothing_to_be_told(tmp_path: Path) -> None:
    build_released("0001", database_path(tmp_path))
    store = open_store(tmp_path, KEY, writing=True)
    with store.read() as read:
        (box,) = read.mailboxes.every()
        condition = read.mailboxes.condition(box.id)
        assert [folder.name for folder in condition.folders] == ["INBOX"]
        assert (condition.trouble, condition.folders[0].looked_at) == (Condition().trouble, None)
    store.close()


def test_the_newest_schema_holds_all_of_it(tmp_path: Path) -> None:
    build_released("0004", database_path(tmp_path))
    store = open_store(tmp_path, KEY, writing=True)
    with store.read() as read:
        (box,) = read.mailboxes.every()
        health, condition = read.mailboxes.health(box.id), read.mailboxes.condition(box.id)
    store.close()
    told = Trouble(TroubleKind.PASSING, "SERVER_UNREACHABLE", "The server cannot be reached.", "Nothing is lost.")
    assert condition.trouble == told
    now = judge(condition, box, NOON)
    assert now.next_step.startswith(f"{health.next_step} New mail waits at the provider.")  # it says more since then
    (finding,) = now.findings
    then = replace(now, next_step=health.next_step, findings=(replace(finding, action=health.next_step),))
    assert then == health
    assert condition.folders[0].there_at == NOON
