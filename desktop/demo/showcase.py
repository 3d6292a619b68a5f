"""The newest mails of the demo, each written by hand (`resources/demo/showcase.json`): what a first look falls on."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from desktop.demo import files, mime
from desktop.demo.clients import COLOURS
from desktop.demo.composing import HOME, DemoMail, Envelope, compose
from desktop.demo.letters import Letter, Quote, Table, date_words, order_table, payment_table
from desktop.demo.mime import File
from desktop.demo.resources import words

NESTED = 49
"""How often the mail that cannot be read was forwarded to itself. The reader looks 50 deep, ..."""
INNERMOST_BYTES = 10 << 20
"""... and a forward in a transfer encoding is decoded as a whole on each level: more memory than a message may take."""


def showcase(now: datetime, rng: random.Random) -> Iterator[DemoMail]:
    """Yield the mails as they arrived before *now*: customers' own, those for review, and the one that is parked."""
    pool = words("showcase")
    for given in (*pool["known"], *pool["review"]):
        yield _mail(given, _moment(given, now), rng)
    yield _unreadable(pool["parked"], _moment(pool["parked"], now))


def _moment(given: Mapping[str, Any], now: datetime) -> datetime:
    """So many minutes ago; no two of the mails have the same number."""
    return now.replace(microsecond=0) - timedelta(minutes=given["minutes"])


def _mail(given: Mapping[str, Any], at: datetime, rng: random.Random) -> DemoMail:
    name, address = given["from"]
    references: tuple[str, ...] = ()
    quote = None
    if "quoted" in given:
        references = (f"{rng.getrandbits(64):016x}@{address.partition('@')[2]}", f"{rng.getrandbits(64):016x}@{HOME}")
        sent = at - timedelta(hours=rng.randint(2, 20), minutes=rng.randint(1, 50))
        quote = Quote(f"On {date_words(sent, 'en')} at {sent:%H:%M}, Ana Ruiz wrote:", given["quoted"])
    also = (tuple(given["also_from"]),) if "also_from" in given else ()
    envelope = Envelope(name, address, f"{given['to']}@{HOME}", at, references, also)
    return compose(_letter(given, quote, rng), envelope, rng)[0]


def _letter(given: Mapping[str, Any], quote: Quote | None, rng: random.Random) -> Letter:
    name, sign = given["from"][0], given["sign"]
    signature: tuple[str, ...] = (name, sign) if sign else ()
    return Letter(
        given["subject"],
        tuple(given["body"]),
        given.get("closing", "Kind regards,") if sign else "",
        signature,
        given.get("form", "plain"),
        given.get("charset", "UTF-8"),
        given.get("rtl", False),
        given.get("company", sign.rpartition(", ")[2]),
        given.get("colour", COLOURS[1]),
        given.get("number", ""),
        _table(given),
        quote,
        tuple(_file(rng, *file) for file in given.get("files", ())),
    )


def _table(given: Mapping[str, Any]) -> Table | None:
    if "items" not in given:
        return None
    rows = [(first, second, count, amount) for first, second, count, amount in given["items"]]
    make = order_table if given["form"] == "order" else payment_table
    return make(rows, given["currency"])


def _file(rng: random.Random, kind: str, name: str, kilobytes: int) -> File:
    if kind == "pdf":
        return files.pdf(name, (name.removesuffix(".pdf"),), kilobytes=kilobytes, rng=rng)
    if kind == "sheet":
        rows = [(str(row), f"{rng.randint(1, 900)}", f"{rng.random():.4f}") for row in range(kilobytes * 40)]
        return files.sheet(name, [("No", "Count", "Share"), *rows])
    return files.picture(name, rng.choice(COLOURS), (420, 280))


def _unreadable(given: Mapping[str, Any], at: datetime) -> DemoMail:
    """A mail that two out-of-office machines have forwarded to each other all night, with a large log inside."""
    mailbox = f"{given['to']}@{HOME}"
    head = [
        ("From", mime.mailbox(*given["from"])),
        ("To", mailbox),
        ("Subject", given["subject"]),
        ("Date", f"{at:%d %b %Y %H:%M:%S %z}"),
        ("MIME-Version", "1.0"),
    ]
    forward = mime.block([*head, ("Content-Type", "message/rfc822"), ("Content-Transfer-Encoding", "quoted-printable")])
    line = given["line"].encode("ascii")
    innermost = mime.block([*head, ("Content-Type", "text/plain; charset=us-ascii")])
    return DemoMail(mailbox, at, forward * NESTED + innermost + line * (INNERMOST_BYTES // len(line)))
