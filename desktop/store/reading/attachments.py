"""Questions about what of an email's bytes is not in its row: how its files stand, and what is to be fetched next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.attachments import (
    COMING_WORDS,
    DISCONNECTED_WORDS,
    GONE_WORDS,
    HEADERS_WORDS,
    HERE,
    PAUSED_WORDS,
    AttachmentFigures,
    AttachmentPolicy,
    AttachmentState,
    AttachmentStatus,
    StoredStretch,
    StretchState,
    why_on_demand,
)
from desktop.domain.ids import EmailId, MailboxId, Ref
from desktop.domain.mailbox import MailboxState
from desktop.domain.rows import AttachmentRow
from desktop.store.sqltypes import stored_instant
from desktop.store.tables import attachment, email, folder, ledger, mailbox, stretch

_WAITING = StretchState.WAITING.value
_WANTED = "(s.asked OR m.attachments_up_to < 0 OR s.size_bytes <= m.attachments_up_to)"
_LIVE = (
    "EXISTS (SELECT 1 FROM ledger l JOIN folder d ON d.id = l.folder_id "
    "WHERE l.email_id = e.id AND l.gone_at IS NULL{here})"
)
_ACTIVE = "EXISTS (SELECT 1 FROM mailbox a WHERE a.id = :mailbox_id AND a.state = 'active')"
_FROM = "FROM stretch s JOIN email e ON e.id = s.email_id JOIN mailbox m ON m.id = e.mailbox_id"
_PLAIN = ("part", "name", "declared_name", "content_type", "size_bytes", "content_id", "inline")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place of an email on a server that still counts."""

    folder_id: int
    folder: str
    epoch: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class PartSpan:
    """Where an attachment lies in the bytes that are here, and how it is encoded; None where it is not cut."""

    part: str
    encoding: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """What decides, beside the stretches themselves, how a file stands."""

    address: str
    policy: AttachmentPolicy
    state: MailboxState
    is_live: bool


