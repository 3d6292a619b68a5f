"""Errors sorted by what must happen next.

Every error a person may meet is an :class:`AppError`: what happened, what it means, what to do. ``str(error)``
is those sentences; technical detail rides along for the log and never holds a secret or mail content.
"""

from desktop.domain.reasons import ReasonCode


class AppError(Exception):
    """Something a person can be told about: a reason code and up to three sentences."""

    def __init__(self, code: ReasonCode, what: str, *, meaning: str = "", action: str = "", detail: str = "") -> None:
        super().__init__(" ".join(part for part in (what, meaning, action) if part))
        self.code = code
        self.what = what
        self.meaning = meaning
        self.action = action
        self.detail = detail


class SourceError(AppError):
    """A mailbox could not be reached or used."""

    field: str | None = None
    """The setting the error belongs beside: ``host``, ``port``, ``security``, ``user``, ``password``, ``account`` (a
    sign-in in the browser), ``display_name``, ``reply_to``, ``folder``...
    """

    def __init__(
        self,
        code: ReasonCode,
        what: str,
        *,
        meaning: str = "",
        action: str = "",
        detail: str = "",
        field: str | None = None,
    ) -> None:
        super().__init__(code, what, meaning=meaning, action=action, detail=detail)
        self.field = field


class Transient(SourceError):
    """Wait and try again; nobody need act. ``retry_after_s`` is the server's own wish, in seconds, if it said one."""

    retry_after_s: float | None = None

    def after(self, seconds: float) -> "Transient":
        """Note how long the server asked us to stay away and return this error."""
        self.retry_after_s = seconds
        return self


class Misbehaving(Transient):
    """The server broke the protocol, perhaps over one message: try elsewhere or smaller, then wait."""


class NeedsSignIn(SourceError):
    """A person must sign in again; retrying is harmful (it may lock the account)."""


class TokenRefused(NeedsSignIn):
    """A mail server did not accept a bearer token (RFC 6750 ``invalid_token``): it may have ended early.

    Whoever can renew it does so once and tries again; only a fresh token that is refused too needs a person.
    """


class Misconfigured(SourceError):
    """A person must change a setting; retrying is useless."""


class Stopped(SourceError):
    """We were asked to stop; nothing is wrong."""

    def __init__(self) -> None:
        super().__init__(ReasonCode.STOPPED, "Stopped as asked.", meaning="The next sync goes on from here.")


class MessageRejected(AppError):
    """This one mail cannot be read: set it aside with its bytes and go on."""


class StoreError(AppError):
    """The profile on disk cannot be opened, read or written."""


class KeyUnavailable(StoreError):
    """The database key could not be had, or is not the right one."""


class Renumbered(AppError):
    """The server has renumbered a folder (UIDVALIDITY) since what is to be written was asked for."""

    def __init__(self) -> None:
        super().__init__(
            ReasonCode.SYNC_FIRST,
            "The server renumbered a folder while mail was brought in from it.",
            meaning="Other messages may stand under the old numbers now, so nothing more was brought in by them.",
            action="Nothing needs to be done: it goes on once the folder has been synced under its new numbers.",
        )


class CommandRefused(AppError):
    """A person's command cannot be carried out as given; nothing was changed."""
