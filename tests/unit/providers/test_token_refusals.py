"""What servers have said to a token, and what it means for a person; never a word about passwords."""

import pytest

from desktop.domain.errors import Misbehaving, Misconfigured, NeedsSignIn, SourceError, TokenRefused, Transient
from desktop.domain.reasons import ReasonCode
from desktop.providers import token_refusals
from desktop.providers.errors import Peer
from desktop.providers.refusals import Refusal, refused

IMAP, SMTP = Peer("imap.example.test", 993), Peer("smtp.example.test", 465, "SMTP")
REVOKED, THROTTLED, DISABLED = ReasonCode.ACCOUNT_REVOKED, ReasonCode.ACCOUNT_THROTTLED, ReasonCode.ACCOUNT_DISABLED
UNREACHABLE, INVALID, SCOPE = (
    ReasonCode.SERVER_UNREACHABLE,
    ReasonCode.SETTINGS_INVALID,
    ReasonCode.ACCOUNT_SCOPE_MISSING,
)
SIGN_IN = ReasonCode.ACCOUNT_SIGN_IN

SAID: list[tuple[str, str, str, type[SourceError], ReasonCode, str | None]] = [
    # Gmail
    ("NO", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "400", TokenRefused, REVOKED, "account"),
    ("NO", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "401", TokenRefused, REVOKED, "account"),
    ("NO", "[ALERT] Your account is not enabled for IMAP use. (Failure)", "", Misconfigured, INVALID, "user"),
    ("NO", "[ALERT] IMAP access is disabled for your domain. (Failure)", "", Misconfigured, INVALID, "user"),
    ("NO", "[ALERT] Please log in via your web browser: see help (Failure)", "", NeedsSignIn, SIGN_IN, "account"),
    ("NO", "[WEBALERT https://a.example] Web login required.", "", NeedsSignIn, SIGN_IN, "account"),
    ("NO", "[ALERT] Too many simultaneous connections. (Failure)", "", Transient, THROTTLED, None),
    ("NO", "[ALERT] Account exceeded command or bandwidth limits. (Failure)", "400", Transient, THROTTLED, None),
    ("535", "5.7.8 Username and Password not accepted. Learn more at x", "400", TokenRefused, REVOKED, "account"),
    ("454", "4.7.0 Too many login attempts, please try again later.", "", Transient, THROTTLED, None),
    # Exchange
    ("NO", "AUTHENTICATE failed.", "", TokenRefused, REVOKED, "account"),
    ("BAD", "User is authenticated but not connected.", "", Transient, UNREACHABLE, "user"),
    ("NO", "Server Unavailable. 15", "", Transient, UNREACHABLE, None),
    ("BYE", "Session invalidated - AccessTokenExpired", "", TokenRefused, REVOKED, "account"),
    ("BYE", "Connection closed. 14", "", Transient, UNREACHABLE, None),
    ("535", "5.7.3 Authentication unsuccessful [BN0PR.prod.outlook.com]", "", TokenRefused, REVOKED, "account"),
    ("535", "5.7.139 Authentication unsuccessful, the user credentials were incorrect.", "", TokenRefused, REVOKED,
     "account"),
    ("535", "5.7.139 Unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit x", "", Misconfigured,
     INVALID, "user"),
    ("504", "5.7.4 Unrecognized authentication type", "", Misbehaving, ReasonCode.SERVER_MISBEHAVES, None),
    # Dovecot, Yahoo, RFC 5530 and RFC 7628
    ("NO", "[AUTHENTICATIONFAILED] Authentication failed.", "invalid_token", TokenRefused, REVOKED, "account"),
    ("NO", "[AUTHENTICATIONFAILED] Authentication failed.", "insufficient_scope", NeedsSignIn, SCOPE, "account"),
    ("NO", "[UNAVAILABLE] Temporary authentication failure.", "401", Transient, UNREACHABLE, None),
    ("NO", "[EXPIRED] The token isn't valid any more", "", TokenRefused, REVOKED, "account"),
    ("NO", "[AUTHORIZATIONFAILED] No such authorization-ID", "", NeedsSignIn, SIGN_IN, "user"),
    ("NO", "[CONTACTADMIN]", "", NeedsSignIn, DISABLED, "user"),
    ("NO", "[AUTHENTICATIONFAILED] Account disabled", "401", NeedsSignIn, DISABLED, "user"),
    ("NO", "", "server_error", Transient, UNREACHABLE, None),
    ("BAD", "Syntax error", "", Misbehaving, ReasonCode.SERVER_MISBEHAVES, None),
    ("421", "4.7.0 whatever", "", Transient, UNREACHABLE, None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "text", "told", "kind", "code", "field"), SAID)
def test_at_login(
    status: str, text: str, told: str, kind: type[SourceError], code: ReasonCode, field: str | None
) -> None:
    refusal = Refusal(
        SMTP if status.isdigit() else IMAP, "AUTH" if status.isdigit() else "AUTHENTICATE", status, text.encode()
    )
    error = token_refusals.refused(refusal, told)
    assert (type(error), error.code, error.field) == (kind, code, field)
    assert error.action
    assert error.what.endswith(".")
    assert "password" not in str(error).lower()


@pytest.mark.parametrize(("of", "where"), [("Tenant", "Exchange admin center"), ("Mailbox", "Authenticated SMTP")])
def test_sending_switched_off_by_an_administrator_says_what_to_switch_on(of: str, where: str) -> None:
    text = f"5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the {of}.".encode()
    for error in (
        token_refusals.refused(Refusal(SMTP, "AUTH", "535", text), ""),
        refused(Refusal(SMTP, "AUTH", "535", text)),
    ):
        assert isinstance(error, Misconfigured)
        assert where in error.action
        assert "reading only" in error.action


def test_what_cannot_read_says_reading_and_what_cannot_send_says_sending() -> None:
    for peer, word in ((IMAP, "reading"), (SMTP, "sending")):
        error = token_refusals.refused(Refusal(peer, "AUTH", "NO", b""), "insufficient_scope")
        assert f"does not allow {word} mail" in error.what
