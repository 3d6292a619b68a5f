"""What an authorization server may answer besides what it should: each as the test issuer can be told to say it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer of an endpoint.

    `hang` never answers, `cut` ends the connection amid the body, `redirect` (at the authorization endpoint) sends the
    browser back to the program with these values. `grant_type` narrows it to such requests at the token endpoint.
    """

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    cut: bool = False
    redirect: Mapping[str, str] | None = None
    grant_type: str = ""


def refusal(error: str, description: str = "", *, status: int = 400, **more: Any) -> Answer:
    """An error of the token endpoint (RFC 6749 section 5.2); `more` are fields of a provider's own."""
    fields = {"error": error, "error_description": description, **more}
    return Answer(status, json.dumps(fields), {"content-type": "application/json"})


def entra(code: int, words: str, *, error: str = "invalid_grant", suberror: str = "", status: int = 400) -> Answer:
    """An error as Entra spells it: the reason is in the AADSTS number."""
    description = f"AADSTS{code}: {words} Trace ID: 0 Correlation ID: 0 Timestamp: 2026-11-22 08:00:00Z"
    more: dict[str, Any] = {"error_codes": [code], "trace_id": "0", "correlation_id": "0"}
    if suberror:
        more["suberror"] = suberror
    return refusal(error, description, status=status, **more)


def sent_back(error: str, description: str = "") -> Answer:
    """A refusal that comes back to the program through the browser (RFC 6749 section 4.1.2.1)."""
    return Answer(redirect={"error": error, "error_description": description})


HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}

TOKEN_ANSWERS: Mapping[str, Answer] = {
    "server error": Answer(500, "Internal Server Error"),
    "unavailable": Answer(503, "", {"retry-after": "120"}),
    "throttled": Answer(429, '{"error":"temporarily_unavailable"}', {**JSON, "retry-after": "90"}),
    "a page instead of JSON": Answer(200, "<html><body>Sign in to the hotel's network</body></html>", HTML),
    "JSON that ends early": Answer(200, '{"access_token": "abc", "token_ty', JSON),
    "a connection that ends early": Answer(200, '{"access_token": "abc"', JSON, cut=True),
    "no answer": Answer(hang=True),
    "revoked": refusal("invalid_grant", "Token has been expired or revoked."),
    "secret expired": refusal("invalid_client", "The OAuth client was not found.", status=401),
    "secret expired at Entra": entra(
        7000222, "The provided client secret keys for app 'x' are expired.", error="invalid_client", status=401
    ),
    "client deleted": refusal("deleted_client", "The OAuth client was deleted.", status=401),
    "account disabled at Entra": entra(50057, "The user account is disabled."),
    "consent withdrawn at Entra": entra(65001, "The user or administrator has not consented to use the application."),
    "password changed at Entra": entra(50173, "The provided grant has expired due to it being revoked."),
    "inactive for too long at Entra": entra(700082, "The refresh token has expired due to inactivity."),
    "second factor at Entra": entra(
        50076, "You must use multi-factor authentication.", error="interaction_required", suberror="basic_action"
    ),
    "admin must consent at Entra": entra(90094, "The grant requires admin permission."),
    "second factor at Google": refusal(
        "invalid_grant", "reauth related error (invalid_rapt)", error_subtype="invalid_rapt"
    ),
    "admin's policy at Google": refusal("admin_policy_enforced", "Your administrator blocks this app."),
    "scope refused": refusal("invalid_scope", "refresh token missing requested scope"),
}
"""Answers of the token endpoint by their short names."""

AUTHORIZATION_ANSWERS: Mapping[str, Answer] = {
    "denied": sent_back("access_denied", "The person said no."),
    "consent needed": sent_back("consent_required", "AADSTS65001: consent"),
    "admin must consent at Entra": sent_back(
        "access_denied", "AADSTS90094: The grant requires admin permission. An administrator has to consent."
    ),
    "admin's policy at Google": sent_back("admin_policy_enforced", "Your administrator blocks this app."),
    "interaction needed": sent_back("interaction_required", "AADSTS50076: multi-factor"),
    "server error": sent_back("server_error", "Something went wrong."),
    "unavailable": sent_back("temporarily_unavailable", "Try again later."),
}
"""What the authorization endpoint may send back with, by short names."""
