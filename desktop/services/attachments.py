"""What a person wants of attachments: this file now, or which come by themselves. Who fetches them looks by itself."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.domain.attachments import AttachmentPolicy, AttachmentState
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailDetail

if TYPE_CHECKING:  # the writing half of the store is loaded by the first command
    from desktop.store.writing.unit_of_work import UnitOfWork

REST = ""
"""What stands for the part of an email that is no attachment, where parts are named."""


def ask(uow: "UnitOfWork", email_id: EmailId, parts: Collection[str] | None, clock: Clock) -> ChangeSet:
    """Have attachments of an email fetched, by their *parts*, or all that is not here; remembered until they are.

    What failed before is tried again. Raises CommandRefused when there is no such email or part, or when what was asked
    for is gone from the server.
    """
    detail = _opened(uow, email_id)
    known = {file.part: file.status for file in detail.attachments} | {REST: detail.rest}
    wanted = list(known) if parts is None else list(dict.fromkeys(parts))
    for part in wanted:
        if part not in known:
            raise CommandRefused(
                ReasonCode.NOT_FOUND,
                f"Email {email_id} has no attachment {part!r}.",
                meaning="Nothing was asked for.",
                action=f"'postroom emails attachments {email_id}' lists those it has.",
            )
    missing = [part for part in wanted if not known[part].is_here]
    gone = [part for part in missing if known[part].state is AttachmentState.GONE]
    if missing and gone == missing:
        raise CommandRefused(
            ReasonCode.MISSING_ON_SERVER,
            known[gone[0]].words,
            meaning="It cannot be fetched any more.",
            action="Ask whoever sent it to send it again.",
        )
    if not missing:
        return ChangeSet(Changed.NOTHING, "It is here already" if wanted else "The email has no attachments")
    uow.attachments.ask(email_id, missing)
    what = "the rest of the email" if missing == [REST] else _counted(len([part for part in missing if part]))
    uow.records.say("info", f"Asked for {what} of email {email_id}.", clock.now(), mailbox_id=detail.row.mailbox_id)
    return ChangeSet(Changed.ATTACHMENTS | Changed.LOG, f"Asked for {what}")


def take_back(uow: "UnitOfWork", email_id: EmailId, parts: Collection[str] | None) -> ChangeSet:
    """Do not want *parts* any more (None: any) that were asked for; what comes by itself comes all the same."""
    detail = _opened(uow, email_id)
    known = {file.part: file.status for file in detail.attachments} | {REST: detail.rest}
    asked = [part for part, status in known.items() if status.asked and (parts is None or part in parts)]
    if not asked:
        return ChangeSet(Changed.NOTHING, "Nothing of it was asked for")
    uow.attachments.ask(email_id, asked, asked=False)
    return ChangeSet(Changed.ATTACHMENTS, "It is no longer asked for")


def set_policy(uow: "UnitOfWork", mailbox: Mailbox, policy: AttachmentPolicy, clock: Clock) -> ChangeSet:
    """Choose which attachments of a mailbox come by themselves: what waits follows at once."""
    if mailbox.attachments == policy:
        return ChangeSet(Changed.NOTHING, f"{mailbox.address} brings in attachments so already.")
    now = next((one for one in uow.read.mailboxes.every() if one.id == mailbox.id), mailbox)
    uow.mailboxes.replace(replace(now, attachments=policy))
    words = f"Changed which attachments of {mailbox.address} come by themselves"
    uow.records.say("info", f"{words}: {policy.words().lower()}.", clock.now(), mailbox_id=mailbox.id)
    return ChangeSet(Changed.MAILBOXES | Changed.ATTACHMENTS | Changed.EMAILS | Changed.LOG, words)


def _opened(uow: "UnitOfWork", email_id: EmailId) -> EmailDetail:
    detail = uow.read.emails.open(email_id)
    if detail is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no email {email_id}.",
            action="'postroom emails list' shows those there are.",
        )
    return detail


def _counted(count: int) -> str:
    return "1 attachment" if count == 1 else f"{count:,} attachments"
