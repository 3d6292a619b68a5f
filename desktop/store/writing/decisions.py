"""Writes decisions on mail that is already here: by a person, or again by a better parser or rule."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.decision import PERSON, Decision, EmailStatus
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.mail import ParsedMail
from desktop.domain.reasons import ReasonCode
from desktop.matching.reported import about_of
from desktop.store.packing import (
    attachment_rows,
    details_text,
    mail_columns,
    pack,
    said,
    searched,
    verdict_columns,
    with_told,
)
from desktop.store.reading.email_rows import THESE, listed
from desktop.store.sqltypes import stored_instant
from desktop.store.tables import attachment, decision, email, email_body, email_facts
from desktop.store.writing.blocks import AT_ONCE
from desktop.store.writing.bulk import insert_rows
from desktop.store.writing.tracked import TrackedRows

_FTS_REPLACE = "INSERT OR REPLACE INTO email_fts (rowid, subject, people, body) VALUES (?, ?, ?, ?)"
_REMEMBER = (
    "INSERT INTO decision (email_id, code, reason, customer_id, confidence, decided_by, decided_at) "
    "SELECT value, ?, ?, ?, ?, ?, ? FROM json_each(?)"
)


class DecisionWriter:
    """Decides again; the history keeps what was decided before."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def decide_by_hand(self, emails: Sequence[EmailId], made: Decision, at: datetime) -> None:
        """Store a person's decision on *emails*, tracked for undo."""
        for at_first in range(0, len(emails), AT_ONCE):
            part = listed(emails[at_first : at_first + AT_ONCE])
            held = self._run.exec_driver_sql(f"SELECT id, whole FROM email WHERE id IN {THESE}", (part,)).all()
            for is_whole in (True, False):
                numbers = [number for number, whole in held if bool(whole) is is_whole]
                self._tracked.update_all(email, numbers, _verdict(made, whole=is_whole))
            values = (made.code.value, made.reason, made.customer_id, made.confidence, made.by, stored_instant(at))
            self._run.exec_driver_sql(_REMEMBER, (*values, part))

    def decide_anew(self, made: Mapping[EmailId, Decision], at: datetime) -> None:
        """Store the rules' decisions on emails that no person has decided, tracked for undo."""
        numbers = list(made)
        for first in range(0, len(numbers), AT_ONCE):
            sql = f"SELECT id, whole FROM email WHERE id IN {THESE} AND decided_by != ?"
            held = self._run.exec_driver_sql(sql, (listed(numbers[first : first + AT_ONCE]), PERSON)).all()
            columns = {number: _verdict(made[EmailId(number)], whole=bool(whole)) for number, whole in held}
            self._tracked.update_each(email, columns)
            insert_rows(self._run, sa.insert(decision), [_row(number, made[number], at) for number, _ in held])

    def hand_over(self, emails: Sequence[EmailId], to: CustomerId, told: Callable[[str], str], at: datetime) -> None:
        """File *emails* with another customer as they stand, whoever decided them, tracked for undo.

        *told* is given the reason of each and returns the one that holds from now on.
        """
        names = "id, code, reason, confidence, decided_by"
        for first in range(0, len(emails), AT_ONCE):
            sql = f"SELECT {names} FROM email WHERE id IN {THESE}"
            changes, history = dict[int, dict[str, object]](), []
            part = listed(emails[first : first + AT_ONCE])
            for number, code, reason, confidence, by in self._run.exec_driver_sql(sql, (part,)).all():
                made = Decision(ReasonCode(code), told(reason), by, to, confidence)
                changes[number] = {"customer_id": to, "reason": made.reason}
                history.append(_row(EmailId(number), made, at))
            self._tracked.update_each(email, changes)
            insert_rows(self._run, sa.insert(decision), history)

    def decide_by_rule(self, email_id: EmailId, made: Decision, at: datetime) -> bool:
        """Store an automatic decision; False, and nothing changed, when it is the same, or not for rules to change:
        a person has decided, or a filter has left the mail out.
        """
        columns = (email.c.decided_by, email.c.status, email.c.code, email.c.reason, email.c.customer_id, email.c.whole)
        held = self._run.execute(sa.select(*columns).where(email.c.id == email_id)).one()
        same = (held.code, held.reason, held.customer_id) == (made.code.value, made.reason, made.customer_id)
        if held.decided_by == PERSON or held.status == EmailStatus.LEFT_OUT.value or same:
            return False
        self._run.execute(
            sa.update(email)
            .where(email.c.id == email_id, email.c.decided_by != PERSON)
            .values(**verdict_columns(made, whole=held.whole))
        )
        self._remember(email_id, made, at)
        if made.suggestions:
            mine = email_body.c.email_id == email_id
            details = self._run.execute(sa.select(email_body.c.details).where(mine)).scalar_one()
            told = with_told(details, {"suggestions": said(made)})
            self._run.execute(sa.update(email_body).where(mine).values(details=told))
        return True

    def reread(self, email_id: EmailId, parsed: ParsedMail, parser_version: int) -> None:
        """Store what a newer parser made of the same bytes; identity, place and decision are not touched."""
        run = self._run
        run.execute(
            sa.update(email).where(email.c.id == email_id).values(**mail_columns(parsed), parser_version=parser_version)
        )
        mine = email_body.c.email_id == email_id
        held = run.execute(sa.select(email_body.c.details).where(mine)).scalar_one()
        text = pack(parsed.text.encode())
        run.execute(sa.update(email_body).where(mine).values(text=text, details=details_text(parsed, held)))
        if parsed.report is not None:
            about = about_of(parsed, None)
            run.execute(sa.update(email_facts).where(email_facts.c.email_id == email_id).values(about=about))
        cut = (attachment.c.email_id == email_id) & attachment.c.start_at.is_not(None)
        known = run.execute(sa.select(attachment.c.part, attachment.c.size_bytes).where(cut))
        sizes: dict[str, int] = {row.part: row.size_bytes for row in known}
        run.execute(sa.delete(attachment).where(attachment.c.email_id == email_id))
        parts = [{"email_id": email_id, **row} for row in attachment_rows(parsed)]
        for part in parts:
            if part["start_at"] is not None:  # known better when it came than it can be told without it
                part["size_bytes"] = sizes.get(part["part"], part["size_bytes"])
        if parts:
            run.execute(sa.insert(attachment), parts)
        run.exec_driver_sql(_FTS_REPLACE, (email_id, *searched(parsed)))

    def _remember(self, email_id: EmailId, made: Decision, at: datetime) -> None:
        insert_rows(self._run, sa.insert(decision), [_row(email_id, made, at)])


def _verdict(made: Decision, *, whole: bool) -> dict[str, object]:
    """Return the columns of a decision, with what its status rests on: undo must know when that has changed."""
    return {**verdict_columns(made, whole=whole), "whole": whole}


def _row(email_id: EmailId, made: Decision, at: datetime) -> dict[str, object]:
    return {
        "email_id": email_id,
        "code": made.code.value,
        "reason": made.reason,
        "customer_id": made.customer_id,
        "confidence": made.confidence,
        "decided_by": made.by,
        "decided_at": at,
    }
