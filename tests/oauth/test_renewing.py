"""A mailbox that stays connected: tokens that end, rotate, are revoked, and what a person has to do about it."""

import threading
from pathlib import Path

import pytest

from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.health import HealthState
from desktop.domain.mailbox import Mailbox, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.settings import registry
from desktop.sync.runner import Runner, Unheard
from tests.e2e.postroom import wait_until
from tests.helpers.consent import Person
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.oidc_answers import TOKEN_ANSWERS
from tests.oauth.scene import Scene

pytestmark = pytest.mark.server


def address_of(name: str, provider: OAuthProvider) -> str:
    return f"{name}.{provider}@example.test"


def test_a_token_is_renewed_five_minutes_before_it_ends_and_not_earlier(scene: Scene, provider: OAuthProvider) -> None:
    mailbox = scene.connect(provider, address_of("before", provider), letters=1)
    scene.clock.pass_by(minutes=54)
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, len(scene.oidc.refreshes())) == (None, 0)
    scene.clock.pass_by(minutes=2)
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, len(scene.oidc.refreshes())) == (None, 1)
    scene.sync(mailbox)
    assert len(scene.oidc.refreshes()) == 1, "the new one holds for an hour"


def test_after_a_night_asleep_the_first_sync_renews_and_goes_on(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.GOOGLE, "asleep@example.test", letters=2)
    scene.clock.pass_by(hours=10)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    assert scene.stored(mailbox) == 2


def test_a_token_that_the_server_ended_early_is_renewed_once_and_nobody_is_asked(
    scene: Scene, provider: OAuthProvider
) -> None:
    mailbox = scene.connect(provider, address_of("early", provider), letters=2)
    scene.oidc.expire(mailbox.address)
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, scene.stored(mailbox), len(scene.oidc.refreshes())) == (None, 2, 1)


def test_a_clock_that_was_set_back_needs_nobody(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.MICROSOFT, "back@example.test", letters=1)
    scene.clock.pass_by(days=-2)
    scene.oidc.expire(mailbox.address)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None


def test_refresh_tokens_rotate_for_weeks(scene: Scene, provider: OAuthProvider) -> None:
    mailbox = scene.connect(provider, address_of("weeks", provider), letters=1)
    used = set()
    for _ in range(5):
        held = scene.tokens(mailbox)
        assert held is not None
        assert held.refresh is not None
        used.add(held.refresh.reveal())
        scene.clock.pass_by(hours=3)
        (receipt,) = scene.sync(mailbox)
        assert receipt.error is None
    assert len(used) == 5
    assert len(scene.oidc.refreshes()) == 5


