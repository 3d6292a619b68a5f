"""Writes how far the files that follow their mail have come."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.attachments import StoredStretch, Stretch, StretchState
from desktop.domain.decision import PERSON, Decision, EmailStatus
from desktop.domain.ids import EmailId
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.store.packing import pack, stretch_rows
from desktop.store.reading.attachments import Whereabouts
from desktop.store.tables import attachment, email, email_body, ledger, stretch
from desktop.store.writing.bulk import insert_rows


class AttachmentWriter:
    """Stretches of emails: asked for, arriving, here, failed."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def ask(self, email_id: EmailId, parts: Collection[str], *, asked: bool = True) -> None:
        """Note that somebody wants *parts* of an email (or does no longer): all tries begin anew."""
        numbers = self._positions(email_id, parts)
        mine = (stretch.c.email_id == email_id) & stretch.c.position.in_(numbers)
        open_ones = mine & (stretch.c.state != StretchState.HERE.value)
        values: dict[str, Any] = {"asked": asked, "retry_at": None, "tries": 0, "reason": ""}
        if asked:
            values["state"] = StretchState.WAITING.value
        self._run.execute(sa.update(stretch).where(open_ones).values(**values))

    def _positions(self, email_id: EmailId, parts: Collection[str]) -> list[int]:
        query = sa.select(attachment.c.part, attachment.c.start_at, attachment.c.end_at)
        spans = [
            row for row in self._run.execute(query.where(attachment.c.email_id == email_id)) if row.start_at is not None
        ]
        rows = self._run.execute(sa.select(stretch.c.position, stretch.c.at).where(stretch.c.email_id == email_id))
        found = []
        for position, at in rows:
            around = [row.part for row in spans if row.start_at <= at <= row.end_at]
            if any(part in parts for part in around or [""]):
                found.append(position)
        return found

    def begin_file(self, one: StoredStretch, file: str, key: bytes) -> None:
        """Note under which name, and sealed with what, a stretch is about to be stored: from its first byte."""
        self._set(one, file=file, key=key, arrived=0, stored=0, chunks=0)

    def arrived(self, one: StoredStretch, arrived: int, stored: int, chunks: int) -> None:
        """Note how far a file goes that is safe on disk."""
        self._set(one, arrived=arrived, stored=stored, chunks=chunks, tries=0, retry_at=None, reason="")

    def finished(self, one: StoredStretch, *, length: int, sizes: dict[str, int]) -> None:
        """Note that all of a stretch is here; *sizes* are those of attachments as they turned out, by part."""
        self._set(one, state=StretchState.HERE.value, length=length, arrived=length, asked=False, reason="")
        for part, size in sizes.items():
            mine = (attachment.c.email_id == one.email_id) & (attachment.c.part == part)
            self._run.execute(sa.update(attachment).where(mine).values(size_bytes=size))

    def put_off(self, one: StoredStretch, reason: str, until: datetime) -> None:
        """Note that it did not come, and when to ask again."""
        self._set(one, tries=one.tries + 1, retry_at=until, reason=reason)

    def fail(self, one: StoredStretch, reason: str) -> None:
        """Give a stretch up, until somebody asks for it."""
        self._set(one, state=StretchState.FAILED.value, tries=one.tries + 1, retry_at=None, reason=reason, asked=False)

    def start_over(self, ones: Sequence[StoredStretch]) -> None:
        """Forget the files of *ones*, which are damaged or gone: they are fetched anew."""
        for one in ones:
            state = StretchState.WAITING if one.state is StretchState.HERE else one.state
            asked = one.asked or one.state is StretchState.HERE  # it was here: it is not to go away again
            self._set(
                one, state=state.value, asked=asked, file="", key=b"", arrived=0, stored=0, chunks=0, retry_at=None
            )

    def leave_body(self, email_id: EmailId, header_bytes: int, size_bytes: int) -> None:
        """Note that of an email whose headers are here all the rest is left on the server, as long as that says."""
        left = Stretch(header_bytes, header_bytes, max(1, size_bytes - header_bytes), certain=False)
        (row,) = stretch_rows([left], Unreadable("", ""))
        self._run.execute(sa.insert(stretch).values(email_id=email_id, **row))

    def fill_in(self, email_id: EmailId, raw: RawMail, parsed: ParsedMail | Unreadable) -> None:
        """Put the text of an email of which only the headers were here in their place; its verdict is another's matter.

        It keeps its identity where another email has that of its text already.
        """
        mine = email.c.id == email_id
        self._run.execute(sa.update(email_body).where(email_body.c.email_id == email_id).values(raw=pack(raw.content)))
        self._run.execute(sa.delete(stretch).where(stretch.c.email_id == email_id))
        rows = [{"email_id": email_id, **row} for row in stretch_rows(raw.left, parsed)]
        insert_rows(self._run, sa.insert(stretch), rows)
        taken = self._run.execute(sa.select(email.c.id).where(email.c.identity == parsed.identity)).first()
        values = {"whole": True} if taken else {"whole": True, "identity": parsed.identity}
        self._run.execute(sa.update(email).where(mine).values(**values))
        by_person = mine & (email.c.decided_by == PERSON) & sa.not_(email.c.needs_review)
        self._run.execute(sa.update(email).where(by_person).values(status=EmailStatus.SYNCED.value))

    def said_anew(self, email_id: EmailId, decision: Decision) -> None:
        """Have the places that said that only the headers are here say what the *decision* by its text does."""
        said = (ledger.c.email_id == email_id) & (ledger.c.code == ReasonCode.OVERSIZE.value)
        self._run.execute(sa.update(ledger).where(said).values(code=decision.code.value, reason=decision.reason))

    def gone_from(self, place: Whereabouts, at: datetime) -> None:
        """Note that the server has no such message at a place any more; a listing that has it takes that back."""
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch) & (ledger.c.ref == place.ref)
        self._run.execute(sa.update(ledger).where(here, ledger.c.gone_at.is_(None)).values(gone_at=at))

    def _set(self, one: StoredStretch, **values: Any) -> None:
        mine = (stretch.c.email_id == one.email_id) & (stretch.c.position == one.position)
        self._run.execute(sa.update(stretch).where(mine).values(**values))
