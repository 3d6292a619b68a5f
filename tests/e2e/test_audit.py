"""The audit against Dovecot: days, repairs with counts, by itself in `watch`, and what it costs on the line."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditCause
from desktop.domain.mailbox import Mailbox
from desktop.sync.audit import AuditHow, run_audit
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.workspace import connecting
from tests.e2e import shapes
from tests.e2e.letters import letter, letters
from tests.e2e.postroom import Postroom, wait_until
from tests.e2e.steps import connect, emails, is_complete, is_sound, peek, sync
from tests.e2e.test_contract import AUDITED, lose
from tests.e2e.test_watch import stops, watching
from tests.helpers.dovecot import Dovecot
from tests.helpers.proxy import Direction, FaultProxy
from tests.unit.workspace.support import SECRET, mailbox_on, open_workspace

pytestmark = pytest.mark.server

DAY = timedelta(days=1)
DAYS = {"day": (str, type(None)), **dict.fromkeys(("on_server", "kept", "waiting", "missing", "new"), int)}


def test_each_day_adds_up_and_a_repair_says_what_it_did(postroom: Postroom, dovecot: Dovecot) -> None:
    user, now = dovecot.new_user(), datetime.now(UTC)
    connect(postroom, dovecot, user, "--since-days", "10")
    for number in range(12):
        dovecot.deliver(user, letter(number), internal_date=now - (number // 3) * DAY)
    dovecot.deliver(user, letter(99), internal_date=now - 40 * DAY)
    sync(postroom)
    for uid in (1, 7, 8):
        lose(postroom, uid=uid)
    document = postroom.ask("audit", "--days", code=3)
    shapes.check(document, {"mailboxes": [AUDITED]})
    (one,) = document["mailboxes"]
    assert (one["complete"], one["found"], one["repaired"], one["on_server"], one["judged"]) == (False, 3, 0, 13, 10)
    (folder,) = one["folders"]
    shapes.check(folder["days"], [DAYS])
    today = now.astimezone().date()
    missing = {day["day"]: day["missing"] for day in folder["days"]}
    assert missing == {str(today - DAY * back): count for back, count in ((0, 1), (1, 0), (2, 2), (3, 0))}
    assert sum(day["on_server"] for day in folder["days"]) + folder["left_out"]["BEFORE_START_DATE"] == 13
    assert one["still_open"][0]["count"] == 3

    (done,) = postroom.ask("audit", "--repair")["mailboxes"]
    assert (done["complete"], done["found"], done["repaired"], done["still_open"]) == (True, 3, 3, [])
    assert len(emails(postroom)) == 12
    is_sound(postroom)
    (told,) = [event for event in postroom.ask("log")["items"] if event["what"].startswith("The audit found 3")][:1]
    assert told["code"] == "AUDIT_HOLES"
    assert str(today - 2 * DAY) in told["what"]
    lines = postroom.quick("audit", "--days").stdout
    assert "Complete: 13 of 13 messages have a verdict." in lines
    assert "BEFORE_START_DATE" not in lines
    assert postroom.ask("health")["mailboxes"][0]["last_complete_audit"] is not None


def test_watch_audits_by_itself_and_repairs(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--frequency", "5m")
    dovecot.deliver_many(user, [(raw, None) for raw in letters(5)])
    sync(postroom)
    lose(postroom, uid=2)
    peek(postroom, "UPDATE mailbox SET created_at = 0", writing=True)
    peek(postroom, "UPDATE health SET last_sync = 0", writing=True)
    with watching(postroom) as running:
        wait_until(lambda: peek(postroom, "SELECT count(*) FROM audit") == [(1,)], "it was not audited by itself")
        stops(running)
    assert peek(postroom, "SELECT cause, complete, found, repaired FROM audit") == [("schedule", 1, 1, 1)]
    assert len(emails(postroom)) == 5
    is_complete(postroom)
    with watching(postroom) as running:
        stops(running)
    assert peek(postroom, "SELECT count(*) FROM audit WHERE cause = 'schedule'") == [(1,)]


# --- what it costs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes of one connection, from the greeting to the end."""

    sent: int
    received: int


def cost(mailbox: Mailbox, context: SyncContext, proxy: FaultProxy, *, brief: bool) -> Cost:
    """Audit a clean mailbox."""
    before = proxy.connections
    report = run_audit(mailbox, context, StopSignal(), AuditHow(AuditCause.SCHEDULE, repair=True, brief=brief))
    assert (report.is_complete, proxy.connections) == (True, before + 1)
    return Cost(proxy.passed[Direction.CLIENT], proxy.passed[Direction.SERVER])


def test_a_clean_audit_costs_the_same_on_the_line_however_large_the_folder_is(tmp_path: Path, dovecot: Dovecot) -> None:
    costs, later = [], []
    for count in (4, 400):
        user, folder = dovecot.new_user(), tmp_path / str(count)
        folder.mkdir()
        dovecot.deliver_many(user, [(raw, None) for raw in letters(count)])
        with FaultProxy(dovecot.port) as proxy, open_workspace(folder) as workspace:
            wanted = replace(mailbox_on(proxy, user.name), created_at=datetime.now(UTC))
            mailbox, _ = connecting.connect_mailbox(workspace, wanted, SECRET)
            with workspace.sync_context() as context:
                assert sync_mailbox(mailbox, context, StopSignal()).error is None
                costs.append(cost(mailbox, context, proxy, brief=True))
                later.append(cost(mailbox, context, proxy, brief=True))
    few, many = costs
    assert few.sent == many.sent
    assert abs(many.received - few.received) < 40
    assert all(again.sent < first.sent for first, again in zip(costs, later, strict=True))
