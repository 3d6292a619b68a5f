"""The one list of reason codes, shared by ledger, trace, review, log, help and command line.

A code is added when a case needs it and is never reused for another meaning.
"""

import enum


class _NamedByItself(enum.StrEnum):
    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        """Make each value its own name, as it stands in JSON and in the database."""
        return name


class ReasonCode(_NamedByItself):
    """Why a message, a mailbox or a command is where it is."""

    # verdicts on a message
    SYNCED = enum.auto()
    OUT_OF_SCOPE_FOLDER = enum.auto()
    BEFORE_START_DATE = enum.auto()
    DIRECTION_OFF = enum.auto()
    MANUAL_MODE = enum.auto()
    EXCLUDED_RULE = enum.auto()
    NOT_INCLUDED = enum.auto()
    BLOCKLISTED = enum.auto()
    INTERNAL_ONLY = enum.auto()
    BULK_OR_LIST = enum.auto()
    AUTO_REPLY = enum.auto()
    BOUNCE = enum.auto()
    SPAM_FOLDER = enum.auto()
    OWN_LOOP = enum.auto()
    DUPLICATE_OF = enum.auto()
    OVERSIZE = enum.auto()
    UNPARSEABLE = enum.auto()
    FETCH_RETRYING = enum.auto()
    MISSING_ON_SERVER = enum.auto()
    NO_MATCH = enum.auto()
    AMBIGUOUS_MATCH = enum.auto()
    SIMILAR_MATCH = enum.auto()
    INDIRECT_MATCH = enum.auto()
    BOUNCE_MATCH = enum.auto()
    RULE_MATCH = enum.auto()
    RULE_REVIEW = enum.auto()
    SENDER_AMBIGUOUS = enum.auto()
    SENDER_UNAUTHENTICATED = enum.auto()
    IGNORED_BY_PERSON = enum.auto()
    # what is the matter with a mailbox
    ACCOUNT_SIGN_IN = enum.auto()
    ACCOUNT_DISABLED = enum.auto()
    ACCOUNT_REVOKED = enum.auto()
    ACCOUNT_SCOPE_MISSING = enum.auto()
    ACCOUNT_WRONG_IDENTITY = enum.auto()
    ACCOUNT_ADMIN_CONSENT = enum.auto()
    ACCOUNT_APP_SECRET = enum.auto()
    ACCOUNT_CONSENT_DENIED = enum.auto()
    ACCOUNT_EXPIRES_SOON = enum.auto()
    ISSUER_UNREACHABLE = enum.auto()
    SYNC_OVERDUE = enum.auto()
    MAIL_NOT_ARRIVING = enum.auto()
    PUSH_MISSING = enum.auto()
    REVIEW_DUE = enum.auto()
    AUDITED = enum.auto()
    AUDIT_HOLES = enum.auto()
    AUDIT_UNCERTAIN = enum.auto()
    ACCOUNT_THROTTLED = enum.auto()
    SETTINGS_INVALID = enum.auto()
    FOLDER_MISSING = enum.auto()
    TLS_UNTRUSTED = enum.auto()
    TLS_REFUSED = enum.auto()
    SERVER_UNREACHABLE = enum.auto()
    SERVER_MISBEHAVES = enum.auto()
    SENDING_FAILED = enum.auto()
    SERVER_ALERT = enum.auto()
    MAILBOX_FULL = enum.auto()
    OFFLINE = enum.auto()
    STOPPED = enum.auto()
    # what is the matter with the profile
    STORE_FULL = enum.auto()
    STORE_READ_ONLY = enum.auto()
    STORE_DAMAGED = enum.auto()
    STORE_MISSING = enum.auto()
    STORE_BUSY = enum.auto()
    SCHEMA_NEWER = enum.auto()
    KEY_WRONG = enum.auto()
    KEY_FILE_UNSAFE = enum.auto()
    KEY_FILE_INVALID = enum.auto()
    KEYRING_MISSING = enum.auto()
    PROFILE_BUSY = enum.auto()
    WORKER_STOPPED = enum.auto()
    # what is the matter with a command
    NOT_FOUND = enum.auto()
    BAD_INPUT = enum.auto()
    CHANGED_MEANWHILE = enum.auto()
    NOTHING_TO_UNDO = enum.auto()
    NOT_AVAILABLE = enum.auto()
    SYNC_FIRST = enum.auto()
    BACKFILL_OPEN = enum.auto()
    INTERNAL_ERROR = enum.auto()


