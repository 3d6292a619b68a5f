"""Sending one message: over each kind of connection, to servers that refuse, stall and lie, with hostile arguments."""

import base64
import logging
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Misbehaving, Misconfigured, NeedsSignIn, SourceError, TokenRefused, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers import smtp
from desktop.security.tokens import AccessToken
from tests.contract.helpers import SHORT, Password
from tests.contract.scripted import ScriptedServer, Talk
from tests.helpers.tls import TlsAuthority
from tests.unit.providers.support import PASSWORD, SECRET, USER, Outbox, smtp_server

EVERY_WAY = pytest.mark.parametrize("security", list(Security))


@EVERY_WAY
@pytest.mark.parametrize("exclude", [None, ["PLAIN"]], ids=["PLAIN", "LOGIN"])
def test_a_message_arrives(security: Security, exclude: list[str] | None, tls_authority: TlsAuthority) -> None:
    outbox = Outbox()
    message = b"Subject: hi\r\n\r\n.leading dot\r\n..\r\nlast line\r\n"
    with (
        smtp_server(tls_authority.server_context, security, outbox, exclude=exclude) as settings,
        smtp.open_mailer(settings, SECRET, timeouts=SHORT, ca_file=tls_authority.ca_file) as mailer,
    ):
        mailer.send(USER, USER, message)
        mailer.send(USER, "bob@example.test", b"Subject: no end\n\nx")
    assert outbox.mails == [(USER, [USER], message), (USER, ["bob@example.test"], b"Subject: no end\r\n\r\nx\r\n")]


@EVERY_WAY
def test_a_wrong_password(security: Security, tls_authority: TlsAuthority) -> None:
    with (
        smtp_server(tls_authority.server_context, security, Outbox()) as settings,
        pytest.raises(NeedsSignIn) as caught,
    ):
        smtp.open_mailer(settings, Password("wrong"), timeouts=SHORT, ca_file=tls_authority.ca_file)
    assert caught.value.field == "password"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("550 5.1.1 no such user", Misconfigured), ("451 4.3.0 later", Transient), ("421 bye", Transient)],
)
def test_a_message_that_is_refused(answer: str, kind: type[SourceError], tls_authority: TlsAuthority) -> None:
    with (
        smtp_server(tls_authority.server_context, Security.NONE, Outbox(refuse=answer)) as settings,
        smtp.open_mailer(settings, SECRET, timeouts=SHORT) as mailer,
        pytest.raises(kind) as caught,
    ):
        mailer.send(USER, USER, b"x")
    assert caught.value.code is ReasonCode.SENDING_FAILED


# --- scripted ---------------------------------------------------------------------------------------------------------


Answers = dict[bytes, bytes]
USUAL: Answers = {
    b"greeting": b"220 ready\r\n",
    b"EHLO": b"250-me\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n",
    b"AUTH": b"235 fine\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
    b"end": b"250 taken\r\n",
}


def script(**changes: bytes | None) -> Callable[[Talk], None]:
    """A server by the book but for *changes*; None means silence."""
    answers: dict[bytes, bytes | None] = {**USUAL, **{name.encode(): text for name, text in changes.items()}}

    def say(talk: Talk, name: bytes) -> None:
        text = answers[name]
        if text is None:
            talk.stall()
        else:
            talk.say(text)

    def play(talk: Talk) -> None:
        say(talk, b"greeting")
        while True:
            verb = talk.line().split(b" ")[0]
            say(talk, verb)
            if verb == b"DATA":
                while talk.line() != b".":
                    pass
                say(talk, b"end")

    return play


def send(play: Callable[[Talk], None], sender: str = USER, recipient: str = USER) -> tuple[SourceError | None, bytes]:
    """Send one message; returns the error and what the server was sent."""
    with ScriptedServer(play) as server:
        settings = ServerSettings(server.host, server.port, Security.NONE, USER)
        try:
            with smtp.open_mailer(settings, SECRET, timeouts=SHORT) as mailer:
                mailer.send(sender, recipient, b"Subject: x\r\n\r\ny\r\n")
        except SourceError as error:
            return error, server.received
        return None, server.received


def test_by_the_book() -> None:
    error, sent = send(script())
    assert error is None
    verbs = [line.split(b" ")[0] for line in sent.split(b"\r\n")]
    assert verbs[:5] == [b"EHLO", b"AUTH", b"MAIL", b"RCPT", b"DATA"]
    assert sent.endswith(b"y\r\n.\r\nQUIT\r\n")


