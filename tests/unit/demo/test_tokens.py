"""Tokens at the fake server: let in, refused in each house's ways, ended in mid-session."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.demo.imap_tokens import Doors, House
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.errors import Misconfigured, TokenRefused, Transient
from desktop.providers.connect import open_source
from desktop.security.tokens import AccessToken
from tests.contract.helpers import SHORT, plain
from tests.helpers.wire import Wire

USER = "ann@example.test"
GOOD, FRESH = "token-that-is-good", "token-that-is-fresh"
MAIL = b"Subject: hi\r\n\r\nhello\r\n"
MECHANISMS = ("XOAUTH2", "OAUTHBEARER")


@contextmanager
def serving(doors: Doors) -> Iterator[tuple[ImapServer, Account]]:
    with ImapServer(doors=doors) as server:
        account = server.add_account(USER, "no-password-is-used")
        account.accept_token(GOOD)
        account.deliver(MAIL)
        yield server, account


def response(mechanism: str, token: str, user: str = USER) -> bytes:
    begin = f"user={user}\x01" if mechanism == "XOAUTH2" else f"n,a={user},\x01host=h\x01port=1\x01"
    return base64.b64encode(f"{begin}auth=Bearer {token}\x01\x01".encode())


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("house", House)
@pytest.mark.parametrize("sasl_ir", [True, False])
def test_a_good_token_opens_the_mailbox(mechanism: str, house: House, sasl_ir: bool) -> None:
    with serving(Doors((mechanism,), sasl_ir, house)) as (server, _):
        with open_source(plain(server), AccessToken(GOOD), timeouts=SHORT) as source:
            assert source.open_folder("INBOX").exists == 1
        assert "LOGIN" not in server.command_names()
        assert not any(GOOD.encode() in line for _, line in server.commands)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("house", House)
@pytest.mark.parametrize("sasl_ir", [True, False])
def test_another_one_is_refused_and_tried_once(mechanism: str, house: House, sasl_ir: bool) -> None:
    with serving(Doors((mechanism,), sasl_ir, house)) as (server, _):
        with pytest.raises(TokenRefused):
            open_source(plain(server), AccessToken("another-token"), timeouts=SHORT)
        assert server.command_names().count("AUTHENTICATE") == 1


def test_whose_it_is_counts() -> None:
    with serving(Doors(MECHANISMS)) as (server, _):
        server.add_account("bob@example.test", "x")
        with pytest.raises(TokenRefused):
            open_source(plain(server, "bob@example.test"), AccessToken(GOOD), timeouts=SHORT)


def test_a_server_for_passwords_takes_none() -> None:
    with serving(Doors()) as (server, _), pytest.raises(Misconfigured):
        open_source(plain(server), AccessToken(GOOD), timeouts=SHORT)


@pytest.mark.parametrize("house", [House.GMAIL, House.EXCHANGE])
def test_a_session_ends_with_its_token_and_goes_on_with_the_next(house: House) -> None:
    with serving(Doors(MECHANISMS, house=house)) as (server, account):
        with open_source(plain(server), AccessToken(GOOD), timeouts=SHORT) as source:
            source.open_folder("INBOX")
            account.end_token(GOOD)
            account.accept_token(FRESH)
            with pytest.raises(Transient, match="sign-in had run out"):
                source.list_refs()
        with pytest.raises(TokenRefused):
            open_source(plain(server), AccessToken(GOOD), timeouts=SHORT)
        with open_source(plain(server), AccessToken(FRESH), timeouts=SHORT) as source:
            source.open_folder("INBOX")
            assert source.list_refs()


def test_dovecots_sessions_outlive_their_token() -> None:
    with (
        serving(Doors(MECHANISMS, house=House.DOVECOT)) as (server, account),
        open_source(plain(server), AccessToken(GOOD), timeouts=SHORT) as source,
    ):
        account.end_token(GOOD)
        assert source.open_folder("INBOX").exists == 1


@pytest.mark.parametrize(
    ("house", "mechanism", "status"),
    [
        (House.GMAIL, "XOAUTH2", "400"),
        (House.DOVECOT, "XOAUTH2", "401"),
        (House.DOVECOT, "OAUTHBEARER", "invalid_token"),
    ],
)
def test_why_it_is_refused_is_said_before_the_refusal(house: House, mechanism: str, status: str) -> None:
    with serving(Doors(MECHANISMS, house=house)) as (server, _), Wire(server.port) as wire:
        (said,) = wire.ask(f"AUTHENTICATE {mechanism} " + response(mechanism, "x").decode())
        assert json.loads(base64.b64decode(said.removeprefix(b"+ ")))["status"] == status
        wire.send(b"\r\n")
        assert wire.line().startswith(b"a NO [AUTHENTICATIONFAILED]")
        assert wire.ask("NOOP")[-1].startswith(b"a OK")


def test_exchange_says_no_at_once() -> None:
    with serving(Doors(MECHANISMS, house=House.EXCHANGE)) as (server, _), Wire(server.port) as wire:
        assert wire.ask("AUTHENTICATE XOAUTH2 " + response("XOAUTH2", "x").decode()) == [b"a NO AUTHENTICATE failed."]


@pytest.mark.parametrize(
    "garbage", [b"!", b"AAAA", b"/////w==", response("OAUTHBEARER", GOOD), response("XOAUTH2", "\x01")]
)
def test_what_is_no_response_is_bad(garbage: bytes) -> None:
    with serving(Doors(MECHANISMS)) as (server, _), Wire(server.port) as wire:
        assert wire.ask(b"AUTHENTICATE XOAUTH2 " + garbage)[-1].startswith(b"a BAD")


def test_what_it_offers_is_what_capability_says() -> None:
    with serving(Doors(("XOAUTH2",), sasl_ir=False)) as (server, _), Wire(server.port) as wire:
        told = wire.ask("CAPABILITY")[0].split()
        assert b"AUTH=XOAUTH2" in told
        assert b"SASL-IR" not in told
        assert b"AUTH=PLAIN" not in told
        assert wire.ask("AUTHENTICATE PLAIN AGEAYg==")[-1].startswith(b"a NO")