WORDS: dict[ReasonCode, str] = {
    ReasonCode.SYNCED: "Filed with its customer",
    ReasonCode.OUT_OF_SCOPE_FOLDER: "Lies in a folder that is not synced",
    ReasonCode.BEFORE_START_DATE: "Arrived before the day this mailbox is synced from",
    ReasonCode.DIRECTION_OFF: "Sent mail, and this mailbox is synced inbound only",
    ReasonCode.MANUAL_MODE: "This mailbox brings in only what somebody picks",
    ReasonCode.EXCLUDED_RULE: "Left out by a filter",
    ReasonCode.NOT_INCLUDED: "No filter asks for it",
    ReasonCode.BLOCKLISTED: "Its sender's domain is on the blocklist",
    ReasonCode.INTERNAL_ONLY: "Only our own people are on it",
    ReasonCode.BULK_OR_LIST: "A newsletter, or mail of a mailing list",
    ReasonCode.AUTO_REPLY: "An automatic reply",
    ReasonCode.BOUNCE: "A report of mail that could not be delivered",
    ReasonCode.SPAM_FOLDER: "The server takes it for spam",
    ReasonCode.OWN_LOOP: "A connection test that Postroom sent to itself",
    ReasonCode.DUPLICATE_OF: "The same message is here already; this is one more place of it",
    ReasonCode.OVERSIZE: "Too large to fetch whole; its headers are here",
    ReasonCode.UNPARSEABLE: "Could not be read; its bytes are kept",
    ReasonCode.FETCH_RETRYING: "The server lists it but did not deliver it; it will be asked again",
    ReasonCode.MISSING_ON_SERVER: "Was listed, but was gone from the server before it could be fetched",
    ReasonCode.NO_MATCH: "No customer has this address",
    ReasonCode.AMBIGUOUS_MATCH: "Several customers share this address",
    ReasonCode.SIMILAR_MATCH: "A customer has an address that is nearly the same",
    ReasonCode.BOUNCE_MATCH: "A report on mail to a customer that could not be delivered",
    ReasonCode.INDIRECT_MATCH: "A customer wrote it, or gets the answer, but somebody else sent it",
    ReasonCode.SENDER_AMBIGUOUS: "The sender cannot be told for certain",
    ReasonCode.RULE_MATCH: "One of your rules suggests a customer",
    ReasonCode.RULE_REVIEW: "One of your rules wants a person to look at it",
    ReasonCode.SENDER_UNAUTHENTICATED: "The mail server found that its sender may be forged",
    ReasonCode.IGNORED_BY_PERSON: "Ignored by hand: it is nobody's",
}
"""A verdict in a few words, for lists; the stored reason of a message is more exact."""

FAILURES = frozenset({ReasonCode.UNPARSEABLE, ReasonCode.FETCH_RETRYING})
"""Verdicts that say something went wrong with this very message (status ``error``)."""

BY_FILTERS = frozenset(
    {
        *(ReasonCode.EXCLUDED_RULE, ReasonCode.NOT_INCLUDED, ReasonCode.BLOCKLISTED, ReasonCode.INTERNAL_ONLY),
        *(ReasonCode.BULK_OR_LIST, ReasonCode.AUTO_REPLY, ReasonCode.BOUNCE, ReasonCode.SPAM_FOLDER),
    }
)
"""The verdicts that filters give: on mail that they kept out, and on mail that is here (status ``left_out``)."""
