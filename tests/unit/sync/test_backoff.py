"""When to try again, and how often to sign in: tables of the policy."""

import pytest

from desktop.domain.errors import AppError, Misbehaving, Misconfigured, NeedsSignIn, StoreError, Transient
from desktop.domain.reasons import ReasonCode
from desktop.sync.backoff import LOGINS_PER_HOUR, LONGEST_DELAY_S, OFFLINE_DELAY_S, REPROBE_S, LoginBudget, retry_in

DOWN = Transient(ReasonCode.SERVER_UNREACHABLE, "It is down.")
BROKEN = Misbehaving(ReasonCode.SERVER_MISBEHAVES, "It broke off.")
FULL = StoreError(ReasonCode.STORE_FULL, "The disk is full.")
WRONG = Misconfigured(ReasonCode.SETTINGS_INVALID, "There is no such server.")
PORTAL = Misconfigured(ReasonCode.TLS_UNTRUSTED, "Another server answers in its place.")
AWAY = Transient(ReasonCode.OFFLINE, "This computer is offline.")
NO_APP = Misconfigured(ReasonCode.ACCOUNT_APP_SECRET, "The app's secret has expired.")
REFUSED = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.")


def busy(seconds: float) -> Transient:
    """A server that asks for a wait."""
    return Transient(ReasonCode.ACCOUNT_THROTTLED, "Too many connections.").after(seconds)


def delay(error: AppError, failures: int, chance: float) -> float | None:
    """The delay in seconds, or None."""
    wait = retry_in(error, failures, chance)
    return None if wait is None else wait.total_seconds()


@pytest.mark.parametrize(
    ("error", "failures", "chance", "seconds"),
    [
        (DOWN, 1, 0.5, 2.0),
        (DOWN, 1, 0.0, 1.5),
        (DOWN, 2, 0.5, 3.0),
        (DOWN, 3, 0.5, 4.5),
        (BROKEN, 3, 0.5, 4.5),
        (DOWN, 15, 0.5, 2.0 * 1.5**14),
        (DOWN, 16, 0.5, LONGEST_DELAY_S),
        (DOWN, 10**9, 0.5, LONGEST_DELAY_S),
        (DOWN, 10**9, 0.0, LONGEST_DELAY_S * 0.75),
        (FULL, 1, 0.5, 2.0),
        (WRONG, 1, 0.5, REPROBE_S),
        (WRONG, 50, 0.0, REPROBE_S * 0.75),
        (PORTAL, 1, 0.5, 2.0),
        (PORTAL, 50, 0.5, LONGEST_DELAY_S),
        (AWAY, 50, 0.5, OFFLINE_DELAY_S),
        (NO_APP, 1, 0.5, None),
        (REFUSED, 1, 0.5, None),
        (REFUSED, 50, 0.0, None),
        (busy(300), 1, 0.0, 300.0),
        (busy(300), 50, 0.5, 315.0),
        (busy(0), 1, 0.5, 0.0),
    ],
)
def test_the_wait_after_a_failure(error: AppError, failures: int, chance: float, seconds: float | None) -> None:
    assert delay(error, failures, chance) == (None if seconds is None else pytest.approx(seconds))


def test_chance_spreads_the_wait_and_never_shortens_what_the_server_asks_for() -> None:
    chances = [number / 100 for number in range(100)]
    plain = [delay(DOWN, 5, chance) or 0 for chance in chances]
    asked = [delay(busy(60), 5, chance) or 0 for chance in chances]
    middle = 2.0 * 1.5**4
    assert all(middle * 0.75 <= wait < middle * 1.25 for wait in plain)
    assert all(60 <= wait < 66 for wait in asked)
    assert len(set(plain)) == len(set(asked)) == 100


def test_sign_ins_are_free_until_an_hour_is_full_and_again_as_it_passes() -> None:
    budget = LoginBudget(per_hour=3)
    for at in (0.0, 10.0, 20.0):
        assert budget.wait_s(at) == 0
        budget.spend(at)
    assert [budget.wait_s(at) for at in (20.0, 3599.0, 3600.0)] == [3580.0, 1.0, 0.0]
    budget.spend(3600.0)
    assert [budget.wait_s(at) for at in (3600.0, 3610.0)] == [10.0, 0.0]


def test_a_server_that_fails_at_once_each_time_sees_no_more_sign_ins_an_hour_than_the_budget() -> None:
    budget, now, sign_ins = LoginBudget(), 0.0, []
    while now < 4 * 3600:
        now += budget.wait_s(now)
        budget.spend(now)
        sign_ins.append(now)
        now += 1.5
    for begin in range(0, 4 * 3600, 60):
        assert sum(begin <= at < begin + 3600 for at in sign_ins) <= LOGINS_PER_HOUR
