"""Health follows what happened, and says what to do: every event in every state, and what each state says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Misconfigured, NeedsSignIn, Transient
from desktop.domain.health import Condition, Dimension, Ending, FolderFreshness, Health, HealthState, Trouble, Waiting
from desktop.domain.health_events import (
    Authorised,
    Connected,
    Disconnected,
    Event,
    FreshnessSeen,
    Listened,
    PassBegan,
    PassFailed,
    PassPartly,
    PassWentWell,
    Paused,
    Resumed,
    ScheduleChanged,
    SettingsChanged,
    TimePassed,
    WatchBegan,
    after,
)
from desktop.domain.health_rules import ending_of, judge
from desktop.domain.ids import FolderId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.signing_in import Grant, Identity
from desktop.domain.source import NewestMessage
from tests.helpers.mails import NOON, mailbox

GREEN, YELLOW, RED, REST = (
    HealthState.HEALTHY,
    HealthState.ATTENTION,
    HealthState.DISCONNECTED,
    HealthState.PAUSED,
)
BOX = mailbox()
"""It is synced every 15 minutes."""

DOWN = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.", meaning="Nothing is lost.")
OFFLINE = Transient(ReasonCode.OFFLINE, "This computer is offline.")
SIGN_IN = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", action="Enter it again.")
REFUSED_TLS = Misconfigured(ReasonCode.TLS_REFUSED, "The server offers no encryption.", action="Check the server.")
UNTRUSTED = Misconfigured(ReasonCode.TLS_UNTRUSTED, "The certificate is not trusted.", action="Check the server.")
LOST = Misconfigured(ReasonCode.FOLDER_MISSING, "There is no folder Sales.", action="Choose another.")
INBOX = FolderId(1)
SOON, MINUTE, HOUR, DAY = timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def failed(error: Transient | NeedsSignIn | Misconfigured, retry_in: timedelta | None = SOON) -> PassFailed:
    return PassFailed(Trouble.of(error), retry_in)


WELL, PASSING, REFUSED = PassWentWell(), failed(DOWN), failed(SIGN_IN, None)
WRONG, OFF = failed(REFUSED_TLS, 6 * HOUR), failed(OFFLINE)
PARTLY = PassPartly(Trouble.of(LOST, is_partial=True))
FOLDERS = Condition(folders=(FolderFreshness(INBOX, "INBOX"),))


def newest(ref: int, here: int, *, at: datetime = NOON) -> FreshnessSeen:
    """The server's newest message is *ref*, and here are those up to *here*."""
    seen = RefSet([(1, here)]) if here else RefSet()
    return FreshnessSeen(INBOX, NewestMessage(ref, at), seen, NOON - HOUR if here else None)


BEHIND, LEVEL = newest(7, 6), newest(7, 7)


def run(*events: Event, begin: Condition = FOLDERS, now: datetime = NOON) -> Condition:
    for event in events:
        begin = after(begin, event, now)
    return begin


def found(condition: Condition, now: datetime = NOON, box: Mailbox = BOX) -> tuple[HealthState, str]:
    health = judge(condition, box, now)
    return health.state, health.code


# --- every event in every state ---------------------------------------------------------------------------------------

