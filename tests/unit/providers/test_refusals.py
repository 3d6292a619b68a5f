"""What real servers have said, and what it means for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import Misbehaving, Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.reasons import ReasonCode
from desktop.providers.errors import Peer
from desktop.providers.refusals import Refusal, folder_refused, refused
from desktop.providers.waits import seconds_asked_for
from desktop.sync.backoff import retry_in

PEER = Peer("imap.example.test", 993)
SIGN_IN, DISABLED, THROTTLED = ReasonCode.ACCOUNT_SIGN_IN, ReasonCode.ACCOUNT_DISABLED, ReasonCode.ACCOUNT_THROTTLED
UNREACHABLE, MISBEHAVES = ReasonCode.SERVER_UNREACHABLE, ReasonCode.SERVER_MISBEHAVES
INVALID, TLS = ReasonCode.SETTINGS_INVALID, ReasonCode.TLS_REFUSED

AT_LOGIN: list[tuple[str, str, type[SourceError], ReasonCode, str | None]] = [
    # Gmail
    ("NO", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "[ALERT] Application-specific password required: see help (Failure)", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "[ALERT] Please log in via your web browser: see help (Failure)", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "[ALERT] Your account is not enabled for IMAP use. (Failure)", Misconfigured, INVALID, "user"),
    ("NO", "[ALERT] Too many simultaneous connections. (Failure)", Transient, THROTTLED, None),
    ("NO", "[ALERT] Account exceeded command or bandwidth limits. (Failure)", Transient, THROTTLED, None),
    ("NO", "[UNAVAILABLE] Temporary System Error", Transient, UNREACHABLE, None),
    # Exchange
    ("NO", "LOGIN failed.", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "AUTHENTICATE failed.", NeedsSignIn, SIGN_IN, "password"),
    ("BAD", "User is authenticated but not connected.", Transient, UNREACHABLE, "user"),
    ("BAD", "Request is throttled. Suggested Backoff Time: 299961 milliseconds", Transient, THROTTLED, None),
    ("NO", "Server Unavailable. 15", Transient, UNREACHABLE, None),
    ("NO", "Basic authentication is disabled.", Misconfigured, INVALID, "password"),
    # Yahoo, Zoho
    ("NO", "[LIMIT] LOGIN Rate limit hit.", Transient, THROTTLED, None),
    ("NO", "[UNAVAILABLE] LOGIN Server error - Please try again later", Transient, UNREACHABLE, None),
    ("NO", "[ALERT] You are yet to enable IMAP for your account. (Failure)", Misconfigured, INVALID, "user"),
    # Dovecot
    ("NO", "[AUTHENTICATIONFAILED] Authentication failed.", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "[UNAVAILABLE] Temporary authentication failure. [mx:2026-01-01 00:00:00]", Transient, UNREACHABLE, None),
    ("BYE", "Maximum number of connections from user+IP exceeded (mail_max=10)", Transient, THROTTLED, None),
    ("NO", "[PRIVACYREQUIRED] Plaintext authentication disallowed", Misconfigured, TLS, "security"),
    # RFC 5530 and others
    ("NO", "[EXPIRED] That password isn't valid any more", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "Your password has expired", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "[CONTACTADMIN]", NeedsSignIn, DISABLED, "user"),
    ("NO", "[AUTHENTICATIONFAILED] Account disabled", NeedsSignIn, DISABLED, "user"),
    ("NO", "The user account has been suspended for abuse", NeedsSignIn, DISABLED, "user"),
    ("NO", "[AUTHORIZATIONFAILED] No such authorization-ID", NeedsSignIn, SIGN_IN, "user"),
    ("NO", "[INUSE] Mailbox is locked", Transient, UNREACHABLE, None),
    ("NO", "Invalid login or password. Please try again.", NeedsSignIn, SIGN_IN, "password"),
    ("NO", "", NeedsSignIn, SIGN_IN, "password"),
    ("BAD", "Syntax error", Misbehaving, MISBEHAVES, None),
    # SMTP
    ("535", "5.7.8 Username and Password not accepted.", NeedsSignIn, SIGN_IN, "password"),
    ("534", "5.7.9 Application-specific password required.", NeedsSignIn, SIGN_IN, "password"),
    ("535", "5.7.139 Unsuccessful, basic authentication is disabled.", Misconfigured, INVALID, "password"),
    ("535", "5.7.139 SmtpClientAuthentication is disabled for the Tenant.", Misconfigured, INVALID, "user"),
    ("454", "4.7.0 Too many login attempts, please try again later.", Transient, THROTTLED, None),
    ("454", "4.7.0 Cannot authenticate just now", Transient, UNREACHABLE, None),
    ("530", "5.7.0 Must issue a STARTTLS command first.", Misconfigured, TLS, "security"),
    ("421", "4.7.0 whatever", Transient, UNREACHABLE, None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "text", "kind", "code", "field"), AT_LOGIN)
def test_at_login(status: str, text: str, kind: type[SourceError], code: ReasonCode, field: str | None) -> None:
    error = refused(Refusal(PEER, "AUTH" if status.isdigit() else "LOGIN", status, text.encode()))
    assert (type(error), error.code, error.field) == (kind, code, field)
    assert error.action
    assert error.what.endswith(".")


@pytest.mark.parametrize(
    ("status", "text", "kind", "code"),
    [
        ("BYE", "Session invalidated - AccessTokenExpired", Transient, UNREACHABLE),
        ("BYE", "Autologout; idle for too long", Transient, UNREACHABLE),
        ("BYE", "Connection closed. 14", Transient, UNREACHABLE),
        ("NO", "[SERVERBUG] Internal error occurred.", Transient, UNREACHABLE),
        ("NO", "[LIMIT] Too many", Transient, THROTTLED),
        ("NO", "cannot do that", Misbehaving, MISBEHAVES),
        ("BAD", "Error in IMAP command", Misbehaving, MISBEHAVES),
    ],
)
def test_elsewhere(status: str, text: str, kind: type[SourceError], code: ReasonCode) -> None:
    error = refused(Refusal(PEER, "UID FETCH", status, text.encode()))
    assert (type(error), error.code) == (kind, code)


def test_words_about_passwords_mean_nothing_after_login() -> None:
    error = refused(Refusal(PEER, "UID FETCH", "NO", b"account disabled"))
    assert isinstance(error, Misbehaving)


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        ("NO", "[NONEXISTENT] Unknown mailbox", ReasonCode.FOLDER_MISSING),
        ("NO", "Mailbox doesn't exist", ReasonCode.FOLDER_MISSING),
        ("NO", "[NOPERM] Permission denied", ReasonCode.FOLDER_MISSING),
        ("NO", "[UNAVAILABLE] backend", UNREACHABLE),
        ("BAD", "User is authenticated but not connected.", UNREACHABLE),
        ("BAD", "Syntax", MISBEHAVES),
    ],
)
def test_a_folder_that_does_not_open(status: str, text: str, code: ReasonCode) -> None:
    error = folder_refused(Refusal(PEER, "EXAMINE", status, text.encode()), "Größe")
    assert error.code is code
    assert (error.field == "folder") == (code is ReasonCode.FOLDER_MISSING)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (b"Request is throttled. Suggested Backoff Time: 299961 milliseconds", 299.961),
        (b"Suggested Backoff Time: 5 seconds", 5.0),
        (b"Suggested Backoff Time: 5000", 5.0),
        (b"backoff time 2500 ms", 2.5),
        (b"Suggested Backoff Time: 999999999999 milliseconds", 24 * 3600.0),
        (b"slow down", None),
        (b"Retry-After: 120", 120.0),
        (b"retry after 90 seconds", 90.0),
        (b"Too many login attempts, please try again in 15 minutes.", 900.0),
        (b"Rate limit exceeded; wait at least 2 hours", 7200.0),
        (b"Please reconnect after 1500 ms", 1.5),
        (b"Bandwidth limit: try again in 3 days", 24 * 3600.0),
        (b"Retry-After: 999999999", 24 * 3600.0),
        (b"Too many connections (limit 15), try later", None),
        (b"Please try again in an hour", 3600.0),
        (b"try again in half an hour", 1800.0),
        (b"Come back in ten minutes.", 600.0),
        (b"Retry after: 1 hour, 30 minutes", 5400.0),
        (b"wait 1h 30m", 5400.0),
        (b"wait for 2 minutes and 5 seconds", 125.0),
        (b"try again in a moment", None),
        (b"Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", 28 * 60.0),
        (b"retry after 21 Oct 2026 09:28:00 +0200", 28 * 60.0),
        (b"Retry after 2026-10-21T07:10:00Z", 600.0),
        (b"try again after 2026-10-21 07:10:30.5 UTC", 630.5),
        (b"try again at 2026-10-21 08:10 +01:00", 600.0),
        (b"Your account is blocked until 2026-10-21T07:05Z", 300.0),
        (b"retry after 2026-12-24T00:00:00Z", 24 * 3600.0),
        (b"retry after 2026-10-21T06:59:00Z", None),  # past: its clock or ours is wrong
        (b"retry after 2026-10-21 07:10:00", None),  # in which zone?
        (b"retry after 2026-13-45T07:10:00Z", None),
        (b"retry after 2026", 2026.0),
        (b"try again at 07:10", None),
    ],
)
def test_how_long_to_stay_away(text: bytes, seconds: float | None) -> None:
    now = datetime(2026, 10, 21, 7, tzinfo=UTC)
    assert seconds_asked_for(text, now) == seconds


@pytest.mark.parametrize(
    ("verb", "status", "text", "code"),
    [
        ("LOGIN", "NO", b"throttled. Suggested Backoff Time: 300000 milliseconds", ReasonCode.ACCOUNT_THROTTLED),
        ("LOGIN", "NO", b"[UNAVAILABLE] try again in 5 minutes", UNREACHABLE),
        ("LOGIN", "NO", b"Please try again in 5 minutes", ReasonCode.ACCOUNT_THROTTLED),
        ("LOGIN", "NO", b"Your account is locked, try again in 5 minutes", ReasonCode.ACCOUNT_THROTTLED),
        ("UID FETCH", "NO", b"Not now. Retry after 300 seconds", ReasonCode.ACCOUNT_THROTTLED),
        ("UID FETCH", "BYE", b"Session expired, reconnect in 5 minutes", ReasonCode.ACCOUNT_THROTTLED),
        ("IDLE", "BYE", b"Going down, come back in 5 minutes", ReasonCode.ACCOUNT_THROTTLED),
        ("EXAMINE", "NO", b"[OVERQUOTA] retry in 5 minutes", ReasonCode.MAILBOX_FULL),
    ],
)
def test_a_server_that_says_when_is_obeyed_whatever_it_refuses(
    verb: str, status: str, text: bytes, code: ReasonCode
) -> None:
    error = refused(Refusal(PEER, verb, status, text))
    assert isinstance(error, Transient)
    assert (error.code, error.retry_after_s) == (code, 300.0)
    assert retry_in(error, 1, 0.0) == timedelta(minutes=5)


def test_a_folder_that_will_open_later_is_not_missing() -> None:
    error = folder_refused(Refusal(PEER, "EXAMINE", "NO", b"Mailbox is locked, try again in 30 seconds"), "INBOX")
    assert isinstance(error, Transient)
    assert error.retry_after_s == 30.0


@pytest.mark.parametrize("text", [b"[AUTHENTICATIONFAILED] wrong; try again in 5 minutes", b"Invalid credentials"])
def test_a_wrong_password_is_not_tried_again_whatever_it_says(text: bytes) -> None:
    assert isinstance(refused(Refusal(PEER, "LOGIN", "NO", text)), NeedsSignIn)


def test_the_servers_words_are_shown_without_code_and_never_logged() -> None:
    error = refused(Refusal(PEER, "LOGIN", "NO", b"[AUTHENTICATIONFAILED] no ann@example.test here\x1b[2J\r\n"))
    assert 'The server says: "no ann@example.test here [2J"' in str(error)
    assert error.detail == "LOGIN NO AUTHENTICATIONFAILED"


def test_a_refusal_that_repeats_the_password() -> None:
    refusal = Refusal(PEER, "LOGIN", "NO", "wrong: geheim-ß".encode())
    assert refusal.without("geheim-ß").text == b""
    assert refusal.without("other") is refusal
    assert refusal.without("") is refusal
