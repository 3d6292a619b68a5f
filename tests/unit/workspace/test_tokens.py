"""Access tokens: renewed in time, once, kept before they are used; a person is asked only when only one can help."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import NeedsSignIn, TokenRefused, Transient
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.security.token_slots import TokenSlots
from desktop.workspace.clock import FrozenClock
from desktop.workspace.connecting import disconnect
from desktop.workspace.signing_in import Ending, connect_signed_in, end_grant, reconnect
from desktop.workspace.tokens import TokenKeeper
from desktop.workspace.workspace import Workspace
from tests.unit.workspace.issuer import IDENTITY, LASTS, Issuer, signed_in, wanted
from tests.unit.workspace.support import ADDRESS, open_workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class DiesError(Exception):
    """The program ends here."""


@dataclass
class Scene:
    """A profile with one mailbox that was signed in to at noon."""

    workspace: Workspace
    clock: FrozenClock
    issuer: Issuer
    mailbox: Mailbox

    def keeper(self, **changes: object) -> TokenKeeper:
        """The tokens of the profile, with the issuer in place of a real one."""
        made = replace(self.workspace.tokens, authority=lambda _provider, _breaker: self.issuer)
        return replace(made, **changes)  # type: ignore[arg-type]

    def token(self, **changes: object) -> str:
        """The access token that is handed out now."""
        return self.keeper(**changes).access(self.mailbox, Breaker()).reveal()

    def pass_time(self, time: timedelta) -> None:
        self.clock.set(self.clock.now() + time)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    clock = FrozenClock(NOON)
    with open_workspace(tmp_path, clock=clock) as workspace:
        issuer = Issuer(clock)
        stored, _ = connect_signed_in(workspace, wanted(), signed_in(issuer))
        yield Scene(workspace, clock, issuer, stored)


def test_a_token_that_holds_is_handed_out_without_asking_anybody(scene: Scene) -> None:
    scene.pass_time(timedelta(minutes=54))
    assert scene.token() == "access-1"
    assert scene.issuer.asked == []


def test_it_is_renewed_before_it_ends(scene: Scene) -> None:
    scene.pass_time(timedelta(minutes=56))
    assert scene.token() == "access-2"
    assert scene.token() == "access-2"
    assert scene.issuer.asked == ["refresh-1"]


def test_after_a_sleep_of_a_week_it_is_renewed_at_once(scene: Scene) -> None:
    scene.pass_time(timedelta(days=7))
    assert scene.token() == "access-2"


def test_the_store_knows_until_when_it_lasts_now(scene: Scene) -> None:
    scene.pass_time(timedelta(hours=2))
    scene.token()
    with scene.workspace.store.read() as read:
        grant = read.grants.of(scene.mailbox.id)
    assert grant is not None
    assert (grant.renewed_at, grant.expires_at) == (scene.clock.now(), scene.clock.now() + LASTS)
    assert grant.granted_at == NOON


def test_a_hundred_renewals_lose_no_grant(scene: Scene) -> None:
    for _ in range(100):
        scene.pass_time(timedelta(hours=1))
        scene.token()
    assert not scene.issuer.is_ended
    assert scene.issuer.number == 101


def test_of_many_that_ask_at_once_one_renews(scene: Scene) -> None:
    """Two that present the same refresh token would end the grant."""
    scene.pass_time(timedelta(hours=2))
    keeper, heard = scene.keeper(), list[str]()
    threads = [
        threading.Thread(target=lambda: heard.append(keeper.access(scene.mailbox, Breaker()).reveal()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert heard == ["access-2"] * 8
    assert scene.issuer.asked == ["refresh-1"]


def test_what_was_issued_is_kept_before_it_is_used(scene: Scene) -> None:
    """The program ends right after the answer is kept: the next start finds the new set, for the old one is dead."""
    scene.pass_time(timedelta(hours=2))

    class Dying:
        def __init__(self, inner: object) -> None:
            self._inner = inner

        def fetch(self, name: str) -> object:
            return self._inner.fetch(name)  # type: ignore[attr-defined]

        def store(self, name: str, secret: Secret) -> None:
            self._inner.store(name, secret)  # type: ignore[attr-defined]
            raise DiesError

        def forget(self, name: str) -> None:
            raise DiesError

    with pytest.raises(DiesError):
        scene.token(vault=Dying(scene.workspace.vault))
    assert scene.token() == "access-2"
    scene.pass_time(timedelta(hours=2))
    assert scene.token() == "access-3"
    assert not scene.issuer.is_ended


def test_a_token_server_in_trouble_does_no_harm_while_the_old_token_holds(scene: Scene) -> None:
    scene.issuer.trouble = Transient(ReasonCode.ISSUER_UNREACHABLE, "It does not answer.")
    scene.pass_time(timedelta(minutes=57))
    assert scene.token() == "access-1"
    scene.pass_time(timedelta(minutes=4))
    with pytest.raises(Transient) as caught:
        scene.token()
    assert caught.value.code is ReasonCode.ISSUER_UNREACHABLE
    scene.issuer.trouble = None
    assert scene.token() == "access-2"


def test_a_grant_that_was_ended_needs_a_person(scene: Scene) -> None:
    scene.issuer.is_ended = True
    scene.pass_time(timedelta(hours=2))
    with pytest.raises(NeedsSignIn) as caught:
        scene.token()
    assert caught.value.code is ReasonCode.ACCOUNT_REVOKED


def test_a_token_the_server_refuses_is_renewed_once_and_tried_again(scene: Scene) -> None:
    """The clock ran backwards, or the token was ended at the provider before its time."""
    used: list[str] = []

    def action(token: Secret) -> str:
        used.append(token.reveal())
        if len(used) == 1:
            raise TokenRefused(ReasonCode.ACCOUNT_REVOKED, "Refused.")
        return "done"

    assert scene.keeper().using(scene.mailbox, Breaker(), action) == "done"
    assert used == ["access-1", "access-2"]


def test_a_server_that_takes_no_token_at_all_is_asked_twice_and_no_more(scene: Scene) -> None:
    def action(_token: Secret) -> str:
        raise TokenRefused(ReasonCode.ACCOUNT_REVOKED, "Refused.")

    with pytest.raises(TokenRefused):
        scene.keeper().using(scene.mailbox, Breaker(), action)
    assert scene.issuer.asked == ["refresh-1"]


def test_without_a_refresh_token_it_ends_with_a_sentence(scene: Scene) -> None:
    TokenSlots(scene.workspace.vault, scene.mailbox.id).replace(replace(scene.issuer.issued(), refresh=None))
    scene.pass_time(timedelta(minutes=59))
    assert scene.token() == "access-1"
    scene.pass_time(timedelta(minutes=2))
    with pytest.raises(NeedsSignIn, match="Reconnect") as caught:
        scene.token()
    assert caught.value.code is ReasonCode.ACCOUNT_REVOKED


def test_beside_a_process_that_writes_nothing_is_renewed(scene: Scene) -> None:
    scene.pass_time(timedelta(minutes=57))
    assert scene.token(may_renew=False) == "access-1"
    scene.pass_time(timedelta(minutes=4))
    with pytest.raises(Transient) as caught:
        scene.token(may_renew=False)
    assert caught.value.code is ReasonCode.PROFILE_BUSY
    assert scene.issuer.asked == []


def test_another_account_cannot_take_the_place(scene: Scene) -> None:
    other = Identity(IDENTITY.issuer, "4712", "mallory@shop.example")
    with pytest.raises(NeedsSignIn) as caught:
        reconnect(scene.workspace, scene.mailbox, signed_in(scene.issuer, other))
    assert caught.value.code is ReasonCode.ACCOUNT_WRONG_IDENTITY
    assert ADDRESS in caught.value.what
    assert "mallory@shop.example" in caught.value.what
    assert scene.token() == "access-1"


def test_the_same_account_goes_on(scene: Scene) -> None:
    scene.issuer.is_ended = True
    scene.issuer.number = 7
    again = signed_in(scene.issuer)
    scene.issuer.is_ended = False
    _, change = reconnect(scene.workspace, scene.mailbox, again)
    assert change.words == f"Reconnected {ADDRESS}"
    assert scene.token() == "access-7"


def test_a_grant_is_ended_at_the_provider(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with_issuer(scene, monkeypatch)
    assert end_grant(scene.workspace, scene.mailbox, Breaker()) is Ending.ENDED
    assert scene.issuer.is_ended


def test_a_grant_that_another_mailbox_needs_stays(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with_issuer(scene, monkeypatch)
    connect_signed_in(scene.workspace, wanted("team@shop.example"), signed_in(scene.issuer))
    assert end_grant(scene.workspace, scene.mailbox, Breaker()) is Ending.SHARED
    assert not scene.issuer.is_ended


def test_a_provider_in_trouble_keeps_nobody_from_disconnecting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with_issuer(scene, monkeypatch)
    scene.issuer.trouble = Transient(ReasonCode.ISSUER_UNREACHABLE, "It does not answer.")
    assert end_grant(scene.workspace, scene.mailbox, Breaker()) is Ending.FAILED


def test_tokens_that_cannot_be_read_keep_nobody_from_disconnecting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_issuer(scene, monkeypatch)
    for slot in "ab":
        scene.workspace.vault.store(f"mailbox:{scene.mailbox.id}:tokens:{slot}", Secret("not a token"))
    stored, change = disconnect(scene.workspace, scene.mailbox)
    assert stored.state is MailboxState.DISCONNECTED
    assert "could not be told" in change.words


def with_issuer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workspace find the scene's issuer."""
    clients = type(scene.workspace.clients)
    monkeypatch.setattr(clients, "authority", lambda _self, _provider, _breaker: scene.issuer)
