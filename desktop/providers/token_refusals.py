"""What a server means when it says no to a token: as ``refusals``, where a password was never asked for.

The server's own words are left out where they speak of passwords, as Gmail's do whatever was tried.
"""

from dataclasses import replace

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, TokenRefused
from desktop.domain.reasons import ReasonCode
from desktop.providers import refusals
from desktop.providers.errors import Peer, said_goodbye
from desktop.providers.refusals import ACCOUNT, ANYWHERE, SWITCHED_OFF, WAITS, Refusal, Row, fitting, row

_TOO_LITTLE = frozenset({"insufficient_scope", "403"})
_SERVERS_FAULT = frozenset({"server_error", "temporarily_unavailable", "500", "502", "503", "504"})
_NOT_UNDERSTOOD = frozenset({"BAD", "500", "501", "502", "503", "504"})


def refused(refusal: Refusal, status: str) -> SourceError:
    """Return what the refusal of a token means; *status* is what the server's error challenge said, or ``""``."""
    return refusals.obeying(refusal, _meaning(refusal, status))


def _meaning(refusal: Refusal, status: str) -> SourceError:
    told = _hushed(refusal)
    found = fitting(refusal, ANYWHERE)
    if found is not None:
        return found.make(told)
    if refusals.says_when(refusal):
        return refusals.throttled(told)
    if status in _SERVERS_FAULT or refusal.status.startswith("4"):
        return refusals.unavailable(told)
    if status in _TOO_LITTLE:
        return _scope_missing(told)
    found = fitting(refusal, ROWS)
    if found is not None:
        return found.make(told)
    if refusal.status == "BYE":
        return said_goodbye(told.peer, told.text)
    if refusal.status in _NOT_UNDERSTOOD and not status:
        return refusals.ordinary(told)
    return _not_accepted(told)


def _hushed(refusal: Refusal) -> Refusal:
    """Return *refusal* without words about passwords; its code stays."""
    if b"password" not in refusal.text.lower():
        return refusal
    return replace(refusal, text=f"[{refusal.code}]".encode("ascii") if refusal.code else b"")


def no_token_login(peer: Peer) -> Misconfigured:
    """Return the error for a server that offers no way to log in with a token."""
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"{peer.host} takes no sign-in from the browser.",
        meaning="It offers neither XOAUTH2 nor OAUTHBEARER; nothing was sent to it.",
        action="Check the server, or connect this mailbox as one with a password.",
        detail="neither XOAUTH2 nor OAUTHBEARER offered",
        field="account",
    )


def _not_accepted(refusal: Refusal) -> SourceError:
    may_not = "the one who signed in may not send from this mailbox"
    if _reads(refusal):
        may_not = f"the one who signed in may not open this mailbox. {WAITS}".removesuffix(".")
    return TokenRefused(
        ReasonCode.ACCOUNT_REVOKED,
        f"{refusal.peer.host} does not accept Postroom's sign-in.",
        meaning=f"It has ended, was taken back, or {may_not}.",
        action="Reconnect the mailbox; if it is a shared one, sign in as somebody who has the right.",
        detail=refusal.detail,
        field="account",
    )


def _reads(refusal: Refusal) -> bool:
    return refusal.peer.service == "IMAP"


def _scope_missing(refusal: Refusal) -> SourceError:
    does = "reading" if _reads(refusal) else "sending"
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SCOPE_MISSING,
        f"The sign-in does not allow {does} mail at {refusal.peer.host}.",
        meaning="A permission was not granted, or was taken back.",
        action="Reconnect the mailbox and leave every box of the consent page ticked.",
        detail=refusal.detail,
        field="account",
    )


def _page_first(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The provider wants you on its own web site first.",
        meaning="It has a question or a warning for this account.",
        action="Sign in there with this account, answer what it asks, then reconnect the mailbox.",
        detail=refusal.detail,
        field="account",
    )


def _not_this_mailbox(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The account that signed in may not open this mailbox.",
        meaning=refusal.words,
        action="Check the user name, have the right given, or reconnect as somebody who has it.",
        detail=refusal.detail,
        field="user",
    )


ROWS: tuple[Row, ...] = (
    row(_scope_missing, "", rb"insufficient[_ -]?scope|scope.{0,20}(missing|insufficient)"),
    row(_not_accepted, "EXPIRED", rb"token.{0,20}expired"),
    *SWITCHED_OFF,
    row(_page_first, "WEBALERT", rb"log ?in via your web browser"),
    *ACCOUNT,
    row(_not_this_mailbox, "AUTHORIZATIONFAILED"),
)
"""What is looked for once the words that hold anywhere were not found; in the order of certainty."""
