"""``python -m benchmarks.million``: a profile with very many made-up emails, put straight into its tables.

No server and no parser take part, so a million is here in minutes. What the window asks is then measured on it
(``python -m benchmarks.queries``). The same seed makes the same rows.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.health_events import PassWentWell
from desktop.domain.ids import CustomerId, MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.keyfile import read_key_file
from desktop.security.profile import KeyKind, Profile, save_profile
from desktop.services import health
from desktop.store.engines import make_engine
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.packing import pack
from desktop.store.search_text import fold
from desktop.store.tables import decision, email, email_body, folder, ledger, outbox
from desktop.store.writing.bulk import insert_rows

ADDRESSES = ("support@shop.example", "sales@shop.example", "billing@shop.example")
BATCH = 10_000
YEARS = 5
WAITING_PER_MILLE = 10
BROKEN_EVERY = 40_000
UNDELIVERED = 12
_PROSE = (
    "order delivery invoice window pallet label question about the new price list for december please split our two "
    "shipments again before friday room export error login broken spare part number mounting kit bracket cable tray "
    "thank you kind regards meeting moved monday warehouse returned damaged photos attached urgent account contract"
)
_FIRST_NAMES = "Wei Priya Tom Aiko Jorge Lena Yusuf Grace Nadia Omar Ingrid Luca Hana Daniel Zoë Søren Jürgen Ana"
_LAST_NAMES = "Zhang Raman Okafor Tanaka Alvarez Fischer Demir Mbeki Haddad Said Solberg Moretti Sato Costa Müller Ruiz"
_WORDS, _FIRST, _LAST = _PROSE.split(), _FIRST_NAMES.split(), _LAST_NAMES.split()


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes: a contact of a customer, or nobody Postroom knows."""

    name: str
    address: str
    customer: int


def fill(profile: Path, key_hex: str, *, emails: int, customers: int, seed: int, now: datetime) -> None:
    """Make the profile's database in *profile* (a folder that is there) with so many emails and customers."""
    create_store(profile, key_hex)
    store = open_store(profile, key_hex, writing=True)
    try:
        with store.write() as uow:
            boxes = [uow.mailboxes.add(_mailbox(address, now)) for address in ADDRESSES]
            for box in boxes:
                health.note(uow, box, PassWentWell(), now=now)
            made = uow.customers.add_all([_customer(number) for number in range(customers)], "import", now)
    finally:
        store.close()
    maker = _Mails(Random(seed), made, boxes, emails, now)
    engine = make_engine(database_path(profile), key_hex, read_only=False)
    try:
        for first in range(1, emails + 1, BATCH):
            batch = [maker.mail(number) for number in range(first, min(first + BATCH, emails + 1))]
            with engine.begin() as run:
                _insert(run, batch)
        with engine.begin() as run:
            _insert_undelivered(run, now)
            run.execute(sa.update(folder).values(epoch="1"))
    finally:
        engine.dispose()


def _mailbox(address: str, now: datetime) -> Mailbox:
    server = ServerSettings("127.0.0.1", 993, Security.TLS, address)
    return Mailbox(
        MailboxId(0), address, "imap", server, None, ("INBOX",), Direction.INBOUND, Frequency.EVERY_15_MINUTES,
        365 * YEARS, now - timedelta(days=365 * YEARS), MailboxState.ACTIVE, now,
    )  # fmt: skip


def _customer(number: int) -> Customer:
    name = f"{_LAST[number % len(_LAST)]} {_WORDS[number % len(_WORDS)].title()} {number}"
    domain = f"company{number}.example"
    addresses = tuple(f"{box}@{domain}" for box in ("office", "orders")[: 1 + number % 2])
    return Customer(CustomerId(0), name, addresses, company=f"Company {number // 4}")


