"""What people write: texts from `resources/demo`, filled with orders, dates and names that fit each other."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desktop.demo import files
from desktop.demo.clients import COLOURS, Contact
from desktop.demo.mime import File
from desktop.demo.resources import words

Facts = dict[str, str]
Topic = dict[str, Any]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATES = {"en": "{0.day} {1}", "de": "{0:%d.%m.%Y}", "nl": "{0:%d-%m-%Y}", "ja": "{0.month}月{0.day}日"}
"""How dates are written; the other languages take slashes."""

STREETS = ("Elm Road, entrance B", "12 Quay Street", "the yard in Station Road", "Unit 7, Foundry Park", "Mill Lane 3")
TIMES = ("07:30", "08:30", "09:15", "10:00", "13:30", "14:00", "15:15", "16:00")
WITH_FILES = 0.5
"""How many of the letters that speak of a file bring it along."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a letter: headings, rows of as many cells, and what stands under the last column, with its name."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total_name: str
    total: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reply answers to, our own mail: who wrote it, when in words, and its text."""

    introduction: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A text with everything that decides how it looks. *closing* stands above the *signature*.

    *form*: `plain`, `html`, `logo` (a picture inside), `order`, `remittance` and `statement` (with a table), `notice`,
    `newsletter`, `bounce`. *number* is the paper's own, on forms that have one.
    """

    subject: str
    paragraphs: tuple[str, ...]
    closing: str
    signature: tuple[str, ...]
    form: str = "plain"
    charset: str = "UTF-8"
    rtl: bool = False
    company: str = ""
    colour: str = COLOURS[0]
    number: str = ""
    table: Table | None = None
    quote: Quote | None = None
    files: tuple[File, ...] = ()


