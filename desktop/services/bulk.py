"""One command on very many emails: in parts, with progress and a way out, and undone as one."""

from collections.abc import Callable, Iterator, Sequence

from desktop.domain.ids import EmailId

_PART = 2_000
"""So many are done between two looks at whether somebody wants to stop."""

Step = Callable[[int], object]
"""Is told how many emails are done. What it raises ends the command, and nothing of it stays."""


def no_step(_done: int) -> None:
    """Tell nobody."""


def in_parts(emails: Sequence[EmailId], step: Step) -> Iterator[Sequence[EmailId]]:
    """Yield *emails* in parts, in each part an email once; *step* is told after each how many are done.

    An email of two parts comes twice, so what is done with a part must change nothing the second time.
    """
    for at in range(0, len(emails), _PART):
        part = list(dict.fromkeys(emails[at : at + _PART]))
        yield part
        step(at + len(part))


def counted(emails: int) -> str:
    """Return a number of emails in words."""
    return "1 email" if emails == 1 else f"{emails:,} emails"
