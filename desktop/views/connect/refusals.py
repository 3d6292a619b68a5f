"""What can be done when a sign-in did not work, by what happened. No widgets."""

import enum
import re

from desktop.domain.errors import AppError
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import SignInAsk
from desktop.domain.troubles import words_of


class Way(enum.StrEnum):
    """Something a button does about it."""

    AGAIN = "Try again"
    OTHER_ACCOUNT = "Choose another account"
    SHARED = "It is a shared mailbox"
    COPY = "Copy sentence"
    APP = "Settings of the app"


_WAYS: dict[ReasonCode, tuple[Way, ...]] = {
    ReasonCode.ACCOUNT_WRONG_IDENTITY: (Way.OTHER_ACCOUNT, Way.SHARED),
    ReasonCode.ACCOUNT_DISABLED: (Way.AGAIN, Way.OTHER_ACCOUNT),
    ReasonCode.ACCOUNT_ADMIN_CONSENT: (Way.COPY, Way.AGAIN),
    ReasonCode.ACCOUNT_APP_SECRET: (Way.APP, Way.AGAIN),
}
_NOT_THIS_PERSON = frozenset({ReasonCode.ACCOUNT_REVOKED, ReasonCode.ACCOUNT_SIGN_IN})
"""What a mail server says to somebody who may not open a shared mailbox; the browser remembers who they are."""
_TITLES = {
    ReasonCode.ACCOUNT_SIGN_IN: "The sign-in was not finished",
    ReasonCode.SETTINGS_INVALID: "The sign-in could not begin",
}
_QUOTED = re.compile("“([^”]+)”")
CLIENT_FIELDS = frozenset({"client", "client_id", "client_secret", "client_file", "issuer"})
"""Settings of a registered app that an error may belong to."""


def ways_of(error: AppError, ask: SignInAsk) -> tuple[Way, ...]:
    """Return what can be done about *error*, what helps most first."""
    if getattr(error, "field", None) in CLIENT_FIELDS:
        return (Way.APP, Way.AGAIN)
    if ask.is_shared and error.code in _NOT_THIS_PERSON:
        return (Way.OTHER_ACCOUNT, Way.AGAIN)
    ways = _WAYS.get(error.code, (Way.AGAIN,))
    can_share = ask.provider is OAuthProvider.MICROSOFT and ask.pinned is None and not ask.is_shared
    return tuple(way for way in ways if way is not Way.SHARED or can_share)


def sentence_of(error: AppError) -> str:
    """Return the sentence to send on that an error has in its advice, between quotation marks; empty for none."""
    found = _QUOTED.search(error.action)
    return found[1] if found else ""


def title_of(error: AppError) -> str:
    """Return what happened in a few words."""
    return _TITLES.get(error.code) or words_of(error.code)
