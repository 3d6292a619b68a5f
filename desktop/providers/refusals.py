"""What a server means when it says no: its words and codes, sorted by what must happen next.

The same rows serve IMAP (NO, BAD, BYE with RFC 5530 codes) and SMTP (4xx, 5xx with RFC 3463 codes); the first that
fits counts. They are in the order of certainty: wishes about time first, then the account, then the password. What a
refused token means is in ``token_refusals``, from the same rows where no password is meant.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from desktop.domain.errors import Misbehaving, Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.reasons import ReasonCode
from desktop.providers.errors import Peer, said_goodbye, says
from desktop.providers.waits import seconds_asked_for

LONGEST_TEXT = 2000
"""Bytes of a refusal that are looked at; the rest cannot matter."""

_SURE = frozenset({"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "NONEXISTENT", "NOPERM"})
"""Codes (RFC 5530) of what no time mends, whatever the words beside them say."""

_CODE = re.compile(rb"\s*\[([A-Za-z0-9.-]+)[ \]]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusing answer: *status* (NO, BAD, BYE or an SMTP number), what was asked (a verb) and the server's text."""

    peer: Peer
    verb: str
    status: str
    text: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text[:LONGEST_TEXT])

    @property
    def code(self) -> str:
        """The response code in brackets (RFC 5530), upper case, or ``""``."""
        found = _CODE.match(self.text)
        return found[1].decode("ascii").upper() if found else ""

    @property
    def words(self) -> str:
        """The server's own words for a person, without the code in brackets."""
        _, _, rest = self.text.partition(b"]") if self.code else (b"", b"", self.text)
        return says(rest)

    @property
    def at_login(self) -> bool:
        """Whether user name and password were what was refused."""
        return self.verb in {"LOGIN", "AUTHENTICATE", "AUTH"}

    def without(self, secret: str) -> "Refusal":
        """Return this refusal, its text dropped if the server repeats *secret* in it."""
        return replace(self, text=b"") if secret and secret.encode("utf-8", "replace") in self.text else self

    @property
    def detail(self) -> str:
        """For the log: verb, status and code; no text, which may hold an address."""
        return f"{self.verb} {self.status} {self.code}".rstrip()


def refused(refusal: Refusal) -> SourceError:
    """Return what *refusal* means."""
    return obeying(refusal, _meaning(refusal))


def obeying(refusal: Refusal, error: SourceError) -> SourceError:
    """Return *error*, to be tried again when the server says so, if it does."""
    seconds = seconds_asked_for(refusal.text)
    if seconds is None or not isinstance(error, Transient) or error.retry_after_s is not None:
        return error
    return error.after(seconds)


def says_when(refusal: Refusal) -> bool:
    """Tell whether the server says when it will do what it refuses now."""
    return refusal.code not in _SURE and seconds_asked_for(refusal.text) is not None


def _meaning(refusal: Refusal) -> SourceError:
    found = fitting(refusal, ANYWHERE)
    if found is None and says_when(refusal):
        return throttled(refusal)
    found = found or fitting(refusal, AT_LOGIN if refusal.at_login else LATER)
    if found is not None:
        return found.make(refusal)
    if refusal.at_login and refusal.status.startswith("4"):
        return unavailable(refusal)
    if refusal.at_login and refusal.status not in {"BAD", "BYE"}:
        return _wrong_password(refusal)
    if refusal.status == "BYE":
        return said_goodbye(refusal.peer, refusal.text)
    return ordinary(refusal)


def ordinary(refusal: Refusal) -> Misbehaving:
    """Return the error for a server that refuses what it should not."""
    return Misbehaving(
        ReasonCode.SERVER_MISBEHAVES,
        f"{refusal.peer.host} refused an ordinary request.",
        meaning=refusal.words,
        action="It is tried again by itself.",
        detail=refusal.detail,
    )


def folder_refused(refusal: Refusal, name: str) -> SourceError:
    """Return what it means that folder *name* could not be opened."""
    error = refused(refusal)
    if refusal.status != "NO" or error.code is not ReasonCode.SERVER_MISBEHAVES:
        return error
    return Misconfigured(
        ReasonCode.FOLDER_MISSING,
        f'There is no folder "{name}" that can be opened.',
        meaning=refusal.words,
        action="It may have been renamed or deleted; choose the folders of this mailbox again.",
        detail=refusal.detail,
        field="folder",
    )


WAITS = "New mail waits at the provider; nothing here is lost."


# --- what the rows make ---------------------------------------------------------------------------------------------


