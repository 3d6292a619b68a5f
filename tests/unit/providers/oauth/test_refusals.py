"""What authorization servers have said, and what it means for a person."""

import json
from typing import Any

import pytest

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.oauth.answers import judge
from desktop.providers.oauth.reach import Answer
from desktop.providers.oauth.refusals import Asking, refusal_of, refused
from tests.unit.providers.oauth.conftest import client_at

GOOGLE, MICROSOFT, CUSTOM = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT, OAuthProvider.CUSTOM
DENIED, REVOKED = ReasonCode.ACCOUNT_CONSENT_DENIED, ReasonCode.ACCOUNT_REVOKED
DISABLED, ADMIN = ReasonCode.ACCOUNT_DISABLED, ReasonCode.ACCOUNT_ADMIN_CONSENT
APP, SIGN_IN = ReasonCode.ACCOUNT_APP_SECRET, ReasonCode.ACCOUNT_SIGN_IN
UNREACHABLE, THROTTLED = ReasonCode.ISSUER_UNREACHABLE, ReasonCode.ACCOUNT_THROTTLED
INVALID, SCOPE = ReasonCode.SETTINGS_INVALID, ReasonCode.ACCOUNT_SCOPE_MISSING
Kind = type[SourceError]


def asking(provider: OAuthProvider) -> Asking:
    return Asking(client_at("https://login.example.test/tenant", provider), frozenset(Permission))


def entra(error: str, number: int, words: str, **more: Any) -> dict[str, Any]:
    text = f"AADSTS{number}: {words} Trace ID: 0b-1 Correlation ID: 7 Timestamp: 2026-01-01 00:00:00Z"
    return {"error": error, "error_description": text, "error_codes": [number], **more}


def said(error: str, words: str = "", **more: Any) -> dict[str, Any]:
    return {"error": error, **({"error_description": words} if words else {}), **more}


