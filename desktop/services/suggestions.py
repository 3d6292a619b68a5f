"""The review queue with whom each mail may belong to: what the store knows, judged by the rules of matching."""

from collections.abc import Sequence

from desktop.domain.decision import Band, Candidate
from desktop.domain.email_list import EmailFilter
from desktop.domain.evidence import Evidence
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.review_item import Bucket, ReviewItem, WaitingMail
from desktop.domain.shared_providers import domain_of, is_shared_provider
from desktop.matching.suggesting import Asked, addresses_in, one_by_one, parts_of, suggest, suggest_recipients
from desktop.store.reading.reader import Reader

EVERYTHING = EmailFilter()
SENT_MAIL = "Sent mail: one by one"


def review_queue(read: Reader, wanted: EmailFilter = EVERYTHING) -> list[ReviewItem]:
    """Return what waits for a person and fits *wanted*, oldest first, each with its suggestions."""
    if wanted == EVERYTHING:
        return _items(read, read.review.waiting())
    ids = [EmailId(number) for number in read.email_list.ids(wanted) if number > 0]
    return _items(read, read.review.waiting(ids))


def suggestions_for(read: Reader, emails: Sequence[EmailId]) -> dict[EmailId, tuple[Candidate, ...]]:
    """Return the suggestions for those of *emails* that wait, best first."""
    return {item.mail.id: item.suggestions for item in _items(read, read.review.waiting(emails))}


def _items(read: Reader, mails: Sequence[WaitingMail]) -> list[ReviewItem]:
    evidence = _evidence(read, mails)
    known: dict[Asked, tuple[Candidate, ...]] = {}
    items = []
    for mail in mails:
        if mail.sent_to:
            found = suggest_recipients(mail.sent_to, evidence)
            items.append(ReviewItem(mail, "", SENT_MAIL, _bucket(mail, found), found))
            continue
        asked = _asked(mail)
        if asked not in known:
            known[asked] = suggest(asked, evidence) if asked.address else ()
        found = known[asked]
        why = one_by_one(asked.domain, evidence)
        items.append(ReviewItem(mail, asked.domain, why, _bucket(mail, found), found))
    return items


def _evidence(read: Reader, mails: Sequence[WaitingMail]) -> Evidence:
    senders = {mail.from_address for mail in mails if not mail.sent_to}
    names = {mail.from_name for mail in mails if not mail.sent_to}
    ours = {domain_of(box.address) for box in read.mailboxes.every()}  # what we sent is filed under this domain
    domains = {domain for sender in senders if not is_shared_provider(domain := domain_of(sender))} - ours
    shown = {address for name in names for address in addresses_in(name)}
    shown.update(address for mail in mails for address in mail.sent_to)
    return read.review.evidence(senders | shown, domains, {run for name in names for run in parts_of(name)})


def _asked(mail: WaitingMail) -> Asked:
    return Asked(mail.from_address, mail.from_name, mail.code != ReasonCode.SENDER_AMBIGUOUS.value)


def _bucket(mail: WaitingMail, suggestions: Sequence[Candidate]) -> Bucket:
    if mail.code == ReasonCode.UNPARSEABLE.value:
        return Bucket.FAILED
    if mail.code == ReasonCode.AMBIGUOUS_MATCH.value:
        return Bucket.SHARED
    if not suggestions:
        return Bucket.NO_MATCH
    return Bucket.SUGGESTED if suggestions[0].band >= Band.STRONG else Bucket.SIMILAR
