"""What became of an email in a few words: for lists, where the reason stands next to the claim."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.attachments import AttachmentState
from desktop.domain.attachments_left import FilesLeft
from desktop.domain.decision import PERSON
from desktop.domain.reasons import WORDS, ReasonCode
from desktop.domain.rows import EmailRow
from desktop.ui.words import number, size

NO_SUBJECT = "(no subject)"
NO_SENDER = "Unknown sender"

LEFT_OUT = ("mute", "Left out")
STATUSES = {
    "synced": ("ok", "Synced"),
    "pending": ("half", "Pending"),
    "error": ("bad", "Error"),
    "left_out": LEFT_OUT,
}

_UNMATCHED: Mapping[str, str] = {
    ReasonCode.NO_MATCH: "No match",
    ReasonCode.AMBIGUOUS_MATCH: "Shared address",
    ReasonCode.SIMILAR_MATCH: "Similar address",
    ReasonCode.INDIRECT_MATCH: "Handed on",
    ReasonCode.BOUNCE_MATCH: "Came back",
    ReasonCode.SENDER_AMBIGUOUS: "Sender unclear",
    ReasonCode.SENDER_UNAUTHENTICATED: "Sender unproven",
}
_RULES = {
    PERSON: "By hand",
    "rule:exact_address": "Exact address",
    "rule:exact_recipient": "Exact recipient",
    "rule:thread": "Same thread",
    "rule:bounce": "Mail to them",
}


@dataclass(frozen=True, slots=True)
class Match:
    """Whose an email is. ``glyph`` is set where nobody was found; ``why`` is the second line and may be empty."""

    name: str
    why: str = ""
    glyph: str = ""


def status_of(row: EmailRow) -> tuple[str, str]:
    """Return the glyph (see ``kit.icons.STATES``) and the word of an email's status."""
    return LEFT_OUT if row.id is None and row.status == "synced" else STATUSES[row.status]


def sender_of(row: EmailRow) -> str:
    """Return the sender's name, else the address, else a word for there being none."""
    return row.from_name or row.from_address or NO_SENDER


def subject_of(row: EmailRow) -> str:
    """Return the subject, or words for there being none."""
    if row.subject:
        return row.subject
    if row.id is None:
        return "(not kept)" if row.status == "synced" else "(not delivered yet)"
    return "(could not be read)" if row.code == ReasonCode.UNPARSEABLE.value else NO_SUBJECT


def place_of(row: EmailRow) -> str:
    """Return where an email lies on its server: ``INBOX, message 4711``."""
    return f"{row.folder}, message {row.uid}"


def happened_to(row: EmailRow) -> str:
    """Return what became of an email, in a few words, and of its files what is not here."""
    verdict, left = _verdict_on(row), left_words(row.left)
    if left and row.id is not None and row.status == "synced":
        return f"{left[0].upper()}{left[1:]}"  # that it was filed is what goes without saying
    return f"{verdict}, {left}" if left else verdict


def left_words(left: FilesLeft | None) -> str:
    """Say what is not here: ``attachment of 14 MB still on its way``; empty when everything is."""
    if left is None:
        return ""
    is_one = left.files <= 1
    what = f"attachment of {size(left.size_bytes)}" if left.files else "part of the text"
    many = what if is_one else f"{number(left.files)} attachments of {size(left.size_bytes)}"
    return {
        AttachmentState.COMING: f"{many} still on {'its' if is_one else 'their'} way",
        AttachmentState.ON_DEMAND: f"{many} {'waits' if is_one else 'wait'} to be downloaded",
        AttachmentState.FAILED: f"{many} could not be fetched",
        AttachmentState.GONE: f"{many} gone from the server",
    }.get(left.state, "")


def _verdict_on(row: EmailRow) -> str:
    if row.id is not None and row.status == "synced":
        if row.code == ReasonCode.IGNORED_BY_PERSON:
            return "Ignored"
        return "Filed on the timeline" if row.customer else "Kept"
    if row.id is not None and row.status == "pending" and not row.needs_review:
        return WORDS[ReasonCode.OVERSIZE]  # filed, and never fetched whole
    if row.direction == "outbound" and row.code == ReasonCode.AMBIGUOUS_MATCH:
        return "Sent to several customers"
    return _few_words(row.code) or row.reason


def match_of(row: EmailRow) -> Match:
    """Return whose an email is and how that is known."""
    if row.customer:
        return Match(row.customer, _RULES.get(row.decided_by, f"{row.confidence} %"))
    if row.code == ReasonCode.IGNORED_BY_PERSON:
        return Match("Ignored", "By hand")
    if row.direction == "outbound" and row.code == ReasonCode.NO_MATCH:
        return Match("No customer", "Sent mail", "none")
    if row.direction == "outbound" and row.code == ReasonCode.AMBIGUOUS_MATCH:
        return Match("Several customers", "Sent mail", "none")
    known = _UNMATCHED.get(row.code, "No match" if row.code == ReasonCode.OVERSIZE and row.needs_review else "")
    if not known:
        return Match("")
    return Match(known, f"{row.confidence} %, suggested" if row.confidence else "", "none")


def sentence_of(row: EmailRow, when: str) -> str:
    """Return a whole row as a screen reader says it; *when* is its time in words."""
    match = match_of(row)
    whose = f"{match.name}, {match.why}" if match.why else match.name
    parts = (
        sender_of(row),
        subject_of(row),
        when,
        whose,
        status_of(row)[1],
        happened_to(row),
        files_of(row),
        tags_of(row),
    )
    return ", ".join(part for part in parts if part)


def files_of(row: EmailRow) -> str:
    """Return how many attachments there are, in words; empty for none."""
    return f"{row.attachments} attachment{'s' if row.attachments > 1 else ''}" if row.attachments else ""


def tags_of(row: EmailRow) -> str:
    """Return its tags in words; empty for none."""
    return f"{'tags' if len(row.tags) > 1 else 'tag'} {', '.join(row.tags)}" if row.tags else ""


def _few_words(code: str) -> str:
    return WORDS.get(ReasonCode(code), "") if code in ReasonCode.__members__ else ""
