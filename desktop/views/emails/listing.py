"""What the list asks of the store: which emails in which order, the rows in view at once, and all the counts."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from desktop.domain.email_list import Chip, ChipCounts, EmailFilter, EmailOrder, narrowed
from desktop.domain.email_search import Note, SearchRead, Surroundings, read_search
from desktop.domain.ids import CustomerId, MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.rows import EmailRow
from desktop.services.searching import unknown_names
from desktop.store.reading.reader import Reader
from desktop.ui import words
from desktop.ui.tables import PAGE


class LocalZone(tzinfo):
    """The time zone of this computer, for each day with the offset it has then."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset from UTC."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """It is in the offset already."""
        return None

    def tzname(self, _moment: datetime | None) -> str:
        """Return what the zone is called here."""
        return "local"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants listed: typed words, a chip, a mailbox, a customer, an order."""

    typed: str = ""
    chip: Chip = Chip.ALL
    mailbox_id: MailboxId | None = None
    customer_id: CustomerId | None = None
    order: EmailOrder = EmailOrder.NEWEST

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        has_choice = self.chip is not Chip.ALL or self.mailbox_id is not None or self.customer_id is not None
        return has_choice or bool(self.typed.strip())

    def read(self, today: datetime, mailboxes: Sequence[Mailbox] = ()) -> SearchRead:
        """Return what the typed words ask for, and what is to be said of them; *today* is when the day began."""
        return read_search(self.typed, Surroundings(LocalZone(), words.local(today).date(), mailboxes))

    def filter(self, today: datetime, mailboxes: Sequence[Mailbox] = ()) -> EmailFilter:
        """Return the filter; *today* is when the day began."""
        typed = self.read(today, mailboxes).wanted
        return narrowed(replace(typed, mailbox_id=self.mailbox_id, customer_id=self.customer_id), self.chip, today)


@dataclass(frozen=True, slots=True)
class Listing:
    """All ids in order (negative: the ledger row of a message that is not kept), and pages of rows by their first."""

    ids: "array[int]"
    pages: Mapping[int, Sequence[EmailRow | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts for chips and heads: what each chip would show, how many emails there are at all, and the mailboxes.

    ``notes`` say what of the search was not understood, or names what is not there.
    """

    counts: ChipCounts
    total: int
    mailboxes: Sequence[Mailbox]
    notes: Sequence[Note] = ()


def day_began(now: datetime) -> datetime:
    """Return when the day of *now* began here."""
    return words.local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def read_first(read: Reader, wish: Wish, today: datetime) -> Listing:
    """Return the beginning of the list, quickly."""
    rows = read.email_list.first_page(_filter(read, wish, today), wish.order, limit=PAGE)
    return Listing(array("q", (id_of(row) for row in rows)), {0: rows} if rows else {})


def read_listing(read: Reader, wish: Wish, today: datetime, in_view: Sequence[int]) -> Listing:
    """Return the whole list, with the rows around those of the ids *in_view* that are still there."""
    ids = read.email_list.ids(_filter(read, wish, today), wish.order)
    wanted = {0} if ids else set()
    for row_id in in_view:
        try:
            wanted.add(ids.index(row_id) // PAGE * PAGE)
        except ValueError:
            continue
    return Listing(
        ids, {first: read.email_list.rows_still_there(ids[first : first + PAGE]) for first in sorted(wanted)}
    )


def read_figures(read: Reader, wish: Wish, today: datetime) -> Figures:
    """Return the counts."""
    counts = read.email_list.chip_counts(_filter(read, wish, today), today=today)
    return Figures(counts, read.emails.count(EmailFilter()), read.mailboxes.every(), _notes(read, wish, today))


def _filter(read: Reader, wish: Wish, today: datetime) -> EmailFilter:
    return wish.filter(today, read.mailboxes.every())


def _notes(read: Reader, wish: Wish, today: datetime) -> Sequence[Note]:
    asked = wish.read(today, read.mailboxes.every())
    return (*asked.notes, *unknown_names(read, asked.wanted))


def id_of(row: EmailRow) -> int:
    """Return a row's id in the list."""
    return row.id if row.id is not None else -row.seen_id