STATES: dict[str, Condition] = {
    "new": run(Connected()),
    "well": run(WELL),
    "passing": run(WELL, PASSING),
    "lasting": run(WELL, PASSING, PASSING, PASSING),
    "offline": run(WELL, OFF, OFF, OFF, OFF),
    "refused": run(WELL, REFUSED),
    "wrong": run(WELL, WRONG),
    "partly": run(WELL, PARTLY),
    "behind": run(WELL, BEHIND),
    "stuck": run(WELL, BEHIND, BEHIND),
    "resumed": run(WELL, Resumed()),
}
IS = {
    "new": (YELLOW, ""),
    "well": (GREEN, "SYNCED"),
    "passing": (YELLOW, "SERVER_UNREACHABLE"),
    "lasting": (RED, "SERVER_UNREACHABLE"),
    "offline": (YELLOW, "OFFLINE"),
    "refused": (RED, "ACCOUNT_SIGN_IN"),
    "wrong": (RED, "TLS_REFUSED"),
    "partly": (YELLOW, "FOLDER_MISSING"),
    "behind": (GREEN, "SYNCED"),
    "stuck": (YELLOW, "MAIL_NOT_ARRIVING"),
    "resumed": (YELLOW, ""),
}
UNTRIED, STUCK = (YELLOW, ""), IS["stuck"]
SAME = IS
EVENTS: dict[str, tuple[Event, dict[str, tuple[HealthState, str]]]] = {
    "went well": (WELL, {**dict.fromkeys(IS, IS["well"]), "stuck": STUCK}),
    "failed": (PASSING, {**dict.fromkeys(IS, IS["passing"]), **dict.fromkeys(["lasting", "offline"], IS["lasting"])}),
    "offline": (OFF, dict.fromkeys(IS, IS["offline"])),
    "refused": (REFUSED, dict.fromkeys(IS, IS["refused"])),
    "wrong": (WRONG, dict.fromkeys(IS, IS["wrong"])),
    "partly": (PARTLY, dict.fromkeys(IS, IS["partly"])),
    "connected": (Connected(), dict.fromkeys(IS, UNTRIED)),
    "disconnected": (Disconnected(), dict.fromkeys(IS, UNTRIED)),
    "paused": (Paused(), SAME),
    "resumed": (Resumed(), {**dict.fromkeys(IS, UNTRIED), "stuck": STUCK}),
    "settings": (
        SettingsChanged(),
        {**dict.fromkeys(IS, UNTRIED), "well": IS["well"], "behind": IS["behind"], "stuck": STUCK},
    ),
    "schedule": (ScheduleChanged(), SAME),
    "authorised": (Authorised(), {**SAME, "refused": UNTRIED}),
    "watch": (WatchBegan(), SAME),
    "time": (TimePassed(), SAME),
    "moved": (TimePassed(NOON), SAME),
    "began": (PassBegan(), SAME),
    "behind": (BEHIND, {**SAME, "behind": STUCK}),
    "level": (LEVEL, {**SAME, "stuck": IS["well"]}),
}


def test_a_server_that_answered_before_is_waited_for_before_settings_are_touched() -> None:
    refuses = failed(Transient(ReasonCode.SERVER_UNREACHABLE, "It refuses connections.", action="Check the port."))
    assert judge(run(refuses), BOX, NOON).next_step == "Check the port.", "it never worked with these settings"
    step = judge(run(WELL, refuses), BOX, NOON).next_step
    assert step.startswith("It is tried again by itself. New mail waits at the provider.")


