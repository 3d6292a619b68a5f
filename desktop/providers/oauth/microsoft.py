"""Microsoft 365 and Outlook.com, by msal: work, school and personal accounts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msal
from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity, Permission
from desktop.providers.oauth.answers import judge, unreadable
from desktop.providers.oauth.authority import Begun, OAuthClient
from desktop.providers.oauth.granting import Granted, host_of, identity_in, identity_refused, read_granted, token_set
from desktop.providers.oauth.reach import Reach
from desktop.providers.oauth.redirects import code_in, new_state
from desktop.providers.oauth.refusals import Asking
from desktop.providers.oauth.web import session_for
from desktop.security.tokens import TokenSet

_ADDED_BY_MSAL = frozenset({"openid", "profile", "offline_access"})
_TENANT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class _Memory:
    app: Any = field(repr=False)
    flow: dict[str, Any] = field(repr=False)
    asking: Asking


class MicrosoftAuthority:
    """Authority for Microsoft's identity platform, or another issuer behind msal. *now* tells the time, aware UTC.

    msal's own cache of tokens is left unused: the refresh token is taken from each answer, so that a rotated one is
    kept like any other provider's and what is kept stays small.
    """

    def __init__(self, client: OAuthClient, reach: Reach, now: Callable[[], datetime]) -> None:
        self._client = client
        self._reach = reach
        self._now = now

    def begin(self, permissions: frozenset[Permission], *, login_hint: str, redirect_uri: str) -> Begun:
        """Return the page to open; Microsoft is asked for its addresses first."""
        asking = Asking(self._client, permissions)
        app = self._app(asking)
        flow = app.initiate_auth_code_flow(
            _wished(asking),
            redirect_uri=redirect_uri,
            state=new_state(),
            login_hint=login_hint or None,
            prompt=None if login_hint else "select_account",
            response_mode="form_post",
        )
        return Begun(flow["auth_uri"], flow["state"], _Memory(app, flow, asking))

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> tuple[TokenSet, Identity]:
        """Redeem the code for tokens, check what was granted, and read whose account it is."""
        memory: _Memory = begun.memory
        asking = memory.asking
        code = code_in(answer, asking, self._issuer)
        redirect = {"state": begun.state, "code": code}
        try:
            granted = self._granted(lambda: memory.app.acquire_token_by_auth_code_flow(memory.flow, redirect))
        except RuntimeError:  # msal's word for a nonce that is not ours; its text has both
            raise identity_refused(asking, "id token: another nonce") from None
        if granted.id_token is None:
            raise identity_refused(asking, "no id token")
        tokens = token_set(granted, asking, self._now())
        return tokens, identity_in(granted.id_token, asking, self._issuer, None)

    def renew(self, tokens: TokenSet, *, permissions: frozenset[Permission]) -> TokenSet:
        """Return a new set for *permissions*."""
        asking = Asking(self._client, permissions)
        refresh = tokens.refresh
        if refresh is None:
            raise identity_refused(asking, "no refresh token")
        app = self._app(asking)
        granted = self._granted(lambda: app.acquire_token_by_refresh_token(refresh.reveal(), _wished(asking)))
        return token_set(granted, asking, self._now(), before=tokens)

    def revoke(self, tokens: TokenSet) -> bool:
        """Say no: Microsoft has no address at which an app ends its own grant."""
        return False

    @property
    def _issuer(self) -> str:
        """What the ID token must name; a shared authority stands for every tenant."""
        issuer = self._client.endpoints.issuer
        if not self._is_microsofts_own:
            return issuer
        tenant = urlsplit(issuer).path.strip("/").split("/")[0]
        known = tenant if _TENANT_ID.fullmatch(tenant) else "{tenantid}"
        return f"https://{host_of(issuer)}/{known}/v2.0"

    @property
    def _is_microsofts_own(self) -> bool:
        return host_of(self._client.endpoints.issuer) in WELL_KNOWN_AUTHORITY_HOSTS

    def _app(self, asking: Asking) -> Any:
        """Return msal's application, which asks for the provider's addresses; raises SourceError kinds."""
        client = self._client
        where = "authority" if self._is_microsofts_own else "oidc_authority"
        wishes: dict[str, Any] = {
            where: client.endpoints.issuer.rstrip("/"),
            "http_client": session_for(self._reach, lambda answer: judge(answer, asking)),
            "instance_discovery": False,
        }
        try:
            if client.secret is None:
                return msal.PublicClientApplication(client.client_id, **wishes)
            return msal.ConfidentialClientApplication(
                client.client_id, client_credential=client.secret.reveal(), **wishes
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Misconfigured(
                ReasonCode.SETTINGS_INVALID,
                f"The server at {host_of(client.endpoints.issuer)} is not the one that the OAuth client names.",
                meaning="It calls itself otherwise, or its address is not one that Microsoft's library takes.",
                action="Check the authority or issuer of the OAuth client; it must be https and have a path.",
                detail=f"msal authority: {type(error).__name__}",
                field="client_id",
            ) from None

    def _granted(self, call: Callable[[], Mapping[str, object]]) -> Granted:
        host = host_of(self._client.endpoints.issuer)
        try:
            fields = call()
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise unreadable(host, f"token answer: {type(error).__name__}") from None
        return read_granted(fields, host)


def _wished(asking: Asking) -> list[str]:
    """Return the scopes to ask msal for; it adds some itself and refuses them from others."""
    return [scope for scope in asking.scopes if scope not in _ADDED_BY_MSAL]
