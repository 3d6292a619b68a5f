"""What is new about mailboxes' health, as one toast: said when it changes, and never for what a person did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.activity import Fix
from desktop.domain.health import Health, HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of
from desktop.ui import words

Healths = Sequence[tuple[Mailbox, Health]]

_GRAVITY = {HealthState.DISCONNECTED: 0, HealthState.ATTENTION: 1, HealthState.HEALTHY: 2}


@dataclass(frozen=True, slots=True)
class News:
    """One sentence or two about the mailbox that needs it most, and what a button would do about it."""

    text: str
    mailbox_id: MailboxId
    fix: Fix
    is_bad: bool


def news(before: Healths, now: Healths) -> News | None:
    """Return what to say of the mailboxes whose state or code is another one than *before*; None for nothing.

    That this computer is offline is no mailbox's news: a banner says it.
    """
    known = {mailbox.id: (mailbox, health) for mailbox, health in before}
    changed = [(mailbox, health) for mailbox, health in now if _is_news(known, mailbox, health)]
    if not changed:
        return None
    mailbox, health = min(changed, key=lambda one: _GRAVITY.get(one[1].state, 3))
    more = len(changed) - 1
    text = f"{mailbox.address}: {_words(health)}"
    if more:
        text += f" And {words.counted(more, 'other mailbox', 'other mailboxes')} changed."
    return News(text, mailbox.id, fix_of(health.code), health.state is HealthState.DISCONNECTED)


def _is_news(known: Mapping[MailboxId, tuple[Mailbox, Health]], mailbox: Mailbox, health: Health) -> bool:
    if mailbox.id not in known:
        return False
    held, before = known[mailbox.id]
    if not held.state is mailbox.state is MailboxState.ACTIVE:
        return False
    if (before.state, before.code) == (health.state, health.code):
        return False
    if health.state is HealthState.HEALTHY:
        return before.code not in {"", ReasonCode.OFFLINE.value}  # a first sync that went well is no news
    return health.code not in {"", ReasonCode.OFFLINE.value}


def _words(health: Health) -> str:
    if health.state is HealthState.HEALTHY:
        return "all is well again."
    return health.findings[0].what if health.findings else health.reason