@pytest.mark.parametrize("state", STATES)
def test_states_are_what_they_are_called(state: str) -> None:
    assert found(STATES[state]) == IS[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_in_every_state(state: str, event: str) -> None:
    happened, becomes = EVENTS[event]
    assert found(run(happened, begin=STATES[state])) == becomes[state]


@pytest.mark.parametrize("state", STATES)
def test_at_rest_nothing_is_complained_of(state: str) -> None:
    paused = judge(STATES[state], replace(BOX, state=MailboxState.PAUSED), NOON + DAY)
    assert (paused.state, paused.code, paused.reason, paused.findings) == (REST, "", "Paused by hand.", ())
    gone = judge(STATES[state], replace(BOX, state=MailboxState.DISCONNECTED), NOON + DAY)
    assert (gone.state, gone.next_step, gone.findings) == (RED, "Connect it again.", ())


# --- errors, authorised -----------------------------------------------------------------------------------------------


def test_a_passing_failure_asks_for_attention_and_a_lasting_one_is_red() -> None:
    condition, states = FOLDERS, []
    for minute in range(4):
        now = NOON + minute * MINUTE
        condition = run(PASSING, begin=condition, now=now)
        states.append(judge(condition, BOX, now).state)
    assert states == [YELLOW, YELLOW, RED, RED]
    health = judge(condition, BOX, NOON + 3 * MINUTE)
    assert (health.failures, health.failing_since) == (4, NOON)
    assert health.reason == "The server cannot be reached. Nothing is lost."
    assert health.next_step == "It is tried again by itself."
    assert health.retry_at == NOON + 3 * MINUTE + SOON
    assert not health.is_at_rest


def test_what_needs_a_person_is_red_at_once_and_says_what_to_do() -> None:
    health = judge(run(REFUSED), BOX, NOON)
    assert (health.state, health.next_step, health.retry_at) == (RED, "Enter it again.", None)
    assert health.is_at_rest
    assert health.findings[0].dimension is Dimension.AUTHORISED


def test_this_computer_being_offline_is_never_the_fault_of_a_mailbox() -> None:
    assert found(run(WELL, *[OFF] * 50)) == (YELLOW, "OFFLINE")


def test_a_certificate_that_is_no_longer_trusted_is_red_at_once_and_says_since_when() -> None:
    """It may be somebody in between: nobody is left an hour in the belief that it is a hiccup."""
    condition = run(failed(UNTRUSTED), begin=run(WELL), now=NOON + MINUTE)
    health = judge(condition, BOX, NOON + MINUTE)
    assert (health.state, health.code) == (RED, "TLS_UNTRUSTED")
    assert "It was trusted at the last sync (12:00)." in health.reason
    assert judge(run(WELL, begin=condition, now=NOON + HOUR), BOX, NOON + HOUR).state is GREEN


def test_of_a_server_that_was_never_trusted_nothing_is_said_of_before() -> None:
    condition = run(failed(UNTRUSTED))
    assert found(condition) == (RED, "TLS_UNTRUSTED")
    assert "trusted at the last sync" not in judge(condition, BOX, NOON).reason


def test_success_clears_everything_but_the_past() -> None:
    later = NOON + HOUR
    health = judge(run(WELL, begin=run(REFUSED), now=later), BOX, later)
    assert (health.state, health.failures, health.failing_since) == (GREEN, 0, None)
    assert (health.last_sync, health.next_step) == (later, "")


def test_a_lost_folder_asks_for_attention_while_the_others_go_on() -> None:
    health = judge(run(PARTLY), BOX, NOON)
    assert (health.state, health.next_step, health.retry_at) == (YELLOW, "Choose another.", None)
    assert health.last_sync == NOON


def test_signing_in_again_mends_a_refused_sign_in_and_nothing_else() -> None:
    health = judge(run(REFUSED, Authorised()), BOX, NOON)
    assert (health.state, health.reason) == (YELLOW, "Signed in again; not synced since.")
    assert found(run(WRONG, Authorised())) == IS["wrong"]
    reconnected = judge(run(REFUSED, Authorised(), SettingsChanged()), BOX, NOON)
    assert reconnected.reason == "Signed in again; not synced since."


def test_the_gravest_speaks_and_the_others_are_told_beside_it() -> None:
    late = NOON + 3 * HOUR
    condition = replace(STATES["stuck"], ending=Ending(late + DAY, "it is so"))
    health = judge(run(REFUSED, begin=condition), BOX, late)
    assert health.code == "ACCOUNT_SIGN_IN"
    assert [one.code for one in health.findings] == [
        "ACCOUNT_SIGN_IN",
        "MAIL_NOT_ARRIVING",
        "SYNC_OVERDUE",
        "ACCOUNT_EXPIRES_SOON",
    ]


# --- fresh ------------------------------------------------------------------------------------------------------------


def test_mail_that_arrives_during_a_pass_is_no_reason_to_worry() -> None:
    condition = run(newest(7, 6), newest(8, 7), newest(9, 8))
    assert condition.folders[0].behind_passes == 1
    assert found(run(WELL, begin=condition)) == IS["well"]


def test_new_mail_that_keeps_coming_and_is_hidden_is_noticed_all_the_same() -> None:
    assert found(run(WELL, newest(7, 6), newest(9, 6))) == STUCK


def test_mail_that_does_not_come_over_is_told_with_evidence() -> None:
    first, second = newest(7, 6, at=NOON), newest(8, 6, at=NOON + 5 * MINUTE)
    condition = run(WELL, second, begin=run(first), now=NOON + 15 * MINUTE)
    health = judge(condition, BOX, NOON + 15 * MINUTE)
    assert health.reason == (
        "INBOX: the newest email on the server is of 12:05, the newest here is of 11:00. "
        "The connection works, yet new mail does not come over."
    )
    assert health.next_step.startswith("Sync now.")
    assert health.findings[0].since == NOON
    folder = condition.folders[0]
    assert (folder.behind_ref, folder.behind_passes, folder.there_at) == (7, 2, NOON + 5 * MINUTE)
    assert (folder.here_at, folder.looked_at) == (NOON - HOUR, NOON + 15 * MINUTE)


def test_a_folder_of_which_nothing_is_here_says_so() -> None:
    reason = judge(run(WELL, newest(7, 0), newest(7, 0)), BOX, NOON).reason
    assert reason.startswith("INBOX: the newest email on the server is of 12:00, none of it is here.")


def test_an_empty_folder_and_a_server_that_does_not_say_are_not_behind() -> None:
    condition = run(BEHIND, FreshnessSeen(INBOX, None, RefSet()))
    assert (condition.folders[0].behind_passes, condition.folders[0].there_at) == (0, None)


def test_when_it_came_over_both_are_the_same() -> None:
    folder = run(BEHIND, BEHIND, LEVEL).folders[0]
    assert (folder.there_at, folder.here_at, folder.behind_ref, folder.behind_since) == (NOON, NOON, None, None)


def test_a_mailbox_that_is_picked_from_by_hand_is_neither_behind_nor_late() -> None:
    by_hand = replace(BOX, direction=Direction.MANUAL)
    assert found(STATES["stuck"], NOON + DAY, by_hand) == IS["well"]


# --- on time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "code"), [(29, "SYNCED"), (30, "SYNCED"), (31, "SYNC_OVERDUE"), (34, "SYNC_OVERDUE")]
)
def test_later_than_two_intervals_is_late(minutes: int, code: str) -> None:
    assert judge(STATES["well"], BOX, NOON + minutes * MINUTE).code == code


