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
    ReasonCode.AUDIT_HOLES: "Mail on the server was missing here",
    ReasonCode.AUDIT_UNCERTAIN: "The comparison with the server could not be ended",
    ReasonCode.FETCH_RETRYING: "Mail was listed and not delivered",
    ReasonCode.UNPARSEABLE: "Mail could not be read",
    ReasonCode.SENDING_FAILED: "Sending did not work",
    ReasonCode.KEYRING_MISSING: "The keyring does not answer",
    ReasonCode.PROFILE_BUSY: "The profile is in use elsewhere",
    ReasonCode.STORE_MISSING: "The database of the profile is missing",
    ReasonCode.SCHEMA_NEWER: "The profile was written by a newer Postroom",
    ReasonCode.KEY_WRONG: "The key does not open the profile",
    ReasonCode.KEY_FILE_UNSAFE: "Others can read the key file",
    ReasonCode.KEY_FILE_INVALID: "The key file holds no key",
    ReasonCode.NOT_FOUND: "It is not there any more",
    ReasonCode.BAD_INPUT: "What was given cannot be used",
    ReasonCode.CHANGED_MEANWHILE: "It has changed meanwhile",
    ReasonCode.NOTHING_TO_UNDO: "There is nothing to undo",
    ReasonCode.NOT_AVAILABLE: "It cannot be done here",
    ReasonCode.SYNC_FIRST: "It has to be synced first",
    ReasonCode.BACKFILL_OPEN: "A backfill of it is not at an end",
    ReasonCode.ACCOUNT_THROTTLED: "The server asked us to slow down",
    ReasonCode.SETTINGS_INVALID: "A setting does not work",
    ReasonCode.FOLDER_MISSING: "A folder is missing",
    ReasonCode.TLS_UNTRUSTED: "The server's certificate is not trusted",
    ReasonCode.TLS_REFUSED: "No secure connection",
    ReasonCode.SERVER_UNREACHABLE: "The server cannot be reached",
    ReasonCode.SERVER_MISBEHAVES: "The server broke off or answered wrongly",
    ReasonCode.SERVER_ALERT: "The server has something to say",
    ReasonCode.MAILBOX_FULL: "The mailbox is full",
    ReasonCode.OFFLINE: "This computer is offline",
    ReasonCode.STOPPED: "Stopped as asked",
    ReasonCode.STORE_FULL: "The disk is full",
    ReasonCode.STORE_READ_ONLY: "The profile cannot be written",
    ReasonCode.STORE_DAMAGED: "The database is damaged",
    ReasonCode.STORE_BUSY: "The database is in use elsewhere",
    ReasonCode.WORKER_STOPPED: "Reading mail was stopped",
    ReasonCode.INTERNAL_ERROR: "A mistake in Postroom itself",
}
PASSING = frozenset(
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
    ReasonCode.FOLDER_MISSING: Fix.FOLDERS,
    ReasonCode.TLS_UNTRUSTED: Fix.SETTINGS,
    ReasonCode.TLS_REFUSED: Fix.SETTINGS,
    ReasonCode.UNPARSEABLE: Fix.SHOW_ERRORS,
    ReasonCode.ACCOUNT_THROTTLED: Fix.FREQUENCY,
    ReasonCode.AUDIT_HOLES: Fix.AUDIT,
    ReasonCode.AUDIT_UNCERTAIN: Fix.AUDIT,
    ReasonCode.STORE_FULL: Fix.PROFILE,
    ReasonCode.STORE_READ_ONLY: Fix.PROFILE,
    ReasonCode.STORE_DAMAGED: Fix.PROFILE,
    ReasonCode.STORE_MISSING: Fix.PROFILE,
    ReasonCode.SCHEMA_NEWER: Fix.PROFILE,
    ReasonCode.KEY_FILE_UNSAFE: Fix.PROFILE,
}
NEEDS_PERSON = frozenset({Fix.RECONNECT, Fix.SETTINGS, Fix.FOLDERS, Fix.OWN_APP})
"""Fixes that no later sync can make by itself."""


