"""Logging in with a token: what is said, byte for byte, in which mechanism, and what the servers' refusals become."""

import base64
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.errors import (
    Misbehaving,
    Misconfigured,
    NeedsSignIn,
    SourceError,
    TokenRefused,
    Transient,
)
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers.connect import open_source
from desktop.security.tokens import AccessToken
from tests.contract.helpers import SHORT, plain
from tests.contract.scripted import Dialogue, Talk, serving

USER = "ann@example.test"
TOKEN = "ya29.a0Canary-token_that~must+never/be=seen"
TOLD = {"status": "401", "schemes": "bearer", "scope": "https://mail.example.test/"}
REFUSED = b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"
WELCOME = b"TAG OK [CAPABILITY IMAP4rev1 SASL-IR ESEARCH CONDSTORE] welcome\r\n"


def challenge(told: object) -> bytes:
    """An error challenge as Gmail and Dovecot send it."""
    return b"+ " + base64.b64encode(json.dumps(told).encode()) + b"\r\n"


def message(word: bytes) -> bytes:
    return base64.b64decode(word, validate=True)


def log_in(
    capabilities: bytes,
    *,
    challenges: list[bytes] | None = None,
    answer: bytes = WELCOME,
    token: str = TOKEN,
    user: str = USER,
) -> tuple[SourceError | None, list[bytes], bytes]:
    """Log in with a token; returns the error, the lines of the exchange, and all that the server was sent."""
    lines: list[bytes] = []

    def exchange(talk: Talk, tag: bytes) -> None:
        lines.append(bytes(talk.received).split(b"\r\n")[-2].partition(b" ")[2])
        for said in challenges or ():
            talk.say(said)
            lines.append(talk.line())
        talk.say(answer.replace(b"TAG", tag))

    dialogue = Dialogue(CAPABILITY=b"* CAPABILITY IMAP4rev1 " + capabilities + b"\r\nTAG OK done\r\n")
    dialogue.set("AUTHENTICATE", exchange)
    with serving(dialogue) as server:
        try:
            open_source(plain(server, user), AccessToken(token), timeouts=SHORT).close()
        except SourceError as error:
            return error, lines, server.received
        return None, lines, server.received


GMAIL = b"SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER"


def test_xoauth2_goes_along_with_the_command() -> None:
    error, lines, _ = log_in(GMAIL)
    assert error is None
    (line,) = lines
    assert line.startswith(b"AUTHENTICATE XOAUTH2 ")
    assert message(line.split(b" ")[2]) == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode()


def test_xoauth2_waits_where_it_may_not_go_along() -> None:
    error, lines, _ = log_in(b"AUTH=XOAUTH2", challenges=[b"+ \r\n"])
    assert error is None
    assert lines[0] == b"AUTHENTICATE XOAUTH2"
    assert message(lines[1]) == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode()


def test_oauthbearer_where_that_is_what_there_is() -> None:
    error, lines, sent = log_in(b"SASL-IR AUTH=PLAIN AUTH=OAUTHBEARER", user="a=n,n@example.test")
    assert error is None
    (line,) = lines
    said = message(line.removeprefix(b"AUTHENTICATE OAUTHBEARER ")).split(b"\x01")
    assert said[0] == b"n,a=a=3Dn=2Cn@example.test,"
    assert said[1] == b"host=127.0.0.1"
    assert said[2].startswith(b"port=")
    assert said[3:] == [b"auth=Bearer " + TOKEN.encode(), b"", b""]
    assert sent.count(b"AUTHENTICATE") == 1


def test_a_token_of_microsofts_length_waits_for_its_own_line() -> None:
    token = "E" * 8000
    error, lines, _ = log_in(GMAIL, challenges=[b"+ \r\n"], token=token)
    assert error is None
    assert lines[0] == b"AUTHENTICATE XOAUTH2"
    assert token.encode() in message(lines[1])


