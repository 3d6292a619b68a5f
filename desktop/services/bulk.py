"""One command on very many emails: in parts, with progress and a way out, and undone as one."""

from collections.abc import Callable, Iterator, Sequence

from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode

EMAILS_AT_ONCE = 20_000
"""So many emails one command changes: its undo holds each of them as it was."""
_PART = 500

Step = Callable[[int], object]
"""Is told how many emails are done. What it raises ends the command, and nothing of it stays."""


def no_step(_done: int) -> None:
    """Tell nobody."""


def in_parts(emails: Sequence[EmailId], step: Step) -> Iterator[Sequence[EmailId]]:
    """Yield *emails*, each once, in parts; *step* is told after each. Raises CommandRefused for too many."""
    each = list(dict.fromkeys(emails))
    if len(each) > EMAILS_AT_ONCE:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"{len(each):,} emails are more than one command changes.",
            meaning="Nothing was changed.",
            action=f"Narrow the list to {EMAILS_AT_ONCE:,} emails or fewer, by a day for instance.",
        )
    for at in range(0, len(each), _PART):
        part = each[at : at + _PART]
        yield part
        step(at + len(part))


def counted(emails: int) -> str:
    """Return a number of emails in words."""
    return "1 email" if emails == 1 else f"{emails:,} emails"