TOKEN: list[tuple[OAuthProvider, int, dict[str, Any], Kind, ReasonCode, str]] = [
    # Google
    (GOOGLE, 400, said("invalid_grant", "Token has been expired or revoked."), NeedsSignIn, REVOKED, "withdrawn"),
    (GOOGLE, 400, said("invalid_grant", "Bad Request"), NeedsSignIn, REVOKED, "withdrawn"),
    (GOOGLE, 400, said("invalid_grant"), NeedsSignIn, REVOKED, "Reconnect"),
    (GOOGLE, 400, said("invalid_grant", "Account has been deleted"), NeedsSignIn, DISABLED, "deleted"),
    (GOOGLE, 400, said("invalid_grant", "reauth related error (invalid_rapt)", error_subtype="invalid_rapt"),
     NeedsSignIn, SIGN_IN, "fresh sign-in"),
    (GOOGLE, 400, said("invalid_grant", "Malformed auth code."), NeedsSignIn, SIGN_IN, "once only"),
    (GOOGLE, 400, said("invalid_grant", "Invalid code verifier."), NeedsSignIn, SIGN_IN, "Start the sign-in again"),
    (GOOGLE, 401, said("invalid_client", "The OAuth client was not found."), Misconfigured, APP, "client-4711"),
    (GOOGLE, 401, said("invalid_client", "Unauthorized"), Misconfigured, APP, "client-4711"),
    (GOOGLE, 401, said("deleted_client", "The OAuth client was deleted."), Misconfigured, APP, "deleted"),
    (GOOGLE, 401, said("disabled_client", "The OAuth client was disabled."), Misconfigured, APP, "disabled"),
    (GOOGLE, 401, said("unauthorized_client", "Unauthorized"), Misconfigured, APP, "does not accept this app"),
    (GOOGLE, 403, said("org_internal"), Misconfigured, APP, "kind of account"),
    (GOOGLE, 400, said("admin_policy_enforced"), NeedsSignIn, ADMIN, "client-4711"),
    (GOOGLE, 400, said("redirect_uri_mismatch", "Bad Request"), Misconfigured, INVALID, "127.0.0.1/callback"),
    (GOOGLE, 400, said("invalid_scope", "Bad Request"), Misconfigured, INVALID, "scopes"),
    (GOOGLE, 400, said("invalid_request", "Missing required parameter: code"), Misconfigured, INVALID, "client-4711"),
    (GOOGLE, 403, said("rate_limit_exceeded"), Transient, THROTTLED, "less often"),
    (GOOGLE, 429, said("invalid_grant"), Transient, THROTTLED, "less often"),
    (GOOGLE, 500, said("internal_failure"), Transient, UNREACHABLE, "fault of its own"),
    (GOOGLE, 400, said("internal_failure"), Transient, UNREACHABLE, "just now"),
    # Microsoft
    (MICROSOFT, 400, entra("invalid_grant", 50173, "The provided grant has expired due to it being revoked."),
     NeedsSignIn, REVOKED, "password"),
    (MICROSOFT, 400, entra("invalid_grant", 700082, "The refresh token has expired due to inactivity."),
     NeedsSignIn, REVOKED, "not used for too long"),
    (MICROSOFT, 400, entra("invalid_grant", 70008, "The refresh token has expired."), NeedsSignIn, REVOKED, "expired"),
    (MICROSOFT, 400, entra("invalid_grant", 50078, "Presented multi-factor authentication has expired"),
     NeedsSignIn, SIGN_IN, "second factor"),
    (MICROSOFT, 400, entra("interaction_required", 50076, "You must use multi-factor", suberror="basic_action"),
     NeedsSignIn, SIGN_IN, "second factor"),
    (MICROSOFT, 400, entra("invalid_grant", 50079, "You must enroll in multi-factor"), NeedsSignIn, SIGN_IN, "second"),
    (MICROSOFT, 400, entra("invalid_grant", 70043, "The refresh token has expired: sign-in frequency"),
     NeedsSignIn, SIGN_IN, "from a person"),
    (MICROSOFT, 400, entra("invalid_grant", 53003, "Access has been blocked by Conditional Access"),
     NeedsSignIn, SIGN_IN, "from a person"),
    (MICROSOFT, 400, entra("invalid_grant", 50057, "The user account is disabled."), NeedsSignIn, DISABLED, "disabled"),
    (MICROSOFT, 400, entra("invalid_grant", 50034, "The user account does not exist"), NeedsSignIn, DISABLED, "Ask"),
    (MICROSOFT, 400, entra("invalid_grant", 65001, "The user has not consented", suberror="consent_required"),
     NeedsSignIn, REVOKED, "withdrew"),
    (MICROSOFT, 400, entra("invalid_grant", 90094, "The grant requires admin permission."),
     NeedsSignIn, ADMIN, "mail.read mail.send"),
    (MICROSOFT, 400, entra("invalid_grant", 90099, "The app has not been authorized"), NeedsSignIn, ADMIN, "permit"),
    (MICROSOFT, 400, entra("invalid_grant", 50105, "not assigned to a role"), NeedsSignIn, ADMIN, "administrator"),
    (MICROSOFT, 401, entra("invalid_client", 7000222, "The client secret keys are expired."),
     Misconfigured, APP, "expired"),
    (MICROSOFT, 401, entra("invalid_client", 7000215, "Invalid client secret provided."), Misconfigured, APP, "secret"),
    (MICROSOFT, 401, entra("invalid_client", 7000218, "it must contain a secret"), Misconfigured, APP, "public client"),
    (MICROSOFT, 400, entra("unauthorized_client", 700016, "App not found"), Misconfigured, APP, "know this app"),
    (MICROSOFT, 400, entra("invalid_request", 9002346, "for personal accounts only"),
     Misconfigured, APP, "kind of account"),
    (MICROSOFT, 400, entra("invalid_scope", 70011, "The scope is not valid"), Misconfigured, INVALID, "scopes"),
    (MICROSOFT, 400, entra("invalid_request", 50011, "redirect URI mismatch"), Misconfigured, INVALID, "callback"),
    (MICROSOFT, 400, entra("invalid_request", 90002, "Tenant not found"), Misconfigured, INVALID, "tenant"),
    (MICROSOFT, 400, entra("invalid_grant", 54005, "code was already redeemed"), NeedsSignIn, SIGN_IN, "once only"),
    (MICROSOFT, 400, entra("invalid_request", 90055, "too many requests"), Transient, THROTTLED, "less often"),
    (MICROSOFT, 503, entra("temporarily_unavailable", 90033, "A transient error"), Transient, UNREACHABLE, "again"),
    (MICROSOFT, 400, entra("temporarily_unavailable", 90033, "A transient error"), Transient, UNREACHABLE, "again"),
    # others
    (CUSTOM, 400, said("invalid_grant", "grant request is invalid"), NeedsSignIn, REVOKED, "Reconnect"),
    (CUSTOM, 400, said("invalid_grant", "Token expired"), NeedsSignIn, REVOKED, "expired"),
    (CUSTOM, 400, said("invalid_grant", "password changed"), NeedsSignIn, REVOKED, "password"),
    (CUSTOM, 400, said("invalid_scope", "refresh token missing requested scope"), NeedsSignIn, SCOPE, "send from it"),
    (CUSTOM, 400, said("login_required"), NeedsSignIn, SIGN_IN, "fresh sign-in"),
    (CUSTOM, 400, said("slow_down"), Transient, THROTTLED, "less often"),
    (CUSTOM, 200, said("invalid_grant"), NeedsSignIn, REVOKED, "Reconnect"),
    (CUSTOM, 400, said("something_new", "words"), Transient, UNREACHABLE, "words"),
    (CUSTOM, 400, said(""), Transient, UNREACHABLE, "again"),
]  # fmt: skip


