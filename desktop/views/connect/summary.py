"""What is going to be connected, in lines. No widgets."""

from desktop.domain.mailbox import Direction, Mailbox, MailboxPurpose
from desktop.ui.attachment_policies import policy_words
from desktop.ui.frequencies import frequency_words
from desktop.ui.words import counted
from desktop.views.connect.details import PURPOSES
from desktop.views.connect.direction import WORDS
from desktop.views.connect.outcome import Fact
from desktop.views.connect.providers import kind_of


def summary_of(mailbox: Mailbox) -> list[Fact]:
    """Return the lines about a mailbox that is not saved yet."""
    direction = next(words for one, words, _more in WORDS if one is mailbox.direction)
    days = "From now on" if mailbox.since_days == 0 else f"{counted(mailbox.since_days, 'day')} back"
    found = [
        Fact("Mailbox", mailbox.address, f"{kind_of(mailbox.oauth).title}, {mailbox.imap.host}"),
        Fact("Direction", direction.removesuffix(" (recommended)")),
        Fact("Folders", ", ".join(mailbox.folders)),
    ]
    if mailbox.direction is not Direction.MANUAL:
        found.append(Fact("Start", days, frequency_words(mailbox.frequency)))
    found.append(Fact("Attachments", policy_words(mailbox.attachments)))
    purpose = next(words for words, one in PURPOSES if one is mailbox.details.purpose)
    owner = f"Owner: {mailbox.details.owner}" if mailbox.details.owner else ""
    if mailbox.details.purpose is not MailboxPurpose.UNSAID or owner:
        found.append(Fact("Purpose", purpose, owner))
    return found
