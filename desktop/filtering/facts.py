"""What filters look at in a mail that was read. Pure."""

from collections.abc import Collection, Iterator

from desktop.domain.filters import KIND_EVIDENCE, Facts, Kind
from desktop.domain.mail import ParsedMail
from desktop.filtering.comparing import comparable
from desktop.filtering.kinds import kinds_of

RECIPIENTS_MOST = 500


def facts_of(mail: ParsedMail, *, ours: Collection[str], labels: Collection[str], is_customer: bool) -> Facts:
    """Return what filters look at in *mail*.

    *ours* are our own domains; *labels* those the server keeps; *is_customer*: its sender's address is a customer's. A
    sender in doubt is none: nothing is left out because of what it claims.
    """
    kinds = kinds_of(mail, ours=ours, labels=labels)
    customer = ((Kind.CUSTOMER, KIND_EVIDENCE[Kind.CUSTOMER]),) if is_customer else ()
    sender = mail.sender.address if mail.sender else ""
    return Facts(sender, tuple(dict.fromkeys(_recipients(mail))), comparable(mail.subject), (*kinds, *customer))


def _recipients(mail: ParsedMail) -> Iterator[str]:
    """Yield to whom it was sent, as far as it says so."""
    for who in (*mail.to, *mail.cc, *mail.bcc)[:RECIPIENTS_MOST]:
        if who.address:
            yield who.address
