"""What sort of mail a message is, told by what standards say about it, each with its evidence in words. Pure.

No header of a single vendor is believed on its own: ``X-Auto-Response-Suppress`` asks not to be answered and says
nothing about the mail itself, and ``Precedence`` was never a standard, so it counts only for lists, where all use it.
"""

from collections.abc import Collection, Iterator

from desktop.domain.filters import Kind
from desktop.domain.mail import ParsedMail
from desktop.domain.shared_providers import domain_of

SPAM_LABELS = frozenset({"\\spam", "\\junk", "$junk"})

_NOT_AUTOMATIC = frozenset({"", "no"})
_REPLIED = "auto-replied"
_BULK = frozenset({"bulk", "list"})
_REPORT = "multipart/report"
_DELIVERY = "delivery-status"


def kinds_of(mail: ParsedMail, *, ours: Collection[str], labels: Collection[str] = ()) -> tuple[tuple[Kind, str], ...]:
    """Return the kinds of *mail* with the evidence for each, in words.

    *ours* are the domains of our own team in comparable form; *labels* are those the server keeps.
    """
    return tuple(_kinds(mail, frozenset(ours), labels))


def is_internal(mail: ParsedMail, ours: Collection[str]) -> bool:
    """Tell whether only people of the domains *ours*, or of domains below them, are on a mail, and at least two.

    Not a mail that shows no recipient, or not all of them: it may have gone to anybody. Not one whose answers go to
    somebody else, that was handed on, or that an address sent to itself: so come forms of a website, groups, and what a
    colleague forwards - somebody else's mail in our own name.
    """
    recipients = [who.address for who in (*mail.to, *mail.cc, *mail.bcc)]
    if mail.sender is None or not recipients or mail.recipients_total != len(recipients) or mail.handed_on:
        return False
    people = {mail.sender.address, *recipients}
    everybody = people | {who.address for who in mail.reply_to}
    return bool(ours) and len(people) > 1 and all(is_at(domain_of(who), ours) for who in everybody)


def is_at(domain: str, domains: Collection[str]) -> bool:
    """Tell whether *domain* is one of *domains*, or below one."""
    return any(part in domains for part in _with_parents(domain))


def _with_parents(domain: str) -> Iterator[str]:
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def _kinds(mail: ParsedMail, ours: frozenset[str], labels: Collection[str]) -> Iterator[tuple[Kind, str]]:
    flags = mail.flags
    if any(label.lower() in SPAM_LABELS for label in labels):
        yield Kind.SPAM, "the server takes it for spam"
    elif flags.get("x-spam-flag", "").strip().lower() == "yes":
        yield Kind.SPAM, "a spam filter marked it (X-Spam-Flag)"
    if found := _list_header(flags):
        yield Kind.NEWSLETTER, found
    if mail.report is not None or _is_delivery_report(flags):
        yield Kind.BOUNCE, "it is a report about a delivery (RFC 3464)"
    else:
        submitted = flags.get("auto-submitted", "").partition(";")[0].strip().lower()
        if submitted == _REPLIED:
            yield Kind.AUTO_REPLY, "it says that it is an automatic reply (RFC 3834)"
        elif submitted not in _NOT_AUTOMATIC:
            yield Kind.AUTOMATIC, "it says that a program wrote it (RFC 3834)"
    if is_internal(mail, ours):
        yield Kind.INTERNAL, "only our own people are on it"


def _list_header(flags: dict[str, str]) -> str:
    """Return by which header a mail went to many (RFC 2369, RFC 2919), or ``""``."""
    if "list-id" in flags:
        return "it was sent to a mailing list (List-Id)"
    if "list-unsubscribe" in flags:
        return "it can be unsubscribed from (List-Unsubscribe)"
    if flags.get("precedence", "").strip().lower() in _BULK:
        return "it was sent to many (Precedence)"
    return ""


def _is_delivery_report(flags: dict[str, str]) -> bool:
    kind, _, parameters = flags.get("content-type", "").partition(";")
    return kind.strip().lower() == _REPORT and any(
        name.strip().lower() == "report-type" and value.strip().strip('"').lower() == _DELIVERY
        for name, _, value in (part.partition("=") for part in parameters.split(";"))
    )