def throttled(refusal: Refusal) -> SourceError:
    """Return the error for a server that wants to be asked later, or less."""
    return Transient(
        ReasonCode.ACCOUNT_THROTTLED,
        f"{refusal.peer.host} asks us to slow down.",
        meaning=refusal.words,
        action="It goes on by itself later; close other mail programs on this account if it stays.",
        detail=refusal.detail,
    )


def unavailable(refusal: Refusal) -> SourceError:
    """Return the error for a server that cannot just now."""
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{refusal.peer.host} has a fault of its own just now.",
        meaning=refusal.words,
        action="It is tried again by itself.",
        detail=refusal.detail,
    )


def _over_quota(refusal: Refusal) -> SourceError:
    return Transient(
        ReasonCode.MAILBOX_FULL,
        f"The mailbox is full, says {refusal.peer.host}.",
        meaning=" ".join(filter(None, ("It may refuse new mail until there is room.", refusal.words))),
        action="Make room in it, or ask the provider for more; it is tried again by itself.",
        detail=refusal.detail,
    )


def _not_connected(refusal: Refusal) -> SourceError:
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{refusal.peer.host} accepted the sign-in but does not open the mailbox.",
        meaning="Microsoft's servers say so under load, where IMAP is switched off for the mailbox, or where whoever"
        " signed in may not open it, as with a shared mailbox.",
        action="It is tried again by itself; if it stays, check the user name, and ask whoever looks after the mailbox"
        " for full access to it and for IMAP.",
        detail=refusal.detail,
        field="user",
    )


def _password_expired(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The password has expired.",
        meaning=refusal.words,
        action="Set a new one with the provider, then enter it here.",
        detail=refusal.detail,
        field="password",
    )


def _app_password(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"{refusal.peer.host} wants an app password.",
        meaning=refusal.words,
        action="Make an app password in the provider's account settings and enter it in place of the usual one.",
        detail=refusal.detail,
        field="password",
    )


def _browser_only(refusal: Refusal) -> SourceError:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"{refusal.peer.host} does not take passwords from mail programs.",
        meaning=refusal.words or "It wants a sign-in in the browser.",
        action="Connect the mailbox with a sign-in in the browser, or ask the provider for an app password.",
        detail=refusal.detail,
        field="password",
    )


def _imap_off(refusal: Refusal) -> SourceError:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"{refusal.peer.service} is switched off for this account.",
        meaning=refusal.words,
        action=f"Switch {refusal.peer.service} on in the provider's mail settings, then try again.",
        detail=refusal.detail,
        field="user",
    )


def _smtp_switched_off(refusal: Refusal) -> SourceError:
    everywhere = b"tenant" in refusal.text.lower()
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        "Microsoft 365 is set to let no program send from "
        + ("your organisation's mailboxes." if everywhere else "this mailbox."),
        meaning="Sending by SMTP (SMTP AUTH) is switched off there; reading is not concerned.",
        action="Connect the mailbox for reading only, or have an administrator switch it on: "
        + (
            "Exchange admin center, Settings, Mail flow, SMTP AUTH protocol."
            if everywhere
            else "Microsoft 365 admin center, Users, this user, Mail, Manage email apps, Authenticated SMTP."
        ),
        detail=refusal.detail,
        field="user",
    )


def _session_ended(refusal: Refusal) -> SourceError:
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{refusal.peer.host} ended the session, because its sign-in had run out.",
        meaning="Providers do that after an hour or so; nothing was taken in half.",
        action="It goes on by itself where it stopped.",
        detail=refusal.detail,
    )


def _disabled(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_DISABLED,
        "The provider has disabled this account.",
        meaning=refusal.words,
        action="Sign in on the provider's web site or ask its support; it is not tried again until then.",
        detail=refusal.detail,
        field="user",
    )


def _needs_encryption(refusal: Refusal) -> SourceError:
    return Misconfigured(
        ReasonCode.TLS_REFUSED,
        f"{refusal.peer.host} lets nobody log in over an unencrypted connection.",
        meaning=refusal.words,
        action="Choose TLS or STARTTLS.",
        detail=refusal.detail,
        field="security",
    )


def _not_this_mailbox(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The password is right but this mailbox may not be opened with it.",
        meaning=refusal.words,
        action="Check the user name.",
        detail=refusal.detail,
        field="user",
    )


