"""A server that worked and shows another certificate: a matter of security at once, but for a portal that is known."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.activity import Fix
from desktop.domain.health import HealthState
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.troubles import fix_of
from desktop.sync import backoff, runner
from desktop.workspace.connecting import connect_mailbox
from desktop.workspace.opening import opened
from tests.contract.scripted import Dialogue, ScriptedServer, Talk
from tests.helpers.tls import TlsAuthority
from tests.unit.sync.test_schedule import serving
from tests.unit.workspace.support import SECRET, mailbox_on, new_given


class Changing:
    """A mail server over TLS whose certificate a test changes."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context

    def play(self, talk: Talk) -> None:
        talk.start_tls(self.context)
        Dialogue().play(talk)


def test_another_certificate_is_red_at_once_and_a_portal_that_is_known_is_not(
    tmp_path: Path, tls_authority: TlsAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 3600.0)
    place = Changing(tls_authority.server_context)
    given = replace(new_given(tmp_path), ca_file=tls_authority.ca_file)
    with ScriptedServer(place.play) as server, opened(given, writing=True, tell=lambda _: None) as workspace:
        settings = ServerSettings("127.0.0.1", server.port, Security.TLS, "ann@example.test")
        mailbox, _ = connect_mailbox(workspace, mailbox_on(server, imap=settings), SECRET)

        with serving(workspace) as (service, notes):
            service.sync_now(mailbox.id)
            assert notes.finish().receipt.error is None
            place.context = tls_authority.unknown_authority()
            sign_ins = server.received.count(b"AUTHENTICATE")

            service.behind_portal(is_behind=True)
            service.sync_now(mailbox.id)
            notes.finish(2)
            with workspace.store.read() as read:
                hotel = read.mailboxes.health(mailbox.id)
            assert (hotel.state, hotel.code) == (HealthState.ATTENTION, "OFFLINE")
            assert "sign in to the network" in hotel.next_step

            service.behind_portal(is_behind=False)  # it is through, and the server is still another one
            notes.finish(3)
            with workspace.store.read() as read:
                health = read.mailboxes.health(mailbox.id)
                said = [(one.level, one.what) for one in read.records.events(level="warning", limit=9)]
            assert (health.state, health.code) == (HealthState.DISCONNECTED, "TLS_UNTRUSTED")
            assert "comes from an authority this computer does not know" in health.reason
            assert "It was trusted at the last sync" in health.reason
            assert fix_of(health.code) is Fix.SETTINGS
            assert any(level == "error" and "authority this computer does not know" in what for level, what in said)
            assert not health.is_at_rest, "it is tried again by itself"
            assert server.received.count(b"AUTHENTICATE") == sign_ins == 1, "nobody signed in to it"

            place.context = tls_authority.server_context
            service.sync_now(mailbox.id)
            assert notes.finish(4).receipt.error is None
            with workspace.store.read() as read:
                assert read.mailboxes.health(mailbox.id).state is HealthState.HEALTHY
