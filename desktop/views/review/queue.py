"""The queue as it is shown: which emails, in which order, under which domain. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.review_item import Bucket, ReviewItem

FOLDED = 4
"""How many emails of a domain are shown until one asks for all."""
SKIPPED = "\n"
"""The key of the group of skipped emails: no domain is called so."""
NO_DOMAIN = "\t"
"""The key of the group of emails whose sender has no domain."""
TITLES = {SKIPPED: "Skipped", NO_DOMAIN: "Sender unknown"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A decision that could not be carried out: with whom (None: it was to be ignored), and what went wrong."""

    customer_id: CustomerId | None
    customer: str
    what: str

    @property
    def words(self) -> str:
        """What did not happen."""
        return f"Not assigned to {self.customer}" if self.customer_id is not None else "Not ignored"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The head of a domain's emails. ``hidden`` is how many of ``count`` are folded away."""

    key: str
    title: str
    count: int
    hidden: int
    hint: str = ""
    is_closed: bool = False
    can_fold: bool = False


@dataclass(frozen=True, slots=True)
class MailRow:
    """One email of the queue."""

    item: ReviewItem
    group: str
    trouble: Trouble | None = None
    taken: str = ""
    """How somebody else decided on it meanwhile, in words: it is shown for a moment, and nothing can be done."""


Row = GroupRow | MailRow


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks at the queue. ``skipped`` are in the order they were skipped."""

    bucket: Bucket | None = None
    search: str = ""
    by_domain: bool = True
    closed: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()
    skipped: tuple[EmailId, ...] = ()
    troubles: Mapping[EmailId, Trouble] = field(default_factory=dict)
    taken: Mapping[EmailId, str] = field(default_factory=dict)

    def row(self, item: ReviewItem, group: str) -> MailRow:
        """Return the row of an email."""
        return MailRow(item, group, self.troubles.get(item.mail.id), self.taken.get(item.mail.id, ""))


def group_of(item: ReviewItem, look: Look) -> str:
    """Return the key of the group an email stands in."""
    if item.mail.id in look.skipped:
        return SKIPPED
    return (item.domain or NO_DOMAIN) if look.by_domain else ""


def found(items: Iterable[ReviewItem], search: str) -> list[ReviewItem]:
    """Return those with every word of *search* in sender, subject, first words, mailbox or a suggestion."""
    words = search.casefold().split()
    if not words:
        return list(items)
    return [item for item in items if all(word in _text_of(item) for word in words)]


def in_view(items: Iterable[ReviewItem], look: Look) -> list[ReviewItem]:
    """Return the emails that chip and search leave."""
    return [item for item in found(items, look.search) if look.bucket is None or item.bucket is look.bucket]


def bucket_counts(items: Iterable[ReviewItem], search: str) -> dict[Bucket | None, int]:
    """Return what each chip would show; None is all of them."""
    counts: dict[Bucket | None, int] = dict.fromkeys([None, *Bucket], 0)
    for item in found(items, search):
        counts[None] += 1
        counts[item.bucket] += 1
    return counts


def ordered_groups(counts: Mapping[str, int], before: Sequence[str]) -> list[str]:
    """Return the groups, largest first; those shown *before* keep their places, so that none jumps under the hand."""
    order = [key for key in before if key in counts]
    new = sorted(counts.keys() - set(order), key=lambda key: (-counts[key], key))
    for key in new:
        at = next((at for at, other in enumerate(order) if counts[other] < counts[key]), len(order))
        order.insert(at, key)
    if SKIPPED in order:
        order.remove(SKIPPED)
        order.append(SKIPPED)
    return order


def arrange(items: Collection[ReviewItem], look: Look, groups: Sequence[str]) -> list[Row]:
    """Return the rows to show: of each of *groups* its head and its emails; without domains oldest first, no heads."""
    shown = in_view(items, look)
    of_group: dict[str, list[ReviewItem]] = {key: [] for key in groups}
    for item in shown:
        of_group[group_of(item, look)].append(item)
    rows: list[Row] = []
    for key in groups:
        members = _in_order(of_group[key], key, look)
        if not members:
            continue
        if not key:
            rows += [look.row(item, key) for item in members]
            continue
        head, visible = _head(key, members, look)
        rows.append(head)
        rows += [look.row(item, key) for item in visible]
    return rows


def groups_in_view(items: Iterable[ReviewItem], look: Look) -> dict[str, int]:
    """Return the groups there are, with how many emails each has."""
    counts: dict[str, int] = {}
    for item in in_view(items, look):
        key = group_of(item, look)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _in_order(members: list[ReviewItem], key: str, look: Look) -> list[ReviewItem]:
    if key == SKIPPED:
        places = {email_id: at for at, email_id in enumerate(look.skipped)}
        return sorted(members, key=lambda item: places[item.mail.id])
    return sorted(members, key=lambda item: (item.mail.received_at, item.mail.id), reverse=look.by_domain)


def _head(key: str, members: Sequence[ReviewItem], look: Look) -> tuple[GroupRow, Sequence[ReviewItem]]:
    count, is_closed = sum(1 for item in members if item.mail.id not in look.taken), key in look.closed
    visible = [] if is_closed else members if key in look.unfolded else members[:FOLDED]
    hidden = 0 if is_closed else len(members) - len(visible)
    can_fold = not is_closed and count > FOLDED
    return GroupRow(key, TITLES.get(key, key), count, hidden, _hint(key, members), is_closed, can_fold), visible


def _hint(key: str, members: Sequence[ReviewItem]) -> str:
    if key == SKIPPED:
        return "For later"
    if members[0].one_by_one:
        return members[0].one_by_one
    buckets = {item.bucket for item in members}
    if buckets == {Bucket.SHARED}:
        return "Address of several customers"
    return "Could not be read" if buckets == {Bucket.FAILED} else ""


def _text_of(item: ReviewItem) -> str:
    mail = item.mail
    parts = [mail.from_name, mail.from_address, mail.subject, mail.preview, mail.mailbox]
    return "\n".join([*parts, *(one.customer.name for one in item.suggestions)]).casefold()
