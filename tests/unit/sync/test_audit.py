"""The audit on a server that a test has in its hand: days, holes, repairs, doubts, costs, and ends in the middle."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from desktop.domain.audit import AuditCause, AuditReport, by_day_words, in_words
from desktop.domain.errors import Stopped, Transient
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import Source
from desktop.services import audits
from desktop.store.engines import connect
from desktop.store.opening import DATABASE_NAME
from desktop.sync.audit import LISTED_WITHIN, NO_VERDICT, NOT_NAMED, AuditHow, run_audit
from desktop.sync.context import StopSignal
from tests.model.letters import Kind
from tests.model.server import Faults, Temper
from tests.model.world import KEY, StopAfter
from tests.unit.sync.support import Desk

LOOK = AuditHow(AuditCause.PERSON)
REPAIR = AuditHow(AuditCause.PERSON, repair=True)
BY_DAY = AuditHow(AuditCause.PERSON, by_day=True)
SCHEDULED = AuditHow(AuditCause.SCHEDULE, repair=True, brief=True)


def audit(desk: Desk, how: AuditHow = LOOK, faults: Faults | None = None) -> AuditReport:
    """Audit Ann's mailbox: INBOX and Archive."""
    desk.world.server.begin(faults or Faults())
    try:
        return run_audit(desk.world.mailboxes[0], desk.world.context(), StopSignal(), how)
    finally:
        desk.world.server.end()


def lose(desk: Desk, refs: Collection[int], *, emails: bool = True, covered: bool = True) -> None:
    """Take messages of Ann's INBOX out of the database, and leave them *covered* by the cursor: damage."""
    connection = connect(desk.world.profile / DATABASE_NAME, KEY)
    for ref in refs:
        here = f"folder_id = 1 AND ref = '{ref}'"
        ((number,),) = connection.execute(f"SELECT email_id FROM ledger WHERE {here}").fetchall()
        connection.execute(f"DELETE FROM ledger WHERE {here}")
        for table in ("outbox", "decision", "email_facts", "email_body") if emails and number else ():
            connection.execute(f"DELETE FROM {table} WHERE email_id = {number}")
        if emails and number:
            connection.execute(f"DELETE FROM email WHERE id = {number}")
        if not covered:
            connection.execute("DELETE FROM cursor_range WHERE folder_id = 1")
    connection.close()


