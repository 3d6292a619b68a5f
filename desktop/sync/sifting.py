"""What is known of a message before it is fetched, and keeps it out: its labels, on a server that keeps them."""

from desktop.domain.backfill import TOO_OLD
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.sent_mail import SENT_REASON, is_labelled_sent, is_no_mail
from desktop.domain.source import RemoteMessage

LEFT_OUT = {
    ReasonCode.BEFORE_START_DATE: TOO_OLD,
    ReasonCode.DIRECTION_OFF: SENT_REASON,
    ReasonCode.OUT_OF_SCOPE_FOLDER: "The server keeps it as a draft, a chat, spam or trash.",
    ReasonCode.MANUAL_MODE: "This mailbox brings in only what somebody picks.",
}
"""Why messages are not brought in, of which no more is known than what the server tells."""


def sift_by_labels(message: RemoteMessage, direction: Direction) -> ReasonCode | None:
    """Return why *message* is not brought in by a mailbox of *direction*; None when its labels let it through."""
    if is_no_mail(message.labels):
        return ReasonCode.OUT_OF_SCOPE_FOLDER
    inbound_only = direction is Direction.INBOUND
    return ReasonCode.DIRECTION_OFF if inbound_only and is_labelled_sent(message.labels) else None
