"""The per-message guard: whatever reading one message comes to, it ends in MessageRejected and in nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from desktop.domain.errors import MessageRejected
from desktop.domain.reasons import ReasonCode


@contextmanager
def one_message(where: str) -> Iterator[None]:
    """Raise MessageRejected (UNPARSEABLE) in place of whatever is raised inside; *where* names the work for the log."""
    try:
        yield
    except MessageRejected:
        raise
    except MemoryError as error:
        raise MessageRejected(
            ReasonCode.UNPARSEABLE, "Reading it takes more memory than a message may.", detail="MemoryError"
        ) from error
    except Exception as error:  # the guard: no message may stop a folder
        raise MessageRejected(
            ReasonCode.UNPARSEABLE, "Reading it failed inside Postroom.", detail=f"{type(error).__name__} in {where}"
        ) from error