@pytest.mark.parametrize("rounds", [12, pytest.param(250, marks=pytest.mark.deep)])
def test_two_that_want_a_token_at_once_renew_it_once(scene: Scene, rounds: int) -> None:
    mailbox = scene.connect(OAuthProvider.MICROSOFT, "race@example.test")
    for number in range(1, rounds + 1):
        scene.clock.pass_by(minutes=56)
        got: list[str] = []
        gate = threading.Barrier(2)

        def want(gate: threading.Barrier = gate, got: list[str] = got) -> None:
            gate.wait()
            got.append(scene.workspace.secret_of(mailbox).reveal())

        both = [threading.Thread(target=want) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(set(got)) == 1
        assert len(got) == 2
        assert len(scene.oidc.refreshes()) == number
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None, "no grant was lost"


def test_a_renewal_that_was_kept_and_not_tidied_up_is_the_one_that_counts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    mailbox = scene.connect(OAuthProvider.CUSTOM, "crash@example.test", letters=1)
    before = scene.tokens(mailbox)

    def dies(self: object, vault: object, name: str) -> None:
        raise Crash

    scene.clock.pass_by(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr("desktop.security.token_slots.TokenSlots._drop", dies)
        with pytest.raises(Crash):
            scene.workspace.secret_of(mailbox)
    after = scene.tokens(mailbox)
    assert before is not None
    assert after is not None
    assert after.refresh != before.refresh
    scene.clock.pass_by(hours=2)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None, "the used refresh token was never shown again"


def test_while_the_issuer_is_down_a_token_that_holds_is_used(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.CUSTOM, "down@example.test", letters=1)
    scene.clock.pass_by(minutes=57)
    scene.oidc.go_away()
    (receipt,) = scene.sync(mailbox)
    assert isinstance(receipt.error, Transient), "Dovecot asks the issuer too, and it is down"
    assert receipt.error.code is not ReasonCode.ACCOUNT_SIGN_IN
    scene.oidc.come_back()
    scene.oidc.answer("token", TOKEN_ANSWERS["server error"], times=None)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    scene.clock.pass_by(minutes=5)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is not None
    assert receipt.error.code is ReasonCode.ISSUER_UNREACHABLE
    assert scene.health(mailbox).state is not HealthState.DISCONNECTED
    scene.oidc.answer_normally()
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    assert scene.stored(mailbox) == 1


# --- a person is needed ---------------------------------------------------------------------------------------------


def revoked(scene: Scene, provider: OAuthProvider, name: str) -> Mailbox:
    mailbox = scene.connect(provider, address_of(name, provider), letters=3)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    scene.oidc.revoke(mailbox.address)
    scene.deliver(mailbox.address, 4, 5)
    scene.oidc.forget_requests()
    return mailbox


def test_a_revoked_grant_ends_the_sync_is_not_tried_again_and_a_reconnection_doubles_nothing(
    scene: Scene, provider: OAuthProvider
) -> None:
    mailbox = revoked(scene, provider, "revoked")
    last_sync = scene.health(mailbox).last_sync
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is not None
    assert (type(receipt.error), receipt.error.code) == (NeedsSignIn, ReasonCode.ACCOUNT_REVOKED)
    assert len(scene.oidc.refreshes()) == 1, "asked once whether the token can be renewed"
    health = scene.health(mailbox)
    assert (health.state, health.code, health.is_at_rest) == (HealthState.DISCONNECTED, "ACCOUNT_REVOKED", True)
    assert "econnect" in health.next_step
    assert scene.stored(mailbox) == 3

    since = scene.clock.now()
    mailbox = scene.reconnect(mailbox)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    recovery = scene.recovery(mailbox, receipt, last_sync=last_sync, since=since)
    assert (recovery.recovered, recovery.doubled) == (2, 0)
    assert recovery.gap_from == last_sync
    assert scene.stored(mailbox) == 5
    assert scene.health(mailbox).state is HealthState.HEALTHY


def test_the_schedule_leaves_a_revoked_mailbox_in_peace(scene: Scene) -> None:
    mailbox = revoked(scene, OAuthProvider.GOOGLE, "schedule")
    scene.sync(mailbox)
    scene.oidc.forget_requests()
    runner = Runner(mailbox.id, scene.context, Unheard(), lambda: scene.context.limits)
    thread = threading.Thread(target=runner.run)
    thread.start()
    for _ in range(3):
        runner.post()
        wait_until(lambda: runner._wanted is None and runner._pass is None, "the runner took the wish")
        scene.clock.pass_by(hours=6)
    runner.end()
    thread.join(10)
    assert scene.oidc.requests() == []


def test_a_grant_that_is_revoked_while_syncing_costs_no_mail(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.MICROSOFT, "amid@example.test", letters=300)

    class Revoke:
        def __init__(self) -> None:
            self.is_done = False

        def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
            if done and not self.is_done:
                self.is_done = True
                scene.oidc.revoke(address)
                scene.dovecot.kick(address)

        def mailbox_finished(self, address: str) -> None:
            pass

    scene.workspace.settings.change(registry.BATCH_MESSAGES, 10)
    (receipt,) = scene.sync(mailbox, progress=Revoke(), limits=scene.workspace.limits)
    assert receipt.error is not None
    assert receipt.error.code is ReasonCode.ACCOUNT_REVOKED
    assert 0 < scene.stored(mailbox) < 300
    mailbox = scene.reconnect(mailbox)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    assert scene.stored(mailbox) == 300
    assert sum(folder.duplicates for folder in receipt.folders) == 0


def test_one_revoked_mailbox_keeps_no_other_from_syncing(scene: Scene) -> None:
    bad = revoked(scene, OAuthProvider.GOOGLE, "bad")
    good = scene.connect(OAuthProvider.GOOGLE, "good@example.test", letters=2)
    receipts = scene.sync(bad, good)
    assert [receipt.error and receipt.error.code for receipt in receipts] == [ReasonCode.ACCOUNT_REVOKED, None]
    assert scene.stored(good) == 2


def test_a_disabled_account_is_told_as_such_and_comes_back(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.MICROSOFT, "disabled@example.test", letters=1)
    scene.oidc.disable(mailbox.address)
    scene.oidc.answer("token", TOKEN_ANSWERS["account disabled at Entra"])
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is not None
    assert receipt.error.code is ReasonCode.ACCOUNT_DISABLED
    assert scene.health(mailbox).is_at_rest
    scene.oidc.disable(mailbox.address, on=False)
    mailbox = scene.reconnect(mailbox)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None


def test_another_account_cannot_reconnect_a_mailbox(scene: Scene) -> None:
    mailbox = revoked(scene, OAuthProvider.GOOGLE, "pinned")
    kept = scene.tokens(mailbox)
    other = "somebody@example.test"
    with pytest.raises(NeedsSignIn) as told:
        scene.sign_in(scene.ask_again(mailbox), Person(other))
    assert told.value.code is ReasonCode.ACCOUNT_WRONG_IDENTITY
    assert mailbox.address in str(told.value)
    assert other in str(told.value)
    assert scene.tokens(mailbox) == kept
    assert scene.stored(mailbox) == 3


def test_an_account_whose_address_changed_reconnects_its_mailbox(scene: Scene) -> None:
    mailbox = revoked(scene, OAuthProvider.MICROSOFT, "married")
    scene.oidc.rename(mailbox.address, "name.of.now@example.test")
    again = scene.sign_in(scene.ask_again(mailbox), Person("name.of.now@example.test"))
    assert again.grant.identity.address == "name.of.now@example.test"


def test_a_grant_that_cannot_be_renewed_lasts_an_hour_and_then_a_person_is_asked(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = {"identity": ["openid", "email"], "read": ["mail.read"], "send": ["mail.send"]}
    path = write_client_file(tmp_path, scene.oidc, "custom", dovecot=scene.dovecot, scopes=scopes)
    monkeypatch.setenv("POSTROOM_CUSTOM_CLIENT_FILE", str(path))
    mailbox = scene.connect(OAuthProvider.CUSTOM, "hour@example.test", sends=False, letters=1)
    with scene.workspace.store.read() as read:
        grant = read.grants.of(mailbox.id)
    assert grant is not None
    assert not grant.can_renew
    scene.clock.pass_by(minutes=59)
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None, "it is used to its end"
    scene.clock.pass_by(minutes=2)
    (receipt,) = scene.sync(mailbox)
    assert isinstance(receipt.error, NeedsSignIn)
    assert scene.oidc.refreshes() == []