def test_lateness_is_told_in_figures() -> None:
    health = judge(STATES["well"], BOX, NOON + 34 * MINUTE)
    assert (health.state, health.findings[0].what) == (YELLOW, "No sync for 34 minutes; one is due every 15 minutes.")


def test_nobody_is_late_who_was_asleep() -> None:
    woken = run(WatchBegan(), begin=STATES["well"], now=NOON + DAY)
    assert found(woken, NOON + DAY + 30 * MINUTE) == IS["well"]
    health = judge(woken, BOX, NOON + DAY + 31 * MINUTE)
    assert health.findings[0].what == "No sync for 24 hours; one is due every 15 minutes."


def test_a_long_pass_that_moves_is_not_late_and_one_that_hangs_is() -> None:
    moving = run(TimePassed(NOON + 50 * MINUTE), begin=STATES["well"])
    assert found(moving, NOON + 80 * MINUTE) == IS["well"]
    assert found(moving, NOON + 81 * MINUTE) == (YELLOW, "SYNC_OVERDUE")


def test_without_a_schedule_nobody_is_late() -> None:
    assert found(STATES["well"], NOON + DAY, replace(BOX, frequency=Frequency.MANUAL)) == IS["well"]


def test_in_real_time_half_an_hour_without_a_look_is_late() -> None:
    live = replace(BOX, frequency=Frequency.REALTIME)
    assert found(STATES["well"], NOON + 30 * MINUTE, live) == IS["well"]
    late = judge(STATES["well"], live, NOON + 31 * MINUTE)
    assert (late.code, late.findings[0].what) == (
        "SYNC_OVERDUE",
        "No sync for 31 minutes; one is due every 5 minutes.",
    )