def events(desk: Desk, code: ReasonCode) -> list[tuple[str, str]]:
    return [(event.level, event.what) for event in desk.events() if event.code == code.value]


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_clean_mailbox_is_complete_in_one_quiet_line(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.deliver(desk.archive, 1)
    desk.deliver(desk.inbox, 1, kind=Kind.OLD)
    desk.sync()
    report = audit(desk)
    assert report.is_complete
    assert in_words(report) == "Complete: 5 of 5 messages have a verdict."
    assert [(one.name, one.on_server, one.tally.kept) for one in report.folders] == [("INBOX", 4, 3), ("Archive", 1, 1)]
    assert report.folders[0].tally.left_out == ((ReasonCode.BEFORE_START_DATE, 1),)
    assert all(not one.days for one in report.folders)
    assert events(desk, ReasonCode.AUDITED) == [("info", f"Audit. {in_words(report)}")]
    assert [event.level for event in desk.events("warning")] == []


def test_each_day_says_what_became_of_its_messages(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.deliver(desk.inbox, 1, kind=Kind.OLD)
    desk.sync()
    desk.world.clock.time += timedelta(days=2)
    desk.deliver(desk.inbox, 1)
    desk.deliver(desk.inbox, 1, temper=Temper.NOT_FETCHED)
    desk.sync()
    lose(desk, [1])
    desk.deliver(desk.inbox, 1)
    report = audit(desk, BY_DAY)
    first, second = ((desk.world.clock.now() - timedelta(days=back)).astimezone().date() for back in (3, 1))
    days = {day.day: day.tally for day in report.folders[0].days}
    assert list(days) == [first, second]
    assert (days[first].kept, days[first].holes, days[first].on_server) == (1, 1, 2)
    assert (days[second].kept, days[second].waiting, days[second].new, days[second].on_server) == (1, 1, 1, 3)
    old = report.folders[0].tally.left_out
    assert old == ((ReasonCode.BEFORE_START_DATE, 1),)
    assert sum(day.on_server for day in days.values()) + 1 == report.folders[0].on_server


def test_without_being_asked_only_days_with_something_amiss_are_told(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.sync()
    desk.world.clock.time += timedelta(days=3)
    desk.deliver(desk.inbox, 1)
    desk.sync()
    lose(desk, [1, 2])
    report = audit(desk)
    (day,) = report.folders[0].days
    assert (day.tally.holes, day.tally.kept) == (2, 0)
    assert report.holes_by_day == (("INBOX", day.day, 2),)
    assert by_day_words(report) == f"INBOX {day.day} (2)"


def test_mail_left_out_in_one_range_has_its_days_too(desk: Desk) -> None:
    desk.world.turn(0, Direction.MANUAL)
    desk.deliver(desk.inbox, 3)
    desk.sync()
    assert audit(desk).folders[0].days == ()
    (day,) = audit(desk, BY_DAY).folders[0].days
    assert day.tally.left_out == ((ReasonCode.MANUAL_MODE, 3),)


def test_a_message_the_server_does_not_describe_has_no_day(desk: Desk) -> None:
    desk.deliver(desk.inbox, 1, temper=Temper.NOT_DESCRIBED)
    desk.sync()
    (day,) = audit(desk).folders[0].days
    assert (day.day, day.tally.waiting) == (None, 1)


# --- holes and repairs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("covered", [True, False])
def test_holes_are_brought_in_the_ordinary_way_and_counted(desk: Desk, covered: bool) -> None:
    desk.deliver(desk.inbox, 5)
    desk.sync()
    lose(desk, [2, 4], covered=covered)
    seen = audit(desk)
    assert (seen.found, seen.repaired, seen.is_complete) == (2, 0, False)
    assert [(one.count, one.reason) for one in seen.still_open] == [(2, NO_VERDICT)]
    done = audit(desk, REPAIR)
    assert (done.found, done.repaired, done.still_open, done.is_complete) == (2, 2, (), True)
    assert set(desk.verdicts(desk.inbox)) == {1, 2, 3, 4, 5}
    assert in_words(done) == "Complete: 5 of 5 messages have a verdict. Found 2 missing, repaired 2."
    told, before = desk.events("warning")
    assert (told.level, told.code, told.meaning) == ("warning", "AUDIT_HOLES", "Repaired: 2 brought in.")
    assert (before.level, before.code, before.meaning) == (
        "error",
        "AUDIT_HOLES",
        f"Still open: 2 in INBOX: {NO_VERDICT}",
    )
    assert "2 messages on the server without a verdict here: INBOX " in told.what


def test_a_hole_that_the_state_of_the_folder_hides_is_one_all_the_same(desk: Desk) -> None:
    """The folder's last state is forgotten after a pass that broke off; the cursor covers the message even so."""
    desk.deliver(desk.inbox, 3)
    desk.sync()
    lose(desk, [2])
    with desk.world.store.write() as uow:
        uow.mailboxes.forget_folder_state(uow.read.mailboxes.folders(desk.world.mailboxes[0].id)[0].id)
    assert str(audit(desk).folders[0].holes) == "2"
    assert audit(desk, REPAIR).is_complete


def test_what_does_not_come_even_so_is_still_open_with_its_reason(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.sync()
    lose(desk, [1])
    desk.inbox.slots[1].temper = Temper.NOT_FETCHED
    done = audit(desk, REPAIR)
    assert (done.found, done.repaired, done.is_complete) == (1, 0, False)
    (left,) = done.still_open
    assert (left.folder, left.count) == ("INBOX", 1)
    assert "left this message out" in left.reason
    assert ("warning", "AUDIT_HOLES") in [(event.level, event.code) for event in desk.events("warning")]
    desk.inbox.slots[1].temper = Temper.GOOD
    assert audit(desk, REPAIR).is_complete


def test_a_message_the_server_hid_is_found_when_it_shows_it(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.inbox.slots[2].visible = False
    desk.sync()
    assert audit(desk).is_complete
    desk.inbox.slots[2].visible = True
    report = audit(desk, SCHEDULED)
    assert (report.found, report.repaired, report.is_complete) == (1, 1, True)
    assert set(desk.verdicts(desk.inbox)) == {1, 2, 3}


def test_a_listing_shorter_than_its_count_concludes_nothing_and_says_so(desk: Desk) -> None:
    desk.deliver(desk.inbox, 4)
    desk.sync()
    report = audit(desk, REPAIR, Faults(short_by=1))
    assert not report.is_complete
    assert (report.code, report.folders[0].hidden, report.folders[0].certain) == (ReasonCode.AUDIT_UNCERTAIN, 1, False)
    assert [(one.count, one.reason) for one in report.still_open] == [(1, NOT_NAMED)]
    (told,) = [event for event in desk.events("warning") if event.code == "AUDIT_UNCERTAIN"]
    assert "INBOX has 4 and names 3" in told.what
    assert all(row["gone_at"] is None for row in desk.stored().ledger)
    assert audit(desk).is_complete


def test_a_persons_decision_outlives_the_loss_of_its_place(desk: Desk) -> None:
    """Only the ledger's row is lost: the mail is recognised, and what a person decided on it stands."""
    desk.deliver(desk.inbox, 2)
    desk.sync()
    connection = connect(desk.world.profile / DATABASE_NAME, KEY)
    connection.execute("UPDATE email SET decided_by = 'person', code = 'NO_MATCH', needs_review = 0 WHERE id = 1")
    connection.execute("UPDATE decision SET decided_by = 'person', code = 'NO_MATCH' WHERE email_id = 1")
    connection.close()
    before = desk.stored().emails
    lose(desk, [1, 2], emails=False)
    assert audit(desk, REPAIR).is_complete
    assert desk.stored().emails == before


def test_what_is_gone_there_is_marked_and_what_is_back_unmarked(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    connection = connect(desk.world.profile / DATABASE_NAME, KEY)
    connection.execute("UPDATE ledger SET gone_at = 1 WHERE folder_id = 1 AND ref = '3'")
    connection.close()
    desk.inbox.expunge(1)
    report = audit(desk)
    assert (str(report.folders[0].gone), str(report.folders[0].back)) == ("1", "3")
    done = audit(desk, REPAIR)
    assert (bool(done.folders[0].gone), bool(done.folders[0].back)) == (False, False)
    gone = {row["ref"] for row in desk.stored().ledger if row["gone_at"] is not None}
    assert gone == {"1"}


def test_a_message_with_two_verdicts_keeps_one(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.deliver(desk.inbox, 1, kind=Kind.OLD)
    desk.sync()
    connection = connect(desk.world.profile / DATABASE_NAME, KEY)
    connection.execute("UPDATE ledger_range SET refs = '2:3', count = 2 WHERE folder_id = 1")
    connection.close()
    report = audit(desk)
    assert (str(report.folders[0].doubles), report.is_complete) == ("2", False)
    done = audit(desk, REPAIR)
    assert done.is_complete
    assert done.folders[0].tally == report.folders[0].tally
    assert not done.folders[0].doubles


def test_a_renumbered_folder_is_no_hole_and_a_repair_looks_at_it(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    desk.inbox.renumber(7, backwards=True)
    report = audit(desk)
    assert (report.found, report.folders[0].renumbered, report.is_complete) == (0, True, False)
    assert audit(desk, REPAIR).is_complete
    assert len(desk.stored().emails) == 3


def test_a_folder_that_is_missing_is_said_and_the_others_are_told(desk: Desk) -> None:
    desk.deliver(desk.archive, 2)
    desk.sync()
    report = audit(desk, LOOK, Faults(missing="INBOX"))
    assert report.error is not None
    assert report.error.code is ReasonCode.FOLDER_MISSING
    assert [(one.name, one.problem is None, one.on_server) for one in report.folders] == [
        ("INBOX", False, 0),
        ("Archive", True, 2),
    ]


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_old_mail_that_left_the_server_is_nothing_to_mend_and_no_reason_to_list(desk: Desk) -> None:
    """What was never here cannot be marked as gone: it must not cost a sync each day."""
    desk.deliver(desk.inbox, 3)
    desk.deliver(desk.inbox, 4, kind=Kind.OLD)
    desk.sync()
    for uid in (4, 5):
        desk.inbox.expunge(uid)
    desk.sync()
    first = audit(desk, SCHEDULED)
    assert (first.is_complete, first.is_to_be_mended, first.on_server, first.tally.judged) == (True, False, 5, 5)
    again = audit(desk, SCHEDULED)
    assert (again.folders[0].is_same, again.on_server, again.tally) == (True, 5, first.tally)


@pytest.mark.parametrize("count", [3, 60])
def test_a_clean_audit_asks_two_questions_a_folder_and_one_where_changes_are_counted(desk: Desk, count: int) -> None:
    desk.deliver(desk.inbox, count)
    desk.sync()
    assert asked(desk, SCHEDULED) == [("open INBOX", "list_refs"), ("open Archive",)]
    assert asked(desk, SCHEDULED) == [("open INBOX",), ("open Archive",)]
    assert asked(desk, LOOK) == [("open INBOX", "list_refs"), ("open Archive",)]
    desk.world.server.condstore = False
    assert asked(desk, SCHEDULED) == [("open INBOX", "list_refs"), ("open Archive",)]


def test_the_servers_word_that_nothing_changed_counts_for_a_week(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    for _ in range(int(LISTED_WITHIN / timedelta(days=1))):
        audit(desk, SCHEDULED)
        desk.world.clock.time += timedelta(days=1)
    assert not audit(desk, SCHEDULED).folders[0].is_same
    assert audit(desk, SCHEDULED).folders[0].is_same


def test_a_hole_here_is_found_though_nothing_changed_there(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    audit(desk, SCHEDULED)
    lose(desk, [2])
    assert audit(desk, SCHEDULED).repaired == 1


# --- ends in the middle -----------------------------------------------------------------------------------------------


def test_an_audit_that_is_stopped_leaves_no_mark(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    stop = StopSignal()
    report = run_audit(desk.world.mailboxes[0], desk.world.context(StopAfter(stop, 1)), stop, LOOK)
    assert isinstance(report.error, Stopped)
    with desk.world.store.read() as read:
        assert read.audits.of(desk.world.mailboxes[0].id) == []
    assert events(desk, ReasonCode.STOPPED) == []


def test_a_server_that_breaks_off_is_said_and_remembered(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    report = audit(desk, LOOK, Faults(cut_at=2))
    assert isinstance(report.error, Transient)
    with desk.world.store.read() as read:
        (past,) = read.audits.of(desk.world.mailboxes[0].id)
        assert read.audits.last_complete(desk.world.mailboxes[0].id) is None
    assert (past.code, past.complete) == ("SERVER_UNREACHABLE", False)
    assert "The audit came to no end" in desk.events("warning")[0].what


@pytest.mark.parametrize("call", [6, 7, 8, 9])
def test_a_repair_that_breaks_off_is_done_by_the_next_sync(desk: Desk, call: int) -> None:
    desk.deliver(desk.inbox, 6)
    desk.sync()
    lose(desk, [1, 3, 5])
    broken = audit(desk, REPAIR, Faults(cut_at=call, asks_to_wait=True))
    assert broken.error is not None
    desk.sync()
    assert audit(desk).is_complete
    assert set(desk.verdicts(desk.inbox)) == {1, 2, 3, 4, 5, 6}


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_a_bounded_number_of_audits_is_remembered(desk: Desk) -> None:
    desk.sync()
    report = audit(desk)
    with desk.world.store.write() as uow:
        for _ in range(70):
            uow.audits.note(report, "again")
    with desk.world.store.read() as read:
        past = read.audits.of(desk.world.mailboxes[0].id, limit=100)
    assert len(past) == 60
    assert {one.reason for one in past} == {"again"}


def test_what_a_person_asks_to_mend_is_brought_in_by_the_sync_after_it(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    lose(desk, [2])
    before = audit(desk, BY_DAY)
    with desk.world.store.write() as uow:
        change = audits.mend(uow, before, desk.world.clock)
    assert change.words == "Missing mail of ann@example.test is asked for"
    desk.sync()
    after = audit(desk, replace(BY_DAY, after=before))
    assert (after.found, after.repaired, after.is_complete) == (1, 1, True)
    assert after.holes_by_day[0][0] == "INBOX"


def asked(desk: Desk, how: AuditHow) -> list[tuple[str, ...]]:
    """Audit, and return what was asked of each folder."""
    heard: list[list[str]] = []
    opened = desk.world.server.connect

    class Heard:
        def __init__(self, inner: Source) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            method = getattr(self._inner, name)

            def noted(*given: Any, **named: Any) -> Any:
                if name == "open_folder":
                    heard.append([f"open {given[0]}"])
                elif name not in {"abandon", "close"}:
                    heard[-1].append(name)
                return method(*given, **named)

            return noted

    context = replace(desk.world.context(), open_source=lambda box, stop: cast("Source", Heard(opened(box, stop))))
    report = run_audit(desk.world.mailboxes[0], context, StopSignal(), how)
    assert report.is_complete
    return [tuple(one) for one in heard]
