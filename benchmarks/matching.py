"""``python -m benchmarks --matching``: whose mail is it, asked of a profile with a million customers (P6).

The customers are put straight into the tables. Names and free mail addresses are as crowded as in life (a few names
are very common), because that is what makes similarity dear. The same seed makes the same customers and senders.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.figures import Figure, figure
from desktop.domain.decision import Decision
from desktop.domain.mail import Address, ParsedMail
from desktop.matching.book import Book, Rule
from desktop.matching.decide import RULES, decide_all
from desktop.matching.rules.exact_address import ExactAddress
from desktop.store.domain_keys import know_domains
from desktop.store.engines import make_engine
from desktop.store.folded_texts import know_texts
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address
from desktop.store.writing.bulk import insert_rows

KEY = "ab" * 32
BATCH = 250
GOALS_MS = {"exact": 1.0, "similar": 5.0}
_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_FIRST = (
    "maria anna john michael james david mohammed wei li jose ana juan peter thomas laura julia daniel martin paul "
    "elena olga ivan sergey yuki hiroshi fatima aisha ahmed omar priya rahul sofia lucas emma louis lena jonas klara "
    "nikolai marta giulia marco luca chiara sven ingrid lars astrid piotr agnieszka tomasz katarzyna mehmet ayse"
)
_LAST = (
    "smith johnson garcia martinez mueller schmidt schneider fischer weber meier wang zhang chen liu kim lee park "
    "nguyen tran singh kumar sharma patel ivanov petrov sidorov rossi russo ferrari bianchi silva santos oliveira "
    "dubois martin bernard moreau novak svoboda kowalski nowak wisniewski yilmaz kaya demir jansen devries bakker "
    "andersson johansson nielsen hansen olsen virtanen korhonen papadopoulos tanaka suzuki sato yamamoto haddad"
)
_WORDS = (
    "nord sued west ost alpha beta gamma delta omega terra luna sol astra nova prima ultra mega micro macro inter "
    "trans multi poly mono euro asia afri amer global local urban rural aqua ferro silva mont valle campo porto casa"
)
_KINDS = "tec soft works parts media log trade med lab bau holz stahl print food wine tours legal tax care data net"
_SUFFIXES = (
    "com",
    "com",
    "com",
    "de",
    "co.uk",
    "fr",
    "it",
    "es",
    "nl",
    "pl",
    "com.br",
    "co.jp",
    "com.au",
    "net",
    "org",
)
_FREE = ("gmail.com",) * 12 + ("yahoo.com", "outlook.com", "hotmail.com", "web.de", "gmx.de", "qq.com", "mail.ru")
_OFFICES = ("info", "office", "sales", "orders", "contact", "kontakt", "billing")


class Town:
    """Makes customers and those who write; one object per run, because chance goes on."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._first, self._last = _FIRST.split(), _LAST.split()
        self._words, self._kinds = _WORDS.split(), _KINDS.split()

    def customer(self, number: int) -> tuple[str, tuple[str, ...]]:
        """Return a customer's name and addresses: two in five are private people, the others work for a company."""
        first, last = self._name()
        if self._chance.random() < 0.4:
            return f"{first} {last} {number}".title(), (self._private(first, last),)
        domain = self._company()
        person = f"{first[0]}.{last}@{domain}" if self._chance.random() < 0.3 else f"{first}.{last}@{domain}"
        office = f"{self._chance.choice(_OFFICES)}@{domain}"
        return f"{domain.partition('.')[0]} {number}".title(), tuple({person, office} if number % 3 == 0 else {person})

    def stranger(self) -> str:
        """Return an address of nobody yet, made in the same way."""
        first, last = self._name()
        private = self._chance.random() < 0.5
        return self._private(first, last) if private else f"{first}.{last}@{self._company()}"

    def like(self, address: str) -> str:
        """Return an address like *address*: a tag, a slip before or behind the @, or a sister domain."""
        chance = self._chance
        local, _, domain = address.partition("@")
        kind = chance.randrange(5)
        if kind == 0:
            return f"{local}+{chance.choice(self._words)}@{domain}"
        if kind == 1:
            return f"{self._slip(local)}@{domain}"
        if kind == 2:
            head, dot, rest = domain.partition(".")
            return f"{local}@{self._slip(head)}{dot}{rest}"
        if kind == 3:
            return f"{local}@{domain.partition('.')[0]}.{chance.choice(_SUFFIXES)}"
        return f"{local.replace('.', '')}@{domain}"

    def _slip(self, text: str) -> str:
        at = self._chance.randrange(max(len(text) - 1, 1))
        letter = self._chance.choice("abcdefghijklmnopqrstuvwxyz")
        kinds = (
            text[:at] + letter + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        )
        return self._chance.choice(kinds)

    def _name(self) -> tuple[str, str]:
        chance = self._chance
        first = self._first[int(len(self._first) * chance.random() ** 2)]
        return first, self._last[int(len(self._last) * chance.random() ** 2)]

    def _private(self, first: str, last: str) -> str:
        chance = self._chance
        between = chance.choice((".", "", "_", "."))
        number = str(chance.randrange(10_000)) if chance.random() < 0.8 else ""
        return f"{first}{between}{last}{number}@{chance.choice(_FREE)}"

    def _company(self) -> str:
        chance = self._chance
        size = int(300_000 * chance.random() ** 1.5)
        words = self._words
        name = f"{words[size % len(words)]}{words[size // len(words) % len(words)]}"
        return f"{name}{self._kinds[size // 1600 % len(self._kinds)]}{size // 33_600 or ''}.{_SUFFIXES[size % 15]}"