@pytest.mark.parametrize("capabilities", [b"SASL-IR AUTH=PLAIN AUTH=LOGIN", b"", b"LOGINDISABLED"])
def test_a_token_is_never_tried_as_a_password(capabilities: bytes) -> None:
    error, lines, sent = log_in(capabilities)
    assert isinstance(error, Misconfigured)
    assert (error.code, error.field) == (ReasonCode.SETTINGS_INVALID, "account")
    assert not lines
    assert b"LOGIN" not in sent
    assert b"AUTHENTICATE" not in sent


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        TOLD,
        {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"},
        {"status": 400},
        {"status": "invalid_token", "openid-configuration": "https://example.test/"},
        {},
    ],
)
@pytest.mark.parametrize(("mechanism", "answered"), [(b"XOAUTH2", b""), (b"OAUTHBEARER", b"AQ==")])
def test_a_token_that_ended(told: object, mechanism: bytes, answered: bytes) -> None:
    error, lines, sent = log_in(b"SASL-IR AUTH=" + mechanism, challenges=[challenge(told)], answer=REFUSED)
    assert isinstance(error, TokenRefused)
    assert (error.code, error.field) == (ReasonCode.ACCOUNT_REVOKED, "account")
    assert lines[1] == answered
    assert sent.count(b"AUTHENTICATE") == 1
    assert "password" not in str(error).lower()


def test_a_refusal_without_a_challenge_as_exchange_says_it() -> None:
    error, _, _ = log_in(b"SASL-IR AUTH=XOAUTH2", answer=b"TAG NO AUTHENTICATE failed.\r\n")
    assert isinstance(error, TokenRefused)


def test_the_same_where_the_response_waits() -> None:
    error, lines, _ = log_in(b"AUTH=XOAUTH2", challenges=[b"+ \r\n", challenge(TOLD)], answer=REFUSED)
    assert isinstance(error, TokenRefused)
    assert lines[2] == b""


@pytest.mark.parametrize(
    "garbage",
    [
        b"+ \r\n",
        b"+ what?\r\n",
        b"+ ====\r\n",
        b"+ \xff\xfe\r\n",
        b"+ " + base64.b64encode(b"\xff") + b"\r\n",
        b"+ " + base64.b64encode(b"[" * 5000) + b"\r\n",
        b"+ " + base64.b64encode(b'{"status":{"a":[]}}') + b"\r\n",
        b"+ " + base64.b64encode(b'{"status":null,"status":[1]}') + b"\r\n",
        b"+ " + base64.b64encode(b'{"status":"' + b"x" * 20_000 + b'"}') + b"\r\n",
    ],
)
def test_a_challenge_nobody_can_read(garbage: bytes) -> None:
    error, lines, _ = log_in(b"SASL-IR AUTH=XOAUTH2", challenges=[garbage], answer=REFUSED)
    assert isinstance(error, TokenRefused)
    assert lines[1] == b""


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda told: json.dumps({"status": told}).encode()
    )
)
def test_any_challenge_is_answered_once(told: bytes) -> None:
    said = b"+ " + base64.b64encode(told) + b"\r\n"
    error, lines, _ = log_in(b"SASL-IR AUTH=XOAUTH2", challenges=[said], answer=REFUSED)
    assert isinstance(error, SourceError)
    assert lines[1:] == [b""]


def test_a_server_that_goes_on_asking() -> None:
    error, _, sent = log_in(b"SASL-IR AUTH=XOAUTH2", challenges=[challenge(TOLD), challenge(TOLD)])
    assert isinstance(error, Misbehaving)
    assert sent.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("status", ["insufficient_scope", "403"])
def test_a_scope_that_is_missing(status: str) -> None:
    error, _, _ = log_in(b"SASL-IR AUTH=OAUTHBEARER", challenges=[challenge({"status": status})], answer=REFUSED)
    assert isinstance(error, NeedsSignIn)
    assert not isinstance(error, TokenRefused)
    assert error.code is ReasonCode.ACCOUNT_SCOPE_MISSING


def test_a_server_that_cannot_check_tokens_just_now() -> None:
    told = challenge({"status": "server_error"})
    error, _, _ = log_in(b"SASL-IR AUTH=OAUTHBEARER", challenges=[told], answer=REFUSED)
    assert isinstance(error, Transient)


@pytest.mark.parametrize(
    "said", [b"TAG NO bad token " + TOKEN.encode(), b"* BYE " + TOKEN.encode(), b"TAG BAD {response}"]
)
def test_a_server_that_repeats_the_token_does_not_get_it_shown(said: bytes) -> None:
    response = base64.b64encode(f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode())
    error, _, _ = log_in(GMAIL, answer=said.replace(b"{response}", response) + b"\r\n")
    assert error is not None
    shown = f"{error} {error.detail} {error.__dict__}"
    assert TOKEN not in shown
    assert response.decode()[:60] not in shown


