"""All that is known of one message, read in one go: what the preview shows."""

from dataclasses import dataclass

from desktop.domain.delivery_report import Outcome
from desktop.domain.ids import EmailId
from desktop.domain.rows import AttachmentRow, DecisionRow, EmailDetail, EmailRow, PlaceRow
from desktop.services.parties import NOBODY_ELSE, Parties, parties_of
from desktop.store.reading.bounces import report_of
from desktop.store.reading.reader import Reader


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of deliveries: what a report ``said``, and ``about`` which mail; or what ``came_back`` of a mail.

    ``other`` is the mail at the other end, where it is here: what the report is about, or the newest report.
    """

    said: str = ""
    came_back: tuple[str, ...] = ()
    other: EmailId | None = None
    has_failed: bool = False


NOTHING_TOLD = Delivery()


@dataclass(frozen=True, slots=True)
class Letter:
    """One email with its places (oldest first), the decisions about it (oldest first), and its bytes as sent."""

    detail: EmailDetail
    places: tuple[PlaceRow, ...]
    decisions: tuple[DecisionRow, ...]
    raw: bytes
    is_reachable: bool = True
    """Whether nothing keeps its mailbox from being asked now."""
    parties: Parties = NOBODY_ELSE
    delivery: Delivery = NOTHING_TOLD

    def __repr__(self) -> str:
        return f"<Letter {self.row.id}, {len(self.raw)} bytes>"

    @property
    def row(self) -> EmailRow:
        """The email as lists show it."""
        return self.detail.row

    @property
    def is_unreadable(self) -> bool:
        """Whether it was parked because it could not be read."""
        return self.row.code == "UNPARSEABLE"

    @property
    def content(self) -> tuple[bytes, str, bool, tuple[str, ...]]:
        """What its body is made of: another one is to be shown anew."""
        shown = tuple(file.part for file in self.detail.attachments if file.inline and file.status.is_here)
        return self.raw, self.detail.text, self.detail.whole, shown

    @property
    def files_here(self) -> list[AttachmentRow]:
        """Its files that can be saved and opened; what is shown inside the body is none."""
        return [file for file in self.detail.attachments if not file.inline and file.status.is_here]

    @property
    def held(self) -> str:
        """Why nothing of it comes now; empty when it does."""
        return "" if self.is_reachable else f"It is fetched when {self.row.mailbox} is reachable again."

    def people(self, role: str) -> tuple[tuple[str, str], ...]:
        """Return (name, address) of ``to``, ``cc``, ``bcc``, ``reply_to`` or ``claimed_from``."""
        return tuple((str(name), str(address)) for name, address in self.detail.details.get(role, ()))

    def note(self, name: str) -> str:
        """Return a sentence of the parser, such as ``sender_doubt`` or ``date_note``; empty when there is none."""
        return str(self.detail.details.get(name) or "")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels under which the server keeps the message, as a person reads them."""
        return tuple(str(label).removeprefix("\\") for label in self.detail.details.get("labels", ()))

    @property
    def oddities(self) -> tuple[str, ...]:
        """What the parser noticed about how the message is made, as sentences."""
        return tuple(str(note) for note in self.detail.details.get("defects", ()))


def read_letter(read: Reader, email_id: EmailId) -> Letter | None:
    """Return one email, or None when there is none of this id any more."""
    detail = read.emails.open(email_id)
    if detail is None:
        return None
    places, decisions = tuple(read.emails.places(email_id)), tuple(read.emails.decisions(email_id))
    is_reachable = read.mailboxes.condition(detail.row.mailbox_id).trouble is None
    parties, delivery = parties_of(read, email_id), _delivery(read, email_id, detail)
    return Letter(detail, places, decisions, read.emails.raw(email_id) or b"", is_reachable, parties, delivery)


def _delivery(read: Reader, email_id: EmailId, detail: EmailDetail) -> Delivery:
    report = report_of(detail.details)
    if report is not None:
        failed = any(one.outcome is Outcome.FAILED for one in report.recipients)
        return Delivery(report.words, (), read.bounces.reported_by(email_id), failed)
    back = read.bounces.reports_on(email_id) if detail.row.direction == "outbound" else []
    if not back:
        return NOTHING_TOLD
    failed = any(one.outcome is Outcome.FAILED for row in back for one in row.report.recipients)
    return Delivery("", tuple(row.report.words for row in back), back[0].email_id, failed)


def read_seen(read: Reader, seen_id: int) -> PlaceRow | None:
    """Return the verdict on a message that is not kept, or None when it is not known any more."""
    return read.emails.seen(seen_id)
