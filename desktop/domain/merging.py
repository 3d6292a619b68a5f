"""Merging two records of one customer into one, and what is kept so that it can be taken back at any time."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.domain.customer import Customer
from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId, EmailId, MergeId, RuleId
from desktop.domain.refset import RefSet

MEANT_FOR = (
    "Merge only what is one customer twice. If mail merely shows in the wrong place, correct the addresses instead: "
    "merging hides which of the two it was."
)
"""The warning that stands over every comparison."""


class Side(enum.StrEnum):
    """Whose value of a field is kept: that of the customer who stays, or of the one who is merged into them."""

    KEPT = "kept"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """Which of the two values each single field has afterwards; addresses, phones and tags are those of both."""

    name: Side = Side.KEPT
    company: Side = Side.KEPT
    owner: Side = Side.KEPT


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging two customers would do. ``moving`` are addresses that go along, ``shared`` those both have.

    ``emails`` go along, ``by_hand`` of them filed by a person; ``rules`` are own rules that name the merged customer.
    """

    kept: Customer
    merged: Customer
    result: Customer
    moving: tuple[str, ...]
    shared: tuple[str, ...]
    emails: int
    by_hand: int
    rules: int
    evidence: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def moves(self) -> tuple[str, ...]:
        """What moves, a line for each kind."""
        lines = [f"{_counted(self.emails, 'email')}{_filed(self.emails, self.by_hand)}"] if self.emails else []
        if self.moving:
            lines.append(f"{_counted(len(self.moving), 'address', 'addresses')}: {', '.join(self.moving)}")
        if self.rules:
            lines.append(f"{_counted(self.rules, 'rule')} of your own")
        for what, held, brought in (
            ("tag", self.kept.tags, self.merged.tags),
            ("phone", self.kept.phones, self.merged.phones),
        ):
            fresh = [one for one in brought if one.casefold() not in {each.casefold() for each in held}]
            lines += [f"{_counted(len(fresh), what)}: {', '.join(fresh)}"] if fresh else []
        return tuple(lines) or ("Nothing but the record itself",)


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """A merge that was done. ``unmerged_at`` is None while it holds."""

    id: MergeId
    kept_id: CustomerId
    merged_id: CustomerId
    kept_name: str
    merged_name: str
    merged_at: datetime
    unmerged_at: datetime | None = None

    @property
    def note(self) -> str:
        """What the reason of an email that moved ends with while the merge holds; no other merge's is the same."""
        return f" {self.merged_name} (customer {self.merged_id}) was merged into {self.kept_name}."

    def before(self, reason: str) -> str:
        """Return *reason* as it was before the merge: without its note, and those of merges that came after it."""
        return reason.partition(self.note)[0]


Row = Mapping[str, Any]
"""A row of the database, by column, as it is stored."""


@dataclass(frozen=True, slots=True)
class MergeImage:
    """How both were before, and the one was after: what un-merging starts from.

    ``kept_mail`` are the emails that were filed with the customer who stays; ``taken`` are the columns with the
    merged one's value.
    """

    kept_before: Row
    kept_after: Row
    merged: Row
    kept_addresses: tuple[Row, ...]
    merged_addresses: tuple[Row, ...]
    kept_mail: RefSet
    rules: tuple[RuleId, ...]
    taken: tuple[str, ...] = ()

    @property
    def theirs(self) -> frozenset[str]:
        """The addresses the merged customer had."""
        return frozenset(str(row["address"]) for row in self.merged_addresses)

    @property
    def keepers(self) -> frozenset[str]:
        """The addresses the customer who stays had."""
        return frozenset(str(row["address"]) for row in self.kept_addresses)


@dataclass(frozen=True, slots=True)
class MergeTurn:
    """A merge that undo or redo is about to turn: ``holds`` says whether it holds afterwards."""

    record: MergeRecord
    image: MergeImage
    holds: bool


@dataclass(frozen=True, slots=True)
class Unmerging:
    """What un-merging would do, decided without changing anything.

    ``back`` are addresses the restored customer has again; of them ``leaving`` are taken from ``holder``, the customer
    with whom everything is now. ``lost`` were taken away by a person since and stay so; ``new`` came since and stay.
    ``returning`` are the emails that moved with the merge; ``placed`` and ``unclear`` came since: the reason for each.
    ``by_hand`` is how many a person filed with the holder since: they stay. ``later`` are the images of merges
    after it, as if it had never been.
    """

    record: MergeRecord
    holder: Customer
    restored: Customer
    back: tuple[Row, ...]
    leaving: tuple[str, ...]
    lost: tuple[str, ...]
    new: tuple[str, ...]
    fields: Row
    returning: tuple[EmailId, ...]
    placed: Mapping[EmailId, Decision]
    unclear: Mapping[EmailId, Decision]
    by_hand: int
    staying: int
    rules: tuple[RuleId, ...]
    later: Mapping[MergeId, MergeImage]

    @property
    def moves(self) -> tuple[str, ...]:
        """What happens, a line for each kind."""
        name, holder = self.restored.name, self.holder.name
        lines = [f"{_counted(len(self.returning), 'email')} that moved with the merge go back to {name}"]
        if self.back:
            lines.append(f"{name} has {', '.join(str(row['address']) for row in self.back)} again")
        if self.placed:
            lines.append(f"{_counted(len(self.placed), 'email')} that came since go to {name}, by address or thread")
        if self.unclear:
            lines.append(
                f"{_counted(len(self.unclear), 'email')} that came since cannot be told apart and go to review"
            )
        if self.by_hand:
            lines.append(f"{_counted(self.by_hand, 'email')} that a person decided on since stay with {holder}")
        if self.staying:
            lines.append(f"{_counted(self.staying, 'email')} that came since stay with {holder}")
        if self.lost:
            lines.append(f"{', '.join(self.lost)} was taken away from {holder} since, and is not given back")
        if self.new:
            lines.append(f"{', '.join(self.new)} was added since and stays with {holder}")
        if self.rules:
            lines.append(f"{_counted(len(self.rules), 'rule')} of your own go back to {name}")
        return tuple(lines)


def _filed(emails: int, by_hand: int) -> str:
    return f", {by_hand:,} of them filed by a person" if emails and by_hand else ""


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
