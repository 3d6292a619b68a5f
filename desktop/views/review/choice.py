"""What is chosen in the queue: who wrote it, and with whom it may be filed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.addresses import looks_like_address
from desktop.domain.customer import CustomerRef
from desktop.domain.review_item import Bucket, ReviewItem
from desktop.ui.words import counted, day

OFFERS = 3
"""As many as there are keys for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A customer for all that is chosen: how sure (in percent), why, and how many of the emails it fits."""

    customer: CustomerRef
    percent: int
    reason: str
    fits: int


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender among several chosen emails."""

    name: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen emails, in the order of the queue."""

    items: tuple[ReviewItem, ...] = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The best customers, those suggested for most of the emails first."""
        held: dict[int, list[tuple[CustomerRef, int, str]]] = {}
        for item in self.items:
            seen = set()
            for one in item.suggestions:
                if one.customer.id not in seen:
                    seen.add(one.customer.id)
                    held.setdefault(one.customer.id, []).append((one.customer, item.percent(one), one.reason))
        offers = [self._offer(answers) for answers in held.values()]
        if len(self.items) > 1:
            offers.sort(key=lambda offer: (-offer.fits, -offer.percent, offer.customer.name.casefold()))
        return tuple(offers[:OFFERS])

    def _offer(self, answers: Sequence[tuple[CustomerRef, int, str]]) -> Offer:
        customer, _, reason = answers[0]
        percent = min(answer[1] for answer in answers)
        fits, total = len(answers), len(self.items)
        if fits < total:
            reason = f"Suggested for {fits} of {total}. {reason}"
        return Offer(customer, percent, reason, fits)

    @property
    def first(self) -> Offer | None:
        """The offer that Enter takes: the best one, if it was suggested for every chosen email."""
        best = next(iter(self.offers), None)
        return best if best is not None and best.fits == len(self.items) else None

    @property
    def senders(self) -> list[Sender]:
        """Who wrote the chosen emails, most first; not we ourselves."""
        counts: dict[str, Sender] = {}
        for item in self.items:
            mail = item.mail
            if mail.sent_to:
                continue
            held = counts.get(mail.from_address)
            name = held.name if held else name_of(item)
            counts[mail.from_address] = Sender(name, mail.from_address, (held.count if held else 0) + 1)
        return sorted(counts.values(), key=lambda sender: -sender.count)

    @property
    def learnable(self) -> list[str]:
        """The senders' addresses that are worth remembering: a sender in doubt teaches nothing."""
        certain = (item.mail.from_address for item in self.items if item.mail.teaches)
        return [address for address in dict.fromkeys(certain) if looks_like_address(address)]

    @property
    def sender(self) -> str:
        """The one address that all of it came from, that a rule could leave out; empty when there are several."""
        found = {"" if item.mail.sent_to else item.mail.from_address for item in self.items}
        address = found.pop() if len(found) == 1 else ""
        return address if looks_like_address(address) else ""

    @property
    def sure(self) -> tuple[ReviewItem, ...]:
        """Those whose first suggestion is of the surest kind."""
        return tuple(item for item in self.items if item.is_sure and item.best is not None)

    def days(self, now: datetime) -> str:
        """Return how many there are of which days: ``10 emails today and 2 yesterday``."""
        counts: dict[str, int] = {}
        for item in sorted(self.items, key=lambda item: item.mail.received_at, reverse=True):
            word = day(item.mail.received_at, now)
            counts[word.lower() if word in {"Today", "Yesterday"} else f"on {word}"] = (
                counts.get(word.lower() if word in {"Today", "Yesterday"} else f"on {word}", 0) + 1
            )
        days = list(counts.items())
        if len(days) > 3:
            earlier = sum(count for _, count in days[2:])
            days = [*days[:2], ("earlier", earlier)]
        words = [f"{counted(days[0][1], 'email')} {days[0][0]}", *(f"{count} {word}" for word, count in days[1:])]
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def name_of(item: ReviewItem) -> str:
    """Return the sender's name, else the address, else a word for none."""
    return item.mail.from_name or item.mail.from_address or "Unknown sender"


def waits_because(item: ReviewItem) -> tuple[str, str]:
    """Return what a row says at its end: with whom, and a figure or word beside it; the first alone for no match."""
    best = item.best
    if item.bucket is Bucket.FAILED:
        return "Could not be read", ""
    if item.bucket is Bucket.SHARED:
        return "Shared address", f"{len({one.customer.id for one in item.suggestions})} owners"
    if best is None:
        return "No match", ""
    return best.customer.name, f"{item.percent(best)} %"