def test_real_time_that_has_to_be_asked_for_is_said_and_is_no_trouble() -> None:
    live = replace(BOX, frequency=Frequency.REALTIME)
    polled = run(Listened("It cannot tell."), begin=STATES["well"])
    said = judge(polled, live, NOON)
    assert (said.state, said.code) == (HealthState.HEALTHY, "PUSH_MISSING")
    assert said.reason == "It cannot tell. Postroom looks for new mail every 5 minutes instead."
    assert found(polled, NOON, BOX) == IS["well"]
    assert judge(polled, live, NOON + DAY).state is YELLOW
    assert found(run(Listened(), begin=polled), NOON, live) == IS["well"]


def test_one_that_was_never_synced_is_late_from_when_it_was_connected() -> None:
    assert found(Condition(), NOON + 30 * MINUTE) == UNTRIED
    assert found(Condition(), NOON + 31 * MINUTE) == (YELLOW, "SYNC_OVERDUE")


def test_a_clock_set_back_makes_nobody_late() -> None:
    assert found(STATES["well"], NOON - DAY) == IS["well"]


# --- forecast ---------------------------------------------------------------------------------------------------------


def granted(provider: OAuthProvider, lasts: timedelta | None, *, can_renew: bool = True) -> Grant:
    who = Identity("https://id.example", "7", BOX.address)
    until = NOON + lasts if lasts else None
    return Grant(provider, who, (), NOON, NOON, NOON + HOUR, until, can_renew)


@pytest.mark.parametrize(
    ("grant", "lasts", "why"),
    [
        (granted(OAuthProvider.GOOGLE, 7 * DAY), 7 * DAY, "Google ends those of apps in testing after 7 days"),
        (granted(OAuthProvider.GOOGLE, 180 * DAY), 180 * DAY, "Google ends those not used for 6 months"),
        (granted(OAuthProvider.MICROSOFT, 90 * DAY), 90 * DAY, "Microsoft ends those not used for 90 days"),
        (granted(OAuthProvider.CUSTOM, 30 * DAY), 30 * DAY, "the provider ends it then"),
        (granted(OAuthProvider.CUSTOM, None, can_renew=False), HOUR, "the provider gave nothing to renew it with"),
    ],
)
def test_the_end_of_a_sign_in_is_said_two_days_before(grant: Grant, lasts: timedelta, why: str) -> None:
    condition = replace(STATES["well"], ending=ending_of(grant))
    by_hand = replace(BOX, frequency=Frequency.MANUAL)
    border = NOON + lasts - 2 * DAY
    if border > NOON:
        assert found(condition, border - MINUTE, by_hand) == IS["well"]
    health = judge(condition, by_hand, max(border, NOON))
    assert (health.state, health.code) == (YELLOW, "ACCOUNT_EXPIRES_SOON")
    assert why in health.reason


def test_a_sign_in_without_a_known_end_is_not_foretold() -> None:
    assert ending_of(granted(OAuthProvider.CUSTOM, None)) is None
    assert ending_of(None) is None


def test_the_end_is_named_by_day_and_hour_in_the_zone_of_now() -> None:
    condition = replace(STATES["well"], ending=Ending(datetime(2026, 3, 6, 13, tzinfo=UTC), "it is so"))
    now = datetime(2026, 3, 5, 9, tzinfo=timezone(HOUR))
    reason = judge(condition, replace(BOX, frequency=Frequency.MANUAL), now).reason
    assert reason.startswith("The sign-in ends on Friday 6 March 14:00 (it is so).")


