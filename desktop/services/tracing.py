"""Why a message is where it is (EM4, MA13): every gate in order, every rule's answer and what became of it.

What was decided is told by what was recorded then. What the rules would say today is a part of its own and says so:
customers, rules and filters may be others by now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.domain.decision import PERSON, Band, Candidate, Decision
from desktop.domain.ids import EmailId
from desktop.domain.reasons import BY_FILTERS, WORDS, ReasonCode
from desktop.domain.rows import DecisionRow, EmailDetail, PlaceRow
from desktop.domain.rule_record import RULES, rule_words
from desktop.store.reading.reader import Reader

Line = tuple[str, str]
"""What it is about, and a sentence."""

GATES = ("Folder", "Start date", "Direction", "Fetched", "Read", "Own mail and duplicates", "Filters", "Matching")
_PASSED = "Let through."
_STOPPED_AT: Mapping[str, int] = {
    ReasonCode.OUT_OF_SCOPE_FOLDER: 0,
    ReasonCode.MANUAL_MODE: 0,
    ReasonCode.BEFORE_START_DATE: 1,
    ReasonCode.DIRECTION_OFF: 2,
    ReasonCode.FETCH_RETRYING: 3,
    ReasonCode.MISSING_ON_SERVER: 3,
    ReasonCode.UNPARSEABLE: 4,
    ReasonCode.OWN_LOOP: 5,
    ReasonCode.DUPLICATE_OF: 5,
    **dict.fromkeys(BY_FILTERS, 6),
}
_OTHERS = {
    "review": "no rule being sure enough",
    "sent_mail": "the rule for sent mail",
    "undo": "undo",
    "filter": "a filter",
    "sync": "the sync",
    "parser": "the reader of mail",
    "bounce": "the mail that came back",
}
"""Who decides that is no rule of matching."""
_IN_DOUBT = frozenset({ReasonCode.SENDER_AMBIGUOUS.value, ReasonCode.SENDER_UNAUTHENTICATED.value})


def gates_of(place: PlaceRow) -> list[Line]:
    """Return every gate a message comes to, in order, by the verdict that is recorded for it in *place*."""
    stopped = _STOPPED_AT.get(place.code)
    lines: list[Line] = []
    for at, gate in enumerate(GATES):
        if stopped is None or at < stopped:
            lines.append((gate, place.reason if at == len(GATES) - 1 else _PASSED))
        elif at == stopped:
            lines.append((gate, f"Stopped here: {place.reason}"))
        else:
            lines.append((gate, "Not reached."))
    return lines


def said_then(detail: EmailDetail, decisions: Sequence[DecisionRow]) -> list[Line]:
    """Return what each rule answered when a rule decided last, as recorded, and why that counted or did not."""
    row = detail.row
    recorded = detail.details.get("suggestions", ())
    by_rules = [made for made in decisions if made.decided_by != PERSON]
    if detail.row.code == ReasonCode.UNPARSEABLE.value or not by_rules:
        return []
    made = by_rules[-1]
    said = [_said(one) for one in recorded if isinstance(one, dict)]
    lines = [(_titled(*one), f"{one[4]} {_became(one, said, made)}") for one in said]
    silent = [rule for rule in RULES if rule not in {one[0] for one in said}]
    if silent and row.direction != "outbound":
        lines.append(("Said nothing", f"{', '.join(rule_words(rule) for rule in silent)}."))
    tags = detail.details.get("tags", ())
    if tags:
        lines.append(("Tags", f"Your own rules gave it {', '.join(str(tag) for tag in tags)}."))
    if row.decided_by == PERSON:
        lines.append(("Afterwards", "A person decided, and that stays whatever rules say."))
    return lines


def would_say_now(read: Reader, email_id: EmailId) -> list[Line]:
    """Return what the rules would say of a stored mail today; nothing is changed. Empty for what cannot be read."""
    letters = read.letters.get([email_id], with_text=True)
    if not letters:
        return []
    from desktop.services.deciding import decide_letters  # all rules of matching: asked by one letter, not by a start

    made = decide_letters(read, list(letters.values()))[email_id]
    names = {customer.id: customer.name for customer in read.customers.by_ids(_customers(made))}
    filed = names.get(made.customer_id, "") if made.customer_id is not None else ""
    verdict = f"It would be filed with {filed}." if filed else _in_words(made)
    lines = [("Verdict", f"{verdict} {made.reason}")]
    return [*lines, *((_titled_now(one), one.reason) for one in made.suggestions)]


def decided_words(made: DecisionRow) -> str:
    """Return who decided, for people: ``you``, or a rule by its name."""
    if made.decided_by == PERSON:
        return "you"
    rule = made.decided_by.removeprefix("rule:")
    return _OTHERS.get(rule, f"the rule {rule_words(rule)}")


_Said = tuple[str, str, str, int, str]
"""A rule's answer as recorded: the rule, the customer's number and name, the confidence, the reason."""


def _said(one: Mapping[str, Any]) -> _Said:
    rule = str(one.get("by", "")).removeprefix("rule:")
    confidence = one.get("confidence", 0)
    number, name = str(one.get("customer_id", "")), str(one.get("customer", ""))
    return rule, number, name, confidence if isinstance(confidence, int) else 0, str(one.get("reason", ""))


def _titled(rule: str, _number: str, name: str, confidence: int, _reason: str) -> str:
    return f"{rule_words(rule)}: {name}, {confidence} %"


def _titled_now(one: Candidate) -> str:
    return f"{rule_words(one.rule)}: {one.customer.name}, {int(one.band)} %"


def _became(one: _Said, said: Sequence[_Said], made: DecisionRow) -> str:
    """Say why an answer counted, or why it did not."""
    rule, number, _, confidence, _ = one
    certain = {other[1] for other in said if other[3] >= Band.CERTAIN}
    if made.decided_by == f"rule:{rule}":
        return "This decided."
    if confidence < Band.CERTAIN:
        if certain:
            return "A surer rule came before it."
        return "Not sure enough to file by itself, so it was suggested to a person."
    if made.code in _IN_DOUBT:
        return "Certain, but it is in doubt who sent it, so a person was asked."
    if len(certain) > 1 and made.code == ReasonCode.AMBIGUOUS_MATCH.value:
        return "Certain, and so was another customer: two of them make it a person's choice."
    same = any(other[1] == number and made.decided_by == f"rule:{other[0]}" for other in said)
    return "It agrees with the rule that decided." if same else "Another rule decided."


def _customers(made: Decision) -> set[Any]:
    return {made.customer_id} - {None}


def _in_words(made: Decision) -> str:
    return f"It would wait for a person: {WORDS.get(made.code, made.code.value)}." if made.needs_review else "Kept."
