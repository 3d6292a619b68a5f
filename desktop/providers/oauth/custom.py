"""Any provider that speaks OpenID Connect, by requests-oauthlib: discovery, PKCE with S256, userinfo, revocation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import requests
from oauthlib.oauth2 import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from desktop.domain.errors import NeedsSignIn
from desktop.domain.signing_in import Identity, Permission
from desktop.providers.oauth.answers import judge, unreadable
from desktop.providers.oauth.authority import Begun, OAuthClient
from desktop.providers.oauth.discovery import Discovered, discover
from desktop.providers.oauth.granting import (
    Granted,
    has_address,
    host_of,
    identity_from,
    identity_in,
    identity_refused,
    read_granted,
    token_set,
)
from desktop.providers.oauth.reach import Answer, Reach
from desktop.providers.oauth.redirects import code_in, new_state
from desktop.providers.oauth.refusals import Asking
from desktop.providers.oauth.web import furnish, session_for
from desktop.security.tokens import TokenSet


@dataclass(frozen=True, slots=True)
class Memory:
    """What a sign-in remembers while the browser is open: the library's own state, and what was asked for."""

    flow: Any = field(repr=False)
    asking: Asking
    nonce: str = field(repr=False)


class OpenIdAuthority:
    """Authority for any OpenID Connect provider. *now* tells the time, aware UTC."""

    def __init__(self, client: OAuthClient, reach: Reach, now: Callable[[], datetime]) -> None:
        self._client = client
        self._reach = reach
        self._now = now
        self._discovered: Discovered | None = None

    picking = "login"
    """What has the provider's page ask who signs in (OpenID Connect Core 1.0, section 3.1.2.1)."""

    def begin(self, permissions: frozenset[Permission], *, login_hint: str, redirect_uri: str) -> Begun:
        """Return the page to open; asks the provider for its addresses first where they are not known."""
        asking = Asking(self._client, permissions)
        state, nonce = new_state(), new_state()
        wishes = {"nonce": nonce, "prompt": "consent"}
        wishes |= {"login_hint": login_hint} if login_hint else {"prompt": f"{self.picking} consent"}
        url, flow = self._page(asking, redirect_uri, state, wishes)
        return Begun(url, state, Memory(flow, asking, nonce))

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> tuple[TokenSet, Identity]:
        """Redeem the code for tokens, check what was granted, and find out whose account it is."""
        memory: Memory = begun.memory
        asking, found = memory.asking, self._found(memory.asking)
        code = code_in(answer, asking, self._client.endpoints.issuer)
        granted = self._granted(lambda: self._redeem(memory.flow, code))
        tokens = token_set(granted, asking, self._now())
        return tokens, self._identity(granted, asking, memory.nonce, found.endpoints.userinfo)

    def renew(self, tokens: TokenSet, *, permissions: frozenset[Permission]) -> TokenSet:
        """Return a new set. All that was granted is asked for again, by naming nothing (RFC 6749 section 6)."""
        asking = Asking(self._client, permissions)
        refresh = tokens.refresh
        if refresh is None:
            raise identity_refused(asking, "no refresh token")
        found = self._found(asking)
        session = OAuth2Session(self._client.client_id)
        furnish(session, self._reach, lambda answer: judge(answer, asking))
        wishes = self._client_named(found, in_body=True)
        granted = self._granted(
            lambda: session.refresh_token(found.endpoints.token, refresh_token=refresh.reveal(), **wishes)
        )
        return token_set(granted, asking, self._now(), before=tokens)

    def revoke(self, tokens: TokenSet) -> bool:
        """End the grant where the provider has an address for that. A grant that is gone already is ended as well."""
        asking = Asking(self._client)
        found = self._found(asking)
        if not found.endpoints.revocation:
            return False
        kind, token = ("access_token", tokens.access) if tokens.refresh is None else ("refresh_token", tokens.refresh)
        named = self._client_named(found, in_body=True)
        auth = named.pop("auth", None)
        form = {"token": token.reveal(), "token_type_hint": kind, **named}
        try:
            self._session(asking, empty_will_do=True).post(found.endpoints.revocation, data=form, auth=auth)
        except NeedsSignIn:
            return True
        return True

    # --- what another provider does in another way --------------------------------------------------------------------

    def _page(self, asking: Asking, redirect_uri: str, state: str, wishes: dict[str, str]) -> tuple[str, Any]:
        found = self._found(asking)
        session = OAuth2Session(
            self._client.client_id, redirect_uri=redirect_uri, scope=list(asking.scopes), state=state, pkce="S256"
        )
        furnish(session, self._reach, lambda answer: judge(answer, asking))
        url, _ = session.authorization_url(found.endpoints.authorization, state=state, **wishes)
        return url, session

    def _redeem(self, flow: Any, code: str) -> Mapping[str, object]:
        found = self._known()
        token: Mapping[str, object] = flow.fetch_token(
            found.endpoints.token, code=code, **self._client_named(found, in_body=False)
        )
        return token

    # --- shared -------------------------------------------------------------------------------------------------------

    def _session(self, asking: Asking, *, empty_will_do: bool = False) -> requests.Session:
        def look(answer: Answer) -> None:
            judge(answer, asking, empty_will_do=empty_will_do)

        return session_for(self._reach, look)

    def _found(self, asking: Asking) -> Discovered:
        if self._discovered is None:
            self._discovered = discover(self._session(asking), self._client.endpoints)
        return self._discovered

    def _known(self) -> Discovered:
        return self._discovered or Discovered(self._client.endpoints)

    def _client_named(self, found: Discovered, *, in_body: bool) -> dict[str, Any]:
        """Return the arguments by which the token endpoint knows the app (RFC 6749 section 2.3.1): Basic if it may be.

        ``in_body``: for a call that puts its arguments into the form as they are.
        """
        client = self._client
        if client.secret is not None and "client_secret_basic" in found.auth_methods:
            return {"auth": HTTPBasicAuth(quote_plus(client.client_id), quote_plus(client.secret.reveal()))}
        secret = {} if client.secret is None else {"client_secret": client.secret.reveal()}
        return {"client_id": client.client_id, **secret} if in_body else {"include_client_id": True, **secret}

    def _granted(self, call: Callable[[], Mapping[str, object]]) -> Granted:
        """Make the library's *call*, past its own views on what was granted; raises only SourceError kinds."""
        host = host_of(self._known().endpoints.token)
        try:
            fields = call()
        except Warning as changed:  # other scopes than asked for: token_set() looks at them itself
            fields = getattr(changed, "token", {})
        except (OAuth2Error, ValueError, TypeError, LookupError, AttributeError) as error:
            raise unreadable(host, f"token answer: {type(error).__name__}") from None
        return read_granted(fields, host)

    def _identity(self, granted: Granted, asking: Asking, nonce: str, userinfo: str) -> Identity:
        issuer = self._client.endpoints.issuer
        known = None if granted.id_token is None else identity_in(granted.id_token, asking, issuer, nonce)
        if (known is not None and has_address(known)) or not userinfo:
            if known is None:
                raise identity_refused(asking, "neither id token nor userinfo")
            return known
        headers = {"Authorization": f"Bearer {granted.access}"}
        try:
            told = self._session(asking).get(userinfo, headers=headers).json()
        except ValueError:
            raise unreadable(host_of(userinfo), "userinfo") from None
        asked = identity_from(told, asking, issuer)
        if known is not None and asked.subject != known.subject:  # OpenID Connect Core 1.0, section 5.3.2
            raise identity_refused(asking, "userinfo: another subject")
        return asked
