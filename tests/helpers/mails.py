"""Small made-up mails and stores for tests of what comes after fetching and parsing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.domain.decision import Decision
from desktop.domain.ids import Epoch, MailboxId, Ref
from desktop.domain.intake import DecidedMail, FolderEpoch
from desktop.domain.mail import Address, ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.store.opening import create_store, open_store
from desktop.store.packing import PackedMail, pack_mail
from desktop.store.store import Store

KEY = "ab" * 32
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FixedClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def advance(self, **delta: float) -> None:
        self.time += timedelta(**delta)


def new_store(folder: Path, key: str = KEY) -> Store:
    """Make and open a store in *folder*."""
    create_store(folder, key)
    return open_store(folder, key, writing=True)


def mailbox(address: str = "support@shop.example", folders: tuple[str, ...] = ("INBOX",)) -> Mailbox:
    """Return an active mailbox that was never stored."""
    return Mailbox(
        id=MailboxId(0),
        address=address,
        provider="imap",
        imap=ServerSettings("127.0.0.1", 993, Security.TLS, address),
        smtp=None,
        folders=folders,
        direction=Direction.INBOUND,
        frequency=Frequency.EVERY_15_MINUTES,
        since_days=14,
        synced_from=NOON - timedelta(days=14),
        state=MailboxState.ACTIVE,
        created_at=NOON,
    )


def place_in(
    store: Store, address: str = "support@shop.example", epoch: str = "1", folder: str = "INBOX"
) -> FolderEpoch:
    """Return a folder of a mailbox at an epoch; mailbox and folder are made when they are not there."""
    with store.write() as uow:
        held = uow.read.mailboxes.by_address(address)
        if held is None:
            uow.mailboxes.add(mailbox(address, (folder,)))
            held = uow.read.mailboxes.by_address(address)
        assert held is not None
        if folder not in held.folders:
            uow.mailboxes.choose_folders(held.id, (*held.folders, folder))
        known = next(one for one in uow.read.mailboxes.folders(held.id) if one.name == folder)
        if known.epoch != epoch:
            uow.mailboxes.begin_epoch(known.id, epoch)
    return FolderEpoch(held.id, known.id, Epoch(epoch))


def parsed(serial: str, sender: str | None = "ann@acme.example", **changes: object) -> ParsedMail:
    """Return a parsed mail whose identity and text carry *serial*."""
    who = Address("Ann", sender) if sender else None
    fields: dict[str, object] = {
        "identity": f"id-{serial}",
        "message_id": f"<{serial}@acme.example>",
        "sender": who,
        "sender_doubt": "" if who else "It has two From lines.",
        "claimed_from": (who,) if who else (Address("", "x@a.example"), Address("", "y@b.example")),
        "reply_to": (),
        "to": (Address("", "support@shop.example"),),
        "cc": (),
        "bcc": (),
        "recipients_total": 1,
        "subject": f"Order {serial}",
        "date": NOON,
        "date_note": "",
        "in_reply_to": (),
        "references": (),
        "text": f"body of {serial}",
        "preview": f"body of {serial}",
        "has_html": False,
        "attachments": (),
        "flags": {},
        "defects": (),
    }
    return ParsedMail(**{**fields, **changes})  # type: ignore[arg-type]


REVIEW = Decision(ReasonCode.NO_MATCH, "No customer has this address.", "rule:review", needs_review=True)


def packed(ref: int, mail: ParsedMail | Unreadable, decision: Decision = REVIEW) -> PackedMail:
    """Return a mail as the store takes it in."""
    raw = RawMail(Ref(str(ref)), NOON - timedelta(minutes=ref), 100, f"raw of {mail.identity}".encode())
    return pack_mail(DecidedMail(raw, mail, decision), parser_version=1)
