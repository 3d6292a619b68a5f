"""Sockets, TLS and DNS: each failure becomes one sentence, beside the right setting."""

import errno
import socket
import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Misconfigured, SourceError, Transient
from desktop.domain.reasons import ReasonCode
from desktop.providers import errors
from desktop.providers.errors import Peer

PEER = Peer("mail.example.test", 993)


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] something")
    error.reason = reason
    return error


def bad_certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = "no"
    return error


OFFLINE, UNREACHABLE = ReasonCode.OFFLINE, ReasonCode.SERVER_UNREACHABLE
UNTRUSTED, REFUSED, INVALID = ReasonCode.TLS_UNTRUSTED, ReasonCode.TLS_REFUSED, ReasonCode.SETTINGS_INVALID

TABLE: list[tuple[Exception, type[SourceError], ReasonCode, str | None]] = [
    (socket.gaierror(socket.EAI_AGAIN, "try again"), Transient, OFFLINE, "host"),
    (socket.gaierror(socket.EAI_NONAME, "unknown"), Transient, UNREACHABLE, "host"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Transient, UNREACHABLE, "port"),
    (OSError(errno.ECONNREFUSED, "refused"), Transient, UNREACHABLE, "port"),
    (TimeoutError("timed out"), Transient, UNREACHABLE, "host"),
    (OSError(errno.ENETUNREACH, "no network"), Transient, OFFLINE, None),
    (OSError(errno.EHOSTUNREACH, "no route"), Transient, UNREACHABLE, "host"),
    (ConnectionResetError(errno.ECONNRESET, "reset"), Transient, UNREACHABLE, "host"),
    (BrokenPipeError(errno.EPIPE, "pipe"), Transient, UNREACHABLE, "host"),
    (EOFError(), Transient, UNREACHABLE, "host"),
    (ssl.SSLEOFError(8, "eof"), Transient, UNREACHABLE, "host"),
    (ssl.SSLZeroReturnError(6, "closed"), Transient, UNREACHABLE, "host"),
    (OSError(errno.EIO, "odd"), Transient, UNREACHABLE, "host"),
    (ValueError("odd"), Transient, UNREACHABLE, "host"),
    (UnicodeError("label too long"), Misconfigured, INVALID, "host"),
    (tls_error("WRONG_VERSION_NUMBER"), Misconfigured, INVALID, "security"),
    (tls_error("UNSUPPORTED_PROTOCOL"), Misconfigured, REFUSED, "security"),
    (tls_error("TLSV1_ALERT_PROTOCOL_VERSION"), Misconfigured, REFUSED, "security"),
    (tls_error("BAD_RECORD_MAC"), Transient, UNREACHABLE, "security"),
    (bad_certificate(10), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(9), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(18), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(19), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(20), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(62), Misconfigured, UNTRUSTED, "host"),
    (bad_certificate(64), Misconfigured, UNTRUSTED, "host"),
    (bad_certificate(66), Misconfigured, UNTRUSTED, "security"),
    (bad_certificate(999), Misconfigured, UNTRUSTED, "security"),
]


@pytest.mark.parametrize(("error", "kind", "code", "field"), TABLE)
def test_the_table(error: Exception, kind: type[SourceError], code: ReasonCode, field: str | None) -> None:
    made = errors.network_error(error, PEER)
    assert (type(made), made.code, made.field) == (kind, code, field)
    assert made.what.endswith(".")
    assert made.action.endswith(".")


def test_each_certificate_fault_has_its_own_sentence() -> None:
    said = {str(errors.network_error(bad_certificate(code), PEER)) for code in (9, 10, 18, 19, 23, 62, 66, 999)}
    assert len(said) == 8
    assert all("mail.example.test" in text for text in said)


@settings(deadline=None)
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_a_servers_words_are_one_short_harmless_line(text: str) -> None:
    for line in (errors.shown(text), errors.shown(text.encode("utf-8", "replace"))):
        assert len(line) <= errors.SHOWN_TEXT
        assert line.isprintable() or not line or all(ch == " " or ch.isprintable() or ord(ch) > 127 for ch in line)
        assert "\n" not in line
        assert "\x1b" not in line
        assert "\u202e" not in line


def test_addresses_stay_out_of_the_log() -> None:
    assert errors.for_log("user <ann@example.test> or bob@b.test, no") == "user <<address>> or <address>, no"
    assert "ann" not in errors.said_goodbye(PEER, b"bye ann@example.test").detail


@pytest.mark.parametrize("host", ["", "a b", "a\r\nb", "x" * 300, "a..b" + "\0"])
def test_a_host_that_is_none(host: str) -> None:
    from desktop.domain.mailbox import Security
    from desktop.providers.channel import Breaker, Timeouts
    from desktop.providers.tls import dial

    with pytest.raises(SourceError) as caught:
        dial(Peer(host, 993), Security.TLS, Timeouts(), Breaker())
    assert caught.value.field == "host"
