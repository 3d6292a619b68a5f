"""What is wrong now and what waits for a person: each list is as long as the badge that counts it."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from desktop.domain.activity import Fix, Level, Problem, Task
from desktop.domain.health import Health, HealthState
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.mailbox_review import MailboxReview
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import NEEDS_PERSON, fix_of
from desktop.store.reading.attachment_tasks import attachment_tasks
from desktop.store.reading.mailbox_reviews import MailboxReviewQueries
from desktop.store.reading.mailboxes import MailboxQueries
from desktop.store.sqltypes import read_instant

PARKED_MEANING = "Every byte of it is kept, and all other mail was stored as usual."
PARKED_ACTION = "Open it and decide by hand where it belongs."
_UNDELIVERED_MEANING = "They are asked for again at each sync; all other mail is here."
_UNDELIVERED_ACTION = "Sync now. If it stays like this, look at them at the provider."


_VERBS = {Fix.RECONNECT: "Reconnect", Fix.FOLDERS: "Choose the folders of"}


class Words(NamedTuple):
    """The three sentences of a problem."""

    happened: str
    meaning: str
    action: str


def newest_words(run: sa.Connection, mailbox_id: MailboxId, code: str, at: int | None = None) -> Words | None:
    """Return the newest sentences the log has on *code* in a mailbox, not after the stored instant *at*, if any."""
    sql = (
        "SELECT what, meaning, action FROM event WHERE mailbox_id = :mailbox_id AND code = :code "
        "AND level IN ('warning', 'error') AND (:at IS NULL OR at <= :at) ORDER BY at DESC, id DESC LIMIT 1"
    )
    row = run.exec_driver_sql(sql, {"mailbox_id": mailbox_id, "code": code, "at": at}).first()
    return None if row is None else Words(*row)


class _Failed(NamedTuple):
    """Messages of a mailbox that failed in one way."""

    mailbox_id: int
    messages: int
    since: int
    email_id: int | None
    reason: str


class ProblemQueries:
    """Problems and tasks."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._mailboxes = MailboxQueries(connection)
        self._reviews = MailboxReviewQueries(connection)

    def problems(self) -> list[Problem]:
        """Return what is wrong now: mailboxes that do not sync as they should first, then messages that failed."""
        boxes = self._mailboxes.every()
        found = [problem for box in boxes if (problem := self._of_mailbox(box, self._mailboxes.health(box.id)))]
        found.sort(key=lambda problem: problem.level is not Level.FAILED)
        names = {box.id: box.address for box in boxes}
        found += [_unread(row, names[MailboxId(row.mailbox_id)]) for row in self._unread()]
        found += [_undelivered(row, names[MailboxId(row.mailbox_id)]) for row in self._undelivered()]
        return found

    def tasks(self, now: datetime) -> list[Task]:
        """Return what a person is waited for.

        Mailboxes to reconnect or set right, the queue, messages set aside, attachments that did not come, settings to
        be looked at again.
        """
        problems = self.problems()
        short = _short_names([box.address for box in self._mailboxes.every()])
        tasks = [_mailbox_task(one, short[one.mailbox]) for one in problems if one.fix in NEEDS_PERSON]
        tasks += self._queue()
        parked = (one for one in problems if one.code == ReasonCode.UNPARSEABLE.value)
        tasks += (_parked_task(one, short[one.mailbox]) for one in parked)
        tasks += attachment_tasks(self._run, now)
        due = self._reviews.due(now)
        return [*tasks, *(_review_task(box, review, short[box.address]) for box, review in due)]

    def _of_mailbox(self, box: Mailbox, health: Health) -> Problem | None:
        """A mailbox that a person has paused or disconnected is at rest; one that never synced is merely new."""
        if box.state is not MailboxState.ACTIVE or health.state is HealthState.HEALTHY or not health.code:
            return None
        happened, meaning, action = self._words(box, health)
        return Problem(
            key=f"mailbox:{box.id}",
            level=Level.FAILED if health.state is HealthState.DISCONNECTED else Level.ATTENTION,
            mailbox_id=box.id,
            mailbox=box.address,
            code=health.code,
            happened=happened,
            meaning=meaning,
            action=action or health.next_step,
            fix=fix_of(health.code),
            since=health.findings[0].since if health.findings else health.failing_since,
            count=max(health.failures, 1),
        )

    def _words(self, box: Mailbox, health: Health) -> Words:
        """Health's own sentences are of now; those of an older version are found in the log."""
        if health.findings:
            gravest = health.findings[0]
            return Words(gravest.what, gravest.meaning, gravest.action)
        return newest_words(self._run, box.id, health.code) or Words(health.reason, "", health.next_step)

    def _unread(self) -> list[_Failed]:
        sql = (
            "SELECT mailbox_id, count(*), min(stored_at), min(id), min(reason) FROM email INDEXED BY ix_email_open "
            "WHERE status = 'error' AND status != 'synced' GROUP BY mailbox_id ORDER BY mailbox_id"
        )
        return [_Failed(*row) for row in self._run.exec_driver_sql(sql)]

    def _undelivered(self) -> list[_Failed]:
        sql = (
            "SELECT folder.mailbox_id, count(*), min(seen_at), NULL, '' FROM ledger INDEXED BY ix_ledger_unkept "
            "JOIN folder ON folder.id = ledger.folder_id "
            "WHERE email_id IS NULL AND code = 'FETCH_RETRYING' GROUP BY folder.mailbox_id ORDER BY folder.mailbox_id"
        )
        return [_Failed(*row) for row in self._run.exec_driver_sql(sql)]

    def _queue(self) -> list[Task]:
        sql = "SELECT count(*), min(received_at) FROM email INDEXED BY ix_email_review WHERE needs_review = 1"
        count, oldest = self._run.exec_driver_sql(sql).one()
        if not count:
            return []
        what = "Review 1 email" if count == 1 else f"Review {count:,} emails"
        why = "It waits for you to say whose it is." if count == 1 else "They wait for you to say whose they are."
        since = read_instant(oldest)
        return [Task("review", Level.ATTENTION, what, why, Fix.OPEN_REVIEW, since=since, count=count)]