def fill(folder: Path, how_many: int, seed: int) -> tuple[Store, list[str]]:
    """Make a profile with so many customers; returns it open, and their addresses."""
    town = Town(seed)
    made = [(number, *town.customer(number)) for number in range(1, how_many + 1)]
    rows = [customer_row(number, name) for number, name, _ in made]
    put_customers(folder, rows, [(number, each) for number, _, each in made])
    return open_store(folder, KEY, writing=True), [one for _, _, each in made for one in each]


def put_customers(folder: Path, rows: Sequence[dict[str, object]], owned: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Make a profile of *rows* of customers and of the addresses that each of them, by its id, has."""
    create_store(folder, KEY)
    addresses = [_address_row(number, one, at) for number, each in owned for at, one in enumerate(each)]
    addresses.sort(key=lambda row: row["address"])  # the table's own order: a million at odd places take an hour
    engine = make_engine(database_path(folder), KEY, read_only=False)
    try:
        with engine.begin() as run:
            for table in (customer, customer_address):
                for index in table.indexes:
                    index.drop(run)
            insert_rows(run, sa.insert(customer), rows)
            insert_rows(run, sa.insert(customer_address), addresses)
            for table in (customer, customer_address):
                for index in sorted(table.indexes, key=lambda one: str(one.name)):
                    index.create(run)
            know_domains(run)
            know_texts(run)
    finally:
        engine.dispose()


def customer_row(number: int, name: str, *, company: str = "", phones: str = "[]") -> dict[str, object]:
    """Return the row of a customer; *phones* is JSON."""
    told = {"name": name, "name_key": name.casefold(), "company": company, "phones": phones}
    return {"id": number, **told, "owner": "", "tags": "[]", "created_at": _AT}


def _address_row(number: int, address: str, position: int) -> dict[str, Any]:
    return {"address": address, "customer_id": number, "position": position, "origin": "import"}


def measure(how_many: int, seed: int, directory: Path | None, say: Callable[[str], None]) -> list[Figure]:
    """Fill, ask, and return the figures of P6."""
    with tempfile.TemporaryDirectory(prefix="matching-", dir=directory) as folder:
        begun = time.perf_counter()
        store, addresses = fill(Path(folder), how_many, seed)
        size = database_path(Path(folder)).stat().st_size / 1e6
        say(
            f"{how_many:,} customers, {len(addresses):,} addresses: {time.perf_counter() - begun:.0f} s, {size:,.0f} MB"
        )
        try:
            return list(_figures(store, addresses, seed, say))
        finally:
            store.close()


def _figures(store: Store, addresses: Sequence[str], seed: int, say: Callable[[str], None]) -> Iterator[Figure]:
    chance, town = Random(seed + 1), Town(seed + 2)
    known = [chance.choice(addresses) for _ in range(2_000)]
    alike = [town.like(chance.choice(addresses)) for _ in range(1_000)]
    senders = {
        "exact": known,
        "similar": [*known[:600], *alike, *(town.stranger() for _ in range(400))],
    }
    for name, rules in (("exact", (ExactAddress(),)), ("similar", RULES)):
        mails = [_mail(number, address) for number, address in enumerate(senders[name])]
        chance.shuffle(mails)
        with store.read() as read:
            decide_all(mails[:BATCH], read.book, rules)  # the pages that any question needs are there then
            single = [_timed([mail], read.book, rules)[0] for mail in mails[:1_000]]
            timed = [_timed(mails[at : at + BATCH], read.book, rules) for at in range(0, len(mails), BATCH)]
        decisions = [made for _, found in timed for made in found]
        say(f"{name}: {_said(decisions)}; alone {median(single):.2f} ms, at most {max(single):.1f} ms")
        per_mail = [milliseconds / len(found) for milliseconds, found in timed]
        goal = GOALS_MS[name]
        yield figure(f"P6 {name}, 95 % of mails asked alone", [_p95(single)], goal, "ms")
        yield figure(f"P6 {name}, a mail in a batch of {BATCH}", per_mail, goal, "ms")


def _timed(mails: Sequence[ParsedMail], book: Book, rules: Sequence[Rule]) -> tuple[float, list[Decision]]:
    """Return the processor's milliseconds, which other work on the machine does not change much, and the answer."""
    begun = time.thread_time()
    made = decide_all(mails, book, rules)
    return (time.thread_time() - begun) * 1000, made


def _said(decisions: Sequence[Decision]) -> str:
    codes = sorted({made.code.value for made in decisions})
    return ", ".join(f"{sum(1 for made in decisions if made.code == code)} {code}" for code in codes)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _mail(number: int, address: str) -> ParsedMail:
    who = Address(address.partition("@")[0].replace(".", " ").title(), address)
    return ParsedMail(
        identity=str(number), message_id=f"<{number}@bench>", sender=who, sender_doubt="", claimed_from=(who,),
        reply_to=(), to=(), cc=(), bcc=(), recipients_total=0, subject="", date=None, date_note="", in_reply_to=(),
        references=(f"<{number}@thread>",), text="", preview="", has_html=False, attachments=(), flags={}, defects=(),
    )  # fmt: skip