def test_a_forecast_that_did_not_come_true_is_dropped() -> None:
    condition = replace(FOLDERS, ending=Ending(NOON - HOUR, "it is so"))
    assert "was to end on" in judge(run(WELL, begin=condition, now=NOON - DAY), BOX, NOON).findings[1].what
    assert found(run(WELL, begin=condition)) == IS["well"]


# --- what must hold whatever happens ----------------------------------------------------------------------------------

HAPPENINGS = st.lists(st.sampled_from([event for event, _ in EVENTS.values()]), max_size=12)
MOMENTS = st.integers(0, 3 * 24 * 60).map(lambda minutes: NOON + minutes * MINUTE)


@settings(max_examples=400)
@given(HAPPENINGS, MOMENTS)
def test_the_same_facts_are_judged_the_same_however_often_one_looks(events: list[Event], now: datetime) -> None:
    condition = run(*events)
    health = judge(condition, BOX, now)
    assert judge(condition, BOX, now) == health
    assert judge(run(TimePassed(), TimePassed(), begin=condition, now=now), BOX, now) == health


@settings(max_examples=400)
@given(HAPPENINGS, st.sampled_from([BEHIND, LEVEL]), st.sampled_from([WELL, PASSING, REFUSED, PARTLY]))
def test_what_is_seen_of_folders_and_how_a_pass_ended_come_in_any_order(
    events: list[Event], seen: Event, ended: Event
) -> None:
    condition = run(*events)
    assert run(seen, ended, begin=condition) == run(ended, seen, begin=condition)


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=8))
def test_folders_do_not_depend_on_each_other(seen: list[tuple[int, bool]]) -> None:
    folders = Condition(folders=tuple(FolderFreshness(FolderId(number), f"F{number}") for number in (1, 2, 3)))
    events = [replace(LEVEL if is_level else BEHIND, folder_id=FolderId(number)) for number, is_level in seen]
    apart = [event for number in (3, 1, 2) for event in events if event.folder_id == number]
    assert run(*events, begin=folders) == run(*apart, begin=folders)


@settings(max_examples=400)
@given(HAPPENINGS, MOMENTS, MOMENTS)
def test_without_events_time_makes_a_mailbox_only_late_or_about_to_end(
    events: list[Event], one: datetime, other: datetime
) -> None:
    condition = replace(run(*events), ending=Ending(NOON + 2 * DAY + HOUR, "it is so"))
    by_time = {"SYNC_OVERDUE", "ACCOUNT_EXPIRES_SOON"}
    early, late = (
        {(one.state, one.code) for one in judge(condition, BOX, now).findings if one.code not in by_time}
        for now in sorted([one, other])
    )
    assert early == late


@settings(max_examples=400)
@given(HAPPENINGS, MOMENTS)
def test_whatever_is_not_green_says_what_is_the_matter_and_what_to_do(events: list[Event], now: datetime) -> None:
    for state in MailboxState:
        health: Health = judge(run(*events), replace(BOX, state=state), now)
        assert health.reason
        assert bool(health.next_step) is (health.state is not GREEN)
        assert health.state is not GREEN or not health.findings


def test_what_a_mailbox_waits_for_is_forgotten_with_its_first_pass() -> None:
    for event in (WELL, PASSING, PARTLY, REFUSED):
        assert run(WELL, Resumed(), event).waiting is Waiting.NOTHING


def test_a_first_pass_without_an_end_is_not_called_no_sync() -> None:
    """Its mail is here: after a stop, a kill, a pause or new settings it would be said of a mailbox full of mail."""
    for more in ((), (PassBegan(),), (Paused(), Resumed()), (SettingsChanged(),), (ScheduleChanged(), WatchBegan())):
        health = judge(run(Connected(), PassBegan(), *more), BOX, NOON)
        assert (health.state, health.reason) == (
            YELLOW,
            "The first sync is not over yet; what it has brought is here.",
        ), more
    for ended in (WELL, PASSING, PARTLY, REFUSED):
        assert run(Connected(), PassBegan(), ended).waiting is Waiting.NOTHING