def _unread(row: _Failed, address: str) -> Problem:
    happened = (
        f"1 email could not be read. {row.reason}"
        if row.messages == 1
        else f"{row.messages:,} emails could not be read."
    )
    return Problem(
        key=f"unread:{row.mailbox_id}",
        level=Level.ATTENTION,
        mailbox_id=MailboxId(row.mailbox_id),
        mailbox=address,
        code=ReasonCode.UNPARSEABLE.value,
        happened=happened,
        meaning=PARKED_MEANING if row.messages == 1 else PARKED_MEANING.replace("of it", "of them"),
        action=PARKED_ACTION if row.messages == 1 else "Open them and decide by hand where they belong.",
        fix=Fix.OPEN_EMAIL if row.messages == 1 else Fix.SHOW_ERRORS,
        since=_moment(row.since),
        count=row.messages,
        email_id=EmailId(row.email_id) if row.messages == 1 and row.email_id is not None else None,
    )


def _undelivered(row: _Failed, address: str) -> Problem:
    messages = "1 message" if row.messages == 1 else f"{row.messages:,} messages"
    return Problem(
        key=f"undelivered:{row.mailbox_id}",
        level=Level.ATTENTION,
        mailbox_id=MailboxId(row.mailbox_id),
        mailbox=address,
        code=ReasonCode.FETCH_RETRYING.value,
        happened=f"The server lists {messages} and does not deliver {'it' if row.messages == 1 else 'them'}.",
        meaning=_UNDELIVERED_MEANING.replace("They are", "It is") if row.messages == 1 else _UNDELIVERED_MEANING,
        action=_UNDELIVERED_ACTION.replace("them", "it") if row.messages == 1 else _UNDELIVERED_ACTION,
        fix=Fix.SYNC,
        since=_moment(row.since),
        count=row.messages,
    )


def _mailbox_task(problem: Problem, name: str) -> Task:
    verb = _VERBS.get(problem.fix, "Check the settings of")
    why = problem.happened
    return Task(
        problem.key,
        problem.level,
        f"{verb} {name}",
        why,
        problem.fix,
        problem.mailbox_id,
        problem.mailbox,
        problem.since,
    )


def _parked_task(problem: Problem, name: str) -> Task:
    mails = "1 parked email" if problem.count == 1 else f"{problem.count:,} parked emails"
    return Task(
        key=problem.key,
        level=problem.level,
        what=f"Look at {mails} in {name}",
        why=problem.happened,
        fix=problem.fix,
        mailbox_id=problem.mailbox_id,
        mailbox=problem.mailbox,
        since=problem.since,
        count=problem.count,
        email_id=problem.email_id,
    )


def _review_task(box: Mailbox, review: MailboxReview, name: str) -> Task:
    return Task(
        key=f"review:{box.id}",
        level=Level.ATTENTION,
        what=f"Review the settings of {name}",
        why=review.words,
        fix=fix_of(ReasonCode.REVIEW_DUE),
        mailbox_id=box.id,
        mailbox=box.address,
        since=review.due_at,
    )


def _short_names(addresses: list[str]) -> dict[str, str]:
    """Return the mailboxes by what is before the @, as far as that tells them apart."""
    locals_ = [address.partition("@")[0] for address in addresses]
    return {
        address: f"{local}@" if locals_.count(local) == 1 else address
        for address, local in zip(addresses, locals_, strict=True)
    }


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else read_instant(stored)
