"""From candidates to the one decision: only a single certain customer is filed by itself, all else asks a person."""

from collections.abc import Sequence
from itertools import chain

from desktop.domain.decision import Band, Candidate, Decision
from desktop.domain.mail import ParsedMail
from desktop.domain.reasons import ReasonCode
from desktop.matching.book import Book, Rule
from desktop.matching.rules.exact_address import ExactAddress
from desktop.matching.rules.exact_recipient import ExactRecipient
from desktop.parsing.limits import RECIPIENTS

RULES: tuple[Rule, ...] = (ExactAddress(),)
"""Every matching rule for mail that came in. The order does not matter: bands decide."""

SENT_RULES: tuple[Rule, ...] = (ExactRecipient(),)
"""The same for mail that was sent."""

REVIEW_BY = "rule:review"
"""Provenance of "no rule was sure enough"."""

SENT_BY = "rule:sent_mail"
"""Provenance of "sent to nobody who is a customer"."""


def decide_all(mails: Sequence[ParsedMail], book: Book, rules: Sequence[Rule] = RULES) -> list[Decision]:
    """Return the decision on each mail, in order. *book* is asked once per rule, not once per mail."""
    answers = [rule.candidates(mails, book) for rule in rules]
    return [
        decide(mail, tuple(chain.from_iterable(per_rule[at] for per_rule in answers))) for at, mail in enumerate(mails)
    ]


def decide_all_sent(mails: Sequence[ParsedMail], book: Book, rules: Sequence[Rule] = SENT_RULES) -> list[Decision]:
    """Return the decision on each mail that a mailbox of ours sent, in order."""
    answers = [rule.candidates(mails, book) for rule in rules]
    return [
        decide_sent(mail, tuple(chain.from_iterable(per_rule[at] for per_rule in answers)))
        for at, mail in enumerate(mails)
    ]


def decide(mail: ParsedMail, candidates: Sequence[Candidate]) -> Decision:
    """Return the decision on one mail.

    A sender that cannot be told for certain is never filed by a rule, and neither is an address that several
    customers share (MA15): automation guesses nothing.
    """
    ranked = tuple(sorted(candidates, key=lambda found: (-found.band, found.customer.name)))
    if mail.sender is None:
        doubt = mail.sender_doubt or "The sender cannot be told for certain."
        return _review(ReasonCode.SENDER_AMBIGUOUS, doubt, ranked)
    certain = [found for found in ranked if found.band is Band.CERTAIN]
    customers = {found.customer.id for found in certain}
    if len(customers) > 1:
        names = ", ".join(dict.fromkeys(found.customer.name for found in certain))
        reason = f"{mail.sender.address} is an address of {len(customers)} customers: {names}."
        return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)
    if certain:
        best = certain[0]
        return Decision(
            ReasonCode.SYNCED, best.reason, f"rule:{best.rule}", best.customer.id, int(best.band), suggestions=ranked
        )
    return _review(ReasonCode.NO_MATCH, f"No customer has the address {mail.sender.address}.", ranked)


def decide_sent(mail: ParsedMail, candidates: Sequence[Candidate]) -> Decision:
    """Return the decision on one mail that was sent (MA14): it concerns one customer, several, or none.

    Mail to nobody who is a customer is kept and asks nobody: people know whom they write to. A mail of which not every
    recipient was read may concern one customer more.
    """
    ranked = tuple(sorted(candidates, key=lambda found: (-found.band, found.customer.name)))
    certain = [found for found in ranked if found.band is Band.CERTAIN]
    names = list({found.customer.id: found.customer.name for found in certain}.values())
    if len(names) > 1:
        reason = f"It was sent to addresses of {len(names)} customers: {', '.join(names)}."
        return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)
    if not certain:
        return Decision(ReasonCode.NO_MATCH, "It was sent to nobody who is a customer.", SENT_BY)
    best = certain[0]
    if mail.recipients_total > RECIPIENTS:
        reason = f"{best.reason} It has {mail.recipients_total} recipients, of which only {RECIPIENTS} were looked at."
        return _review(ReasonCode.AMBIGUOUS_MATCH, reason, ranked)
    return Decision(
        ReasonCode.SYNCED, best.reason, f"rule:{best.rule}", best.customer.id, int(best.band), suggestions=ranked
    )


def _review(code: ReasonCode, reason: str, suggestions: tuple[Candidate, ...]) -> Decision:
    confidence = int(suggestions[0].band) if suggestions and code is not ReasonCode.SENDER_AMBIGUOUS else 0
    return Decision(code, reason, REVIEW_BY, None, confidence, needs_review=True, suggestions=suggestions)
