"""What the button beside an entry is called: in full in its detail, in short on its line."""

from dataclasses import dataclass

from desktop.domain.activity import Fix
from desktop.ui import words
from desktop.views.sync_log.model import Entry


@dataclass(frozen=True, slots=True)
class FixWords:
    """``full`` may name the mailbox as ``{short}``; ``link`` stands at the end of a line."""

    full: str
    link: str
    icon: str


FIX_WORDS = {
    Fix.RECONNECT: FixWords("Reconnect {short}", "Reconnect", "plug"),
    Fix.SETTINGS: FixWords("Change settings of {short}", "Change settings", "settings"),
    Fix.FOLDERS: FixWords("Choose folders of {short}", "Choose folders", "folder"),
    Fix.FREQUENCY: FixWords("Change frequency of {short}", "Change frequency", "clock"),
    Fix.PROFILE: FixWords("Show where the profile lies", "Show profile", "folder"),
    Fix.AUDIT: FixWords("Compare {short} with the server", "Compare", "list-checks"),
    Fix.OWN_APP: FixWords("Open Sign-in apps", "Open Sign-in apps", "key-round"),
    Fix.REVIEW_SETTINGS: FixWords("Review settings of {short}", "Review settings", "list-checks"),
    Fix.SYNC: FixWords("Try again", "Try again", "refresh-cw"),
    Fix.OPEN_EMAIL: FixWords("Open email", "Open email", "mail"),
    Fix.SHOW_ERRORS: FixWords("Show these emails", "Show emails", "mail"),
    Fix.OPEN_REVIEW: FixWords("Open Needs Review", "Open Needs Review", "inbox"),
}
LEADS_AWAY = frozenset({Fix.OPEN_EMAIL, Fix.SHOW_ERRORS, Fix.OPEN_REVIEW, Fix.REVIEW_SETTINGS})
"""Fixes after which there is nothing to be tried again."""


def fix_text(entry: Entry) -> str:
    """Return what the fixing button says, or nothing."""
    known = FIX_WORDS.get(entry.fix)
    return known.full.format(short=words.local_part(entry.mailbox) or "all mailboxes") if known is not None else ""


def link_text(entry: Entry) -> str:
    """Return what stands at the end of the line, or nothing."""
    known = FIX_WORDS.get(entry.fix)
    return known.link if known is not None else ""


def can_retry(entry: Entry) -> bool:
    """Tell whether trying again is offered beside the fix."""
    return entry.mailbox_id is not None and entry.fix not in {Fix.NONE, Fix.SYNC, *LEADS_AWAY}
