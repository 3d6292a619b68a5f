"""The server's own messages, looked at without bringing them in: what a person picks from by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import Epoch


@dataclass(frozen=True, slots=True)
class RemoteEnvelope:
    """One message as its server lists it. ``is_here`` says that it has been brought in already."""

    ref: int
    received_at: datetime
    size_bytes: int
    from_address: str
    from_name: str
    subject: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """Messages of a folder that fit what was searched for, newest first.

    ``total`` is how many fit in all; ``before`` goes into the next question for those after this page, None at the end.
    """

    folder: str
    epoch: Epoch
    rows: Sequence[RemoteEnvelope]
    total: int
    before: int | None
