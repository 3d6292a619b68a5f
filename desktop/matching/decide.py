"""From candidates to the one decision: only a single certain customer is filed by itself, all else asks a person."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from desktop.domain.decision import Band, Candidate, Decision
from desktop.domain.mail import ParsedMail
from desktop.domain.match_rule import Action, MatchRule
from desktop.domain.reasons import ReasonCode
from desktop.domain.rule_limits import NO_LIMITS, RuleLimits, limited
from desktop.matching.answers import Known, answers_of, written
from desktop.matching.asked import NOT_TOLD, Asked, Ours, Route
from desktop.matching.book import Book, Rule
from desktop.matching.rules.bounce import Bounce
from desktop.matching.rules.company_domain import CompanyDomain
from desktop.matching.rules.custom import Custom, fitting
from desktop.matching.rules.display_name import DisplayName
from desktop.matching.rules.exact_address import ExactAddress
from desktop.matching.rules.exact_recipient import ExactRecipient
from desktop.matching.rules.handed_on import HandedOn
from desktop.matching.rules.similar_address import SimilarAddress
from desktop.matching.rules.thread import Thread
from desktop.matching.unwrapping import ask
from desktop.parsing.limits import RECIPIENTS

RULES: tuple[Rule, ...] = (
    ExactAddress(),
    Bounce(),
    Custom(),
    HandedOn(),
    SimilarAddress(),
    Thread(),
    CompanyDomain(),
    DisplayName(),
)
"""Every matching rule for mail that came in. Bands decide; of equal ones, the earlier is shown first."""

SENT_RULES: tuple[Rule, ...] = (ExactRecipient(), Thread())
"""The same for mail that was sent."""

REVIEW_BY = "rule:review"
"""Provenance of "no rule was sure enough"."""

SENT_BY = "rule:sent_mail"
"""Provenance of "sent to nobody who is a customer"."""

THREAD = Thread.name
_INDIRECT = frozenset(route.value for route in Route) - {Route.DIRECT.value}
_STATED = {
    SimilarAddress.name: ReasonCode.SIMILAR_MATCH,
    Custom.name: ReasonCode.RULE_MATCH,
    Bounce.name: ReasonCode.BOUNCE_MATCH,
} | dict.fromkeys(_INDIRECT, ReasonCode.INDIRECT_MATCH)
"""Rules whose best answer has a code of its own."""


def ask_all(
    mails: Sequence[Asked], book: Book, rules: Sequence[Rule] = RULES, *, known: Known | None = None
) -> list[tuple[Candidate, ...]]:
    """Return every rule's candidates for each mail, the surest first. *book* is asked per rule, not per mail.

    *known* is what rules said before of the same customers; it grows.
    """
    keys, known = [written(mail) for mail in mails], {} if known is None else known
    answers = [answers_of(rule, mails, keys, book, known) for rule in rules]
    return [_ranked(tuple(chain.from_iterable(per_rule[at] for per_rule in answers))) for at in range(len(mails))]


def decide_all(
    mails: Sequence[ParsedMail],
    book: Book,
    rules: Sequence[Rule] = RULES,
    *,
    ours: Ours = NOT_TOLD,
    known: Known | None = None,
) -> list[Decision]:
    """Return the decision on each mail, in order; *ours* is who we are at the mailbox that they came to."""
    return decide_asked([ask(mail, ours) for mail in mails], book, rules, known=known)


def decide_asked(
    asked: Sequence[Asked], book: Book, rules: Sequence[Rule] = RULES, *, known: Known | None = None
) -> list[Decision]:
    """Return the decision on each mail, in order, with what rules that people wrote do beside suggesting.

    *known* is what rules said before of the same customers (``Answers.at``); it grows.
    """
    written = [rule for rule in book.match_rules() if rule.action is not Action.CUSTOMER]
    limits = book.rule_limits()
    return [
        _ruled(decide(mail, found, limits), fitting(written, mail) if written else ())
        for mail, found in zip(asked, ask_all(asked, book, rules, known=known), strict=True)
    ]


def _ruled(made: Decision, written: Sequence[MatchRule]) -> Decision:
    """Add the tags of the rules that fit, and have a person look where one says so."""
    tags = tuple(dict.fromkeys(rule.tag for rule in written if rule.action is Action.TAG))
    made = replace(made, tags=tags) if tags else made
    looks = next((rule for rule in written if rule.action is Action.REVIEW), None)
    if looks is None or made.needs_review:
        return made
    reason = f"Your rule {looks.name} fits. {looks.words} {made.reason}"
    return replace(_review(ReasonCode.RULE_REVIEW, reason, made.suggestions), tags=tags)


def decide_all_sent(mails: Sequence[ParsedMail], book: Book, rules: Sequence[Rule] = SENT_RULES) -> list[Decision]:
    """Return the decision on each mail that a mailbox of ours sent, in order."""
    asked = [Asked(mail, mail.sender, mail.sender_doubt, ()) for mail in mails]
    return [decide_sent(mail, found) for mail, found in zip(mails, ask_all(asked, book, rules), strict=True)]


def decide(asked: Asked, candidates: Sequence[Candidate], limits: RuleLimits = NO_LIMITS) -> Decision:
    """Return the decision on one mail, with what rules may say at most.

    A sender that cannot be told for certain is never filed by a rule, nor one that the mail server doubts (MA11), nor
    an address that several customers share (MA15) - unless a person has said for this thread which of them it is (MA5).
    """
    ranked = _ranked(limited(candidates, limits))
    if asked.sender is None:
        return _review(ReasonCode.SENDER_AMBIGUOUS, asked.doubt, ranked)
    if asked.unproven and any(one.band >= Band.STRONG or one.rule == CompanyDomain.name for one in candidates):
        reason = f"{asked.unproven} It may be forged: compare with earlier mail before you file it."
        return _review(ReasonCode.SENDER_UNAUTHENTICATED, reason, ranked)
    certain = [found for found in ranked if found.band is Band.CERTAIN]
    if len({found.customer.id for found in certain}) > 1:
        return _of_several(asked, certain, ranked)
    if certain:
        return _of_one(asked, certain[0], ranked)
    best = next((found for found in ranked if found.band is Band.STRONG), None)
    if best is not None and best.rule in _STATED:
        return _review(_STATED[best.rule], best.reason, ranked)
    return _review(ReasonCode.NO_MATCH, _nobody(asked), ranked)


def decide_sent(mail: ParsedMail, candidates: Sequence[Candidate]) -> Decision:
    """Return the decision on one mail that was sent (MA14): it concerns one customer, several, or none.

    Mail to nobody who is a customer is kept and asks nobody: people know whom they write to. A mail of which not every
    recipient was read may concern one customer more.
    """
    ranked = _ranked(candidates)
    certain = [found for found in ranked if found.band is Band.CERTAIN]
    names = list({found.customer.id: found.customer.name for found in certain}.values())
    if len(names) > 1:
        settled = _settled(certain, ranked)
        if settled is not None and mail.recipients_total <= RECIPIENTS:
            return _filed(settled, THREAD, f"{settled.reason} {_THREAD_WORDS}", ranked)
        reason = f"It was sent to addresses of {len(names)} customers: {', '.join(names)}."
        return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)
    if not certain:
        return Decision(ReasonCode.NO_MATCH, "It was sent to nobody who is a customer.", SENT_BY)
    best = certain[0]
    if mail.recipients_total > RECIPIENTS:
        reason = f"{best.reason} It has {mail.recipients_total} recipients, of which only {RECIPIENTS} were looked at."
        return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)
    return _filed(best, best.rule, best.reason, ranked)


_THREAD_WORDS = "Others have it too, and a person filed an earlier mail of this thread here."


def _of_several(asked: Asked, certain: Sequence[Candidate], ranked: tuple[Candidate, ...]) -> Decision:
    settled = _settled(certain, ranked)
    if settled is not None:
        return _filed(settled, THREAD, f"{settled.reason} {_THREAD_WORDS}", ranked)
    names = list({found.customer.id: found.customer.name for found in certain}.values())
    if certain[0].rule == Bounce.name:
        words = f"It reports on mail to {len(names)} customers: {', '.join(names)}."
        return _review(ReasonCode.AMBIGUOUS_MATCH, words, ranked)
    sender = asked.sender.address if asked.sender else ""
    reason = f"{sender} is an address of {len(names)} customers: {', '.join(names)}."
    return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)


def _settled(certain: Sequence[Candidate], ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the one of several that the thread was filed with, if it was always the same."""
    followed = {found.customer.id for found in ranked if found.rule == THREAD}
    if len(followed) != 1:
        return None
    return next((found for found in certain if found.customer.id in followed), None)


