"""What a person says about matching as a whole: the mode, how much a rule may say, and who else we are.

A change holds for mail that comes from now on, and at once for what the review queue suggests. Nothing that is filed
moves, and nothing here files anything: only an exact address does that, whatever the mode.
"""

from desktop.domain.addresses import normalise_domain
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.domain.rule_limits import FIXED, LIKENESS, OFF, MatchingMode, lower
from desktop.domain.rule_record import RULES, rule_words, states_at_most
from desktop.domain.shared_providers import is_shared_provider
from desktop.matching.domains import is_companys
from desktop.services.customer_values import address_of, bad_input
from desktop.store.writing.unit_of_work import UnitOfWork

OUR_NAMES = 500
"""How many addresses and domains may be added as ours."""

MODE_WORDS = {
    MatchingMode.EXACT: "Exact only",
    MatchingMode.SIMILAR: "Suggest similar",
}


def set_mode(uow: UnitOfWork, mode: MatchingMode, clock: Clock) -> ChangeSet:
    """Have addresses that are like a customer's suggested, or not."""
    uow.matching.limit(LIKENESS, OFF if mode is MatchingMode.EXACT else None)
    return _recorded(uow, "matching.mode", f"Matching: {MODE_WORDS[mode]}", clock)


def tighten(uow: UnitOfWork, rule: str, clock: Clock) -> ChangeSet:
    """Have *rule* say one step less than it may now: 50 % in place of 80 %, then nothing at all.

    Raises CommandRefused for a rule that cannot be lowered, or that is off already.
    """
    if rule in FIXED:
        raise bad_input(
            f"{rule_words(rule)} cannot be lowered.", "Remove the address from the customer who should not have it."
        )
    if rule not in RULES:
        raise bad_input(f"There is no rule {rule}.", f"Rules are: {', '.join(sorted(set(RULES) - FIXED))}.")
    most = lower(states_at_most(rule, uow.read.matching.limits()))
    if most is None:
        raise bad_input(f"{rule_words(rule)} is switched off already.")
    uow.matching.limit(rule, most)
    said = f"says at most {most} % now" if most else "suggests nothing now"
    return _recorded(uow, "matching.tighten", f"{rule_words(rule)} {said}", clock)


def loosen(uow: UnitOfWork, rule: str, clock: Clock) -> ChangeSet:
    """Let *rule* say again what it states by itself."""
    uow.matching.limit(rule, None)
    return _recorded(uow, "matching.loosen", f"{rule_words(rule)} says what it finds again", clock)


def add_our_name(uow: UnitOfWork, text: str, clock: Clock) -> ChangeSet:
    """Count an address, or a domain, as ours from now on. Raises CommandRefused for what is neither, or shared."""
    name = our_name(text)
    held = uow.read.matching.our_names()
    if name in held:
        return ChangeSet(Changed.NOTHING, f"{name} is ours already")
    if len(held) >= OUR_NAMES:
        raise bad_input(f"There are {OUR_NAMES} addresses and domains of our own already.", "Add a domain instead.")
    uow.matching.add_our_name(name)
    return _recorded(uow, "matching.ours", f"{name} counts as ours", clock)


def remove_our_name(uow: UnitOfWork, text: str, clock: Clock) -> ChangeSet:
    """Count what somebody added as ours as anybody's again. Raises CommandRefused when nobody did."""
    name = our_name(text)
    if name not in uow.read.matching.our_names():
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"{name} was not added as ours.",
            meaning="Nothing was changed.",
            action="The addresses of mailboxes are ours by themselves; disconnect a mailbox to change that.",
        )
    uow.matching.remove_our_name(name)
    return _recorded(uow, "matching.not_ours", f"{name} does not count as ours any more", clock)


def our_name(text: str) -> str:
    """Return an address or a domain in comparable form; raises CommandRefused for what cannot be ours."""
    plain = text.strip().removeprefix("@")
    if "@" in plain:
        return address_of(plain)
    domain = normalise_domain(plain)
    if "." not in domain or any(character.isspace() for character in domain):
        raise bad_input(f"{plain or 'Nothing'} is no address and no domain.", "Give one like sales@acme.example.")
    if is_shared_provider(domain) or not is_companys(domain):
        raise bad_input(f"Strangers have addresses at {domain} too.", "Add each address of ours by itself.")
    return domain


def _recorded(uow: UnitOfWork, command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.REVIEW, words)