class AttachmentQueries:
    """Files that follow their mail."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def stretches(self, email_id: EmailId) -> Sequence[StoredStretch]:
        """Return what of an email is not in its row, in the order of its bytes; nothing for one that came whole."""
        query = sa.select(stretch).where(stretch.c.email_id == email_id).order_by(stretch.c.position)
        return [_stored(row) for row in self._run.execute(query).mappings()]

    def span(self, email_id: EmailId, part: str) -> PartSpan | None:
        """Return where an attachment lies that was cut out of its mail; None for one that is all in its mail."""
        query = sa.select(attachment.c.encoding, attachment.c.start_at, attachment.c.end_at)
        row = self._run.execute(query.where(attachment.c.email_id == email_id, attachment.c.part == part)).first()
        return None if row is None or row.start_at is None else PartSpan(part, row.encoding, row.start_at, row.end_at)

    def of(self, email_id: EmailId, *, whole: bool) -> tuple[tuple[AttachmentRow, ...], AttachmentStatus]:
        """Return the attachments of an email with how each stands, and how the rest of it stands."""
        query = sa.select(attachment).where(attachment.c.email_id == email_id).order_by(attachment.c.part)
        rows = self._run.execute(query).mappings().all()
        left = self.stretches(email_id)
        if whole and not left:
            return tuple(AttachmentRow(**{name: row[name] for name in _PLAIN}) for row in rows), HERE
        around = self._circumstances(email_id)
        files, spoken_for = [], set[int]()
        for row in rows:
            mine = [one for one in left if row["start_at"] is not None and row["start_at"] <= one.at <= row["end_at"]]
            spoken_for.update(one.position for one in mine)
            status = _status(mine, around)
            files.append(AttachmentRow(**{name: row[name] for name in _PLAIN}, status=status))
        rest = [one for one in left if one.position not in spoken_for]
        return tuple(files), _status(rest, around) if whole or left else _of_headers(around)

    def figures(self, mailbox_id: MailboxId) -> AttachmentFigures:
        """Return what of a mailbox's attachments is not here."""
        wanted = f"(s.state = 'waiting' AND {_WANTED})"
        sql = (
            f"SELECT coalesce(sum({wanted}), 0), coalesce(sum({wanted} * (s.length - s.arrived)), 0), "
            f"coalesce(sum(s.state = 'waiting' AND NOT {_WANTED}), 0), coalesce(sum(s.state = 'failed'), 0) {_FROM} "
            f"WHERE s.state != 'here' AND e.mailbox_id = :mailbox_id AND {_LIVE.format(here='')}"
        )
        return AttachmentFigures(*map(int, self._run.execute(sa.text(sql), {"mailbox_id": mailbox_id}).one()))

    def next_wanted(self, mailbox_id: MailboxId, now: datetime, *, only: EmailId | None = None) -> StoredStretch | None:
        """Return what is to be fetched next through a mailbox: what somebody asked for, then the newest mail's."""
        mine = " AND s.email_id = :only" if only is not None else ""
        sql = (
            f"SELECT s.email_id, s.position {_FROM} WHERE s.state = 'waiting' AND {_WANTED}{mine} "
            f"AND {_ACTIVE} "
            "AND (s.retry_at IS NULL OR s.retry_at <= :now) AND "
            + _LIVE.format(here=" AND d.mailbox_id = :mailbox_id AND l.epoch = d.epoch")
            + " ORDER BY s.asked DESC, e.received_at DESC, s.email_id DESC, s.position LIMIT 1"
        )
        values = {"mailbox_id": mailbox_id, "now": stored_instant(now)} | ({"only": only} if only is not None else {})
        found = self._run.execute(sa.text(sql), values).first()
        return None if found is None else self.one(EmailId(found[0]), found[1])

    def is_wanted(self, email_id: EmailId, position: int, mailbox_id: MailboxId) -> bool:
        """Tell whether a stretch is still to be fetched through a mailbox: wanted, and that one active."""
        sql = (
            f"SELECT 1 {_FROM} WHERE s.email_id = :email_id AND s.position = :position AND s.state = 'waiting' "
            f"AND {_WANTED} AND {_ACTIVE}"
        )
        values = {"email_id": email_id, "position": position, "mailbox_id": mailbox_id}
        return self._run.execute(sa.text(sql), values).first() is not None

    def next_retry(self) -> datetime | None:
        """Return when the first of those is due that did not come and are to be asked for again."""
        query = sa.select(sa.func.min(stretch.c.retry_at)).where(stretch.c.state == _WAITING)
        found: datetime | None = self._run.execute(query).scalar()
        return found

    def name_of(self, email_id: EmailId, part: str) -> str:
        """Return what an attachment is called, or nothing where *part* is none."""
        where = (attachment.c.email_id == email_id) & (attachment.c.part == part)
        return str(self._run.execute(sa.select(attachment.c.name).where(where)).scalar() or "")

    def one(self, email_id: EmailId, position: int) -> StoredStretch | None:
        """Return one stretch, or None."""
        where = (stretch.c.email_id == email_id) & (stretch.c.position == position)
        row = self._run.execute(sa.select(stretch).where(where)).mappings().first()
        return None if row is None else _stored(row)

    def whereabouts(self, email_id: EmailId, mailbox_id: MailboxId) -> Sequence[Whereabouts]:
        """Return the places of an email in a mailbox as its folders are known now, the newest first."""
        query = (
            sa.select(folder.c.id, folder.c.name, ledger.c.epoch, ledger.c.ref)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .where(ledger.c.email_id == email_id, ledger.c.gone_at.is_(None))
            .where(folder.c.mailbox_id == mailbox_id, folder.c.epoch == ledger.c.epoch)
            .order_by(ledger.c.id.desc())
        )
        return [Whereabouts(*row) for row in self._run.execute(query)]

    def only_headers(self, mailbox_id: MailboxId) -> Sequence[EmailId]:
        """Return the emails of which only the headers are here, that lie in a mailbox; but for those asked for."""
        places = sa.select(ledger.c.id).join(folder, folder.c.id == ledger.c.folder_id)
        places = places.where(ledger.c.email_id == email.c.id, ledger.c.gone_at.is_(None))
        here = places.where(folder.c.mailbox_id == mailbox_id, folder.c.epoch == ledger.c.epoch).exists()
        query = sa.select(email.c.id).where(sa.text("email.whole = 0"), here)
        query = query.where(~sa.exists().where(stretch.c.email_id == email.c.id)).order_by(email.c.received_at.desc())
        return [EmailId(number) for number in self._run.execute(query).scalars()]

    def with_files(self) -> Sequence[StoredStretch]:
        """Return every stretch of which a file is known."""
        query = sa.select(stretch).where(stretch.c.file != "").order_by(stretch.c.email_id, stretch.c.position)
        return [_stored(row) for row in self._run.execute(query).mappings()]

    def _circumstances(self, email_id: EmailId) -> _Circumstances:
        query = sa.select(mailbox.c.address, mailbox.c.attachments_up_to, mailbox.c.state)
        row = self._run.execute(query.join(email, email.c.mailbox_id == mailbox.c.id).where(email.c.id == email_id))
        address, up_to, state = row.one()
        live = sa.exists().where(ledger.c.email_id == email_id, ledger.c.gone_at.is_(None))
        is_live = bool(self._run.execute(sa.select(live)).scalar())
        return _Circumstances(address, AttachmentPolicy(up_to if up_to >= 0 else None), MailboxState(state), is_live)


def _status(mine: Sequence[StoredStretch], around: _Circumstances) -> AttachmentStatus:
    """Return how a file made of *mine* stands: as the worst of them does."""
    left = [one for one in mine if one.state is not StretchState.HERE]
    arrived, total = sum(one.arrived for one in mine), sum(one.length for one in mine)
    asked = any(one.asked for one in left)
    if not left:
        return HERE if not mine else AttachmentStatus(AttachmentState.HERE, arrived, arrived)
    if not around.is_live:
        return AttachmentStatus(AttachmentState.GONE, arrived, total, GONE_WORDS, asked)
    failed = next((one for one in left if one.state is StretchState.FAILED), None)
    if failed is not None:
        return AttachmentStatus(AttachmentState.FAILED, arrived, total, failed.reason, asked)
    if not all(one.asked or around.policy.brings(one.size_bytes) for one in left):
        words = why_on_demand(around.address, around.policy)
        return AttachmentStatus(AttachmentState.ON_DEMAND, arrived, total, words, asked)
    paused = {MailboxState.PAUSED: PAUSED_WORDS, MailboxState.DISCONNECTED: DISCONNECTED_WORDS}
    words = paused.get(around.state) or next((one.reason for one in left if one.reason), COMING_WORDS)
    return AttachmentStatus(AttachmentState.COMING, arrived, total, words, asked)


def _of_headers(around: _Circumstances) -> AttachmentStatus:
    state, words = AttachmentState.COMING, HEADERS_WORDS
    if not around.is_live:
        state, words = AttachmentState.GONE, GONE_WORDS
    return AttachmentStatus(state, words=words)


def _stored(row: sa.RowMapping) -> StoredStretch:
    values = {name: row[name] for name in StoredStretch.__slots__ if name != "state"}
    return StoredStretch(**values, state=StretchState(row["state"]))