@pytest.mark.parametrize("step", ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, Transient),
        (b"hello\r\n", Misbehaving),
        (b"999 what\r\n", Misbehaving),
        (b"250-a\r\n251 b\r\n", Misbehaving),
        (b"250-a\r\n" * 500, Misbehaving),
        (b"2" * 10_000 + b"\r\n", Misbehaving),
        (b"421 4.3.2 going down\r\n", Transient),
        (b"x" * 2_000_000, Misbehaving),
    ],
    ids=["silence", "words", "class", "mixed", "endless", "long", "421", "flood"],
)
def test_an_answer_that_cannot_be_right(step: str, answer: bytes | None, kind: type[SourceError]) -> None:
    error, sent = send(script(**{step: answer}))
    assert isinstance(error, kind)
    assert not sent.endswith(b".\r\n")


@pytest.mark.parametrize(
    ("step", "answer"), [("MAIL", b"354 go\r\n"), ("DATA", b"250 ok\r\n"), ("AUTH", b"334 more\r\n")]
)
def test_an_answer_of_the_wrong_kind(step: str, answer: bytes) -> None:
    error, _ = send(script(**{step: answer}))
    assert isinstance(error, Misbehaving)


@pytest.mark.parametrize("answer", [None, b"", b"garbage\r\n"])
def test_silence_after_the_message_means_perhaps_sent(answer: bytes | None) -> None:
    def cut(talk: Talk) -> None:
        talk.left_to_say = sum(len(USUAL[name]) for name in (b"greeting", b"EHLO", b"AUTH", b"MAIL", b"RCPT", b"DATA"))
        talk.left_to_say += 1
        script()(talk)

    error, _ = send(cut if answer == b"" else script(end=answer))
    assert isinstance(error, Transient)
    assert error.code is ReasonCode.SENDING_FAILED
    assert "may have been sent" in str(error)


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"* OK IMAP4rev1\r\n", Misconfigured),
        (b"HTTP/1.1 400 Bad\r\n", Transient),
        (b"SSH-2.0-x\r\n", Misconfigured),
        (b"554 5.7.1 go away\r\n", Misbehaving),
        (b"421 too many connections\r\n", Transient),
        (None, Transient),
    ],
)
def test_not_a_sending_server(greeting: bytes | None, kind: type[SourceError]) -> None:
    error, sent = send(script(greeting=greeting))
    assert isinstance(error, kind)
    assert PASSWORD.encode() not in sent


@pytest.mark.parametrize("offer", [b"250 me\r\n", b"250-me\r\n250 AUTH XOAUTH2 GSSAPI\r\n"])
def test_no_way_to_log_in(offer: bytes) -> None:
    error, sent = send(script(EHLO=offer))
    assert isinstance(error, Misconfigured)
    assert b"AUTH" not in sent


@pytest.mark.parametrize(
    "changes",
    [{"EHLO": b"250 me\r\n"}, {"EHLO": b"250-me\r\n250 STARTTLS\r\n", "STARTTLS": b"454 not now\r\n"}],
    ids=["stripped", "refused"],
)
def test_starttls_denied(changes: dict[str, bytes | None]) -> None:
    with ScriptedServer(script(**changes)) as server:
        with pytest.raises(Misconfigured) as caught:
            smtp.open_mailer(ServerSettings("localhost", server.port, Security.STARTTLS, USER), SECRET, timeouts=SHORT)
        assert (caught.value.code, caught.value.field) == (ReasonCode.TLS_REFUSED, "security")
        assert b"AUTH" not in server.received


def test_plain_text_slipped_in_behind_starttls(tls_authority: TlsAuthority) -> None:
    slipped = {"EHLO": b"250-me\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go\r\n250 AUTH PLAIN\r\n"}
    with ScriptedServer(script(**slipped)) as server:
        settings = ServerSettings("localhost", server.port, Security.STARTTLS, USER)
        with pytest.raises(Misbehaving) as caught:
            smtp.open_mailer(settings, SECRET, timeouts=SHORT, ca_file=tls_authority.ca_file)
        assert caught.value.code is ReasonCode.TLS_REFUSED
        assert b"AUTH" not in server.received


@pytest.mark.parametrize(
    "evil",
    ["a@b\r\nRCPT TO:<x@y>", "a@b> SIZE=1", "<a@b>", "a b@c", "a@b\0", "a@b\n", "", "a", "é@b", '"a b"@c', "a@b@c"],
)
def test_an_address_that_cannot_be_sent(evil: str) -> None:
    for sender, recipient in ((evil, USER), (USER, evil)):
        error, sent = send(script(), sender, recipient)
        assert isinstance(error, Misconfigured)
        assert error.field == "address"
        assert b"DATA" not in sent
        assert sent.count(b"\r\n") == sent.count(b"\r") == sent.count(b"\n")


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="a@.\r\n<> \0", max_size=12))
def test_any_address_is_one_word_or_refused(address: str) -> None:
    try:
        path = smtp._path(address)
    except Misconfigured:
        return
    assert path == address
    assert not set(path) & set("\r\n\0<> \t")
    assert path.isascii()


