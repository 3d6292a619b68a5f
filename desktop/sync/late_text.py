"""The text of mails of which only the headers are here: brought in by an older version, or too odd at first.

Each is asked for once; where that brings nothing, all behind its headers is one stretch, to be had on demand.
"""

from collections.abc import Sequence

from desktop.domain.attachments import AttachmentReceipt
from desktop.domain.changes import Changed
from desktop.domain.errors import Misconfigured, Transient
from desktop.domain.ids import EmailId
from desktop.domain.mail import ParsedMail, RawMail
from desktop.domain.mailbox import Mailbox
from desktop.domain.refset import RefSet
from desktop.matching.decide import decide_all, decide_all_sent
from desktop.parsing import PARSER_VERSION
from desktop.store.reading.attachments import Whereabouts
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.text_first import text_first


def bring_texts(
    mailbox: Mailbox, connection: Connection, context: SyncContext, stop: StopSignal, receipt: AttachmentReceipt
) -> None:
    """Ask for the text of each of *mailbox*'s emails that has none; raises as the source and the store do."""
    with context.store.read() as read:
        emails = read.attachments.only_headers(mailbox.id)
    for email_id in emails:
        stop.check()
        _bring(email_id, mailbox, connection, context, receipt)


def _bring(
    email_id: EmailId, mailbox: Mailbox, connection: Connection, context: SyncContext, receipt: AttachmentReceipt
) -> None:
    with context.store.read() as read:
        places = read.attachments.whereabouts(email_id, mailbox.id)
    if not places:
        return
    raw = _asked_for(places, connection, context)
    if raw is None:
        _leave(email_id, context)
        return
    (parsed,) = context.parser.parse_all([raw])
    with context.store.write() as uow:
        row = uow.read.emails.get(email_id)
        if row is None:
            return
        uow.attachments.fill_in(email_id, raw, parsed)
        if isinstance(parsed, ParsedMail):
            decide = decide_all_sent if row.direction == "outbound" else decide_all
            (decision,) = decide([parsed], uow.read.book)
            uow.decisions.reread(email_id, parsed, PARSER_VERSION)
            uow.decisions.decide_by_rule(email_id, decision, context.clock.now())
            uow.attachments.said_anew(email_id, decision)
    receipt.texts += 1
    context.committed(Changed.EMAILS | Changed.REVIEW | Changed.ATTACHMENTS)


def _asked_for(places: Sequence[Whereabouts], connection: Connection, context: SyncContext) -> RawMail | None:
    for place in places:
        try:
            if connection.source.open_folder(place.folder).epoch != place.epoch:
                continue
            for message in connection.source.describe(RefSet.of([int(place.ref)])):
                if message.ref != int(place.ref):
                    continue
                found = text_first(connection.source, message)
                if found is None and message.size_bytes <= context.limits.fetch_bytes:
                    found = next(iter(connection.source.fetch([message])), None)
                if found is not None:
                    return found
        except Misconfigured:  # this folder is not there: perhaps another
            continue
        except Transient as broken:  # over this message, perhaps: it had its turn
            connection.again(broken, place.folder)
    return None


def _leave(email_id: EmailId, context: SyncContext) -> None:
    with context.store.write() as uow:
        content = uow.read.emails.raw(email_id) or b""
        detail = uow.read.emails.open(email_id)
        if detail is not None:
            uow.attachments.leave_body(email_id, len(content), detail.size_bytes)
    context.committed(Changed.ATTACHMENTS)
