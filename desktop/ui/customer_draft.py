"""What a person fills in about a customer: prefilled from mail, and checked field by field. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.customer import Customer
from desktop.domain.errors import CommandRefused
from desktop.domain.shared_providers import domain_of, is_shared_provider
from desktop.services.customer_values import address_of, phones_in, tags_in, text_of
from desktop.services.customers import Details

NAME, COMPANY, OWNER, TAGS, PHONES = "name", "company", "owner", "tags", "phones"
SECOND_LEVEL = frozenset(["ac", "co", "com", "edu", "gov", "ltd", "net", "org", "plc"])
"""What stands before a country in domains such as ``shop.co.uk``: no part of a name."""


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """The fields as they are typed; tags and phones are one text each, separated by commas."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    company: str = ""
    owner: str = ""
    tags: str = ""
    phones: str = ""

    @property
    def details(self) -> Details:
        """What is stored beside the addresses; call it when :func:`problems_of` finds nothing."""
        return Details(self.name, self.company, self.owner, tags_in(self.tags), phones_in(self.phones))

    @property
    def emails(self) -> tuple[str, ...]:
        """The addresses in comparable form, each once, without empty fields."""
        return tuple(dict.fromkeys(address_of(one) for one in self.addresses if one.strip()))


def draft_of(customer: Customer) -> CustomerDraft:
    """Return a customer's values to be edited."""
    tags, phones = ", ".join(customer.tags), ", ".join(customer.phones)
    return CustomerDraft(customer.name, customer.emails, customer.company, customer.owner, tags, phones)


def draft_from_mail(senders: Sequence[tuple[str, str]]) -> CustomerDraft:
    """Return what mail tells of a new customer; *senders* are pairs of name and address, the most important first.

    One sender is a person at the company of their domain. Several of one domain are that company. Strangers at a
    provider that everybody uses say nothing of a company.
    """
    addresses = tuple(dict.fromkeys(normalise_address(one) for _, one in senders if looks_like_address(one)))
    domains = {domain_of(address) for address in addresses}
    company = company_of(next(iter(domains))) if len(domains) == 1 else ""
    first = next((name.strip() for name, _ in senders if name.strip()), "")
    name = company if company and len(addresses) > 1 else first or company
    if not name and addresses:
        name = addresses[0].partition("@")[0]
    return CustomerDraft(name, addresses, company)


def company_of(domain: str) -> str:
    """Return a company's likely name from its domain: ``acme-parts.example`` is "Acme Parts"; "" for free mail."""
    if not domain or is_shared_provider(domain):
        return ""
    labels = domain.split(".")
    at = len(labels) - 2 if len(labels) > 1 else 0
    if at > 0 and labels[at] in SECOND_LEVEL and len(labels[-1]) == 2:
        at -= 1
    words = labels[at].replace("_", "-").split("-")
    return " ".join(word[:1].upper() + word[1:] for word in words if word)


def problems_of(draft: CustomerDraft) -> dict[str | int, str]:
    """Return what is wrong, by field (an address by its place in the list); a sentence for each."""
    wrong: dict[str | int, str] = {}

    def check(field: str | int, look: Callable[[], object]) -> None:
        try:
            look()
        except CommandRefused as refused:
            wrong[field] = refused.what

    check(NAME, lambda: text_of(draft.name, NAME))
    if NAME not in wrong and not draft.name.strip():
        wrong[NAME] = "A customer needs a name."
    for at, address in enumerate(draft.addresses):
        if address.strip():
            check(at, lambda address=address: address_of(address))  # type: ignore[misc]
    check(COMPANY, lambda: text_of(draft.company, COMPANY))
    check(OWNER, lambda: text_of(draft.owner, OWNER))
    check(TAGS, lambda: tags_in(draft.tags))
    check(PHONES, lambda: phones_in(draft.phones))
    return wrong
