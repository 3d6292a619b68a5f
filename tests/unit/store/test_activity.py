"""The sync log: what repeats itself is one line, what a sync said is told once, badges equal their lists."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import thread_time

import pytest
import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix, Level, Outcome
from desktop.domain.errors import AppError, Misconfigured
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.store.engines import connect
from desktop.store.opening import database_path, open_store
from desktop.store.reading.log_search import BROKEN_OFF, NOTHING_NEW
from desktop.store.sqltypes import stored_instant
from desktop.store.store import Store
from tests.helpers.health import WELL, failed, put_health
from tests.helpers.mails import KEY, NOON
from tests.unit.store.schema import build_released
from tests.unit.store.screens import IDLE, SALES, SUPPORT, Office, letter, unreadable, waits
from tests.unit.store.written_log import REFUSED, SLOW_DOWN, Log, lines, page


@pytest.fixture
def log(store: Store) -> Log:
    return Log(Office(store))


def test_an_empty_log_is_empty(store: Store) -> None:
    with store.read() as read:
        assert (read.activity.page(), read.activity.problems(), read.activity.tasks(NOON)) == ([], [], [])


def test_a_sync_that_brought_mail_is_told_once_with_its_figures(log: Log) -> None:
    ended = log.sync(fetched=34, review=3)
    (row,) = page(log)
    assert (row.outcome, row.level, row.what) == (Outcome.DONE, Level.DONE, "34 fetched, 31 matched, 3 to review")
    assert (row.mailbox, row.run, row.seconds, row.at) == (SUPPORT, 1, 1.8, ended)


def test_syncs_that_found_nothing_new_are_one_line(log: Log) -> None:
    log.sync(fetched=2)
    began = log.now
    for _ in range(5):
        log.sync()
        log.sync(SALES)
    assert lines(log) == [
        ("Done", NOTHING_NEW, 5),
        ("Done", NOTHING_NEW, 5),
        ("Done", "2 fetched, 2 matched", 1),
    ]
    row = page(log)[1]
    assert (row.mailbox, row.since, row.run) == (SUPPORT, began, 10)


def test_the_same_failure_again_and_again_is_one_line_with_its_three_sentences(log: Log) -> None:
    log.sync()
    log.sync(error=REFUSED, edge=True)
    for _ in range(17):
        log.sync(error=REFUSED)
        log.sync(SALES, fetched=1)
    rows = [row for row in page(log) if row.mailbox == SUPPORT]
    failed = rows[0]
    assert [(row.outcome, row.count) for row in rows] == [(Outcome.FAILED, 18), (Outcome.DONE, 1)]
    assert (failed.what, failed.code, failed.fix) == ("Sign-in refused", "ACCOUNT_SIGN_IN", Fix.RECONNECT)
    assert (failed.happened, failed.meaning, failed.action) == (REFUSED.what, REFUSED.meaning, REFUSED.action)


def test_another_failure_or_a_success_begins_a_new_line(log: Log) -> None:
    for error in (REFUSED, REFUSED, SLOW_DOWN, None, REFUSED):
        log.sync(error=error)
    assert lines(log) == [
        ("Failed", "Sign-in refused", 1),
        ("Done", NOTHING_NEW, 1),
        ("Waiting", "The server asked us to slow down", 1),
        ("Failed", "Sign-in refused", 2),
    ]


def test_a_failure_without_an_entry_still_has_its_words(log: Log) -> None:
    log.sync(error=SLOW_DOWN)
    (row,) = page(log)
    assert (row.what, row.happened) == ("The server asked us to slow down", "The server asked us to slow down.")
    assert row.meaning.startswith("The provider limits")
    assert (row.action.startswith("Wait."), row.fix) == (True, Fix.FREQUENCY)


def test_a_sync_broken_off_by_an_error_says_what_it_brought(log: Log) -> None:
    log.sync(fetched=12, error=SLOW_DOWN)
    log.sync(error=SLOW_DOWN)
    assert [row.what for row in page(log)] == [
        "The server asked us to slow down",
        "12 fetched, 12 matched; then: The server asked us to slow down",
    ]


def test_the_recovery_is_told_on_the_sync_that_recovered(log: Log) -> None:
    log.sync(error=SLOW_DOWN, edge=True)
    log.sync(said="Connected again after 1 failed try.")
    log.sync()
    log.sync(fetched=3, said="Connected again after 2 failed tries.")
    rows = page(log)
    assert [row.what for row in rows] == [
        "3 fetched, 3 matched",
        NOTHING_NEW,
        "Connected again after 1 failed try.",
        "The server asked us to slow down",
    ]
    assert rows[0].happened == "Connected again after 2 failed tries."


def test_entries_of_people_stand_for_themselves_even_at_the_instant_a_sync_ends(log: Log) -> None:
    ended = log.sync(fetched=1)
    with log.office.store.write() as uow:
        uow.records.say("info", "Paused support@shop.example.", ended, mailbox_id=MailboxId(1))
    assert ("Noted", "Paused support@shop.example.", 1) in lines(log)


def test_an_entry_repeated_is_one_line(log: Log) -> None:
    for _ in range(4):
        log.say("warning", "2 message(s) were listed but not delivered.", code="FETCH_RETRYING")
        log.say("info", "Something else.", SALES)
    log.say("debug", "Nobody is told this.")
    assert lines(log) == [
        ("Noted", "Something else.", 4),
        ("Noted", "2 message(s) were listed but not delivered.", 4),
    ]
    row = page(log)[1]
    assert (row.level, row.fix, row.since) == (Level.ATTENTION, Fix.SYNC, NOON)


def test_a_sync_under_way_and_one_whose_end_never_came(log: Log) -> None:
    log.begin()
    log.sync()
    log.begin(SALES)
    log.begin()
    rows = page(log, ActivityFilter(running=frozenset({MailboxId(1)})))
    assert sorted((row.outcome.value, row.mailbox, row.what) for row in rows) == [
        ("Done", SUPPORT, NOTHING_NEW),
        ("Running", SUPPORT, "Syncing"),
        ("Stopped", SALES, BROKEN_OFF),
        ("Stopped", SUPPORT, BROKEN_OFF),
    ]


def test_a_parked_message_has_a_line_until_somebody_decides(log: Log) -> None:
    number = log.office.mail(*unreadable("one"), at=NOON)
    (row,) = page(log)
    assert (row.outcome, row.what, row.email_id) == (Outcome.PARKED, "1 email could not be read", number)
    assert row.happened.endswith("It took longer than ten seconds to read.")
    assert (row.fix, bool(row.meaning), bool(row.action)) == (Fix.OPEN_EMAIL, True, True)


def test_pages_follow_one_another_without_a_gap(log: Log) -> None:
    for number in range(12):
        log.sync(fetched=number % 3)
        log.sync(SALES, error=REFUSED if number % 4 else None)
        log.say("info", f"Note {number}.")
    whole = page(log, limit=1000)
    pages: list[ActivityRow] = []
    while more := page(log, limit=5, before=pages[-1].at if pages else None):
        assert len(more) <= 6
        pages += more
    assert pages == whole
    assert [row.at for row in whole] == sorted((row.at for row in whole), reverse=True)
    assert len({row.key for row in whole}) == len(whole)


def test_keys_stay_while_a_line_grows(log: Log) -> None:
    log.sync(error=REFUSED)
    before = page(log)[0].key
    log.sync(error=REFUSED)
    assert page(log)[0].key == before


def test_narrowed_by_mailbox_level_time_and_words(log: Log) -> None:
    log.sync(fetched=1)
    log.sync(SALES, error=REFUSED, edge=True)
    later = log.now
    log.sync(SALES, error=SLOW_DOWN)
    log.sync(fetched=7)

    def found(**conditions: object) -> list[str]:
        return [row.what for row in page(log, replace(ActivityFilter(), **conditions))]  # type: ignore[arg-type]

    assert found(mailbox_id=MailboxId(1)) == ["7 fetched, 7 matched", "1 fetched, 1 matched"]
    assert found(levels=frozenset({Level.FAILED})) == ["Sign-in refused"]
    assert found(levels=frozenset({Level.FAILED, Level.ATTENTION})) == [
        "The server asked us to slow down",
        "Sign-in refused",
    ]
    assert found(since=later) == ["7 fetched, 7 matched", "The server asked us to slow down"]
    assert found(search="PASSWORD") == ["Sign-in refused"]
    assert found(search="sales@") == ["The server asked us to slow down", "Sign-in refused"]
    assert found(search="nothing of this kind") == []


def fail(log: Log, mailbox: str, error: AppError, times: int = 1) -> None:
    box = log.office.place(mailbox).mailbox_id
    with log.office.store.write() as uow:
        put_health(uow, box, *[failed(error)] * times)
        uow.records.say_error(error, NOON, mailbox_id=box)


def test_problems_are_what_is_wrong_now(log: Log) -> None:
    office = log.office
    support = office.place(SUPPORT).mailbox_id
    fail(log, SALES, REFUSED, times=18)
    with office.store.write() as uow:
        put_health(uow, support, WELL)
    office.place(IDLE)
    for serial in ("one", "two"):
        office.mail(*unreadable(serial))
    office.mail(*unreadable("three"), mailbox=SALES)
    office.undelivered(2)
    with office.store.read() as read:
        problems = read.activity.problems()
        assert read.activity.problems() == problems
    told = [(one.mailbox, one.code, one.count, one.fix) for one in problems]
    assert told == [
        (SALES, "ACCOUNT_SIGN_IN", 18, Fix.RECONNECT),
        (SUPPORT, "UNPARSEABLE", 2, Fix.SHOW_ERRORS),
        (SALES, "UNPARSEABLE", 1, Fix.OPEN_EMAIL),
        (SUPPORT, "FETCH_RETRYING", 2, Fix.SYNC),
    ]
    assert (problems[0].happened, problems[0].meaning, problems[0].action) == (
        REFUSED.what,
        REFUSED.meaning,
        REFUSED.action,
    )
    assert all(one.happened and one.meaning and one.action for one in problems)


@pytest.mark.parametrize("state", [MailboxState.PAUSED, MailboxState.DISCONNECTED])
def test_a_mailbox_that_a_person_put_to_rest_is_no_problem(log: Log, state: MailboxState) -> None:
    fail(log, SALES, REFUSED)
    sales = log.office.place(SALES).mailbox_id
    with log.office.store.write() as uow:
        uow.mailboxes.set_state(sales, state)
    with log.office.store.read() as read:
        assert read.activity.problems() == []


def test_tasks_name_what_a_person_does_next(log: Log) -> None:
    office = log.office
    fail(log, SALES, REFUSED)
    fail(log, IDLE, Misconfigured(ReasonCode.FOLDER_MISSING, "The folder is gone.", action="Choose another."))
    fail(log, SUPPORT, SLOW_DOWN)
    office.mail(letter("Ana", "ana@x.example", "hi"), waits(), at=NOON - timedelta(days=1))
    parked = office.mail(*unreadable("one"), mailbox=SALES)
    with office.store.read() as read:
        tasks = read.activity.tasks(NOON)
    assert [(task.what, task.fix) for task in tasks] == [
        ("Reconnect sales@", Fix.RECONNECT),
        ("Choose the folders of idle@", Fix.FOLDERS),
        ("Review 2 emails", Fix.OPEN_REVIEW),
        ("Look at 1 parked email in sales@", Fix.OPEN_EMAIL),
    ]
    assert (tasks[2].since, tasks[2].count, tasks[3].email_id) == (NOON - timedelta(days=1), 2, parked)


def test_mailboxes_of_the_same_name_are_named_in_full(log: Log) -> None:
    fail(log, "sales@one.example", REFUSED)
    fail(log, "sales@two.example", REFUSED)
    with log.office.store.read() as read:
        assert [task.what for task in read.activity.tasks(NOON)] == [
            "Reconnect sales@one.example",
            "Reconnect sales@two.example",
        ]


def test_a_line_is_the_same_under_every_filter_and_after_a_restart(log: Log, tmp_path: Path) -> None:
    log.sync(error=REFUSED, edge=True)
    log.sync(SALES)
    for _ in range(4):
        log.sync(error=REFUSED)
        log.sync(SALES)
    middle = log.now
    for _ in range(9):
        log.sync(error=REFUSED)
        log.say("warning", "The folder is busy.", SALES, code="SERVER_MISBEHAVES")
    whole = {row.key: row for row in page(log)}
    assert [(row.mailbox, row.what, row.count) for row in whole.values()] == [
        (SALES, "The folder is busy.", 9),
        (SUPPORT, "Sign-in refused", 14),
        (SALES, NOTHING_NEW, 5),
    ]
    for wanted in (
        ActivityFilter(mailbox_id=MailboxId(1)),
        ActivityFilter(levels=frozenset({Level.FAILED})),
        ActivityFilter(since=middle),
        ActivityFilter(search="refused"),
        ActivityFilter(search="busy"),
        ActivityFilter(code="ACCOUNT_SIGN_IN"),
    ):
        found = page(log, wanted)
        assert found
        assert all(row == whole[row.key] for row in found)
    log.office.store.close()
    reopened = open_store(tmp_path, KEY, writing=True)
    log.office.store = reopened
    try:
        log.sync(error=REFUSED)
        again = {row.key: row for row in page(log)}
        (refused,) = (row for row in again.values() if row.mailbox == SUPPORT)
        assert (refused.key in whole, refused.count, again.keys()) == (True, 15, whole.keys())
    finally:
        reopened.close()


def test_searched_as_one_types_in_any_script_by_any_word_of_a_line(log: Log) -> None:
    for _ in range(3):
        log.sync(SALES, error=REFUSED, edge=True)
    log.sync(fetched=34, review=3)
    log.say("warning", "The folder Entwürfe is gone.", code="FOLDER_MISSING")
    log.say("info", "フォルダー「下書き」が見つかりません。 100% of it", SALES)

    def found(search: str) -> list[str]:
        return [row.what for row in page(log, ActivityFilter(search=search))]

    assert found("refu sales@") == ["Sign-in refused"]
    assert found("waits THERE.") == ["Sign-in refused"]  # what it means
    assert found("reconnect") == ["Sign-in refused"]  # what to do
    assert found("account_sign") == ["Sign-in refused"]
    assert found("ENTWURFE") == found("entwürfe") == found("wür") == ["The folder Entwürfe is gone."]
    assert found("下書") == found("100%") == ["フォルダー「下書き」が見つかりません。 100% of it"]
    assert found("10%") == found("%_") == found("sales@ entwürfe") == []
    assert found("run 2") == ["Sign-in refused"]  # the second of the three that are one line
    assert found("34 fetched review") == ["34 fetched, 31 matched, 3 to review"]
    assert len(found("  ")) == len(found("")) == 4


def test_one_sync_alone_with_what_it_told(log: Log) -> None:
    for _ in range(3):
        log.sync(error=REFUSED, edge=True)
    log.sync(fetched=2, said="Connected again after 3 failed tries.")
    log.say("info", "Paused support@shop.example.")
    rows = page(log, ActivityFilter(run=2))
    assert sorted((row.run, row.what, row.count) for row in rows if row.run) == [(2, "Sign-in refused", 1)]
    assert [row.what for row in rows if row.run is None] == [REFUSED.what]
    assert sorted(row.what for row in page(log, ActivityFilter(run=4))) == [
        "2 fetched, 2 matched",
        "2 new emails.",
        "Connected again after 3 failed tries.",
    ]


def test_a_day_alone(log: Log) -> None:
    first = log.sync(fetched=1)
    log.now += timedelta(days=1)
    log.sync(fetched=2)
    assert [row.at for row in page(log, ActivityFilter(until=first + timedelta(hours=1)))] == [first]
    assert page(log, ActivityFilter(since=first + timedelta(seconds=1), until=first + timedelta(hours=1))) == []


def test_a_log_of_years_is_cut_to_its_bounds_and_still_answers_at_once(log: Log) -> None:
    box = log.office.place(SUPPORT).mailbox_id
    log.office.place(SALES)
    years, number = 2 * 365 * 86400_000, 51_000
    now = stored_instant(NOON)
    rows = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
    with log.office.store.write() as uow:
        run = uow.records._run
        at = f"{now} - (({number} - i) * {years} / {number})"
        run.exec_driver_sql(
            "INSERT INTO run (id, mailbox_id, started_at, ended_at, code, receipt, brought, line) "
            f"{rows} SELECT i, {box}, {at}, {at}, 'SYNCED', '{{}}', i || ' fetched', i FROM n"
        )
        run.exec_driver_sql(
            "INSERT INTO event (id, at, level, mailbox_id, code, what, meaning, action, line) "
            f"{rows} SELECT i, {at}, 'warning', {box}, '', 'Entwürfe ' || i, 'Nothing is lost.', 'Wait.', i FROM n"
        )
        uow.records.prune(before=NOON - timedelta(days=10_000), keep=50_000)
        assert counted(run) == (50_000, 50_000)
        began = thread_time()
        assert uow.read.activity.page(ActivityFilter(search="nothing like this")) == []
        assert [row.what for row in uow.read.activity.page(ActivityFilter(search="entwurfe 10001"))] == [
            "Entwürfe 10001"
        ]
        assert thread_time() - began < 3.0
        uow.records.prune(before=NOON - timedelta(days=90), keep=50_000)
        kept = 90 * 86400_000 * number // years
        assert all(abs(count - kept) <= 1 for count in counted(run))


def counted(run: sa.Connection) -> tuple[int, ...]:
    return tuple(run.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in ("run", "event"))


def test_an_entry_about_what_passes_by_itself_is_no_failure(log: Log) -> None:
    for code in ("OFFLINE", "ACCOUNT_SIGN_IN"):
        log.say("error", f"About {code.lower()}.", code=code)
    log.say("warning", "A warning.", code="SYNC_OVERDUE")
    assert [(row.outcome, row.level) for row in page(log)] == [
        (Outcome.NOTED, Level.ATTENTION),
        (Outcome.FAILED, Level.FAILED),
        (Outcome.WAITING, Level.ATTENTION),
    ]
    for wanted, found in (
        (ActivityFilter(levels=frozenset({Level.FAILED})), ["About account_sign_in."]),
        (ActivityFilter(levels=frozenset({Level.ATTENTION})), ["A warning.", "About offline."]),
        (ActivityFilter(search="failed about"), ["About account_sign_in."]),
        (ActivityFilter(search="waiting"), ["About offline."]),
    ):
        assert [row.what for row in page(log, wanted)] == found


def test_a_log_from_before_has_the_lines_that_one_of_now_would_have(log: Log, tmp_path: Path) -> None:
    for step in range(40):
        log.sync(
            fetched=3 if step % 11 == 0 else 0,
            error=(REFUSED, SLOW_DOWN, None, None)[step // 3 % 4],
            said="Connected again after 3 failed tries." if step % 12 == 6 else "",
            edge=step % 3 == 0,
        )
        log.say(("info", "warning", "debug")[step % 3], f"Note {step // 4}.")
    log.begin()
    log.sync()
    older = tmp_path / "older"
    older.mkdir()
    build_released("0007", database_path(older))
    connection = connect(database_path(older), KEY)
    with log.office.store.write() as uow:
        now = uow.read.activity.page(limit=1000)
        for table, columns in (
            ("run", "id, mailbox_id, started_at, ended_at, code, receipt"),
            ("event", "id, at, level, mailbox_id, code, what, meaning, action"),
        ):
            connection.execute(f"DELETE FROM {table}")
            rows = [tuple(row) for row in uow.records._run.exec_driver_sql(f"SELECT {columns} FROM {table}")]
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    connection.execute("UPDATE email SET status = 'synced'")
    connection.close()
    store = open_store(older, KEY, writing=True)
    with store.read() as read:
        (box,) = read.mailboxes.every()
        assert [replace(row, mailbox=SUPPORT) for row in read.activity.page(limit=1000)] == now
    store.close()
    assert len(now) > 30
    assert box.id == MailboxId(1)
