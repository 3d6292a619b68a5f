"""Who we are, as matching asks it: our addresses and domains, and whose findings about senders are believed."""

from collections.abc import Sequence

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.sent_mail import own_addresses
from desktop.matching.asked import Ours, our_domains
from desktop.matching.authentication import vouchers_of


def ours_at(mailboxes: Sequence[Mailbox]) -> dict[MailboxId, Ours]:
    """Return who we are at each of *mailboxes*, which are all there are."""
    addresses = frozenset(address for box in mailboxes for address in own_addresses(box))
    domains = our_domains(box.address for box in mailboxes)
    return {box.id: Ours(addresses, domains, vouchers_of(box.imap.host, box.address)) for box in mailboxes}
