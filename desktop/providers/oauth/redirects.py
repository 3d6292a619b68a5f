"""The redirect's answer, whose state the receiver has checked: the code it brings, or what it refuses."""

import secrets
from collections.abc import Mapping

from desktop.providers.oauth.granting import identity_refused, issuer_fits
from desktop.providers.oauth.refusals import Asking, refusal_of, refused
from desktop.security.secrets import Secret


def code_in(answer: Mapping[str, str], asking: Asking, issuer: str) -> str:
    """Return the code; raises what a refusing answer says.

    An answer that names another issuer than the one that was asked is refused before its code is sent anywhere
    (RFC 9207: mix-up).
    """
    if "iss" in answer and not issuer_fits(issuer, answer["iss"]):
        raise identity_refused(asking, "authorization answer: another issuer")
    if answer.get("error"):
        raise refused(refusal_of(answer, asking, at_consent=True))
    code = answer.get("code", "")
    if not code or not code.isascii() or not code.isprintable():
        raise identity_refused(asking, "authorization answer: no code")
    return Secret(code).reveal()  # known from here on, so that no log shows it


def new_state() -> str:
    """Return 256 random bits as text, which no log shows: for a state, or for a nonce."""
    return Secret(secrets.token_urlsafe(32)).reveal()