# --- what may not go out, and what may not be seen --------------------------------------------------------------------


@pytest.mark.parametrize("evil", ["\r", "\n", "\0", "\x01", "\x7f", "\r\nP9 DELETE INBOX\r\n", "\x01auth=Bearer x\x01"])
@pytest.mark.parametrize("mechanism", [b"XOAUTH2", b"OAUTHBEARER"])
def test_an_injection_is_refused_before_the_wire(evil: str, mechanism: bytes) -> None:
    for user, token, field in ((USER + evil, TOKEN, "user"), (USER, TOKEN + evil, "account")):
        error, lines, sent = log_in(b"SASL-IR AUTH=" + mechanism, user=user, token=token)
        assert isinstance(error, Misconfigured)
        assert error.field == field
        assert not lines
        assert b"AUTHENTICATE" not in sent
        assert TOKEN not in f"{error} {error.detail}"


@pytest.mark.parametrize("token", ["", " ", "a b", "tökén", "x" * 10_000])
def test_what_is_no_token(token: str) -> None:
    error, lines, _ = log_in(GMAIL, token=token)
    assert isinstance(error, Misconfigured)
    assert error.field == "account"
    assert not lines


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(
    st.text(max_size=20) | st.text(alphabet="a@=,\x01\r\n", max_size=8),
    st.text(max_size=20) | st.text(alphabet="aB.-\x01 \r\n\0", max_size=8),
    st.sampled_from([b"XOAUTH2", b"OAUTHBEARER"]),
)
def test_whatever_user_and_token_are_they_stay_in_their_place(user: str, token: str, mechanism: bytes) -> None:
    error, lines, sent = log_in(b"SASL-IR AUTH=" + mechanism, user=user, token=token)
    if error is not None:
        assert isinstance(error, Misconfigured)
        assert not lines
        return
    parts = message(lines[0].split(b" ")[2]).split(b"\x01")
    assert len(parts) == (4 if mechanism == b"XOAUTH2" else 6)
    assert parts[-3] == b"auth=Bearer " + token.encode()
    verbs = [line.split(b" ")[1] for line in sent.split(b"\r\n")[:-1]]
    assert verbs == [b"CAPABILITY", b"AUTHENTICATE", b"LOGOUT"]


def test_no_byte_of_a_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in (WELCOME, REFUSED):
        log_in(GMAIL, answer=answer)
        log_in(b"AUTH=OAUTHBEARER", challenges=[b"+ \r\n", challenge(TOLD)], answer=answer)
    assert "AUTHENTICATE" in caplog.text
    whole = f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode()
    for start in range(len(TOKEN) - 7):
        assert TOKEN[start : start + 8] not in caplog.text
    encoded = base64.b64encode(whole).decode()
    for start in range(len(encoded) - 11):
        assert encoded[start : start + 12] not in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\nTAG OK done\r\n"},
        {"greeting": b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n"},
        {"greeting": b"* PREAUTH logged in as ann\r\n"},
        {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2\r\nTAG OK done\r\n",
            "STARTTLS": b"TAG NO not now\r\n",
        },
    ],
    ids=["stripped", "stripped in the greeting", "PREAUTH", "refused"],
)
def test_a_token_waits_for_encryption(changes: dict[str, bytes]) -> None:
    with serving(Dialogue(**changes)) as server:
        settings = ServerSettings("localhost", server.port, Security.STARTTLS, USER)
        with pytest.raises(Misconfigured) as caught:
            open_source(settings, AccessToken(TOKEN), timeouts=SHORT)
        assert caught.value.code is ReasonCode.TLS_REFUSED
        assert "password" not in str(caught.value)
        assert b"AUTHENTICATE" not in server.received


# --- in mid-session ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "farewell", [b"Session invalidated - AccessTokenExpired", b"Session expired, please login again."]
)
def test_a_session_that_ends_with_its_token_is_begun_anew(farewell: bytes) -> None:
    capability = b"* CAPABILITY IMAP4rev1 " + GMAIL + b"\r\nTAG OK done\r\n"
    dialogue = Dialogue(CAPABILITY=capability, EXAMINE=b"* BYE " + farewell + b"\r\n")
    with serving(dialogue) as server:
        source = open_source(plain(server), AccessToken(TOKEN), timeouts=SHORT)
        with source, pytest.raises(Transient) as caught:
            source.open_folder("INBOX")
    assert "sign-in had run out" in str(caught.value)
