"""Finding a provider's addresses from its issuer (OpenID Connect Discovery 1.0, RFC 8414)."""

from dataclasses import dataclass

import requests

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.providers.oauth.answers import unreadable
from desktop.providers.oauth.authority import Endpoints
from desktop.providers.oauth.granting import host_of
from desktop.providers.oauth.reach import unencrypted

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Discovered:
    """A provider's addresses, those that were given before those it tells; and how its token endpoint knows apps."""

    endpoints: Endpoints
    auth_methods: tuple[str, ...] = ("client_secret_basic",)


def discover(session: requests.Session, given: Endpoints) -> Discovered:
    """Return *given* with what is missing found out; asks nobody when nothing needed is missing.

    Raises Misconfigured where the provider calls itself otherwise (section 4.3: compared exactly), Transient where it
    cannot be asked or leaves something out.
    """
    if given.authorization and given.token:
        return Discovered(given)
    host = host_of(given.issuer)
    told = session.get(given.issuer.rstrip("/") + WELL_KNOWN).json()
    if told.get("issuer") != given.issuer:
        raise Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            f"The server at {host} calls itself otherwise than the OAuth client says.",
            meaning="Its name must be the issuer to the letter; a slash at the end counts.",
            action="Check the issuer of the OAuth client.",
            detail="discovery: another issuer",
            field="client_id",
        )
    found = Endpoints(
        given.issuer,
        given.authorization or _url(told.get("authorization_endpoint")),
        given.token or _url(told.get("token_endpoint")),
        given.revocation or _url(told.get("revocation_endpoint")),
        given.userinfo or _url(told.get("userinfo_endpoint")),
    )
    if not found.authorization or not found.token:
        raise unreadable(host, "discovery: endpoint missing")
    for url in (found.authorization, found.token, found.revocation, found.userinfo):
        if url and not url.startswith("https://"):
            raise unencrypted(host)
    methods = told.get("token_endpoint_auth_methods_supported")
    if isinstance(methods, list) and methods:
        return Discovered(found, tuple(one for one in methods if isinstance(one, str)))
    return Discovered(found)


def _url(value: object) -> str:
    return value if isinstance(value, str) else ""
