"""No password leaves before the right server was met over TLS; nothing leaks into logs or errors; a stop stops."""

import logging
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import Misbehaving, Misconfigured, NeedsSignIn, SourceError, Stopped, Transient
from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.connect import open_source
from tests.contract.helpers import PASSWORD, SHORT, Password, plain, take_all, visit
from tests.contract.scripted import Dialogue, Gone, ScriptedServer, Talk, serving
from tests.helpers.tls import TlsAuthority

SECRETS = (b"LOGIN", b"AUTHENTICATE", PASSWORD.encode(), b"ann@")


def enter(
    server: ScriptedServer, security: Security, ca_file: Path | None = None, *, host: str = "localhost"
) -> SourceError | None:
    """Open and close a source; returns the error, if any."""
    settings = ServerSettings(host, server.port, security, "ann@example.test")
    try:
        open_source(settings, Password(), timeouts=SHORT, ca_file=ca_file).close()
    except SourceError as error:
        return error
    return None


def no_secret_left(server: ScriptedServer) -> bool:
    return not any(secret in server.received for secret in SECRETS)


# --- STARTTLS (the NO STARTTLS / EAST list) ---------------------------------------------------------------------------

OFFER = b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR\r\nTAG OK done\r\n"


def test_starttls_by_the_book_asks_capabilities_anew(tls_authority: TlsAuthority) -> None:
    before = Dialogue(CAPABILITY=OFFER)

    def start(talk: Talk, tag: bytes) -> None:
        talk.say(tag + b" OK begin\r\n")
        talk.start_tls(tls_authority.server_context)
        after = Dialogue(greeting=b"")
        after.play(talk)
        raise Gone

    with serving(before.set("STARTTLS", start)) as server:
        assert enter(server, Security.STARTTLS, tls_authority.ca_file) is None
        names = [line.split()[1] for line in server.received.splitlines()]
        assert names == [b"CAPABILITY", b"STARTTLS", b"CAPABILITY", b"AUTHENTICATE", b"LOGOUT"]


