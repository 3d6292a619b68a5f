"""The review queue with whom each mail may belong to: what the store knows, judged by the rules of matching."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.domain.decision import Band, Candidate
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.mail import Address, ParsedMail
from desktop.domain.match_rule import Where
from desktop.domain.reasons import ReasonCode
from desktop.domain.review_item import Bucket, ReviewItem, WaitingMail
from desktop.domain.rule_limits import limited
from desktop.domain.shared_providers import domain_of
from desktop.matching.asked import NOT_TOLD, Asked, Ours
from desktop.matching.decide import RULES, SENT_RULES, ask_all
from desktop.matching.domains import is_companys
from desktop.matching.rules.company_domain import CompanyDomain
from desktop.matching.suggesting import best_of, one_by_one
from desktop.matching.surest import is_surest, may_be_surest
from desktop.matching.unwrapping import ask
from desktop.services.ours import ours_at
from desktop.store.reading.letters import Letter
from desktop.store.reading.reader import Reader

EVERYTHING = EmailFilter()
SENT_MAIL = "Sent mail: one by one"

_BUCKETS = {
    ReasonCode.UNPARSEABLE.value: Bucket.FAILED,
    ReasonCode.AMBIGUOUS_MATCH.value: Bucket.SHARED,
    ReasonCode.SENDER_UNAUTHENTICATED.value: Bucket.UNAUTHENTICATED,
}


_PLAIN = frozenset({Bucket.SUGGESTED, Bucket.SIMILAR})
_WARNED = frozenset({ReasonCode.SENDER_UNAUTHENTICATED.value, ReasonCode.SENDER_AMBIGUOUS.value})
"""Codes whose stored reason is a warning about the sender."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the rules made of a mail; ``asked`` is how it came in, None for sent mail."""

    found: tuple[Candidate, ...]
    asked: Asked | None = None
    is_sure: bool = False


_NOT_ASKED = _Judged(())


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
    letters = read.letters.get([mail.id for mail in mails], with_text=_needs_text(read))
    judged = _judge(read, mails, letters)
    crowds = _crowds(read, mails, judged)
    return [_item(mail, judged.get(mail.id, _NOT_ASKED), crowds) for mail in mails]


def _item(mail: WaitingMail, judged: _Judged, crowds: Mapping[str, int]) -> ReviewItem:
    suggestions = best_of(judged.found)
    if mail.sent_to:
        return ReviewItem(mail, "", SENT_MAIL, _bucket(mail, suggestions), suggestions)
    domain = domain_of(mail.from_address)
    asked = judged.asked
    is_forged = asked is not None and bool(asked.unproven) and any(one.band >= Band.STRONG for one in judged.found)
    bucket = Bucket.UNAUTHENTICATED if is_forged else _bucket(mail, suggestions)
    return ReviewItem(
        mail,
        domain,
        one_by_one(domain, crowds.get(domain, 0)),
        bucket,
        suggestions,
        is_sure=judged.is_sure and mail.teaches and bucket in _PLAIN,
        warning=_warning(mail, asked if is_forged else None),
        handed_on=" ".join(dict.fromkeys(one.told for one in asked.writers if one.told)) if asked else "",
    )


def _warning(mail: WaitingMail, forged: Asked | None) -> str:
    if mail.code in _WARNED:
        return mail.reason
    return f"{forged.unproven} It may be forged: compare with earlier mail before you file it." if forged else ""


def _needs_text(read: Reader) -> bool:
    """Tell whether a rule looks into the text, which is dear to read for a long queue."""
    return any(one.where is Where.BODY for rule in read.match_rules.every() for one in rule.conditions)


def _judge(read: Reader, mails: Sequence[WaitingMail], letters: dict[EmailId, Letter]) -> dict[EmailId, _Judged]:
    """Ask the rules; mails that differ in nothing that a rule looks at are asked about once."""
    ours = ours_at(read)
    judged: dict[EmailId, _Judged] = {}
    sent = [mail for mail in mails if mail.sent_to and mail.id in letters]
    came_in = [mail for mail in mails if not mail.sent_to and mail.from_address and mail.id in letters]
    asked_sent = [Asked(letters[mail.id].mail, None, "", ()) for mail in sent]
    answers = ask_all(asked_sent, read.book, SENT_RULES)
    judged.update((mail.id, _Judged(found)) for mail, found in zip(sent, answers, strict=True))
    by_rules = bool(read.match_rules.every())
    alike: dict[object, tuple[Asked, list[EmailId]]] = {}
    for mail in came_in:
        asked = _asked(letters[mail.id].mail, mail, ours)
        alike.setdefault(_looked_at(asked, by_rules=by_rules), (asked, []))[1].append(mail.id)
    asked_about = [asked for asked, _ in alike.values()]
    answers = ask_all(asked_about, read.book, RULES, known=read.known_answers())
    limits = read.book.rule_limits()
    each = [(asked, ids, limited(found, limits)) for (asked, ids), found in zip(alike.values(), answers, strict=True)]
    likely = {found[0].customer.id for asked, _, found in each if may_be_surest(asked, found)}
    known = {one.id: one.emails for one in read.customers.by_ids(likely)} if likely else {}
    for asked, ids, found in each:
        is_sure = may_be_surest(asked, found) and is_surest(asked, known.get(found[0].customer.id, ()))
        judged.update(dict.fromkeys(ids, _Judged(found, asked, is_sure)))
    return judged


def _asked(mail: ParsedMail, waiting: WaitingMail, ours: dict[MailboxId, Ours]) -> Asked:
    if waiting.code == ReasonCode.SENDER_AMBIGUOUS.value and mail.sender is not None:
        mail = replace(mail, sender=None, sender_doubt=waiting.reason)
    return ask(mail, ours.get(waiting.mailbox_id, NOT_TOLD))


def _looked_at(asked: Asked, *, by_rules: bool) -> object:
    mail = asked.mail
    sender: Address | None = asked.sender
    thread = mail.references, mail.in_reply_to
    own = mail.identity if by_rules else ""
    return (sender, asked.writers, asked.unproven, asked.is_ours, thread, mail.report, own)


def _crowds(read: Reader, mails: Sequence[WaitingMail], judged: Mapping[EmailId, _Judged]) -> dict[str, int]:
    """Return how many customers domains have of which no rule names one, for there may be too many of them."""
    domains = {domain_of(mail.from_address) for mail in mails if not mail.sent_to}
    told = {
        domain_of(mail.from_address)
        for mail in mails
        if any(one.rule == CompanyDomain.name for one in judged.get(mail.id, _NOT_ASKED).found)
    }
    colleagues = read.book.colleagues({domain for domain in domains - told if is_companys(domain)})
    return {domain: len(customers) for domain, customers in colleagues.items()}


def _bucket(mail: WaitingMail, suggestions: Sequence[Candidate]) -> Bucket:
    if mail.code in _BUCKETS:
        return _BUCKETS[mail.code]
    if not suggestions:
        return Bucket.NO_MATCH
    if mail.code == ReasonCode.SIMILAR_MATCH.value:
        return Bucket.SIMILAR
    return Bucket.SUGGESTED if suggestions[0].band >= Band.STRONG else Bucket.SIMILAR
