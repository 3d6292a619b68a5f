"""What undo and redo of a merge do with mail that came meanwhile: the rows that they turn do not know of it.

It moves as automation moves mail: no command of its own, and what a person decided is left where it is.
"""

from datetime import datetime

from desktop.domain.decision import Decision
from desktop.domain.merging import MergeTurn
from desktop.domain.reasons import ReasonCode
from desktop.services.unmerging import decide_since
from desktop.store.writing.unit_of_work import UnitOfWork


def going_along(uow: UnitOfWork, turn: MergeTurn | None, at: datetime, *, backwards: bool) -> None:
    """Before a merge holds again: mail that came to the one who will be gone goes along with the rest."""
    if turn is None or not turn.holds:
        return
    own = uow.journal.emails_in_turn(backwards=backwards)
    holder = uow.read.merges.holder(turn.record)
    for row in uow.read.merges.mail_of(turn.record.merged_id):
        if row.id not in own:
            reason = row.reason + turn.record.note
            made = Decision(ReasonCode(row.code), reason, row.decided_by, holder, row.confidence)
            uow.decisions.decide_by_rule(row.id, made, at)


def finding_their_place(uow: UnitOfWork, turn: MergeTurn | None, at: datetime) -> None:
    """After both are there again: mail that came while they were one is told apart, as un-merging does it."""
    if turn is None or turn.holds:
        return
    for email_id, made in decide_since(uow.read, turn.record, turn.image).items():
        uow.decisions.decide_by_rule(email_id, made, at)
