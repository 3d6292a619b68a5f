"""What is the matter, by code: in a few words for a line, how grave it is, and what a button would do about it."""

from desktop.domain.activity import Fix, Level, Outcome
from desktop.domain.reasons import ReasonCode

_WORDS: dict[str, str] = {
    ReasonCode.ACCOUNT_SIGN_IN: "Sign-in refused",
    ReasonCode.ACCOUNT_DISABLED: "The account is disabled",
    ReasonCode.ACCOUNT_REVOKED: "The sign-in was revoked or has expired",
    ReasonCode.ACCOUNT_SCOPE_MISSING: "A permission was not granted",
    ReasonCode.ACCOUNT_WRONG_IDENTITY: "Another account signed in",
    ReasonCode.ACCOUNT_ADMIN_CONSENT: "An administrator has to agree first",
    ReasonCode.ACCOUNT_APP_SECRET: "The app that signs in is refused",
    ReasonCode.ACCOUNT_CONSENT_DENIED: "The consent was not given",
    ReasonCode.ACCOUNT_EXPIRES_SOON: "The sign-in ends soon",
    ReasonCode.ISSUER_UNREACHABLE: "The sign-in server cannot be reached",
    ReasonCode.SYNC_OVERDUE: "No sync for too long",
    ReasonCode.MAIL_NOT_ARRIVING: "New mail is not coming over",
    ReasonCode.PUSH_MISSING: "Mail is asked for, not told of",
    ReasonCode.REVIEW_DUE: "Its review is due",
    ReasonCode.ACCOUNT_THROTTLED: "The server asked us to slow down",
    ReasonCode.SETTINGS_INVALID: "A setting does not work",
    ReasonCode.FOLDER_MISSING: "A folder is missing",
    ReasonCode.TLS_UNTRUSTED: "The server's certificate is not trusted",
    ReasonCode.TLS_REFUSED: "No secure connection",
    ReasonCode.SERVER_UNREACHABLE: "The server cannot be reached",
    ReasonCode.SERVER_MISBEHAVES: "The server broke off or answered wrongly",
    ReasonCode.OFFLINE: "This computer is offline",
    ReasonCode.STOPPED: "Stopped as asked",
    ReasonCode.STORE_FULL: "The disk is full",
    ReasonCode.STORE_READ_ONLY: "The profile cannot be written",
    ReasonCode.STORE_DAMAGED: "The database is damaged",
    ReasonCode.STORE_BUSY: "The database is in use elsewhere",
    ReasonCode.WORKER_STOPPED: "Reading mail was stopped",
    ReasonCode.INTERNAL_ERROR: "A mistake in Postroom itself",
}
_PASSING = frozenset(
    {
        ReasonCode.ACCOUNT_THROTTLED,
        ReasonCode.ISSUER_UNREACHABLE,
        ReasonCode.SERVER_UNREACHABLE,
        ReasonCode.SERVER_MISBEHAVES,
        ReasonCode.OFFLINE,
        ReasonCode.STORE_BUSY,
    }
)
_FIXES: dict[str, Fix] = {
    ReasonCode.ACCOUNT_SIGN_IN: Fix.RECONNECT,
    ReasonCode.ACCOUNT_DISABLED: Fix.RECONNECT,
    ReasonCode.ACCOUNT_REVOKED: Fix.RECONNECT,
    ReasonCode.ACCOUNT_SCOPE_MISSING: Fix.RECONNECT,
    ReasonCode.ACCOUNT_WRONG_IDENTITY: Fix.RECONNECT,
    ReasonCode.ACCOUNT_ADMIN_CONSENT: Fix.RECONNECT,
    ReasonCode.ACCOUNT_CONSENT_DENIED: Fix.RECONNECT,
    ReasonCode.ACCOUNT_EXPIRES_SOON: Fix.RECONNECT,
    ReasonCode.ACCOUNT_APP_SECRET: Fix.OWN_APP,
    ReasonCode.REVIEW_DUE: Fix.REVIEW_SETTINGS,
    ReasonCode.SETTINGS_INVALID: Fix.SETTINGS,
    ReasonCode.FOLDER_MISSING: Fix.SETTINGS,
    ReasonCode.TLS_UNTRUSTED: Fix.SETTINGS,
    ReasonCode.TLS_REFUSED: Fix.SETTINGS,
    ReasonCode.UNPARSEABLE: Fix.SHOW_ERRORS,
    ReasonCode.STORE_READ_ONLY: Fix.NONE,
    ReasonCode.STORE_DAMAGED: Fix.NONE,
}
NEEDS_PERSON = frozenset({Fix.RECONNECT, Fix.SETTINGS, Fix.OWN_APP})
"""Fixes that no later sync can make by itself."""


def words_of(code: str) -> str:
    """Return what *code* says in a few words; an unknown code is named as it is."""
    return _WORDS.get(code, code)


def outcome_of(code: str) -> tuple[Outcome, Level]:
    """Return what a sync that ended with *code* came to."""
    if code == ReasonCode.SYNCED:
        return Outcome.DONE, Level.DONE
    if code == ReasonCode.STOPPED:
        return Outcome.STOPPED, Level.DONE
    return (Outcome.WAITING, Level.ATTENTION) if code in _PASSING else (Outcome.FAILED, Level.FAILED)


def fix_of(code: str) -> Fix:
    """Return what a button beside a problem with *code* does; trying again, where nothing better is known."""
    if code in {ReasonCode.SYNCED, ReasonCode.STOPPED, ""}:
        return Fix.NONE
    return _FIXES.get(code, Fix.SYNC)
