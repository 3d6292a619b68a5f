"""Tags on emails: any word people sort mail by, given and taken by hand or given by a rule."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.bulk import Step, counted, in_parts, no_step
from desktop.services.customer_values import bad_input, tags_of

if TYPE_CHECKING:  # the writing half of the store is loaded by the first command
    from desktop.store.writing.unit_of_work import UnitOfWork


def tag_named(name: str) -> str:
    """Return the name of a tag as it is stored. Raises CommandRefused with a sentence for what cannot be one."""
    found = tags_of([name])
    if not found:
        raise bad_input("A tag needs a name.")
    return found[0]


def add_tag(
    uow: "UnitOfWork", emails: Sequence[EmailId], name: str, clock: Clock, *, step: Step = no_step
) -> ChangeSet:
    """Give *emails* a tag, as one command. Raises CommandRefused when one does not exist, and for a bad name."""
    tag, changed = tag_named(name), 0
    for part in in_parts(emails, step):
        _check(uow, part)
        changed += uow.tags.give(part, tag)
    return _recorded(uow, "tags.add", f"Tagged {counted(changed)} {tag}", clock)


def remove_tag(
    uow: "UnitOfWork", emails: Sequence[EmailId], name: str, clock: Clock, *, step: Step = no_step
) -> ChangeSet:
    """Take a tag from *emails*, as one command. Raises CommandRefused when one does not exist."""
    tag, changed = tag_named(name), 0
    for part in in_parts(emails, step):
        _check(uow, part)
        changed += uow.tags.take(part, tag)
    return _recorded(uow, "tags.remove", f"Took the tag {tag} from {counted(changed)}", clock)


def _recorded(uow: "UnitOfWork", command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, "The tags were so already.")
    return ChangeSet(Changed.EMAILS, words)


def _check(uow: "UnitOfWork", emails: Sequence[EmailId]) -> None:
    missing = set(emails) - uow.read.emails.there(emails)
    if missing:
        raise CommandRefused(ReasonCode.NOT_FOUND, f"There is no email {min(missing)}.", meaning="Nothing was changed.")