class LetterWriter:
    """Writes letters; what it needs of chance comes from *rng* alone."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pools = words("letters")
        self._abroad = words("letters_abroad")
        people = words("people")
        self._team, self._cities = people["team"], people["cities"]
        self._colleagues = people["cultures"]["english"]["first"]

    def first(self, contact: Contact, mailbox: str, at: datetime) -> tuple[Letter, Facts]:
        """Return the letter that begins a conversation with *mailbox* (`support`, `sales` or `billing`), and on what.

        The facts are for the letters that follow.
        """
        rng, language = self._rng, contact.language
        topic = rng.choice(self._topics(contact, mailbox))
        facts = self._facts(language, at, topic)
        form = topic.get("form", contact.habit)
        attached: tuple[File, ...] = ()
        if "files" in topic and rng.random() < WITH_FILES:
            attached = tuple(self._file(kind, name.format(**facts), facts) for kind, name in topic["files"])
        subject, opening = rng.choice(topic["openings"])
        letter = replace(
            self._letter(contact, [opening, *(rng.choice(choices) for choices in topic["body"])], facts),
            subject=subject.format(**facts),
            form=form,
            number=facts["po"] if form == "order" else "",
            table=self._table(form, facts),
            files=attached,
        )
        return letter, facts

    def follow_up(self, contact: Contact, subject: str, facts: Facts, sent: datetime) -> Letter:
        """Return the contact's answer to a mail of ours, which was sent at *sent*."""
        pool = self._pool(contact.language)
        ours, theirs = self._rng.choice(pool["exchanges"])
        when = f"{date_words(sent, contact.language)} {sent:%H:%M}"
        quote = Quote(pool["wrote"].format(sent=when, **facts), ours.format(**facts))
        letter = self._letter(contact, [self._rng.choice(theirs)], facts)
        return replace(letter, subject=subject if subject.startswith("Re: ") else f"Re: {subject}", quote=quote)

    def _letter(self, contact: Contact, body: Sequence[str], facts: Facts) -> Letter:
        """Return a letter without a subject."""
        pool, rng, language = self._pool(contact.language), self._rng, contact.language
        texts = (rng.choice(pool["greetings"]), *body)
        return Letter(
            "",
            tuple(text.format(**facts) for text in texts),
            rng.choice(pool["closings"]),
            signature_of(contact),
            contact.habit,
            rng.choice(pool["charsets"]) if language != "en" else "UTF-8",
            language in {"ar", "he"},
            contact.company or contact.name,
            contact.colour,
        )

    def _pool(self, language: str) -> dict[str, Any]:
        pool: dict[str, Any] = self._pools if language == "en" else self._abroad[language]
        return pool

    def _facts(self, language: str, at: datetime, topic: Topic) -> Facts:
        """Make up what a conversation on *topic* that begins at *at* is about."""
        rng, groups = self._rng, topic.get("articles", "").split()
        fitting = [one for one in self._pools["articles"] if not groups or one[0][:2] in groups]
        article, product, price = rng.choice(fitting)
        article2, product2, _ = rng.choice([one for one in self._pools["articles"] if one[0] != article])
        ahead, past = at + timedelta(days=rng.randint(4, 18)), at - timedelta(days=rng.randint(2, 12))
        agent, other = rng.sample(self._team, 2)
        count = rng.choice((12, 24, 36, 40, 48, 60, 80, 96, 120, 144, 240))
        return {
            "agent": agent.partition(" ")[0],
            "agent_name": agent,
            "other": other.partition(" ")[0],
            "colleague": rng.choice(self._colleagues),
            "order": str(rng.randint(20_100, 21_900)),
            "order2": str(rng.randint(20_100, 21_900)),
            "invoice": str(rng.randint(4_100, 4_490)),
            "ticket": str(rng.randint(900, 1_180)),
            "po": f"PO-{rng.randint(1_100, 2_280)}",
            "article": article,
            "product": product,
            "price": price,
            "article2": article2,
            "product2": product2,
            "qty": str(count),
            "fewer": str(count - rng.choice((2, 4, 6, 10))),
            "n": str(rng.randint(2, 9)),
            "amount": f"{rng.randint(40, 9_800):,}.{rng.choice((0, 0, 20, 45, 60, 75, 90)):02}",
            "currency": rng.choice(("EUR", "EUR", "GBP")),
            "day": WEEKDAYS[(at + timedelta(days=rng.randint(2, 6))).weekday() % 5],
            "date": date_words(ahead, language),
            "past": date_words(past, language),
            "month": MONTHS[at.month % 12],
            "last_month": MONTHS[(at.month - 2) % 12],
            "time": rng.choice(TIMES),
            "city": rng.choice(self._cities),
            "room": str(rng.randint(11, 99)),
            "street": rng.choice(STREETS),
        }

    def _topics(self, contact: Contact, mailbox: str) -> list[Topic]:
        """Return what this contact may write about: desks send papers, if there are any for the mailbox."""
        topics: list[Topic] = self._pool(contact.language)[mailbox]
        papers = [topic for topic in topics if "form" in topic]
        return papers if contact.is_desk and papers else topics

    def _table(self, form: str, facts: Facts) -> Table | None:
        if form == "order":
            picked = self._rng.sample(self._pools["articles"], self._rng.randint(2, 5))
            wanted = [(article, name, self._rng.randint(1, 40) * 4, price) for article, name, price in picked]
            return order_table(wanted, facts["currency"])
        if form in {"remittance", "statement"}:
            amounts = [self._rng.randint(3_000, 240_000) for _ in range(self._rng.randint(2, 5))]
            first = int(facts["invoice"])
            paid = [(str(first + 7 * place), "Invoice", 1, money(cents)) for place, cents in enumerate(amounts)]
            return payment_table(paid, facts["currency"], "Paid" if form == "remittance" else "Open")
        return None

    def _file(self, kind: str, name: str, facts: Facts) -> File:
        rng = self._rng
        if kind == "pdf":
            about = (name.removesuffix(".pdf"), f"Order {facts['order']}", facts["date"])
            return files.pdf(name, about, kilobytes=rng.choice((2, 3, 5, 8, 14, 26)), rng=rng)
        if kind == "sheet":
            return files.sheet(name, (("Article", "Description", "Price"), *self._pools["articles"]))
        if kind == "photo":
            return files.picture(name, rng.choice(COLOURS), (rng.randint(280, 420), rng.randint(180, 300)))
        lines = [f"{facts['time']}:{second:02} export: line {second * 40} of 4000\n" for second in range(24)]
        return files.text(name, "".join(lines) + "export: stopped, the answer was cut off\n")


def date_words(day: datetime, language: str) -> str:
    """Return a date as people write it."""
    return DATES.get(language, "{0:%d/%m/%Y}").format(day, MONTHS[day.month - 1])


def signature_of(contact: Contact) -> tuple[str, ...]:
    """Return the lines under a letter."""
    if not contact.company or contact.is_desk:
        return (contact.name,)
    return (contact.name, f"{contact.role}, {contact.company}" if contact.role else contact.company)


def order_table(wanted: list[tuple[str, str, int, str]], currency: str) -> Table:
    """Return the table of an order: article, description, how many, price of one."""
    rows, total = [], 0
    for article, name, count, price in wanted:
        cents = count * cents_of(price)
        total += cents
        rows.append((article, name[0].upper() + name[1:], str(count), price, money(cents)))
    headings = ("Article", "Description", "Qty", "Price", "Total")
    return Table(headings, tuple(rows), "Total, net", f"{currency} {money(total)}")


def payment_table(paid: list[tuple[str, str, int, str]], currency: str, total_name: str = "Paid") -> Table:
    """Return the table of a payment: document, its kind, and its amount (the number between them says nothing)."""
    rows = tuple((document, kind, amount) for document, kind, _, amount in paid)
    total = sum(cents_of(amount) for _, _, amount in rows)
    return Table(("Document", "Kind", "Amount"), rows, total_name, f"{currency} {money(total)}")


def cents_of(amount: str) -> int:
    """Return `1,204.50` in hundredths."""
    return int(amount.replace(",", "").replace(".", ""))


def money(cents: int) -> str:
    """Return hundredths as `1,204.50`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02}"
