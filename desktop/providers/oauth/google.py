"""Google, by google-auth-oauthlib."""

from collections.abc import Mapping
from typing import Any

from google_auth_oauthlib.flow import Flow

from desktop.providers.oauth.answers import judge
from desktop.providers.oauth.custom import OpenIdAuthority
from desktop.providers.oauth.refusals import Asking
from desktop.providers.oauth.web import furnish


class GoogleAuthority(OpenIdAuthority):
    """Authority for Google and whatever speaks its dialect.

    Its refresh token comes with ``access_type=offline`` and, each time, only with ``prompt=consent``.
    """

    picking = "select_account"

    def _page(self, asking: Asking, redirect_uri: str, state: str, wishes: dict[str, str]) -> tuple[str, Any]:
        endpoints = self._found(asking).endpoints
        known = {
            "client_id": self._client.client_id,
            "client_secret": "",  # given when the code is redeemed, not kept in the library's configuration
            "auth_uri": endpoints.authorization,
            "token_uri": endpoints.token,
        }
        flow = Flow.from_client_config(
            {"installed": known},
            list(asking.scopes),
            redirect_uri=redirect_uri,
            state=state,
            autogenerate_code_verifier=True,
        )
        furnish(flow.oauth2session, self._reach, lambda answer: judge(answer, asking))
        url, _ = flow.authorization_url(state=state, access_type="offline", **wishes)
        return url, flow

    def _redeem(self, flow: Any, code: str) -> Mapping[str, object]:
        named = {"client_secret": None, **self._client_named(self._known(), in_body=False)}
        token: Mapping[str, object] = flow.fetch_token(code=code, **named)
        return token