def test_the_table_is_long_enough() -> None:
    assert len(TOKEN) >= 40


@pytest.mark.parametrize(("provider", "status", "fields", "kind", "code", "words"), TOKEN)
def test_at_the_token_endpoint(
    provider: OAuthProvider, status: int, fields: dict[str, Any], kind: Kind, code: ReasonCode, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        judge(Answer("login.example.test", status, {}, json.dumps(fields).encode()), asking(provider))
    error = caught.value
    assert (type(error), error.code) == (kind, code)
    assert words in str(error)
    assert error.what.endswith(".")
    assert error.action.rstrip("”").endswith(".")
    assert "Trace ID" not in str(error)
    assert "{" not in str(error)


REDIRECTED: list[tuple[OAuthProvider, dict[str, Any], Kind, ReasonCode]] = [
    (GOOGLE, said("access_denied"), NeedsSignIn, DENIED),
    (MICROSOFT, said("access_denied", "AADSTS65004: User declined", error_subcode="cancel"), NeedsSignIn, DENIED),
    (MICROSOFT, said("access_denied", "AADSTS65001: The user or administrator has not consented"), NeedsSignIn, ADMIN),
    (MICROSOFT, said("access_denied", "AADSTS90094: Admin consent is required"), NeedsSignIn, ADMIN),
    (MICROSOFT, said("consent_required", "AADSTS65001: consent"), NeedsSignIn, ADMIN),
    (GOOGLE, said("admin_policy_enforced"), NeedsSignIn, ADMIN),
    (GOOGLE, said("access_denied", "Account restricted"), NeedsSignIn, DISABLED),
    (CUSTOM, said("login_required"), NeedsSignIn, SIGN_IN),
    (CUSTOM, said("interaction_required"), NeedsSignIn, SIGN_IN),
    (CUSTOM, said("invalid_scope"), Misconfigured, INVALID),
    (CUSTOM, said("unauthorized_client"), Misconfigured, APP),
    (CUSTOM, said("server_error"), Transient, UNREACHABLE),
    (CUSTOM, said("temporarily_unavailable"), Transient, UNREACHABLE),
    (CUSTOM, said("something_new"), NeedsSignIn, SIGN_IN),
    (CUSTOM, said("<script>"), NeedsSignIn, SIGN_IN),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "fields", "kind", "code"), REDIRECTED)
def test_in_the_redirect(provider: OAuthProvider, fields: dict[str, Any], kind: Kind, code: ReasonCode) -> None:
    error = refused(refusal_of(fields, asking(provider), at_consent=True))
    assert (type(error), error.code) == (kind, code)
    assert error.action
    assert "<" not in error.detail


def test_what_to_send_to_the_administrator() -> None:
    error = refused(refusal_of(entra("invalid_grant", 90094, "x"), asking(MICROSOFT), at_consent=True))
    assert "client id client-4711" in error.action
    assert "openid email mail.read mail.send" in error.action


def test_each_kind_has_its_own_sentence() -> None:
    by_code: dict[ReasonCode, set[str]] = {}
    for provider, status, fields, *_ in TOKEN:
        with pytest.raises(SourceError) as caught:
            judge(Answer("login.example.test", status, {}, json.dumps(fields).encode()), asking(provider))
        by_code.setdefault(caught.value.code, set()).add(caught.value.what)
    sentences = [what for whats in by_code.values() for what in whats]
    assert len(sentences) == len(set(sentences)), "two states share a sentence"


def test_the_log_gets_codes_and_never_words() -> None:
    fields = entra("invalid_grant", 50057, "The account ann@example.test is disabled.", suberror="x" * 99)
    error = refused(refusal_of(fields, asking(MICROSOFT), at_consent=False))
    assert error.detail == "token invalid_grant odd AADSTS50057"
    assert "ann@example.test" in str(error)
    assert "ann" not in repr(refusal_of(fields, asking(MICROSOFT), at_consent=False))