def _of_one(asked: Asked, best: Candidate, ranked: tuple[Candidate, ...]) -> Decision:
    """File with the one certain customer, unless the mail itself says that another customer gets the answers."""
    other = next((one for one in ranked if one.rule in _INDIRECT and one.customer.id != best.customer.id), None)
    theirs = {one.customer.id for one in ranked if one.rule in _INDIRECT}
    if other is not None and best.customer.id not in theirs:
        return _review(ReasonCode.AMBIGUOUS_MATCH, f"{best.reason} {other.reason}", ranked)
    return _filed(best, best.rule, best.reason, ranked)


def _nobody(asked: Asked) -> str:
    told = " ".join(dict.fromkeys(writer.told for writer in asked.writers if writer.told))
    address = (asked.writers[0].address if asked.is_handed_on else "") or (asked.sender.address if asked.sender else "")
    nobody = f"No customer has the address {address}."
    return f"{told} {nobody}" if asked.is_handed_on else nobody


def _ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda found: -found.band))


def _filed(best: Candidate, rule: str, reason: str, ranked: tuple[Candidate, ...]) -> Decision:
    by = f"rule:{rule}"
    return Decision(ReasonCode.SYNCED, reason, by, best.customer.id, int(best.band), suggestions=ranked)


def _review(code: ReasonCode, reason: str, suggestions: tuple[Candidate, ...]) -> Decision:
    sure = code not in {ReasonCode.SENDER_AMBIGUOUS, ReasonCode.SENDER_UNAUTHENTICATED}
    confidence = int(suggestions[0].band) if suggestions and sure else 0
    return Decision(code, reason, REVIEW_BY, None, confidence, needs_review=True, suggestions=suggestions)
