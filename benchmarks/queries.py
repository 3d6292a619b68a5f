"""``python -m benchmarks.queries``: how long the window waits for what it asks of a profile that ``million`` made."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.customer_rows import CustomerOrder
from desktop.domain.email_list import EmailFilter, EmailOrder
from desktop.domain.ids import CustomerId, MailboxId
from desktop.security.keyfile import read_key_file
from desktop.services.suggestions import review_queue
from desktop.store.opening import open_store
from desktop.store.reading.reader import Reader
from desktop.store.store import Store

Question = Callable[[Reader], object]
SCREENFUL = 60

_FILTERS = {
    "all": EmailFilter(),
    "pending": EmailFilter(status="pending"),
    "errors": EmailFilter(status="error"),
    "one mailbox": EmailFilter(mailbox_id=MailboxId(2)),
    "with files, one mailbox": EmailFilter(mailbox_id=MailboxId(2), has_attachments=True),
    "a common word": EmailFilter(search="order"),
    "three common words": EmailFilter(search="order delivery label"),
    "a rare word": EmailFilter(search="4711"),
    "from:zhang": EmailFilter(sender="zhang"),
    "from:zhang and a word": EmailFilter(sender="zhang", search="order"),
    "to:support and a word": EmailFilter(to="support", search="order"),
    "subject:order": EmailFilter(subject="order"),
    "-order": EmailFilter(without=(EmailFilter(search="order"),)),
    "order -label -from:zhang": EmailFilter(
        search="order", without=(EmailFilter(search="label"), EmailFilter(sender="zhang"))
    ),
    "customer:fischer": EmailFilter(customer="fischer"),
    "tag:vip": EmailFilter(tags=frozenset({"vip"})),
    "a letter": EmailFilter(search="o"),
}


def questions(now: datetime) -> Iterator[tuple[str, Question]]:
    """Yield every question with its name."""
    today = now.replace(hour=0, minute=0, second=0)
    for name, wanted in _FILTERS.items():
        yield f"emails, {name}: first rows", _first(wanted, EmailOrder.NEWEST)
        yield f"emails, {name}: every id", _ids(wanted, EmailOrder.NEWEST)
        yield f"emails, {name}: chips", _chips(wanted, today)
    for order in EmailOrder:
        yield f"emails by {order}: first rows", _first(EmailFilter(), order)
        yield f"emails by {order}: every id", _ids(EmailFilter(), order)
    yield "dashboard", lambda read: [read.dashboard.get(now=now, today=today)]
    yield "review queue with suggestions", review_queue
    yield "sync log, first page", lambda read: read.activity.page()
    yield "problems and tasks", lambda read: [*read.activity.problems(), *read.activity.tasks(now)]
    yield "what depends on a mailbox", lambda read: [read.dependents.of(MailboxId(1))]
    yield "emails of a folder", lambda read: [read.dependents.emails_in(MailboxId(1), "INBOX")]
    for order_of_customers in CustomerOrder:
        yield f"customers by {order_of_customers}", _customers(order_of_customers)
    yield "customers, a page of rows", lambda read: read.customer_list.rows(read.customer_list.ids()[:200])
    yield "a customer opened", lambda read: [read.customer_list.detail(CustomerId(1))]
    for typed in ("z", "zhang", "company77", "nobody at all", "nobody", "ruiz 1234"):
        yield f"type-ahead: {typed}", _typed(typed)


def measure(store: Store, question: Question, rounds: int) -> tuple[float, int]:
    """Return the best time in seconds of some rounds, and how many things were answered."""
    best, size = float("inf"), 0
    for _ in range(rounds):
        with store.read() as read:
            begun = time.perf_counter()
            answer = question(read)
            best = min(best, time.perf_counter() - begun)
        size = len(answer) if hasattr(answer, "__len__") else 1
    return best, size


def _first(wanted: EmailFilter, order: EmailOrder) -> Question:
    return lambda read: read.email_list.first_page(wanted, order, limit=SCREENFUL)


def _ids(wanted: EmailFilter, order: EmailOrder) -> Question:
    return lambda read: read.email_list.ids(wanted, order)


def _chips(wanted: EmailFilter, today: datetime) -> Question:
    return lambda read: read.email_list.chip_counts(wanted, today=today).chips


def _customers(order: CustomerOrder) -> Question:
    return lambda read: read.customer_list.ids(order=order)


def _typed(text: str) -> Question:
    return lambda read: read.customer_list.search(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Ask, and print how long each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queries", description=__doc__)
    parser.add_argument("profile", type=Path, help="made with 'python -m benchmarks.million'")
    parser.add_argument("--key-file", type=Path, required=True, help="the profile's key")
    parser.add_argument(
        "--rounds", type=int, default=3, metavar="N", help="how often each is asked; the best counts (3)"
    )
    parser.add_argument("--now", default="2026-03-01T12:00:00", help="as it was given to million, UTC")
    args = parser.parse_args(argv)
    store = open_store(args.profile, read_key_file(args.key_file).reveal_hex(), writing=False)
    try:
        for name, question in questions(datetime.fromisoformat(args.now).replace(tzinfo=UTC)):
            seconds, size = measure(store, question, args.rounds)
            print(f"{seconds * 1000:9.1f} ms  {size:9,}  {name}", flush=True)
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
