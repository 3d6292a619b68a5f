"""MA8: rules that people wrote. What they suggest is reviewed as any other suggestion is."""

from collections.abc import Sequence

from desktop.domain.decision import Band, Candidate
from desktop.domain.mail import ParsedMail
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book
from desktop.matching.patterns import fits, folded

_WHOLE = frozenset({Where.SENDER, Where.RECIPIENT, Where.HEADER})


class Custom:
    """Answers STRONG for the customer of each rule that fits."""

    name = "custom"
    basis = Basis.MAIL

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per rule that fits and names a customer, in the order of the rules."""
        rules = [rule for rule in book.match_rules() if rule.action is Action.CUSTOMER and rule.customer is not None]
        return [
            [
                Candidate(rule.customer, Band.STRONG, f"Your rule {rule.name} fits. {rule.words}", self.name)
                for rule in fitting(rules, mail)
                if rule.customer is not None
            ]
            for mail in mails
        ]


def fitting(rules: Sequence[MatchRule], mail: Asked) -> list[MatchRule]:
    """Return those of *rules* that fit *mail*, in their order. Texts are made ready once for all of them."""
    texts: dict[tuple[Where, str], tuple[str, ...]] = {}
    return [rule for rule in rules if all(_fits(condition, mail, texts) for condition in rule.conditions)]


def _fits(condition: Condition, mail: Asked, texts: dict[tuple[Where, str], tuple[str, ...]]) -> bool:
    key = condition.where, condition.header
    if key not in texts:
        texts[key] = tuple(folded(text) for text in _texts(condition, mail))
    whole = condition.where in _WHOLE
    return any(fits(condition.pattern, text, whole=whole) for text in texts[key])


def _texts(condition: Condition, asked: Asked) -> tuple[str, ...]:
    mail: ParsedMail = asked.mail
    if condition.where is Where.SENDER:
        return tuple(dict.fromkeys(writer.address for writer in asked.writers)) or tuple(
            who.address for who in mail.claimed_from
        )
    if condition.where is Where.RECIPIENT:
        return tuple(who.address for who in (*mail.to, *mail.cc, *mail.bcc))
    if condition.where is Where.SUBJECT:
        return (mail.subject,)
    if condition.where is Where.BODY:
        return (mail.text,)
    return (mail.flags[condition.header],) if condition.header in mail.flags else ()
