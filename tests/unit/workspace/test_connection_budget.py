"""How many connections a mailbox has open at once."""

from dataclasses import replace

import pytest

from desktop.domain.errors import Stopped, Transient
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker
from desktop.workspace import connection_budget
from desktop.workspace.clock import SystemClock
from desktop.workspace.connection_budget import ConnectionBudget, share
from tests.helpers.mails import mailbox

BOX = mailbox()
FULL = Transient(ReasonCode.ACCOUNT_THROTTLED, "Too many simultaneous connections.")


def at(host: str) -> Mailbox:
    return replace(BOX, imap=replace(BOX.imap, host=host))


@pytest.mark.parametrize(
    ("host", "count"),
    [("imap.gmail.com", 3), ("outlook.office365.com", 2), ("imap.mail.yahoo.com", 2), ("imap.firma.example", 3)],
)
def test_a_third_of_what_the_provider_allows(host: str, count: int) -> None:
    assert share(at(host)) == count


def test_one_too_many_is_refused_until_another_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_budget, "PATIENCE_S", 0.1)
    budget = ConnectionBudget(SystemClock())
    open_ones = [budget.take(BOX, Breaker()) for _ in range(share(BOX))]
    with pytest.raises(Transient) as refused:
        budget.take(BOX, Breaker())
    assert refused.value.code is ReasonCode.ACCOUNT_THROTTLED
    open_ones.pop()()
    open_ones.append(budget.take(BOX, Breaker()))
    assert budget.open_now(BOX.id) == share(BOX)


def test_whoever_waits_for_one_can_be_stopped() -> None:
    budget, breaker = ConnectionBudget(SystemClock()), Breaker()
    for _ in range(share(BOX)):
        budget.take(BOX, Breaker())
    breaker.trip()
    with pytest.raises(Stopped):
        budget.take(BOX, breaker)


def test_a_server_that_says_there_are_too_many_is_given_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_budget, "PATIENCE_S", 0.1)
    budget = ConnectionBudget(SystemClock())
    budget.note(BOX, FULL)
    budget.take(BOX, Breaker())
    with pytest.raises(Transient):
        budget.take(BOX, Breaker())
