"""Who writes when: customers begin conversations with our mailboxes and go on with those that are open."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from desktop.demo.clients import COLOURS, Client, Contact
from desktop.demo.composing import HOME, DemoMail, Envelope, compose
from desktop.demo.letters import Facts, Letter, LetterWriter
from desktop.demo.resources import words

OPEN_AT_ONCE = 60
REPLIES = 0.4
"""How many of the mails answer to one of ours."""

ANSWERED_AFTER = timedelta(minutes=40)
FORGOTTEN_AFTER = timedelta(days=6)


@dataclass(slots=True)
class Conversation:
    """A thread, as far as it has come."""

    contact: Contact
    subject: str
    facts: Facts
    last_at: datetime
    ids: list[str] = field(default_factory=list)


class Correspondence:
    """The mail of one mailbox, written in the order of its arrival."""

    def __init__(self, address: str, clients: Sequence[Client], rng: random.Random) -> None:
        self._address = address
        self._topics = address.partition("@")[0]
        self._clients = clients
        self._weights = list(accumulate(client.weight for client in clients))
        self._rng = rng
        self._writer = LetterWriter(rng)
        self._open: list[Conversation] = []

    def next(self, at: datetime) -> DemoMail:
        """Return the mail that arrives at *at*: from an address of a customer, new or a reply."""
        waiting = [one for one in self._open if ANSWERED_AFTER < at - one.last_at < FORGOTTEN_AFTER]
        if waiting and self._rng.random() < REPLIES:
            return self._reply(self._rng.choice(waiting), at)
        client = self._rng.choices(self._clients, cum_weights=self._weights)[0]
        return self.begin(self._rng.choice(client.contacts), at)

    def begin(self, contact: Contact, at: datetime) -> DemoMail:
        """Return a mail by *contact* with which a conversation begins."""
        letter, facts = self._writer.first(contact, self._topics, at)
        talk = Conversation(contact, letter.subject, facts, at)
        if not contact.is_desk:
            self._open.append(talk)
            del self._open[:-OPEN_AT_ONCE]
        return self._send(letter, talk, at)

    def stranger(self, at: datetime) -> DemoMail:
        """Return a mail by somebody who is on no customer: a new colleague at one, or a firm that is none."""
        rng, people = self._rng, words("people")
        english = people["cultures"]["english"]
        first, last = rng.choice(english["first"]), rng.choice(english["last"])
        client = rng.choice(self._clients)
        company, domain = client.customer.name, client.contacts[0].address.partition("@")[2]
        if rng.random() < 0.4 or not client.customer.company:
            word, trade = rng.choice(people["words"]), rng.choice(people["trades"])
            company, domain = f"New {word} {trade}", f"new-{word}-{trade.replace(' ', '-')}.example".lower()
        address = f"{first}.{last}.{rng.randint(2, 99)}@{domain}".lower()
        colour = rng.choice(COLOURS)
        return self.begin(Contact(f"{first} {last}", address, company, "Purchasing", colour=colour), at)

    def _reply(self, talk: Conversation, at: datetime) -> DemoMail:
        sent = self._office_hour(talk.last_at, at)
        talk.ids.append(f"{self._rng.getrandbits(64):016x}@{HOME}")
        letter = self._writer.follow_up(talk.contact, talk.subject, talk.facts, sent)
        return self._send(letter, talk, at)

    def _office_hour(self, after: datetime, before: datetime) -> datetime:
        """Return when we wrote back, between the two: in the daytime if there was any."""
        for _ in range(8):
            sent = after + (before - after) * self._rng.uniform(0.1, 0.9)
            if 8 <= sent.hour < 18:
                return sent
        return after + (before - after) / 2

    def _send(self, letter: Letter, talk: Conversation, at: datetime) -> DemoMail:
        who = talk.contact
        envelope = Envelope(who.name, who.address, self._address, at, references=tuple(talk.ids), language=who.language)
        mail, message_id = compose(letter, envelope, self._rng)
        talk.ids.append(message_id)
        talk.last_at = at
        return mail