def _writers(chance: Random, customers: Sequence[CustomerId]) -> list[Writer]:
    """One in two customers writes, a few very often; strangers come from companies of customers and from free mail."""
    people = []
    for at in range(0, len(customers), 2):
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        people.append(Writer(name, f"office@company{at}.example", customers[at]))
    for number in range(max(len(people) // 20, 50)):
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        domain = ("gmail.com", f"company{number * 3}.example", f"stranger{number}.example")[number % 3]
        people.append(Writer(f"{first} {last}", f"{fold(first)}.{fold(last)}{number}@{domain}", 0))
    return people


class _Mails:
    """Makes rows; one object per fill, because chance and packer go on from mail to mail."""

    def __init__(
        self, chance: Random, customers: Sequence[CustomerId], boxes: Sequence[MailboxId], total: int, now: datetime
    ) -> None:
        people = _writers(chance, customers)
        self._chance, self._boxes, self._now = chance, boxes, now
        self._known = [who for who in people if who.customer]
        self._strangers = [who for who in people if not who.customer]
        self._step = timedelta(days=365 * YEARS) / max(total, 1)
        self._total = total

    def mail(self, number: int) -> dict[str, dict[str, Any]]:
        """Return the rows of one mail by table."""
        chance = self._chance
        waiting = chance.randrange(1000) < WAITING_PER_MILLE
        broken = number % BROKEN_EVERY == BROKEN_EVERY // 2
        known = self._known[int(len(self._known) * chance.random() ** 3)] if self._known else None
        who = chance.choice(self._strangers) if waiting or known is None else known
        at = self._now - self._step * (self._total - number)
        text = " ".join(chance.choices(_WORDS, k=40))
        verdict = _verdict(who, waiting=waiting or not who.customer, broken=broken)
        row = {
            "id": number,
            "identity": f"{number:032x}",
            "provider_id": "",
            "mailbox_id": chance.choices(self._boxes, (60, 30, 10))[0],
            "message_id": f"<{number}.{chance.randrange(10**9)}@mail.example>",
            "from_address": who.address,
            "from_name": who.name,
            "to_line": ADDRESSES[0],
            "subject": " ".join(chance.choices(_WORDS, k=5)).capitalize() + f" {number}",
            "sent_at": at,
            "received_at": at,
            "direction": "inbound",
            "size_bytes": 2000 + chance.randrange(60_000),
            "whole": True,
            "attachments": int(chance.random() < 0.12),
            "preview": text[:200],
            **verdict,
            "parser_version": 1,
            "stored_at": at + timedelta(seconds=30),
        }
        return {"email": row, "words": {"text": text}, "body": self._body(text)}

    def _body(self, text: str) -> dict[str, Any]:
        packed = pack(text.encode())
        return {"details": '{"has_html":false,"to":[],"cc":[]}', "text": packed, "raw": packed}


def _verdict(who: Writer, *, waiting: bool, broken: bool) -> dict[str, Any]:
    if broken:
        words, code, status = "It took longer than ten seconds to read.", "UNPARSEABLE", "error"
    elif waiting:
        words, code, status = f"No customer has the address {who.address}.", "NO_MATCH", "pending"
    else:
        words, code, status = f"The sender's address {who.address} is one of the customer's.", "SYNCED", "synced"
    filed = status == "synced"
    return {
        "status": status,
        "code": code,
        "reason": words,
        "customer_id": who.customer if filed else None,
        "confidence": 100 if filed else 0,
        "decided_by": "rule:exact_address" if filed else "rule:review",
        "needs_review": not filed,
    }


def _insert(run: sa.Connection, batch: Sequence[dict[str, dict[str, Any]]]) -> None:
    rows = [mail["email"] for mail in batch]
    insert_rows(run, sa.insert(email), rows)
    insert_rows(run, sa.insert(email_body), [{"email_id": mail["email"]["id"], **mail["body"]} for mail in batch])
    insert_rows(run, sa.insert(decision), list(_decisions(rows)))
    insert_rows(run, sa.insert(ledger), list(_places(rows)))
    insert_rows(run, sa.insert(outbox), list(_effects(rows)))
    searched = [
        (row["id"], fold(row["subject"]), fold(f"{row['from_name']} {row['from_address']}"), mail["words"]["text"])
        for row, mail in zip(rows, batch, strict=True)
    ]
    run.exec_driver_sql("INSERT INTO email_fts (rowid, subject, people, body) VALUES (?, ?, ?, ?)", searched)


def _decisions(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        names = ("code", "reason", "customer_id", "confidence", "decided_by")
        yield {"email_id": row["id"], **{name: row[name] for name in names}, "decided_at": row["stored_at"]}


def _places(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "folder_id": row["mailbox_id"],
            "epoch": "1",
            "ref": str(row["id"]),
            "code": row["code"],
            "reason": row["reason"],
            "email_id": row["id"],
            "received_at": row["received_at"],
            "attempts": 0,
            "seen_at": row["stored_at"],
            "gone_at": None,
        }


def _effects(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        event = "email_filed" if row["status"] == "synced" else "email_unmatched"
        yield {
            "email_id": row["id"],
            "event": event,
            "channel": "in_app",
            "state": "planned",
            "created_at": row["stored_at"],
        }


def _insert_undelivered(run: sa.Connection, now: datetime) -> None:
    """A few messages that the server lists and does not deliver."""
    rows = [
        {
            "folder_id": 1,
            "epoch": "1",
            "ref": str(10**9 + number),
            "code": "FETCH_RETRYING",
            "reason": "The server did not deliver it.",
            "email_id": None,
            "received_at": None,
            "attempts": 1,
            "seen_at": now - timedelta(hours=number),
            "gone_at": None,
        }
        for number in range(UNDELIVERED)
    ]
    insert_rows(run, sa.insert(ledger), rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the profile."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("profile", type=Path, help="a folder that is not there yet")
    parser.add_argument("--key-file", type=Path, required=True, help="made with 'postroom key new'")
    parser.add_argument("--emails", type=int, default=1_000_000, metavar="N", help="how many (1000000)")
    parser.add_argument("--customers", type=int, default=100_000, metavar="N", help="how many (100000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other mail (1)")
    parser.add_argument("--now", default="2026-03-01T12:00:00", help="when the newest mail came, UTC")
    args = parser.parse_args(argv)
    now = datetime.fromisoformat(args.now).replace(tzinfo=UTC)
    key = read_key_file(args.key_file).reveal_hex()
    save_profile(args.profile, Profile(f"{args.seed:032x}", KeyKind.FILE, created=True))
    fill(args.profile, key, emails=args.emails, customers=args.customers, seed=args.seed, now=now)
    return 0


if __name__ == "__main__":
    sys.exit(main())
