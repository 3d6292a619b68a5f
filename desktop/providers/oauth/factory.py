"""From a registered app to what talks to its provider."""

from collections.abc import Callable
from datetime import datetime

from desktop.domain.mailbox import OAuthProvider
from desktop.providers.oauth.authority import Authority, OAuthClient
from desktop.providers.oauth.reach import Reach


def authority_for(client: OAuthClient, reach: Reach, now: Callable[[], datetime]) -> Authority:
    """Return the authorization server of *client*, reached by *reach*. *now* tells the time, aware UTC.

    One is for one thread at a time. The provider's library is loaded here and not before: that takes a third of a
    second, which only those who sign in with it should wait.
    """
    if client.provider is OAuthProvider.GOOGLE:
        from desktop.providers.oauth.google import GoogleAuthority

        return GoogleAuthority(client, reach, now)
    if client.provider is OAuthProvider.MICROSOFT:
        from desktop.providers.oauth.microsoft import MicrosoftAuthority

        return MicrosoftAuthority(client, reach, now)
    from desktop.providers.oauth.custom import OpenIdAuthority

    return OpenIdAuthority(client, reach, now)
