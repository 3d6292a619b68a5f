"""Pictures of an email whose files follow: on their way, waiting to be asked for, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from tools.screenshots import Stage

MEGABYTE = 1 << 20
FILES = (
    ("floor-plan-rev-c.pdf", "application/pdf", 14, "waiting", 0.35, ""),
    ("delivery-inspection.mov", "video/quicktime", 214, "waiting", 0, ""),
    ("packing-list.xlsx", "application/vnd.ms-excel", 3, "failed", 0, "The server broke off five times in the middle."),
    ("invoice-4410.pdf", "application/pdf", 0, "", 0, ""),
)
"""Name, type, megabytes, state, how much of it is here, and why not more."""


def _cut(stage: Stage) -> int:
    """Have the files above hang on an email, all but the last not here; returns its id."""
    with stage.parts.workspace.store.write() as uow:
        run = uow.read.emails._run  # noqa: SLF001 - files of such a size are not put into the demo's servers
        email_id: int = run.exec_driver_sql(
            "SELECT email_id FROM attachment JOIN email ON email.id = email_id WHERE direction = 'inbound' "
            "AND customer_id IS NOT NULL GROUP BY email_id HAVING count(*) = 1 ORDER BY received_at DESC LIMIT 1"
        ).scalar_one()
        run.exec_driver_sql("UPDATE email SET attachments = ? WHERE id = ?", (len(FILES), email_id))
        run.exec_driver_sql("DELETE FROM attachment WHERE email_id = ?", (email_id,))
        for at, (name, kind, megabytes, state, share, why) in enumerate(FILES):
            place, size = (1000 * (at + 1) if state else None), (megabytes * MEGABYTE or 184_000)
            run.exec_driver_sql(
                "INSERT INTO attachment (email_id, part, name, declared_name, content_type, size_bytes, content_id, "
                "inline, encoding, start_at, end_at) VALUES (?, ?, ?, ?, ?, ?, '', 0, 'base64', ?, ?)",
                (email_id, str(at + 2), name, name, kind, size, place, place),
            )
            if state:
                run.exec_driver_sql(
                    "INSERT INTO stretch (email_id, position, at, begins, length, certain, part, size_bytes, state, "
                    "asked, file, key, arrived, stored, chunks, tries, reason) "
                    "VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, 0, '', x'', ?, 0, 0, 0, ?)",
                    (email_id, at, place, place, size, str(at + 2), size, state, int(size * share), why),
                )
    return email_id


def _shown(stage: Stage) -> None:
    from desktop.domain.changes import Changed, ChangeSet

    email_id = _cut(stage)
    stage.parts.ops.announce(ChangeSet(Changed.EMAILS | Changed.ATTACHMENTS))
    stage.go("emails", email_id=email_id)
    stage.afterwards.append(lambda: _forget(stage))


def _offline(stage: Stage) -> None:
    """The same while the mailbox cannot be reached, with what was asked for remembered."""
    from desktop.domain.changes import Changed, ChangeSet
    from desktop.domain.errors import Transient
    from desktop.domain.health import Trouble
    from desktop.domain.health_events import PassFailed
    from desktop.domain.reasons import ReasonCode
    from desktop.services import health

    _shown(stage)
    error = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="It is tried again by itself.")
    with stage.parts.workspace.store.write() as uow:
        for mailbox in uow.read.mailboxes.every():
            health.note(uow, mailbox.id, PassFailed(Trouble.of(error), None), now=NOW)
    stage.parts.ops.announce(ChangeSet(Changed.HEALTH))
    stage.act("mail.download")
    stage.afterwards.append(lambda: _mend(stage))


def _mend(stage: Stage) -> None:
    from desktop.domain.health_events import PassWentWell
    from desktop.services import health

    with stage.parts.workspace.store.write() as uow:
        for mailbox in uow.read.mailboxes.every():
            health.note(uow, mailbox.id, PassWentWell(), now=NOW)


def _forget(stage: Stage) -> None:
    with stage.parts.workspace.store.write() as uow:
        run = uow.read.emails._run  # noqa: SLF001 - takes away what was made for the picture
        run.exec_driver_sql("DELETE FROM stretch")
        run.exec_driver_sql("UPDATE attachment SET start_at = NULL, end_at = NULL")


def _tasks(stage: Stage) -> None:
    from desktop.domain.changes import Changed, ChangeSet

    _cut(stage)
    stage.parts.ops.announce(ChangeSet(Changed.EMAILS | Changed.LOG))
    stage.go("dashboard")
    stage.afterwards.append(lambda: _forget(stage))


ATTACHMENTS: tuple[tuple[str, str, Callable[[Stage], Any], tuple[str, ...]], ...] = (
    ("emails", "attachments", _shown, ("light", "dark")),
    ("emails", "attachments_offline", _offline, ("light",)),
    ("dashboard", "attachments", _tasks, ("light",)),
)
"""What is shown, by screen and state."""
