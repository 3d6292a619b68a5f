"""The emails that wait and how a person looks at them; what changes here is shown by the screen. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desktop.domain.ids import EmailId
from desktop.domain.review_item import Bucket, ReviewItem
from desktop.views.review.choice import Choice
from desktop.views.review.queue import (
    Look,
    Row,
    Trouble,
    arrange,
    bucket_counts,
    group_of,
    groups_in_view,
    in_view,
    ordered_groups,
)


class Shelf:
    """Items, look and order of groups. ``hidden`` are emails on their way to a customer: they wait no more."""

    def __init__(self) -> None:
        self.look = Look()
        self._items: Sequence[ReviewItem] | None = None
        self._hidden: frozenset[EmailId] = frozenset()
        self._waiting: Sequence[ReviewItem] = ()
        self._taken: Sequence[ReviewItem] = ()
        self._groups: list[str] = []

    @property
    def is_read(self) -> bool:
        """Whether the queue was read at all."""
        return self._items is not None

    @property
    def waiting(self) -> Sequence[ReviewItem]:
        """Everything that waits, whatever is looked at."""
        return self._waiting

    def take(self, items: Sequence[ReviewItem]) -> None:
        """Hold what was read."""
        self._items = items
        self.hide(self._hidden)

    def hide(self, hidden: frozenset[EmailId]) -> None:
        """Leave these out; those that were hidden before and are not any more wait again."""
        self._hidden = hidden
        self._waiting = [item for item in self._items or () if item.mail.id not in hidden]

    def narrow(self, bucket: Bucket | None, search: str, troubles: Mapping[EmailId, Trouble]) -> None:
        """Look at what chip and search leave, with these troubles."""
        self.look = replace(self.look, bucket=bucket, search=search, troubles=troubles)

    def put_back(self, items: Sequence[ReviewItem]) -> None:
        """Let these wait again before they are read anew: the undo that brought them back is done."""
        held = {item.mail.id for item in self._items or ()}
        self._items = [*(self._items or ()), *(item for item in items if item.mail.id not in held)]

    def fade(self, taken: Mapping[EmailId, tuple[ReviewItem, str]]) -> None:
        """Show these for a moment as what they are: decided on by somebody else, in words."""
        self._taken = [item for item, _ in taken.values()]
        self.look = replace(self.look, taken={number: words for number, (_, words) in taken.items()})

    def rows(self) -> list[Row]:
        """Return the rows to show; groups stay where they were."""
        waiting = {item.mail.id for item in self.waiting}
        shown = [*self.waiting, *(item for item in self._taken if item.mail.id not in waiting)]
        self._groups = ordered_groups(groups_in_view(shown, self.look), self._groups)
        return arrange(shown, self.look, self._groups)

    def counts(self) -> dict[Bucket | None, int]:
        """Return what each chip would leave."""
        return bucket_counts(self.waiting, self.look.search)

    def order_anew(self) -> None:
        """Let the largest group come first again."""
        self._groups = []

    # --- looking ----------------------------------------------------------------------------------------------------

    def group(self, *, by_domain: bool) -> None:
        """Group by domain, or show everything oldest first."""
        self.look = replace(self.look, by_domain=by_domain)
        self.order_anew()

    def fold(self, key: str, *, folded: bool) -> None:
        """Show only the first few emails of a group, or all."""
        unfolded = self.look.unfolded - {key} if folded else self.look.unfolded | {key}
        self.look = replace(self.look, unfolded=unfolded)

    def close(self, key: str, *, closed: bool) -> None:
        """Show only the head of a group, or its emails too."""
        self.look = replace(self.look, closed=self.look.closed | {key} if closed else self.look.closed - {key})

    def uncover(self, ids: Iterable[EmailId] | None = None) -> None:
        """Open and unfold the groups of these emails, or all groups."""
        wanted = None if ids is None else set(ids)
        keys = {group_of(item, self.look) for item in self.waiting if wanted is None or item.mail.id in wanted}
        self.look = replace(self.look, unfolded=self.look.unfolded | keys, closed=self.look.closed - keys)

    def skip(self, ids: Sequence[EmailId]) -> None:
        """Put these emails at the end, for as long as the window is open."""
        kept = tuple(one for one in self.look.skipped if one not in set(ids))
        self.look = replace(self.look, skipped=(*kept, *ids))

    # --- finding ----------------------------------------------------------------------------------------------------

    def in_view(self) -> list[ReviewItem]:
        """Return what chip and search leave."""
        return in_view(self.waiting, self.look)

    def sure(self) -> tuple[ReviewItem, ...]:
        """Return what is looked at whose first suggestion is sure enough to be accepted with others."""
        return Choice(tuple(self.in_view())).sure

    def of_domain(self, domain: str) -> list[ReviewItem]:
        """Return what is looked at of one domain."""
        return [item for item in self.in_view() if item.domain == domain]

    def choice_of(self, ids: Sequence[EmailId]) -> Choice:
        """Return those of *ids* that wait."""
        wanted = set(ids)
        return Choice(tuple(item for item in self.waiting if item.mail.id in wanted))

    def bucket_of(self, email_id: EmailId) -> Bucket | None:
        """Return why an email waits, or None when it does not."""
        return next((item.bucket for item in self.waiting if item.mail.id == email_id), None)