@pytest.mark.parametrize(
    "changes",
    [
        {"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done\r\n"},
        {"greeting": b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"},
        {"greeting": b"* PREAUTH logged in as ann\r\n"},
        {"CAPABILITY": OFFER, "STARTTLS": b"TAG NO not now\r\n"},
        {"CAPABILITY": OFFER, "STARTTLS": b"TAG BAD what?\r\n"},
    ],
    ids=["stripped", "stripped in the greeting", "PREAUTH", "NO", "BAD"],
)
def test_starttls_denied(changes: dict[str, bytes]) -> None:
    with serving(Dialogue(**changes)) as server:
        error = enter(server, Security.STARTTLS)
        assert isinstance(error, Misconfigured)
        assert (error.code, error.field) == (ReasonCode.TLS_REFUSED, "security")
        assert no_secret_left(server)


@pytest.mark.parametrize(
    "injected",
    [b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", b"P3 OK done\r\n", b"* OK hello", b"\x16"],
)
def test_plain_text_slipped_in_behind_starttls(injected: bytes, tls_authority: TlsAuthority) -> None:
    def start(talk: Talk, tag: bytes) -> None:
        talk.say(tag + b" OK begin\r\n" + injected)
        talk.start_tls(tls_authority.server_context)
        Dialogue(greeting=b"").play(talk)

    with serving(Dialogue(CAPABILITY=OFFER).set("STARTTLS", start)) as server:
        error = enter(server, Security.STARTTLS, tls_authority.ca_file)
        assert isinstance(error, Misbehaving)
        assert error.code is ReasonCode.TLS_REFUSED
        assert no_secret_left(server)


def test_plain_text_in_place_of_the_handshake(tls_authority: TlsAuthority) -> None:
    def start(talk: Talk, tag: bytes) -> None:
        talk.say(tag + b" OK begin\r\n")
        talk._more()  # the handshake's beginning
        talk.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nP3 OK done\r\n")
        talk.stall()

    with serving(Dialogue(CAPABILITY=OFFER).set("STARTTLS", start)) as server:
        assert isinstance(enter(server, Security.STARTTLS, tls_authority.ca_file), SourceError)
        assert no_secret_left(server)


def test_preauth_without_encryption_is_no_log_in() -> None:
    with serving(Dialogue(greeting=b"* PREAUTH welcome\r\n")) as server:
        assert isinstance(enter(server, Security.NONE), Misbehaving)
        assert no_secret_left(server)


# --- certificates -----------------------------------------------------------------------------------------------------


def over_tls(context: ssl.SSLContext) -> Callable[[Talk], None]:
    def play(talk: Talk) -> None:
        talk.start_tls(context)
        Dialogue().play(talk)

    return play


def self_signed() -> ssl.SSLContext:
    """A server whose certificate is its own authority."""
    import trustme

    from tests.helpers.tls import context_for

    authority = trustme.CA()
    context = context_for(authority.issue_cert("localhost"))
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context


def test_a_good_certificate(tls_authority: TlsAuthority) -> None:
    with ScriptedServer(over_tls(tls_authority.server_context)) as server:
        assert enter(server, Security.TLS, tls_authority.ca_file) is None
        assert enter(server, Security.TLS, tls_authority.ca_file, host="127.0.0.1") is None


@pytest.mark.parametrize(
    ("kind", "words", "field"),
    [
        ("expired", "has expired", "security"),
        ("not_yet_valid", "not valid yet", "security"),
        ("wrong_host", "not for localhost", "host"),
        ("unknown_authority", "authority this computer does not know", "security"),
        ("self_signed", "signed itself", "security"),
    ],
)
def test_a_bad_certificate(kind: str, words: str, field: str, tls_authority: TlsAuthority) -> None:
    context = self_signed() if kind == "self_signed" else getattr(tls_authority, kind)()
    with ScriptedServer(over_tls(context)) as server:
        error = enter(server, Security.TLS, tls_authority.ca_file)
        assert isinstance(error, Misconfigured)
        assert (error.code, error.field) == (ReasonCode.TLS_UNTRUSTED, field)
        assert words in str(error)
        assert no_secret_left(server)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls(tls_authority: TlsAuthority) -> None:
    context = tls_authority.wrong_host()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with ScriptedServer(over_tls(context)) as server:
        error = enter(server, Security.TLS, tls_authority.ca_file)
        assert isinstance(error, Misconfigured)
        assert (error.code, error.field) == (ReasonCode.TLS_REFUSED, "security")


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_that_is_none(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with ScriptedServer(lambda talk: talk.stall()) as server:
        error = enter(server, Security.TLS, file)
    assert isinstance(error, Misconfigured)
    assert error.field == "ca_file"


def test_no_encryption_only_to_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def elsewhere(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 143))]

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    with pytest.raises(Misconfigured) as caught:
        open_source(ServerSettings("mail.example.test", 143, Security.NONE, "ann"), Password())
    assert (caught.value.code, caught.value.field) == (ReasonCode.TLS_REFUSED, "security")


# --- the wrong kind of server -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("greeting", "words", "kind"),
    [
        (b"HTTP/1.1 302 Found\r\n", "web page", Transient),
        (b"<!DOCTYPE html>\r\n", "web page", Transient),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH server", Misconfigured),
        (b"+OK POP3 ready\r\n", "POP3 server", Misconfigured),
        (b"220 mx ESMTP\r\n", "SMTP or FTP server", Misconfigured),
        (b"\x15\x03\x01\x00\x02\x02\x46\r\n", "speaks TLS", Misconfigured),
        (b"hello\r\n", "not an IMAP server", Misconfigured),
    ],
)
def test_not_an_imap_server(greeting: bytes, words: str, kind: type[SourceError]) -> None:
    with serving(Dialogue(greeting=greeting)) as server:
        error = enter(server, Security.NONE)
    assert isinstance(error, kind)
    assert words in str(error)


def test_tls_where_the_conversation_begins_in_the_clear() -> None:
    with serving(Dialogue()) as server:
        error = enter(server, Security.TLS)
    assert isinstance(error, Misconfigured)
    assert error.field == "security"
    assert "STARTTLS" in str(error)


def test_in_the_clear_where_tls_is_expected(tls_authority: TlsAuthority) -> None:
    with ScriptedServer(over_tls(tls_authority.server_context)) as server:
        error = enter(server, Security.STARTTLS, tls_authority.ca_file)
    assert isinstance(error, Misconfigured)
    assert "Choose TLS" in str(error)


def test_a_server_that_never_greets() -> None:
    with ScriptedServer(lambda talk: talk.stall()) as server:
        error = enter(server, Security.NONE)
        assert isinstance(error, Transient)
        error = enter(server, Security.TLS)
        assert isinstance(error, Transient)


# --- logging in -------------------------------------------------------------------------------------------------------


