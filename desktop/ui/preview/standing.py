"""How a file of an email stands that is not here, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.domain.attachments import AttachmentState, AttachmentStatus
from desktop.domain.rows import AttachmentRow
from desktop.ui.words import number, size

REST_PART = ""
"""What stands for the part of an email that is no attachment (see ``services.attachments``)."""

READ_MEANWHILE = "The email can be read and filed meanwhile."


@dataclass(frozen=True, slots=True)
class Awaited:
    """A file that is not here, or the rest of the email. ``held`` says why nothing comes now; empty when it does."""

    part: str
    name: str
    size_bytes: int
    status: AttachmentStatus
    held: str = ""

    @property
    def can_take_back(self) -> bool:
        """Whether it comes because somebody asked for it."""
        return self.status.asked and self.status.state is AttachmentState.COMING

    def come_to(self, arrived: int, total: int) -> "Awaited":
        """Return it with more of it here."""
        status = replace(self.status, state=AttachmentState.COMING, arrived=arrived, total=total)
        return replace(self, status=status, held="")


def awaited_of(
    files: Sequence[AttachmentRow], rest: AttachmentStatus, *, is_text: bool, held: str = ""
) -> list[Awaited]:
    """Return what is not here, in the order of the email; what it is part of comes first."""
    name = "The rest of the text" if is_text else "The text of this email"
    found = [] if rest.is_here else [Awaited(REST_PART, name, rest.total, rest, held)]
    left = [file for file in files if not file.status.is_here]
    return found + [Awaited(file.part, file.name, file.size_bytes, file.status, held) for file in left]


def head_words(found: Sequence[Awaited]) -> str:
    """Say how many are not here, and that nobody has to wait for them."""
    coming = sum(one.status.state is AttachmentState.COMING for one in found)
    gone = sum(one.status.state is AttachmentState.GONE for one in found)
    if not found or gone == len(found):
        return "Gone from the server before it could be fetched:" if found else ""
    where = "still on its way" if coming == len(found) == 1 else "still on their way" if coming == len(found) else ""
    many = "1 file" if len(found) == 1 else f"{number(len(found))} files"
    verb = "is" if len(found) == 1 else "are"
    return f"{many} {verb} {where or 'not here yet'}. {READ_MEANWHILE}"


def state_words(one: Awaited) -> str:
    """Say how it stands, and why."""
    status = one.status
    if status.state is not AttachmentState.COMING:
        about = f"{size(one.size_bytes)}. " if one.size_bytes and status.state is AttachmentState.ON_DEMAND else ""
        return f"{about}{status.words}"
    total = status.total or one.size_bytes
    if status.arrived and total and not one.held:
        return f"{size(status.arrived)} of {size(total)}, {min(99, 100 * status.arrived // total)} %"
    about = f"{size(total)}. " if total else ""
    return f"{about}{one.held or status.words}"
