"""Who we are, as matching asks it: our addresses and domains, and whose findings about senders are believed."""

from desktop.domain.ids import MailboxId
from desktop.domain.sent_mail import own_addresses
from desktop.matching.asked import Ours, our_domains
from desktop.matching.authentication import vouchers_of
from desktop.store.reading.reader import Reader


def ours_at(read: Reader) -> dict[MailboxId, Ours]:
    """Return who we are at each mailbox: by all mailboxes, and by what people added."""
    mailboxes, added = read.mailboxes.every(), read.matching.our_names()
    addresses = {address for box in mailboxes for address in own_addresses(box)}
    addresses.update(name for name in added if "@" in name)
    domains = our_domains(box.address for box in mailboxes) | {name for name in added if "@" not in name}
    return {box.id: Ours(frozenset(addresses), domains, vouchers_of(box.imap.host, box.address)) for box in mailboxes}
