"""The demo's customers and who writes for them: those of `resources/demo/customers.json`, and others made up here.

All addresses end in `.example`, which nobody can register (RFC 2606).
"""

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.demo.resources import words
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId

COUNT = 600
FREEMAIL = "freemail.example"
PRIVATE = 0.07
"""How many of the made-up customers are private people at the free provider."""

COLOURS = ("#1F5A4C", "#274B7A", "#7A3E00", "#5B2A86", "#8A1C3B", "#3B3B6D", "#2F5D1E", "#6B4E16", "#0F5C6E")
HABITS = ("plain", "plain", "html", "html", "logo")
LOCAL_PARTS = ("{first}", "{first}.{last}", "{first[0]}.{last}")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who writes, or a desk that several people write from.

    *habit* is how their program writes: `plain`, `html` or `logo` (HTML with a picture inside).
    """

    name: str
    address: str
    company: str
    role: str
    language: str = "en"
    habit: str = "plain"
    colour: str = COLOURS[0]
    is_desk: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """A customer with the contacts that write; *weight* says how often they do, compared with others."""

    customer: Customer
    contacts: tuple[Contact, ...]
    weight: float


def make_clients(rng: random.Random) -> list[Client]:
    """Return all customers, the known names first. Same *rng*, same customers."""
    clients = [_known(given, rng) for given in words("customers")]
    taken = {one.customer.name.casefold() for one in clients}
    taken |= {contact.address.partition("@")[2] for one in clients for contact in one.contacts}
    makers = _Makers(rng, taken)
    clients += [makers.client() for _ in range(COUNT - len(clients))]
    return clients


def _known(given: dict[str, Any], rng: random.Random) -> Client:
    colour = rng.choice(COLOURS)
    contacts = tuple(
        Contact(name, address, given["name"], role, "en", rng.choice(HABITS), colour, is_desk=not role)
        for name, address, role in given["people"]
    )
    emails = (*(contact.address for contact in contacts), *given.get("also", ()))
    owner, tags = given["owner"], tuple(given["tags"])
    customer = Customer(CustomerId(0), given["name"], emails, given["company"], owner, tags)
    return Client(customer, contacts, given["weight"])


class _Makers:
    """Makes customers up; no two have a name, a domain or an address in common."""

    def __init__(self, rng: random.Random, taken: set[str]) -> None:
        self._rng = rng
        self._taken = taken
        self._pools = words("people")
        self._cultures = list(self._pools["cultures"].values())
        self._shares = [culture["share"] for culture in self._cultures]

    def client(self) -> Client:
        """Make one customer."""
        rng = self._rng
        culture = rng.choices(self._cultures, self._shares)[0]
        if rng.random() < PRIVATE:
            return self._private(culture)
        name, domain = self._company(culture)
        colour = rng.choice(COLOURS)
        contacts = tuple(self._contacts(culture, name, domain, colour))
        company = f"{name} {rng.choice(culture['legal'])}"
        tags = tuple(sorted(rng.sample(self._pools["tags"], rng.choice((0, 1, 1, 2, 2, 3)))))
        return Client(self._customer(name, contacts, company, tags), contacts, self._weight())

    def _private(self, culture: dict[str, Any]) -> Client:
        rng = self._rng
        while True:
            name, first, last = self._person(culture)
            address = f"{first}.{last}{rng.choice(('', '', rng.randint(51, 99)))}@{FREEMAIL}"
            if self._take(name.casefold(), address):
                break
        contact = Contact(name, address, "", "", culture["language"], rng.choice(HABITS[:-1]))
        return Client(self._customer(name, (contact,), "", ("private",)), (contact,), 0.5)

    def _customer(self, name: str, contacts: tuple[Contact, ...], company: str, tags: tuple[str, ...]) -> Customer:
        owner = self._rng.choice((*self._pools["team"], ""))
        return Customer(CustomerId(0), name, tuple(one.address for one in contacts), company, owner, tags)

    def _weight(self) -> float:
        """A few write every week, most now and then."""
        return min(6.0, self._rng.paretovariate(1.3)) * 0.6

    def _company(self, culture: dict[str, Any]) -> tuple[str, str]:
        rng, pools = self._rng, self._pools
        while True:
            name = culture["pattern"].format(
                word=rng.choice(culture.get("words", pools["words"])),
                trade=rng.choice(culture.get("trades", pools["trades"])),
                last=rng.choice(culture.get("last", ("",))),
            )
            domain = f"{slug(name)}.example"
            if self._take(name.casefold(), domain):
                return name, domain

    def _take(self, *keys: str) -> bool:
        """Reserve all of *keys*, or nothing if one is taken."""
        if self._taken.intersection(keys):
            return False
        self._taken.update(keys)
        return True

    def _contacts(self, culture: dict[str, Any], company: str, domain: str, colour: str) -> Iterator[Contact]:
        rng = self._rng
        style = rng.choice(LOCAL_PARTS)
        seen: set[str] = set()
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            name, first, last = self._person(culture)
            local = style.format(first=first, last=last)
            if local in seen:
                continue
            seen.add(local)
            language, role, habit = culture["language"], rng.choice(self._pools["roles"]), rng.choice(HABITS)
            role = role if language == "en" else ""
            yield Contact(name, f"{local}@{domain}", company, role, language, habit, colour)
        if rng.random() < 0.35:
            local, desk = rng.choice(self._pools["desks"])
            yield Contact(f"{company} {desk}", f"{local}@{domain}", company, "", "en", "html", colour, is_desk=True)

    def _person(self, culture: dict[str, Any]) -> tuple[str, str, str]:
        """Return a display name and the two parts it has in an address."""
        if "people" in culture:
            name, local = self._rng.choice(culture["people"])
            first, _, last = local.partition(".")
            return name, first, last
        first, last = self._rng.choice(culture["first"]), self._rng.choice(culture["last"])
        return f"{first} {last}", slug(first), slug(last)


def slug(name: str) -> str:
    """Return *name* as it stands in a domain: ASCII letters and digits, words joined by nothing but hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