_WAITS = "New mail waits at the provider; nothing is lost, and the emails already here stay."
_GOES_ON = "Nothing is lost: the next sync goes on from where this one stopped."
_ADVICE: dict[str, tuple[str, str]] = {
    ReasonCode.ACCOUNT_SIGN_IN: (_WAITS, "Reconnect and enter the password that counts now."),
    ReasonCode.ACCOUNT_DISABLED: (_WAITS, "Have the account enabled at the provider, then reconnect."),
    ReasonCode.ACCOUNT_SCOPE_MISSING: (_WAITS, "Reconnect and leave every permission ticked."),
    ReasonCode.ACCOUNT_WRONG_IDENTITY: (_WAITS, "Reconnect and sign in with this mailbox's own account."),
    ReasonCode.ACCOUNT_ADMIN_CONSENT: (_WAITS, "Have an administrator agree to Postroom, then reconnect."),
    ReasonCode.ACCOUNT_APP_SECRET: (_WAITS, "Look at the app under Sign-in apps; its secret may have run out."),
    ReasonCode.ACCOUNT_THROTTLED: (
        "The provider limits how often it is asked. Nothing is lost.",
        "Wait. If it stays like this, have the mailbox synced less often.",
    ),
    ReasonCode.FOLDER_MISSING: ("The other folders go on.", "Choose which folders are synced."),
    ReasonCode.TLS_UNTRUSTED: (
        "Postroom sent it nothing: somebody may be in between, or the network wants a sign-in of its own first.",
        "Open any web page to see whether the network asks you to sign in. Otherwise look at the server's settings.",
    ),
    ReasonCode.TLS_REFUSED: ("Postroom sent it nothing.", "Look at the server and its encryption in the settings."),
    ReasonCode.SETTINGS_INVALID: (_WAITS, "Look at the settings of this mailbox."),
    ReasonCode.OFFLINE: (
        "Nothing is wrong with the mailbox. Everything that is here can be read and worked on.",
        "Connect this computer to a network; it catches up by itself.",
    ),
    ReasonCode.STORE_FULL: ("Nothing is lost; nothing new is stored.", "Make room on the disk; it goes on by itself."),
    ReasonCode.STORE_READ_ONLY: ("Nothing new is stored.", "Make the profile's folder writable for your user."),
    ReasonCode.STORE_DAMAGED: ("What can still be read is shown.", "Put the profile back from a backup."),
    ReasonCode.FETCH_RETRYING: ("They are asked for again at each sync.", "Look at them at the provider if it stays."),
    ReasonCode.AUDIT_HOLES: (
        "Some mail on the server had no verdict here.",
        "Compare again, and repair what is found.",
    ),
    ReasonCode.INTERNAL_ERROR: (_GOES_ON, "Try again. If it stays, copy this entry for support."),
}


def advice_of(code: str) -> tuple[str, str]:
    """Return what *code* means and what to do, in a sentence each: for an entry that does not say so by itself."""
    if code in _ADVICE:
        return _ADVICE[code]
    if _FIXES.get(code) is Fix.RECONNECT:
        return _WAITS, "Reconnect this mailbox."
    if _FIXES.get(code) is Fix.PROFILE:
        return "Nothing was changed.", "Look at the folder in which the profile lies."
    return _GOES_ON, "Try again, or wait: it is tried again by itself."


def words_of(code: str) -> str:
    """Return what *code* says in a few words; an unknown code is named as it is."""
    return _WORDS.get(code, code)


def outcome_of(code: str) -> tuple[Outcome, Level]:
    """Return what a sync that ended with *code* came to."""
    if code == ReasonCode.SYNCED:
        return Outcome.DONE, Level.DONE
    if code == ReasonCode.STOPPED:
        return Outcome.STOPPED, Level.DONE
    return (Outcome.WAITING, Level.ATTENTION) if code in PASSING else (Outcome.FAILED, Level.FAILED)


def fix_of(code: str) -> Fix:
    """Return what a button beside a problem with *code* does; trying again, where nothing better is known."""
    if code in {ReasonCode.SYNCED, ReasonCode.STOPPED, ""}:
        return Fix.NONE
    return _FIXES.get(code, Fix.SYNC)
