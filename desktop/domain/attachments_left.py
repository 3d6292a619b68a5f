"""What of an email's files is not here, as lists say it in a few words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.attachments import AttachmentState

_FIRST_TOLD = (
    AttachmentState.GONE,
    AttachmentState.COMING,
    AttachmentState.FAILED,
    AttachmentState.ON_DEMAND,
)
"""Of files that stand differently a list tells of the first of these."""


@dataclass(frozen=True, slots=True)
class FileLeft:
    """One file that is not here; ``part`` is empty for what of an email is no attachment."""

    part: str
    size_bytes: int
    state: AttachmentState


@dataclass(frozen=True, slots=True)
class FilesLeft:
    """``files`` attachments of ``size_bytes`` together are at ``state``; none: it is the text that is not all here."""

    files: int
    size_bytes: int
    state: AttachmentState


def left_of(found: Iterable[FileLeft]) -> FilesLeft | None:
    """Return what is told of *found*; None when everything is here."""
    held = list(found)
    state = next((one for one in _FIRST_TOLD if any(left.state is one for left in held)), None)
    if state is None:
        return None
    told = [left for left in held if left.state is state]
    return FilesLeft(sum(bool(left.part) for left in told), sum(left.size_bytes for left in told), state)
