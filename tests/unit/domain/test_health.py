"""Health follows what happened, and says what to do."""

from datetime import timedelta

from desktop.domain.errors import Misconfigured, NeedsSignIn, Transient
from desktop.domain.health import Health, HealthState, after_failure, after_partial, after_success
from desktop.domain.reasons import ReasonCode
from tests.helpers.mails import NOON

DOWN = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.", meaning="Nothing is lost.")
SIGN_IN = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", action="Enter it again.")


def test_a_passing_failure_asks_for_attention_and_a_lasting_one_is_red() -> None:
    health = Health()
    states = []
    for minute in range(4):
        health = after_failure(health, DOWN, NOON + timedelta(minutes=minute), timedelta(seconds=5))
        states.append(health.state)
    assert states == [HealthState.ATTENTION] * 2 + [HealthState.DISCONNECTED] * 2
    assert (health.failures, health.failing_since) == (4, NOON)
    assert health.next_step == "It is tried again by itself."
    assert health.retry_at == NOON + timedelta(minutes=3, seconds=5)


def test_what_needs_a_person_is_red_at_once_and_says_what_to_do() -> None:
    health = after_failure(Health(), SIGN_IN, NOON, None)
    assert (health.state, health.next_step, health.retry_at) == (HealthState.DISCONNECTED, "Enter it again.", None)


def test_success_clears_everything_but_the_past() -> None:
    health = after_success(after_failure(Health(), SIGN_IN, NOON, None), NOON + timedelta(hours=1))
    assert (health.state, health.failures, health.failing_since) == (HealthState.HEALTHY, 0, None)
    assert health.last_sync == NOON + timedelta(hours=1)


def test_a_lost_folder_asks_for_attention_while_the_others_go_on() -> None:
    lost = Misconfigured(ReasonCode.FOLDER_MISSING, "There is no folder Sales.", action="Choose another.")
    health = after_partial(Health(), lost, NOON)
    assert (health.state, health.next_step, health.retry_at) == (HealthState.ATTENTION, "Choose another.", None)
    assert health.last_sync == NOON