# --- a token in place of a password -----------------------------------------------------------------------------------

TOKEN = "ya29.a0Canary-token~must+never/be=seen"
WHY = b"334 " + base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}') + b"\r\n"
REFUSED = b"535 5.7.8 Username and Password not accepted.\r\n"


def said(offer: bytes, *replies: bytes, token: str = TOKEN, user: str = USER) -> tuple[SourceError | None, list[bytes]]:
    """Log in at a server that offers these mechanisms and replies so; the error, and the lines after EHLO."""

    def play(talk: Talk) -> None:
        talk.say(USUAL[b"greeting"])
        talk.line()
        talk.say(b"250-me\r\n250 AUTH " + offer + b"\r\n")
        for reply in replies:
            talk.line()
            talk.say(reply)
        while True:
            talk.line()
            talk.say(b"221 bye\r\n")

    with ScriptedServer(play) as server:
        settings = ServerSettings(server.host, server.port, Security.NONE, user)
        try:
            smtp.open_mailer(settings, AccessToken(token), timeouts=SHORT).close()
        except SourceError as error:
            return error, server.received.split(b"\r\n")[1:-1]
        return None, server.received.split(b"\r\n")[1:-1]


@pytest.mark.parametrize("offer", [b"LOGIN PLAIN XOAUTH2 OAUTHBEARER", b"PLAIN OAUTHBEARER"])
def test_a_token_goes_by_its_own_mechanism(offer: bytes) -> None:
    error, lines = said(offer, b"235 2.7.0 Accepted\r\n")
    assert error is None
    assert lines[1:] == [b"QUIT"]
    _, mechanism, word = lines[0].split(b" ")
    message = base64.b64decode(word, validate=True)
    assert message.endswith(b"\x01auth=Bearer " + TOKEN.encode() + b"\x01\x01")
    if mechanism == b"XOAUTH2":
        assert message.startswith(b"user=" + USER.encode() + b"\x01")
    else:
        assert message.startswith(b"n,a=" + USER.encode() + b",\x01host=127.0.0.1\x01port=")
    assert (b"XOAUTH2" in offer) == (mechanism == b"XOAUTH2")


@pytest.mark.parametrize(("offer", "answered"), [(b"XOAUTH2", b""), (b"OAUTHBEARER", b"AQ==")])
@pytest.mark.parametrize("challenge", [WHY, b"334 \r\n", b"334 garbage\r\n", b"334\r\n"])
def test_a_token_that_ended_is_acknowledged_and_refused(offer: bytes, answered: bytes, challenge: bytes) -> None:
    error, lines = said(offer, challenge, REFUSED)
    assert isinstance(error, TokenRefused)
    assert (error.code, error.field) == (ReasonCode.ACCOUNT_REVOKED, "account")
    assert "password" not in str(error).lower()
    assert lines[1:] == [answered, b"QUIT"]


def test_exchange_refuses_a_token_at_once() -> None:
    error, lines = said(b"LOGIN XOAUTH2", b"535 5.7.3 Authentication unsuccessful [BN0PR.prod.outlook.com]\r\n")
    assert isinstance(error, TokenRefused)
    assert len(lines) == 2


def test_a_server_that_goes_on_asking_for_the_token() -> None:
    error, _ = said(b"XOAUTH2", WHY, WHY)
    assert isinstance(error, Misbehaving)


def test_a_token_is_never_sent_as_a_password() -> None:
    error, lines = said(b"LOGIN PLAIN")
    assert isinstance(error, Misconfigured)
    assert error.field == "account"
    assert lines == [b"QUIT"]


def test_a_token_of_microsofts_length_is_sent_whole() -> None:
    token = "E" * 6000
    error, lines = said(b"XOAUTH2", b"235 fine\r\n", token=token)
    assert error is None
    assert token.encode() in base64.b64decode(lines[0].split(b" ")[2])


@pytest.mark.parametrize("evil", ["\r", "\n", "\0", "\x01", "\r\nRSET\r\n", "\x01auth=Bearer x\x01"])
def test_neither_user_nor_token_can_break_out(evil: str) -> None:
    for user, token, field in ((USER + evil, TOKEN, "user"), (USER, TOKEN + evil, "account")):
        error, lines = said(b"XOAUTH2 OAUTHBEARER", user=user, token=token)
        assert isinstance(error, Misconfigured)
        assert error.field == field
        assert lines == [b"QUIT"]


def test_no_byte_of_a_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for reply in (b"235 fine\r\n", b"535 5.7.8 " + TOKEN.encode() + b"\r\n"):
        error, _ = said(b"XOAUTH2", reply)
        assert TOKEN not in f"{error} {getattr(error, 'detail', '')}"
    assert "AUTH" in caplog.text
    assert not any(TOKEN[start : start + 8] in caplog.text for start in range(len(TOKEN) - 7))
