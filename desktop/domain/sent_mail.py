"""Which mail was sent from a mailbox: how a message's direction is decided."""

from collections.abc import Collection

from desktop.domain.addresses import normalise_address
from desktop.domain.mail import ParsedMail, Unreadable
from desktop.domain.mailbox import Mailbox

_SENT_LABEL, _INBOX_LABEL = "\\sent", "\\inbox"
_NO_MAIL = frozenset({"\\draft", "\\drafts", "\\spam", "\\junk", "\\trash", "\\chat", "\\chats"})
"""Labels of messages that are not brought in (X-GM-LABELS), in lower case."""


SENT_REASON = "It was sent from this mailbox, and the mailbox is synced inbound only."
"""Why sent mail is not brought in."""


def own_addresses(mailbox: Mailbox) -> frozenset[str]:
    """Return the addresses that are known as the mailbox's own, in comparable form."""
    return frozenset({mailbox.address, normalise_address(mailbox.details.reply_to)} - {""})


def is_outbound(
    mail: ParsedMail | Unreadable, ours: Collection[str], *, in_sent: bool = False, labels: Collection[str] = ()
) -> bool:
    r"""Tell whether a mailbox with the addresses *ours* sent *mail*; *in_sent*, it lies in the folder of sent mail.

    It sent all that lies there or is labelled ``\Sent``, whichever address a person wrote from. Anywhere else the
    sender's address says it - unless answers go to somebody else: forms on websites send what
    a visitor wrote in the mailbox's own name, with the visitor in Reply-To (RFC 5322 section 3.6.2).
    """
    if in_sent or is_labelled_sent(labels):
        return True
    if not isinstance(mail, ParsedMail) or mail.sender is None or mail.sender.address not in ours:
        return False
    return all(who.address in ours for who in mail.reply_to)


def is_labelled_sent(labels: Collection[str]) -> bool:
    r"""Tell whether the server itself keeps a message as sent, and only so.

    What came in as well (``\Inbox``) may be a note to oneself, or a form that was sent through this account.
    """
    found = {label.lower() for label in labels}
    return _SENT_LABEL in found and _INBOX_LABEL not in found


def is_no_mail(labels: Collection[str]) -> bool:
    """Tell whether a server that keeps labels has a message as a draft, as spam, in the trash or as a chat."""
    return any(label.lower() in _NO_MAIL for label in labels)