def _wrong_password(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"{refusal.peer.host} refused user name or password.",
        meaning=" ".join(part for part in (WAITS, refusal.words) if part),
        action="Enter them again; many providers want an app password in place of the usual one.",
        detail=refusal.detail,
        field="password",
    )


def no_password_login(peer: Peer, *, secure: bool) -> SourceError:
    """Return the error for a server that offers no way to log in with a password (RFC 3501 LOGINDISABLED)."""
    refusal = Refusal(peer, "LOGIN", "NO", b"")
    return _browser_only(refusal) if secure else _needs_encryption(refusal)


@dataclass(frozen=True, slots=True)
class Row:
    """Codes or words that mean one thing."""

    make: Callable[[Refusal], SourceError]
    codes: frozenset[str] = frozenset()
    words: re.Pattern[bytes] | None = None

    def fits(self, refusal: Refusal) -> bool:
        """Tell whether the refusal's code or words are this row's."""
        return refusal.code in self.codes or (self.words is not None and self.words.search(refusal.text) is not None)


def row(make: Callable[[Refusal], SourceError], codes: str = "", words: bytes = b"") -> Row:
    """Return a row for these *codes*, divided by blanks, or for *words* (a pattern)."""
    return Row(make, frozenset(codes.split()), re.compile(words, re.IGNORECASE) if words else None)


def fitting(refusal: Refusal, rows: Iterable[Row]) -> Row | None:
    """Return the first of *rows* that fits."""
    return next((row for row in rows if row.fits(refusal)), None)


ANYWHERE: tuple[Row, ...] = (
    row(
        throttled,
        "LIMIT THROTTLED",
        rb"throttl|backoff time|too many (simultaneous |concurrent )?(imap |smtp )?(connect|session|login|request)"
        rb"|maximum number of (imap |simultaneous )?connections|connection limit|rate limit|bandwidth limit"
        rb"|exceeded (command|bandwidth)|slow down",
    ),
    row(_over_quota, "OVERQUOTA", rb"over ?quota|quota (is |was |has been )?exceeded|mailbox is full"),
    row(_not_connected, "", rb"authenticated but not connected"),
    row(
        unavailable,
        "UNAVAILABLE INUSE SERVERBUG",
        rb"temporar|try (again )?later|internal (server |system )?error"
        rb"|service (is )?(currently )?(not available|unavailable)"
        rb"|server (is )?(too )?(busy|unavailable)|system error|maintenance",
    ),
)
"""Looked for first, whatever was refused."""

LATER: tuple[Row, ...] = (
    row(_session_ended, "", rb"access ?token ?expired|session (has |is |was )?(expired|invalidated)"),
)
"""Looked for after logging in."""

SWITCHED_OFF: tuple[Row, ...] = (
    row(_smtp_switched_off, "", rb"smtpclientauthentication is disabled"),
    row(
        _imap_off,
        "",
        rb"not enabled for (imap|smtp|pop)"
        rb"|(imap|smtp)( client)?( access| authentication| protocol)? (is|has been) (disabled|not enabled|turned off)"
        rb"|enable (your account for )?(imap|smtp)",
    ),
)
"""Looked for where a password or a token was refused, as is ACCOUNT."""

ACCOUNT: tuple[Row, ...] = (
    row(
        _disabled,
        "CONTACTADMIN",
        rb"(account|user|mailbox).{0,30}(disabled|suspended|locked|blocked|deactivated|closed|inactive)"
        rb"|(disabled|suspended|locked|blocked|deactivated) (account|user|mailbox)",
    ),
    row(
        _needs_encryption,
        "PRIVACYREQUIRED",
        rb"(must|need to) (issue|use) (a )?starttls|plaintext authentication disallowed",
    ),
)

AT_LOGIN: tuple[Row, ...] = (
    row(_password_expired, "EXPIRED", rb"password (has |is )?(been )?expired|expired password"),
    row(
        _app_password,
        "WEBALERT",
        rb"app(lication)?[- ]?(specific)?[- ]password|5\.7\.9\b|two[- ](step|factor)|2-step|generate.{0,20}password"
        rb"|log ?in via your web browser|third[- ]party (mail )?(app|client)",
    ),
    *SWITCHED_OFF,
    row(
        _browser_only,
        "",
        rb"basic auth(entication)? (is|has been)? ?(disabled|blocked|no longer)"
        rb"|oauth.{0,20}(required|only)|5\.7\.139\b|legacy auth",
    ),
    *ACCOUNT,
    row(_not_this_mailbox, "AUTHORIZATIONFAILED"),
)
"""Looked for where a password was refused."""