def login(
    answer: bytes, capabilities: bytes = b"AUTH=PLAIN SASL-IR", password: str = PASSWORD
) -> tuple[SourceError | None, bytes]:
    """Log in at a server with these capabilities that answers so; returns the error and what the server was sent."""
    dialogue = Dialogue(
        CAPABILITY=b"* CAPABILITY IMAP4rev1 " + capabilities + b"\r\nTAG OK done\r\n", AUTHENTICATE=answer, LOGIN=answer
    )
    with serving(dialogue) as server:
        try:
            open_source(plain(server), Password(password), timeouts=SHORT).close()
        except SourceError as error:
            return error, server.received
        return None, server.received


def test_a_refused_password_is_tried_once() -> None:
    error, sent = login(b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")
    assert isinstance(error, NeedsSignIn)
    assert (error.code, error.field) == (ReasonCode.ACCOUNT_SIGN_IN, "password")
    assert sent.count(b"AUTHENTICATE") == 1
    assert b"LOGIN" not in sent


def test_a_server_that_repeats_the_password_does_not_get_it_shown() -> None:
    error, _ = login(b"TAG NO bad password " + PASSWORD.encode() + b" for ann@example.test\r\n")
    assert error is not None
    assert PASSWORD not in f"{error} {error.detail} {error.__dict__}"
    assert "ann@" not in error.detail


def test_a_server_that_repeats_the_password_in_parting_does_not_get_it_shown() -> None:
    error, _ = login(b"* BYE never again with " + PASSWORD.encode() + b"\r\n")
    assert isinstance(error, Transient)
    assert PASSWORD not in f"{error} {error.detail}"


@pytest.mark.parametrize("answer", [b"* ID NIL\r\nTAG OK\r\n", b"TAG NO none of my business\r\n", b"TAG BAD what?\r\n"])
def test_our_name_is_told_to_those_who_ask(answer: bytes) -> None:
    dialogue = Dialogue(AUTHENTICATE=b"TAG OK [CAPABILITY IMAP4rev1 ID] welcome\r\n", ID=answer)
    with serving(dialogue) as server, visit(server) as source:
        assert source.open_folder("INBOX").exists
    assert b'ID ("name" "Postroom")' in server.received


def test_a_goodbye_to_our_name_is_one() -> None:
    dialogue = Dialogue(AUTHENTICATE=b"TAG OK [CAPABILITY IMAP4rev1 ID] welcome\r\n", ID=b"* BYE too busy\r\n")
    with serving(dialogue) as server, pytest.raises(Transient, match="ended the connection"):
        visit(server)


def test_no_way_to_log_in() -> None:
    error, sent = login(b"TAG OK\r\n", b"LOGINDISABLED")
    assert isinstance(error, Misconfigured)
    assert (error.code, error.field) == (ReasonCode.TLS_REFUSED, "security")
    assert PASSWORD.encode() not in sent


def test_login_where_plain_is_not_offered() -> None:
    _, sent = login(b"TAG OK\r\n", b"")
    assert b'LOGIN "ann@example.test" "correct-horse-battery"\r\n' in sent


@pytest.mark.parametrize("password", ["schlüssel", "密码", "a\tb"])
def test_a_password_beyond_ascii_goes_as_a_block(password: str) -> None:
    def take(talk: Talk, tag: bytes) -> None:
        talk.say(b"+ go on\r\n")
        assert talk.line().decode("utf-8") == password
        talk.say(tag + b" OK\r\n")

    dialogue = Dialogue(CAPABILITY=b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n").set("LOGIN", take)
    with serving(dialogue) as server:
        open_source(plain(server), Password(password), timeouts=SHORT).close()
        assert b"{%d}\r\n" % len(password.encode("utf-8")) in server.received


def test_user_and_password_beyond_ascii_go_as_two_blocks() -> None:
    def take(talk: Talk, tag: bytes) -> None:
        talk.say(b"+ go on\r\n")
        assert talk.line() == "größe {6}".encode()
        talk.say(b"+ go on\r\n")
        assert talk.line().decode("utf-8") == "密码"
        talk.say(tag + b" OK\r\n")

    dialogue = Dialogue(CAPABILITY=b"* CAPABILITY IMAP4rev1 LITERAL+\r\nTAG OK done\r\n").set("LOGIN", take)
    with serving(dialogue) as server:
        open_source(plain(server, "größe"), Password("密码"), timeouts=SHORT).close()


def test_plain_without_initial_response() -> None:
    def ask(talk: Talk, tag: bytes) -> None:
        talk.say(b"+ \r\n")
        assert talk.line() == b"AGFubkBleGFtcGxlLnRlc3QAY29ycmVjdC1ob3JzZS1iYXR0ZXJ5"
        talk.say(tag + b" OK\r\n")

    dialogue = Dialogue(CAPABILITY=b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done\r\n").set("AUTHENTICATE", ask)
    with serving(dialogue) as server:
        open_source(plain(server), Password(), timeouts=SHORT).close()


@pytest.mark.parametrize("evil", ["a\r\nX DELETE INBOX", "a\nb", "a\rb", "a\0b", "x" * 3000, "\ud800"])
@pytest.mark.parametrize("which", ["user", "password"])
@pytest.mark.parametrize("capabilities", [b"AUTH=PLAIN SASL-IR", b"AUTH=PLAIN", b""])
def test_hostile_user_and_password_never_leave(evil: str, which: str, capabilities: bytes) -> None:
    dialogue = Dialogue(CAPABILITY=b"* CAPABILITY IMAP4rev1 " + capabilities + b"\r\nTAG OK done\r\n")
    with serving(dialogue) as server:
        user, password = (evil, "x") if which == "user" else ("ann", evil)
        settings = ServerSettings(server.host, server.port, Security.NONE, user)
        with pytest.raises(Misconfigured) as caught:
            open_source(settings, Password(password), timeouts=SHORT)
        assert caught.value.field == which
        assert evil not in str(caught.value)
        assert server.received.split(b"\r\n") == [b"P1 CAPABILITY", b"P2 LOGOUT", b""]


# --- stopping from another thread -------------------------------------------------------------------------------------


def in_thread(work: Callable[[], None]) -> Callable[[], BaseException | None]:
    """Run *work* in a thread; the function returned waits for it and gives what it raised."""
    raised: list[BaseException | None] = [None]

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised[0] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result() -> BaseException | None:
        thread.join(2)
        assert not thread.is_alive(), "it did not stop"
        return raised[0]

    return result


PATIENT = Timeouts(connect_s=30, silence_s=30)


@pytest.mark.parametrize("encrypted", [False, True])
def test_abandon_wakes_a_waiting_fetch(encrypted: bool, tls_authority: TlsAuthority) -> None:
    waiting = threading.Event()

    def stuck(talk: Talk, tag: bytes) -> None:
        talk.say(b"* 1 FETCH (UID 3 BODY[] {1000}\r\nonly this")
        waiting.set()
        talk.stall()

    def play(talk: Talk) -> None:
        if encrypted:
            talk.start_tls(tls_authority.server_context)
        Dialogue().set("BODY", stuck).play(talk)

    with ScriptedServer(play) as server:
        security = Security.TLS if encrypted else Security.NONE
        settings = ServerSettings("localhost", server.port, security, "ann")
        with open_source(settings, Password(), timeouts=PATIENT, ca_file=tls_authority.ca_file) as source:
            mails: list[RawMail] = []
            result = in_thread(lambda: take_all(source, mails))
            assert waiting.wait(20)
            source.abandon()
            assert isinstance(result(), Stopped)
            assert not mails


@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
def test_a_breaker_stops_an_opening(security: Security) -> None:
    breaker, met = Breaker(), threading.Event()

    def play(talk: Talk) -> None:
        met.set()
        talk.stall()

    with ScriptedServer(play) as server:
        settings = ServerSettings("127.0.0.1", server.port, security, "ann")
        result = in_thread(lambda: open_source(settings, Password(), timeouts=PATIENT, breaker=breaker).close())
        assert met.wait(20)
        breaker.trip()
        assert isinstance(result(), Stopped)
        with pytest.raises(Stopped):
            open_source(settings, Password(), timeouts=PATIENT, breaker=breaker)


def test_abandon_twice_and_close_after_is_quiet() -> None:
    with serving(Dialogue()) as server:
        source = visit(server)
        source.abandon()
        source.abandon()
        with pytest.raises((Stopped, Transient)):
            source.folders()
        source.close()
        source.close()


# --- leaks ------------------------------------------------------------------------------------------------------------


def test_the_log_holds_no_secret_address_or_content(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mails: list[RawMail] = []
    with serving(Dialogue()) as server, visit(server) as source:
        take_all(source, mails)
    error, _ = login(b"TAG NO [AUTHENTICATIONFAILED] no such user ann@example.test\r\n")
    assert error is not None
    text = caplog.text + error.detail
    assert "UID FETCH" in text
    for leak in (PASSWORD, "ann@", "first", "Subject", "Sent Items", "INBOX", "AGFub"):
        assert leak not in text
