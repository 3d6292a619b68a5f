"""Which mail was sent from a mailbox: how a message's direction is decided."""

from collections.abc import Collection

from desktop.domain.mail import ParsedMail, Unreadable

_SENT_LABEL = "\\sent"
_NO_MAIL = frozenset({"\\draft", "\\drafts", "\\spam", "\\junk", "\\trash", "\\chat", "\\chats"})
"""Labels of messages that are not brought in (X-GM-LABELS), in lower case."""


SENT_REASON = "It was sent from this mailbox, and the mailbox is synced inbound only."
"""Why sent mail is not brought in."""


def is_outbound(mail: ParsedMail | Unreadable, address: str, *, in_sent: bool, labels: Collection[str]) -> bool:
    r"""Tell whether the mailbox *address* sent *mail*: *in_sent*, it lies in the folder of sent mail.

    So did all that lies in the folder of sent mail or is labelled ``\Sent``, whichever of its addresses a person wrote
    from. Anywhere else the sender's address says it - unless answers go to somebody else: forms on websites send what
    a visitor wrote in the mailbox's own name, with the visitor in Reply-To (RFC 5322 section 3.6.2).
    """
    if in_sent or is_labelled_sent(labels):
        return True
    if not isinstance(mail, ParsedMail) or mail.sender is None or mail.sender.address != address:
        return False
    return all(who.address == address for who in mail.reply_to)


def is_labelled_sent(labels: Collection[str]) -> bool:
    """Tell whether the server itself keeps a message as sent."""
    return any(label.lower() == _SENT_LABEL for label in labels)


def is_no_mail(labels: Collection[str]) -> bool:
    """Tell whether a server that keeps labels has a message as a draft, as spam, in the trash or as a chat."""
    return any(label.lower() in _NO_MAIL for label in labels)
